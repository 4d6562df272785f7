/** The queue of a person, from device to device. The last device that writes wins; nobody is refused, everyone is told. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { listening } from '../../shared/listening.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { handQueue, lockQueue, readPlace, readQueue, writePlace, writeQueue, type GivenQueue, type PlaceRow } from './store-queue.ts'

type Entries = typeof listening.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Place = NonNullable<Ok<'GET /me/queue/place'>['place']>

/** A device that plays tells so every ten seconds; after so many ms of silence it is taken to be gone. */
const silentMs = 45_000

/** Where it is by now: what sounds has gone on since it was told. */
function placeNow(row: PlaceRow): Pick<Place, 'playing' | 'positionMs'> {
  const since = clock.now().getTime() - row.updatedAt.getTime()
  const playing = row.playing && since < silentMs
  if (!playing) return { playing, positionMs: row.positionMs }
  const gone = row.positionMs + Math.max(0, since)
  return { playing, positionMs: Math.round(row.durationMs === null ? gone : Math.min(gone, Math.max(row.positionMs, row.durationMs))) }
}

async function showPlace(db: Read, viewer: Viewer, row: PlaceRow | undefined): Promise<Place | null> {
  if (row === undefined) return null
  const [track] = row.track === null ? [] : await tracksByIds(db, viewer, [row.track])
  return {
    version: Number(row.version),
    device: row.device,
    deviceName: row.deviceName,
    index: row.index,
    ...placeNow(row),
    updatedAt: row.updatedAt,
    takenFrom: row.takenFrom,
    count: row.count,
    track: track ?? null,
  }
}

/** The ids as they were kept, for other rooms (Subsonic's play queue). */
export async function queueOf(
  db: Read,
  viewer: Viewer,
): Promise<{ tracks: string[]; index: number; positionMs: number; deviceName: string; updatedAt: Date } | null> {
  const row = await readQueue(db, viewer.id)
  return row === undefined ? null : { ...row, ...placeNow(row) }
}

/** Keeps a queue told by an app of another kind: `device` null, known by its name. */
export async function keepQueueOf(
  tx: Tx,
  viewer: Viewer,
  given: Partial<GivenQueue> & Pick<GivenQueue, 'tracks' | 'deviceName'>,
): Promise<bigint> {
  await lockQueue(tx, viewer.id)
  const { index = 0 } = given
  return writeQueue(
    tx,
    viewer.id,
    {
      positionMs: 0,
      playing: false,
      repeat: 'off',
      shuffle: false,
      device: null,
      ...given,
      index: Math.min(index, Math.max(0, given.tracks.length - 1)),
    },
    clock.now(),
  )
}

export const getPlace = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/queue/place'>> => ({
  place: await showPlace(db, viewer, await readPlace(db, viewer.id)),
})

export async function getQueue(db: Read, viewer: Viewer): Promise<Ok<'GET /me/queue'>> {
  const row = await readQueue(db, viewer.id)
  if (row === undefined) return { queue: null }
  const seen = new Map((await tracksByIds(db, viewer, [...new Set(row.tracks)])).map(track => [track.id, track]))
  // What can no longer be seen is left out; the place stays at its track, or at the one that follows it.
  const index = row.tracks.slice(0, row.index).filter(id => seen.has(id)).length
  const tracks = row.tracks.flatMap(id => seen.get(id) ?? [])
  const place = (await showPlace(db, viewer, row))!
  return {
    queue: {
      ...place,
      ...(row.track !== null && !seen.has(row.track) ? { positionMs: 0 } : {}),
      tracks,
      count: tracks.length,
      index: Math.min(index, Math.max(0, tracks.length - 1)),
      repeat: row.repeat,
      shuffle: row.shuffle,
    },
  }
}

export async function keepQueue(tx: Tx, viewer: Viewer, input: Input<'PUT /me/queue'>): Promise<Ok<'PUT /me/queue'>> {
  await lockQueue(tx, viewer.id)
  const was = await readPlace(tx, viewer.id)
  const others = was !== undefined && was.device !== input.device && Number(was.version) !== (input.version ?? null)
  const version = await keepQueueOf(tx, viewer, input)
  return { version: Number(version), over: others ? await showPlace(tx, viewer, was) : null }
}

export async function keepPlace(tx: Tx, viewer: Viewer, input: Input<'PUT /me/queue/place'>): Promise<Ok<'PUT /me/queue/place'>> {
  const current = await writePlace(tx, viewer.id, { ...input, version: BigInt(input.version) }, clock.now())
  return { current, place: current ? null : await showPlace(tx, viewer, await readPlace(tx, viewer.id)) }
}

export async function takeQueue(tx: Tx, viewer: Viewer, input: Input<'POST /me/queue/take'>): Promise<Ok<'POST /me/queue/take'>> {
  await lockQueue(tx, viewer.id)
  const row = await readPlace(tx, viewer.id)
  // Twice is once: what is here already is not taken again.
  if (row !== undefined && row.device !== input.device)
    await handQueue(tx, viewer.id, { ...input, positionMs: placeNow(row).positionMs }, clock.now())
  return getQueue(tx, viewer)
}
