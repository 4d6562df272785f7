/** Orders that were refunded whole and still count as uses of coupons. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'

/** `refund`: only the order of this one (rfq_…). */
export async function refundedOrders(tx: Tx, refund: string | null): Promise<string[]> {
  const { rows } = await sql<{ order: string }>`
    select distinct u."order" from coupons.use u join shop.public_order o on o.id = u."order" and o.state = 'refunded'
    where u.ended_at is null ${refund === null ? sql`` : sql`and u."order" in (select r."order" from refunds.public_refund r where r.id = ${refund})`} limit 5000`.execute(
    tx,
  )
  return rows.map(row => row.order)
}
