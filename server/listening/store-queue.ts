/** SQL of queues that follow their person. Reads catalogue only through its public views. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PlaceRow = {
  version: bigint
  device: string | null
  deviceName: string
  /** Of the tracks as they were kept, from 0. */
  index: number
  positionMs: number
  playing: boolean
  updatedAt: Date
  takenFrom: string | null
  count: number
  track: string | null
  /** Of the track at the place; null when it is gone. */
  durationMs: number | null
}
export type QueueRow = PlaceRow & { tracks: string[]; repeat: 'off' | 'all' | 'one'; shuffle: boolean }

const place = sql`q.version, q.device, q.device_name as "deviceName", q.index, q.position_ms as "positionMs", q.playing, q.updated_at as "updatedAt",
  q.taken_from as "takenFrom", cardinality(q.tracks) as count, q.tracks[q.index + 1] as track, t.duration_ms as "durationMs"`
const from = sql`listening.queue q left join catalogue.public_track t on t.id = q.tracks[q.index + 1]`

/** One at a time for the queue of this person: devices that write at once follow each other. */
export async function lockQueue(tx: Tx, person: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(7003, hashtext(${person}))`.execute(tx)
}

export async function readPlace(db: Read, person: string): Promise<PlaceRow | undefined> {
  const { rows } = await sql<PlaceRow>`select ${place} from ${from} where q.person = ${person}`.execute(db)
  return rows[0]
}

export async function readQueue(db: Read, person: string): Promise<QueueRow | undefined> {
  const { rows } = await sql<QueueRow>`select ${place}, q.tracks, q.repeat, q.shuffle from ${from} where q.person = ${person}`.execute(db)
  return rows[0]
}

export type GivenQueue = Pick<QueueRow, 'tracks' | 'index' | 'positionMs' | 'playing' | 'repeat' | 'shuffle' | 'device' | 'deviceName'>

/** Keeps the queue; the version stays when the same device writes the same tracks. */
export async function writeQueue(tx: Tx, person: string, given: GivenQueue, at: Date): Promise<bigint> {
  const { rows } = await sql<{ version: bigint }>`
    insert into listening.queue as q (person, tracks, index, position_ms, playing, repeat, shuffle, device, device_name, version, updated_at)
    values (${person}, ${given.tracks}, ${given.index}, ${given.positionMs}, ${given.playing}, ${given.repeat}, ${given.shuffle}, ${given.device}, ${given.deviceName}, 1, ${at})
    on conflict (person) do update set tracks = excluded.tracks, index = excluded.index, position_ms = excluded.position_ms, playing = excluded.playing,
      repeat = excluded.repeat, shuffle = excluded.shuffle, device = excluded.device, device_name = excluded.device_name, updated_at = excluded.updated_at,
      version = q.version + case when q.device is not distinct from excluded.device and q.tracks = excluded.tracks then 0 else 1 end,
      taken_from = case when q.device is not distinct from excluded.device and q.tracks = excluded.tracks then q.taken_from end
    returning version`.execute(tx)
  return rows[0]!.version
}

/** Where in the queue this device is; false when the queue is no longer that version of this device. */
export async function writePlace(
  tx: Tx,
  person: string,
  given: { device: string; version: bigint; index: number; positionMs: number; playing: boolean },
  at: Date,
): Promise<boolean> {
  const { rows } = await sql`
    update listening.queue set index = least(${given.index}::int, greatest(0, cardinality(tracks) - 1)), position_ms = ${given.positionMs}, playing = ${given.playing}, updated_at = ${at}
    where person = ${person} and device = ${given.device} and version = ${given.version} returning 1`.execute(tx)
  return rows.length > 0
}

/** Hands the queue to another device, at this place; the one before is told to fall silent. */
export async function handQueue(
  tx: Tx,
  person: string,
  to: { device: string; deviceName: string; positionMs: number },
  at: Date,
): Promise<void> {
  await sql`
    update listening.queue set taken_from = device, device = ${to.device}, device_name = ${to.deviceName}, position_ms = ${to.positionMs}, version = version + 1, updated_at = ${at}
    where person = ${person}`.execute(tx)
}
