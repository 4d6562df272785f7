import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Banknote, Download, ShieldCheck } from 'lucide-react'
import { useMemo, useState } from 'react'
import { api, read } from '../api.ts'
import { splitInput } from '../api-call.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { EarningsChart } from '../insight/earnings.tsx'
import { FlowPicture } from '../insight/flow.tsx'
import { Looks } from '../insight/looks.tsx'
import { PlayIncome } from '../settlement/play-income.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { AccountSelect, useAccount } from './account.tsx'
import { Balances } from './balances.tsx'
import { Holds } from './holds.tsx'

export type MoneySearch = { as?: string; period?: 'year' | 'month' }

/** Midnight (UTC) so many days ago: steady over the day, so that answers can be kept. */
const daysAgo = (days: number): string => {
  const day = new Date()
  day.setUTCHours(0, 0, 0, 0)
  day.setUTCDate(day.getUTCDate() - days)
  return day.toISOString()
}

/** Statement: what one has, where it came from and went, and every posting. */
export function StudioMoney({ search }: { search: MoneySearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const account = useAccount(search.as)
  const { as } = account
  const of = useMemo(
    () => ({ ...(as ? { as } : {}), ...(search.period ? { from: daysAgo(search.period === 'year' ? 365 : 30) } : {}) }),
    [as, search.period],
  )
  const go = (next: MoneySearch) => void navigate({ to: '/studio/money', search: next, replace: true })
  const { period: _, ...always } = search
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.studio.moneyTitle}</h1>
        <div className="flex flex-wrap gap-3">
          <AccountSelect account={account} onChoose={chosen => go({ ...search, as: chosen })} />
          <Select
            label={t.studio.period}
            className="w-44"
            value={search.period ?? 'all'}
            onChange={event => go(event.target.value === 'all' ? always : { ...always, period: event.target.value as 'year' | 'month' })}
            options={(['all', 'year', 'month'] as const).map(value => ({ value, name: t.studio.periods[value] }))}
          />
        </div>
      </header>
      <Balances as={as} />
      <Holds as={as} />
      <OwnFlow of={of} />
      <Panel title={t.studio.earnings}>
        <EarningsChart of={of} />
      </Panel>
      <PlayIncome as={as} />
      <Statement of={of} />
      <Looks />
    </div>
  )
}

type Of = { as?: string; from?: string }

function OwnFlow({ of }: { of: Of }) {
  const t = useWords()
  const format = useFormat()
  const { data: flow, error, isPending, refetch } = useQuery(read('GET /me/money', of))
  return (
    <Panel
      title={t.studio.flow}
      note={flow ? t.money.cameIn(format.money(flow.total)) : ''}
      action={flow && flow.transfers > 0 ? <Tag>{t.money.transfers(format.number(flow.transfers))}</Tag> : null}
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : (
        <FlowPicture flow={flow} of={of} label={t.studio.flow} />
      )}
    </Panel>
  )
}

/** Names of what earned, by their ids: the flow has them. */
function useTitles(of: Of): (subject: string | null) => string | null {
  const { data: flow } = useQuery(read('GET /me/money', of))
  const titles = useMemo(() => new Map(flow?.nodes.map(node => [node.id.replace(/^sub:/, ''), node.label])), [flow])
  return subject => (subject ? (titles.get(subject) ?? null) : null)
}

function Statement({ of }: { of: Of }) {
  const titleOf = useTitles(of)
  const t = useWords()
  const format = useFormat()
  const [opened, setOpened] = useState<string | null>(null)
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/statement', 'pages', of],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/statement', { ...of, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel
      title={t.studio.statement}
      action={
        <span className="flex flex-wrap gap-2">
          <a href={splitInput('GET /me/statement.csv', of).url} download className={buttonClass('quiet', 'sm')}>
            <Download size={14} aria-hidden />
            {t.studio.exportCsv}
          </a>
          <a
            href={splitInput('GET /me/statement.json', of).url}
            download
            className={buttonClass('quiet', 'sm')}
            title={t.studio.exportProofHint}
          >
            <ShieldCheck size={14} aria-hidden />
            {t.studio.exportProof}
          </a>
        </span>
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows />
      ) : rows.length === 0 ? (
        <EmptyState icon={Banknote} title={t.studio.noStatement} compact>
          {t.studio.noStatementBody}
        </EmptyState>
      ) : (
        <Table
          label={t.studio.statement}
          dense
          rows={rows}
          rowKey={row => String(row.version)}
          columns={[
            { key: 'at', name: t.money.date, cell: row => <When at={row.at} show="dateTime" /> },
            { key: 'kind', name: t.money.kind, wide: true, cell: row => codeName(t, row.kind) },
            {
              key: 'note',
              name: t.money.cause,
              cell: row => (
                <button
                  type="button"
                  className="text-left underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-current"
                  onClick={() => setOpened(row.transfer)}
                >
                  {row.note ?? titleOf(row.subject) ?? `#${row.transfer}`}
                  {row.counterparty && row.counterparty.name ? (
                    <span className="ml-2 text-xs text-muted">{row.counterparty.name}</span>
                  ) : null}
                </button>
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
              key: 'amount',
              name: t.money.amount,
              align: 'end',
              cell: row => <Money value={row.amount} signed className="font-semibold" />,
            },
            {
              key: 'balance',
              name: t.money.balance,
              align: 'end',
              wide: true,
              cell: row => <Money value={row.balanceAfter} className="text-muted" />,
            },
          ]}
        />
      )}
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
          {t.common.showMore}
        </Button>
      ) : null}
      <details className="mt-5 border-t border-line pt-4 text-muted">
        <summary className="cursor-pointer font-medium text-ink">{t.studio.verifyTitle}</summary>
        <ul className="mt-2 flex max-w-prose list-disc flex-col gap-1.5 pl-5 break-words">
          {Object.entries(t.studio.verify).map(([key, line]) => (
            <li key={key}>{line}</li>
          ))}
        </ul>
      </details>
      <Sheet
        open={opened !== null}
        onOpenChange={open => !open && setOpened(null)}
        title={opened ? t.studio.transfer(opened) : ''}
        description={t.studio.entries}
      >
        {opened ? <TransferEntries id={opened} /> : null}
      </Sheet>
    </Panel>
  )
}

/** One transfer with all its entries: they sum to nothing, which is the point. */
function TransferEntries({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(read('GET /transfers/:id', { id }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  return (
    <>
      <p className="mb-3 text-muted">
        {codeName(t, data.kind)} · <When at={data.at} show="dateTime" />
        {data.note ? ` · ${data.note}` : ''}
      </p>
      <ul className="divide-y divide-line">
        {data.entries.map((entry, index) => (
          <li key={index} className="flex items-start justify-between gap-4 py-3">
            <div className="min-w-0">
              <p className="font-medium">
                {entry.party.kind === 'you' ? t.common.you : entry.party.name === '' ? codeName(t, entry.party.kind) : entry.party.name}
              </p>
              <p className="text-xs text-muted">
                {codeName(t, entry.purpose)}
                {entry.step ? ` · ${codeName(t, entry.step)}` : ''}
                {entry.shareBp !== null ? ` · ${format.percent(entry.shareBp / 10_000)}` : ''}
              </p>
            </div>
            <Money value={entry.amount} signed className="font-semibold" />
          </li>
        ))}
      </ul>
      <p className="mt-4 text-xs break-all text-muted">
        {data.seal ? t.studio.sealed(format.number(data.seal.place)) : t.studio.notSealed}
        {data.seal ? <span className="tabular mt-1 block">{data.seal.hash}</span> : null}
      </p>
    </>
  )
}
