import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleX, RotateCw, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { hasRole, useMe } from '../shell/me.ts'
import { orderTone, type OrderData } from '../shop/orders.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

/** The day at a glance. What is held for others must equal what is owed to others; it is said plainly when it does not. */
export function ConsoleOverview() {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /console/overview'),
    enabled: hasRole(me, 'finance'),
    refetchInterval: 15_000,
  })
  if (!hasRole(me, 'finance')) return <EmptyState icon={ShieldCheck} title={t.console.staffOnly} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  // What lies with providers belongs to others, except the commission that is the planet's own.
  const even = BigInt(data.custody.amount) === BigInt(data.owed.amount) + BigInt(data.commission.amount)
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-xl">{t.console.overview}</h1>
      <div
        role="status"
        className={
          even
            ? 'flex items-center gap-3 rounded-md bg-paid-soft px-4 py-3 font-medium text-paid'
            : 'flex items-center gap-3 rounded-md bg-danger-soft px-4 py-3 font-medium text-danger'
        }
      >
        {even ? <CircleCheck size={20} aria-hidden /> : <CircleX size={20} aria-hidden />}
        {even ? t.console.custodyMatches : t.console.custodyDiffers}
      </div>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <Figure label={t.console.custody} value={format.money(data.custody)} state="held" />
        <Figure label={t.console.owed} value={format.money(data.owed)} state="available" />
        <Figure label={t.console.commission} value={format.money(data.commission)} state="paid" />
        <Figure label={t.console.fees} value={format.money(data.fees)} />
        <Figure label={t.console.ordersPlaced} value={format.number(data.orders.placed)} />
        <Figure label={t.console.ordersPaid} value={format.number(data.orders.paid)} />
        <Figure label={t.console.ordersSettled} value={format.number(data.orders.settled)} />
        <Figure label={t.console.people} value={format.number(data.people)} />
        <Figure label={t.console.jobsWaiting} value={format.number(data.jobs.waiting)} />
        <Figure label={t.console.jobsFailed} value={format.number(data.jobs.failed)} />
      </div>
    </div>
  )
}

const states = ['placed', 'paid', 'settled', 'cancelled', 'expired', 'refunded'] as const

export function ConsoleOrders() {
  const t = useWords()
  const [state, setState] = useState<OrderData['state'] | ''>('')
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/orders', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/orders', { limit: 100, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  const told = (code: string) => states.find(known => known === code)
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.console.orders}</h1>
        <Select
          label={t.console.state}
          className="w-44"
          value={state}
          onChange={event => setState(event.target.value as typeof state)}
          options={[{ value: '', name: t.console.allStates }, ...states.map(value => ({ value, name: t.shop.states[value] }))]}
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
              { key: 'number', name: t.console.number, cell: row => row.number, sort: row => row.number },
              { key: 'at', name: t.console.at, cell: row => <When at={row.at} show="dateTime" />, sort: row => row.at },
              { key: 'buyer', name: t.console.buyer, cell: row => row.buyer, sort: row => row.buyer },
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

export function ConsoleBooks() {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(read('GET /console/accounts'))
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-xl">{t.console.books}</h1>
      <Audit />
      <Panel title={t.console.trialBalance}>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : (
          <Table
            label={t.console.trialBalance}
            dense
            rows={data.items}
            rowKey={row => `${row.owner} ${row.purpose} ${row.balance.currency}`}
            columns={[
              { key: 'owner', name: t.console.owner, cell: row => codeName(t, row.owner), sort: row => row.owner },
              { key: 'purpose', name: t.console.purpose, cell: row => codeName(t, row.purpose), sort: row => row.purpose },
              {
                key: 'accounts',
                name: t.console.accounts,
                align: 'end',
                cell: row => format.number(row.accounts),
                sort: row => row.accounts,
              },
              {
                key: 'balance',
                name: t.console.balance,
                align: 'end',
                cell: row => <Money value={row.balance} className="font-semibold" />,
                sort: row => BigInt(row.balance.amount),
              },
            ]}
          />
        )}
      </Panel>
    </div>
  )
}

type Check = Ok<'GET /console/audit'>['items'][number]

function Audit() {
  const t = useWords()
  const format = useFormat()
  const run = useMutation({ mutationFn: () => api('GET /console/audit'), onError: error => toast(faultText(t, error), { tone: 'bad' }) })
  return (
    <Panel
      title={t.console.audit}
      note={t.console.auditHint}
      action={
        <Button icon={RotateCw} busy={run.isPending} onClick={() => run.mutate()}>
          {t.console.auditNow}
        </Button>
      }
    >
      {run.data ? (
        <Table<Check>
          label={t.console.audit}
          dense
          rows={run.data.items}
          rowKey={row => row.name}
          columns={[
            { key: 'name', name: t.console.audit, cell: row => row.meaning },
            {
              key: 'ok',
              name: t.console.state,
              sort: row => (row.ok ? 1 : 0),
              cell: row => (
                <Tag tone={row.ok ? 'good' : 'bad'}>{row.ok ? t.console.auditOk : `${t.console.auditBad}: ${row.findings.length}`}</Tag>
              ),
            },
            {
              key: 'findings',
              name: t.console.auditBad,
              cell: row => <span className="text-danger">{row.findings.slice(0, 5).join('; ')}</span>,
            },
            {
              key: 'ms',
              name: 'ms',
              align: 'end',
              wide: true,
              className: 'whitespace-nowrap',
              cell: row => t.console.milliseconds(format.number(Math.round(row.milliseconds))),
              sort: row => row.milliseconds,
            },
          ]}
        />
      ) : null}
    </Panel>
  )
}

export function ConsoleJobs() {
  const t = useWords()
  const client = useQueryClient()
  const query = read('GET /console/jobs')
  const { data, error, isPending, refetch } = useQuery(query)
  const retry = useMutation({
    mutationFn: (id: string) => api('POST /console/jobs/:id/retry', { id }),
    onSuccess: () => toast(t.console.retried, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  })
  return (
    <>
      <h1 className="mb-5 text-xl">{t.console.jobs}</h1>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : data.items.length === 0 ? (
          <EmptyState icon={CircleCheck} title={t.console.noJobs} compact>
            {t.console.noJobsBody}
          </EmptyState>
        ) : (
          <Table
            label={t.console.jobs}
            dense
            rows={data.items}
            rowKey={row => row.id}
            columns={[
              { key: 'task', name: t.console.task, cell: row => row.task, sort: row => row.task },
              { key: 'at', name: t.console.at, cell: row => <When at={row.at} show="dateTime" />, sort: row => row.at },
              { key: 'attempts', name: t.console.attempts, align: 'end', cell: row => row.attempts },
              { key: 'error', name: t.console.error, cell: row => <span className="break-all text-muted">{row.error}</span> },
              {
                key: 'retry',
                name: t.console.retry,
                hideName: true,
                align: 'end',
                cell: row => (
                  <Button look="quiet" size="sm" busy={retry.isPending && retry.variables === row.id} onClick={() => retry.mutate(row.id)}>
                    {t.console.retry}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
    </>
  )
}
