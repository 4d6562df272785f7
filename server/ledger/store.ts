/** All SQL that posts: accounts and the posting function. What people read is in store-reads.ts, the chain in store-chain.ts. */
import { sql, type RawBuilder } from 'kysely'
import { fault } from '../../shared/faults.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { arraysOf, checkRef, floorOf, quoted, refKey, type AccountRef, type Ready } from './transfers.ts'

const textArray = (items: readonly (string | null)[]): string => `{${items.map(quoted).join(',')}}`
const plainArray = (items: readonly (string | number | bigint | null)[]): string => `{${items.map(item => item ?? 'NULL').join(',')}}`

type Found = { owner: string; purpose: string; asset: string; known: number | null; id: bigint | null }

async function findAccounts(db: Read | Tx, refs: readonly AccountRef[]): Promise<Found[]> {
  const found = await sql<Found>`
    select r.owner, r.purpose, r.asset, s.id as known, a.id
    from unnest(${textArray(refs.map(ref => ref.owner))}::text[], ${textArray(refs.map(ref => ref.purpose))}::text[], ${textArray(refs.map(ref => ref.asset))}::text[])
      as r(owner, purpose, asset)
    left join ledger.asset s on s.code = r.asset
    left join ledger.account a on a.owner = r.owner and a.purpose = r.purpose and a.asset = s.id`.execute(db)
  return found.rows
}

/** Ids of these accounts by `refKey`; those that are not there yet are opened. Two callers may open the same one at once. */
export async function ensureAccounts(tx: Tx | Read, refs: readonly AccountRef[]): Promise<Map<string, bigint>> {
  const byKey = new Map(refs.map(ref => [refKey(ref), ref]))
  const distinct = [...byKey.values()]
  const ids = new Map<string, bigint>()
  if (distinct.length === 0) return ids
  // The second look sees what another transaction opened in between.
  for (let attempt = 0; attempt < 2; attempt++) {
    const missing: AccountRef[] = []
    for (const row of await findAccounts(tx, distinct)) {
      if (row.known === null) throw fault('invalid', 'unknown_asset', { detail: `there is no asset ${row.asset}` })
      if (row.id === null) missing.push(byKey.get(refKey(row))!)
      else ids.set(refKey(row), row.id)
    }
    if (missing.length === 0) return ids
    missing.forEach(checkRef)
    // In one order, so that two callers who open the same accounts wait for each other instead of locking up.
    missing.sort((a, b) => (refKey(a) < refKey(b) ? -1 : 1))
    const opened = await sql<{ owner: string; purpose: string; asset: string; id: bigint }>`
      with opened as (
        insert into ledger.account (owner, purpose, asset, floor)
        select r.owner, r.purpose, s.id, r.floor
        from unnest(${textArray(missing.map(ref => ref.owner))}::text[], ${textArray(missing.map(ref => ref.purpose))}::text[],
          ${textArray(missing.map(ref => ref.asset))}::text[], ${plainArray(missing.map(floorOf))}::bigint[]) with ordinality as r(owner, purpose, asset, floor, i)
        join ledger.asset s on s.code = r.asset order by r.i
        on conflict (owner, purpose, asset) do nothing returning id, owner, purpose, asset)
      select o.id, o.owner, o.purpose, s.code as asset from opened o join ledger.asset s on s.id = o.asset`.execute(tx)
    for (const row of opened.rows) ids.set(refKey(row), row.id)
    if (ids.size === distinct.length) return ids
  }
  for (const row of await findAccounts(tx, distinct)) if (row.id !== null) ids.set(refKey(row), row.id)
  return ids
}

/** Makes an asset (points of a group, units of a pool). The same code with another scale is refused. */
export async function defineAsset(tx: Tx, asset: { code: string; scale: number }): Promise<void> {
  await sql`insert into ledger.asset (code, scale) values (${asset.code}, ${asset.scale}) on conflict (code) do nothing`.execute(tx)
  const found = await sql<{ scale: number }>`select scale from ledger.asset where code = ${asset.code}`.execute(tx)
  if (found.rows[0]!.scale !== asset.scale)
    throw fault('conflict', 'asset_scale_fixed', { detail: `${asset.code} has ${found.rows[0]!.scale} decimals` })
}

export type PostAnswer = { status: 'ok'; first: bigint } | { status: 'floor' | 'key' | 'closed'; first: null }

const postCall = (batch: readonly Ready[]): RawBuilder<PostAnswer> => {
  const v = arraysOf(batch)
  return sql`ledger.post(
    ${v[0]}::bigint[], ${v[1]}::bigint[], ${v[2]}::int[], ${v[3]}::text[], ${v[4]}::text[], ${v[5]}::int[],
    ${v[6]}::text[], ${v[7]}::int[], ${v[8]}::text[], ${v[9]}::text[], ${v[10]}::text[], ${v[11]}::bigint[],
    ${v[12]}::int[], ${v[13]}::int[], ${v[14]}::bigint[], ${v[15]}::int[], ${v[16]}::bytea)`
}

/** The one call of the posting function: all of the batch or nothing. */
export async function postBatch(tx: Tx, batch: readonly Ready[]): Promise<PostAnswer> {
  const answer = await sql<PostAnswer>`select status, first from ${postCall(batch)}`.execute(tx)
  return answer.rows[0]!
}

/**
 * The same as a transaction of its own, in two steps, so that the next batch need not wait for the disk: the commit gives the locks back at once
 * (`onApplied`), then the log is flushed to disk. Returns after the flush: only then may anyone be told. Whoever builds on it before commits behind it
 * in the same log, so nothing can survive a crash that it stands on and it not.
 */
export async function postBatchAhead(db: Db['write'], batch: readonly Ready[], onApplied: () => void): Promise<PostAnswer> {
  const call = postCall(batch)
  return db.connection().execute(async one => {
    const answer = await sql<PostAnswer>`select set_config('synchronous_commit', 'off', true), status, first from ${call}`.execute(one)
    onApplied()
    // A transaction of nothing but a mark in the log: its commit, as durable as the server is set to, takes all before it along.
    await sql`select pg_logical_emit_message(true, 'planet', '')`.execute(one)
    return answer.rows[0]!
  })
}

/** Locks these accounts in id order and reads them. */
export async function lockAccounts(tx: Tx, ids: readonly bigint[]): Promise<Map<bigint, { balance: bigint; floor: bigint | null }>> {
  const rows = await sql<{ id: bigint; balance: bigint; floor: bigint | null }>`
    select id, balance, floor from ledger.account where id = any(${plainArray(ids)}::bigint[]) order by id for no key update`.execute(tx)
  return new Map(rows.rows.map(row => [row.id, { balance: row.balance, floor: row.floor }]))
}

export type EntryRow = Omit<Ready, 'entries'> & {
  id: bigint
  account: bigint | null
  amount: bigint
  step: string | null
  share: number | null
}
export type Stored = Ready & { id: bigint }

/** Transfers from rows of entries that come transfer by transfer. One without entries still has its row, with nulls. */
export function gather(rows: readonly EntryRow[]): Stored[] {
  const found: Stored[] = []
  for (const { account, amount, step, share, ...transfer } of rows) {
    let last = found.at(-1)
    if (last === undefined || last.id !== transfer.id) found.push((last = { ...transfer, entries: [] }))
    if (account !== null) last.entries.push({ account, amount, step, share })
  }
  return found
}

/** Transfers already posted under these keys, with their entries by account. */
export async function findByKeys(db: Tx | Read, keys: readonly string[]): Promise<Map<string, Stored>> {
  const rows = await sql<EntryRow>`
    select t.id, t.key, t.kind, t.cause, t.subject, t.note, t.at, e.account, e.amount, e.step, e.share
    from ledger.transfer t join ledger.entry e on e.transfer = t.id and e.at = t.at
    where t.key = any(${textArray(keys)}::text[]) order by t.id, e.account, e.version`.execute(db)
  return new Map(gather(rows.rows).map(transfer => [transfer.key, transfer]))
}

/** Transfers of a range of batches, with their entries by account. */
export async function transfersOfBatches(db: Read, first: bigint, last: bigint): Promise<Stored[]> {
  const rows = await sql<EntryRow>`
    select t.id, t.key, t.kind, t.cause, t.subject, t.note, t.at, e.account, e.amount, e.step, e.share
    from ledger.transfer t left join ledger.entry e on e.transfer = t.id
    where t.id >= ${first << 11n} and t.id < ${(last + 1n) << 11n} order by t.id, e.account, e.version`.execute(db)
  return gather(rows.rows)
}

/** Owner, purpose and asset of an account, for messages. */
export async function accountName(db: Tx | Read, id: bigint): Promise<string> {
  const rows = await sql<{ name: string }>`
    select a.owner || ' ' || a.purpose || ' ' || s.code as name from ledger.account a join ledger.asset s on s.id = a.asset where a.id = ${id}`.execute(
    db,
  )
  return rows.rows[0]?.name ?? `account ${id}`
}

/** Balances by `refKey`; an account never used has 0. */
export async function readBalances(db: Tx | Read, refs: readonly AccountRef[]): Promise<Map<string, bigint>> {
  const rows = await sql<{ owner: string; purpose: string; asset: string; balance: bigint }>`
    select r.owner, r.purpose, r.asset, a.balance
    from unnest(${textArray(refs.map(ref => ref.owner))}::text[], ${textArray(refs.map(ref => ref.purpose))}::text[], ${textArray(refs.map(ref => ref.asset))}::text[])
      as r(owner, purpose, asset)
    join ledger.asset s on s.code = r.asset join ledger.account a on a.owner = r.owner and a.purpose = r.purpose and a.asset = s.id`.execute(
    db,
  )
  const balances = new Map(refs.map(ref => [refKey(ref), 0n]))
  for (const row of rows.rows) balances.set(refKey(row), row.balance)
  return balances
}
