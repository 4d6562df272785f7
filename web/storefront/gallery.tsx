import { useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'

type Picture = { asset: string; small: string; large: string }

/** Pictures to swipe through, with small ones to press; `wanted` (the picture of what was chosen) is brought into sight. */
export function Gallery({
  id,
  title,
  pictures,
  wanted,
}: {
  id: string
  title: string
  pictures: readonly Picture[]
  wanted: string | null
}) {
  const s = useWords().storefront
  const strip = useRef<HTMLUListElement>(null)
  const [at, setAt] = useState(0)
  const show = (index: number, smooth = true) => {
    const box = strip.current
    if (box) box.scrollTo({ left: index * box.clientWidth, behavior: smooth ? 'smooth' : 'instant' })
  }
  const place = wanted === null ? -1 : pictures.findIndex(picture => picture.asset === wanted)
  useEffect(() => {
    if (place >= 0) show(place, false)
  }, [place])
  if (pictures.length === 0) return <Cover id={id} picture={null} alt={title} size={640} className="w-full rounded-lg" />
  return (
    <div className="flex flex-col gap-3">
      <div className="relative max-lg:-mx-4 sm:max-lg:mx-0">
        {/* Scrolled by keys, too: a region with a name that takes the focus. */}
        <ul
          ref={strip}
          tabIndex={0}
          aria-label={s.pictures}
          onScroll={event => setAt(Math.round(event.currentTarget.scrollLeft / Math.max(1, event.currentTarget.clientWidth)))}
          className="no-bar flex snap-x snap-mandatory overflow-x-auto bg-raised sm:rounded-lg"
        >
          {pictures.map((picture, index) => (
            <li key={picture.asset} className="aspect-square w-full shrink-0 snap-center">
              <img
                src={picture.large}
                alt={index === 0 ? title : `${title} · ${s.pictureOf(index + 1, pictures.length)}`}
                loading={index === 0 ? 'eager' : 'lazy'}
                {...(index === 0 ? { fetchPriority: 'high' as const } : {})}
                decoding="async"
                width={1200}
                height={1200}
                className="size-full object-cover"
              />
            </li>
          ))}
        </ul>
        {pictures.length > 1 ? (
          <span
            aria-hidden
            className="tabular absolute right-3 bottom-3 rounded-full bg-bg/85 px-2.5 py-1 text-xs font-medium backdrop-blur lg:hidden"
          >
            {at + 1} / {pictures.length}
          </span>
        ) : null}
      </div>
      {pictures.length > 1 ? (
        <ul className="no-bar flex gap-2 overflow-x-auto p-0.5 max-lg:hidden">
          {pictures.map((picture, index) => (
            <li key={picture.asset} className="shrink-0">
              <button
                type="button"
                aria-label={s.pictureOf(index + 1, pictures.length)}
                aria-current={at === index}
                onClick={() => show(index)}
                className={cx(
                  'block overflow-hidden rounded-md',
                  at === index ? 'ring-2 ring-accent-mark' : 'opacity-70 hover:opacity-100',
                )}
              >
                <img src={picture.small} alt="" loading="lazy" className="size-18 object-cover" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
