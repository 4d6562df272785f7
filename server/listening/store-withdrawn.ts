/** SQL of plays that were taken out of the counts. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'

/** Plays of a person that began between two moments count no more, each once: how many of each track, and the first of their days (UTC). */
export async function uncount(tx: Tx, person: string, from: Date, until: Date): Promise<{ track: string; plays: number; first: string }[]> {
  const { rows } = await sql<{ track: string; plays: number; first: string }>`
    with gone as (
      update listening.play set counted = false, uncounted = 'withdrawn' where person = ${person} and at >= ${from} and at < ${until} and counted
      returning track, (at at time zone 'UTC')::date as day)
    select track, count(*)::int as plays, min(day) as first from gone group by track order by track`.execute(tx)
  return rows
}

/** Takes them off the counts of tracks: off the first days since then on which so many were counted. Called last in its transaction, as all that locks counts. */
export async function lowerCounts(tx: Tx, gone: readonly { track: string; plays: number; first: string }[]): Promise<void> {
  await sql`
    with wanted as (select * from jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as g (track text, plays int, first date)),
      shares as (
        select d.track, d.day, d.past, greatest(0, least(d.plays, w.plays - coalesce(sum(d.plays) over (partition by d.track order by d.day rows between unbounded preceding and 1 preceding), 0)))::int as plays
        from listening.track_day d join wanted w on w.track = d.track and d.day >= w.first),
      days as (update listening.track_day d set plays = d.plays - s.plays from shares s where d.track = s.track and d.day = s.day and s.plays > 0)
    update listening.track_count c set plays = c.plays - s.plays, plays30d = c.plays30d - s.present
    from (select track, sum(plays)::bigint as plays, coalesce(sum(plays) filter (where not past), 0)::bigint as present from shares group by track) s where s.track = c.track`.execute(
    tx,
  )
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
