import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download, Users } from 'lucide-react'
import { useState } from 'react'
import { read, type Ok } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Chart } from '../ui/chart.tsx'
import { Select } from '../ui/field.tsx'
import { Figure } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, Progress, SkeletonRows } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'

type Board = Ok<'GET /groups/:id/dashboard'>
type Cohort = Board['cohorts'][number]
const spans = { d30: 30, d90: 90, d365: 365 } as const
type Span = keyof typeof spans
const back = (days: number): string => new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10)

/** How a group is doing: who comes, who comes back, what they do, what their points stand on. */
export function GroupBoard({ id }: { id: string }) {
  const t = useWords()
  const b = t.budget.board
  const [span, setSpan] = useState<Span>('d90')
  // The usual range is the server's: the page is the same on both sides.
  const from = span === 'd90' ? {} : { from: back(spans[span]) }
  const { data, error, isPending, refetch } = useQuery(read('GET /groups/:id/dashboard', { id, ...from }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex flex-col gap-6">
      <div className="flex justify-end">
        <Select
          label={b.range}
          hideLabel
          value={span}
          className="w-36"
          onChange={event => setSpan(event.target.value as Span)}
          options={(Object.keys(spans) as Span[]).map(value => ({ value, name: b.ranges[value] }))}
        />
      </div>
      {isPending ? <SkeletonRows rows={8} /> : <Whole id={id} data={data} />}
    </div>
  )
}

function Whole({ id, data }: { id: string; data: Board }) {
  const t = useWords()
  const format = useFormat()
  const b = t.budget.board
  const sum = (key: 'joined' | 'left'): number => data.days.reduce((all, day) => all + day[key], 0)
  const share = (count: number): string =>
    b.ofMembers(format.percent(data.members === 0 ? 0 : Math.min(1, Math.round((count / data.members) * 100) / 100)))
  const number = (value: number): string => format.number(Math.round(value))
  const { locale } = useLanguage()
  const short = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { month: 'short', day: 'numeric', timeZone: 'UTC' })
  const days = data.days.map(day => short.format(new Date(`${day.day}T12:00:00Z`)))
  const series = (keys: readonly (keyof typeof b & keyof Board['days'][number])[]) =>
    keys.map(key => ({ key, name: String(b[key]), values: data.days.map(day => Number(day[key])) }))
  return (
    <>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure label={b.members} value={format.number(data.members)} />
        <Figure label={b.activeDay} value={format.number(data.active.day)} note={share(data.active.day)} />
        <Figure label={b.activeWeek} value={format.number(data.active.week)} note={share(data.active.week)} />
        <Figure label={b.activeMonth} value={format.number(data.active.month)} note={share(data.active.month)} />
      </div>
      <div className="grid gap-6 xl:grid-cols-2">
        <Panel title={b.growth} note={b.growthNote(format.number(sum('joined')), format.number(sum('left')))}>
          <Chart label={b.growth} kind="line" points={days} series={series(['members'])} format={number} height={190} />
        </Panel>
        <Panel title={b.activity}>
          <Chart
            label={b.activity}
            kind="line"
            points={days}
            series={series(['active', 'posts', 'comments'])}
            format={number}
            height={190}
          />
        </Panel>
        <Panel title={b.points} note={b.pointsNote}>
          <Chart label={b.points} points={days} series={series(['given', 'spent', 'ended'])} format={number} height={190} />
        </Panel>
        <Cover id={id} points={data.points} />
      </div>
      <Panel title={b.cohorts} note={b.cohortsNote}>
        {data.cohorts.length === 0 ? <EmptyState compact icon={Users} title={b.cohortsNone} /> : <Cohorts rows={data.cohorts} />}
      </Panel>
      <div className="grid gap-6 xl:grid-cols-2">
        <Missions rows={data.missions} />
        <Rewards rows={data.rewards} />
      </div>
      <Panel title={b.export}>
        <div className="flex flex-wrap gap-3">
          {(['days', 'cohorts', 'missions', 'rewards'] as const).map(table => (
            <a
              key={table}
              href={`/api/v1/groups/${id}/dashboard.csv?table=${table}&from=${data.from}&to=${data.to}`}
              download
              className={buttonClass('quiet', 'sm')}
            >
              <Download size={15} aria-hidden />
              {b.exports[table]}
            </a>
          ))}
        </div>
      </Panel>
    </>
  )
}

function Cover({ id, points }: { id: string; points: Board['points'] }) {
  const t = useWords()
  const format = useFormat()
  const b = t.budget.board
  const d = t.budget.desk
  if (points === null)
    return (
      <Panel title={b.cover}>
        <EmptyState
          compact
          title={b.noBudget}
          action={
            <Link to="/studio/groups/$id/points" params={{ id }} className={buttonClass('quiet', 'sm')}>
              {b.toPoints}
            </Link>
          }
        />
      </Panel>
    )
  const money = Number(points.money.amount)
  return (
    <Panel title={b.cover} note={points.covered === null ? b.coveredAll : b.covered(format.number(points.covered))}>
      <div className="grid grid-cols-2 gap-3">
        <Figure label={d.money} state="held" value={format.money(points.money)} />
        <Figure label={d.bound} value={format.money(points.bound)} />
        <Figure label={d.out} value={format.number(points.out)} note={d.holders(format.number(points.holders))} />
        <Figure label={d.free} value={format.number(points.free)} />
      </div>
      <div className="mt-4">
        <Progress
          label={d.bound}
          share={money === 0 ? 0 : Number(points.bound.amount) / money}
          detail={d.endingSoon(format.number(points.endingSoon))}
        />
      </div>
    </Panel>
  )
}

function Cohorts({ rows }: { rows: readonly Cohort[] }) {
  const t = useWords()
  const format = useFormat()
  const b = t.budget.board
  const weeks = Math.max(...rows.map(row => row.active.length))
  return (
    <div className="relative -mx-1 overflow-x-auto px-1" tabIndex={0} role="region" aria-label={b.cohorts}>
      <table className="tabular w-full border-collapse text-left text-sm">
        <thead>
          <tr className="text-xs text-muted">
            <th scope="col" className="py-2 pr-3 font-medium whitespace-nowrap">
              {b.week}
            </th>
            <th scope="col" className="px-2 py-2 text-right font-medium">
              {b.joined}
            </th>
            {Array.from({ length: weeks }, (_, nth) => (
              <th key={nth} scope="col" className="px-1 py-2 text-center font-medium whitespace-nowrap">
                {b.weekN(format.number(nth))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.week}>
              <th scope="row" className="py-1 pr-3 font-normal whitespace-nowrap">
                {format.day(`${row.week}T12:00:00Z`)}
              </th>
              <td className="px-2 text-right">{format.number(row.joined)}</td>
              {Array.from({ length: weeks }, (_, nth) => {
                const count = row.active[nth]
                const share = count === undefined || row.joined === 0 ? 0 : count / row.joined
                return (
                  <td key={nth} className="p-0.5">
                    {count === undefined ? null : (
                      <span
                        className="block min-w-14 rounded-sm px-2 py-1.5 text-center"
                        style={{ background: `color-mix(in oklab, var(--accent-mark) ${Math.round(share * 45)}%, transparent)` }}
                      >
                        {format.percent(Math.round(share * 100) / 100)}
                      </span>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Missions({ rows }: { rows: Board['missions'] }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const b = t.budget.board
  const name = (row: Board['missions'][number]): string => row.name[locale] || row.name.zh || row.name.en
  return (
    <Panel title={b.missions}>
      {rows.length === 0 ? (
        <p className="text-muted">{b.missionsNone}</p>
      ) : (
        <Table
          dense
          label={b.missions}
          rows={rows}
          rowKey={row => row.id}
          columns={[
            { key: 'name', name: b.missions, cell: name, sort: name },
            { key: 'people', name: b.people, align: 'end', cell: row => format.number(row.people), sort: row => row.people },
            {
              key: 'completions',
              name: b.completions,
              align: 'end',
              wide: true,
              cell: row => format.number(row.completions),
              sort: row => row.completions,
            },
            { key: 'points', name: b.points, align: 'end', cell: row => format.number(row.points), sort: row => row.points },
          ]}
        />
      )}
    </Panel>
  )
}

function Rewards({ rows }: { rows: Board['rewards'] }) {
  const t = useWords()
  const format = useFormat()
  const b = t.budget.board
  return (
    <Panel title={b.rewards}>
      {rows.length === 0 ? (
        <p className="text-muted">{b.rewardsNone}</p>
      ) : (
        <Table
          dense
          label={b.rewards}
          rows={rows}
          rowKey={row => row.id}
          columns={[
            { key: 'title', name: b.rewards, cell: row => row.title, sort: row => row.title },
            { key: 'exchanges', name: b.exchanges, align: 'end', cell: row => format.number(row.exchanges), sort: row => row.exchanges },
            { key: 'points', name: b.points, align: 'end', wide: true, cell: row => format.number(row.points), sort: row => row.points },
            { key: 'left', name: b.leftOf, align: 'end', cell: row => (row.left === null ? b.unlimited : format.number(row.left)) },
          ]}
        />
      )}
    </Panel>
  )
}
