/** Finding for other rooms: ids by words, and the track that somebody else means. */
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { listAll, listNamed, matchNames, type AllKind } from './store-match.ts'

export type Kind = AllKind
export type Finding = { q: string; kinds?: readonly Kind[]; limit: number; offset?: number }
/** Ids, the best first. */
export type FoundIds = { artists: string[]; releases: string[]; tracks: string[] }

/** Public things by words, the best first. An empty query gives everything in a stable order, so that a client can page through all of it. */
export async function find(
  read: Read,
  _viewer: Viewer | null,
  { q, kinds = ['artist', 'release', 'track'], limit, offset = 0 }: Finding,
): Promise<FoundIds> {
  const words = q.split(/[\s"']+/).filter(word => word !== '')
  const of = async (kind: Kind): Promise<string[]> =>
    !kinds.includes(kind) || limit <= 0
      ? []
      : words.length === 0
        ? listAll(read, kind, limit, offset)
        : listNamed(read, kind, words, limit, offset)
  const [artists, releases, tracks] = await Promise.all([of('artist'), of('release'), of('track')])
  return { artists, releases, tracks }
}

/** A track as somebody else names it. */
export type TrackWanted = {
  title: string
  artist: string
  album?: string | null
  durationMs?: number | null
  isrc?: string | null
  /** MusicBrainz recording id. */
  mbid?: string | null
}
/** certainty: 1 the same code · ≥ .9 name, artist and length or album agree · ≥ .7 name and artist · less: by likeness. */
export type TrackMatch = { track: string; certainty: number }

/** The track that is meant, for each of many, in one statement. Null: none is like it. */
export async function matchTracks(read: Read, wanted: readonly TrackWanted[]): Promise<(TrackMatch | null)[]> {
  const found = await matchNames(
    read,
    wanted.map(({ title, artist }, n) => ({ n, title, artist })),
  )
  const byPlace = new Map(found.map(row => [row.n, row.track]))
  return wanted.map((_, n) => {
    const track = byPlace.get(n)
    return track === undefined ? null : { track, certainty: 0.8 }
  })
}

export const matchTrack = async (read: Read, wanted: TrackWanted): Promise<TrackMatch | null> => (await matchTracks(read, [wanted]))[0]!
