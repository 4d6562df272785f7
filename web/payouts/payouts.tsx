import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CalendarDays, CircleAlert, CircleCheck, HandCoins, LockKeyhole } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { AccountSelect, useAccount } from '../studio/account.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { Dialog, Sheet } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { Accounts, useStanding, Ways } from './account.tsx'
import { Change, usePayoutsChanged } from './decide.tsx'
import { splitInput } from '../api-call.ts'
import { PayoutDetails, payoutTone, reasonText } from './payout.tsx'

export type PayoutsSearch = { as?: string; payout?: string }
type Item = Ok<'GET /me/payouts/standing'>['items'][number]

/** What will be paid out, or why not; where to; what was paid out so far, down to the sales; each month's statement. */
export function StudioPayouts({ search }: { search: PayoutsSearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const account = useAccount(search.as)
  const { as } = account
  const { data: standing, error, isPending, refetch } = useStanding(as)
  const go = (next: PayoutsSearch) => void navigate({ to: '/studio/payouts', search: next, replace: true })
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{t.payouts.title}</h1>
          <p className="mt-1 text-muted">{t.payouts.intro}</p>
        </div>
        <AccountSelect account={account} onChoose={chosen => go({ as: chosen })} />
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : (
        <>
          {standing.items.map(item => (
            <Standing key={item.currency} item={item} as={as} onDemand={standing.schedule === 'on_demand'} />
          ))}
          <Accounts standing={standing} as={as} />
          <PayoutList as={as} onOpen={payout => go({ ...search, payout })} />
          <Months as={as} />
          <Ways key={as ?? ''} standing={standing} as={as} />
        </>
      )}
      <Sheet
        open={search.payout !== undefined}
        onOpenChange={open => !open && go(search.as ? { as: search.as } : {})}
        title={t.payouts.title}
        description={t.payouts.covers}
      >
        {search.payout ? <PayoutDetails key={search.payout} id={search.payout} /> : null}
      </Sheet>
    </div>
  )
}

/** One currency: the four figures, and in one sentence what will happen to what is available. */
function Standing({ item, as, onDemand }: { item: Item; as: string | undefined; onDemand: boolean }) {
  const t = useWords()
  const format = useFormat()
  const [asking, setAsking] = useState(false)
  const ready = item.reasons.length === 0
  const some = item.available.amount !== '0'
  const may = item.method !== null && BigInt(item.available.amount) >= BigInt(item.threshold.amount) && !item.askedToBePaid
  const early = item.reasons.some(reason => reason.code === 'not_asked' || reason.code === 'paid_this_month')
  return (
    <section aria-label={item.currency} className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-2 sm:gap-3 md:grid-cols-4">
        <Figure label={t.payouts.available} value={format.money(item.available)} state="available" />
        <Figure label={t.payouts.held} value={format.money(item.held)} state="held" />
        <Figure label={t.payouts.paying} value={format.money(item.paying)} />
        <Figure label={t.payouts.paid} value={format.money(item.paid)} state="paid" />
      </div>
      <div className="flex flex-wrap items-start justify-between gap-4 rounded-lg border border-line bg-surface p-5">
        <div className="flex min-w-0 gap-3">
          {ready ? (
            <CircleCheck size={20} aria-hidden className="mt-0.5 shrink-0 text-paid" />
          ) : (
            <CircleAlert size={20} aria-hidden className="mt-0.5 shrink-0 text-held" />
          )}
          <div className="min-w-0">
            <p className="font-semibold">
              {ready ? t.payouts.next(format.money(item.available)) : t.payouts.waits(format.money(item.available))}
            </p>
            {ready ? (
              <p className="text-muted">{item.askedToBePaid && onDemand ? t.payouts.asked : t.payouts.nextBody}</p>
            ) : (
              <ul aria-label={t.payouts.why} className="text-muted">
                {item.reasons.map(reason => (
                  <li key={reason.code}>
                    {t.payouts.reasons[reason.code]}
                    {reason.code === 'below_threshold' ? ` · ${t.payouts.belowBy(format.money(item.threshold))}` : ''}
                    {reason.until ? ` · ${t.payouts.until(format.dateTime(reason.until))}` : ''}
                  </li>
                ))}
              </ul>
            )}
            {item.holds.length > 0 ? (
              <ul className="mt-2 flex flex-col gap-1">
                {item.holds.map(hold => (
                  <li key={hold.id} className="flex flex-wrap items-center gap-x-2 text-held">
                    <LockKeyhole size={14} aria-hidden />
                    {t.payouts.onHold(format.money(hold.amount))}
                    <span className="text-muted">
                      {[codeName(t, hold.reason), hold.note, hold.until ? t.payouts.until(format.dateTime(hold.until)) : null]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </li>
                ))}
              </ul>
            ) : null}
          </div>
        </div>
        {may && early && some ? (
          <Button icon={HandCoins} onClick={() => setAsking(true)}>
            {t.payouts.askNow}
          </Button>
        ) : null}
      </div>
      {asking ? <Ask item={item} as={as} onClose={() => setAsking(false)} /> : null}
    </section>
  )
}

function Ask({ item, as, onClose }: { item: Item; as: string | undefined; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const changed = usePayoutsChanged()
  const ask = useMutation({
    mutationFn: () => api('POST /me/payouts', { ...(as ? { as } : {}), currency: item.currency }),
    onSuccess: async () => {
      await changed()
      toast(t.payouts.askDone, { tone: 'good' })
      onClose()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const sum = (a: string, b: string) => ({ amount: String(BigInt(a) + BigInt(b)), currency: item.currency })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={t.payouts.askTitle}
      description={t.payouts.askBody(format.money(item.available), item.method?.account ?? '')}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button busy={ask.isPending} onClick={() => ask.mutate()}>
            {t.payouts.askNow}
          </Button>
        </>
      }
    >
      <Change label={t.payouts.available} before={item.available} after={{ ...item.available, amount: '0' }} />
      <Change label={t.payouts.paying} before={item.paying} after={sum(item.paying.amount, item.available.amount)} />
    </Dialog>
  )
}

function PayoutList({ as, onOpen }: { as: string | undefined; onOpen: (id: string) => void }) {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/payouts', 'pages', as ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/payouts', { ...(as ? { as } : {}), limit: 24, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={t.payouts.list}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : rows.length === 0 ? (
        <EmptyState icon={HandCoins} title={t.payouts.none} compact>
          {t.payouts.noneBody}
        </EmptyState>
      ) : (
        <Table
          label={t.payouts.list}
          rows={rows}
          rowKey={row => row.id}
          columns={[
            {
              key: 'at',
              name: t.payouts.on,
              cell: row => (
                <button
                  type="button"
                  className="text-left underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-current"
                  onClick={() => onOpen(row.id)}
                >
                  <When at={row.paidAt ?? row.at} />
                </button>
              ),
            },
            { key: 'to', name: t.payouts.to, wide: true, cell: row => row.account },
            {
              key: 'state',
              name: t.payouts.state,
              cell: row => (
                <span className="flex flex-wrap items-center gap-2">
                  <Tag tone={payoutTone[row.state]}>{t.payouts.payoutStates[row.state]}</Tag>
                  {row.reason ? <span className="text-xs text-muted">{reasonText(t, row.reason)}</span> : null}
                </span>
              ),
            },
            {
              key: 'withheld',
              name: t.payouts.withheld,
              align: 'end',
              wide: true,
              cell: row => (row.withheld.amount === '0' ? '' : <Money value={row.withheld} className="text-muted" />),
            },
            { key: 'amount', name: t.payouts.net, align: 'end', cell: row => <Money value={row.net} className="font-semibold" /> },
          ]}
        />
      )}
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
          {t.common.showMore}
        </Button>
      ) : null}
    </Panel>
  )
}

function Months({ as }: { as: string | undefined }) {
  const t = useWords()
  const format = useFormat()
  const of = as ? { as } : {}
  const { data, error, isPending, refetch } = useQuery(read('GET /me/periods', of))
  return (
    <Panel title={t.payouts.months}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={CalendarDays} title={t.payouts.noMonths} compact />
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(item => (
            <li key={`${item.month} ${item.currency}`} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5">
              <span className="flex items-center gap-3">
                <Link
                  to="/studio/months/$month"
                  params={{ month: item.month }}
                  search={{ ...of, currency: item.currency }}
                  className="font-medium underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-current"
                >
                  {format.month(`${item.month}-01`)}
                </Link>
                <span className="text-muted">{item.currency}</span>
                <Tag tone={item.closed ? 'good' : 'plain'}>{item.closed ? t.payouts.closed : t.payouts.open}</Tag>
              </span>
              <span className="flex gap-2">
                {(['pdf', 'csv'] as const).map(kind => (
                  <a
                    key={kind}
                    href={splitInput(`GET /me/periods/:month/${kind}`, { ...of, month: item.month, currency: item.currency }).url}
                    {...(kind === 'csv' ? { download: true } : { target: '_blank', rel: 'noreferrer' })}
                    aria-label={`${kind.toUpperCase()} · ${item.month} ${item.currency}`}
                    className={buttonClass('quiet', 'sm')}
                  >
                    {kind.toUpperCase()}
                  </a>
                ))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
