/** SQL of closing a period. Each statement is a whole step or a page of one; all of them give the same when they are run again. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PeriodState = 'unfunded' | 'open' | 'gathering' | 'sharing' | 'accruing' | 'settling' | 'closed'
export type PeriodRow = {
  pool: string
  name: string
  starts: Date
  ends: Date
  closesAt: Date
  amount: bigint
  state: PeriodState
  place: string
  gatheredAt: Date | null
  closedAt: Date | null
  listeners: number | null
  plays: number | null
  ms: number | null
  shared: bigint | null
  currency: string
  poolStarts: string
}
const columns = sql`p.pool, p.name, p.starts, p.ends, p.closes_at as "closesAt", p.amount, p.state, p.place, p.gathered_at as "gatheredAt", p.closed_at as "closedAt",
  p.listeners, p.plays::float8 as plays, p.ms::float8 as ms, p.shared, l.currency, l.starts as "poolStarts"`

/** Listening may be reported so late: what began before the period is looked for so far back. */
const lateDays = sql`interval '8 days'`
const time = sql`'1 millisecond'::interval`

export async function insertPeriod(
  tx: Tx,
  row: { pool: string; name: string; starts: Date; ends: Date; closesAt: Date; amount: bigint },
): Promise<void> {
  await sql`insert into royalties.period (pool, name, starts, ends, closes_at, amount, state)
    values (${row.pool}, ${row.name}, ${row.starts}, ${row.ends}, ${row.closesAt}, ${row.amount}, 'unfunded') on conflict do nothing`.execute(
    tx,
  )
}

/** A period, locked: whoever closes it does the next step, others wait. */
export async function lockPeriod(tx: Tx, pool: string, name: string): Promise<PeriodRow | undefined> {
  const { rows } = await sql<PeriodRow>`
    select ${columns} from royalties.period p join royalties.pool l on l.id = p.pool where p.pool = ${pool} and p.name = ${name} for update of p`.execute(
    tx,
  )
  return rows[0]
}

/** Periods that are to be funded or closed at `now`, the oldest first. */
export async function duePeriods(db: Read, now: Date): Promise<{ pool: string; name: string; state: PeriodState }[]> {
  const { rows } = await sql<{ pool: string; name: string; state: PeriodState }>`
    select pool, name, state from royalties.period where state = 'unfunded' or (state <> 'closed' and closes_at <= ${now}) order by starts, pool limit 1000`.execute(
    db,
  )
  return rows
}

export async function movePeriod(tx: Tx, row: Pick<PeriodRow, 'pool' | 'name'>, state: PeriodState, place = ''): Promise<void> {
  await sql`update royalties.period set state = ${state}, place = ${place} where pool = ${row.pool} and name = ${row.name}`.execute(tx)
}

/** Begins to close: whoever has plays that count in it, or late ones before it. */
export async function beginGathering(tx: Tx, row: PeriodRow, now: Date): Promise<void> {
  await sql`
    insert into royalties.listener (pool, period, person)
    select ${row.pool}, ${row.name}, person from listening.public_play
    where counted and person is not null and at >= greatest(${row.starts}::timestamptz - ${lateDays}, ${row.poolStarts}::date::timestamp at time zone 'UTC') and at < ${row.ends}
    group by person`.execute(tx)
  await sql`update royalties.period set state = 'gathering', place = '', gathered_at = ${now} where pool = ${row.pool} and name = ${row.name}`.execute(
    tx,
  )
}

/**
 * Places the plays of the next listeners in this period. A person has one pair of ears: of each play counts the time that nothing earlier of theirs sounded
 * in. Plays of before the period that are in none yet came too late. Gives the last listener of the page; null when there is none.
 */
export async function gatherPage(tx: Tx, row: PeriodRow, limit: number): Promise<string | null> {
  const { rows } = await sql<{ last: string | null }>`
    with who as materialized (select person from royalties.listener where pool = ${row.pool} and period = ${row.name} and person > ${row.place} order by person limit ${limit}),
      plays as (
        select p.id, p.at, p.person, p.track, p.heard_ms, max(p.at + p.heard_ms * ${time}) over (partition by p.person order by p.at, p.id rows between unbounded preceding and 1 preceding) as before
        from who w join listening.public_play p on p.person = w.person and p.counted and p.person is not null
          and p.at >= ${row.starts}::timestamptz - ${lateDays} and p.at < ${row.ends}),
      cut as (
        select id, at, person, track, at < ${row.starts} as late,
          case when at < ${row.starts} then 0 else greatest(0, heard_ms - greatest(0, coalesce(ceil(extract(epoch from (before - at)) * 1000), 0)))::int end as ms
        from plays
        where at >= ${row.poolStarts}::date::timestamp at time zone 'UTC'
          and (at >= ${row.starts} or not exists (select from royalties.play o where o.pool = ${row.pool} and o.play = plays.id))),
      placed as (
        insert into royalties.play (pool, period, play, at, person, track, ms, excluded)
        select ${row.pool}, ${row.name}, id, at, person, track, ms, case when late then 'late' when ms = 0 then 'together' end from cut
        on conflict (pool, play) do nothing returning person, ms),
      sums as (update royalties.listener l set ms = s.ms from (select person, sum(ms) as ms from placed group by person) s
        where l.pool = ${row.pool} and l.period = ${row.name} and l.person = s.person)
    select max(person) as last from who`.execute(tx)
  return rows[0]!.last
}

/** Divides the period's money among who heard something: by weight, largest remainder first, then by id. Those who heard nothing leave theirs to the others. */
export async function shareAmongListeners(tx: Tx, row: PeriodRow): Promise<void> {
  const whole = row.amount * 1_000_000n
  await sql`delete from royalties.listener where pool = ${row.pool} and period = ${row.name} and ms = 0`.execute(tx)
  await sql`
    with parts as (
      select person, div(${whole}::numeric * weight, total) as base, mod(${whole}::numeric * weight, total) as rest
      from (select person, weight, sum(weight) over () as total from royalties.listener where pool = ${row.pool} and period = ${row.name}) l),
    ranked as (select person, base, row_number() over (order by rest desc, person) as rank, ${whole}::numeric - sum(base) over () as spare from parts)
    update royalties.listener l set amount = r.base + (r.rank <= r.spare)::int from ranked r
    where l.pool = ${row.pool} and l.period = ${row.name} and l.person = r.person`.execute(tx)
  await sql`
    update royalties.period set state = 'sharing', place = '', listeners = s.listeners, ms = s.ms, shared = s.amount,
      plays = (select count(*) from royalties.play where pool = ${row.pool} and period = ${row.name} and excluded is null)
    from (select count(*) as listeners, coalesce(sum(ms), 0) as ms, coalesce(sum(amount), 0) as amount from royalties.listener where pool = ${row.pool} and period = ${row.name}) s
    where pool = ${row.pool} and name = ${row.name}`.execute(tx)
}

/** Divides the parts of the next listeners over the tracks that they heard, by time. Gives the last listener of the page; null when there is none. */
export async function sharePage(tx: Tx, row: PeriodRow, limit: number): Promise<string | null> {
  const { rows } = await sql<{ last: string | null }>`
    with who as materialized (select person, amount, ms from royalties.listener where pool = ${row.pool} and period = ${row.name} and person > ${row.place} order by person limit ${limit}),
      heard as (
        select w.person, w.amount, w.ms as total, p.track, sum(p.ms) as ms, count(*)::int as plays
        from who w join royalties.play p on p.pool = ${row.pool} and p.period = ${row.name} and p.person = w.person and p.excluded is null
        group by w.person, w.amount, w.ms, p.track),
      parts as (select *, div(amount::numeric * ms, total) as base, mod(amount::numeric * ms, total) as rest from heard),
      ranked as (select *, row_number() over (partition by person order by rest desc, track) as rank, amount - sum(base) over (partition by person) as spare from parts),
      made as (
        insert into royalties.share (pool, period, person, track, ms, plays, amount)
        select ${row.pool}, ${row.name}, person, track, ms, plays, base + (rank <= spare)::int from ranked on conflict do nothing)
    select max(person) as last from who`.execute(tx)
  return rows[0]!.last
}

/** What each track earned: the sum over its listeners. */
export async function gatherIncome(tx: Tx, row: PeriodRow): Promise<void> {
  await sql`
    insert into royalties.income (pool, period, track, release, ms, plays, listeners, amount, state)
    select s.pool, s.period, s.track, t.release, sum(s.ms), sum(s.plays), count(*), sum(s.amount), 'waiting'
    from royalties.share s left join catalogue.public_track t on t.id = s.track
    where s.pool = ${row.pool} and s.period = ${row.name} group by s.pool, s.period, s.track, t.release on conflict do nothing`.execute(tx)
  await movePeriod(tx, row, 'accruing')
}

export type IncomeRow = {
  pool: string
  period: string
  currency: string
  ends: Date
  track: string
  release: string | null
  amount: bigint
}
const incomeColumns = sql`i.pool, i.period, l.currency, p.ends, i.track, i.release, i.amount`
const incomeTables = sql`royalties.income i join royalties.period p on p.pool = i.pool and p.name = i.period join royalties.pool l on l.id = i.pool`

export async function waitingIncome(tx: Tx, row: PeriodRow, limit: number): Promise<IncomeRow[]> {
  const { rows } = await sql<IncomeRow>`
    select ${incomeColumns} from ${incomeTables} where i.pool = ${row.pool} and i.period = ${row.name} and i.state = 'waiting' order by i.track limit ${limit}`.execute(
    tx,
  )
  return rows
}

/** What nobody could be paid, locked: the oldest first. */
export async function heldIncome(
  tx: Tx,
  after: readonly [pool: string, period: string, track: string],
  limit: number,
): Promise<IncomeRow[]> {
  const { rows } = await sql<IncomeRow>`
    select ${incomeColumns} from ${incomeTables} where i.state = 'held' and (i.pool, i.period, i.track) > (${after[0]}, ${after[1]}, ${after[2]})
    order by i.pool, i.period, i.track limit ${limit} for update of i`.execute(tx)
  return rows
}

export type PartRow = { pool: string; period: string; track: string; party: string; kind: string; role: string; amount: bigint }
const asJson = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

export async function giveIncome(
  tx: Tx,
  given: readonly Pick<IncomeRow, 'pool' | 'period' | 'track'>[],
  parts: readonly PartRow[],
  at: Date,
): Promise<void> {
  await sql`
    insert into royalties.part (pool, period, track, party, kind, role, amount)
    select pool, period, track, party, kind, role, amount
    from jsonb_to_recordset(${asJson(parts)}::jsonb) as g (pool text, period text, track text, party text, kind text, role text, amount bigint)`.execute(
    tx,
  )
  await sql`
    update royalties.income i set state = 'given', why = null, given_at = ${at}
    from jsonb_to_recordset(${asJson(given)}::jsonb) as g (pool text, period text, track text)
    where i.pool = g.pool and i.period = g.period and i.track = g.track`.execute(tx)
}

export async function holdIncome(tx: Tx, held: readonly (Pick<IncomeRow, 'pool' | 'period' | 'track'> & { why: string })[]): Promise<void> {
  await sql`
    update royalties.income i set state = 'held', why = g.why
    from jsonb_to_recordset(${asJson(held)}::jsonb) as g (pool text, period text, track text, why text)
    where i.pool = g.pool and i.period = g.period and i.track = g.track`.execute(tx)
}

export async function closePeriod(tx: Tx, row: PeriodRow, at: Date): Promise<void> {
  await sql`update royalties.period set state = 'closed', place = '', closed_at = ${at} where pool = ${row.pool} and name = ${row.name}`.execute(
    tx,
  )
}
