/** search: finding anything public by a few letters of it. */
import { z } from 'zod'
import { ArtistRef, ReleaseCard, Track } from './catalogue.ts'
import { command, limit, query, room } from './contract.ts'
import { id } from './ids.ts'

/** From and to of each part of a name that was found, one after the other ([0, 2, 5, 7]), counted as strings are in the browser. */
export const Marks = z.array(z.number().int())
export const FoundArtist = ArtistRef.extend({ picture: z.string().nullable(), followers: z.number().int(), marks: Marks })
export const FoundRelease = ReleaseCard.extend({ marks: z.object({ title: Marks, artists: z.array(Marks) }) })
export const FoundTrack = Track.extend({ marks: z.object({ title: Marks, artists: z.array(Marks), release: Marks }) })
/** A line of a song, with the time it is sung at where its words have times. */
export const FoundLine = z.object({
  track: Track,
  line: z.string(),
  startMs: z.number().int().nullable(),
  language: z.string(),
  marks: Marks,
})
export const FoundPlaylist = z.object({
  id: id('pls'),
  name: z.string(),
  owner: z.string(),
  entries: z.number().int(),
  marks: Marks,
})
export const searchKind = z.enum(['artist', 'release', 'track', 'line', 'playlist'])

export const search = room('search', {
  'GET /search': query({
    access: 'anyone',
    summary:
      'Artists, releases, tracks, playlists and lines of songs by words, pinyin or initials, also misspelled; the best first. Filters: artist:, album:, genre:, year:1999 or year:1999..2003.',
    input: {
      q: z.string().trim().max(200),
      /** One kind alone, to page through it. */
      kind: searchKind.optional(),
      offset: z.coerce.number().int().min(0).max(1000).default(0),
      limit: limit(50, 8),
    },
    ok: z.object({
      artists: z.array(FoundArtist),
      releases: z.array(FoundRelease),
      tracks: z.array(FoundTrack),
      lines: z.array(FoundLine),
      playlists: z.array(FoundPlaylist),
      /** Kinds that were found, that with the best one first. */
      order: z.array(searchKind),
      /** Kinds that have more than was given. */
      more: z.array(searchKind),
      /** Nothing is called so: these words were looked for instead. */
      meant: z.string().nullable(),
      /** Filters that mean nothing here. */
      unknownFilters: z.array(z.string()),
    }),
  }),
  'POST /search/rebuild': command({
    access: 'operator',
    summary: 'Makes the index anew in the background; what is there stays findable meanwhile.',
    input: {},
    ok: z.object({ begun: z.boolean() }),
  }),
})
