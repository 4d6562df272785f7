import { Accessibility, EyeOff, Minus, Plus, Sparkles, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Select } from '../ui/field.tsx'
import { toast } from '../ui/toast.tsx'
import type { Seat } from '../../shared/seating-plan.ts'
import { bestOf, countOf, type Choice, type Known, type PickTier } from './choice.ts'
import { Patterns } from './drawing.tsx'

export type Numbers = ReadonlyMap<string, { capacity: number; free: number; seated: boolean }>
/** How a seat is called: “Stalls · Row C · Seat 5”. */
export const seatText = (t: Words, seat: Pick<Seat, 'section' | 'row' | 'number'>): string =>
  seat.row === '' ? t.seating.tableSeat(seat.section, seat.number) : t.seating.rowSeat(seat.section, seat.row, seat.number)

/** The look of a tier, small. */
export function Swatch({ tone, className }: { tone: number; className?: string }) {
  const name = useId()
  return (
    <svg viewBox="0 0 24 24" className={cx('size-4 shrink-0', className)} aria-hidden>
      <Patterns name={name} tones={[tone]} />
      <circle cx={12} cy={12} r={11} fill={`url(#${name}-${tone})`} />
    </svg>
  )
}

/** What the colours mean; pressing one shows only its seats. */
export function Legend({
  tiers,
  tones,
  numbers,
  only,
  onOnly,
}: {
  tiers: readonly PickTier[]
  tones: ReadonlyMap<string, number>
  numbers: Numbers
  only: string | null
  onOnly: (tier: string | null) => void
}) {
  const t = useWords()
  return (
    <ul aria-label={t.seating.pick.legend} className="no-bar -mx-1 flex min-w-0 gap-1.5 overflow-x-auto px-1 py-1">
      {tiers.map(tier => {
        const none = (numbers.get(tier.tier)?.free ?? 0) === 0
        return (
          <li key={tier.tier} className="shrink-0">
            <button
              type="button"
              aria-pressed={only === tier.tier}
              onClick={() => onOnly(only === tier.tier ? null : tier.tier)}
              className={cx(
                'inline-flex h-9 items-center gap-2 rounded-full px-3 text-xs font-medium whitespace-nowrap transition-colors',
                only === tier.tier ? 'bg-ink text-bg' : 'bg-raised hover:bg-sunken',
              )}
            >
              <Swatch tone={tones.get(tier.tier) ?? 0} />
              <span className={none ? 'line-through opacity-70' : ''}>{tier.name}</span>
              <span className="tabular">{none ? t.seating.pick.none : tier.price}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** So many, with thumbs. */
export function Stepper({
  label,
  value,
  least = 0,
  most,
  onChange,
}: {
  label: string
  value: number
  least?: number
  most: number
  onChange: (value: number) => void
}) {
  const t = useWords()
  return (
    <div role="group" aria-label={label} className="inline-flex items-center gap-1">
      <IconButton
        icon={Minus}
        label={`${t.seating.pick.less}: ${label}`}
        tip={false}
        disabled={value <= least}
        onClick={() => onChange(value - 1)}
        className="bg-raised"
      />
      <output className="tabular w-8 text-center text-base font-semibold">{value}</output>
      <IconButton
        icon={Plus}
        label={`${t.seating.pick.more}: ${label}`}
        tip={false}
        disabled={value >= most}
        onClick={() => onChange(value + 1)}
        className="bg-raised"
      />
    </div>
  )
}

export function BestSeats({
  known,
  tiers,
  most,
  orphans,
  onFound,
}: {
  known: Known
  tiers: readonly PickTier[]
  most: number
  orphans: boolean
  onFound: (seats: string[]) => void
}) {
  const t = useWords()
  const [count, setCount] = useState(Math.min(2, most))
  const [tier, setTier] = useState('')
  if (tiers.length === 0) return null
  const find = () => {
    const of = new Set(tier === '' ? tiers.map(one => one.tier) : [tier])
    const found = bestOf(known, of, Math.min(count, most), orphans)
    if (found === null) toast(t.seating.pick.notSoMany, { tone: 'bad' })
    else onFound(found)
  }
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4">
      <h2 className="flex items-center gap-2 text-sm font-semibold">
        <Sparkles size={16} aria-hidden className="text-accent-ink" />
        {t.seating.pick.best}
      </h2>
      <div className="flex items-center justify-between gap-3">
        <span className="text-sm text-muted">{t.seating.pick.people}</span>
        <Stepper label={t.seating.pick.people} value={Math.min(count, most)} least={1} most={most} onChange={setCount} />
      </div>
      {tiers.length > 1 ? (
        <Select
          label={t.seating.pick.tier}
          hideLabel
          value={tier}
          onChange={event => setTier(event.target.value)}
          options={[
            { value: '', name: t.seating.pick.anyTier },
            ...tiers.map(one => ({ value: one.tier, name: `${one.name} · ${one.price}` })),
          ]}
        />
      ) : null}
      <Button look="quiet" onClick={find}>
        {t.seating.pick.find}
      </Button>
    </section>
  )
}

export function Standing({
  tiers,
  tones,
  numbers,
  most,
  value,
  onChange,
}: {
  tiers: readonly PickTier[]
  tones: ReadonlyMap<string, number>
  numbers: Numbers
  most: number
  value: Choice
  onChange: (next: Choice) => void
}) {
  const t = useWords()
  const format = useFormat()
  return (
    <ul className="flex flex-col gap-2">
      {tiers.map(tier => {
        const free = numbers.get(tier.tier)?.free ?? 0
        const have = value.counts[tier.tier] ?? 0
        const room = Math.min(free, have + most - countOf(value))
        return (
          <li key={tier.tier} className="flex items-center gap-3 rounded-lg border border-line bg-surface p-4">
            <Swatch tone={tones.get(tier.tier) ?? 0} className="size-5" />
            <div className="min-w-0 flex-1">
              <p className="font-semibold [overflow-wrap:anywhere]">{tier.name}</p>
              <p className="tabular text-sm text-muted">
                {tier.price} ·{' '}
                {tier.closed ??
                  (free === 0 ? t.seating.pick.none : free <= 20 ? t.seating.pick.left(format.number(free)) : t.seating.pick.standing)}
              </p>
            </div>
            {tier.closed === undefined ? (
              <Stepper
                label={tier.name}
                value={have}
                most={room}
                onChange={n => onChange({ ...value, counts: { ...value.counts, [tier.tier]: n } })}
              />
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}

/** What is chosen, one by one, and what is to be known of it. */
export function Chosen({
  known,
  tiers,
  tones,
  value,
  alone,
  onChange,
}: {
  known: Known
  tiers: readonly PickTier[]
  tones: ReadonlyMap<string, number>
  value: Choice
  alone: readonly number[]
  onChange: (next: Choice) => void
}) {
  const t = useWords()
  if (value.seats.length === 0) return null
  const by = new Map(tiers.map(tier => [tier.tier, tier]))
  return (
    <section aria-label={t.seating.pick.chosen} className="flex flex-col gap-2">
      <ul className="flex flex-col divide-y divide-line rounded-lg border border-line bg-surface">
        {value.seats.map(key => {
          const place = known.layout.index.get(key)
          if (place === undefined) return null
          const seat = known.layout.seats[place]!
          const tier = by.get(known.tierAt(place) ?? '')
          return (
            <li key={key} className="flex items-center gap-3 py-2 pr-2 pl-4">
              <Swatch tone={tones.get(tier?.tier ?? '') ?? 0} />
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{seatText(t, seat)}</p>
                <p className="tabular flex flex-wrap items-center gap-x-2 text-xs text-muted">
                  {tier ? `${tier.name} · ${tier.price}` : null}
                  {seat.restricted ? (
                    <span className="inline-flex items-center gap-1 text-held">
                      <EyeOff size={12} aria-hidden />
                      {t.seating.marks.restricted}
                    </span>
                  ) : null}
                  {seat.accessible || seat.companion ? (
                    <span className="inline-flex items-center gap-1">
                      <Accessibility size={12} aria-hidden />
                      {seat.accessible ? t.seating.marks.accessible : t.seating.marks.companion}
                    </span>
                  ) : null}
                </p>
              </div>
              <IconButton
                icon={X}
                size="sm"
                tip={false}
                label={`${t.common.remove}: ${seatText(t, seat)}`}
                onClick={() =>
                  onChange({
                    ...value,
                    seats: value.seats.filter(other =>
                      seat.whole === null ? other !== key : known.layout.seats[known.layout.index.get(other) ?? -1]?.whole !== seat.whole,
                    ),
                  })
                }
              />
            </li>
          )
        })}
      </ul>
      {alone.length > 0 ? (
        <p role="alert" className="rounded-md bg-held-soft px-3 py-2 text-sm text-held">
          {t.seating.pick.alone(alone.map(place => seatText(t, known.layout.seats[place]!)).join(', '))}
        </p>
      ) : null}
    </section>
  )
}
