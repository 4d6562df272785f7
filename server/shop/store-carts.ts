/** SQL of carts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type CartRow = { version: number; lines: unknown }
export async function readCart(db: Read | Tx, person: string): Promise<CartRow | undefined> {
  return (await sql<CartRow>`select version, lines from shop.cart where person = ${person}`.execute(db)).rows[0]
}

/** Writes the cart made from this version; false when another device was faster. Two at once: the second waits and finds another version. */
export async function writeCart(tx: Tx, person: string, from: number, lines: string, at: Date): Promise<boolean> {
  const made =
    from === 0
      ? await sql`insert into shop.cart (person, lines, version, changed_at) values (${person}, ${lines}::jsonb, 1, ${at}) on conflict do nothing`.execute(
          tx,
        )
      : await sql`update shop.cart set lines = ${lines}::jsonb, version = version + 1, changed_at = ${at} where person = ${person} and version = ${from}`.execute(
          tx,
        )
  return made.numAffectedRows === 1n
}
