import { notices } from '../../shared/notices.ts'
import { handlers } from '../foundation/http.ts'
import { openLive } from '../foundation/live.ts'

export const routes = handlers(notices, {
  'GET /live': async ({ request, reply, db }, viewer, { topics, since }) => {
    const last = request.headers['last-event-id']
    await openLive(
      {
        db,
        out: reply.raw,
        headers: request.headers,
        viewer,
        topics: topics.split(',').filter(Boolean),
        since: typeof last === 'string' ? last : since,
      },
      () => reply.hijack(),
    )
    return reply
  },
})
