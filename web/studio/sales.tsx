import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Tags } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { PayeeNotes } from '../refunds/desk/payee-notes.tsx'
import { RefundSale, Refunded } from '../refunds/desk/refund-sale.tsx'
import { SellerRequests, useRequestsPending } from '../refunds/desk/requests.tsx'
import { Button } from '../ui/button.tsx'
import { Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'

type Sale = Ok<'GET /me/sales'>['items'][number]
const tones: Record<Sale['state'], Tone> = { waiting: 'plain', held: 'held', settled: 'good', refunded: 'plain', cancelled: 'plain' }

export function SaleState({ state }: { state: Sale['state'] }) {
  const t = useWords()
  return <Tag tone={tones[state]}>{t.shop.lineStates[state]}</Tag>
}

/** What of a sale can still go back. */
const leftOf = ({ state, amount, refunded }: Sale): bigint =>
  state === 'held' || state === 'settled' ? BigInt(amount.amount) - BigInt(refunded.amount) : 0n

/** Every line sold, newest first, with where its money is. */
export function Sales() {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/sales', 'pages'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /me/sales', { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const asking = useRequestsPending()
  const rows = data?.pages.flatMap(page => page.items) ?? []
  const [refunding, setRefunding] = useState<Sale | null>(null)
  const refund = (row: Sale) =>
    leftOf(row) > 0n ? (
      <Button look="plain" size="sm" onClick={() => setRefunding(row)}>
        {t.disputes.refund}
      </Button>
    ) : null
  return (
    <>
      <h1 className="mb-6 text-xl">{t.studio.sales}</h1>
      <PayeeNotes />
      <SellerRequests />
      {/* Once what stands above is known this is another panel: nothing moves. */}
      <Panel key={asking ? 'asking' : 'known'}>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending || asking ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState icon={Tags} title={t.studio.noSales} compact>
            {t.studio.noSalesBody}
          </EmptyState>
        ) : (
          <Table
            label={t.studio.sales}
            rows={rows}
            rowKey={row => row.line}
            columns={[
              { key: 'at', name: t.money.date, wide: true, cell: row => <When at={row.at} show="dateTime" />, sort: row => row.at },
              {
                key: 'title',
                name: t.studio.releaseTitle,
                sort: row => row.title,
                cell: row => (
                  <>
                    {row.release ? (
                      <Link to="/studio/releases/$id" params={{ id: row.release }} className="font-medium hover:underline">
                        {row.title}
                      </Link>
                    ) : (
                      row.title
                    )}
                    <span className="block text-xs text-muted md:hidden">
                      <When at={row.at} />
                    </span>
                  </>
                ),
              },
              {
                key: 'state',
                name: t.studio.state,
                cell: row => (
                  <span className="inline-flex flex-wrap gap-1.5">
                    <SaleState state={row.state} />
                    <Refunded amount={row.amount} refunded={row.refunded} />
                  </span>
                ),
              },
              {
                key: 'amount',
                name: t.money.amount,
                align: 'end',
                sort: row => BigInt(row.amount.amount),
                cell: row => (
                  <>
                    <Money value={row.amount} className="font-semibold" />
                    <span className="block md:hidden">{refund(row)}</span>
                  </>
                ),
              },
              {
                key: 'refund',
                name: t.disputes.refund,
                hideName: true,
                wide: true,
                align: 'end',
                cell: refund,
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
      {refunding ? (
        <RefundSale
          line={refunding.line}
          title={refunding.title}
          left={{ ...refunding.amount, amount: leftOf(refunding).toString() }}
          onClose={() => setRefunding(null)}
        />
      ) : null}
    </>
  )
}
