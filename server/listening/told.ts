/**
 * Plays that clients tell of in one piece (Subsonic's scrobble, ListenBrainz), and what is playing at this moment. What was heard elsewhere is history and
 * never counts. A play that a Subsonic client tells of counts by the rules of any play, and only when so much of the track's sound was sent to that person
 * before, at a pace at which it can have been heard; what was sent counts for one play.
 */
import { createHash } from 'node:crypto'
import { encodeId, uuidv7Bytes } from '../../shared/ids.ts'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { mayCount } from './counting.ts'
import { isHeard, possibleMs } from './heard.ts'
import { dayOf } from './plays.ts'
import { addCounts, lockListener, readTracks } from './store.ts'
import {
  existingPlays,
  insertDelivery,
  insertTold,
  ownPlays,
  readNowPlaying,
  unusedDeliveries,
  spendDeliveries,
  writeNowPlaying,
  type PlayingRow,
  type ToldRow,
  type Via,
} from './store-told.ts'

export type Told = {
  track: string
  startedAt: Date
  /** Milliseconds that sounded, if the client says so; else all of the track. */
  playedMs?: number | undefined
  /** The client's name, for the person to see. */
  client: string
  source: 'subsonic' | 'listenbrainz'
}

const day = 86_400_000
/** Clients keep sound for offline listening: it may have been sent so long before it is heard. */
const keptMs = 7 * day
/** Two tellings of one listening may differ so much in when it began. */
const sameMs = 90_000
/** What says that it is playing is believed so long. */
const playingMs = 10 * 60_000

/** The same listening told again has the same id. */
const idOf = (person: string, { track, startedAt }: Told, via: Via): string => {
  const digest = createHash('sha256').update(`${person} ${track} ${via} ${startedAt.getTime()}`).digest()
  return `ply_${encodeId(uuidv7Bytes(startedAt.getTime(), digest))}`
}

/** Records a play that a client tells of; told again it is the same play. `not_found` for a track that this person cannot play. Gives its id. */
export async function recordTold(tx: Tx, person: string, told: Told): Promise<string> {
  const [id] = await recordToldMany(tx, person, [told])
  if (id === null || id === undefined) throw fault('not_found')
  return id
}

/** Many at once, in as many statements as for one. Gives their ids in order; null for a track that is not there. */
export async function recordToldMany(tx: Tx, person: string, plays: readonly Told[]): Promise<(string | null)[]> {
  if (plays.length === 0) return []
  await lockListener(tx, person)
  const now = clock.now()
  const tracks = await readTracks(tx, [...new Set(plays.map(play => play.track))], person)
  const found = plays.map(play => {
    const via: Via = play.source === 'subsonic' ? 'subsonic' : 'outside'
    const startedAt = new Date(Math.min(play.startedAt.getTime(), now.getTime()))
    const track = tracks.get(play.track)
    return { ...play, startedAt, via, track, name: play.track, id: idOf(person, play, via) }
  })
  const there = found.flatMap(play =>
    play.track !== undefined && (!play.track.draft || play.track.own) ? [{ ...play, track: play.track }] : [],
  )
  const before = await existingPlays(
    tx,
    there.map(play => play.id),
  )
  const ids = new Map<string, string>()
  for (const via of ['subsonic', 'outside'] as const) {
    const fresh = there.filter(play => play.via === via && !before.has(play.id))
    if (fresh.length === 0) continue
    const times = fresh.map(play => play.startedAt.getTime())
    const [from, until] = [new Date(Math.min(...times) - sameMs), new Date(Math.max(...times) + sameMs)]
    const own = await ownPlays(tx, person, [...new Set(fresh.map(play => play.name))], from, until, via)
    const taken = new Set<string>()
    const rows: ToldRow[] = []
    for (const play of fresh) {
      if (ids.has(play.id)) continue
      const same = own.find(
        one => one.track === play.name && !taken.has(one.id) && Math.abs(one.at.getTime() - play.startedAt.getTime()) <= sameMs,
      )
      if (same !== undefined) {
        // Our own player told of it already (or another protocol did).
        taken.add(same.id)
        ids.set(play.id, same.id)
        continue
      }
      ids.set(play.id, play.id)
      rows.push(await decide(tx, person, play, now))
    }
    await insertTold(tx, person, via, rows, now)
    const heard = rows.filter(row => row.heard)
    await tellAll(
      tx,
      heard.map(row => ({ type: 'play_recorded', play: row.id, person })),
    )
    const counts = new Map<string, number>()
    for (const row of rows) if (row.counted) counts.set(row.track, (counts.get(row.track) ?? 0) + 1)
    await addCounts(
      tx,
      [...counts].map(([track, plays]) => ({ track, plays, day: dayOf(now) })),
      dayOf(now),
    )
  }
  const seen = new Set(there.map(play => play.id))
  return found.map(({ id }) => (seen.has(id) ? (ids.get(id) ?? id) : null))
}

type Found = Omit<Told, 'track'> & { id: string; name: string; via: Via; track: { durationMs: number; draft: boolean; own: boolean } }

async function decide(tx: Tx, person: string, play: Found, now: Date): Promise<ToldRow> {
  const { durationMs, draft } = play.track
  const said = Math.max(0, Math.min(play.playedMs ?? durationMs, durationMs))
  const row = { id: play.id, track: play.name, device: play.client.slice(0, 60), at: play.startedAt }
  if (play.via === 'outside') {
    const heard = isHeard(said, durationMs)
    return { ...row, heardMs: said, heard, counted: false, uncounted: heard ? 'outside' : null }
  }
  const sent = await unusedDeliveries(tx, person, play.name, new Date(now.getTime() - keptMs))
  const used: bigint[] = []
  let sentMs = 0
  for (const one of sent) {
    if (sentMs >= said) break
    used.push(one.id)
    sentMs += one.ms
  }
  const began = sent[0]?.began ?? now
  const proven = Math.min(said, sentMs, possibleMs(now.getTime() - began.getTime()))
  // Some clients tell the moment at which they tell: it cannot have sounded after now.
  const at = new Date(Math.max(Math.min(play.startedAt.getTime(), now.getTime() - proven), now.getTime() - keptMs))
  if (!isHeard(proven, durationMs)) {
    const heard = isHeard(said, durationMs)
    return { ...row, heardMs: said, heard, counted: false, uncounted: heard ? 'undelivered' : null }
  }
  const why = draft ? ('draft' as const) : await mayCount(tx, { person, track: play.name, at, durationMs, heardMs: proven })
  await spendDeliveries(tx, used, play.id)
  return { ...row, at, heardMs: proven, heard: true, counted: why === null, uncounted: why }
}

/** So much of a track's sound (milliseconds) was sent to a client of this person, from `began` on. For those who send it. */
export async function noteDelivered(tx: Tx, person: string, track: string, sent: { ms: number; began: Date }): Promise<void> {
  const ms = Math.floor(sent.ms)
  if (ms > 0) await insertDelivery(tx, person, track, sent.began, Math.min(ms, day))
}

/** A client says what is playing now. `not_found` for a track that this person cannot play. */
export async function nowPlaying(tx: Tx, person: string, track: string, client: string): Promise<void> {
  const found = (await readTracks(tx, [track], person)).get(track)
  if (found === undefined || (found.draft && !found.own)) throw fault('not_found')
  await writeNowPlaying(tx, person, client.slice(0, 60), track, clock.now())
}

/** What is said to be playing, by everyone or by one person, the latest first; nothing older than 10 minutes. */
export const nowPlayingOf = (read: Read, person: string | null = null): Promise<PlayingRow[]> =>
  readNowPlaying(read, new Date(clock.now().getTime() - playingMs), person)
