/** media: uploads on their way in, and how far the work on a file is. Sound and covers themselves have signed addresses (`/media/…`) given by the other rooms. */
import { z } from 'zod'
import { cursor, done, limit, page, query, command, room } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

export const uploadState = z.enum(['receiving', 'finished', 'stored', 'failed'])
export const Upload = z.object({
  id: id('upl'),
  /** File name as it came, made harmless. */
  name: z.string(),
  sizeBytes: z.number().int(),
  receivedBytes: z.number().int(),
  state: uploadState,
  /** Why it failed, in one sentence. */
  reason: z.string().nullable(),
  createdAt: time,
})

export const processingState = z.enum(['queued', 'running', 'done', 'failed'])
export const AssetState = z.object({
  id: id('ast'),
  state: processingState,
  /** 0 … 1. */
  progress: z.number(),
  reason: z.string().nullable(),
  durationMs: z.number().int().nullable(),
})

export const media = room('media', {
  'GET /uploads': query({
    access: 'member',
    summary: 'My uploads, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Upload),
  }),
  'GET /uploads/:id': query({
    access: 'member',
    summary:
      'State and progress of one of my uploads. The bytes go to the same address by the tus protocol (POST /uploads, then PATCH /uploads/:id).',
    input: { id: id('upl') },
    ok: Upload,
    faults: ['not_found'],
  }),
  'GET /assets/:id/processing': query({
    access: 'member',
    summary: 'How far the work on a file is (measuring, renditions).',
    input: { id: id('ast') },
    ok: AssetState,
    faults: ['not_found'],
  }),
  'POST /assets/:id/process': command({
    access: 'operator',
    summary: 'Puts a failed file into the queue again.',
    input: { id: id('ast') },
    ok: done,
    faults: ['not_found'],
  }),
})
