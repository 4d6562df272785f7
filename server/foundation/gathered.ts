/**
 * What gathers for listeners that hear much and often. Whoever tells only adds a row: no lock that others wait for, and no NOTIFY, for which PostgreSQL lets one
 * transaction after the other commit. Each second a worker makes jobs of what was committed by then: a list of events for each shard.
 */
import { sql } from 'kysely'
import type { Db, Tx } from './db.ts'

const mostAtOnce = 5000
const mostInJob = 500

/** The same name, the same shard, always. */
export function shardOf(name: string, shards: number): number {
  let hash = 5381
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 33) ^ name.charCodeAt(i)) >>> 0
  return hash % shards
}

/** Keeps events for a listener, within the transaction of what happened. */
export async function keepGathered(tx: Tx, task: string, rows: readonly { shard: number; payload: object }[]): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into house.gathered (task, shard, payload)
    select ${task}, g.shard, g.payload from unnest(${rows.map(row => row.shard)}::smallint[], ${rows.map(row => JSON.stringify(row.payload))}::jsonb[]) as g(shard, payload)`.execute(
    tx,
  )
}

/** Makes jobs of what gathered; says how many events that were. Several may do so at once: each takes what no other holds. */
export const handGathered = (db: Pick<Db, 'transaction'>): Promise<number> =>
  db.transaction(async tx => {
    const { rows } = await sql<{ id: bigint; task: string; shard: number; payload: object }>`
      delete from house.gathered where id in (select id from house.gathered order by id limit ${mostAtOnce} for update skip locked)
      returning id, task, shard, payload`.execute(tx)
    const lists = Map.groupBy(
      rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      ({ task, shard }) => `${task} ${shard}`,
    )
    for (const list of lists.values())
      for (let from = 0; from < list.length; from += mostInJob) {
        const payload = JSON.stringify(list.slice(from, from + mostInJob).map(row => row.payload))
        await sql`select graphile_worker.add_job(${list[0]!.task}, payload => ${payload}::json, max_attempts => 12)`.execute(tx)
      }
    return rows.length
  })
