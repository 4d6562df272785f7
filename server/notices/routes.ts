import { notices } from '../../shared/notices.ts'
import { handlers } from '../foundation/http.ts'
import { openLive } from '../foundation/live.ts'
import { keyForBrowsers } from './pushing.ts'
import { getNotices, getUnread, read } from './reading.ts'
import { addDevice, changeSettings, devicesOf, dropDevice, getSettings, lookUnsubscribe, mute, unmute, unsubscribe } from './settings.ts'

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
  'GET /me/notices': getNotices,
  'GET /me/notices/unread': getUnread,
  'POST /me/notices/read': read,
  'GET /me/notices/settings': getSettings,
  'PATCH /me/notices/settings': changeSettings,
  'PUT /me/notices/muted/:thing': mute,
  'DELETE /me/notices/muted/:thing': unmute,
  'GET /me/push': async ({ db }, viewer) => ({ key: await keyForBrowsers(db), devices: await devicesOf(db.read, viewer) }),
  'POST /me/push': addDevice,
  'DELETE /me/push/:id': dropDevice,
  'GET /notices/unsubscribe': (db, _viewer, input) => lookUnsubscribe(db, input),
  'POST /notices/unsubscribe': (tx, _viewer, { token, off }) => unsubscribe(tx, token, off),
})
