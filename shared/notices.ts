/** Contract: what open pages hear at once, and what a person is told of. */
import { z } from 'zod'
import { room, stream } from './contract.ts'

export const notices = room('notices', {
  'GET /live': stream({
    access: 'anyone',
    summary: 'Server-sent events of up to 20 topics (`me`, `group:…`, `post:…`, `raffle:…`): ids of what changed, never content.',
    input: {
      /** Topics with commas between them. */
      topics: z.string().min(1).max(1500),
      /** The last event seen, for who cannot send Last-Event-ID. */
      since: z.string().max(60).optional(),
    },
    ok: z.null(),
    faults: ['not_found', 'unavailable'],
  }),
})
