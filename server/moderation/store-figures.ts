/** All SQL of figures: every one is counted from what is kept, for a period. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

type Counted = { name: string; count: number }
export type FigureRow = {
  reports: number
  subjects: number
  reporters: number
  byReason: Counted[]
  held: Counted[]
  decisions: number
  byAction: Counted[]
  byDecisionReason: Counted[]
  hoursMedian: number | null
  hoursP90: number | null
  onTime: number | null
  groupBans: number
  planetBans: number
  made: number
  upheld: number
  reversed: number
  open: number
  waiting: number
  months: { month: string; reports: number; decisions: number; appeals: number }[]
}
export async function readFigures(db: Read, from: Date, to: Date, dueSeconds: number): Promise<FigureRow> {
  const counted = (what: ReturnType<typeof sql>) =>
    sql`(select coalesce(jsonb_agg(jsonb_build_object('name', x.name, 'count', x.n) order by x.n desc, x.name), '[]') from (${what}) x)`
  const reports = sql`moderation.report where at >= ${from} and at < ${to}`
  const decisions = sql`moderation.decision where at >= ${from} and at < ${to}`
  const { rows } = await sql<FigureRow>`
    with spent as (
      select extract(epoch from decided_at - opened_at) as seconds from moderation.flag where state = 'decided' and decided_at >= ${from} and decided_at < ${to})
    select (select count(*)::int from ${reports}) as reports,
      (select count(distinct (kind, subject))::int from ${reports}) as subjects,
      (select count(distinct person)::int from ${reports}) as reporters,
      ${counted(sql`select reason as name, count(*)::int as n from ${reports} group by reason`)} as "byReason",
      ${counted(sql`select hold as name, count(*)::int as n from moderation.flag where hold is not null and opened_at >= ${from} and opened_at < ${to} group by hold`)} as held,
      (select count(*)::int from ${decisions}) as decisions,
      ${counted(sql`select action as name, count(*)::int as n from ${decisions} group by action`)} as "byAction",
      ${counted(sql`select reason as name, count(*)::int as n from ${decisions} and action <> 'keep' group by reason`)} as "byDecisionReason",
      (select round((percentile_cont(0.5) within group (order by seconds) / 3600)::numeric, 1)::float8 from spent) as "hoursMedian",
      (select round((percentile_cont(0.9) within group (order by seconds) / 3600)::numeric, 1)::float8 from spent) as "hoursP90",
      (select (100 * count(*) filter (where seconds <= ${dueSeconds}) / nullif(count(*), 0))::int from spent) as "onTime",
      (select count(*)::int from moderation.ban where scope <> '' and from_at >= ${from} and from_at < ${to}) as "groupBans",
      (select count(*)::int from moderation.ban where scope = '' and from_at >= ${from} and from_at < ${to}) as "planetBans",
      a.made, a.upheld, a.reversed, a.open, (select count(*)::int from moderation.flag where state = 'open') as waiting,
      (select coalesce(jsonb_agg(jsonb_build_object('month', to_char(m, 'YYYY-MM'),
        'reports', (select count(*) from moderation.report where at >= greatest(m, ${from}::timestamptz) and at < least(m + interval '1 month', ${to}::timestamptz)),
        'decisions', (select count(*) from moderation.decision where at >= greatest(m, ${from}::timestamptz) and at < least(m + interval '1 month', ${to}::timestamptz)),
        'appeals', (select count(*) from moderation.appeal where at >= greatest(m, ${from}::timestamptz) and at < least(m + interval '1 month', ${to}::timestamptz))) order by m), '[]')
        from generate_series(date_trunc('month', ${from}::timestamptz), ${to}::timestamptz, interval '1 month') m) as months
    from (select count(*)::int as made, (count(*) filter (where state = 'upheld'))::int as upheld, (count(*) filter (where state = 'reversed'))::int as reversed,
      (count(*) filter (where state = 'open'))::int as open from moderation.appeal where at >= ${from} and at < ${to}) a`.execute(db)
  return rows[0]!
}

export type LineRow = {
  id: string
  at: Date
  kind: string
  level: string
  action: string
  reason: string
  hold: string | null
  reports: number
  hours: number | null
  days: number | null
  appeal: string | null
  answered: Date | null
}
/** Decisions of a period without names, in order. */
export async function listLines(
  db: Read,
  from: Date,
  to: Date,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select d.id, d.at, d.kind, d.level, d.action, d.reason, d.facts ->> 'hold' as hold, (d.facts ->> 'reports')::int as reports,
      round((extract(epoch from d.at - f.opened_at) / 3600)::numeric, 1)::float8 as hours, (b.seconds / 86400)::int as days, p.state as appeal, p.decided_at as answered
    from moderation.decision d left join moderation.flag f on f.id = d.flag left join moderation.ban b on b.decision = d.id left join moderation.appeal p on p.decision = d.id
    where d.at >= ${from} and d.at < ${to} and (${after === undefined} or (d.at, d.id) > (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by d.at, d.id limit ${limit}`.execute(db)
  return rows
}
