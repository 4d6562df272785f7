/** listening: plays, history, queue, favourites. A play is what a person heard: the ranges of the track that sounded. */
import { z } from 'zod'
import { Track } from './catalogue.ts'
import { command, cursor, limit, line, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

export const playSource = z.enum([
  'release',
  'artist',
  'search',
  'playlist',
  'queue',
  'home',
  'track',
  'library',
  'external',
  'radio',
  'mix',
])
export const Play = z.object({
  id: id('ply'),
  /** heard: 30 seconds of distinct sound or half of a shorter track. */
  heard: z.boolean(),
  heardMs: z.number().int(),
})
/** Where in the queue its person is, and on which device. */
export const QueuePlace = z.object({
  /** Rises when another device writes, or the same one writes other tracks. */
  version: z.number().int(),
  /** Null: an app of another kind, known by its name only. */
  device: id('dev').nullable(),
  deviceName: z.string(),
  index: z.number().int(),
  /** By now: what plays has gone on since it was told. */
  positionMs: z.number().int(),
  /** It sounds on that device now. */
  playing: z.boolean(),
  updatedAt: time,
  /** At this version "play here" took it from that device, which falls silent. */
  takenFrom: id('dev').nullable(),
  count: z.number().int(),
  /** At the place; null when it can no longer be seen. */
  track: Track.nullable(),
})
export const queueRepeat = z.enum(['off', 'all', 'one'])
export const Queue = QueuePlace.extend({ tracks: z.array(Track), repeat: queueRepeat, shuffle: z.boolean() })
const queueDevice = { device: id('dev'), deviceName: line(60) }
const queuePlace = {
  index: z.number().int().min(0).max(1000),
  positionMs: z.number().int().min(0).max(86_400_000),
  playing: z.boolean().default(false),
}

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
  'POST /plays/withdraw': command({
    access: 'operator',
    summary:
      'Takes plays of a person of the last seven days out of the counts, with a reason: nobody listened. What they brought is taken back.',
    input: { person: id('usr'), from: time, until: time, reason: z.string().trim().min(3).max(500) },
    ok: z.object({ plays: z.number().int() }),
    faults: ['own_decision'],
    perMinute: 60,
  }),
  'GET /me/plays': query({
    access: 'member',
    summary: 'What one heard, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(
      z.object({
        id: id('ply'),
        at: time,
        heard: z.boolean(),
        heardMs: z.number().int(),
        via: z.enum(['planet', 'subsonic', 'outside']),
        track: Track,
      }),
    ),
  }),
  'GET /me/recent': query({
    access: 'member',
    summary: 'Tracks heard lately, each once.',
    input: { limit: limit(50, 12) },
    ok: z.object({ items: z.array(Track) }),
  }),
  'GET /me/queue': query({
    access: 'member',
    summary: 'The queue of the last device, with the tracks of it that one can see.',
    ok: z.object({ queue: Queue.nullable() }),
    perMinute: 60,
  }),
  'GET /me/queue/place': query({
    access: 'member',
    summary: 'Where in the queue one is and on which device, without the queue: asked every few seconds.',
    ok: z.object({ place: QueuePlace.nullable() }),
  }),
  'PUT /me/queue': command({
    access: 'member',
    summary: 'Keeps the queue of this device. The last one that writes wins; `over` tells what another device had left meanwhile.',
    input: {
      tracks: z.array(id('trk')).max(1000),
      ...queuePlace,
      ...queueDevice,
      repeat: queueRepeat.default('off'),
      shuffle: z.boolean().default(false),
      /** What this device knew. */
      version: z.number().int().nullable().default(null),
    },
    ok: z.object({ version: z.number().int(), over: QueuePlace.nullable() }),
    perMinute: 120,
  }),
  'PUT /me/queue/place': command({
    access: 'member',
    summary: 'Keeps where in the queue this device is. Not current: another device has the queue now, and nothing was kept.',
    input: { ...queuePlace, device: id('dev'), version: z.number().int() },
    ok: z.object({ current: z.boolean(), place: QueuePlace.nullable() }),
    perMinute: 240,
  }),
  'POST /me/queue/take': command({
    access: 'member',
    summary: 'Play here: this device goes on where the other one is, which falls silent. Twice is once.',
    input: queueDevice,
    ok: z.object({ queue: Queue.nullable() }),
    perMinute: 60,
  }),
})
