import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CalendarCheck, HandCoins, ShieldCheck } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { currencyScale, type Currency } from '../../shared/currencies.ts'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Money, When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { Decide, usePayoutsChanged } from './decide.tsx'

type BatchRow = Ok<'GET /console/payout-batches'>['items'][number]
export const batchTone: Record<BatchRow['state'], Tone> = {
  draft: 'plain',
  submitted: 'held',
  approved: 'ion',
  done: 'good',
  cancelled: 'plain',
}
const link = 'underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-current'

/** The desk of payouts: batches, new accounts to look at, months to close, and what is set. */
export function PayoutRun() {
  const t = useWords()
  const [composing, setComposing] = useState(false)
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-xl">{t.payouts.run}</h1>
        <Button icon={HandCoins} onClick={() => setComposing(true)}>
          {t.payouts.compose}
        </Button>
      </header>
      <Batches />
      <Waiting />
      <Months />
      <Settings />
      {composing ? <Compose onClose={() => setComposing(false)} /> : null}
    </div>
  )
}

function Compose({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const navigate = useNavigate()
  const changed = usePayoutsChanged()
  const [currency, setCurrency] = useState<Currency>('CNY')
  const [day, setDay] = useState(() => new Date().toISOString().slice(0, 10))
  const compose = useMutation({
    mutationFn: () => api('POST /console/payout-batches', { currency, day }),
    onSuccess: async ({ id }) => {
      await changed()
      await navigate({ to: '/console/payouts/$id', params: { id } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    compose.mutate()
  }
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.payouts.compose} description={t.payouts.composeBody}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid grid-cols-2 gap-4">
          <Select
            label={t.payouts.currency}
            value={currency}
            onChange={event => setCurrency(event.target.value as Currency)}
            options={Object.keys(currencyScale).map(value => ({ value, name: value }))}
          />
          <Input label={t.payouts.day} type="date" required value={day} onChange={event => setDay(event.target.value)} />
        </div>
        {compose.error ? <Refusal error={compose.error} /> : null}
        <Button type="submit" size="lg" busy={compose.isPending}>
          {t.payouts.compose}
        </Button>
      </form>
    </Dialog>
  )
}

function Batches() {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/payout-batches'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/payout-batches', { limit: 24, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={t.payouts.batches}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : rows.length === 0 ? (
        <EmptyState icon={HandCoins} title={t.payouts.noBatches} compact>
          {t.payouts.composeBody}
        </EmptyState>
      ) : (
        <Table
          label={t.payouts.batches}
          dense
          rows={rows}
          rowKey={row => row.id}
          columns={[
            {
              key: 'day',
              name: t.payouts.day,
              cell: row => (
                <Link to="/console/payouts/$id" params={{ id: row.id }} className={link} data-jk>
                  {format.day(row.day)}
                </Link>
              ),
              sort: row => row.day,
            },
            {
              key: 'state',
              name: t.payouts.state,
              cell: row => <Tag tone={batchTone[row.state]}>{t.payouts.batchStates[row.state]}</Tag>,
              sort: row => row.state,
            },
            { key: 'by', name: t.payouts.by, wide: true, cell: row => row.madeBy },
            {
              key: 'count',
              name: t.payouts.count,
              align: 'end',
              wide: true,
              cell: row => format.number(row.payouts),
              sort: row => row.payouts,
            },
            {
              key: 'total',
              name: t.payouts.amount,
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
  )
}

type Asked = Ok<'GET /console/payout-methods'>['items'][number]

/** New accounts of parties whose income is disputed. */
function Waiting() {
  const t = useWords()
  const me = useMe()
  const [chosen, setChosen] = useState<{ method: Asked; allow: boolean } | null>(null)
  const { data, error, isPending, refetch } = useQuery(read('GET /console/payout-methods'))
  const operator = hasRole(me, 'operator')
  return (
    <Panel title={t.payouts.waiting}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={t.payouts.nobodyWaits} compact />
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(method => (
            <li key={method.id} className="flex flex-wrap items-center justify-between gap-3 py-3">
              <span className="min-w-0">
                <span className="block font-medium">{method.name}</span>
                <span className="tabular block text-muted">
                  {[method.account, method.holder, method.bank, method.country].filter(Boolean).join(' · ')}
                  {method.before ? ` · ${t.payouts.was(`${method.before.account} ${method.before.country}`)}` : ''}
                </span>
              </span>
              {operator ? (
                <span className="flex gap-2">
                  <Button look="quiet" size="sm" onClick={() => setChosen({ method, allow: true })}>
                    {t.payouts.allow}
                  </Button>
                  <Button look="danger" size="sm" onClick={() => setChosen({ method, allow: false })}>
                    {t.payouts.refuse}
                  </Button>
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {chosen ? (
        <Decide
          open
          onOpenChange={open => !open && setChosen(null)}
          title={chosen.allow ? t.payouts.allow : t.payouts.refuse}
          body={`${chosen.method.name} · ${chosen.method.account}`}
          action={chosen.allow ? t.payouts.allow : t.payouts.refuse}
          danger={!chosen.allow}
          act={reason => api('POST /console/payout-methods/:id/decide', { id: chosen.method.id, allow: chosen.allow, reason })}
        />
      ) : null}
    </Panel>
  )
}

type MonthRow = Ok<'GET /console/periods'>['items'][number]
type Act = 'propose' | 'close' | 'withdraw'
const monthTone: Record<MonthRow['state'], Tone> = { running: 'plain', open: 'plain', proposed: 'held', closed: 'good' }

function Months() {
  const t = useWords()
  const format = useFormat()
  const [chosen, setChosen] = useState<{ month: string; act: Act } | null>(null)
  const { data, error, isPending, refetch } = useQuery(read('GET /console/periods'))
  const obstacle = (code: string): string => (t.payouts.obstacles as Record<string, string>)[code] ?? code
  const acts = {
    propose: (month: string, reason: string) => api('POST /console/periods', { month, reason }),
    close: (month: string, reason: string) => api('POST /console/periods/:month/close', { month, reason }),
    withdraw: (month: string, reason: string) => api('POST /console/periods/:month/withdraw', { month, reason }),
  }
  return (
    <Panel title={t.payouts.closeMonths}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(row => (
            <li key={row.month} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5">
              <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <CalendarCheck size={16} aria-hidden className="text-muted" />
                <span className="font-medium">{format.month(`${row.month}-01`)}</span>
                <Tag tone={monthTone[row.state]}>{t.payouts.monthStates[row.state]}</Tag>
                {row.statements > 0 ? <span className="text-muted">{t.payouts.statements(format.number(row.statements))}</span> : null}
                {row.blocking.map(one => (
                  <span key={one.code} className="font-medium text-danger">
                    {format.number(one.count)} {obstacle(one.code)}
                  </span>
                ))}
                {row.notes.map(one => (
                  <span key={one.code} className="text-muted">
                    {format.number(one.count)} {obstacle(one.code)}
                  </span>
                ))}
                {row.closedAt ? (
                  <span className="text-xs text-muted">
                    <When at={row.closedAt} /> · {row.proposedBy} · {row.closedBy}
                  </span>
                ) : null}
              </span>
              <span className="flex gap-2">
                {(['propose', 'close', 'withdraw'] as const).map(act =>
                  row.can[act] ? (
                    <Button
                      key={act}
                      size="sm"
                      look={act === 'close' ? 'primary' : 'quiet'}
                      onClick={() => setChosen({ month: row.month, act })}
                    >
                      {t.payouts[act]}
                    </Button>
                  ) : null,
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {chosen ? (
        <Decide
          open
          onOpenChange={open => !open && setChosen(null)}
          title={`${t.payouts[chosen.act]} · ${format.month(`${chosen.month}-01`)}`}
          {...(chosen.act === 'withdraw' ? {} : { body: t.payouts.closeBody(format.month(`${chosen.month}-01`)) })}
          action={t.payouts[chosen.act]}
          danger={chosen.act === 'close'}
          act={reason => acts[chosen.act](chosen.month, reason)}
        />
      ) : null}
    </Panel>
  )
}

function Settings() {
  const t = useWords()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const hydrated = useHydrated()
  const { data, error, isPending, refetch } = useQuery(read('GET /console/payout-settings'))
  const [currency, setCurrency] = useState<Currency>('CNY')
  const [least, setLeast] = useState<string | null>(null)
  const [days, setDays] = useState<string | null>(null)
  const [debtor, setDebtor] = useState<{ name: string; account: string; bic?: string | undefined } | null>(null)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={2} />
  const now = data.thresholds.find(one => one.currency === currency)!
  const payer = debtor ?? data.debtor ?? { name: '', account: '' }
  const wanted = least === null ? null : parseAmount(least, currency)
  return (
    <Panel
      title={t.payouts.settings}
      action={
        <Button look="quiet" size="sm" disabled={!hydrated} onClick={() => setOpen(true)}>
          {t.payouts.settings}
        </Button>
      }
    >
      <p className="text-muted">
        {t.payouts.threshold}:{' '}
        {data.thresholds
          .slice(0, 3)
          .map(one => format.money(one))
          .join(' · ')}{' '}
        — {t.payouts.coolingDays}: {format.number(data.coolingDays)}
        {data.taxRules.map(rule => ` — ${rule.country} ${t.payouts.taxKinds[rule.kind]}: ${format.percent(rule.rateBp / 10_000)}`).join('')}
      </p>
      <Decide
        open={open}
        onOpenChange={setOpen}
        title={t.payouts.settings}
        action={t.payouts.save}
        act={reason =>
          api('PUT /console/payout-settings', {
            reason,
            ...(wanted === null ? {} : { threshold: { amount: wanted, currency } }),
            ...(days === null || !/^\d{1,2}$/.test(days) ? {} : { coolingDays: Number(days) }),
            ...(debtor === null || debtor.name === ''
              ? {}
              : { debtor: { ...debtor, account: debtor.account.replaceAll(' ', '').toUpperCase() } }),
          })
        }
      >
        <div className="grid grid-cols-2 gap-4">
          <Select
            label={t.payouts.currency}
            value={currency}
            onChange={event => setCurrency(event.target.value as Currency)}
            options={data.thresholds.map(one => ({ value: one.currency, name: one.currency }))}
          />
          <Input
            label={t.payouts.threshold}
            inputMode="decimal"
            value={least ?? typedAmount(now)}
            onChange={event => setLeast(event.target.value)}
          />
          <Input
            label={t.payouts.coolingDays}
            inputMode="numeric"
            value={days ?? String(data.coolingDays)}
            onChange={event => setDays(event.target.value)}
          />
          <Input
            label={t.payouts.debtor}
            value={payer.name}
            maxLength={70}
            onChange={event => setDebtor({ ...payer, name: event.target.value })}
          />
          <Input
            label={t.payouts.debtorAccount}
            value={payer.account}
            maxLength={34}
            onChange={event => setDebtor({ ...payer, account: event.target.value })}
          />
        </div>
      </Decide>
    </Panel>
  )
}
