import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Headphones, Plus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { microText, minutesText } from '../royalties/amounts.ts'
import { parseAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

const poolsQuery = read('GET /console/pools')
type Pool = Awaited<ReturnType<NonNullable<typeof poolsQuery.queryFn>>>['items'][number]
type Change = Pool['changes'][number]
const poolQuery = (id: string) => read('GET /console/pools/:id', { id })
type Period = Awaited<ReturnType<NonNullable<ReturnType<typeof poolQuery>['queryFn']>>>['periods'][number]

const poolTones: Record<Pool['state'], Tone> = { proposed: 'accent', refused: 'bad', running: 'good', ended: 'plain' }
const periodTones: Record<Period['state'], Tone> = {
  unfunded: 'bad',
  open: 'ion',
  gathering: 'held',
  sharing: 'held',
  accruing: 'held',
  settling: 'held',
  closed: 'good',
}

/** Pools for plays: proposed by one, decided by another; how each period stands, and what came of it. */
export function ConsolePools() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(poolsQuery)
  const [proposing, setProposing] = useState(false)
  const p = t.settlement.pools
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{p.title}</h1>
          <p className="mt-1 max-w-[70ch] text-muted">{p.lead}</p>
        </div>
        <Button icon={Plus} onClick={() => setProposing(true)}>
          {p.propose}
        </Button>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState icon={Headphones} title={p.none}>
          {p.noneBody}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-6">
          {data.items.map(pool => (
            <PoolPanel key={pool.id} pool={pool} />
          ))}
        </div>
      )}
      {proposing ? <Propose onClose={() => setProposing(false)} own={data?.own ?? []} /> : null}
    </>
  )
}

function useSaid(said: string, done: () => void) {
  const t = useWords()
  const client = useQueryClient()
  return {
    onSuccess: () => {
      toast(said, { tone: 'good' })
      done()
      return client.invalidateQueries({ predicate: query => String(query.queryKey[0]).includes('/console/pools') })
    },
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' as const }),
  }
}

function PoolPanel({ pool }: { pool: Pool }) {
  const t = useWords()
  const format = useFormat()
  const p = t.settlement.pools
  const [ending, setEnding] = useState(false)
  const [deciding, setDeciding] = useState<Change | null>(null)
  const waiting = pool.changes.find(change => change.state === 'open')
  const dayText = (day: string) => format.day(`${day}T12:00:00Z`)
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          {pool.name}
          <Tag tone={poolTones[pool.state]}>{p.states[pool.state]}</Tag>
        </span>
      }
      note={
        <>
          {p.monthly(format.money(pool.monthly))} · {p.every[pool.every]} · {p.from(dayText(pool.starts))}
          {pool.ends ? ` · ${p.until(dayText(pool.ends))}` : ''} · {p.grace(format.number(Math.round(pool.graceHours / 24)))}
          {pool.returned ? ` · ${p.returned(format.money(pool.returned))}` : ''}
        </>
      }
      action={
        pool.state === 'running' && pool.ends === null && !waiting ? (
          <Button look="quiet" size="sm" onClick={() => setEnding(true)}>
            {p.end}
          </Button>
        ) : null
      }
    >
      <ul className="mb-4 flex flex-col gap-2">
        {pool.changes.map(change => (
          <li key={change.id} className="flex flex-wrap items-start justify-between gap-3 rounded-md bg-raised px-4 py-3">
            <span className="min-w-0">
              <span className="font-medium">{change.kind === 'open' ? p.opens : p.endsAt(dayText(change.ends ?? pool.starts))}</span>
              <span className="block text-xs text-muted">
                {t.settlement.proposedBy(change.proposedBy.name, format.day(change.proposedAt))}
                {change.decidedBy && change.decidedAt
                  ? ` · ${t.settlement.decidedBy(change.decidedBy.name, format.day(change.decidedAt))}`
                  : ''}
              </span>
              <span className="block">“{change.reason}”</span>
              {change.decision ? <span className="block text-muted">“{change.decision}”</span> : null}
            </span>
            {change.mayDecide ? (
              <Button size="sm" onClick={() => setDeciding(change)}>
                {p.decide}
              </Button>
            ) : (
              <Tag tone={change.state === 'open' ? 'accent' : change.state === 'confirmed' ? 'good' : 'bad'}>
                {t.settlement.states[change.state]}
              </Tag>
            )}
          </li>
        ))}
      </ul>
      {pool.state === 'running' || pool.state === 'ended' ? <Periods id={pool.id} currency={pool.monthly.currency} /> : null}
      {ending ? <End pool={pool} onClose={() => setEnding(false)} /> : null}
      {deciding ? <Decide pool={pool} change={deciding} onClose={() => setDeciding(null)} /> : null}
    </Panel>
  )
}

function Periods({ id, currency }: { id: string; currency: string }) {
  const t = useWords()
  const format = useFormat()
  const p = t.settlement.pools
  const { data, error, isPending, refetch } = useQuery(poolQuery(id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={3} />
  const { preview } = data
  return (
    <>
      {preview ? (
        <div className="mb-4 grid grid-cols-2 gap-3 sm:grid-cols-4">
          <Figure label={p.nowListeners} value={format.number(preview.listeners)} note={preview.period} />
          <Figure label={p.nowPlays} value={format.number(preview.plays)} />
          <Figure label={p.nowMinutes} value={minutesText(format, preview.ms)} />
          <Figure label={p.perListener} value={microText(format, preview.perListener, currency)} />
        </div>
      ) : null}
      {data.periods.length === 0 ? (
        <p className="text-muted">{p.noPeriods}</p>
      ) : (
        <Table<Period>
          label={p.periods}
          rows={data.periods}
          rowKey={row => row.name}
          columns={[
            { key: 'name', name: p.period, cell: row => <span className="tabular whitespace-nowrap">{row.name}</span> },
            {
              key: 'state',
              name: t.console.state,
              cell: row => (
                <span>
                  <Tag tone={periodTones[row.state]}>{p.periodStates[row.state]}</Tag>
                  {row.state === 'open' ? (
                    <span className="block text-xs text-muted">
                      {p.closes} <When at={row.closesAt} />
                    </span>
                  ) : null}
                </span>
              ),
            },
            { key: 'amount', name: p.amount, align: 'end', cell: row => <Money value={row.amount} /> },
            {
              key: 'listeners',
              name: p.listeners,
              align: 'end',
              cell: row => (row.listeners === null ? '–' : format.number(row.listeners)),
            },
            {
              key: 'plays',
              name: p.plays,
              align: 'end',
              cell: row => (
                <span>
                  {row.plays === null ? '–' : format.number(row.plays)}
                  {row.excluded.late + row.excluded.together > 0 ? (
                    <span className="block text-xs text-muted">
                      {p.excluded(format.number(row.excluded.together), format.number(row.excluded.late))}
                    </span>
                  ) : null}
                </span>
              ),
            },
            {
              key: 'shared',
              name: p.shared,
              align: 'end',
              cell: row => (
                <span>
                  {row.shared === null ? '–' : microText(format, row.shared, currency)}
                  {row.held !== '0' ? (
                    <span className="block text-xs text-held">{p.held(microText(format, row.held, currency))}</span>
                  ) : null}
                </span>
              ),
            },
          ]}
        />
      )}
    </>
  )
}

function Propose({ onClose, own }: { onClose: () => void; own: readonly { amount: string; currency: string }[] }) {
  const t = useWords()
  const format = useFormat()
  const p = t.settlement.pools
  const [name, setName] = useState('')
  const [amount, setAmount] = useState('')
  const [every, setEvery] = useState<'month' | 'day'>('month')
  const [starts, setStarts] = useState(() => `${new Date().toISOString().slice(0, 7)}-01`)
  const [reason, setReason] = useState('')
  const monthly = parseAmount(amount, 'CNY')
  const make = useMutation({
    mutationFn: () => api('POST /console/pools', { name, monthly: { amount: monthly ?? '0', currency: 'CNY' }, every, starts, reason }),
    ...useSaid(p.proposed, onClose),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={p.propose}
      description={own.length > 0 ? p.own(format.list(own.map(one => format.money(one)))) : p.ownNone}
      footer={
        <Button
          type="submit"
          form="pool"
          busy={make.isPending}
          disabled={monthly === null || name.trim() === '' || reason.trim().length < 3}
        >
          {p.propose}
        </Button>
      }
    >
      <form id="pool" onSubmit={submit} className="flex flex-col gap-4">
        <Input label={p.name} value={name} maxLength={100} required onChange={event => setName(event.target.value)} />
        <Input label={p.amountMonthly} value={amount} inputMode="decimal" required onChange={event => setAmount(event.target.value)} />
        <Select
          label={p.closing}
          value={every}
          onChange={event => setEvery(event.target.value as 'month' | 'day')}
          options={(['month', 'day'] as const).map(value => ({ value, name: p.every[value] }))}
        />
        <Input
          label={p.starts}
          hint={every === 'month' ? p.startsHint : undefined}
          type="date"
          value={starts}
          required
          onChange={event => setStarts(event.target.value)}
        />
        <TextArea label={p.reason} value={reason} maxLength={1000} required onChange={event => setReason(event.target.value)} />
      </form>
    </Dialog>
  )
}

function End({ pool, onClose }: { pool: Pool; onClose: () => void }) {
  const t = useWords()
  const p = t.settlement.pools
  const [ends, setEnds] = useState('')
  const [reason, setReason] = useState('')
  const act = useMutation({
    mutationFn: () => api('POST /console/pools/:id/end', { id: pool.id, ends, reason }),
    ...useSaid(p.proposed, onClose),
  })
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={p.end}
      description={p.endBody}
      footer={
        <Button busy={act.isPending} disabled={ends === '' || reason.trim().length < 3} onClick={() => act.mutate()}>
          {p.end}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Input
          label={p.ends}
          hint={pool.every === 'month' ? p.startsHint : undefined}
          type="date"
          value={ends}
          onChange={event => setEnds(event.target.value)}
        />
        <TextArea label={p.reason} value={reason} maxLength={1000} onChange={event => setReason(event.target.value)} />
      </div>
    </Dialog>
  )
}

function Decide({ pool, change, onClose }: { pool: Pool; change: Change; onClose: () => void }) {
  const t = useWords()
  const p = t.settlement.pools
  const [reason, setReason] = useState('')
  const act = useMutation({
    mutationFn: (confirm: boolean) => api('POST /console/pools/:id/decide', { id: pool.id, change: change.id, confirm, reason }),
    ...useSaid(p.decided, onClose),
  })
  const short = reason.trim().length < 3
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={p.decide}
      description={change.reason}
      footer={
        <>
          <Button look="quiet" disabled={short || act.isPending} onClick={() => act.mutate(false)}>
            {p.decline}
          </Button>
          <Button busy={act.isPending} disabled={short} onClick={() => act.mutate(true)}>
            {p.confirm}
          </Button>
        </>
      }
    >
      <TextArea label={p.reason} value={reason} maxLength={1000} onChange={event => setReason(event.target.value)} />
    </Dialog>
  )
}
