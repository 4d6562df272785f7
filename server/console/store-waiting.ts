/** SQL of what waits: one question to the rooms' public views. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

export type WaitingRow = { code: string; currency: string | null; count: number; amount: bigint | null; due: Date | null }

/** For each queue its size by currency; an empty queue has one row with 0. Every part looks only at what is open. */
export async function countWaiting(db: Read): Promise<WaitingRow[]> {
  const { rows } = await sql<WaitingRow>`
    select q.code, w.currency, coalesce(w.count, 0)::int as count, w.amount, w.due
    from unnest(array['refunds', 'shortfalls', 'disputes', 'payouts', 'exceptions', 'unsettled', 'holds', 'refunds_sent', 'payouts_sent', 'page_claims']) with ordinality q(code, n)
    left join (
      select 'refunds' as code, currency, count(*) as count, sum(amount)::bigint as amount, null::timestamptz as due
        from refunds.public_refund where state = any('{asked,escalated}'::text[]) group by currency
      union all
      select 'shortfalls', currency, count(*), sum(amount)::bigint, null from refunds.public_shortfall where state = 'open' group by currency
      union all
      select 'disputes', currency, count(*), sum(amount)::bigint, min(respond_by) from payments.public_dispute where state = 'open' group by currency
      union all
      select 'payouts', currency, count(distinct batch), sum(amount)::bigint, null from payouts.public_payout where state = 'listed' group by currency
      union all
      select 'exceptions', currency, count(*), sum(abs(effect))::bigint, null from reconciliation.public_exception where state = any('{open,proposed}'::text[]) group by currency
      union all
      select 'unsettled', currency, count(*), sum(amount - refunded)::bigint, null from shop.public_line where state = 'held' group by currency
      union all
      select 'holds', asset, count(*), sum(amount - captured - released)::bigint, min(until) from ledger.public_hold where captured + released < amount group by asset
      union all
      select 'refunds_sent', currency, count(*), sum(amount)::bigint, null from payments.public_refund where state <> 'done' group by currency
      union all
      select 'payouts_sent', currency, count(*), sum(net)::bigint, null from payouts.public_payout where state = 'paying' group by currency
      union all
      select 'page_claims', null, count(*), null, null from claiming.public_claim where state = any('{review,contested}'::text[])
    ) w on w.code = q.code order by q.n, w.currency`.execute(db)
  return rows
}
