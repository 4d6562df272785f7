/** Reporting what was heard, and one's history of it. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { listening } from '../../shared/listening.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { addressMayCount, mayCount, type Uncounted } from './counting.ts'
import { fromList, isHeard, lengthOf, possibleMs, toList, union } from './heard.ts'
import { addCounts, extendPlay, insertPlay, insertPlays, listPlays, lockListener, lockPlay, readPlay, recentTracks } from './store.ts'
import { writeNowPlaying } from './store-told.ts'

type Entries = typeof listening.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** A player that was offline may report so late; what is older is taken as that old. */
const oldestMs = 7 * 86_400_000
/** Reported so soon after it began, it plays still. */
const justBegunMs = 60_000

/** The day of a moment, in UTC: `2026-11-20`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

/** An address as a keyed hash; of IPv6 only the network, since one home has millions of addresses. */
function guestOf(address: string, secret: string): string {
  const network = address.includes(':') && !address.includes('.') ? expand(address).slice(0, 4).join(':') : address
  return createHmac('sha256', secret).update(`guest ${network}`).digest('base64url').slice(0, 22)
}
function expand(address: string): string[] {
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array.from({ length: middle }, () => '0'), ...right]
}

/**
 * Records what sounded of a track. The same id again extends the play (`conflict` when it is another person's or another track's).
 * `guest` is the network address it came from, hashed; empty where there is none.
 */
export async function recordPlay(tx: Tx, viewer: Viewer | null, guest: string, input: Input<'POST /plays'>): Promise<Ok<'POST /plays'>> {
  const person = viewer?.id ?? null
  const track = await lockPlay(tx, input.id, input.track, person)
  if (track === undefined || (track.draft && !track.own)) throw fault('not_found')
  const before = await readPlay(tx, input.id)
  if (before !== undefined && (before.person !== person || before.track !== input.track)) throw fault('conflict')

  const now = clock.now()
  // What is over for long stays as it is: what plays earned may have been paid.
  if (before !== undefined && now.getTime() - before.at.getTime() > oldestMs)
    return { id: before.id, heard: before.heard, heardMs: before.heardMs }
  const at = before?.at ?? new Date(Math.min(now.getTime(), Math.max(input.startedAt.getTime(), now.getTime() - oldestMs)))
  const ranges = union([...fromList(before?.ranges ?? []), ...input.ranges], track.durationMs)
  const heardMs = Math.max(before?.heardMs ?? 0, Math.min(lengthOf(ranges), possibleMs(now.getTime() - at.getTime())))
  const heard = isHeard(heardMs, track.durationMs)
  // Decided once, at the moment it becomes a heard play.
  const justHeard = heard && before?.heard !== true
  let uncounted = before?.uncounted ?? null
  if (justHeard) uncounted = await decide(tx, { person, guest, track: input.track, at, heardMs, now, ...track })
  const play = {
    id: input.id,
    at,
    person,
    track: input.track,
    ranges: toList(ranges),
    heardMs,
    heard,
    counted: heard && uncounted === null,
    uncounted,
    reportedAt: now,
  }
  if (before === undefined) {
    await insertPlay(tx, { ...play, source: input.source ?? 'track', device: input.device ?? 'web' })
    // The first report of a play that goes on.
    if (person !== null && now.getTime() - at.getTime() < justBegunMs)
      await writeNowPlaying(tx, person, input.device ?? 'web', input.track, at)
  } else await extendPlay(tx, play)
  if (justHeard) await tell(tx, { type: 'play_recorded', play: input.id, person })
  else if (person !== null && play.counted && heardMs > (before?.heardMs ?? 0))
    await tell(tx, { type: 'play_grew', play: input.id, person })
  if (justHeard && play.counted) await addCounts(tx, [{ track: input.track, day: dayOf(now), plays: 1 }], dayOf(now))
  return { id: input.id, heard, heardMs }
}

type Deciding = {
  person: string | null
  guest: string
  track: string
  at: Date
  durationMs: number
  heardMs: number
  draft: boolean
  own: boolean
  now: Date
}
async function decide(tx: Tx, { person, guest, now, ...play }: Deciding): Promise<Uncounted | null> {
  if (play.own) return 'maker'
  if (play.draft) return 'draft'
  if (person !== null) {
    await lockListener(tx, person)
    const why = await mayCount(tx, { person, ...play })
    if (why !== null) return why
  }
  if (guest === '') return null
  return (await addressMayCount(tx, guest, person === null ? play.track : null, now)) ? null : 'address'
}

export function reportPlay(context: StreamContext, viewer: Viewer | null, input: Input<'POST /plays'>): Promise<Ok<'POST /plays'>> {
  const guest = guestOf(context.request.ip, context.config.secret)
  return context.write(tx => recordPlay(tx, viewer, guest, input))
}

export async function getPlays(db: Read, viewer: Viewer, input: Input<'GET /me/plays'>): Promise<Ok<'GET /me/plays'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listPlays(db, viewer.id, after, input.limit + 1)
  const tracks = new Map((await tracksByIds(db, viewer, [...new Set(rows.map(row => row.track))])).map(track => [track.id, track]))
  const page = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.at, row.id),
  )
  // A track that is gone, or that one may no longer see, is left out.
  return {
    items: page.items.flatMap(({ track: id, ...play }) => (tracks.has(id) ? [{ ...play, track: tracks.get(id)! }] : [])),
    next: page.next,
  }
}

export async function getRecent(db: Read, viewer: Viewer, input: Input<'GET /me/recent'>): Promise<Ok<'GET /me/recent'>> {
  const ids = await recentTracks(db, viewer.id, input.limit)
  const tracks = new Map((await tracksByIds(db, viewer, ids)).map(track => [track.id, track]))
  return { items: ids.flatMap(id => tracks.get(id) ?? []) }
}

type KnownPlay = {
  id?: string
  at: Date
  person: string | null
  track: string
  heardMs: number
  heard?: boolean
  source?: string
  device?: string
}
/** Adds plays that are known to be good (the demo world). Heard, if not told, are those of thirty seconds; they count, on their days. */
export async function addPlays(tx: Tx, plays: readonly KnownPlay[]): Promise<void> {
  const whole = plays.map(play => ({
    source: 'home',
    device: 'web',
    heard: play.heardMs >= 30_000,
    ...play,
    id: play.id ?? newId('ply', play.at),
  }))
  await addCounts(tx, await insertPlays(tx, whole), dayOf(clock.now()))
}
