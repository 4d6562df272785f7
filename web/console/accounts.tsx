import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Money } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { ownerCode, ownerName, RowLink, shortId } from './rows.tsx'

export type AccountsSearch = { owner?: string; purpose?: string; asset?: string; q?: string; sort?: 'lowest' }
type Account = Ok<'GET /console/balances'>['items'][number]

/** Single accounts of a kind: the second click from a balance to its postings. */
export function ConsoleAccounts({ search }: { search: AccountsSearch }) {
  const t = useWords()
  const format = useFormat()
  const navigate = useNavigate()
  const [typed, setTyped] = useState(search.q ?? '')
  const { data: sums } = useQuery(read('GET /console/accounts'))
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/balances', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/balances', { ...search, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  const go = (change: Partial<Record<keyof AccountsSearch, string>>) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== ''))
    void navigate({ to: '/console/accounts', search: next as AccountsSearch, replace: true })
  }
  // What there is to choose from: what the trial balance knows, and what was asked for.
  const choices = (values: readonly (string | undefined)[]) => [...new Set(values.filter(value => value !== undefined))].sort()
  const options = (any: string, values: readonly string[]) => [
    { value: '', name: any },
    ...values.map(value => ({ value, name: ownerCode(t, value) })),
  ]
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-xl">{t.console.accountsTitle}</h1>
      <form
        className="grid gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_repeat(4,minmax(8rem,11rem))]"
        onSubmit={event => {
          event.preventDefault()
          go({ q: typed })
        }}
      >
        <Input
          label={t.console.search}
          placeholder={t.console.searchHint}
          type="search"
          value={typed}
          maxLength={100}
          onChange={event => setTyped(event.target.value)}
          onBlur={() => (typed !== (search.q ?? '') ? go({ q: typed }) : undefined)}
        />
        <Select
          label={t.console.owner}
          value={search.owner ?? ''}
          onChange={event => go({ owner: event.target.value })}
          options={options(t.console.anyOwner, choices([search.owner, ...(sums?.items.map(item => item.owner) ?? [])]))}
        />
        <Select
          label={t.console.purpose}
          value={search.purpose ?? ''}
          onChange={event => go({ purpose: event.target.value })}
          options={options(t.console.anyPurpose, choices([search.purpose, ...(sums?.items.map(item => item.purpose) ?? [])]))}
        />
        <Select
          label={t.console.unit}
          value={search.asset ?? ''}
          onChange={event => go({ asset: event.target.value })}
          options={options(t.console.anyAsset, choices([search.asset, ...(sums?.items.map(item => item.balance.currency) ?? [])]))}
        />
        <Select
          label={t.console.sort}
          value={search.sort ?? ''}
          onChange={event => go({ sort: event.target.value })}
          options={[
            { value: '', name: t.console.highest },
            { value: 'lowest', name: t.console.lowest },
          ]}
        />
      </form>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState title={t.console.noAccounts} compact />
        ) : (
          <AccountTable rows={rows} label={t.console.accountsTitle} />
        )}
        {hasNextPage ? (
          <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
            {t.common.showMore}
          </Button>
        ) : null}
        <p className="mt-4 text-xs text-muted">
          {t.console.lookRecorded} {rows.length > 0 ? `${t.console.accounts}: ${format.number(rows.length)}${hasNextPage ? '+' : ''}` : ''}
        </p>
      </Panel>
    </div>
  )
}

export function AccountTable({ rows, label }: { rows: readonly Account[]; label: string }) {
  const t = useWords()
  const format = useFormat()
  return (
    <Table<Account>
      label={label}
      dense
      rows={rows}
      rowKey={row => row.id}
      columns={[
        {
          key: 'owner',
          name: t.console.owner,
          cell: row => (
            <RowLink to={`/console/accounts/${row.id}`}>
              {ownerName(t, row.party, row.owner)}
              {row.party.kind === 'person' || row.party.kind === 'organisation' ? (
                <span className="ml-2 text-xs text-muted max-md:hidden" title={row.owner}>
                  {shortId(row.owner)}
                </span>
              ) : null}
            </RowLink>
          ),
        },
        { key: 'purpose', name: t.console.purpose, cell: row => codeName(t, row.purpose) },
        { key: 'changes', name: t.console.changes, align: 'end', wide: true, cell: row => format.number(row.changes) },
        { key: 'balance', name: t.console.balance, align: 'end', cell: row => <DeskValue value={row.balance} className="font-semibold" /> },
      ]}
    />
  )
}

/** An amount of any asset: money as money, the rest as a number and its code. */
export function DeskValue({
  value,
  signed,
  className,
}: {
  value: { amount: string; currency: string }
  signed?: boolean
  className?: string
}) {
  const format = useFormat()
  if (/^[A-Z]{3}$/.test(value.currency))
    return <Money value={value} {...(signed ? { signed } : {})} {...(className ? { className } : {})} />
  return (
    <span className={`tabular whitespace-nowrap ${className ?? ''}`}>
      {format.number(BigInt(value.amount))} <span className="text-xs text-muted">{value.currency}</span>
    </span>
  )
}
