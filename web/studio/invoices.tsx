import { useInfiniteQuery } from '@tanstack/react-query'
import { FileSpreadsheet, ReceiptText } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, Skeleton, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { IssuerPanel } from './issuer.tsx'

type Paper = Ok<'GET /me/invoices'>['items'][number]
type Kind = Paper['kind']

/** Papers issued in one's own name or an organisation's: numbers, sums, a table for the bookkeeper. */
export function Invoices() {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const accounts = me?.organisations.filter(organisation => organisation.role === 'owner' || organisation.role === 'finance') ?? []
  // Whoever keeps the books of an organisation comes for those.
  const [as, setAs] = useState(accounts[0]?.id ?? '')
  const [kind, setKind] = useState<Kind | ''>('')
  const [year, setYear] = useState('')
  const asked = { ...(as ? { as } : {}), ...(kind ? { kind } : {}), ...(year ? { year } : {}) }
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/invoices', 'pages', asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/invoices', { ...asked, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  const sums = data?.pages[0]?.sums ?? []
  const [now] = useState(() => new Date().getFullYear())
  const words = t.invoices.list
  const query = new URLSearchParams(asked).toString()
  return (
    <>
      <header className="mb-6 flex flex-wrap items-start justify-between gap-4">
        <div>
          <h1 className="text-xl">{words.title}</h1>
          <p className="mt-1 text-muted">{words.intro}</p>
        </div>
        <a href={`/api/v1/me/invoices.csv${query ? `?${query}` : ''}`} download className={buttonClass('quiet')}>
          <FileSpreadsheet size={16} aria-hidden />
          {words.csv}
        </a>
      </header>
      <div className="mb-5 grid gap-3 sm:grid-cols-3">
        {accounts.length > 0 ? (
          <Select
            label={words.as}
            value={as}
            onChange={event => setAs(event.target.value)}
            options={[{ value: '', name: me?.name ?? '' }, ...accounts.map(({ id, name }) => ({ value: id, name }))]}
          />
        ) : null}
        <Select
          label={words.year}
          value={year}
          onChange={event => setYear(event.target.value)}
          options={[{ value: '', name: words.all }, ...[0, 1, 2, 3, 4].map(ago => ({ value: String(now - ago), name: String(now - ago) }))]}
        />
        <Select
          label={words.kind}
          value={kind}
          onChange={event => setKind(event.target.value as Kind | '')}
          options={[
            { value: '', name: words.all },
            ...(['invoice', 'credit_note'] as const).map(value => ({ value, name: words.kinds[value] ?? value })),
          ]}
        />
      </div>
      {sums.length > 0 ? (
        <div className="mb-5 grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
          {sums.map(sum => (
            <Figure
              key={`${sum.kind} ${sum.currency}`}
              label={`${words.kinds[sum.kind]} × ${format.number(sum.count)}`}
              value={format.money(sum.total)}
              note={sum.tax.amount === '0' ? undefined : `${words.tax} ${format.money(sum.tax)}`}
            />
          ))}
        </div>
      ) : isPending ? (
        <Skeleton className="mb-5 h-[74px] w-full rounded-md sm:w-[calc(50%-6px)] lg:w-[calc(25%-9px)]" />
      ) : null}
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState icon={ReceiptText} title={words.none} compact>
            {words.noneBody}
          </EmptyState>
        ) : (
          <Table
            label={words.title}
            rows={rows}
            rowKey={row => row.id}
            columns={[
              {
                key: 'number',
                name: words.number,
                cell: row => (
                  <>
                    <a
                      href={`/api/v1/invoices/${row.id}/pdf`}
                      target="_blank"
                      rel="noreferrer"
                      className="font-medium whitespace-nowrap underline underline-offset-4 hover:text-accent-ink"
                    >
                      {row.number}
                    </a>
                    <span className="block text-xs text-muted md:hidden">
                      <When at={row.issuedAt} /> · {row.buyer.name}
                    </span>
                  </>
                ),
              },
              {
                key: 'kind',
                name: words.kinds['invoice']!,
                hideName: true,
                wide: true,
                cell: row => (row.kind === 'invoice' ? null : <Tag>{words.kinds[row.kind]}</Tag>),
              },
              { key: 'date', name: words.date, wide: true, cell: row => <When at={row.issuedAt} /> },
              { key: 'buyer', name: words.buyer, wide: true, cell: row => row.buyer.name },
              { key: 'order', name: words.order, wide: true, cell: row => row.order.number },
              { key: 'tax', name: words.tax, align: 'end', wide: true, cell: row => <Money value={row.tax} className="text-muted" /> },
              {
                key: 'total',
                name: words.total,
                align: 'end',
                cell: row => (
                  <Money
                    value={row.kind === 'invoice' ? row.total : { ...row.total, amount: `-${row.total.amount}` }}
                    className="font-semibold"
                  />
                ),
              },
            ]}
          />
        )}
        {hasNextPage ? (
          <div className="mt-5 text-center">
            <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t.common.showMore}
            </Button>
          </div>
        ) : null}
      </Panel>
      <div className="mt-6">
        <IssuerPanel key={as} as={as} name={accounts.find(account => account.id === as)?.name ?? me?.name ?? ''} />
      </div>
    </>
  )
}
