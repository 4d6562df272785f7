import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Chart } from '../ui/chart.tsx'
import { Select } from '../ui/field.tsx'
import { ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'

type Data = Ok<'GET /console/moderation/figures'>

/** The transparency report: what came in, what was decided, how fast, and what appeals changed. */
export function Figures() {
  const t = useWords()
  const [days, setDays] = useState('90')
  const from = (): string => new Date(Date.now() - Number(days) * 86_400_000).toISOString()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['GET /console/moderation/figures', days],
    queryFn: ({ signal }) => api('GET /console/moderation/figures', { from: from() }, { signal }),
  })
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <Select
          label={t.moderating.period}
          hideLabel
          className="w-40"
          value={days}
          onChange={event => setDays(event.target.value)}
          options={Object.entries(t.moderating.periods).map(([value, name]) => ({ value, name }))}
        />
        {data ? (
          <a
            className={buttonClass('quiet')}
            href={`/api/v1/console/moderation/report.csv?from=${encodeURIComponent(data.from)}&to=${encodeURIComponent(data.to)}`}
            download
          >
            <Download size={16} aria-hidden />
            {t.moderating.csv}
          </a>
        ) : null}
      </div>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : isPending ? <SkeletonRows /> : <Shown data={data} />}
    </>
  )
}

function Shown({ data }: { data: Data }) {
  const t = useWords()
  const format = useFormat()
  const m = t.moderating
  const hours = (value: number | null): string => (value === null ? '–' : m.hours(value < 0.1 ? '< 0.1' : format.number(value)))
  const answered = data.appeals.upheld + data.appeals.reversed
  const cells: [string, string][] = [
    [m.figures.reports, format.number(data.reports)],
    [m.figures.subjects, format.number(data.subjects)],
    [m.figures.reporters, format.number(data.reporters)],
    [m.figures.decisions, format.number(data.decisions)],
    [m.figures.onTime, data.onTime === null ? '–' : format.percent(data.onTime / 100)],
    [m.figures.median, hours(data.hoursMedian)],
    [m.figures.p90, hours(data.hoursP90)],
    [m.figures.waiting, format.number(data.waiting)],
    [m.figures.appeals, format.number(data.appeals.made)],
    [m.figures.reversedShare, answered === 0 ? '–' : format.percent(data.appeals.reversed / answered)],
    [m.figures.groupBans, format.number(data.bans.groups)],
    [m.figures.planetBans, format.number(data.bans.planet)],
  ]
  const reasonName = (name: string): string => (t.moderation.reasons as Record<string, string>)[name] ?? name
  return (
    <div className="flex flex-col gap-5">
      <p className="text-muted">{m.figuresBody}</p>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
        {cells.map(([name, value]) => (
          <div key={name} className="rounded-lg border border-line bg-surface px-4 py-3">
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="tabular text-xl font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <Panel title={m.overMonths}>
        <Chart
          label={m.overMonths}
          points={data.months.map(one => format.month(`${one.month}-01T00:00:00Z`))}
          series={[
            { key: 'reports', name: m.figures.reports, values: data.months.map(one => one.reports) },
            { key: 'decisions', name: m.figures.decisions, values: data.months.map(one => one.decisions) },
            { key: 'appeals', name: m.figures.appeals, values: data.months.map(one => one.appeals) },
          ]}
          kind="line"
          format={value => format.number(value)}
        />
      </Panel>
      <div className="grid gap-5 lg:grid-cols-3">
        <Bars title={m.byReason} rows={data.byReason.map(one => ({ ...one, name: reasonName(one.name) }))} />
        <Bars
          title={m.byAction}
          rows={data.byAction.map(one => ({ ...one, name: (t.moderation.actions as Record<string, string>)[one.name] ?? one.name }))}
        />
        <Bars title={m.heldBy} rows={data.held.map(one => ({ ...one, name: m.holds[one.name] ?? one.name }))} />
      </div>
    </div>
  )
}

function Bars({ title, rows }: { title: ReactNode; rows: readonly { name: string; count: number }[] }) {
  const t = useWords()
  const format = useFormat()
  const most = Math.max(1, ...rows.map(row => row.count))
  return (
    <Panel title={title}>
      {rows.length === 0 ? (
        <p className="text-muted">{t.moderating.noFigures}</p>
      ) : (
        <ul className="flex flex-col gap-2.5">
          {rows.map(row => (
            <li key={row.name}>
              <span className="flex justify-between gap-3 text-sm">
                <span>{row.name}</span>
                <span className="tabular">{format.number(row.count)}</span>
              </span>
              <span aria-hidden className="mt-1 block h-1.5 rounded-full bg-raised">
                <span className="block h-full rounded-full bg-accent-mark" style={{ width: `${(row.count / most) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
