/** Whether two sounds are the same recording, by their fingerprints. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { intake } from '../../shared/intake.ts'
import { z } from 'zod'
import { joinRecordings, tracksByIds } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import * as store from './store.ts'
import type { Sounding } from './store.ts'

type Entries = typeof intake.entries
/** Of whole tracks: below `same` it is one recording, below `likely` a person looks. */
const same = 0.1
const likely = 0.2
/** Lengths of one recording differ by the silence that encoders add. */
const nearMs = 1500
/** Shorter than this (about 8 s) says nothing. */
const leastItems = 60
const mostCompared = 60

const bits = new Uint8Array(65_536)
for (let i = 1; i < bits.length; i++) bits[i] = bits[i >> 1]! + (i & 1)

/** Share of differing bits of two raw Chromaprints, at the best of a few offsets; 1 where too little lies together. */
export function difference(a: Buffer, b: Buffer): number {
  const items = (bytes: Buffer): Int32Array => new Int32Array(Uint8Array.prototype.slice.call(bytes).buffer)
  const [one, other] = [items(a), items(b)]
  let best = 1
  for (let offset = -3; offset <= 3; offset++) {
    const from = Math.max(0, offset)
    const to = Math.min(one.length, other.length + offset)
    if (to - from < leastItems || to - from < Math.max(one.length, other.length) * 0.9) continue
    let differing = 0
    for (let i = from; i < to; i++) {
      const x = one[i]! ^ other[i - offset]!
      differing += bits[x & 0xffff]! + bits[x >>> 16]!
    }
    best = Math.min(best, differing / (32 * (to - from)))
  }
  return best
}
/** Silence and steady tones give few different items: they are like everything. */
const saysEnough = (bytes: Buffer): boolean => {
  const items = new Set<number>()
  for (let i = 0; i + 4 <= bytes.length; i += 4) items.add(bytes.readInt32LE(i))
  return items.size >= 20
}
const plain = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** Same for certain: it sounds the same and is called the same, or carries the same code. */
const certain = (one: Sounding, other: Sounding): boolean =>
  (plain(one.title) === plain(other.title) && one.artists.some(artist => other.artists.includes(artist))) ||
  (one.isrc !== null && one.isrc === other.isrc) ||
  (one.mbid !== null && one.mbid === other.mbid)

/** Compares a sound that was just measured with others of its length. What is certainly one recording becomes one; what only may be is kept for a person. */
export async function compareSound(db: Db, asset: string): Promise<void> {
  for (const one of await store.readSounding(db.read, asset)) {
    // Only what came from folders of this machine: nobody's own uploads are joined with another's.
    if (!one.ours || !saysEnough(one.fingerprint)) continue
    for (const other of await store.readNear(db.read, one, nearMs, mostCompared)) {
      if (!other.ours || !saysEnough(other.fingerprint)) continue
      const far = difference(one.fingerprint, other.fingerprint)
      if (far >= likely) continue
      const together = one.releases.some(release => other.releases.includes(release))
      if (far < same && !together && certain(one, other)) {
        const [keep, drop] = [one.recording, other.recording].sort() as [string, string]
        await db.transaction(tx => joinRecordings(tx, keep, drop))
        break
      }
      await db.transaction(tx => store.insertAlike(tx, one.recording, other.recording, far, clock.now()))
    }
  }
}

export async function getAlike(
  db: Read,
  viewer: Viewer,
  input: InputOf<Entries['GET /alike']['input']>,
): Promise<Decoded<Entries['GET /alike']['ok']>> {
  const rows = await store.listAlike(db, fromCursor(input.cursor, [cursorTime, z.string(), z.string()]), input.limit + 1)
  const tracks = new Map(
    (
      await tracksByIds(
        db,
        viewer,
        rows.flatMap(row => row.tracks),
      )
    ).map(track => [track.id, track]),
  )
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.foundAt, row.one, row.other),
  )
  return {
    items: items.flatMap(({ one, other, difference: far, tracks: ids }) => {
      const [first, second] = ids.map(id => tracks.get(id))
      return first === undefined || second === undefined ? [] : [{ one, other, difference: far, tracks: [first, second] as const }]
    }) as Decoded<Entries['GET /alike']['ok']>['items'],
    next,
  }
}

export async function decideAlike(
  tx: Tx,
  viewer: Viewer,
  input: InputOf<Entries['POST /alike']['input']>,
): Promise<Decoded<Entries['POST /alike']['ok']>> {
  const [one, other] = [input.one, input.other].sort() as [string, string]
  if (!(await store.decideAlike(tx, { one, other, same: input.same, person: viewer.id, at: clock.now() }))) throw fault('not_found')
  if (input.same) await joinRecordings(tx, one, other)
  return { ok: true }
}
