/** SQL of checkpoints and of what an exported statement proves. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { gather, type EntryRow, type Stored } from './store.ts'
import type { Link } from './store-chain.ts'

type Db = Read | Tx

export type CheckpointRow = { place: bigint; hash: string; at: Date; key: string; signature: string }
const columns = sql`c.place, encode(c.hash, 'hex') as hash, c.at, c.key, encode(c.signature, 'hex') as signature`

/** Checkpoints before a place, newest first. */
export async function readCheckpoints(db: Db, q: { before?: bigint | undefined; limit: number }): Promise<CheckpointRow[]> {
  const rows = await sql<CheckpointRow>`
    select ${columns} from ledger.checkpoint c ${q.before === undefined ? sql`` : sql`where c.place < ${q.before}`}
    order by c.place desc limit ${q.limit}`.execute(db)
  return rows.rows
}

/** Checkpoints after a place, oldest first, with the hash that the chain has there (null: nothing). */
export async function checkpointsAfter(
  db: Db,
  place: bigint,
  limit: number,
): Promise<(CheckpointRow & { link: string | null; public: string })[]> {
  const rows = await sql<CheckpointRow & { link: string | null; public: string }>`
    select ${columns}, encode(b.hash, 'hex') as link, encode(k.public, 'hex') as public
    from ledger.checkpoint c left join ledger.batch b on b.place = c.place left join ledger.signing_key k on k.id = c.key
    where c.place > ${place} order by c.place limit ${limit}`.execute(db)
  return rows.rows
}

export async function readKeys(db: Db): Promise<{ id: string; publicKey: string; at: Date }[]> {
  const rows = await sql<{ id: string; publicKey: string; at: Date }>`
    select id, encode(public, 'hex') as "publicKey", at from ledger.signing_key order by at, id`.execute(db)
  return rows.rows
}

export async function insertKey(db: Db, key: { id: string; publicKey: string }): Promise<void> {
  await sql`insert into ledger.signing_key (id, public) values (${key.id}, decode(${key.publicKey}, 'hex')) on conflict do nothing`.execute(
    db,
  )
}

/** Two processes may sign the same place: the first one stays. */
export async function insertCheckpoints(
  db: Db,
  made: readonly { place: bigint; hash: string; at: Date; key: string; signature: string }[],
): Promise<void> {
  await sql`
    insert into ledger.checkpoint (place, hash, at, key, signature)
    select m.place, decode(m.hash, 'hex'), m.at, m.key, decode(m.signature, 'hex')
    from unnest(${made.map(one => one.place.toString())}::bigint[], ${made.map(one => one.hash)}::text[], ${made.map(one => one.at)}::timestamptz[],
      ${made.map(one => one.key)}::text[], ${made.map(one => one.signature)}::text[]) as m(place, hash, at, key, signature)
    order by m.place on conflict do nothing`.execute(db)
}

export type AccountHead = { id: bigint; asset: string; scale: number }
export async function findAccount(db: Db, owner: string, purpose: string, asset: string): Promise<AccountHead | undefined> {
  const rows = await sql<AccountHead>`
    select a.id, s.code as asset, s.scale from ledger.account a join ledger.asset s on s.id = a.asset
    where a.owner = ${owner} and a.purpose = ${purpose} and s.code = ${asset}`.execute(db)
  return rows.rows[0]
}

/** Changes of an account between two moments (`to` not included): the first and the last of them by version, all between, and their number. */
export async function spanOf(
  db: Db,
  account: bigint,
  from: Date | undefined,
  to: Date | undefined,
): Promise<{ first: bigint; last: bigint } | undefined> {
  const rows = await sql<{ first: bigint | null; last: bigint | null }>`
    select min(version) as first, max(version) as last from ledger.entry
    where account = ${account} ${from === undefined ? sql`` : sql`and at >= ${from}`} ${to === undefined ? sql`` : sql`and at < ${to}`}`.execute(
    db,
  )
  const { first, last } = rows.rows[0]!
  return first === null || last === null ? undefined : { first, last }
}

/** Version and balance of an account after the last change before a moment. */
export async function standingAt(db: Db, account: bigint, at: Date | undefined): Promise<{ version: bigint; balance: bigint }> {
  const rows = await sql<{ version: bigint; balance: bigint }>`
    select version, balance_after as balance from ledger.entry
    where account = ${account} ${at === undefined ? sql`` : sql`and at < ${at}`} order by version desc limit 1`.execute(db)
  return rows.rows[0] ?? { version: 0n, balance: 0n }
}

export type ProofItem = {
  version: bigint
  transfer: bigint
  at: Date
  kind: string
  cause: string
  subject: string | null
  note: string | null
  amount: bigint
  balance: bigint
  step: string | null
  share: number | null
}
export async function proofItems(db: Db, account: bigint, first: bigint, last: bigint): Promise<ProofItem[]> {
  const rows = await sql<ProofItem>`
    select e.version, e.transfer, t.at, t.kind, t.cause, t.subject, t.note, e.amount, e.balance_after as balance, e.step, e.share
    from ledger.entry e join ledger.transfer t on t.id = e.transfer
    where e.account = ${account} and e.version between ${first} and ${last} order by e.version`.execute(db)
  return rows.rows
}

export type BatchPlace = { id: bigint; count: number; place: bigint | null; checkpoint: bigint | null }
/** These batches in the order of the chain, each with the first signed place that is not before it. */
export async function placesOf(db: Db, batches: readonly bigint[]): Promise<BatchPlace[]> {
  const rows = await sql<BatchPlace>`
    select b.id, b.count, b.place, (select min(c.place) from ledger.checkpoint c where c.place >= b.place) as checkpoint
    from ledger.batch b where b.id = any(${batches.map(String)}::bigint[]) order by b.place, b.id`.execute(db)
  return rows.rows
}

/** The transfers of these batches by batch, in their order, with their entries by account. */
export async function contentsOf(db: Db, batches: readonly bigint[]): Promise<Map<bigint, Stored[]>> {
  const rows = await sql<EntryRow>`
    select t.id, t.key, t.kind, t.cause, t.subject, t.note, t.at, e.account, e.amount, e.step, e.share
    from unnest(${batches.map(String)}::bigint[]) as b(id)
    join ledger.transfer t on t.id >= b.id << 11 and t.id < (b.id + 1) << 11
    join ledger.entry e on e.transfer = t.id and e.at = t.at order by t.id, e.account, e.version`.execute(db)
  return Map.groupBy(gather(rows.rows), transfer => transfer.id >> 11n)
}

/** Links from one place to another, both included. */
export async function linksBetween(db: Db, first: bigint, last: bigint): Promise<Link[]> {
  const rows = await sql<Link>`
    select id, count, encode(digest, 'hex') as digest, place, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash
    from ledger.batch where place between ${first} and ${last} order by place`.execute(db)
  return rows.rows
}

export async function checkpointsAt(db: Db, places: readonly bigint[]): Promise<CheckpointRow[]> {
  const rows = await sql<CheckpointRow>`
    select ${columns} from ledger.checkpoint c where c.place = any(${places.map(String)}::bigint[]) order by c.place`.execute(db)
  return rows.rows
}

export async function assetsOfAccounts(db: Db, ids: readonly bigint[]): Promise<[string, string][]> {
  const rows = await sql<{ id: bigint; asset: string }>`
    select a.id, s.code as asset from ledger.account a join ledger.asset s on s.id = a.asset where a.id = any(${ids.map(String)}::bigint[]) order by a.id`.execute(
    db,
  )
  return rows.rows.map(row => [String(row.id), row.asset])
}
