/** scrobbles: listening told from outside (ListenBrainz's own addresses are /1/…) and told to servers outside. */
import { z } from 'zod'
import { Track } from './catalogue.ts'
import { command, cursor, done, flag, limit, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

export const OutsideListen = z.object({
  id: id('lst'),
  at: time,
  title: z.string(),
  artist: z.string(),
  release: z.string().nullable(),
  /** What told of it. */
  client: z.string(),
  /** Ours, when it is known which is meant. */
  track: Track.nullable(),
})
export const linkProtocol = z.enum(['listenbrainz', 'lastfm'])
export const Link = z.object({
  id: id('lnk'),
  protocol: linkProtocol,
  root: z.string(),
  /** Who one is there. */
  name: z.string().nullable(),
  nowPlaying: z.boolean(),
  state: z.enum(['checking', 'on', 'paused']),
  reason: z.enum(['rejected', 'blocked', 'self']).nullable(),
  /** What that server said when it was not well. */
  said: z.string().nullable(),
  createdAt: time,
  sent: z.number().int(),
  sentAt: time.nullable(),
  waiting: z.number().int(),
  refused: z.number().int(),
  /** After failures: when it is tried again. */
  nextAt: time.nullable(),
})
const root = z.url({ protocol: /^https?$/ }).max(300)
const secret = z.string().trim().min(1).max(200)

export const scrobbles = room('scrobbles', {
  'GET /me/listens': query({
    access: 'member',
    summary: 'Listens told from outside, newest first; `unmatched`: only those no track here is known for.',
    input: { cursor: cursor(), limit: limit(), unmatched: flag() },
    ok: page(OutsideListen).extend({ all: z.number().int(), unmatched: z.number().int() }),
  }),
  'POST /me/listens': command({
    access: 'member',
    summary: 'Takes past listens out of a ListenBrainz export, up to 1,000 at once; what is known already changes nothing.',
    input: { listens: z.array(z.unknown()).min(1).max(1000) },
    ok: z.object({
      found: z.number().int(),
      new: z.number().int(),
      known: z.number().int(),
      matched: z.number().int(),
      failures: z.number().int(),
      failed: z.array(z.object({ place: z.number().int(), reason: z.string() })),
    }),
    bodyLimit: 10_240_000,
    perMinute: 120,
  }),
  'GET /me/links': query({
    access: 'member',
    summary: 'Servers outside that one’s plays are told to.',
    ok: z.object({ items: z.array(Link) }),
  }),
  // A stream only because it seals the secret with the planet's own.
  'POST /me/links': stream({
    access: 'member',
    summary:
      'Links a ListenBrainz-compatible (token) or Last.fm-compatible server (API key, secret, session); the secret is never shown again.',
    input: {
      id: id('lnk').optional(),
      protocol: linkProtocol,
      root,
      token: secret.optional(),
      apiKey: secret.optional(),
      secret: secret.optional(),
      session: secret.optional(),
      nowPlaying: z.boolean().default(true),
    },
    ok: Link,
    faults: ['invalid', 'link_exists', 'too_many_links', 'key_reused'],
    perMinute: 20,
  }),
  'PUT /me/links/:id': command({
    access: 'member',
    summary: 'Pauses a link, resumes it, or says whether what is playing is told too.',
    input: { id: id('lnk'), on: z.boolean().optional(), nowPlaying: z.boolean().optional() },
    ok: Link,
    faults: ['not_found'],
  }),
  'DELETE /me/links/:id': command({
    access: 'member',
    summary: 'Unlinks a server; what it was told stays there.',
    input: { id: id('lnk') },
    ok: done,
    faults: ['not_found'],
  }),
})
