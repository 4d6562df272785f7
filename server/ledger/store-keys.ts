/** SQL: transfers by their idempotency keys, in words: for rooms that must know what they posted. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type KeyedEntry = { key: string; owner: string; purpose: string; asset: string; amount: bigint; step: string | null; at: Date }

/** The entries of the transfers posted under these keys, account by account. */
export async function entriesByKey(db: Read | Tx, keys: readonly string[]): Promise<KeyedEntry[]> {
  const rows = await sql<KeyedEntry>`
    select t.key, a.owner, a.purpose, s.code as asset, e.amount, e.step, e.at
    from ledger.transfer t join ledger.entry e on e.transfer = t.id and e.at = t.at
    join ledger.account a on a.id = e.account join ledger.asset s on s.id = a.asset
    where t.key = any(${[...keys]}::text[]) order by t.id, a.owner, a.purpose, e.step nulls first, e.version`.execute(db)
  return rows.rows
}
