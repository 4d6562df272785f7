import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../../api.ts'
import { useFormat, useWords } from '../../i18n/use.tsx'
import { parseAmount, typedAmount } from '../../shop/price.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select, TextArea } from '../../ui/field.tsx'
import { Money, When } from '../../ui/money.tsx'
import { Dialog } from '../../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { refundTone } from '../order-refunds.tsx'
import { GiveBackTable, useRefundsChanged } from './refund-sale.tsx'

type Refund = Ok<'GET /me/refunds'>['items'][number]
type State = Refund['state']
const states = ['asked', 'escalated', 'short', 'done', 'declined', 'withdrawn'] as const

function useRefunds(key: 'GET /me/refunds' | 'GET /console/refunds', state: State | '') {
  return useInfiniteQuery({
    queryKey: [key, 'pages', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api(key, { limit: 50, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
}

/** Grants or declines what a buyer asked for. The planet's people always say why. */
function DecideRequest({ refund, deny, staff, onClose }: { refund: Refund; deny: boolean; staff: boolean; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const changed = useRefundsChanged()
  const left = BigInt(refund.price.amount) - BigInt(refund.refunded.amount)
  const most = { ...refund.asked, amount: (left < BigInt(refund.asked.amount) ? left : BigInt(refund.asked.amount)).toString() }
  const [typed, setTyped] = useState(typedAmount(most))
  const [answer, setAnswer] = useState('')
  const amount = parseAmount(typed, most.currency)
  const right = deny || (amount !== null && BigInt(amount) > 0n && BigInt(amount) <= BigInt(most.amount))
  const said = answer.trim() !== '' || !(deny || staff)
  const decide = useMutation({
    mutationFn: () =>
      deny
        ? api('POST /refunds/:id/decline', { id: refund.id, answer })
        : api('POST /refunds/:id/approve', { id: refund.id, amount: amount!, ...(answer.trim() ? { answer } : {}) }),
    onSuccess: done => {
      toast(deny ? t.disputes.declined : done.state === 'short' ? t.disputes.waiting : t.disputes.approved, {
        tone: deny ? 'plain' : 'good',
      })
      onClose()
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const act = deny ? t.disputes.decline : right && amount ? t.disputes.confirm(format.money({ ...most, amount })) : t.disputes.approve
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t.disputes.ask(refund.buyer.name, format.money(refund.asked))}
      description={`${refund.title} · ${t.refunds.reasons[refund.reason]}`}
      wide={!deny}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button look="danger" busy={decide.isPending} disabled={!right || !said} onClick={() => decide.mutate()}>
            {act}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {refund.note ? <p className="rounded-md bg-raised px-4 py-3">{refund.note}</p> : null}
        {deny ? null : (
          <Input
            label={t.disputes.amount}
            error={right ? undefined : t.shop.priceInvalid}
            hint={t.refunds.atMost(format.money(most))}
            value={typed}
            inputMode="decimal"
            suffix={most.currency}
            onChange={event => setTyped(event.target.value)}
          />
        )}
        <TextArea
          label={t.disputes.answer}
          hint={t.disputes.answerHint}
          optional={!deny && !staff}
          rows={2}
          maxLength={500}
          value={answer}
          onChange={event => setAnswer(event.target.value)}
        />
        {deny ? null : <GiveBackTable line={refund.line} amount={right ? amount : null} />}
      </div>
    </Dialog>
  )
}

type Rows = { rows: readonly Refund[]; label: string; staff?: boolean }
function RefundTable({ rows, label, staff = false }: Rows) {
  const t = useWords()
  const format = useFormat()
  const [chosen, setChosen] = useState<{ refund: Refund; deny: boolean } | null>(null)
  return (
    <>
      <Table<Refund>
        label={label}
        dense={staff}
        rows={rows}
        rowKey={row => row.id}
        columns={[
          {
            key: 'title',
            name: t.disputes.title,
            cell: row => (
              <>
                {staff ? (
                  <Link
                    to="/console/orders/$id"
                    params={{ id: row.order.id }}
                    data-jk
                    className="font-medium underline decoration-line-strong underline-offset-4"
                  >
                    {row.title}
                  </Link>
                ) : (
                  <span className="font-medium">{row.title}</span>
                )}
                <span className="block text-xs text-muted">
                  {row.order.number} · {row.buyer.name}
                  {staff ? ` · ${row.seller.name}` : ''}
                  {row.downloaded ? ` · ${t.disputes.downloaded}` : ''}
                </span>
                <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
                  <Tag tone={refundTone[row.state]}>{t.refunds.states[row.state]}</Tag>
                  {row.until ? `${t.disputes.decideBefore} ${format.dateTime(row.until)}` : null}
                </span>
                <span className="mt-1 block text-xs md:hidden">
                  {t.refunds.reasons[row.reason]}
                  {row.note ? <span className="block text-muted">{row.note}</span> : null}
                  {row.answer ? <span className="block">{t.refunds.answer(row.answer)}</span> : null}
                </span>
              </>
            ),
          },
          {
            key: 'reason',
            name: t.disputes.reason,
            wide: true,
            cell: row => (
              <>
                {t.refunds.reasons[row.reason]}
                {row.note ? <span className="block max-w-[40ch] text-xs text-muted">{row.note}</span> : null}
                {row.answer ? <span className="block max-w-[40ch] text-xs">{t.refunds.answer(row.answer)}</span> : null}
              </>
            ),
          },
          {
            key: 'at',
            name: t.disputes.at,
            wide: true,
            cell: row => <When at={row.createdAt} show="dateTime" />,
            sort: row => row.createdAt,
          },
          {
            key: 'amount',
            name: t.disputes.asked,
            align: 'end',
            sort: row => BigInt(row.amount.amount),
            cell: row => (
              <>
                <Money value={row.amount} className="font-semibold" />
                <span className="block text-xs text-muted">
                  {t.disputes.price} <Money value={row.price} />
                </span>
              </>
            ),
          },
          {
            key: 'act',
            name: t.disputes.decide,
            hideName: true,
            align: 'end',
            cell: row => (
              <span className="inline-flex flex-wrap justify-end gap-2 max-md:flex-col">
                {row.can.decline ? (
                  <Button look="quiet" size="sm" onClick={() => setChosen({ refund: row, deny: true })}>
                    {t.disputes.decline}
                  </Button>
                ) : null}
                {row.can.approve ? (
                  <Button size="sm" onClick={() => setChosen({ refund: row, deny: false })}>
                    {t.disputes.approve}
                  </Button>
                ) : null}
              </span>
            ),
          },
        ]}
      />
      {chosen ? <DecideRequest {...chosen} staff={staff} onClose={() => setChosen(null)} /> : null}
    </>
  )
}

/** Whether it is not known yet what buyers asked for: what stands below waits, so that nothing moves. */
export const useRequestsPending = (): boolean => useRefunds('GET /me/refunds', '').isPending

/** What buyers asked the seller for; nothing when nobody asked. */
export function SellerRequests() {
  const t = useWords()
  const { data } = useRefunds('GET /me/refunds', '')
  const rows = data?.pages.flatMap(page => page.items).filter(row => row.until !== null) ?? []
  if (rows.length === 0) return null
  return (
    <Panel title={t.disputes.requests} note={t.disputes.requestsNote} className="mb-5">
      <RefundTable rows={rows} label={t.disputes.requests} />
    </Panel>
  )
}

/** A number of days that holds for the whole planet, and changing it: until when buyers may ask, when goods count as received. */
function Policy({ of }: { of: 'refund' | 'goods' }) {
  const t = useWords()
  const changed = useRefundsChanged()
  const [typed, setTyped] = useState<string | null>(null)
  const { data } = useQuery(read(`GET /console/${of}-policy`))
  const [least, most] = of === 'refund' ? [0, 365] : [3, 60]
  const d = t.disputes
  const words =
    of === 'refund'
      ? { now: d.policy, title: d.policyTitle, days: d.policyDays, hint: d.policyHint }
      : { now: d.arrived, title: d.arrivedTitle, days: d.arrivedDays, hint: d.arrivedHint }
  const right = typed !== null && /^\d{1,3}$/.test(typed) && Number(typed) >= least && Number(typed) <= most
  const save = useMutation({
    mutationFn: () => api(`PUT /console/${of}-policy`, { days: Number(typed) }),
    onSuccess: () => {
      toast(t.disputes.saved, { tone: 'good' })
      setTyped(null)
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  if (!data) return null
  return (
    <>
      <Button look="quiet" onClick={() => setTyped(String(data.days))}>
        {words.now(String(data.days))}
      </Button>
      <Dialog
        open={typed !== null}
        onOpenChange={open => (open ? undefined : setTyped(null))}
        title={words.title}
        footer={
          <Button busy={save.isPending} disabled={!right} onClick={() => save.mutate()}>
            {t.disputes.save}
          </Button>
        }
      >
        <Input
          label={words.days}
          hint={words.hint}
          error={right || typed === null ? undefined : t.faults.invalid}
          value={typed ?? ''}
          inputMode="numeric"
          onChange={event => setTyped(event.target.value)}
        />
      </Dialog>
    </>
  )
}

export type RefundsSearch = { state?: State }
/** The console's queue of refunds. */
export function ConsoleRefunds({ search }: { search: RefundsSearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useRefunds(
    'GET /console/refunds',
    search.state ?? '',
  )
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.disputes.refunds}</h1>
        <Select
          label={t.disputes.state}
          className="w-48"
          value={search.state ?? ''}
          onChange={event => {
            const state = event.target.value as State | ''
            void navigate({ to: '/console/refunds', search: state ? { state } : {}, replace: true })
          }}
          options={[{ value: '', name: t.disputes.allStates }, ...states.map(value => ({ value, name: t.refunds.states[value] }))]}
        />
        <div className="flex flex-wrap gap-2">
          <Policy of="refund" />
          <Policy of="goods" />
        </div>
      </header>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState icon={Undo2} title={t.disputes.noRefunds} compact>
            {t.disputes.noRefundsBody}
          </EmptyState>
        ) : (
          <RefundTable rows={rows} label={t.disputes.refunds} staff />
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
