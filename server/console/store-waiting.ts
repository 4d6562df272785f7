/** SQL of what waits: one question to the rooms' public views. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

export type WaitingRow = { code: string; currency: string | null; count: number; amount: bigint | null; due: Date | null }

/** For each queue its size by currency; an empty queue has one row with 0. */
export async function countWaiting(db: Read): Promise<WaitingRow[]> {
  const { rows } = await sql<WaitingRow>`
    select q.code, w.currency, coalesce(w.count, 0)::int as count, w.amount, w.due
    from unnest(array['unsettled', 'refunds_sent']) with ordinality q(code, n) left join (
      select 'unsettled' as code, currency, count(*) as count, sum(amount - refunded)::bigint as amount, null::timestamptz as due
        from shop.public_line where state = 'held' group by currency
      union all
      select 'refunds_sent', currency, count(*), sum(amount)::bigint, null from payments.public_refund where state not in ('done', 'refused') group by currency
    ) w on w.code = q.code order by q.n, w.currency`.execute(db)
  return rows
}
