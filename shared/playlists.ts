/** playlists: lists people make, favourites, stars, history. */
import { z } from 'zod'
import { ReleaseCard, Track } from './catalogue.ts'
import { command, cursor, done, limit, page, query, room } from './contract.ts'
import { id } from './ids.ts'
import { PageCard } from './people.ts'
import { time } from './time.ts'

/** What can be a favourite. An artist is a page; a favourite is one's own, following is public. */
export const favouriteId = z.string().regex(/^(trk|rel|pag)_[0-9a-hjkmnp-tv-z]{26}$/)
/** What can have stars. */
export const ratedId = z.string().regex(/^(trk|rel)_[0-9a-hjkmnp-tv-z]{26}$/)
export const stars = z.number().int().min(0).max(5)

export const playlists = room('playlists', {
  'GET /me/favourites': query({
    access: 'member',
    summary: 'Favourite tracks, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Track),
  }),
  'GET /me/favourites/releases': query({
    access: 'member',
    summary: 'Favourite releases, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(ReleaseCard),
  }),
  'GET /me/favourites/artists': query({
    access: 'member',
    summary: 'Favourite artists, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(PageCard),
  }),
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
    input: { cursor: cursor(), limit: limit() },
    ok: page(z.object({ stars, at: time, track: Track })),
  }),
})
