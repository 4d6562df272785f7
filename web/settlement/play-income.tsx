import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { microText, minutesText } from '../royalties/amounts.ts'
import { ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'

const incomeQuery = (as: string | undefined) => read('GET /me/play-income', as === undefined ? {} : { as })
type Item = Awaited<ReturnType<NonNullable<ReturnType<typeof incomeQuery>['queryFn']>>>['items'][number]

/** What plays brought, by month and release; nothing where there was none. */
export function PlayIncome({ as }: { as?: string | undefined }) {
  const t = useWords()
  const format = useFormat()
  const p = t.settlement.plays
  const { data, error, isPending, refetch } = useQuery(incomeQuery(as))
  if (data && data.items.length === 0) return null
  return (
    <Panel title={p.title} note={p.note}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <Table<Item>
          label={p.title}
          rows={data.items}
          rowKey={row => `${row.pool.id} ${row.period} ${row.release.id} ${row.held}`}
          columns={[
            { key: 'period', name: p.period, cell: row => row.period },
            {
              key: 'release',
              name: p.release,
              cell: row => (
                <span className="break-words">
                  {row.release.title} {row.held ? <Tag tone="held">{p.held}</Tag> : null}
                </span>
              ),
            },
            { key: 'plays', name: p.plays, align: 'end', cell: row => format.number(row.plays) },
            { key: 'minutes', name: p.minutes, align: 'end', cell: row => minutesText(format, row.ms) },
            {
              key: 'listeners',
              name: p.listeners,
              align: 'end',
              cell: row => (row.listeners === null ? p.few : format.number(row.listeners)),
            },
            { key: 'amount', name: p.yours, align: 'end', cell: row => microText(format, row.micro, row.pool.currency) },
          ]}
        />
      )}
    </Panel>
  )
}
