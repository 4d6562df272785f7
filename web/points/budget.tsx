import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Gift, HandCoins, Plus, Undo2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, faultText, Panel, Progress, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { budgetQuery, refreshPoints, type Budget, type Desk } from './budget-data.ts'
import { GiveDialog, Grants } from './grants.tsx'
import { PutIn } from './put-in.tsx'
import { TakenOut, TakeOut } from './take-out.tsx'

/** The budget of a group: money in and out, what points bind of it, points given. */
export function BudgetDesk({ id }: { id: string }) {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(budgetQuery(id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return (
    <div className="flex flex-col gap-6">
      <p className="max-w-[70ch] text-muted">{t.budget.desk.lead}</p>
      {data.budget === null ? <Open id={id} desk={data} /> : <Whole id={id} desk={data} budget={data.budget} />}
    </div>
  )
}

function Open({ id, desk }: { id: string; desk: Desk }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [perUnit, setPerUnit] = useState('100')
  const many = /^\d{1,5}$/.test(perUnit) ? Number(perUnit) : 0
  const good = many >= 1 && many <= 10_000
  const open = useMutation({
    mutationFn: () => api('PUT /groups/:id/points', { id, perUnit: many, mostPerDay: null, lotDays: null }),
    onSuccess: () => {
      toast(t.budget.desk.opened, { tone: 'good' })
      return refreshPoints(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  if (!desk.can.settle)
    return (
      <EmptyState icon={HandCoins} title={t.budget.board.noBudget}>
        {t.budget.desk.ownerOnly}
      </EmptyState>
    )
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (good) open.mutate()
  }
  return (
    <Panel title={t.budget.desk.openTitle} note={t.budget.desk.openBody} className="max-w-[640px]">
      <form onSubmit={send} className="flex flex-col gap-4">
        <Input
          label={t.budget.desk.perUnit}
          inputMode="numeric"
          value={perUnit}
          onChange={event => setPerUnit(event.target.value.trim())}
          hint={good ? t.budget.desk.worth(format.number(many), format.money({ amount: '100', currency: 'CNY' })) : '1 – 10000'}
          className="max-w-[240px]"
        />
        <Button type="submit" busy={open.isPending} disabled={!good} className="self-start">
          {t.budget.desk.open}
        </Button>
      </form>
    </Panel>
  )
}

function Whole({ id, desk, budget }: { id: string; desk: Desk; budget: Budget }) {
  const t = useWords()
  const format = useFormat()
  const [putting, setPutting] = useState(false)
  const [giving, setGiving] = useState(false)
  const [taking, setTaking] = useState(false)
  const d = t.budget.desk
  const whole = Number(budget.money.amount)
  return (
    <>
      <section className="flex flex-col gap-4">
        <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
          <Figure
            label={d.money}
            state="held"
            value={<Money value={budget.money} />}
            note={d.worth(format.number(budget.perUnit), format.money({ amount: '100', currency: budget.money.currency }))}
          />
          <Figure label={d.free} value={format.number(budget.free)} />
          <Figure
            label={d.out}
            value={format.number(budget.out)}
            note={`${d.holders(format.number(budget.holders))} · ${d.endingSoon(format.number(budget.endingSoon))}`}
          />
          <Figure label={d.spent} value={format.number(budget.spent)} />
        </div>
        <Progress
          label={d.cover}
          share={whole === 0 ? 0 : Number(budget.bound.amount) / whole}
          detail={[
            d.coverText(format.money(budget.money), format.money(budget.bound)),
            ...(budget.promised.amount === '0' ? [] : [d.promised(format.money(budget.promised))]),
            `${d.loose} ${format.money(budget.loose)}`,
          ].join(' · ')}
        />
        <div className="flex flex-wrap gap-3">
          {desk.can.fund ? (
            <Button icon={Plus} onClick={() => setPutting(true)}>
              {d.put}
            </Button>
          ) : null}
          {desk.can.give ? (
            <Button look="quiet" icon={Gift} onClick={() => setGiving(true)}>
              {d.give}
            </Button>
          ) : null}
          {desk.can.takeOut ? (
            <Button look="quiet" icon={Undo2} onClick={() => setTaking(true)}>
              {d.takeOut}
            </Button>
          ) : null}
        </div>
      </section>
      <div className="grid gap-6 xl:grid-cols-2">
        <Fundings desk={desk} />
        <PaidOut desk={desk} />
        {desk.takenOut.length > 0 ? <TakenOut rows={desk.takenOut} /> : null}
      </div>
      <Grants id={id} may={desk.can.give} />
      {desk.can.settle ? <Limits key={`${budget.mostPerDay} ${budget.lotDays}`} id={id} desk={desk} budget={budget} /> : null}
      {putting ? <PutIn id={id} desk={desk} budget={budget} onClose={() => setPutting(false)} /> : null}
      {taking ? <TakeOut id={id} desk={desk} budget={budget} onClose={() => setTaking(false)} /> : null}
      {giving ? <GiveDialog id={id} desk={desk} onClose={() => setGiving(false)} /> : null}
    </>
  )
}

const tones = { asked: 'accent', paid: 'good', closed: 'plain' } as const

function Fundings({ desk }: { desk: Desk }) {
  const t = useWords()
  const format = useFormat()
  const d = t.budget.desk
  return (
    <Panel title={d.fundings}>
      {desk.fundings.length === 0 ? (
        <p className="text-muted">{d.fundingsNone}</p>
      ) : (
        <ul className="-my-3 divide-y divide-line">
          {desk.fundings.map(row => (
            <li key={row.id} className="flex items-start justify-between gap-4 py-3">
              <span className="min-w-0">
                <span className="block truncate font-medium">{row.party?.name ?? row.by.name}</span>
                <span className="block text-xs text-muted">
                  <When at={row.at} show="dateTime" />
                  {row.fee.amount === '0' ? '' : ` · ${d.fee(format.money(row.fee))}`}
                  {row.note ? ` · ${row.note}` : ''}
                </span>
              </span>
              <span className="flex shrink-0 flex-col items-end gap-1">
                <Money value={row.amount} className="font-medium" />
                {row.payPath ? (
                  <a href={row.payPath} className="text-sm font-medium text-accent-ink underline-offset-4 hover:underline">
                    {d.pay}
                  </a>
                ) : (
                  <Tag tone={tones[row.state]}>{d.fundingStates[row.state]}</Tag>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function PaidOut({ desk }: { desk: Desk }) {
  const t = useWords()
  const format = useFormat()
  const d = t.budget.desk
  return (
    <Panel title={d.paidOut}>
      {desk.paid.length === 0 ? (
        <p className="text-muted">{d.paidOutNone}</p>
      ) : (
        <ul className="-my-3 divide-y divide-line">
          {desk.paid.map((row, index) => (
            <li key={`${row.at} ${index}`} className="flex items-start justify-between gap-4 py-3">
              <span className="min-w-0">
                <span className="block truncate font-medium">{row.note ?? row.party?.name ?? t.points.causes.exchange}</span>
                <span className="block text-xs text-muted">
                  <When at={row.at} show="dateTime" />
                  {row.party ? ` · ${row.party.name}` : ''}
                  {row.points > 0 ? ` · ${t.points.count(format.number(row.points))}` : ''}
                </span>
              </span>
              <span className="flex shrink-0 flex-col items-end gap-1">
                <Money value={row.amount} className="font-medium" />
                {row.returnedAt ? <Tag>{d.returned}</Tag> : null}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Limits({ id, desk, budget }: { id: string; desk: Desk; budget: Budget }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const d = t.budget.desk
  const [most, setMost] = useState(budget.mostPerDay === null ? '' : String(budget.mostPerDay))
  const [days, setDays] = useState(budget.lotDays === null ? '' : String(budget.lotDays))
  const whole = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed))
  const save = useMutation({
    mutationFn: () => api('PUT /groups/:id/points', { id, perUnit: budget.perUnit, mostPerDay: whole(most), lotDays: whole(days) }),
    onSuccess: () => {
      toast(d.saved, { tone: 'good' })
      return refreshPoints(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Panel title={d.limits}>
      <form onSubmit={send} className="grid max-w-[640px] gap-4 sm:grid-cols-2">
        <Input
          type="number"
          min={1}
          max={desk.limits.mostPerDay}
          label={d.mostPerDay}
          hint={d.limitsHint(format.number(desk.limits.mostPerDay))}
          value={most}
          onChange={event => setMost(event.target.value)}
        />
        <Input
          type="number"
          min={30}
          max={desk.limits.lotDays}
          label={d.lotDays}
          hint={d.limitsHint(format.number(desk.limits.lotDays))}
          value={days}
          onChange={event => setDays(event.target.value)}
        />
        <Button type="submit" look="quiet" busy={save.isPending} className="justify-self-start">
          {d.save}
        </Button>
      </form>
    </Panel>
  )
}
