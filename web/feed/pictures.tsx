import { lazy, Suspense, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import type { Picture } from './post.ts'

const Viewer = lazy(() => import('./viewer.tsx').then(module => ({ default: module.Viewer })))

/** A single picture keeps its shape between a tall phone picture and a wide one, so that a card never fills two screens. */
const shapeOf = ({ width, height }: Picture): number => Math.min(2, Math.max(0.8, width / height))

/** How many columns of six each of the pictures takes. */
const spans: Record<number, readonly string[]> = {
  2: ['col-span-3', 'col-span-3'],
  3: ['col-span-4 row-span-2', 'col-span-2', 'col-span-2'],
  4: ['col-span-3', 'col-span-3', 'col-span-3', 'col-span-3'],
  5: ['col-span-3', 'col-span-3', 'col-span-2', 'col-span-2', 'col-span-2'],
}

/** Up to nine pictures, large: one alone in its own shape, more in a block without gaps in it; a press opens them full screen. */
export function Pictures({ pictures, eager, by }: { pictures: readonly Picture[]; eager?: boolean; by: string }) {
  const t = useWords()
  const [open, setOpen] = useState<number | null>(null)
  const [one] = pictures
  if (!one) return null
  const alone = pictures.length === 1
  return (
    <>
      <div
        className={cx(
          'overflow-hidden sm:rounded-md',
          alone ? 'relative w-full sm:max-h-[600px]' : 'grid auto-rows-fr grid-cols-6 gap-0.5',
          !alone && pictures.length > 5 && 'aspect-square',
        )}
        style={alone ? { aspectRatio: shapeOf(one) } : undefined}
      >
        {pictures.map((picture, index) => (
          <button
            key={picture.id}
            type="button"
            aria-haspopup="dialog"
            aria-label={t.feed.picture(index + 1, pictures.length)}
            onClick={() => setOpen(index)}
            style={{ background: picture.accent }}
            className={cx(
              'relative block overflow-hidden focus-visible:-outline-offset-4',
              alone ? 'size-full' : (spans[pictures.length]?.[index] ?? 'col-span-2'),
              !alone && pictures.length !== 3 && 'aspect-square',
              !alone && pictures.length === 3 && (index === 0 ? 'aspect-[4/4.03]' : ''),
            )}
          >
            <img
              src={alone ? picture.large : picture.medium}
              alt={picture.alt}
              width={picture.width}
              height={picture.height}
              loading={eager ? 'eager' : 'lazy'}
              decoding="async"
              className="absolute inset-0 size-full object-cover transition-[filter] duration-160 hover:brightness-[0.94]"
            />
          </button>
        ))}
      </div>
      {open === null ? null : (
        <Suspense>
          <Viewer pictures={pictures} at={open} by={by} onMove={setOpen} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </>
  )
}
