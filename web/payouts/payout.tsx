import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { PayoutFlow } from '../insight/payout-flow.tsx'
import { Button } from '../ui/button.tsx'
import { Money, When } from '../ui/money.tsx'
import { ErrorState, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import type { FlowLink } from '../ui/sankey.tsx'

const Sankey = lazy(async () => ({ default: (await import('../ui/sankey.tsx')).Sankey }))

export type PayoutData = Ok<'GET /me/payouts'>['items'][number]
type State = PayoutData['state']
export const payoutTone: Record<State, Tone> = {
  listed: 'held',
  dropped: 'plain',
  cancelled: 'plain',
  paying: 'ion',
  paid: 'good',
  returned: 'bad',
}

export const reasonText = (t: Words, code: string): string => (t.payouts.returnReasons as Record<string, string>)[code] ?? code

/** What a payout paid for: the income behind it, each down to its postings and its picture. */
export function PayoutDetails({ id }: { id: string }) {
  const t = useWords()
  const [transfer, setTransfer] = useState<string | null>(null)
  const [inside, setInside] = useState<string | null>(null)
  const shown = inside ?? id
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /payouts/:id', shown],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /payouts/:id', { id: shown, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  if (transfer)
    return (
      <>
        <Button look="plain" size="sm" icon={ArrowLeft} onClick={() => setTransfer(null)} className="mb-3 -ml-2">
          {t.payouts.covers}
        </Button>
        <TransferFlow id={transfer} />
      </>
    )
  const payout = data.pages[0]!
  const covers = data.pages.flatMap(page => page.covers)
  return (
    <div className="flex flex-col gap-4">
      {inside ? (
        <Button look="plain" size="sm" icon={ArrowLeft} onClick={() => setInside(null)} className="-mb-2 -ml-2 self-start">
          {t.payouts.list}
        </Button>
      ) : null}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
        <dt className="text-muted">{t.payouts.state}</dt>
        <dd className="text-right">
          <Tag tone={payoutTone[payout.state]}>{t.payouts.payoutStates[payout.state]}</Tag>
        </dd>
        {payout.reason ? (
          <>
            <dt className="text-muted">{t.payouts.why}</dt>
            <dd className="text-right font-medium text-danger">
              {reasonText(t, payout.reason)}
              {payout.note ? <span className="block font-normal text-muted">{payout.note}</span> : null}
            </dd>
          </>
        ) : null}
        <dt className="text-muted">{t.payouts.on}</dt>
        <dd className="text-right">
          <When at={payout.paidAt ?? payout.at} show="dateTime" />
        </dd>
        <dt className="text-muted">{t.payouts.to}</dt>
        <dd className="tabular text-right">{payout.account}</dd>
        <dt className="text-muted">{t.payouts.amount}</dt>
        <dd className="text-right">
          <Money value={payout.amount} />
        </dd>
        {payout.withheld.amount !== '0' ? (
          <>
            <dt className="text-muted">{t.payouts.withheld}</dt>
            <dd className="text-right">
              <Money value={{ ...payout.withheld, amount: `-${payout.withheld.amount}` }} />
            </dd>
            <dt className="text-muted">{t.payouts.net}</dt>
            <dd className="text-right">
              <Money value={payout.net} className="font-semibold" />
            </dd>
          </>
        ) : null}
      </dl>
      <PayoutFlow id={shown} />
      <section>
        <h3 className="text-sm font-semibold">{t.payouts.covers}</h3>
        <p className="mb-1 text-xs text-muted">{t.payouts.coversHint}</p>
        <ul className="divide-y divide-line">
          {covers.map(cover => (
            <li key={cover.version}>
              <button
                type="button"
                className="flex w-full items-start justify-between gap-4 py-2.5 text-left hover:bg-raised/60"
                onClick={() => (cover.payout ? setInside(cover.payout) : setTransfer(cover.transfer))}
              >
                <span className="min-w-0">
                  <span className="block truncate font-medium underline decoration-line-strong decoration-1 underline-offset-4">
                    {cover.payout ? t.payouts.earlier : (cover.note ?? codeName(t, cover.kind))}
                  </span>
                  <span className="block text-xs text-muted">
                    <When at={cover.at} />
                    {cover.step ? ` · ${codeName(t, cover.step)}` : ''}
                  </span>
                </span>
                <span className="shrink-0 text-right">
                  <Money value={cover.whole} className="font-semibold" />
                  {cover.covered.amount !== cover.whole.amount ? <Part value={cover.covered} /> : null}
                </span>
              </button>
            </li>
          ))}
        </ul>
        {hasNextPage ? (
          <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-3">
            {t.common.showMore}
          </Button>
        ) : null}
      </section>
    </div>
  )
}

function Part({ value }: { value: { amount: string; currency: string } }) {
  const t = useWords()
  const format = useFormat()
  return <span className="tabular block text-xs text-muted">{t.payouts.part(format.money(value))}</span>
}

type Transfer = Ok<'GET /transfers/:id'>
const ownerOf = (t: Words, entry: Transfer['entries'][number]): string =>
  entry.party.kind === 'you'
    ? t.common.you
    : entry.party.name && entry.party.kind !== 'provider'
      ? entry.party.name
      : codeName(t, entry.party.kind)

/** One transfer as a picture: from whom, to whom; and every entry of it below. They sum to nothing, which is the point. */
export function TransferFlow({ id }: { id: string }) {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /transfers/:id', { id }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  const currency = data.entries[0]?.amount.currency ?? 'CNY'
  const out = data.entries.filter(entry => entry.amount.amount.startsWith('-'))
  const into = data.entries.filter(entry => !entry.amount.amount.startsWith('-'))
  const from = { id: 'from', name: [...new Set(out.map(entry => codeName(t, entry.purpose)))].join(', ') }
  const nodes = [
    from,
    ...into.map((entry, index) => ({
      id: `to${index}`,
      name: `${ownerOf(t, entry)}${entry.step ? ` · ${codeName(t, entry.step)}` : ''}`,
      ...(entry.step === 'provider_fee' || entry.step === 'commission' ? { tone: 'fee' as const } : {}),
    })),
  ]
  const links: FlowLink[] = into.map((entry, index) => ({ id: `l${index}`, from: 'from', to: `to${index}`, amount: entry.amount.amount }))
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">
        {codeName(t, data.kind)} · <When at={data.at} show="dateTime" />
        {data.note ? ` · ${data.note}` : ''}
      </p>
      <Suspense fallback={<SkeletonRows rows={3} />}>
        <Sankey label={t.payouts.flow} currency={currency} nodes={nodes} links={links} />
      </Suspense>
      <ul aria-label={t.payouts.posting} className="divide-y divide-line">
        {data.entries.map((entry, index) => (
          <li key={index} className="flex items-start justify-between gap-4 py-2.5">
            <span className="min-w-0">
              <span className="block font-medium">{ownerOf(t, entry)}</span>
              <span className="block text-xs text-muted">
                {codeName(t, entry.purpose)}
                {entry.step ? ` · ${codeName(t, entry.step)}` : ''}
              </span>
            </span>
            <Money value={entry.amount} signed className="font-semibold" />
          </li>
        ))}
      </ul>
      {data.seal ? <p className="tabular text-xs break-all text-muted">{data.seal.hash}</p> : null}
    </div>
  )
}
