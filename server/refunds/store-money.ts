/** SQL of what receivers give back: their parts, what is set aside of them, shortfalls. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

/** A part of what was settled: `step` as it stands in the settlement. */
export type Give = { owner: string; purpose: string; step: string; amount: bigint }
export type GiveState = 'waiting' | 'given' | 'void'

/** What of a line is given back already or spoken for, by owner, purpose and step. */
export async function givenOf(db: Db, line: string): Promise<Give[]> {
  return (
    await sql<Give>`select owner, purpose, step, sum(amount)::bigint as amount from refunds.give where line = ${line} and state <> 'void' group by 1, 2, 3`.execute(
      db,
    )
  ).rows
}
export async function givesOfCause(db: Db, cause: string, line: string): Promise<Give[]> {
  return (
    await sql<Give>`select owner, purpose, step, amount from refunds.give where cause = ${cause} and line = ${line} order by owner, purpose, step`.execute(
      db,
    )
  ).rows
}
export const insertGives = async (tx: Tx, cause: string, line: string, gives: readonly Give[], state: GiveState): Promise<void> => {
  await sql`insert into refunds.give (cause, line, owner, purpose, step, amount, state)
    select ${cause}, ${line}, g.owner, g.purpose, g.step, g.amount, ${state} from unnest(${list(gives.map(g => g.owner))}, ${list(gives.map(g => g.purpose))}, ${list(gives.map(g => g.step))},
      ${gives.map(g => g.amount)}::bigint[]) as g(owner, purpose, step, amount)`.execute(tx)
}
export const setGives = async (tx: Tx, cause: string, line: string, state: GiveState): Promise<void> => {
  await sql`update refunds.give set state = ${state} where cause = ${cause} and line = ${line} and state = 'waiting'`.execute(tx)
}

export type Aside = { owner: string; wanted: bigint; hold: string | null; amount: bigint; open: bigint }
export const insertAside = async (tx: Tx, cause: string, line: string, aside: Omit<Aside, 'open'>): Promise<void> => {
  await sql`insert into refunds.aside (cause, line, owner, wanted, hold, amount) values (${cause}, ${line}, ${aside.owner}, ${aside.wanted}, ${aside.hold}, ${aside.amount})`.execute(
    tx,
  )
}
/** What was set aside for a cause, and what of it is still on hold. */
export async function asidesOf(db: Db, cause: string, line: string): Promise<Aside[]> {
  const rows = await sql<Aside>`
    select a.owner, a.wanted, a.hold, a.amount, coalesce(h.amount - h.captured - h.released, 0) as open
    from refunds.aside a left join ledger.public_hold h on h.id = a.hold where a.cause = ${cause} and a.line = ${line} order by a.owner`.execute(
    db,
  )
  return rows.rows
}

export type ShortfallState = 'open' | 'receivable' | 'borne' | 'refused' | 'covered'
export type ShortfallRow = {
  id: string
  kind: 'refund' | 'dispute'
  cause: string
  line: string
  owner: string
  name: string
  order: string
  number: string
  title: string
  currency: string
  amount: bigint
  recovered: bigint
  state: ShortfallState
  reason: string | null
  by: string | null
  createdAt: Date
  until: Date | null
  decidedAt: Date | null
}
const columns = sql`s.id, s.kind, s.cause, s.line, s.owner, coalesce(p.name, '') as name, l."order", l.number, l.title, s.currency, s.amount, s.recovered, s.state, s.reason, s.by,
  s.created_at as "createdAt", s.until, s.decided_at as "decidedAt"`
const tables = sql`refunds.shortfall s join shop.public_line l on l.id = s.line left join people.public_party p on p.id = s.owner`

export const insertShortfalls = async (
  tx: Tx,
  rows: readonly {
    id: string
    kind: 'refund' | 'dispute'
    cause: string
    line: string
    owner: string
    currency: string
    amount: bigint
    at: Date
    until: Date
  }[],
): Promise<void> => {
  for (const r of rows)
    await sql`insert into refunds.shortfall (id, kind, cause, line, owner, currency, amount, state, created_at, until)
      values (${r.id}, ${r.kind}, ${r.cause}, ${r.line}, ${r.owner}, ${r.currency}, ${r.amount}, 'open', ${r.at}, ${r.until})`.execute(tx)
}
export async function readShortfall(db: Db, id: string, lock = false): Promise<ShortfallRow | undefined> {
  return (
    await sql<ShortfallRow>`select ${columns} from ${tables} where s.id = ${id} ${lock ? sql`for no key update of s` : sql``}`.execute(db)
  ).rows[0]
}
export async function shortfallsOf(db: Db, cause: string, lock = false): Promise<ShortfallRow[]> {
  return (
    await sql<ShortfallRow>`select ${columns} from ${tables} where s.cause = ${cause} order by s.id ${lock ? sql`for no key update of s` : sql``}`.execute(
      db,
    )
  ).rows
}
export async function listShortfalls(
  db: Db,
  q: { state: ShortfallState | null; after: { at: Date; id: string } | null; limit: number },
): Promise<ShortfallRow[]> {
  const rows = await sql<ShortfallRow>`
    select ${columns} from ${tables} where true ${q.state === null ? sql`` : sql`and s.state = ${q.state}`}
      ${q.after === null ? sql`` : sql`and (s.created_at, s.id) < (${q.after.at}, ${q.after.id})`}
    order by s.created_at desc, s.id desc limit ${q.limit}`.execute(db)
  return rows.rows
}
/** A refund is off: so is whatever was or was not decided about who fronts it. */
export const refuseShortfalls = async (tx: Tx, cause: string, reason: string, by: string, at: Date): Promise<void> => {
  await sql`update refunds.shortfall set state = 'refused', reason = ${reason}, by = ${by}, decided_at = ${at}, until = null where cause = ${cause}`.execute(
    tx,
  )
}
export const decideShortfall = async (
  tx: Tx,
  id: string,
  d: { state: Exclude<ShortfallState, 'open'>; amount?: bigint; reason: string | null; by: string | null; at: Date },
): Promise<void> => {
  await sql`update refunds.shortfall set state = ${d.state}, amount = coalesce(${d.amount ?? null}::bigint, amount), reason = coalesce(${d.reason}, reason), by = coalesce(${d.by}, by),
    decided_at = coalesce(decided_at, ${d.at}), until = null where id = ${id}`.execute(tx)
}
export async function overdueShortfalls(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await sql<{ cause: string }>`
    select distinct cause from refunds.shortfall where state = 'open' and kind = 'dispute' and until <= ${now} order by cause limit ${limit}`.execute(
    db,
  )
  return rows.rows.map(row => row.cause)
}

/** Not while the refund waits for other decisions: nothing was moved yet. */
const moved = sql`not exists (select from refunds.request r where r.id = s.cause and r.state = 'short')`
/** Who owes something, and in what. */
export async function debtors(db: Db): Promise<{ owner: string; currency: string }[]> {
  return (
    await sql<{ owner: string; currency: string }>`
      select distinct s.owner, s.currency from refunds.shortfall s where s.state = 'receivable' and s.recovered < s.amount and ${moved} order by 1, 2`.execute(
      db,
    )
  ).rows
}
/** Everyone who ever owed the planet something in this currency. */
export async function everOwed(db: Db, currency: string): Promise<string[]> {
  return (
    await sql<{
      owner: string
    }>`select distinct owner from refunds.shortfall where state = 'receivable' and currency = ${currency}`.execute(db)
  ).rows.map(row => row.owner)
}
/** What a party owes, oldest first, locked or to read. */
export async function debtsOf(db: Db, owner: string, currency: string | null, lock = false): Promise<ShortfallRow[]> {
  return (
    await sql<ShortfallRow>`select ${columns} from ${tables} where s.owner = ${owner} ${currency === null ? sql`` : sql`and s.currency = ${currency}`}
      and s.state = 'receivable' and s.recovered < s.amount and ${moved} order by s.id ${lock ? sql`for no key update of s` : sql``}`.execute(
      db,
    )
  ).rows
}
export const addRecovered = async (tx: Tx, id: string, amount: bigint): Promise<void> => {
  await sql`update refunds.shortfall set recovered = recovered + ${amount} where id = ${id}`.execute(tx)
}

/** One after the other: who fronts money of the planet looks at what it has first. */
export const lockOwnMoney = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(5015, 1)`.execute(tx)
}
