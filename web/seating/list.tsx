import { useMemo, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { isFree, type Known, type PickTier } from './choice.ts'
import { seatText } from './side.tsx'

/** The same seats without a picture: section, row, seat. For screen readers, small keys and whoever likes lists. */
export function SeatList({
  known,
  tiers,
  only,
  chosen,
  onPress,
}: {
  known: Known
  tiers: readonly PickTier[]
  only: string | null
  chosen: readonly string[]
  onPress: (place: number) => void
}) {
  const t = useWords()
  const [open, setOpen] = useState<string | null>(null)
  const names = useMemo(() => new Map(tiers.map(tier => [tier.tier, tier])), [tiers])
  const rows = useMemo(() => {
    const out = new Map<string, { section: string; row: string; tier: string; places: number[]; free: number }>()
    for (const [place, seat] of known.layout.seats.entries()) {
      const tier = known.tierAt(place)
      if (tier === null || !names.has(tier) || (only !== null && tier !== only)) continue
      const key = `${seat.item} ${seat.row} ${tier}`
      const own = out.get(key) ?? { section: seat.section, row: seat.row, tier, places: [], free: 0 }
      own.places.push(place)
      if (isFree(known, place)) own.free++
      out.set(key, own)
    }
    return [...out].filter(([, row]) => row.free > 0)
  }, [known, names, only])
  const mine = new Set(chosen)
  if (rows.length === 0)
    return <p className="rounded-lg border border-dashed border-line px-6 py-14 text-center text-muted">{t.seating.pick.none}</p>
  return (
    <ul className="flex max-h-[65dvh] flex-col divide-y divide-line overflow-y-auto rounded-lg border border-line bg-surface">
      {rows.map(([key, row]) => (
        <li key={key}>
          <button
            type="button"
            aria-expanded={open === key}
            onClick={() => setOpen(open === key ? null : key)}
            className="flex min-h-12 w-full items-center gap-3 px-4 py-2 text-left hover:bg-raised"
          >
            <span className="min-w-0 flex-1 truncate font-medium">
              {row.row === '' ? row.section : t.seating.rowOf(row.section, row.row)}
            </span>
            <span className="tabular text-sm text-muted">{names.get(row.tier)!.price}</span>
            <span className="tabular w-20 text-right text-sm text-muted">{t.seating.pick.free(row.free)}</span>
          </button>
          {open === key ? (
            <div className="flex flex-wrap gap-1.5 px-4 pb-4">
              {row.places.map(place => {
                const seat = known.layout.seats[place]!
                const free = isFree(known, place)
                const more = [
                  seat.restricted ? t.seating.marks.restricted : '',
                  seat.accessible ? t.seating.marks.accessible : '',
                  seat.companion ? t.seating.marks.companion : '',
                ]
                  .filter(Boolean)
                  .join(', ')
                return (
                  <button
                    key={seat.key}
                    type="button"
                    disabled={!free}
                    aria-pressed={mine.has(seat.key)}
                    aria-label={`${seatText(t, seat)}${more ? `, ${more}` : ''}${free ? '' : `, ${t.seating.pick.taken}`}`}
                    onClick={() => onPress(place)}
                    className={cx(
                      'tabular grid size-11 place-items-center rounded-md text-sm font-semibold',
                      mine.has(seat.key)
                        ? 'bg-accent text-on-accent'
                        : free
                          ? 'bg-raised hover:inset-ring hover:inset-ring-line-strong'
                          : 'bg-transparent text-muted line-through opacity-60',
                    )}
                  >
                    {seat.number}
                    {seat.accessible ? <span aria-hidden>♿︎</span> : null}
                  </button>
                )
              })}
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
