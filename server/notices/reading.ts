/** What one was told: the list, the count, marking as read. */
import { z } from 'zod'
import type { notices } from '../../shared/notices.ts'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { countUnread, listNotices, markRead, type NoticeRow } from './store.ts'

type Entries = (typeof notices)['entries']
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Notice = Ok<'GET /me/notices'>['items'][number]

const shown = (row: NoticeRow): Notice => ({ ...row, kind: row.kind as Notice['kind'], what: row.what as Notice['what'] })

export async function getNotices(db: Read, viewer: Viewer, input: Input<'GET /me/notices'>): Promise<Ok<'GET /me/notices'>> {
  const rows = await listNotices(db, viewer.id, {
    after: fromCursor(input.cursor, [cursorTime, z.string()]),
    limit: input.limit + 1,
    unread: input.unread === true,
    kind: input.kind,
  })
  return pageOf(rows, input.limit, shown, row => toCursor(row.at, row.id))
}

export const getUnread = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/notices/unread'>> => ({
  unread: await countUnread(db, viewer.id),
})

export async function read(tx: Tx, viewer: Viewer, input: Input<'POST /me/notices/read'>): Promise<Ok<'POST /me/notices/read'>> {
  if ((input.notices === undefined) === (input.until === undefined)) throw fault('invalid', 'invalid', { fields: { notices: 'either' } })
  const changed = await markRead(tx, viewer.id, input.notices ? { ids: input.notices } : { until: input.until! }, clock.now())
  // The bell of this person's other tabs and devices.
  if (changed > 0) publish(tx, topicOf(viewer.id), { kind: 'notice' })
  return { unread: await countUnread(tx, viewer.id) }
}
