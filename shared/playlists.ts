/** playlists: lists people make (alone, together, by a rule), favourites, stars, history. */
import { z } from 'zod'
import { ReleaseCard, Track } from './catalogue.ts'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { PageCard } from './people.ts'
import { Rules } from './playlist-rules.ts'
import {
  Candidate,
  Playlist,
  PlaylistCard,
  PlaylistEntry,
  exportFormat,
  favouriteId,
  lineFacts,
  playlistVisibility,
  ratedId,
  stars,
} from './playlist-shapes.ts'
import { time } from './time.ts'

const secret = z
  .string()
  .min(20)
  .max(60)
  .regex(/^[\w-]+$/)
const entryIds = z.array(id('ple')).min(1).max(10_000)
const version = z.object({ version: z.number().int() })
const paging = { cursor: cursor(), limit: limit() }

export const playlists = room('playlists', {
  'GET /me/playlists': query({
    access: 'member',
    summary:
      'Playlists of one’s own, those one works on and those one follows, the latest changed first; with `track`, which of them it is in.',
    input: { track: id('trk').optional() },
    ok: z.object({ items: z.array(PlaylistCard.extend({ contains: z.boolean() })) }),
  }),
  'GET /playlists': query({
    access: 'anyone',
    summary: 'Public playlists, the latest changed first.',
    input: { owner: id('usr').optional(), ...paging },
    ok: page(PlaylistCard),
  }),
  'POST /playlists': command({
    access: 'member',
    summary: 'Makes a playlist; sent again with the same id it is made once.',
    input: {
      id: id('pls'),
      name: line(200),
      note: text(2000).default(''),
      visibility: playlistVisibility.default('private'),
      rules: Rules.optional(),
      tracks: z.array(id('trk')).max(1000).default([]),
    },
    ok: Playlist,
    faults: ['taken', 'too_many_playlists', 'playlist_by_rule'],
    perMinute: 60,
  }),
  'GET /playlists/:id': query({
    access: 'anyone',
    summary: 'A playlist without its entries; `invite` opens one to whoever was given its address.',
    input: { id: id('pls'), invite: secret.optional() },
    ok: Playlist,
    faults: ['not_found'],
  }),
  'GET /playlists/:id/entries': query({
    access: 'anyone',
    summary: 'Its entries in their order.',
    input: { id: id('pls'), invite: secret.optional(), cursor: cursor(), limit: limit(500, 100) },
    ok: page(PlaylistEntry),
    faults: ['not_found'],
  }),
  'GET /playlists/:id/version': query({
    access: 'anyone',
    summary: 'Only whether it changed since: for views that stay open.',
    input: { id: id('pls'), since: z.coerce.number().int().min(0).default(0) },
    ok: version.extend({ changed: z.boolean() }),
    faults: ['not_found'],
  }),
  'PATCH /playlists/:id': command({
    access: 'member',
    summary: 'Changes what is given; its owner only.',
    input: {
      id: id('pls'),
      name: line(200).optional(),
      note: text(2000).optional(),
      visibility: playlistVisibility.optional(),
      collaborative: z.boolean().optional(),
      picture: id('ast').nullable().optional(),
      rules: Rules.optional(),
    },
    ok: Playlist,
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule'],
  }),
  'DELETE /playlists/:id': command({
    access: 'member',
    summary: 'Throws it away; it can be taken back for 30 days.',
    input: { id: id('pls') },
    ok: done,
    faults: ['not_found', 'own_playlist_only'],
  }),
  'POST /playlists/:id/restore': command({
    access: 'member',
    summary: 'Takes back what one threw away.',
    input: { id: id('pls') },
    ok: Playlist,
    faults: ['not_found', 'own_playlist_only'],
  }),
  'POST /playlists/:id/copy': command({
    access: 'member',
    summary: 'Makes a playlist of one’s own of what is in it now; one by rule becomes a fixed list.',
    input: { id: id('pls'), as: id('pls'), name: line(200).optional() },
    ok: Playlist,
    faults: ['not_found', 'taken', 'too_many_playlists'],
    perMinute: 30,
  }),
  'POST /playlists/:id/entries': command({
    access: 'member',
    summary:
      'Puts tracks in (given, of a release or of another playlist), at the end or behind an entry. `ask` refuses what is in already.',
    input: {
      id: id('pls'),
      tracks: z.array(id('trk')).max(1000).default([]),
      /** Ids of the new entries, so that a retry is harmless. */
      ids: z.array(id('ple')).max(1000).optional(),
      release: id('rel').optional(),
      playlist: id('pls').optional(),
      /** Null: at the top. */
      after: id('ple').nullable().optional(),
      duplicates: z.enum(['ask', 'allow', 'skip']).default('ask'),
    },
    ok: version.extend({ added: z.number().int() }),
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule', 'playlist_full', 'playlist_repeats', 'entry_gone', 'taken'],
    perMinute: 240,
  }),
  'POST /playlists/:id/entries/move': command({
    access: 'member',
    summary: 'Moves entries, in this order, behind another; null: to the top.',
    input: { id: id('pls'), entries: entryIds, after: id('ple').nullable() },
    ok: version,
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule', 'entry_gone'],
    perMinute: 240,
  }),
  'POST /playlists/:id/entries/remove': command({
    access: 'member',
    summary: 'Takes entries out; they can be taken back for 30 days.',
    input: { id: id('pls'), entries: entryIds },
    ok: version,
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule'],
    perMinute: 240,
  }),
  'POST /playlists/:id/entries/restore': command({
    access: 'member',
    summary: 'Takes removed entries back to where they were.',
    input: { id: id('pls'), entries: entryIds },
    ok: version,
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule', 'playlist_full'],
    perMinute: 240,
  }),
  'PUT /playlists/:id/entries/:entry/track': command({
    access: 'member',
    summary: 'Says which track a line means whose music was not found.',
    input: { id: id('pls'), entry: id('ple'), track: id('trk') },
    ok: version,
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule', 'entry_gone'],
  }),
  'POST /playlists/:id/invite': command({
    access: 'member',
    summary: 'Makes it a common list with an address that invites; a former one stops working.',
    input: { id: id('pls') },
    ok: z.object({ invite: z.string() }),
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule'],
  }),
  'DELETE /playlists/:id/invite': command({
    access: 'member',
    summary: 'The address invites nobody any more.',
    input: { id: id('pls') },
    ok: done,
    faults: ['not_found', 'own_playlist_only'],
  }),
  'POST /playlists/:id/join': command({
    access: 'member',
    summary: 'Works on it from now on, by an invite; twice is once.',
    input: { id: id('pls'), invite: secret },
    ok: Playlist,
    faults: ['not_found', 'too_many_collaborators'],
    perMinute: 30,
  }),
  'POST /playlists/:id/collaborators': command({
    access: 'member',
    summary: 'Invites the person behind a page; twice is once.',
    input: { id: id('pls'), page: line(60) },
    ok: Playlist,
    faults: ['not_found', 'own_playlist_only', 'playlist_by_rule', 'no_such_page', 'too_many_collaborators'],
    perMinute: 30,
  }),
  'DELETE /playlists/:id/collaborators/:person': command({
    access: 'member',
    summary: 'No longer works on it: oneself, or by its owner.',
    input: { id: id('pls'), person: id('usr') },
    ok: done,
    faults: ['not_found', 'own_playlist_only'],
  }),
  'POST /playlists/:id/follow': command({
    access: 'member',
    summary: 'Keeps another’s playlist among one’s own; twice is once.',
    input: { id: id('pls') },
    ok: done,
    faults: ['not_found'],
  }),
  'DELETE /playlists/:id/follow': command({
    access: 'member',
    summary: 'Follows it no more.',
    input: { id: id('pls') },
    ok: done,
    faults: ['not_found'],
  }),
  'POST /playlists/preview': query({
    access: 'member',
    summary: 'What a rule would give now: how much, and the first tracks.',
    input: { rules: Rules },
    ok: z.object({ count: z.number().int(), durationMs: z.number().int(), items: z.array(Track) }),
    perMinute: 120,
  }),
  'POST /playlists/read': query({
    access: 'member',
    summary:
      'Reads a playlist file (M3U, JSPF, XSPF, JSON, CSV) without keeping anything: what each line was found to be. Its addresses are never fetched.',
    input: { file: z.string().max(300).default(''), content: z.string().min(1).max(2_000_000) },
    ok: z.object({
      format: exportFormat,
      name: z.string(),
      note: z.string(),
      lines: z.array(
        z.object({
          title: z.string(),
          artist: z.string(),
          album: z.string(),
          durationMs: z.number().int().nullable(),
          isrc: z.string().nullable(),
          state: z.enum(['found', 'unsure', 'missing']),
          track: Candidate.nullable(),
        }),
      ),
    }),
    faults: ['playlist_unreadable', 'playlist_too_long'],
    perMinute: 20,
    bodyLimit: 8_000_000,
  }),
  'POST /playlists/import': command({
    access: 'member',
    summary: 'Makes a playlist of lines that were read; those without a track stay as lines and are found again when their music arrives.',
    input: {
      id: id('pls'),
      name: line(200),
      note: text(2000).default(''),
      lines: z
        .array(z.object({ ...lineFacts, track: id('trk').nullable().default(null) }))
        .min(1)
        .max(10_000),
    },
    ok: Playlist,
    faults: ['taken', 'too_many_playlists'],
    perMinute: 20,
    bodyLimit: 8_000_000,
  }),
  'GET /playlists/:id/export': stream({
    access: 'anyone',
    summary: 'The playlist as a file, with addresses that stay.',
    input: { id: id('pls'), invite: secret.optional(), format: exportFormat.default('m3u') },
    ok: z.null(),
    faults: ['not_found'],
    perMinute: 30,
  }),
  'GET /me/favourites': query({ access: 'member', summary: 'Favourite tracks, newest first.', input: paging, ok: page(Track) }),
  'GET /me/favourites/releases': query({
    access: 'member',
    summary: 'Favourite releases, newest first.',
    input: paging,
    ok: page(ReleaseCard),
  }),
  'GET /me/favourites/artists': query({ access: 'member', summary: 'Favourite artists, newest first.', input: paging, ok: page(PageCard) }),
  'PUT /me/favourites/:id': command({
    access: 'member',
    summary: 'Adds a track, a release or an artist to one’s favourites; twice is once.',
    input: { id: favouriteId },
    ok: done,
    faults: ['not_found'],
  }),
  'DELETE /me/favourites/:id': command({ access: 'member', summary: 'Removes it.', input: { id: favouriteId }, ok: done }),
  'GET /me/favourites/:id': query({
    access: 'member',
    summary: 'Whether it is a favourite.',
    input: { id: favouriteId },
    ok: z.object({ favourite: z.boolean() }),
  }),
  'GET /ratings/:id': query({
    access: 'anyone',
    summary: 'Stars of a track or release: one’s own, and the average of all from five on.',
    input: { id: ratedId },
    ok: z.object({ own: stars, average: z.number().nullable(), count: z.number().int() }),
    faults: ['not_found'],
  }),
  'PUT /me/ratings/:id': command({
    access: 'member',
    summary: 'Gives a track or release one to five stars; none takes them back.',
    input: { id: ratedId, stars },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /me/ratings': query({
    access: 'member',
    summary: 'Tracks one gave stars, the latest first.',
    input: paging,
    ok: page(z.object({ stars, at: time, track: Track })),
  }),
  'GET /me/history': query({
    access: 'member',
    summary: 'What one heard, newest first, but what was taken out of it; by words of title, artist or album, by app and by day.',
    input: { q: z.string().trim().max(100).optional(), app: z.string().max(60).optional(), until: time.optional(), ...paging },
    ok: page(
      z.object({
        id: id('ply'),
        at: time,
        heard: z.boolean(),
        heardMs: z.number().int(),
        app: z.string(),
        via: z.enum(['planet', 'subsonic', 'outside']),
        track: Track,
      }),
    ),
  }),
  'GET /me/history/apps': query({
    access: 'member',
    summary: 'Apps one listened with lately.',
    ok: z.object({ items: z.array(z.object({ name: z.string(), plays: z.number().int() })) }),
  }),
  'DELETE /me/history/:id': command({
    access: 'member',
    summary: 'Takes a play out of one’s history. What was counted stays counted.',
    input: { id: id('ply') },
    ok: done,
    faults: ['not_found'],
  }),
  'DELETE /me/history': command({
    access: 'member',
    summary: 'Takes everything out of one’s history up to now. What was counted stays counted.',
    ok: done,
  }),
})
