import { useQuery } from '@tanstack/react-query'
import { ShieldCheck, TriangleAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import { read, type Ok } from '../api.ts'
import { majorUnits } from '../i18n/format.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { DailyProof } from '../reconciliation/proof.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { scaleOf } from '../shop/price.ts'
import { Chart, seriesColour } from '../ui/chart.tsx'
import { Select } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { ownerCode, RowLink } from './rows.tsx'

type Overview = Ok<'GET /console/overview'>
type Position = Overview['positions'][number]
type Sum = Position['held'][number]
type Wait = Overview['waiting'][number]
type Moved = Ok<'GET /console/income'>['items'][number]

/** The day: where the money lies and whose it is, what waits, what came in. */
export function ConsoleDay() {
  const t = useWords()
  const me = useMe()
  const [chosen, setChosen] = useState('')
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /console/overview'),
    enabled: hasRole(me, 'finance'),
    refetchInterval: 15_000,
  })
  if (!hasRole(me, 'finance')) return <EmptyState icon={ShieldCheck} title={t.console.staffOnly} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const moving = data.positions.filter((one, index) => index === 0 || one.held.length > 0 || one.liabilities.length > 0)
  const position = moving.find(one => one.currency === chosen) ?? moving[0]!
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{t.console.dayTitle}</h1>
          <p className="text-xs text-muted">
            <When at={data.asOf} show="dateTime" />
          </p>
        </div>
        {moving.length > 1 ? (
          <Select
            label={t.console.anyAsset}
            hideLabel
            className="w-32"
            value={position.currency}
            onChange={event => setChosen(event.target.value)}
            options={moving.map(one => ({ value: one.currency, name: one.currency }))}
          />
        ) : null}
      </header>
      <Held position={position} />
      <div className="grid items-start gap-5 xl:grid-cols-[5fr_6fr]">
        <WaitList items={data.waiting} />
        <Movements currency={position.currency} />
      </div>
      <DailyProof />
      <Panel title={t.console.lastAudit}>
        <div className="flex flex-wrap items-center gap-x-8 gap-y-3">
          {data.audit ? (
            <RowLink to="/console/books" className="inline-flex items-center gap-3 hover:underline">
              <When at={data.audit.at} show="dateTime" />
              <Tag tone={data.audit.broken.length === 0 ? 'good' : 'bad'}>
                {data.audit.broken.length === 0 ? t.console.auditClean : t.console.auditBroken(String(data.audit.broken.length))}
              </Tag>
            </RowLink>
          ) : (
            <RowLink to="/console/books">{t.console.neverAudited}</RowLink>
          )}
          <Small label={t.console.people} value={data.people} />
          <Small label={t.console.ordersPlaced} value={data.orders.placed} />
          <Small label={t.console.ordersPaid} value={data.orders.paid} />
          <Small label={t.console.ordersSettled} value={data.orders.settled} />
          <Small label={t.console.jobsWaiting} value={data.jobs.waiting} />
        </div>
        {data.audit && data.audit.broken.length > 0 ? <p className="mt-2 text-danger">{data.audit.broken.join(', ')}</p> : null}
      </Panel>
    </div>
  )
}

function Small({ label, value }: { label: string; value: number }) {
  const format = useFormat()
  return (
    <span className="text-muted">
      {label} <b className="tabular text-ink">{format.number(value)}</b>
    </span>
  )
}

/** Two columns that end in one sum: where the money lies, and whose it is. */
function Held({ position }: { position: Position }) {
  const t = useWords()
  const { currency } = position
  const alarm = BigInt(position.free.amount) < 0n
  const money = (amount: string) => ({ amount, currency })
  return (
    <Panel>
      {alarm ? (
        <p role="alert" className="mb-4 flex items-center gap-3 rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          <TriangleAlert size={20} aria-hidden />
          {t.console.ownAlarm}
        </p>
      ) : null}
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        <Side title={t.console.whereItLies} rows={position.held} currency={currency} total={position.custody} />
        <Side title={t.console.whoseItIs} rows={[...position.liabilities, ...position.mine]} currency={currency} total={position.custody}>
          <div className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-3">
            <Figure label={t.console.owed} value={<Money value={position.owed} />} state="held" />
            <Figure label={t.console.own} value={<Money value={position.own} />} state="paid" />
            {position.receivables.amount !== '0' ? (
              <Figure label={t.console.freeOwn} value={<Money value={position.free} />} />
            ) : (
              <Figure label={t.console.receivables} value={<Money value={money('0')} />} />
            )}
          </div>
        </Side>
      </div>
    </Panel>
  )
}

const nameOf = (t: Words, sum: Sum): string => `${ownerCode(t, sum.owner)} · ${codeName(t, sum.purpose)}`

function Side({
  title,
  rows,
  currency,
  total,
  children,
}: {
  title: string
  rows: readonly Sum[]
  currency: string
  total: { amount: string; currency: string }
  children?: React.ReactNode
}) {
  const t = useWords()
  const format = useFormat()
  const whole = rows.reduce((sum, row) => (BigInt(row.amount) > 0n ? sum + BigInt(row.amount) : sum), 0n)
  return (
    <section aria-label={title} className="min-w-0">
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="text-base">{title}</h2>
        <Money value={total} className="text-lg font-bold" />
      </div>
      <div aria-hidden className="mt-2 mb-3 flex h-2.5 gap-px overflow-hidden rounded-full bg-raised">
        {rows.map((row, index) =>
          BigInt(row.amount) > 0n ? (
            <span
              key={`${row.owner} ${row.purpose}`}
              style={{ width: `${(Number(row.amount) / Number(whole)) * 100}%`, background: seriesColour(index) }}
            />
          ) : null,
        )}
      </div>
      <ul>
        {rows.map((row, index) => (
          <li
            key={`${row.owner} ${row.purpose}`}
            className="flex items-center gap-2.5 border-b border-line/70 py-1.5 last:border-0 hover:bg-raised/60"
          >
            <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: seriesColour(index) }} />
            <RowLink
              to="/console/accounts"
              search={{ owner: row.owner, purpose: row.purpose, asset: currency }}
              className="min-w-0 flex-1 truncate hover:underline"
            >
              {nameOf(t, row)}
              {row.accounts > 1 ? <span className="ml-2 text-xs text-muted">{format.number(row.accounts)}</span> : null}
            </RowLink>
            <Money value={{ amount: row.amount, currency }} className="font-medium" />
          </li>
        ))}
      </ul>
      {children}
    </section>
  )
}

/** Where each queue is worked off. */
const queues: Record<string, string> = {
  unsettled: '/console/orders?state=paid',
  refunds: '/console/refunds',
  refunds_sent: '/console/refunds',
  shortfalls: '/console/shortfalls',
  disputes: '/console/disputes',
  payouts: '/console/payouts',
  payouts_sent: '/console/payouts',
  exceptions: '/console/reconciliation',
  holds: '/console/holds',
  appeals: '/console/holds?show=appealed',
  jobs: '/console/jobs',
  page_claims: '/console/page-claims',
}
/** Queues of another desk than the money's: shown to who works there. */
const reviewed = new Set(['page_claims'])

function WaitList({ items }: { items: readonly Wait[] }) {
  const t = useWords()
  const format = useFormat()
  const names: Record<string, string> = t.console.queues
  const me = useMe()
  return (
    <Panel title={t.console.waiting}>
      <Table<Wait>
        label={t.console.waiting}
        dense
        rows={items.filter(({ code }) => !reviewed.has(code) || hasRole(me, 'reviewer'))}
        rowKey={row => row.code}
        columns={[
          {
            key: 'queue',
            name: t.console.queue,
            cell: row => {
              const [to = '', query = ''] = (queues[row.code] ?? '/console').split('?')
              return (
                <RowLink
                  to={to}
                  search={Object.fromEntries(new URLSearchParams(query))}
                  className={row.count > 0 ? 'font-medium hover:underline' : 'text-muted hover:underline'}
                >
                  {names[row.code] ?? codeName(t, row.code)}
                </RowLink>
              )
            },
          },
          {
            key: 'count',
            name: t.console.count,
            align: 'end',
            cell: row =>
              row.count > 0 && row.act ? (
                <Tag tone="held">{format.number(row.count)}</Tag>
              ) : (
                <span className="text-muted">{format.number(row.count)}</span>
              ),
          },
          {
            key: 'amount',
            name: t.console.atStake,
            align: 'end',
            cell: row => (
              <span className="flex flex-col items-end">
                {row.amounts.map(amount => (
                  <Money key={amount.currency} value={amount} />
                ))}
              </span>
            ),
          },
          { key: 'due', name: t.console.due, align: 'end', wide: true, cell: row => (row.due ? <When at={row.due} /> : '') },
        ]}
      />
    </Panel>
  )
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** What came in and went out: today, in 7 and in 30 days, and day by day. */
function Movements({ currency }: { currency: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery({ ...read('GET /console/income'), refetchInterval: 60_000 })
  const days = useMemo(() => (data ? Array.from({ length: 30 }, (_, i) => dayOf(Date.parse(data.from) + i * 86_400_000)) : []), [data])
  const scale = scaleOf(currency)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  const here = data.items.filter(item => item.currency === currency)
  const sum = (of: (item: Moved) => boolean, last: number) =>
    here.filter(item => of(item) && item.day >= days[30 - last]!).reduce((total, item) => total + BigInt(item.amount), 0n)
  const isIn = (item: Moved) => item.kind !== 'commission' && !item.amount.startsWith('-')
  const isOut = (item: Moved) => item.kind !== 'commission' && item.amount.startsWith('-')
  const isOurs = (item: Moved) => item.kind === 'commission'
  const rows = [
    { name: t.console.moneyIn, of: isIn },
    { name: t.console.moneyOut, of: isOut },
    { name: t.console.earned, of: isOurs },
  ]
  const perDay = (of: (item: Moved) => boolean) =>
    days.map(day =>
      Math.abs(
        Number(
          majorUnits(
            here
              .filter(item => of(item) && item.day === day)
              .reduce((total, item) => total + BigInt(item.amount), 0n)
              .toString(),
            scale,
          ),
        ),
      ),
    )
  return (
    <Panel title={t.console.movements}>
      <table className="tabular mb-4 w-full text-right">
        <thead>
          <tr className="text-xs text-muted">
            <td />
            <th className="py-1 font-medium">{t.console.today}</th>
            <th className="py-1 font-medium">{t.console.days7}</th>
            <th className="py-1 font-medium">{t.console.days30}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.name} className="border-t border-line/70">
              <th scope="row" className="py-1.5 text-left font-normal text-muted">
                {row.name}
              </th>
              {[1, 7, 30].map(last => (
                <td key={last} className="py-1.5 pl-3 font-medium">
                  <Money value={{ amount: sum(row.of, last).toString(), currency }} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Chart
        label={t.console.movements}
        kind="line"
        height={170}
        points={days.map(day => day.slice(5).replace('-', '/'))}
        series={[
          { key: 'in', name: t.console.moneyIn, values: perDay(isIn) },
          { key: 'out', name: t.console.moneyOut, values: perDay(isOut) },
        ]}
        format={amount => format.money({ amount: Math.round(amount * 10 ** scale).toString(), currency })}
      />
    </Panel>
  )
}
