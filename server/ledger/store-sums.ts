/** SQL of the trial balance. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

/** The accounts of one kind of owner, purpose and asset together. `owner`: `person`, `organisation`, `planet`, `provider:<name>`, or the first word (`escrow`). */
export type BalanceSum = { owner: string; purpose: string; asset: string; accounts: number; balance: bigint }

/** Sums of all accounts that were ever used, by kind of owner, purpose and asset. Per asset they add up to zero. */
export async function trialBalance(db: Read): Promise<BalanceSum[]> {
  const { rows } = await sql<BalanceSum>`
    select case when a.owner like 'usr_%' then 'person' when a.owner like 'org_%' then 'organisation' when a.owner like 'provider:%' then a.owner
        else split_part(a.owner, ':', 1) end as owner,
      a.purpose, s.code as asset, count(*)::int as accounts, sum(a.balance)::bigint as balance
    from ledger.account a join ledger.asset s on s.id = a.asset where a.version > 0 group by 1, 2, 3 order by 3, 1, 2`.execute(db)
  return rows
}
