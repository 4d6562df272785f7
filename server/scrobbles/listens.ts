/** Listens from outside: kept as they came, matched to our tracks at once or later, shown in the history of plays. They never count. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { scrobbles } from '../../shared/scrobbles.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { nowPlaying, recordToldMany } from '../listening/index.ts'
import { matchTracks, type TrackWanted } from '../search/index.ts'
import { durationOf, listenOf, Refusal, type Info, type Listen, type Metadata } from './protocol.ts'
import { countListens, insertListens, listListens, setMatches, takeUnmatched, writePlaying } from './store.ts'

type Entries = typeof scrobbles.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Names and artist agree, or a code does. Less than that is a guess, and somebody's history is not for guesses. */
const certain = 0.7
const mostAtOnce = 500
/** What was not found is looked for again after so long: the catalogue grows. */
const againMs = 20 * 3_600_000
/** What is said to be playing, without a length. */
const playingMs = 10 * 60_000

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const wantedOf = ({ title, artist, release, info }: Metadata): TrackWanted => ({
  title,
  artist,
  album: release,
  durationMs: durationOf(info),
  isrc: text(info['isrc']),
  mbid: text(info['recording_mbid']),
})
/** Milliseconds that sounded, if the client says so. */
function playedOf(info: Info): number | undefined {
  const seconds = Number(info['duration_played'] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 && seconds < 86_400 ? Math.round(seconds * 1000) : undefined
}

async function match(tx: Tx, person: string, listens: readonly (Listen & { id: string })[]): Promise<number> {
  if (listens.length === 0) return 0
  const found = await matchTracks(tx, listens.map(wantedOf))
  const known = listens.flatMap((listen, index) => {
    const one = found[index]
    return one === null || one === undefined || one.certainty < certain ? [] : [{ listen, track: one.track }]
  })
  const plays = await recordToldMany(
    tx,
    person,
    known.map(({ listen, track }) => ({
      track,
      startedAt: listen.listenedAt,
      playedMs: playedOf(listen.info),
      client: listen.client,
      source: 'listenbrainz' as const,
    })),
  )
  const matches = known.flatMap(({ listen, track }, index) => {
    const play = plays[index]
    return play === null || play === undefined ? [] : [{ id: listen.id, track, play }]
  })
  await setMatches(tx, matches)
  return matches.length
}

/** Keeps what is new of these listens and matches it. Told again they change nothing. */
export async function keepListens(tx: Tx, person: string, listens: readonly Listen[]): Promise<{ new: number; matched: number }> {
  const now = clock.now()
  const given = listens.map(listen => ({ ...listen, id: newId('lst', listen.listenedAt) }))
  const fresh = await insertListens(tx, person, given, now)
  return {
    new: fresh.size,
    matched: await match(
      tx,
      person,
      given.filter(listen => fresh.has(listen.id)),
    ),
  }
}

/** What is playing elsewhere: kept as long as it may sound, and told to those who ask what plays here when it is one of our tracks. */
export async function keepPlaying(tx: Tx, person: string, playing: Metadata & { client: string }): Promise<void> {
  const [found] = await matchTracks(tx, [wantedOf(playing)])
  const track = found !== null && found !== undefined && found.certainty >= certain ? found.track : null
  const { title, artist, release, info, client } = playing
  const metadata = { track_name: title, artist_name: artist, ...(release === null ? {} : { release_name: release }), additional_info: info }
  await writePlaying(tx, person, metadata, track, new Date(clock.now().getTime() + (durationOf(info) ?? playingMs)))
  if (track !== null) await nowPlaying(tx, person, track, client)
}

/** Looks again for tracks that were not here when their listens came. Gives how many were found. */
export async function matchLater(write: Db['transaction']): Promise<number> {
  const now = clock.now()
  let total = 0
  for (;;) {
    const taken = await write(async tx => {
      const rows = await takeUnmatched(tx, new Date(now.getTime() - againMs), now, mostAtOnce)
      for (const [person, those] of Map.groupBy(rows, row => row.person)) total += await match(tx, person, those)
      return rows.length
    })
    if (taken < mostAtOnce) return total
  }
}

export async function getListens(db: Read, viewer: Viewer, input: Input<'GET /me/listens'>): Promise<Ok<'GET /me/listens'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listListens(db, viewer.id, { after, unmatched: input.unmatched === true, limit: input.limit + 1 })
  const page = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.listenedAt, row.id),
  )
  const ids = [...new Set(page.items.flatMap(({ track }) => track ?? []))]
  const tracks = new Map((await tracksByIds(db, viewer, ids)).map(track => [track.id, track]))
  return {
    ...(await countListens(db, viewer.id)),
    items: page.items.map(({ id, listenedAt, title, artist, release, client, track }) => ({
      id,
      at: listenedAt,
      title,
      artist,
      release,
      client,
      track: track === null ? null : (tracks.get(track) ?? null),
    })),
    next: page.next,
  }
}

/** Past listens out of a ListenBrainz export; what cannot be read is said, with its place, and the rest is kept. */
export async function importListens(tx: Tx, viewer: Viewer, input: Input<'POST /me/listens'>): Promise<Ok<'POST /me/listens'>> {
  const now = clock.now()
  const listens: Listen[] = []
  const failed: { place: number; reason: string }[] = []
  for (const [place, given] of input.listens.entries()) {
    try {
      listens.push(listenOf(given, now, true))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failed.push({ place, reason: error.message })
    }
  }
  const kept = await keepListens(tx, viewer.id, listens)
  return { found: input.listens.length, ...kept, known: listens.length - kept.new, failed: failed.slice(0, 20), failures: failed.length }
}
