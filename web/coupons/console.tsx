import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheckBig, Gift, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { deskQuery, majorOf, minorOf, refreshCoupons } from './queries.ts'

type Desk = Ok<'GET /console/gift-cards'>

/** Gift cards for the operator: what is owed is what is held; how they are sold. */
export function ConsoleGiftCards() {
  const t = useWords()
  const d = t.offering.gifts
  const me = useMe()
  const format = useFormat()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(deskQuery())
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const first = data.pages[0]!
  const items = data.pages.flatMap(page => page.items)
  const same = first.owed.amount === first.held.amount
  return (
    <div className="flex flex-col gap-6">
      <header>
        <h1 className="text-xl">{d.title}</h1>
        <p className="mt-1 max-w-[70ch] text-muted">{d.intro}</p>
      </header>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure label={d.sold} value={format.money(first.sold)} note={format.number(first.cards)} />
        <Figure label={d.spent} value={format.money(first.spent)} />
        <Figure label={d.owed} value={format.money(first.owed)} state="held" />
        <Figure label={d.held} value={format.money(first.held)} state="held" />
      </div>
      <p className={`flex items-center gap-2 font-semibold ${same ? 'text-paid' : 'text-danger'}`}>
        {same ? <CircleCheckBig size={18} aria-hidden /> : <TriangleAlert size={18} aria-hidden />}
        {same ? d.same : d.differ}
      </p>
      {me?.roles.includes('operator') ? <SaleForm key={first.sale?.offer ?? 'new'} desk={first} /> : null}
      {items.length === 0 ? (
        <EmptyState icon={Gift} title={d.none} />
      ) : (
        <Panel>
          <Table
            label={d.title}
            rows={items}
            rowKey={row => row.id}
            columns={[
              { key: 'at', name: d.at, cell: row => <When at={row.createdAt} /> },
              { key: 'buyer', name: d.buyer, cell: row => row.buyer },
              {
                key: 'state',
                name: d.state,
                cell: row => (
                  <Tag tone={row.state === 'active' ? 'good' : row.state === 'void' ? 'bad' : 'held'}>
                    {row.kept && row.state === 'active' ? d.kept : t.coupons.gift.states[row.state]}
                  </Tag>
                ),
              },
              { key: 'tail', name: t.coupons.redeem.code, wide: true, cell: row => (row.tail ? `…${row.tail}` : '') },
              { key: 'amount', name: d.amount, align: 'end', cell: row => <Money value={row.amount} /> },
              { key: 'left', name: d.left, align: 'end', cell: row => (row.left ? <Money value={row.left} /> : null) },
            ]}
          />
          {hasNextPage ? (
            <Button look="quiet" className="mt-4" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t.common.more}
            </Button>
          ) : null}
        </Panel>
      )}
    </div>
  )
}

function SaleForm({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.offering.gifts
  const client = useQueryClient()
  const { sale, pages } = desk
  const [page, setPage] = useState(sale?.page.id ?? pages[0]?.id ?? '')
  const [amounts, setAmounts] = useState((sale?.amounts ?? ['5000', '10000', '20000', '50000']).map(majorOf).join(', '))
  const [least, setLeast] = useState(majorOf(sale?.least ?? '1000'))
  const [most, setMost] = useState(majorOf(sale?.most ?? '200000'))
  const [open, setOpen] = useState(sale?.open ?? true)
  const save = useMutation({
    mutationFn: () =>
      api('PUT /console/gift-cards/sale', {
        page,
        amounts: amounts.split(/[,，\s]+/).flatMap(one => (one === '' ? [] : [minorOf(one) ?? '-1'])),
        least: minorOf(least) ?? '0',
        most: minorOf(most) ?? '0',
        open,
      }),
    onSuccess: () => toast(d.saved, { tone: 'good' }),
    onSettled: () => refreshCoupons(client),
  })
  const mine = pages.some(one => one.id === page)
  if (pages.length === 0) return <p className="text-muted">{d.noPage}</p>
  return (
    <Panel title={d.sale}>
      <form
        className="flex max-w-2xl flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Select
          label={d.page}
          hint={d.pageNote}
          value={page}
          disabled={sale !== null}
          options={[
            ...(mine || !sale ? [] : [{ value: sale.page.id, name: sale.page.name }]),
            ...pages.map(one => ({ value: one.id, name: one.name })),
          ]}
          onChange={event => setPage(event.target.value)}
        />
        <Input label={d.amounts} hint={d.amountsHint} required value={amounts} onChange={event => setAmounts(event.target.value)} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label={d.least} required inputMode="decimal" suffix="CNY" value={least} onChange={event => setLeast(event.target.value)} />
          <Input label={d.most} required inputMode="decimal" suffix="CNY" value={most} onChange={event => setMost(event.target.value)} />
        </div>
        <Checkbox label={d.open} checked={open} onChange={event => setOpen(event.target.checked)} />
        {save.error ? (
          <p role="alert" className="text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <Button type="submit" className="self-start" busy={save.isPending}>
          {d.save}
        </Button>
      </form>
    </Panel>
  )
}
