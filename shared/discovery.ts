/** discovery: what to hear next, and why. Every suggestion carries its reason as data; the pages word it. */
import { z } from 'zod'
import { ArtistRef, Cover, Track } from './catalogue.ts'
import { limit, query, room } from './contract.ts'
import { id } from './ids.ts'

/**
 * Why something is suggested. version: another recording of the same work · together: heard by the same listeners (of them at least three) ·
 * credit: somebody had a hand in both · artist: by the same artist · genre: of the same genre, maybe the same years · often, rare, favourite, followed: from what one
 * heard, kept or follows · popular: many hear it, for listeners the planet does not know yet · seed: what a radio goes out from.
 */
export const Reason = z.object({
  kind: z.enum(['version', 'together', 'credit', 'artist', 'genre', 'often', 'rare', 'favourite', 'followed', 'popular', 'seed']),
  /** The track, person, artist or genre it goes back to, as a name to show; null where there is none. */
  name: z.string().nullable(),
  /** together: listeners in common · often: plays · rare: days since it was last heard. */
  count: z.number().int().nullable(),
})
export const Suggestion = z.object({ track: Track, reason: Reason })
export const mixKind = z.enum(['daily1', 'daily2', 'daily3', 'daily4', 'often', 'rare', 'fresh', 'favourites'])
export const Mix = z.object({
  kind: mixKind,
  /** What a daily mix stands around. */
  artists: z.array(ArtistRef),
  genre: z.string().nullable(),
  covers: z.array(Cover),
  tracks: z.number().int(),
  durationMs: z.number().int(),
})
/** A track, release, artist's page or playlist; or `genre:Folk`. */
export const seed = z.union([id('trk'), id('rel'), id('pag'), id('pls'), z.string().regex(/^genre:.{1,60}$/)])

export const discovery = room('discovery', {
  'GET /tracks/:id/similar': query({
    access: 'anyone',
    summary: 'Tracks that go with this one, each with the reason.',
    input: { id: id('trk'), limit: limit(50, 12) },
    ok: z.object({ items: z.array(Suggestion) }),
    faults: ['not_found'],
  }),
  'GET /artists/:id/similar': query({
    access: 'anyone',
    summary: 'Artists that go with this one.',
    input: { id: id('pag'), limit: limit(30, 8) },
    ok: z.object({
      items: z.array(ArtistRef.extend({ picture: z.string().nullable(), followers: z.number().int(), reason: Reason })),
    }),
    faults: ['not_found'],
  }),
  'GET /radio': query({
    access: 'anyone',
    summary: 'Music without an end from any seed: twenty tracks, and where to go on. The same `salt` gives the same beginning.',
    input: { seed, salt: z.string().max(40).default(''), cursor: z.string().max(4000).optional() },
    ok: z.object({ name: z.string(), items: z.array(Suggestion), next: z.string().nullable() }),
    faults: ['not_found'],
  }),
  'GET /me/mixes': query({
    access: 'member',
    summary: 'Mixes of today from what one heard until yesterday: the same all day. Without a history, what is popular.',
    ok: z.object({ day: z.string(), items: z.array(Mix) }),
  }),
  'GET /me/mixes/:kind': query({
    access: 'member',
    summary: 'The tracks of one of today’s mixes, each with the reason.',
    input: { kind: mixKind },
    ok: z.object({ mix: Mix, items: z.array(Suggestion) }),
    faults: ['not_found'],
  }),
})
