import { useQuery, useQueryClient } from '@tanstack/react-query'
import { List, Map as MapIcon } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { layoutOf } from '../../shared/seating-choice.ts'
import { useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { cx } from '../ui/cx.ts'
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { countOf, isFree, knownOf, lonely, pressed, type Choice, type Known, type PickTier } from './choice.ts'
import { SeatChart } from './chart.tsx'
import { SeatList } from './list.tsx'
import { BestSeats, Chosen, Legend, Standing } from './side.tsx'
import { hallQuery, statesQuery } from './queries.ts'

export type SeatPickerProps = {
  hall: string
  /** Tiers as the show sells them, best first. */
  tiers: readonly PickTier[]
  /** So many places at once, at most. */
  most: number
  value: Choice
  onChange: (next: Choice) => void
  /** Tells what is known of the hall, for `wantsOf`. */
  onKnown?: (known: Known) => void
}

/** Choosing places of a hall: on the map, by the best there are, or from a list. */
export function SeatPicker({ hall: id, tiers, most, value, onChange, onKnown }: SeatPickerProps) {
  const t = useWords()
  const client = useQueryClient()
  const { data: hall, error, isPending, refetch } = useQuery(hallQuery(id))
  const { data: states } = useQuery(statesQuery(id))
  const again = useCallback(() => void client.invalidateQueries({ queryKey: statesQuery(id).queryKey }), [client, id])
  useLive([`hall:${id}`], again, again)
  const [only, setOnly] = useState<string | null>(null)
  const [asList, setAsList] = useState(false)
  const plan = hall?.map?.plan
  const layout = useMemo(() => (plan ? layoutOf(plan) : null), [plan])
  const known = useMemo(
    () =>
      layout && hall
        ? knownOf(
            layout,
            hall.tiers.map(one => one.tier),
            hall.tierAt,
            states?.seats ?? '',
          )
        : null,
    [layout, hall, states],
  )
  useEffect(() => {
    if (known) onKnown?.(known)
  }, [known, onKnown])
  const tones = useMemo(() => new Map(tiers.map((tier, index) => [tier.tier, tier.tone ?? index])), [tiers])
  const open = useMemo(() => new Set(tiers.filter(tier => tier.closed === undefined).map(tier => tier.tier)), [tiers])
  // Seats that somebody else took meanwhile leave the choice, and that is said.
  useEffect(() => {
    if (!known || !states) return
    const left = value.seats.filter(key => {
      const place = known.layout.index.get(key)
      return place !== undefined && isFree(known, place)
    })
    if (left.length === value.seats.length) return
    toast(t.seating.pick.gone(value.seats.length - left.length), { tone: 'bad' })
    onChange({ ...value, seats: left })
  }, [known, states, value, onChange, t])
  const alone = useMemo(() => (known && hall?.orphans ? lonely(known, value) : []), [known, hall?.orphans, value])
  const press = useCallback(
    (place: number) => {
      if (!known) return
      const tier = known.tierAt(place)
      if (tier === null || !open.has(tier) || !isFree(known, place)) return
      const next = pressed(known, value, place, most)
      if (next === null) toast(t.seating.pick.most(most))
      else onChange(next)
    },
    [known, open, value, most, onChange, t],
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <Loading>
        <Skeleton className="aspect-[4/3] max-h-[70dvh] w-full rounded-lg" />
      </Loading>
    )
  const numbers = new Map((states?.tiers ?? hall.tiers).map(one => [one.tier, one]))
  const standing = tiers.filter(tier => numbers.get(tier.tier)?.seated === false)
  const seated = tiers.filter(tier => numbers.get(tier.tier)?.seated === true)
  return (
    <div className={cx('grid gap-5', plan && seated.length > 0 && 'lg:grid-cols-[minmax(0,1fr)_320px]')}>
      {plan && layout && known && seated.length > 0 ? (
        <div className="flex min-w-0 flex-col gap-3">
          <div className="flex items-center justify-between gap-2">
            <Legend tiers={seated} tones={tones} numbers={numbers} only={only} onOnly={setOnly} />
            <button
              type="button"
              aria-pressed={asList}
              onClick={() => setAsList(!asList)}
              className="inline-flex h-9 shrink-0 items-center gap-1.5 rounded-full px-2 text-xs font-medium text-muted hover:bg-raised hover:text-ink sm:px-3"
            >
              {asList ? <MapIcon size={15} aria-hidden /> : <List size={15} aria-hidden />}
              {asList ? t.seating.pick.asMap : t.seating.pick.asList}
            </button>
          </div>
          {asList ? (
            <SeatList known={known} tiers={seated} only={only} chosen={value.seats} onPress={press} />
          ) : (
            <SeatChart
              plan={plan}
              known={known}
              tiers={seated}
              tones={tones}
              only={only}
              chosen={value.seats}
              alone={alone}
              onPress={press}
            />
          )}
        </div>
      ) : null}
      <div className="flex min-w-0 flex-col gap-4">
        {known && seated.length > 0 ? (
          <BestSeats
            known={known}
            tiers={seated.filter(tier => open.has(tier.tier))}
            most={most}
            orphans={hall.orphans}
            onFound={seats => onChange({ ...value, seats })}
          />
        ) : null}
        {standing.length > 0 ? (
          <Standing tiers={standing} tones={tones} numbers={numbers} most={most} value={value} onChange={onChange} />
        ) : null}
        {known ? <Chosen known={known} tiers={tiers} tones={tones} value={value} alone={alone} onChange={onChange} /> : null}
        <p role="status" className="sr-only">
          {t.seating.pick.have(countOf(value))}
        </p>
      </div>
    </div>
  )
}
