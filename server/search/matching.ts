/** The track that somebody else means: another planet, a scrobbler, a list of songs. */
import type { Read } from '../foundation/db.ts'
import { matchNames } from './store-match.ts'
import { spell } from './words.ts'

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

const bare = (title: string): string =>
  title
    .replace(/\s*[([（【［][^)\]）】］]*[)\]）】］]\s*/g, ' ')
    .replace(/\s+-\s+(?:remaster(?:ed)?|live|mono|stereo|single|radio)\b.*$/i, '')
    .trim()
const guests = /\s*(?:\b(?:feat|ft|featuring)\b\.?|[,;&、/]|\s[x×]\s)\s*/i

/** The track that is meant, for each of many, in one statement. Null: none is like it. */
export async function matchTracks(read: Read, wanted: readonly TrackWanted[]): Promise<(TrackMatch | null)[]> {
  const found = await matchNames(
    read,
    wanted.flatMap(({ title, artist, album, durationMs, isrc, mbid }, n) => {
      const key = spell(title).key
      const artists = [...new Set([artist, artist.split(guests)[0]!])].map(name => spell(name).own).filter(own => own !== '')
      if ((key === '' || artists.length === 0) && !isrc && !mbid) return []
      return [
        {
          n,
          keys: [...new Set([key, spell(bare(title)).key])].filter(one => one !== ''),
          artists: artists.map(own => `%${own} %`),
          album: album ? `${spell(album).own} %` : null,
          ms: durationMs ?? null,
          isrc: isrc ? isrc.toUpperCase().replaceAll('-', '') : null,
          mbid: mbid?.toLowerCase() ?? null,
        },
      ]
    }),
  )
  const byPlace = new Map(found.map(row => [row.n, { track: row.track, certainty: row.certainty }]))
  return wanted.map((_, n) => byPlace.get(n) ?? null)
}

export const matchTrack = async (read: Read, wanted: TrackWanted): Promise<TrackMatch | null> => (await matchTracks(read, [wanted]))[0]!
