import { useInfiniteQuery } from '@tanstack/react-query'
import { Lock } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { AccountTable, DeskValue } from './accounts.tsx'
import { PlaceHold } from './hold-dialogs.tsx'
import { ownerName, RowLink } from './rows.tsx'

type Entry = Ok<'GET /console/balances/:id'>['items'][number]

/** One account: every change of it with the balance it left. */
export function ConsoleAccount({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const [kind, setKind] = useState('')
  const [holding, setHolding] = useState(false)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const choice = {
    ...(kind ? { kind } : {}),
    ...(from ? { from: `${from}T00:00:00.000Z` } : {}),
    ...(to ? { to: new Date(Date.parse(`${to}T00:00:00.000Z`) + 86_400_000).toISOString() } : {}),
  }
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/balances/:id', id, choice],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/balances/:id', { id, ...choice, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
    placeholderData: before => before,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const { account, siblings } = data.pages[0]!
  const kinds = data.pages[0]!.kinds
  const rows = data.pages.flatMap(page => page.items)
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div className="min-w-0">
          <h1 className="text-xl">{ownerName(t, account.party, account.owner)}</h1>
          <p className="text-muted">
            {codeName(t, account.purpose)} · {account.balance.currency} · <span className="break-all">{account.owner}</span>
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-4">
          <DeskValue value={account.balance} className="text-2xl font-bold" />
          {account.purpose === 'available' && /^(?:usr|org)_/.test(account.owner) && BigInt(account.balance.amount) > 0n ? (
            <Button look="quiet" icon={Lock} onClick={() => setHolding(true)}>
              {t.console.placeHold}
            </Button>
          ) : null}
        </div>
      </header>
      <Panel
        title={t.console.entries}
        note={`${t.console.changes}: ${format.number(account.changes)}`}
        action={
          <div className="grid w-full grid-cols-2 gap-3 sm:w-auto sm:grid-cols-3">
            <Select
              label={t.money.kind}
              className="max-sm:col-span-2"
              value={kind}
              onChange={event => setKind(event.target.value)}
              options={[{ value: '', name: t.console.allKinds }, ...kinds.map(value => ({ value, name: codeName(t, value) }))]}
            />
            <Input label={t.console.fromDay} type="date" value={from} max={to} onChange={event => setFrom(event.target.value)} />
            <Input label={t.console.toDay} type="date" value={to} min={from} onChange={event => setTo(event.target.value)} />
          </div>
        }
      >
        {rows.length === 0 ? (
          <EmptyState title={t.console.noEntries} compact />
        ) : (
          <Table<Entry>
            label={t.console.entries}
            dense
            rows={rows}
            rowKey={row => String(row.version)}
            columns={[
              { key: 'at', name: t.money.date, wide: true, cell: row => <When at={row.at} show="dateTime" /> },
              {
                key: 'what',
                name: t.money.cause,
                cell: row => (
                  <RowLink to={`/console/transfers/${row.transfer}`}>
                    {codeName(t, row.kind)}
                    {row.note ? <span className="text-muted"> · {row.note}</span> : null}
                    <span className="tabular ml-2 text-xs text-muted max-md:hidden">#{row.transfer}</span>
                  </RowLink>
                ),
              },
              {
                key: 'step',
                name: t.studio.share,
                wide: true,
                cell: row =>
                  row.step ? `${codeName(t, row.step)}${row.shareBp !== null ? ` · ${format.percent(row.shareBp / 10_000)}` : ''}` : '',
              },
              {
                key: 'other',
                name: t.console.counterparty,
                wide: true,
                cell: row => (row.counterparty ? row.counterparty.name || codeName(t, row.counterparty.kind) : ''),
              },
              {
                key: 'amount',
                name: t.money.amount,
                align: 'end',
                cell: row => <DeskValue value={row.amount} signed className="font-semibold" />,
              },
              {
                key: 'balance',
                name: t.console.runningBalance,
                align: 'end',
                wide: true,
                cell: row => <DeskValue value={row.balanceAfter} className="text-muted" />,
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
      {siblings.length > 0 ? (
        <Panel title={t.console.otherAccounts}>
          <AccountTable rows={siblings} label={t.console.otherAccounts} />
        </Panel>
      ) : null}
      <p className="text-xs text-muted">{t.console.lookRecorded}</p>
      {holding ? <PlaceHold open onOpenChange={setHolding} account={account} /> : null}
    </div>
  )
}
