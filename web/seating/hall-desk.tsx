import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, RotateCcw } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { layoutOf } from '../../shared/seating-choice.ts'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { SeatChart } from './chart.tsx'
import { knownOf, type PickTier } from './choice.ts'
import { hallQuery, statesQuery } from './queries.ts'

/** Staff's view of a hall: who has what, live; seats out of the sale and back into it. Nothing where there are no seats. */
export function HallDesk({ hall: id, tiers }: { hall: string; tiers: readonly PickTier[] }) {
  const t = useWords()
  const own = t.selling.seating
  const format = useFormat()
  const client = useQueryClient()
  const { data: hall, error, isPending, refetch } = useQuery(hallQuery(id))
  const { data: states } = useQuery(statesQuery(id))
  const again = useCallback(() => void client.invalidateQueries({ queryKey: statesQuery(id).queryKey }), [client, id])
  useLive([`hall:${id}`], again, again)
  const [chosen, setChosen] = useState<readonly string[]>([])
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
  const tones = useMemo(() => new Map(tiers.map((tier, index) => [tier.tier, tier.tone ?? index])), [tiers])
  const block = useMutation({
    mutationFn: (blocked: boolean) => api('PUT /halls/:id/blocks', { id, seats: [...chosen], blocked }),
    onSuccess: ({ done, kept }) => {
      setChosen([])
      toast(kept.length > 0 ? own.blockedSome(done.length, kept.length) : own.blocked(done.length), {
        tone: kept.length > 0 ? 'plain' : 'good',
      })
    },
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: again,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={3} />
  if (!plan || !known || !hall.tiers.some(tier => tier.seated)) return null
  const toggle = (place: number) => {
    const { key } = known.layout.seats[place]!
    setChosen(chosen.includes(key) ? chosen.filter(other => other !== key) : [...chosen, key])
  }
  const wholeRows = () => {
    const runs = new Set(
      chosen.map(key => known.layout.seats[known.layout.index.get(key)!]!.item + known.layout.seats[known.layout.index.get(key)!]!.row),
    )
    setChosen(
      known.layout.seats.flatMap((seat, place) => (runs.has(seat.item + seat.row) && /[fb]/.test(known.stateAt(place)) ? [seat.key] : [])),
    )
  }
  const counts = { f: 0, h: 0, s: 0, b: 0 }
  for (const sign of states?.seats ?? '') {
    const as = ({ f: 'f', m: 'h', h: 'h', s: 's', y: 's', b: 'b' } as const)[sign]
    if (as) counts[as]++
  }
  return (
    <Panel title={t.seating.title}>
      <div className="flex flex-col gap-3">
        <dl className="tabular flex flex-wrap gap-x-5 gap-y-1 text-sm">
          {(['s', 'h', 'f', 'b'] as const).map(sign => (
            <div key={sign} className="flex gap-1.5">
              <dt className="text-muted">{own.states[sign]}</dt>
              <dd className="font-semibold">{format.number(counts[sign])}</dd>
            </div>
          ))}
        </dl>
        <SeatChart plan={plan} known={known} tiers={tiers} tones={tones} only={null} chosen={chosen} alone={[]} onPress={toggle} desk />
        {hall.can.desk ? (
          <div className="flex flex-wrap items-center gap-2">
            <span className="tabular text-sm text-muted">{chosen.length === 0 ? own.blockHint : own.chosenSeats(chosen.length)}</span>
            {chosen.length > 0 ? (
              <>
                <Button look="plain" size="sm" onClick={wholeRows}>
                  {own.wholeRows}
                </Button>
                <Button look="quiet" size="sm" icon={Ban} busy={block.isPending} onClick={() => block.mutate(true)}>
                  {own.block}
                </Button>
                <Button look="quiet" size="sm" icon={RotateCcw} busy={block.isPending} onClick={() => block.mutate(false)}>
                  {own.unblock}
                </Button>
              </>
            ) : null}
          </div>
        ) : null}
      </div>
    </Panel>
  )
}
