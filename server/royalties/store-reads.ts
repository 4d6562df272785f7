/** SQL of what people see: periods for the desk, a listener's minutes, what plays brought a musician. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'
import type { PeriodState } from './store-periods.ts'

export type PeriodView = {
  name: string
  starts: Date
  ends: Date
  closesAt: Date
  state: PeriodState
  amount: bigint
  shared: bigint | null
  held: bigint
  listeners: number | null
  plays: number | null
  ms: number | null
  late: number
  together: number
  closedAt: Date | null
}
export async function listPeriods(db: Read, pool: string): Promise<PeriodView[]> {
  const { rows } = await sql<PeriodView>`
    select p.name, p.starts, p.ends, p.closes_at as "closesAt", p.state, p.amount, p.shared, p.listeners, p.plays::float8 as plays, p.ms::float8 as ms, p.closed_at as "closedAt",
      coalesce((select sum(amount) from royalties.income i where i.pool = p.pool and i.period = p.name and i.state = 'held'), 0)::bigint as held,
      coalesce(x.late, 0)::int as late, coalesce(x.together, 0)::int as together
    from (select * from royalties.period where pool = ${pool} order by starts desc limit 62) p
    left join lateral (select count(*) filter (where excluded = 'late') as late, count(*) filter (where excluded = 'together') as together
      from royalties.play y where y.pool = p.pool and y.period = p.name and y.excluded is not null) x on true
    order by p.starts desc`.execute(db)
  return rows
}

/** How an open period stands: who would share in it now. */
export async function previewOf(
  db: Read,
  _pool: string,
  starts: Date,
  ends: Date,
): Promise<{ listeners: number; plays: number; ms: number }> {
  const { rows } = await sql<{ listeners: number; plays: number; ms: number }>`
    select count(distinct person)::int as listeners, count(*)::int as plays, coalesce(sum(heard_ms), 0)::float8 as ms
    from listening.public_play where counted and person is not null and at >= ${starts} and at < ${ends}`.execute(db)
  return rows[0]!
}

export type PeriodOfListener = {
  pool: string
  poolName: string
  currency: string
  name: string
  starts: Date
  ends: Date
  state: 'open' | 'closed'
  listeners: number | null
}
/** Periods in which this person has a part, or (open ones) in which they could have; the latest first. */
export async function periodsOfListener(db: Read, person: string): Promise<PeriodOfListener[]> {
  const { rows } = await sql<PeriodOfListener>`
    select p.pool, l.name as "poolName", l.currency, p.name, p.starts, p.ends, case when p.state = 'closed' then 'closed' else 'open' end as state, p.listeners
    from royalties.period p join royalties.pool l on l.id = p.pool
    where case when p.state = 'closed' then exists (select from royalties.listener x where x.pool = p.pool and x.period = p.name and x.person = ${person})
      else exists (select from listening.public_play y where y.counted and y.person = ${person} and y.at >= p.starts and y.at < p.ends) end
    order by p.starts desc, p.pool limit 60`.execute(db)
  return rows
}

export type MinuteRow = {
  track: string
  title: string
  release: string | null
  artist: string | null
  artistName: string | null
  ms: number
  plays: number
  amount: bigint
  held: 'sheet' | 'owner' | 'gone' | null
}
const named = sql`
  left join catalogue.public_track t on t.id = s.track
  left join lateral (select a.page, g.name from catalogue.public_track_artist a join people.public_page g on g.id = a.page where a.track = s.track order by a.position limit 1) a on true`

export async function sharesOf(db: Read, pool: string, period: string, person: string): Promise<MinuteRow[]> {
  const { rows } = await sql<MinuteRow>`
    select s.track, coalesce(t.title, '') as title, t.release, a.page as artist, a.name as "artistName", s.ms::float8 as ms, s.plays, s.amount, i.why as held
    from royalties.share s join royalties.income i on i.pool = s.pool and i.period = s.period and i.track = s.track ${named}
    where s.pool = ${pool} and s.period = ${period} and s.person = ${person} order by s.amount desc, s.track limit 2000`.execute(db)
  return rows
}

/** The same of a period that is open: what would count, without money. */
export async function openSharesOf(db: Read, person: string, starts: Date, ends: Date): Promise<MinuteRow[]> {
  const { rows } = await sql<MinuteRow>`
    select s.track, coalesce(t.title, '') as title, t.release, a.page as artist, a.name as "artistName", s.ms, s.plays, 0::bigint as amount, null as held
    from (select track, sum(heard_ms)::float8 as ms, count(*)::int as plays from listening.public_play
      where counted and person = ${person} and at >= ${starts} and at < ${ends} group by track order by 2 desc limit 2000) s ${named}
    order by s.ms desc, s.track`.execute(db)
  return rows
}

export type ReceiverRow = {
  track: string
  party: string
  name: string | null
  kind: 'master' | 'work' | 'owner'
  role: string
  amount: bigint
  whole: bigint
}
/** Who shared in what these tracks earned, with the whole of each. */
export async function receiversOf(db: Read, pool: string, period: string, tracks: readonly string[]): Promise<ReceiverRow[]> {
  const { rows } = await sql<ReceiverRow>`
    select s.track, s.party, n.name, s.kind, s.role, s.amount, i.amount as whole
    from royalties.part s join royalties.income i on i.pool = s.pool and i.period = s.period and i.track = s.track left join people.public_party n on n.id = s.party
    where s.pool = ${pool} and s.period = ${period} and s.track = any(${[...tracks]}::text[]) order by s.track, s.party, s.kind, s.role`.execute(
    db,
  )
  return rows
}

export type PlayIncomeRow = {
  period: string
  pool: string
  poolName: string
  currency: string
  release: string
  title: string
  amount: bigint
  ms: number
  plays: number
  listeners: number
  held: boolean
}
/** What plays brought a party, by period and release: theirs of the split sheets; held income is shown to the page's owner. */
export async function playIncomeOf(db: Read, party: string, month: string | null): Promise<PlayIncomeRow[]> {
  const { rows } = await sql<PlayIncomeRow>`
    with mine as (
      select pool, period, track, sum(amount) as amount, false as held from royalties.part where party = ${party} group by pool, period, track
      union all
      select i.pool, i.period, i.track, i.amount, true from royalties.income i join catalogue.public_release r on r.id = i.release join people.public_page g on g.id = r.page
      where i.state = 'held' and g.owner = ${party})
    select m.period, m.pool, l.name as "poolName", l.currency, i.release, r.title, sum(m.amount)::bigint as amount, sum(i.ms)::float8 as ms, sum(i.plays)::int as plays, m.held,
      (select count(distinct s.person) from royalties.share s where s.pool = m.pool and s.period = m.period and s.track = any(array_agg(m.track)))::int as listeners
    from mine m join royalties.income i on i.pool = m.pool and i.period = m.period and i.track = m.track
    join royalties.pool l on l.id = m.pool join catalogue.public_release r on r.id = i.release
    where ${month}::text is null or m.period like ${month ?? ''} || '%'
    group by m.period, m.pool, l.name, l.currency, i.release, r.title, m.held order by m.period desc, 7 desc, i.release limit 500`.execute(
    db,
  )
  return rows
}
