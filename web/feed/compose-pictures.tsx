import { ChevronLeft, ImagePlus, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { faultText } from '../ui/states.tsx'
import { problemCode, type Attaching } from './attach.ts'
import { mostPictures, type Picture } from './post.ts'

type Props = {
  pictures: readonly Picture[]
  onChange: (pictures: Picture[]) => void
  coming: readonly Attaching[]
  onDrop: (key: number) => void
  onAgain: (key: number) => void
  onMore: () => void
}

const corner =
  'absolute grid size-8 place-items-center rounded-full bg-bg/75 text-ink backdrop-blur-sm hover:bg-bg focus-visible:rounded-full'

/** The pictures of a post being written: in order, each with what is to be seen on it for those who cannot see it. */
export function ComposePictures({ pictures, onChange, coming, onDrop, onAgain, onMore }: Props) {
  const t = useWords()
  const [chosen, setChosen] = useState<string | null>(null)
  const at = pictures.findIndex(one => one.id === chosen)
  const picture = pictures[at]
  const forward = (index: number) => {
    const next = [...pictures]
    const [moved] = next.splice(index, 1)
    if (moved) next.splice(index - 1, 0, moved)
    onChange(next)
  }
  return (
    <div>
      <ul className="no-bar -mx-5 flex gap-2 overflow-x-auto px-5 py-1">
        {pictures.map((one, index) => (
          <li key={one.id} className="relative size-32 shrink-0 overflow-hidden rounded-md sm:size-36">
            <button
              type="button"
              aria-pressed={one.id === chosen}
              aria-label={`${t.feed.picture(index + 1, pictures.length)}: ${t.feed.alt}`}
              onClick={() => setChosen(one.id === chosen ? null : one.id)}
              className="block size-full focus-visible:-outline-offset-4"
              style={{ background: one.accent }}
            >
              <img src={one.medium} alt={one.alt} width={one.width} height={one.height} className="size-full object-cover" />
              <span
                aria-hidden
                className={cx(
                  'absolute bottom-1.5 left-1.5 rounded-sm px-1.5 py-px text-[11px] font-semibold',
                  one.alt ? 'bg-accent text-on-accent' : 'bg-bg/75 text-ink',
                )}
              >
                {t.feed.altShort}
              </span>
            </button>
            <button
              type="button"
              aria-label={t.feed.removePicture(index + 1)}
              onClick={() => onChange(pictures.filter(other => other.id !== one.id))}
              className={cx(corner, 'top-1 right-1')}
            >
              <X size={15} aria-hidden />
            </button>
            {index > 0 ? (
              <button
                type="button"
                aria-label={t.feed.movePicture(index + 1)}
                onClick={() => forward(index)}
                className={cx(corner, 'top-1 left-1')}
              >
                <ChevronLeft size={17} aria-hidden />
              </button>
            ) : null}
          </li>
        ))}
        {coming.map(one => (
          <li key={one.key} className="relative size-32 shrink-0 overflow-hidden rounded-md bg-raised sm:size-36">
            {one.preview ? <img src={one.preview} alt="" className="size-full object-cover opacity-45" /> : null}
            <div className="absolute inset-x-2 bottom-2" role="status">
              {one.problem ? (
                <p className="rounded-sm bg-danger-soft px-1.5 py-1 text-[11px] leading-tight font-medium text-danger">
                  {faultText(t, problemCode(one.problem))}
                </p>
              ) : (
                <>
                  <span className="sr-only">{one.share < 1 ? t.feed.sending(Math.round(one.share * 100)) : t.feed.preparing}</span>
                  <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-bg/80">
                    <div
                      className={cx('h-full rounded-full bg-accent-mark transition-[width] duration-240', one.share === 1 && 'skeleton')}
                      style={{ width: `${Math.max(4, one.share * 100)}%` }}
                    />
                  </div>
                </>
              )}
            </div>
            <button
              type="button"
              aria-label={`${t.common.remove}: ${one.file.name}`}
              onClick={() => onDrop(one.key)}
              className={cx(corner, 'top-1 right-1')}
            >
              <X size={15} aria-hidden />
            </button>
            {one.problem ? (
              <button type="button" aria-label={t.feed.sendAgain} onClick={() => onAgain(one.key)} className={cx(corner, 'top-1 left-1')}>
                <RotateCw size={15} aria-hidden />
              </button>
            ) : null}
          </li>
        ))}
        {pictures.length + coming.length < mostPictures ? (
          <li className="shrink-0">
            <button
              type="button"
              aria-label={t.feed.addPictures}
              onClick={onMore}
              className="grid size-32 place-items-center rounded-md border-2 border-dashed border-line-strong/50 text-muted hover:border-line-strong hover:text-ink sm:size-36"
            >
              <ImagePlus size={26} strokeWidth={1.6} aria-hidden />
            </button>
          </li>
        ) : null}
      </ul>
      {picture ? (
        <Input
          key={picture.id}
          label={t.feed.altOf(at + 1)}
          hint={t.feed.altHint}
          autoFocus
          maxLength={500}
          value={picture.alt}
          onChange={event => onChange(pictures.map(one => (one.id === picture.id ? { ...one, alt: event.target.value } : one)))}
          className="mt-2"
        />
      ) : null}
    </div>
  )
}
