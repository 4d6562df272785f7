/** SQL of the rolling reserve. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
export type PolicyRow = { party: string; name: string; shareBp: number; days: number; reason: string; at: Date }
const newest = sql`(select distinct on (party) party, share_bp, days, reason, at from refunds.reserve_policy order by party, at desc)`
const columns = sql`n.party, coalesce(p.name, '') as name, n.share_bp as "shareBp", n.days, n.reason, n.at`

/** The policies that count now: of one party, or of all that have had one. */
export async function policies(db: Db, party: string | null = null): Promise<PolicyRow[]> {
  return (
    await sql<PolicyRow>`select ${columns} from ${newest} n left join people.public_party p on p.id = n.party ${party === null ? sql`` : sql`where n.party = ${party}`} order by n.party`.execute(
      db,
    )
  ).rows
}
export const insertPolicy = async (
  tx: Tx,
  p: { party: string; shareBp: number; days: number; reason: string; by: string; at: Date },
): Promise<void> => {
  await sql`insert into refunds.reserve_policy (party, share_bp, days, reason, by, at) values (${p.party}, ${p.shareBp}, ${p.days}, ${p.reason}, ${p.by}, ${p.at})
    on conflict (party, at) do update set share_bp = excluded.share_bp, days = excluded.days, reason = excluded.reason, by = excluded.by`.execute(
    tx,
  )
}
/** One at a time for a party. */
export const lockParty = async (tx: Tx, party: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(5015, hashtext(${party}))`.execute(tx)
}

export type Mark = { currency: string; version: bigint; carried: number }
export async function marksOf(db: Db, party: string): Promise<Mark[]> {
  return (await sql<Mark>`select currency, version, carried from refunds.reserve_mark where party = ${party}`.execute(db)).rows
}
/** Settled income after that version: its sum and how far it was read. */
export async function incomeAfter(
  db: Db,
  party: string,
  currency: string,
  version: bigint,
): Promise<{ income: bigint; version: bigint | null }> {
  const rows = await sql<{ income: bigint; version: bigint | null }>`
    select coalesce(sum(amount) filter (where kind in ('settle', 'accrual_settled') and amount > 0), 0)::bigint as income, max(version) as version
    from ledger.public_posting where owner = ${party} and purpose = 'available' and asset = ${currency} and version > ${version}`.execute(
    db,
  )
  return rows.rows[0]!
}
export const setMark = async (tx: Tx, party: string, mark: Mark): Promise<void> => {
  await sql`insert into refunds.reserve_mark (party, currency, version, carried) values (${party}, ${mark.currency}, ${mark.version}, ${mark.carried})
    on conflict (party, currency) do update set version = excluded.version, carried = excluded.carried`.execute(tx)
}

export type Tranche = { id: bigint; party: string; currency: string; income: bigint; left: bigint; releaseAt: Date }
export const insertTranche = async (
  tx: Tx,
  t: { party: string; currency: string; version: bigint; income: bigint; amount: bigint; releaseAt: Date; at: Date },
): Promise<void> => {
  await sql`insert into refunds.tranche (party, currency, version, income, amount, release_at, created_at)
    values (${t.party}, ${t.currency}, ${t.version}, ${t.income}, ${t.amount}, ${t.releaseAt}, ${t.at})`.execute(tx)
}
const trancheColumns = sql`id, party, currency, income, amount - taken - released as left, release_at as "releaseAt"`
/** What rests, what is released first in front; locked or to read. */
export async function tranchesOf(db: Db, party: string, currency: string | null, lock = false): Promise<Tranche[]> {
  return (
    await sql<Tranche>`select ${trancheColumns} from refunds.tranche where party = ${party} ${currency === null ? sql`` : sql`and currency = ${currency}`}
      and taken + released < amount order by release_at, id ${lock ? sql`for no key update` : sql``}`.execute(db)
  ).rows
}
export async function dueTranches(db: Db, now: Date, limit: number): Promise<{ id: bigint; party: string }[]> {
  return (
    await sql<{
      id: bigint
      party: string
    }>`select id, party from refunds.tranche where release_at <= ${now} and taken + released < amount order by release_at, id limit ${limit}`.execute(
      db,
    )
  ).rows
}
export async function lockTranche(tx: Tx, id: bigint): Promise<Tranche | undefined> {
  return (await sql<Tranche>`select ${trancheColumns} from refunds.tranche where id = ${id} for no key update`.execute(tx)).rows[0]
}
export const addTo = async (tx: Tx, id: bigint, what: 'taken' | 'released', amount: bigint): Promise<void> => {
  await sql`update refunds.tranche set taken = taken + ${what === 'taken' ? amount : 0n}, released = released + ${what === 'released' ? amount : 0n} where id = ${id}`.execute(
    tx,
  )
}
