/** SQL of what people and hosts read of points. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

/** What a person can spend now; lots whose time has come count no more, also before they are ended. */
export async function readBalance(
  db: Read | Tx,
  person: string,
  group: string,
  now: Date,
): Promise<{ balance: number; debt: number; ending: { points: number; at: Date } | null }> {
  const found = await sql<{ balance: bigint; debt: bigint | null; points: bigint | null; at: Date | null }>`
    with lots as (select remaining, ends_at from points.granted where group_id = ${group} and person = ${person} and remaining > 0 and ends_at > ${now}),
      soonest as (select min(ends_at) as at from lots)
    select coalesce((select sum(remaining) from lots), 0)::bigint as balance, (select debt from points.wallet where group_id = ${group} and person = ${person}) as debt,
      (select sum(remaining)::bigint from lots, soonest where ends_at = soonest.at) as points, (select at from soonest) as at`.execute(db)
  const { balance, debt, points, at } = found.rows[0]!
  return { balance: Number(balance), debt: Number(debt ?? 0n), ending: at === null ? null : { points: Number(points), at } }
}
