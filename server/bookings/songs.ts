/** What is sung in a room in use: a queue anyone in the room adds to, and what was sung, by work, for its authors. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publish, registerTopic } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayEditPage } from '../people/index.ts'
import { sharesForTracks } from '../rights/index.ts'
import type { Part } from '../shop/index.ts'
import { can } from './policy.ts'
import { localName, pictureOf, type Input, type Ok } from './showing.ts'
import { readBooking, type BookingRow } from './store-bookings.ts'
import { bringForward, insertSong, listSongs, readSong, setSong, sungInLines, type SongRow } from './store-songs.ts'

const mostWaiting = 100
const mostSung = 300
type Songbook = Ok<'GET /bookings/:id/songs'>

/** Who is in the room: whoever booked it, the staff, and guests who know its code. */
async function inside(db: Read | Tx, viewer: Viewer | null, id: string, key: string | undefined): Promise<BookingRow> {
  const row = await readBooking(db, id)
  if (row === undefined || row.kind === 'block') throw fault('not_found')
  if (key !== undefined && key.toUpperCase() === row.code) return row
  if (viewer !== null && (row.person === viewer.id || (await mayEditPage(db, viewer, row.page)))) return row
  throw fault('not_found')
}
// A topic is heard by an id and its key: `songs:bkg_….CODE`.
registerTopic('songs', async (read, viewer, topic) => {
  const [id = '', key] = topic.split('.')
  return inside(read, viewer, id, key).then(
    () => true,
    () => false,
  )
})
function told(tx: Tx, row: BookingRow): void {
  publish(tx, `songs:${row.id}`, { kind: 'songs' })
  publish(tx, `songs:${row.id}.${row.code}`, { kind: 'songs' })
}

const shown = ({ id, track, title, artists, cover, accent, name, state, sungAt }: SongRow): Songbook['waiting'][number] => ({
  id,
  track,
  title,
  artists,
  picture: pictureOf(cover, 300),
  accent,
  name,
  state: state === 'sung' ? 'sung' : 'waiting',
  sungAt,
})
async function book(db: Read | Tx, row: BookingRow): Promise<Songbook> {
  const rows = await listSongs(db, row.id)
  const waiting = rows.filter(one => one.state === 'waiting').map(shown)
  return {
    booking: row.id,
    title: row.title,
    open: can.sing(row, clock.now()),
    endsAt: row.endsAt,
    localEnd: localName(row.endsAt, row.zone).slice(11),
    authors: row.authors,
    now: waiting[0] ?? null,
    waiting: waiting.slice(1),
    sung: rows.filter(one => one.state === 'sung').map(shown),
  }
}
export const getSongs = async (db: Read, viewer: Viewer | null, input: Input<'GET /bookings/:id/songs'>): Promise<Songbook> =>
  book(db, await inside(db, viewer, input.id, input.key))

async function inUse(tx: Tx, viewer: Viewer | null, input: { id: string; key?: string | undefined }): Promise<BookingRow> {
  const row = await inside(tx, viewer, input.id, input.key)
  if (!can.sing(row, clock.now())) throw fault('conflict', 'not_in_use')
  return row
}
export async function addSong(tx: Tx, viewer: Viewer | null, input: Input<'POST /bookings/:id/songs'>): Promise<Songbook> {
  const row = await inUse(tx, viewer, input)
  const before = await readSong(tx, input.song)
  if (before !== undefined) {
    if (before.booking !== row.id || before.track !== input.track) throw fault('conflict', 'key_reused')
    return book(tx, row)
  }
  const songs = await listSongs(tx, row.id)
  if (songs.filter(one => one.state === 'waiting').length >= mostWaiting || songs.length >= mostSung + mostWaiting)
    throw fault('conflict', 'too_many_songs')
  const made = await insertSong(tx, {
    id: input.song,
    booking: row.id,
    track: input.track,
    name: input.name || (viewer?.name ?? ''),
    next: input.next,
    at: clock.now(),
  })
  if (!made) throw fault('not_found')
  told(tx, row)
  return book(tx, row)
}
async function ofRoom(tx: Tx, viewer: Viewer | null, input: { id: string; key?: string | undefined; song: string }) {
  const row = await inUse(tx, viewer, input)
  const song = await readSong(tx, input.song)
  if (song === undefined || song.booking !== row.id) throw fault('not_found')
  return { row, song }
}
export async function sung(tx: Tx, viewer: Viewer | null, input: Input<'POST /bookings/:id/songs/:song/sung'>): Promise<Songbook> {
  const { row } = await ofRoom(tx, viewer, input)
  await setSong(tx, input.song, 'sung', clock.now())
  told(tx, row)
  return book(tx, row)
}
export async function nextSong(tx: Tx, viewer: Viewer | null, input: Input<'POST /bookings/:id/songs/:song/next'>): Promise<Songbook> {
  const { row } = await ofRoom(tx, viewer, input)
  await bringForward(tx, input.song, row.id)
  told(tx, row)
  return book(tx, row)
}
export async function dropSong(tx: Tx, viewer: Viewer | null, input: Input<'DELETE /bookings/:id/songs/:song'>): Promise<Songbook> {
  const { row } = await ofRoom(tx, viewer, input)
  await setSong(tx, input.song, 'dropped', clock.now())
  told(tx, row)
  return book(tx, row)
}

// The authors' share of a room's price: by what was sung in it, each song counted, each work by its signed sheets.

/**
 * Whose the money of these lines is. Nothing was sung, or the room gives nothing: the page's owner's, as ever. Else `authors` basis points go to those who share
 * in the works sung (a work without a sheet: whoever keeps its release), weighed by how often each was sung; the rest is the owner's.
 */
export async function sharesOfSongs(tx: Tx, lines: readonly { id: string }[]): Promise<Map<string, readonly Part[]>> {
  const sung = await sungInLines(
    tx,
    lines.map(line => line.id),
  )
  if (sung.length === 0) return new Map()
  const at = clock.now()
  const shares = await sharesForTracks(tx, sung)
  const all = new Map<string, readonly Part[]>()
  for (const [line, songs] of Map.groupBy(sung, one => one.line)) {
    const { authors, owner } = songs[0]!
    const weights = new Map<string, bigint>()
    let times = 0n
    const add = (party: string, weight: bigint): void => void weights.set(party, (weights.get(party) ?? 0n) + weight)
    for (const { track, many } of songs) {
      const found = shares(track, at)
      if (found === undefined) continue
      times += BigInt(many)
      const work = found.tracks[0]?.work
      if (work === null || work === undefined) add(found.owner, BigInt(many) * 10_000n)
      else for (const { party, shareBp } of work) add(party, BigInt(many) * BigInt(shareBp))
    }
    if (times === 0n || owner === null) continue
    const parts: Part[] = [...weights]
      .map(([receiver, weight]) => ({ receiver, role: 'sung', weight: weight * BigInt(authors), shareBp: null }))
      .toSorted((a, b) => (a.receiver < b.receiver ? -1 : 1))
    all.set(line, [{ receiver: owner, role: '', weight: times * 10_000n * BigInt(10_000 - authors), shareBp: 10_000 - authors }, ...parts])
  }
  return all
}
