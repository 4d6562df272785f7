import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download, IdCard, Pencil, Plus, TicketPercent } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { draftOf, givenOf } from './draft.ts'
import { couponsQuery, refreshCoupons, type Coupon } from './queries.ts'
import { tabOf, tabs, type Tab } from './tabs.ts'

const Editor = lazy(() => import('./editor.tsx').then(module => ({ default: module.Editor })))
const Uses = lazy(() => import('./uses.tsx').then(module => ({ default: module.Uses })))
const CodesDesk = lazy(() => import('./codes.tsx').then(module => ({ default: module.CodesDesk })))

/** Coupons and download codes of one page. */
export function CouponsDesk({
  page: given,
  tab,
  onView,
}: {
  page: string | undefined
  tab: Tab
  onView: (view: { page?: string; tab?: Tab }) => void
}) {
  const t = useWords()
  const d = t.offering.coupons
  const me = useMe()
  // Parts of the desk come when they are looked at, in the browser.
  const hydrated = useHydrated()
  const pages = me?.pages ?? []
  const page = pages.find(one => one.id === given) ?? pages[0]
  if (!page)
    return (
      <EmptyState
        main
        icon={IdCard}
        title={d.noPages}
        action={
          <Link to="/studio/pages" className={buttonClass()}>
            {t.people.newPage}
          </Link>
        }
      >
        {d.noPagesBody}
      </EmptyState>
    )
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-xl">{d.title}</h1>
          <p className="mt-1 text-muted">{d.intro}</p>
        </div>
        {pages.length > 1 ? (
          <Select
            label={d.page}
            hideLabel
            className="w-56"
            value={page.id}
            options={pages.map(one => ({ value: one.id, name: one.name }))}
            onChange={event => onView({ page: event.target.value })}
          />
        ) : null}
      </header>
      <Tabs
        label={d.title}
        value={tab}
        onChange={value => onView({ tab: tabOf(value) })}
        tabs={tabs.map(value => ({
          value,
          name: d.tabs[value],
          content:
            value !== tab ? null : !hydrated ? (
              <SkeletonRows />
            ) : (
              <Suspense fallback={<SkeletonRows />}>
                {tab === 'coupons' ? <Coupons key={page.id} page={page.id} /> : <CodesDesk key={page.id} page={page.id} />}
              </Suspense>
            ),
        }))}
      />
    </>
  )
}

function Coupons({ page }: { page: string }) {
  const t = useWords()
  const d = t.offering.coupons
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(couponsQuery(page))
  const [editing, setEditing] = useState<Coupon | 'new' | null>(null)
  const items = data?.pages.flatMap(one => one.items) ?? []
  if (editing)
    return (
      <Suspense fallback={<SkeletonRows />}>
        <Editor
          page={page}
          usual={data?.pages[0]?.currency ?? 'CNY'}
          coupon={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      </Suspense>
    )
  return (
    <div className="flex flex-col gap-4">
      <Button icon={Plus} className="self-start" disabled={isPending} onClick={() => setEditing('new')}>
        {d.add}
      </Button>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={TicketPercent} title={d.none}>
          {d.noneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2">
          {items.map(coupon => (
            <Item key={coupon.id} coupon={coupon} onEdit={() => setEditing(coupon)} />
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" className="self-start" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}

function Item({ coupon, onEdit }: { coupon: Coupon; onEdit: () => void }) {
  const t = useWords()
  const d = t.offering.coupons
  const format = useFormat()
  const client = useQueryClient()
  const [showing, setShowing] = useState<'codes' | 'uses' | null>(null)
  const money = (amount: string) => format.money({ amount, currency: coupon.currency })
  const turn = useMutation({
    mutationFn: () =>
      api('PUT /coupons/:id', {
        id: coupon.id,
        page: coupon.page,
        ...givenOf(draftOf(coupon)),
        state: coupon.state === 'open' ? 'closed' : 'open',
      }),
    onSuccess: () => toast(d.saved, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshCoupons(client),
  })
  const facts = [
    ...(coupon.least === '0' ? [] : [d.over(money(coupon.least))]),
    ...(coupon.kinds?.map(kind => d.kind[kind] ?? kind) ?? []),
    ...(coupon.offers?.map(one => one.title) ?? []),
    ...(coupon.firstOnly ? [d.firstOnly] : []),
    ...(coupon.membersOnly ? [d.membersOnly] : []),
    ...(coupon.closesAt ? [`${d.closesAt} ${format.date(coupon.closesAt)}`] : []),
  ]
  return (
    <li className="flex min-w-0 flex-col gap-2.5 rounded-lg border border-line bg-surface p-4">
      <p className="flex flex-wrap items-center gap-2">
        <Tag tone={coupon.state === 'open' ? 'good' : 'plain'}>{d.state[coupon.state]}</Tag>
        {coupon.automatic ? <Tag>{d.byItself}</Tag> : null}
        <b className="tabular text-lg">
          {coupon.percentBp === null ? d.offAmount(money(coupon.amount!)) : d.offPercent(format.percent(coupon.percentBp / 10_000))}
        </b>
      </p>
      <div>
        <h2 className="tabular text-base [overflow-wrap:anywhere]">
          {coupon.automatic ? coupon.name : (coupon.code ?? d.codesOf(format.number(coupon.free), format.number(coupon.codes)))}
        </h2>
        {coupon.automatic ? null : <p className="text-sm text-muted">{coupon.name}</p>}
      </div>
      {facts.length > 0 ? <p className="text-sm text-muted">{facts.join(' · ')}</p> : null}
      <p className="tabular text-sm">
        {coupon.usesMost === null
          ? d.used(format.number(coupon.used))
          : d.usedOf(format.number(coupon.used), format.number(coupon.usesMost))}
        {coupon.used > 0 ? ` · ${d.given(format.money(coupon.given))}` : ''}
      </p>
      <div className="mt-auto flex flex-wrap gap-2 pt-1">
        <Button size="sm" look="quiet" icon={Pencil} onClick={onEdit}>
          {t.common.edit}
        </Button>
        <Button size="sm" look="quiet" busy={turn.isPending} onClick={() => turn.mutate()}>
          {coupon.state === 'open' ? d.close : d.open}
        </Button>
        <Button size="sm" look="quiet" onClick={() => setShowing('uses')}>
          {d.uses}
        </Button>
        {coupon.code === null && !coupon.automatic ? (
          <>
            <Button size="sm" look="quiet" icon={Plus} onClick={() => setShowing('codes')}>
              {d.make}
            </Button>
            {coupon.codes > 0 ? (
              <a href={`/api/v1/coupons/${coupon.id}/codes.csv`} download className={buttonClass('quiet', 'sm')}>
                <Download size={14} aria-hidden />
                {d.table}
              </a>
            ) : null}
          </>
        ) : null}
      </div>
      {showing === 'codes' ? <MakeCodes coupon={coupon} onClose={() => setShowing(null)} /> : null}
      {showing === 'uses' ? (
        <Suspense>
          <Uses coupon={coupon} onClose={() => setShowing(null)} />
        </Suspense>
      ) : null}
    </li>
  )
}

function MakeCodes({ coupon, onClose }: { coupon: Coupon; onClose: () => void }) {
  const t = useWords()
  const d = t.offering.coupons
  const client = useQueryClient()
  const [many, setMany] = useState('100')
  const [prefix, setPrefix] = useState('')
  const make = useMutation({
    // So many in all: pressed twice, it is still that many.
    mutationFn: () => api('POST /coupons/:id/codes', { id: coupon.id, total: coupon.codes + Number(many), prefix }),
    onSuccess: onClose,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshCoupons(client),
  })
  const fits = Number.isInteger(Number(many)) && Number(many) >= 1 && coupon.codes + Number(many) <= 20_000
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={d.make}
      footer={
        <Button busy={make.isPending} disabled={!fits} onClick={() => make.mutate()}>
          {d.make}
        </Button>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Input label={d.howMany} type="number" min={1} max={20_000} value={many} onChange={event => setMany(event.target.value)} />
        <Input
          label={d.prefix}
          maxLength={12}
          value={prefix}
          onChange={event => setPrefix(event.target.value.toUpperCase().replaceAll(/[^0-9A-Z]/g, ''))}
        />
      </div>
    </Dialog>
  )
}
