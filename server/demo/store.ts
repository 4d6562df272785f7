/** SQL of the demo world: what has been sold so far, to choose from what happens next. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type SoldLine = { id: string; order: string; payment: string; buyer: string; release: string; amount: bigint }

/** Settled and untouched lines that cost something, newest first. */
export async function soldLines(db: Read | Tx, most: number): Promise<SoldLine[]> {
  const { rows } = await sql<SoldLine>`
    select l.id, l."order", l.payment, l.buyer, l.release, l.amount from shop.public_line l
    where l.state = 'settled' and l.refunded = 0 and not l.frozen and l.amount > 0 and l.payment is not null and l.release is not null
    order by l.paid_at desc, l.id limit ${most}`.execute(db)
  return rows
}

/** What paid a line; null where a gift card did. */
export async function paymentOf(db: Read | Tx, line: string): Promise<string | null> {
  return (
    (await sql<{ payment: string | null }>`select payment from shop.public_line where id = ${line}`.execute(db)).rows[0]?.payment ?? null
  )
}

/** Pools for plays that are running. */
export async function poolsOf(db: Read | Tx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from royalties.public_pool where state = 'running' order by id`.execute(db)
  return rows.map(row => row.id)
}
