import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { RowLink } from '../console/rows.tsx'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { sourceName } from './proof.tsx'

type Line = Ok<'GET /console/reconciliation/reports/:id/lines'>['items'][number]
const states = ['open', 'matched', 'booked'] as const
const tones = { open: 'bad', matched: 'good', booked: 'good' } as const

/** One report: what it comes to, and each line as it was reported. */
export function ConsoleReport({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const [state, setState] = useState<Line['state'] | ''>('')
  const { data: report, error, isPending, refetch } = useQuery(read('GET /console/reconciliation/reports/:id', { id }))
  const lines = useInfiniteQuery({
    queryKey: ['GET /console/reconciliation/reports/:id/lines', id, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /console/reconciliation/reports/:id/lines',
        { id, limit: 100, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const rows = lines.data?.pages.flatMap(page => page.items) ?? []
  const day = (text: string) => format.day(`${text}T00:00:00Z`)
  return (
    <div className="flex flex-col gap-5">
      <header>
        <h1 className="text-xl break-words">{report.name}</h1>
        <p className="mt-1 text-muted">
          {sourceName(t, report.source)} ·{' '}
          {report.firstDay === report.lastDay ? day(report.lastDay) : `${day(report.firstDay)} – ${day(report.lastDay)}`} ·{' '}
          <When at={report.at} show="dateTime" />
          {report.by ? ` · ${report.by}` : ''}
          {report.repeated > 0 ? ` · ${t.reconciliation.repeated(format.number(report.repeated))}` : ''}
        </p>
      </header>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <Figure label={t.reconciliation.matched} value={format.number(report.matched)} />
        <Figure label={t.reconciliation.open} value={format.number(report.open)} />
        <Figure label={t.reconciliation.booked} value={format.number(report.booked)} />
        {report.closings.slice(0, 3).map(one => (
          <Figure
            key={`${one.day} ${one.amount.currency}`}
            label={`${t.reconciliation.balance} ${day(one.day)}`}
            value={format.money(one.amount)}
          />
        ))}
      </div>
      {report.totals.length > 0 ? (
        <Panel>
          <Table
            label={t.reconciliation.type}
            dense
            rows={report.totals}
            rowKey={row => `${row.type} ${row.amount.currency}`}
            columns={[
              { key: 'type', name: t.reconciliation.type, cell: row => t.reconciliation.types[row.type] },
              { key: 'lines', name: t.reconciliation.line, align: 'end', cell: row => format.number(row.lines) },
              { key: 'amount', name: t.money.amount, align: 'end', cell: row => <Money value={row.amount} /> },
              { key: 'fee', name: t.reconciliation.fee, align: 'end', cell: row => <Money value={row.fee} /> },
            ]}
          />
        </Panel>
      ) : null}
      <Panel
        title={t.reconciliation.lines(format.number(report.lines))}
        action={
          <Select
            label={t.reconciliation.state}
            hideLabel
            className="w-40"
            value={state}
            onChange={event => setState(event.target.value as typeof state)}
            options={[{ value: '', name: t.reconciliation.allLines }, ...states.map(value => ({ value, name: t.reconciliation[value] }))]}
          />
        }
      >
        {lines.error ? (
          <ErrorState error={lines.error} onRetry={() => void lines.refetch()} compact />
        ) : lines.isPending ? (
          <SkeletonRows />
        ) : (
          <Table<Line>
            label={t.reconciliation.line}
            dense
            rows={rows}
            rowKey={row => row.id}
            columns={[
              { key: 'line', name: t.reconciliation.line, align: 'end', wide: true, cell: row => row.line },
              { key: 'at', name: t.reconciliation.at, wide: true, cell: row => <When at={row.at} show="dateTime" /> },
              { key: 'type', name: t.reconciliation.type, cell: row => t.reconciliation.types[row.type] },
              {
                key: 'ref',
                name: t.reconciliation.ref,
                wide: true,
                cell: row => <span className="block max-w-48 truncate">{row.ref || '–'}</span>,
              },
              {
                key: 'reference',
                name: t.reconciliation.reference,
                wide: true,
                cell: row => <span className="block max-w-48 truncate">{row.reference ?? '–'}</span>,
              },
              {
                key: 'state',
                name: t.reconciliation.state,
                cell: row =>
                  row.exception ? (
                    <RowLink to={`/console/reconciliation/${row.exception}`}>{t.reconciliation[row.state]}</RowLink>
                  ) : (
                    <Tag tone={tones[row.state]}>{t.reconciliation[row.state]}</Tag>
                  ),
              },
              {
                key: 'fee',
                name: t.reconciliation.fee,
                align: 'end',
                wide: true,
                cell: row => (row.fee ? <Money value={row.fee} /> : '–'),
              },
              {
                key: 'amount',
                name: t.money.amount,
                align: 'end',
                cell: row => <Money value={row.amount} signed className="font-semibold" />,
              },
            ]}
          />
        )}
        {lines.hasNextPage ? (
          <Button look="quiet" size="sm" busy={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()} className="mt-4">
            {t.common.showMore}
          </Button>
        ) : null}
      </Panel>
    </div>
  )
}
