/** listening: plays, history, queue, favourites. A play is what a person heard: the ranges of the track that sounded. */
import { z } from 'zod'
import { Track } from './catalogue.ts'
import { command, cursor, done, limit, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

export const playSource = z.enum(['release', 'artist', 'search', 'playlist', 'queue', 'home', 'track', 'library', 'external'])
export const Play = z.object({
  id: id('ply'),
  /** heard: 30 seconds of distinct sound or half of a shorter track. */
  heard: z.boolean(),
  heardMs: z.number().int(),
})
export const Queue = z.object({
  tracks: z.array(id('trk')),
  index: z.number().int(),
  positionMs: z.number().int(),
  device: z.string(),
  updatedAt: time,
})

export const listening = room('listening', {
  // A stream only because it needs the network address of those who are signed out.
  'POST /plays': stream({
    access: 'anyone',
    summary: 'Reports what was heard of a track; sent again with the same id it extends the play. Signed out it counts for the track only.',
    input: {
      id: id('ply'),
      track: id('trk'),
      startedAt: time,
      /** Milliseconds of the track that sounded, each [from, to). */
      ranges: z.array(z.tuple([z.number().int().min(0).max(86_400_000), z.number().int().min(0).max(86_400_000)])).max(200),
      source: playSource.default('track'),
      device: z.string().max(60).default('web'),
    },
    ok: Play,
    faults: ['not_found', 'conflict'],
    perMinute: 120,
  }),
  'GET /me/plays': query({
    access: 'member',
    summary: 'What one heard, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(z.object({ id: id('ply'), at: time, heard: z.boolean(), heardMs: z.number().int(), track: Track })),
  }),
  'GET /me/recent': query({
    access: 'member',
    summary: 'Tracks heard lately, each once.',
    input: { limit: limit(50, 12) },
    ok: z.object({ items: z.array(Track) }),
  }),
  'GET /me/queue': query({ access: 'member', summary: 'The queue of the last device.', ok: z.object({ queue: Queue.nullable() }) }),
  'PUT /me/queue': command({
    access: 'member',
    summary: 'Keeps the queue.',
    input: {
      tracks: z.array(id('trk')).max(1000),
      index: z.number().int().min(0).max(1000),
      positionMs: z.number().int().min(0).max(86_400_000),
      device: z.string().max(60),
    },
    ok: done,
  }),
  'GET /me/favourites': query({
    access: 'member',
    summary: 'Favourite tracks, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Track),
  }),
  'PUT /me/favourites/:track': command({
    access: 'member',
    summary: 'Adds a favourite; twice is once.',
    input: { track: id('trk') },
    ok: done,
    faults: ['not_found'],
  }),
  'DELETE /me/favourites/:track': command({ access: 'member', summary: 'Removes it.', input: { track: id('trk') }, ok: done }),
  'GET /me/favourites/:track': query({
    access: 'member',
    summary: 'Whether a track is a favourite.',
    input: { track: id('trk') },
    ok: z.object({ favourite: z.boolean() }),
  }),
})
