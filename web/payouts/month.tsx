import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, Download, Printer } from 'lucide-react'
import type { Currency } from '../../shared/currencies.ts'
import { read, type Ok } from '../api.ts'
import { splitInput } from '../api-call.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'

export type MonthSearch = { as?: string; currency?: Currency }
type Period = Ok<'GET /me/periods/:month'>
type Line = Period['lines'][number]
const purposes = ['available', 'held', 'reserve', 'paying', 'receivable'] as const
const sections = ['income', 'refunds', 'holds', 'payouts', 'tax', 'other'] as const

/** What a month came to, on screen and (without frame and buttons) on paper. */
export function StudioMonth({ month, search }: { month: string; search: MonthSearch }) {
  const t = useWords()
  const format = useFormat()
  const of = { month, ...(search.as ? { as: search.as } : {}), ...(search.currency ? { currency: search.currency } : {}) }
  const { data, error, isPending, refetch } = useQuery(read('GET /me/periods/:month', of))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const money = (amount: string) => ({ amount, currency: data.currency })
  const shown = purposes.filter(purpose => purpose === 'available' || data.opening[purpose] !== '0' || data.closing[purpose] !== '0')
  return (
    <article className="mx-auto flex max-w-[920px] flex-col gap-6 print:max-w-none print:gap-3 print:text-[11px]">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <Link
            to="/studio/payouts"
            search={search.as ? { as: search.as } : {}}
            className="mb-2 inline-flex items-center gap-1.5 text-muted hover:text-ink print:hidden"
          >
            <ArrowLeft size={16} aria-hidden />
            {t.payouts.title}
          </Link>
          <h1 className="text-xl">{`${t.payouts.paper.title} · ${format.month(`${month}-01`)}`}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
            {data.party} · {data.currency}
            <Tag tone={data.closed ? 'good' : 'plain'}>{data.closed ? t.payouts.paper.closed : t.payouts.paper.open}</Tag>
          </p>
        </div>
        <div className="flex gap-2 print:hidden">
          <Button look="quiet" size="sm" icon={Printer} onClick={() => window.print()}>
            {t.payouts.print}
          </Button>
          {(['pdf', 'csv'] as const).map(kind => (
            <a
              key={kind}
              href={splitInput(`GET /me/periods/:month/${kind}`, of).url}
              className={buttonClass('quiet', 'sm')}
              {...(kind === 'csv' ? { download: true } : {})}
            >
              <Download size={14} aria-hidden />
              {kind.toUpperCase()}
            </a>
          ))}
        </div>
      </header>
      <Panel title={t.payouts.paper.summary}>
        <Table
          label={t.payouts.paper.summary}
          dense
          rows={[...shown, 'total' as const]}
          rowKey={row => row}
          columns={[
            {
              key: 'what',
              name: t.payouts.what,
              cell: row => (
                <span className={row === 'total' ? 'font-semibold' : ''}>{row === 'total' ? t.payouts.total : codeName(t, row)}</span>
              ),
            },
            {
              key: 'opening',
              name: t.payouts.opening,
              align: 'end',
              cell: row => <Money value={money(data.opening[row])} className={row === 'total' ? 'font-semibold' : ''} />,
            },
            {
              key: 'closing',
              name: t.payouts.closing,
              align: 'end',
              cell: row => <Money value={money(data.closing[row])} className={row === 'total' ? 'font-semibold' : ''} />,
            },
          ]}
        />
      </Panel>
      {data.lines.length === 0 ? <EmptyState title={t.payouts.nothing} compact /> : null}
      {sections.map(section => {
        const lines = data.lines.filter(line => line.section === section)
        return lines.length === 0 ? null : (
          <Section key={section} title={t.payouts.sections[section]} lines={lines} currency={data.currency} />
        )
      })}
      {data.sources.length > 0 ? <Sources period={data} /> : null}
      <Panel title={t.payouts.verify} className="break-inside-avoid">
        <p className="max-w-[70ch]">{t.payouts.paper.verifyBody(globalThis.location?.origin ?? '')}</p>
        {data.seal ? (
          <p className="tabular mt-2 text-xs break-all text-muted">{t.payouts.paper.seal(String(data.seal.place), data.seal.hash)}</p>
        ) : null}
        {data.digest ? <p className="tabular mt-2 text-xs break-all text-muted">{t.payouts.paper.digest(data.digest)}</p> : null}
        <p className="mt-2 text-xs text-muted">
          <When at={data.from} /> – <When at={new Date(new Date(data.to).getTime() - 1).toISOString()} />
        </p>
      </Panel>
    </article>
  )
}

function Section({ title, lines, currency }: { title: string; lines: Line[]; currency: string }) {
  const t = useWords()
  const format = useFormat()
  const sum = (key: 'available' | 'total') => ({ amount: String(lines.reduce((total, line) => total + BigInt(line[key]), 0n)), currency })
  return (
    <Panel title={title} action={<Money value={sum('total')} className="font-semibold" />} className="break-inside-avoid">
      <Table
        label={title}
        dense
        rows={lines}
        rowKey={line => [line.kind, line.step, line.subject, line.note, line.cause].join(' ')}
        columns={[
          {
            key: 'what',
            name: t.payouts.what,
            cell: line => (
              <>
                <span className="block font-medium">
                  {line.section === 'income' ? (line.note ?? codeName(t, line.kind)) : codeName(t, line.step ?? line.kind)}
                </span>
                <span className="block text-xs break-all text-muted">
                  {line.section === 'income' ? codeName(t, line.step ?? line.kind) : line.note} <Cause cause={line.cause} />
                </span>
              </>
            ),
          },
          { key: 'count', name: t.payouts.count, align: 'end', wide: true, cell: line => format.number(line.count) },
          {
            key: 'available',
            name: t.payouts.available,
            align: 'end',
            wide: true,
            cell: line => <Money value={{ amount: line.available, currency }} className="text-muted" />,
          },
          {
            key: 'total',
            name: t.payouts.total,
            align: 'end',
            cell: line => <Money value={{ amount: line.total, currency }} signed className="font-semibold" />,
          },
        ]}
      />
    </Panel>
  )
}

/** What made a line; a payout opens down to its sales. */
function Cause({ cause }: { cause: string | null }) {
  const t = useWords()
  if (cause === null) return null
  const payout = /^payout:(pyo_\w+)$/.exec(cause)?.[1]
  return payout ? (
    <Link to="/studio/payouts" search={{ payout }} className="underline decoration-line-strong underline-offset-2 print:hidden">
      {t.payouts.see}
    </Link>
  ) : (
    <span className="ml-1">{cause}</span>
  )
}

function Sources({ period }: { period: Period }) {
  const t = useWords()
  const format = useFormat()
  const money = (amount: string) => <Money value={{ amount, currency: period.currency }} className="text-muted" />
  return (
    <Panel title={t.payouts.sources} className="break-inside-avoid">
      <Table
        label={t.payouts.sources}
        dense
        rows={period.sources}
        rowKey={row => `${row.subject} ${row.note}`}
        columns={[
          { key: 'source', name: t.payouts.source, cell: row => row.note ?? row.subject ?? '' },
          { key: 'sales', name: t.payouts.sales, align: 'end', wide: true, cell: row => format.number(row.sales) },
          { key: 'gross', name: t.payouts.gross, align: 'end', cell: row => money(row.gross) },
          { key: 'payment', name: t.payouts.payment, align: 'end', wide: true, cell: row => money(row.payment) },
          {
            key: 'commission',
            name: t.payouts.commission,
            align: 'end',
            wide: true,
            cell: row => money(String(BigInt(row.commission) + BigInt(row.tax))),
          },
          { key: 'others', name: t.payouts.others, align: 'end', wide: true, cell: row => money(row.others) },
          {
            key: 'yours',
            name: t.payouts.yours,
            align: 'end',
            cell: row => <Money value={{ amount: row.yours, currency: period.currency }} className="font-semibold" />,
          },
        ]}
      />
    </Panel>
  )
}
