import { Sparkles } from 'lucide-react'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'

type Picture = { small: string; medium: string; large: string }
type MosaicProps = { id: string; covers: readonly Picture[]; smart?: boolean; size: number; className?: string; eager?: boolean }

/** The picture of a playlist: its own, or four covers of what is in it; the planet of its id while there are none. */
export function Mosaic({ id, covers, smart, size, className, eager }: MosaicProps) {
  const file = (cover: Picture, at: number): string => (at <= 96 ? cover.small : at <= 320 ? cover.medium : cover.large)
  const [first] = covers
  return (
    <span className={cx('relative block aspect-square overflow-hidden bg-raised', size >= 120 ? 'rounded-md' : 'rounded-sm', className)}>
      {covers.length >= 4 ? (
        <span className="grid size-full grid-cols-2 grid-rows-2">
          {covers.slice(0, 4).map(cover => (
            <img
              key={cover.small}
              src={file(cover, size / 2)}
              alt=""
              width={size / 2}
              height={size / 2}
              loading={eager ? 'eager' : 'lazy'}
              decoding="async"
              className="size-full object-cover"
            />
          ))}
        </span>
      ) : (
        <Cover
          id={id}
          picture={first ? file(first, size) : null}
          alt=""
          size={size}
          className="size-full !rounded-none"
          {...(eager ? { eager } : {})}
        />
      )}
      {smart ? (
        <span
          className={cx(
            'absolute grid place-items-center rounded-full bg-surface/85 text-accent-ink',
            size >= 120 ? 'top-2.5 left-2.5 size-8' : 'right-0.5 bottom-0.5 size-4',
          )}
        >
          <Sparkles size={size >= 120 ? 16 : 10} aria-hidden />
        </span>
      ) : null}
    </span>
  )
}

/** Faces of people as their planets, one over the other. */
export function Faces({ people, most = 5 }: { people: readonly { id: string; name: string }[]; most?: number }) {
  const more = people.length - most
  return (
    <span className="flex items-center -space-x-2" title={people.map(one => one.name).join(', ')}>
      {people.slice(0, most).map(one => (
        <Cover key={one.id} id={one.id} alt={one.name} size={28} round className="size-7 ring-2 ring-surface" />
      ))}
      {more > 0 ? (
        <span className="grid size-7 place-items-center rounded-full bg-raised text-[11px] ring-2 ring-surface">+{more}</span>
      ) : null}
    </span>
  )
}
