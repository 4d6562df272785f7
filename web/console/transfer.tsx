import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { read, type Ok } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { When } from '../ui/money.tsx'
import { ErrorState, Panel, Skeleton, SkeletonRows } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import type { FlowLink, FlowNode } from '../ui/sankey.tsx'
import { DeskValue } from './accounts.tsx'
import { CauseLinks, ownerName, RowLink } from './rows.tsx'

const Sankey = lazy(() => import('../ui/sankey.tsx').then(module => ({ default: module.Sankey })))

type Transfer = Ok<'GET /console/transfers/:id'>
type Entry = Transfer['entries'][number]

/** One transfer: all its entries, the picture of them, what caused it, and its place in the chain. The third click. */
export function ConsoleTransfer({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(read('GET /console/transfers/:id', { id }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const assets = [...new Set(data.entries.map(entry => entry.amount.currency))]
  return (
    <div className="flex flex-col gap-5">
      <header>
        <h1 className="text-xl">
          {codeName(t, data.kind)} <span className="tabular text-muted">#{data.id}</span>
        </h1>
        <p className="text-muted">
          <When at={data.at} show="dateTime" />
          {data.note ? ` · ${data.note}` : ''}
        </p>
      </header>
      <Panel title={t.console.causes}>
        <CauseLinks causes={data.causes} />
      </Panel>
      {assets.map(asset => {
        const { nodes, links } = picture(t, data, asset)
        return (
          <Panel key={asset} title={`${t.console.picture} · ${asset}`}>
            <Suspense fallback={<Skeleton className="h-56 w-full" />}>
              <Sankey label={t.console.picture} currency={asset} nodes={nodes} links={links} />
            </Suspense>
          </Panel>
        )
      })}
      <Panel title={t.studio.entries} note={t.console.sumsToZero}>
        <Table<Entry & { key: string }>
          label={t.studio.entries}
          dense
          rows={data.entries.map((entry, index) => ({ ...entry, key: String(index) }))}
          rowKey={row => row.key}
          columns={[
            {
              key: 'owner',
              name: t.console.owner,
              cell: row => <RowLink to={`/console/accounts/${row.account}`}>{ownerName(t, row.party, row.owner)}</RowLink>,
            },
            { key: 'purpose', name: t.console.purpose, wide: true, cell: row => codeName(t, row.purpose) },
            {
              key: 'step',
              name: t.studio.share,
              cell: row =>
                row.step ? `${codeName(t, row.step)}${row.shareBp !== null ? ` · ${format.percent(row.shareBp / 10_000)}` : ''}` : '',
            },
            {
              key: 'amount',
              name: t.money.amount,
              align: 'end',
              cell: row => <DeskValue value={row.amount} signed className="font-semibold" />,
            },
            {
              key: 'after',
              name: t.console.runningBalance,
              align: 'end',
              wide: true,
              cell: row => <DeskValue value={row.balanceAfter} className="text-muted" />,
            },
          ]}
        />
      </Panel>
      <Panel title={t.console.chain}>
        {data.seal ? (
          <>
            <p className="font-medium">{t.console.chainAt(format.number(data.seal.place))}</p>
            <p className="tabular mt-1 text-xs break-all text-muted">{data.seal.hash}</p>
          </>
        ) : (
          <p className="text-muted">{t.console.notChained}</p>
        )}
      </Panel>
    </div>
  )
}

/** Who gave → the transfer → the steps → who got. Entries of one owner, purpose and step come together. */
function picture(t: Words, data: Transfer, asset: string): { nodes: FlowNode[]; links: FlowLink[] } {
  const nodes = new Map<string, FlowNode>()
  const links = new Map<string, FlowLink>()
  const node = (id: string, name: string, tone?: FlowNode['tone']) => {
    if (!nodes.has(id)) nodes.set(id, { id, name, tone })
    return id
  }
  const link = (from: string, to: string, amount: bigint) => {
    const id = `${from}>${to}`
    const before = BigInt(links.get(id)?.amount ?? '0')
    links.set(id, { id, from, to, amount: (before + amount).toString() })
  }
  const entries = data.entries.filter(entry => entry.amount.currency === asset)
  const steps = entries.some(entry => entry.step !== null && !entry.amount.amount.startsWith('-'))
  const giving = entries.filter(entry => entry.amount.amount.startsWith('-'))
  const middle = giving.length > 1 || !steps ? node('transfer', codeName(t, data.kind)) : null
  let giver = ''
  for (const entry of giving) {
    giver = node(
      `from ${entry.account}`,
      `${ownerName(t, entry.party, entry.owner)}${entry.party.kind === 'escrow' ? '' : ` · ${codeName(t, entry.purpose)}`}`,
    )
    if (middle) link(giver, middle, -BigInt(entry.amount.amount))
  }
  for (const entry of entries.filter(one => !one.amount.amount.startsWith('-'))) {
    const amount = BigInt(entry.amount.amount)
    const to = node(
      `to ${entry.account}`,
      ownerName(t, entry.party, entry.owner),
      entry.party.kind === 'planet' || entry.party.kind === 'provider' ? 'fee' : undefined,
    )
    const root = middle ?? giver
    if (entry.step === null) link(root, to, amount)
    else {
      const step = node(`step ${entry.step}`, codeName(t, entry.step))
      link(root, step, amount)
      link(step, to, amount)
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] }
}
