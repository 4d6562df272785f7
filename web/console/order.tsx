import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { RefundSale } from '../refunds/desk/refund-sale.tsx'
import { orderTone } from '../shop/orders.tsx'
import { Button } from '../ui/button.tsx'
import { Money, When } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { DeskValue } from './accounts.tsx'
import { orderStates } from './order-states.ts'
import { RowLink } from './rows.tsx'

type Order = Ok<'GET /console/orders/:id'>

/** What of a line can still go back. */
const leftOf = ({ state, amount, refunded }: Order['lines'][number]): bigint =>
  state === 'held' || state === 'settled' ? BigInt(amount.amount) - BigInt(refunded.amount) : 0n

/** One order: what was paid, what became of each line, and every posting of it. */
export function ConsoleOrder({ id }: { id: string }) {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /console/orders/:id', { id }))
  const [refunding, setRefunding] = useState<Order['lines'][number] | null>(null)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const state = orderStates.find(one => one === data.state)
  const titles = new Map(data.lines.map(line => [line.id, line.title]))
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="flex flex-wrap items-center gap-3 text-xl">
            {t.console.order(data.number)}
            {state ? <Tag tone={orderTone[state]}>{t.shop.states[state]}</Tag> : null}
          </h1>
          <p className="text-muted">
            {data.buyer} · <When at={data.at} show="dateTime" />
          </p>
        </div>
        <Money value={data.total} className="text-2xl font-bold" />
      </header>
      <Panel title={t.console.lines}>
        <Table<Order['lines'][number]>
          label={t.console.lines}
          dense
          rows={data.lines}
          rowKey={line => line.id}
          columns={[
            { key: 'title', name: t.money.cause, cell: line => line.title },
            {
              key: 'state',
              name: t.console.state,
              cell: line => (
                <span className="inline-flex flex-wrap gap-1.5">
                  <Tag>{codeOf(t.shop.lineStates, line.state)}</Tag>
                  {line.frozen ? <Tag tone="bad">{t.console.frozen}</Tag> : null}
                </span>
              ),
            },
            {
              key: 'settled',
              name: t.shop.lineStates.settled,
              wide: true,
              cell: line => (line.settledAt ? <When at={line.settledAt} show="dateTime" /> : ''),
            },
            { key: 'refunded', name: t.console.refunded, align: 'end', wide: true, cell: line => <Money value={line.refunded} /> },
            { key: 'amount', name: t.money.amount, align: 'end', cell: line => <Money value={line.amount} className="font-semibold" /> },
            {
              key: 'refund',
              name: t.disputes.refund,
              hideName: true,
              align: 'end',
              cell: line =>
                leftOf(line) > 0n ? (
                  <Button look="plain" size="sm" onClick={() => setRefunding(line)}>
                    {t.disputes.refund}
                  </Button>
                ) : null,
            },
          ]}
        />
      </Panel>
      {refunding ? (
        <RefundSale
          line={refunding.id}
          title={refunding.title}
          left={{ ...refunding.amount, amount: leftOf(refunding).toString() }}
          mustSay
          onClose={() => setRefunding(null)}
        />
      ) : null}
      <Panel title={t.console.payments}>
        <Table<Order['payments'][number]>
          label={t.console.payments}
          dense
          rows={data.payments}
          rowKey={payment => payment.id}
          columns={[
            { key: 'provider', name: t.money.codes.provider, cell: payment => codeName(t, payment.provider) },
            { key: 'state', name: t.console.state, cell: payment => codeName(t, payment.state) },
            {
              key: 'paid',
              name: t.console.at,
              wide: true,
              cell: payment => (payment.paidAt ? <When at={payment.paidAt} show="dateTime" /> : ''),
            },
            { key: 'refunded', name: t.console.refunded, align: 'end', wide: true, cell: payment => <Money value={payment.refunded} /> },
            {
              key: 'amount',
              name: t.money.amount,
              align: 'end',
              cell: payment => <Money value={payment.amount} className="font-semibold" />,
            },
          ]}
        />
      </Panel>
      <Panel title={t.console.trail}>
        <Table<Order['trail'][number]>
          label={t.console.trail}
          dense
          rows={data.trail}
          rowKey={row => `${row.transfer} ${row.line}`}
          columns={[
            { key: 'at', name: t.money.date, wide: true, cell: row => <When at={row.at} show="dateTime" /> },
            {
              key: 'kind',
              name: t.money.kind,
              cell: row => <RowLink to={`/console/transfers/${row.transfer}`}>{codeName(t, row.kind)}</RowLink>,
            },
            { key: 'line', name: t.money.cause, cell: row => titles.get(row.line) ?? row.note ?? '' },
            {
              key: 'amount',
              name: t.money.amount,
              align: 'end',
              cell: row => <DeskValue value={row.amount} signed className="font-semibold" />,
            },
          ]}
        />
      </Panel>
    </div>
  )
}

const codeOf = (names: Record<string, string>, code: string): string => names[code] ?? code
