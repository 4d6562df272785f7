import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { orderTone, type OrderData } from '../shop/orders.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { orderStates } from './order-states.ts'
import { RowLink } from './rows.tsx'

export type OrdersSearch = { state?: OrderData['state'] }
/** All orders, newest first. */
export function ConsoleOrders({ search }: { search: OrdersSearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const state = search.state ?? ''
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/orders', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/orders', { limit: 100, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  const told = (code: string) => orderStates.find(known => known === code)
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.console.orders}</h1>
        <Select
          label={t.console.state}
          className="w-44"
          value={state}
          onChange={event => {
            const chosen = orderStates.find(one => one === event.target.value)
            void navigate({ to: '/console/orders', search: chosen ? { state: chosen } : {}, replace: true })
          }}
          options={[{ value: '', name: t.console.allStates }, ...orderStates.map(value => ({ value, name: t.shop.states[value] }))]}
        />
      </header>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState title={t.console.noOrders} compact />
        ) : (
          <Table
            label={t.console.orders}
            dense
            rows={rows}
            rowKey={row => row.id}
            columns={[
              {
                key: 'number',
                name: t.console.number,
                cell: row => (
                  <>
                    <span className="whitespace-nowrap">
                      <RowLink to={`/console/orders/${row.id}`}>{row.number}</RowLink>
                    </span>
                    <span className="block text-xs text-muted md:hidden">
                      {row.buyer} · <When at={row.at} />
                    </span>
                  </>
                ),
                sort: row => row.number,
              },
              { key: 'at', name: t.console.at, wide: true, cell: row => <When at={row.at} show="dateTime" />, sort: row => row.at },
              { key: 'buyer', name: t.console.buyer, wide: true, cell: row => row.buyer, sort: row => row.buyer },
              {
                key: 'state',
                name: t.console.state,
                sort: row => row.state,
                cell: row => {
                  const known = told(row.state)
                  return known ? <Tag tone={orderTone[known]}>{t.shop.states[known]}</Tag> : row.state
                },
              },
              {
                key: 'total',
                name: t.console.total,
                align: 'end',
                cell: row => <Money value={row.total} className="font-semibold" />,
                sort: row => BigInt(row.total.amount),
              },
            ]}
          />
        )}
        {hasNextPage ? (
          <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
            {t.common.showMore}
          </Button>
        ) : null}
      </Panel>
    </>
  )
}
