/** What playlists, their entries and lines of files look like. */
import { z } from 'zod'
import { Cover, Track } from './catalogue.ts'
import { id } from './ids.ts'
import { Rules } from './playlist-rules.ts'
import { time } from './time.ts'

/** What can be a favourite. An artist is a page; a favourite is one's own, following is public. */
export const favouriteId = z.string().regex(/^(trk|rel|pag)_[0-9a-hjkmnp-tv-z]{26}$/)
/** What can have stars. */
export const ratedId = z.string().regex(/^(trk|rel)_[0-9a-hjkmnp-tv-z]{26}$/)
export const stars = z.number().int().min(0).max(5)

/** private: its owner and those who work on it · link: who has the address · public: everyone. */
export const playlistVisibility = z.enum(['private', 'link', 'public'])
export const Person = z.object({ id: id('usr'), name: z.string() })
export const PlaylistCard = z.object({
  id: id('pls'),
  name: z.string(),
  note: z.string(),
  owner: Person,
  visibility: playlistVisibility,
  collaborative: z.boolean(),
  smart: z.boolean(),
  /** Null for those by rule: they are counted when they are opened. */
  entries: z.number().int().nullable(),
  followers: z.number().int(),
  /** One's own picture of it, or up to four covers of what is in it. */
  covers: z.array(Cover.omit({ accent: true })),
  ownPicture: z.boolean(),
  changedAt: time,
  /** The viewer's part in it. */
  role: z.enum(['owner', 'collaborator']).nullable(),
  followed: z.boolean(),
})
export const Playlist = PlaylistCard.extend({
  createdAt: time,
  durationMs: z.number().int(),
  /** Steps with every change. */
  version: z.number().int(),
  collaborators: z.array(Person.extend({ since: time })),
  /** The secret of its invite address; only its owner sees it. */
  invite: z.string().nullable(),
  /** The viewer came with the invite and may join. */
  invited: z.boolean(),
  /** Of a smart playlist; only its owner sees them. */
  rules: Rules.nullable(),
  source: z.object({ id: id('pls'), name: z.string() }).nullable(),
  can: z.object({ change: z.boolean(), fill: z.boolean() }),
})
export const PlaylistEntry = z.object({
  /** Of a smart playlist: the track's. */
  id: z.string(),
  /** What the viewer can see of it; null when there is no such music here (any more). */
  track: Track.nullable(),
  title: z.string(),
  artist: z.string(),
  album: z.string(),
  durationMs: z.number().int().nullable(),
  addedBy: Person.nullable(),
  addedAt: time,
  /** Why it cannot be played: missing (not here yet) · gone (was here) · unplayable. */
  dead: z.enum(['missing', 'gone', 'unplayable']).nullable(),
})

/** A line of a file that was read, or to be made. */
export const lineFacts = {
  title: z
    .string()
    .trim()
    .max(500)
    // eslint-disable-next-line no-control-regex -- one sign at least that can be kept
    .regex(/[^\u0000-\u001f\u007f]/),
  artist: z.string().max(500).default(''),
  album: z.string().max(500).default(''),
  durationMs: z.number().int().min(0).max(86_400_000).nullable().default(null),
  isrc: z
    .string()
    .regex(/^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$/)
    .nullable()
    .default(null),
}
/** Just so much of a track as a choice among several shows. */
export const Candidate = z.object({ id: id('trk'), title: z.string(), artist: z.string(), album: z.string(), durationMs: z.number().int() })
export const exportFormat = z.enum(['m3u', 'jspf', 'xspf', 'json', 'csv'])
