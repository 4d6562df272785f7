/** Making releases from code: the importer and the demo world. Sound may come later than the plan of it. */
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { parseTimed, TimedFault, type TimedLine } from '../timedtext/index.ts'
import {
  insertCredits,
  insertRelease,
  insertReleaseArtists,
  insertTracks,
  lockTrack,
  refreshReleases,
  setAsset,
  setCover,
  takeMeasured,
  upsertLyrics,
  type NewCredit,
  type NewTrack,
} from './store-write.ts'

/** A line as lyrics keep it; what is not told of it is null. */
export type GivenLine = Pick<TimedLine, 'startMs' | 'endMs' | 'text' | 'translation' | 'words'> & Partial<TimedLine>
export type GivenCredit = { role: string; name: string; page?: string | null; detail?: string | null }
export type GivenTrack = {
  id?: string
  title: string
  disc?: number
  /** Counted from 1 where it is not given. */
  number?: number
  /** Pages; the first is the main artist. */
  artists: ({ page: string; role?: 'main' | 'featured' } | string)[]
  /** Null: planned; `attachAudio` brings the sound. */
  asset?: string | null
  durationMs: number
  isrc?: string | null
  /** MusicBrainz recording id. */
  mbid?: string | null
  bpm?: number | null
  key?: string | null
  instrumental?: boolean
  language?: string | null
  streaming?: 'full' | 'preview' | 'none'
  credits?: GivenCredit[]
  /** LRC, enhanced LRC or plain text; or lines as they are kept. */
  lyrics?:
    | { language?: 'zh' | 'en' | 'other'; text: string }
    | { language: 'zh' | 'en' | 'other'; timing: 'word' | 'line' | 'none'; lines: GivenLine[] }
    | null
  /** The work's ISWC without marks. */
  iswc?: string | null
  /** A recording that is known already: only its place on this release is new. */
  recording?: string
}
export type GivenRelease = {
  id?: string
  /** The page that keeps, edits and sells it. */
  page: string
  title: string
  kind: 'album' | 'ep' | 'single' | 'compilation'
  artists: string[]
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  releasedOn?: string | null
  genre?: string | null
  label?: string | null
  catalogNumber?: string | null
  upc?: string | null
  copyright?: string | null
  description?: { zh: string; en: string }
  cover?: string | null
  visibility?: 'public' | 'unlisted' | 'draft'
  demo?: boolean
  origin?: string | null
  /** When it came to the planet; now unless told. */
  at?: Date
  credits?: GivenCredit[]
  tracks: GivenTrack[]
}

const onWork = new Set(['composer', 'lyricist'])

/** A day of what is known of it. */
export function dayOf(date: string | null | undefined): { day: string | null; precision: 'day' | 'month' | 'year' } {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(date ?? '')
  if (match === null) return { day: null, precision: 'day' }
  const day = `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}`
  const real = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== day || match[1] === '0000') return { day: null, precision: 'day' }
  return { day, precision: match[3] !== undefined ? 'day' : match[2] !== undefined ? 'month' : 'year' }
}

export function creditsFor(target: { work: string; recording: string }, credits: readonly GivenCredit[]): NewCredit[] {
  return credits.map(({ role, name, page = null, detail = null }, position) => ({
    work: onWork.has(role) ? target.work : null,
    recording: onWork.has(role) ? null : target.recording,
    release: null,
    position,
    role,
    name,
    detail,
    page,
  }))
}

/** Words as a file says them, of any format; null where they cannot be read: broken words never stop music from coming in. */
export function wordsFrom(
  text: string,
  language?: string,
): { language: string; timing: 'word' | 'line' | 'none'; lines: TimedLine[] } | null {
  try {
    const parsed = parseTimed(text)
    // The table of what files brought knows these three; the lyrics room knows every language.
    const known = language ?? parsed.language.slice(0, 2)
    return { language: known === 'zh' || known === 'en' ? known : 'other', timing: parsed.timing, lines: parsed.lines }
  } catch (error) {
    if (error instanceof TimedFault) return null
    throw error
  }
}

/** Puts tracks on a release that is there. Ids of works, recordings and tracks in the order given. */
export async function addTracks(
  tx: Tx,
  release: string,
  given: readonly GivenTrack[],
  at: Date = clock.now(),
): Promise<{ track: string; recording: string; work: string }[]> {
  const next = new Map<number, number>()
  const tracks = given.map((track): NewTrack => {
    const disc = track.disc ?? 1
    const number = track.number ?? (next.get(disc) ?? 0) + 1
    next.set(disc, Math.max(next.get(disc) ?? 0, number))
    return {
      id: track.id ?? newId('trk', at),
      recording: track.recording ?? newId('rec', at),
      work: newId('wrk', at),
      disc,
      number,
      title: track.title,
      streaming: track.streaming ?? 'full',
      artists: track.artists.map((artist, i) =>
        typeof artist === 'string'
          ? { page: artist, role: 'main' as const }
          : { page: artist.page, role: artist.role ?? (i === 0 ? 'main' : 'featured') },
      ),
      asset: track.asset ?? null,
      durationMs: Math.max(0, Math.round(track.durationMs)),
      isrc: track.isrc ?? null,
      mbid: track.mbid ?? null,
      iswc: track.iswc ?? null,
      bpm: track.bpm ?? null,
      key: track.key ?? null,
      instrumental: track.instrumental ?? false,
      language: track.language ?? null,
      newRecording: track.recording === undefined,
    }
  })
  await insertTracks(tx, release, tracks, at)
  await insertCredits(
    tx,
    tracks.flatMap((track, i) => (track.newRecording ? creditsFor(track, given[i]!.credits ?? []) : [])),
  )
  for (const [i, track] of tracks.entries()) {
    const lyrics = given[i]!.lyrics
    if (lyrics == null || !track.newRecording) continue
    const words = 'lines' in lyrics ? lyrics : wordsFrom(lyrics.text, lyrics.language)
    if (words !== null && words.lines.length > 0) await upsertLyrics(tx, { id: newId('lyr', at), recording: track.recording, ...words, at })
  }
  return tracks.map(track => ({ track: track.id, recording: track.recording, work: track.work }))
}

/** Recounts releases after a change of them or their tracks, and tells of it. Last step of whatever changed them. */
export async function settleReleases(tx: Tx, releases: readonly string[]): Promise<void> {
  await refreshReleases(tx, releases)
  await tellAll(
    tx,
    releases.map(release => ({ type: 'release_changed', release })),
  )
}

/**
 * Makes a release with all its tracks, credits, and lyrics. Tracks without an asset wait for `attachAudio`. Idempotent by `origin`: a release of
 * the same origin is given back as it is, with no tracks added. Track ids in the order given.
 */
export async function addRelease(tx: Tx, given: GivenRelease): Promise<{ id: string; made: boolean; tracks: string[] }> {
  const at = given.at ?? clock.now()
  const { day, precision } = dayOf(given.releasedOn)
  const { id, made } = await insertRelease(tx, {
    id: given.id ?? newId('rel', at),
    page: given.page,
    title: given.title,
    kind: given.kind,
    releasedOn: day,
    precision,
    genre: given.genre ?? null,
    label: given.label ?? null,
    catalogNumber: given.catalogNumber ?? null,
    upc: given.upc ?? null,
    copyright: given.copyright ?? null,
    description: given.description ?? { zh: '', en: '' },
    cover: given.cover ?? null,
    visibility: given.visibility ?? 'public',
    demo: given.demo ?? false,
    origin: given.origin ?? null,
    at,
  })
  if (!made) return { id, made, tracks: [] }
  await insertReleaseArtists(tx, id, given.artists)
  const tracks = await addTracks(tx, id, given.tracks, at)
  await insertCredits(
    tx,
    (given.credits ?? []).map(({ role, name, page = null, detail = null }, position) => ({
      work: null,
      recording: null,
      release: id,
      position,
      role,
      name,
      detail,
      page,
    })),
  )
  await settleReleases(tx, [id])
  return { id, made, tracks: tracks.map(track => track.track) }
}

/** Gives a planned track its sound, or a track better sound; its id, plays and playlists stay. Errors: no such track. */
export async function attachAudio(tx: Tx, track: string, asset: string): Promise<void> {
  const place = await lockTrack(tx, track)
  if (place === undefined) throw new Error(`no such track: ${track}`)
  await refreshReleases(tx, await setAsset(tx, place.recording, asset, null))
}

/** Sets or takes away a release's cover. */
export async function attachCover(tx: Tx, release: string, cover: string | null): Promise<void> {
  await setCover(tx, release, cover, clock.now())
  await refreshReleases(tx, [release])
}

/** After a sound was measured, rendered or refused: exact lengths, and the numbers of the releases it is on. */
export const takeSound = async (tx: Tx, asset: string): Promise<void> => refreshReleases(tx, await takeMeasured(tx, asset))
