/** Reports: one person, one thing, once. Enough of them by people whose word counts hide it until somebody has looked. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { levelOf, type Input, type Ok } from './flags.ts'
import { isHost, isStaff } from './policy.ts'
import { readPlace, readSettings } from './store.ts'
import { escalateFlag, hasReported, insertReport, listMyReports, lockFlag, openFlag, readReporter, setHold } from './store-flags.ts'
import { subjectOf, type Seen } from './subjects.ts'

const dayMs = 86_400_000
/** Of one person and day. */
const mostADay = 30
/** From then on somebody's word counts; unless most of what they reported came to nothing. */
const standingMs = 3 * dayMs
const mostIdle = 5
/** Somebody may be in danger: nobody but the planet's staff decides. */
const urgent = new Set(['minors', 'self_harm'])

/** Whether this viewer sees it: as its room says, else as its group does. */
async function sees(db: Read, viewer: Viewer, kind: string, id: string, seen: Seen): Promise<boolean> {
  const see = subjectOf(kind)?.see
  if (see !== undefined) return (await see(db, viewer, [id])).has(id)
  if (seen.group === null || isStaff(viewer)) return true
  const place = await readPlace(db, seen.group, viewer.id)
  return place !== undefined && (place.visibility === 'public' || place.role !== null || place.artist)
}

export async function report(
  tx: Tx,
  viewer: Viewer,
  { kind, subject, reason, words }: Input<'POST /moderation/reports'>,
): Promise<Ok<'POST /moderation/reports'>> {
  const room = subjectOf(kind)
  const seen = (await room?.look(tx, [subject]))?.get(subject)
  if (room === undefined || seen === undefined || !(await sees(tx, viewer, kind, subject, seen))) throw fault('not_found')
  if (seen.author === viewer.id) throw fault('forbidden', 'own_report')
  if (await hasReported(tx, kind, subject, viewer.id)) return { ok: true, again: true }
  if (seen.hidden) throw fault('not_found')
  const at = clock.now()
  const reporter = await readReporter(tx, viewer.id, new Date(at.getTime() - dayMs), new Date(at.getTime() - 90 * dayMs))
  if (reporter.today >= mostADay) throw fault('limited', 'too_many_reports', { retryAfterSeconds: 3600 })
  const idle = reporter.kept >= mostIdle && reporter.kept > 4 * reporter.acted
  const weighty = at.getTime() - reporter.since.getTime() >= standingMs && !idle
  const level = await levelOf(tx, kind, seen.group, seen.author)
  const flag = await openFlag(tx, { id: newId('flg', at), kind, subject, group: seen.group, author: seen.author, level, at })
  await lockFlag(tx, flag)
  const counted = await insertReport(tx, { kind, subject, person: viewer.id, flag, reason, words, weighty, at })
  if (counted === undefined) return { ok: true, again: true }
  if (level === 'group' && urgent.has(reason)) await escalateFlag(tx, flag, null, null)
  const { hideAt } = await readSettings(tx, seen.group ?? '')
  // What artists and hosts say is not hidden by a crowd that wants it gone; somebody looks first.
  if (
    room.hide !== undefined &&
    weighty &&
    hideAt > 0 &&
    counted.weighty >= hideAt &&
    !(await trusted(tx, seen)) &&
    (await setHold(tx, flag, 'reports'))
  )
    await room.hide(tx, [subject], true)
  return { ok: true, again: false }
}
async function trusted(db: Read, seen: Seen): Promise<boolean> {
  if (seen.group === null || seen.author === null) return false
  const place = await readPlace(db, seen.group, seen.author)
  return place !== undefined && isHost(place)
}

export async function getMyReports(db: Read, viewer: Viewer, { cursor, limit }: Input<'GET /me/reports'>): Promise<Ok<'GET /me/reports'>> {
  const rows = await listMyReports(db, viewer.id, fromCursor(cursor, [cursorTime, z.string()]), limit + 1)
  const urls = new Map<string, string>()
  for (const kind of new Set(rows.map(row => row.kind))) {
    const ids = rows.filter(row => row.kind === kind).map(row => row.subject)
    for (const [id, seen] of (await subjectOf(kind)?.look(db, ids)) ?? []) if (!seen.hidden) urls.set(`${kind} ${id}`, seen.url)
  }
  type Item = Ok<'GET /me/reports'>['items'][number]
  return pageOf(
    rows,
    limit,
    (row): Item => ({
      kind: row.kind,
      subject: row.subject,
      reason: row.reason as Item['reason'],
      words: row.words,
      at: row.at,
      group:
        row.group === null || row.groupName === null || row.handle === null
          ? null
          : { id: row.group, name: row.groupName, handle: row.handle },
      url: urls.get(`${row.kind} ${row.subject}`) ?? null,
      outcome: row.action === null ? 'waiting' : row.action === 'keep' ? 'kept' : 'acted',
      decidedAt: row.decidedAt,
    }),
    row => toCursor(row.at, row.subject),
  )
}
