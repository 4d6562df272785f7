import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, CircleX, Scale } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Select } from '../ui/field.tsx'
import { Figure, Money } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

type Proofs = Ok<'GET /console/proof'>
type Proof = Proofs['items'][number]
type SourceProof = Proof['sources'][number]

const looks = {
  good: { icon: CircleCheck, box: 'bg-paid-soft text-paid', tone: 'good', dot: 'bg-paid' },
  open: { icon: CircleDashed, box: 'bg-held-soft text-held', tone: 'held', dot: 'bg-held' },
  red: { icon: CircleX, box: 'bg-danger-soft text-danger', tone: 'bad', dot: 'bg-danger' },
} as const

/** A source as people know it: a provider by its name, a bank as a bank. */
export const sourceName = (t: Words, source: string): string => codeName(t, source.replace(/^provider:/, ''))
const named = (words: Record<string, string>, t: Words, code: string): string => words[code] ?? codeName(t, code)

/** The daily proof: what is held is what is owed, and each place where money lies says the same as the ledger. */
export function DailyProof() {
  const t = useWords()
  const client = useQueryClient()
  const [chosen, setChosen] = useState('')
  const query = read('GET /console/proof')
  const { data, error, isPending, refetch } = useQuery(query)
  const prove = useMutation({
    mutationFn: () => api('POST /console/proof', {}),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: [query.queryKey[0]] }),
  })
  const proof = data?.items.find(one => one.currency === chosen) ?? data?.items.find(one => one.currency === 'CNY') ?? data?.items[0]
  return (
    <Panel
      title={t.reconciliation.proof}
      action={
        <span className="flex flex-wrap items-center gap-3">
          {data && data.items.length > 1 ? (
            <Select
              label={t.reconciliation.currency}
              hideLabel
              className="w-28"
              value={proof?.currency ?? ''}
              onChange={event => setChosen(event.target.value)}
              options={data.items.map(one => ({ value: one.currency, name: one.currency }))}
            />
          ) : null}
          <Button look="quiet" size="sm" icon={Scale} busy={prove.isPending} onClick={() => prove.mutate()}>
            {t.reconciliation.proveNow}
          </Button>
        </span>
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : proof === undefined ? (
        <p className="text-muted">{t.reconciliation.proofNone}</p>
      ) : (
        <Shown proof={proof} days={data.days.filter(one => one.currency === proof.currency)} />
      )}
    </Panel>
  )
}

function Shown({ proof, days }: { proof: Proof; days: Proofs['days'] }) {
  const t = useWords()
  const format = useFormat()
  const { icon: Icon, box } = looks[proof.state]
  const money = (amount: string) => ({ amount, currency: proof.currency })
  const day = format.day(`${proof.day}T00:00:00Z`)
  const told = { good: t.reconciliation.proofGood, open: t.reconciliation.proofOpen, red: t.reconciliation.proofRed }[proof.state](day)
  return (
    <div className="flex flex-col gap-4">
      <p role="status" className={cx('flex items-center gap-3 rounded-md px-4 py-3 font-medium', box)}>
        <Icon size={20} aria-hidden className="shrink-0" />
        {told}
      </p>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3">
        <Figure label={t.reconciliation.custody} value={format.money(money(proof.custody))} state="held" />
        <Figure label={t.reconciliation.owed} value={format.money(money(proof.owed))} state="available" />
        <Figure label={t.reconciliation.own} value={format.money(money(proof.own))} state="paid" />
      </div>
      <div className="grid gap-x-8 gap-y-2 md:grid-cols-2">
        <Items label={t.reconciliation.owed} items={proof.owedTo} currency={proof.currency} />
        <Items label={t.reconciliation.own} items={proof.ownOf} currency={proof.currency} />
      </div>
      {proof.sources.length > 0 ? <Sources sources={proof.sources} currency={proof.currency} /> : null}
      {days.length > 1 ? (
        <ul className="flex flex-wrap gap-1.5" aria-label={t.reconciliation.proof}>
          {days.toReversed().map(one => {
            const name = `${one.day}: ${t.reconciliation.proofStates[one.state]}`
            return (
              <li key={one.day} title={name} className={cx('h-5 w-2 rounded-full', looks[one.state].dot)}>
                <span className="sr-only">{name}</span>
              </li>
            )
          })}
        </ul>
      ) : null}
    </div>
  )
}

function Items({ label, items, currency }: { label: string; items: Proof['owedTo']; currency: string }) {
  const t = useWords()
  return (
    <dl aria-label={label} className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 self-start text-sm">
      {items.map(item => (
        <div key={item.kind} className="contents">
          <dt className="text-muted">{named(t.reconciliation.owedTo, t, item.kind)}</dt>
          <dd className="text-right">
            <Money value={{ amount: item.amount, currency }} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Sources({ sources, currency }: { sources: readonly SourceProof[]; currency: string }) {
  const t = useWords()
  const cell = (amount: string | null) => (amount === null ? <span className="text-muted">–</span> : <Money value={{ amount, currency }} />)
  const listed = (source: SourceProof) => source.items.reduce((sum, item) => sum + BigInt(item.amount), 0n)
  return (
    <>
      <Table<SourceProof>
        label={`${t.reconciliation.proof} · ${t.reconciliation.source}`}
        dense
        rows={sources}
        rowKey={row => row.source}
        columns={[
          { key: 'source', name: t.reconciliation.source, cell: row => sourceName(t, row.source) },
          { key: 'custody', name: t.reconciliation.custody, align: 'end', wide: true, cell: row => cell(row.custody) },
          { key: 'refunding', name: t.reconciliation.refunding, align: 'end', wide: true, cell: row => cell(row.refunding) },
          { key: 'disputed', name: t.reconciliation.disputed, align: 'end', wide: true, cell: row => cell(row.disputed) },
          { key: 'fees', name: t.reconciliation.fees, align: 'end', wide: true, cell: row => cell(minus(row.fees)) },
          { key: 'expected', name: t.reconciliation.expected, align: 'end', cell: row => cell(row.expected) },
          { key: 'reported', name: t.reconciliation.reported, align: 'end', cell: row => cell(row.reported) },
          { key: 'explained', name: t.reconciliation.explained, align: 'end', wide: true, cell: row => cell(listed(row).toString()) },
          {
            key: 'state',
            name: t.reconciliation.state,
            align: 'end',
            cell: row => (
              <Tag tone={looks[row.state].tone}>
                {row.state === 'red' && row.residual !== null ? (
                  <Money value={{ amount: row.residual, currency }} />
                ) : (
                  t.reconciliation.proofStates[row.state]
                )}
              </Tag>
            ),
          },
        ]}
      />
      {sources.some(source => source.items.length > 0) ? (
        <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm text-muted">
          {sources.flatMap(source =>
            source.items.map(item => (
              <li key={`${source.source} ${item.kind}`}>
                {sourceName(t, source.source)} · {named(t.reconciliation.kinds, t, item.kind)} × {item.count}:{' '}
                <Money value={{ amount: item.amount, currency }} className="text-ink" />
              </li>
            )),
          )}
        </ul>
      ) : null}
    </>
  )
}

const minus = (amount: string): string => (-BigInt(amount)).toString()
