/** SQL of plays that were taken out of the counts. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'

/**
 * Takes plays of a person that began between two moments out of the counts of their tracks, each once; says how many. They leave the first days since then
 * on which so many were counted.
 */
export async function uncount(tx: Tx, person: string, from: Date, until: Date): Promise<number> {
  const { rows } = await sql<{ plays: number }>`
    with gone as (
        update listening.play set counted = false, uncounted = 'withdrawn' where person = ${person} and at >= ${from} and at < ${until} and counted
        returning track, (at at time zone 'UTC')::date as day),
      wanted as (select track, count(*)::int as plays, min(day) as first from gone group by track),
      shares as (
        select d.track, d.day, d.past, greatest(0, least(d.plays, w.plays - coalesce(sum(d.plays) over (partition by d.track order by d.day rows between unbounded preceding and 1 preceding), 0)))::int as plays
        from listening.track_day d join wanted w on w.track = d.track and d.day >= w.first),
      days as (update listening.track_day d set plays = d.plays - s.plays from shares s where d.track = s.track and d.day = s.day and s.plays > 0),
      less as (
        update listening.track_count c set plays = c.plays - s.plays, plays30d = c.plays30d - s.present
        from (select track, sum(plays)::bigint as plays, coalesce(sum(plays) filter (where not past), 0)::bigint as present from shares group by track) s where s.track = c.track)
    select count(*)::int as plays from gone`.execute(tx)
  return rows[0]!.plays
}

export async function insertWithdrawal(
  tx: Tx,
  given: { id: string; person: string; from: Date; until: Date; plays: number; by: string; reason: string; at: Date },
): Promise<void> {
  await sql`
    insert into listening.withdrawal (id, person, from_at, until_at, plays, by, reason, at)
    values (${given.id}, ${given.person}, ${given.from}, ${given.until}, ${given.plays}, ${given.by}, ${given.reason}, ${given.at})`.execute(
    tx,
  )
}
