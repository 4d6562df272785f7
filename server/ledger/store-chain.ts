/** SQL of the hash chain and of the months to come. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

/** Gives committed batches their places in the hash chain, at most `most`; returns how many. */
export async function sealSome(db: Tx | Read, most: number): Promise<number> {
  const answer = await sql<{ made: number }>`select ledger.seal(${most}) as made`.execute(db)
  return answer.rows[0]!.made
}

export type Link = { id: bigint; count: number; digest: string; place: bigint; previous: string; hash: string }

/** The chain after a place, in order, at most `most` links; bytes in hex. */
export async function linksAfter(db: Read, place: bigint, most: number): Promise<Link[]> {
  const rows = await sql<Link>`
    select id, count, encode(digest, 'hex') as digest, place, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash
    from ledger.batch where place > ${place} order by place limit ${most}`.execute(db)
  return rows.rows
}

/** The batch after which about `many` transfers were posted. */
export async function beforeNewest(db: Read, many: number): Promise<bigint> {
  const rows = await sql<{ id: bigint }>`
    select coalesce(max(id), 0) as id from (
      select id, sum(count) over (order by id desc) as after from (select id, count from ledger.batch order by id desc limit ${many}) newest) b
    where after > ${many}`.execute(db)
  return rows.rows[0]!.id
}

export type Batch = { id: bigint; count: number; digest: string }

/** The next batches after this one that together have about 10,000 transfers, however large each is. */
export async function nextBatches(db: Read, after: bigint): Promise<Batch[]> {
  const rows = await sql<Batch>`
    select id, count, digest from (
      select id, count, encode(digest, 'hex') as digest, sum(count) over (order by id) - count as before
      from ledger.batch where id > ${after} order by id limit 2000) b
    where before < 10000 order by id`.execute(db)
  return rows.rows
}

export async function hasBatch(db: Read, id: bigint): Promise<boolean> {
  const rows = await sql<{ there: boolean }>`select exists (select from ledger.batch where id = ${id}) as there`.execute(db)
  return rows.rows[0]!.there
}

/** Makes the partitions of this month and the next three. */
export async function makePartitions(db: Tx | Read): Promise<void> {
  await sql`select ledger.make_partitions(3)`.execute(db)
}
