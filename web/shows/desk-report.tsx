import { Download, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Chart } from '../ui/chart.tsx'
import { Figure, Money } from '../ui/money.tsx'
import { Panel } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import type { Desk } from './queries.ts'

const ShowMoney = lazy(() => import('./money.tsx').then(module => ({ default: module.ShowMoney })))
const HallDesk = lazy(() => import('../seating/hall-desk.tsx').then(module => ({ default: module.HallDesk })))

type Row = Desk['report']['tiers'][number]

/** How a show sells: money, places by tier (which always add up), tickets a day. */
export function Report({ desk }: { desk: Desk }) {
  const t = useWords()
  const own = t.selling.shows.report
  const { number, money } = useFormat()
  const { report, show } = desk
  const tiers = useMemo(() => report.tiers.map(row => ({ tier: row.tier, name: row.name, price: money(row.price) })), [report.tiers, money])
  const bad = report.tiers.filter(row => !row.holds)
  return (
    <div className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure label={own.gross} value={<Money value={report.gross} />} />
        <Figure label={own.refunded} value={<Money value={report.refunded} />} />
        <Figure label={own.buyers} value={number(report.buyers)} />
        <Figure label={own.guests} value={number(report.guests)} />
      </div>
      <Panel>
        <ul className="flex flex-col gap-4">
          {report.tiers.map(row => (
            <li key={row.tier}>
              <p className="flex items-baseline justify-between gap-3 text-sm">
                <b className="min-w-0 truncate font-semibold">{row.name}</b>
                <span className="tabular shrink-0 text-muted">{t.selling.shows.sold(number(row.sold), number(row.capacity))}</span>
              </p>
              <Bar row={row} />
            </li>
          ))}
        </ul>
      </Panel>
      <Table
        label={t.selling.shows.parts.report}
        rows={report.tiers}
        rowKey={row => row.tier}
        columns={[
          { key: 'tier', name: own.tier, cell: row => row.name, sort: row => row.name },
          { key: 'price', name: own.price, cell: row => <Money value={row.price} />, align: 'end', wide: true },
          { key: 'capacity', name: own.capacity, cell: row => number(row.capacity), align: 'end' },
          { key: 'sold', name: own.sold, cell: row => number(row.sold), align: 'end', sort: row => row.sold },
          { key: 'held', name: own.held, cell: row => number(row.held), align: 'end', wide: true },
          { key: 'free', name: own.free, cell: row => number(row.free), align: 'end' },
          { key: 'blocked', name: own.blocked, cell: row => number(row.blocked), align: 'end', wide: true },
          { key: 'given', name: own.given, cell: row => number(row.given), align: 'end', wide: true },
          { key: 'waiting', name: own.waiting, cell: row => number(row.waiting), align: 'end', wide: true },
          { key: 'money', name: own.money, cell: row => <Money value={row.gross} />, align: 'end', sort: row => BigInt(row.gross.amount) },
        ]}
      />
      {show.hall ? (
        <Suspense fallback={null}>
          <HallDesk hall={show.hall} tiers={tiers} />
        </Suspense>
      ) : null}
      {bad.length > 0 ? (
        <p role="alert" className="flex gap-2 font-medium text-danger">
          <TriangleAlert size={18} aria-hidden />
          {own.broken}: {bad.map(row => row.name).join(', ')}
        </p>
      ) : (
        <p className="text-xs text-muted">{own.holds}</p>
      )}
      {report.days.length > 1 ? (
        <Panel title={own.days}>
          <Chart
            label={own.days}
            points={report.days.map(day => day.day.slice(5))}
            series={[{ key: 'sold', name: own.sold, values: report.days.map(day => day.tickets) }]}
            format={number}
          />
        </Panel>
      ) : null}
      <Suspense fallback={null}>
        <ShowMoney show={show} />
      </Suspense>
      <a href={`/api/v1/shows/${show.id}/buyers.csv`} className={buttonClass('quiet', 'md', 'gap-1.5 self-start')}>
        <Download size={16} aria-hidden />
        {own.csv}
      </a>
    </div>
  )
}
/** All places of a tier as one bar: sold, held, not sold, free. */
function Bar({ row }: { row: Row }) {
  const t = useWords()
  const own = t.selling.shows.report
  const part = (n: number): string => `${row.capacity === 0 ? 0 : (n / row.capacity) * 100}%`
  return (
    <>
      <span aria-hidden className="mt-1.5 flex h-2.5 overflow-hidden rounded-full bg-sunken">
        <span className="bg-accent-mark" style={{ width: part(row.sold) }} />
        <span className="bg-held" style={{ width: part(row.held) }} />
        <span className="bg-faint" style={{ width: part(row.blocked) }} />
      </span>
      <span className="sr-only">
        {own.sold} {row.sold}, {own.held} {row.held}, {own.free} {row.free}
      </span>
    </>
  )
}
