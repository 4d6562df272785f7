/** The desk of bans: hosts ban from their group at once; from the planet one of the staff proposes and an operator confirms. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { ban, begin, unban } from './bans.ts'
import type { Input, Ok } from './flags.ts'
import { deskOf, hostOf, isStaff } from './policy.ts'
import { readPersonFor } from './store.ts'
import { closePast, confirmBan, insertBan, listBans, lockPerson, readBan, type BanRow } from './store-bans.ts'
import { insertDecision } from './store-decisions.ts'

type Shown = Ok<'POST /moderation/bans'>

const stateOf = (row: BanRow, now: Date): Shown['state'] =>
  row.endedAt !== null || (row.untilAt !== null && row.untilAt <= now) ? 'ended' : row.fromAt === null ? 'proposed' : 'on'

function show(row: BanRow, viewer: Viewer, host: boolean): Shown {
  const now = clock.now()
  const state = stateOf(row, now)
  const mine = row.person === viewer.id
  const ended = row.endedAt ?? (state === 'ended' ? row.untilAt : null)
  return {
    id: row.id,
    person: { id: row.person, name: row.name },
    group: row.groupName === null || row.handle === null ? null : { id: row.scope, name: row.groupName, handle: row.handle },
    state,
    reason: row.reason as Shown['reason'],
    words: row.words,
    locks: row.locks,
    days: row.seconds === null ? null : Math.max(1, Math.round(Number(row.seconds) / 86_400)),
    by: row.proposedByName,
    confirmedBy: row.confirmedByName,
    at: row.proposedAt,
    until: row.untilAt,
    ended: ended === null ? null : { at: ended, by: row.endedByName, words: row.endedWords },
    can: {
      confirm: state === 'proposed' && viewer.roles.includes('operator') && row.proposedBy !== viewer.id && !mine,
      lift: state !== 'ended' && !mine && mayLift(row, viewer, host),
    },
  }
}

/** What the planet's staff decided about a group, its hosts do not undo: as with appeals. */
const mayLift = (row: BanRow, viewer: Viewer, host: boolean): boolean => isStaff(viewer) || (host && row.level === 'group')

export async function getBans(db: Read, viewer: Viewer, input: Input<'GET /moderation/bans'>): Promise<Ok<'GET /moderation/bans'>> {
  const { scope, host } = await deskOf(db, viewer, input.group)
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listBans(db, { scope, state: input.state, now: clock.now(), after, limit: input.limit + 1 })
  return pageOf(
    rows,
    input.limit,
    row => show(row, viewer, host),
    row => toCursor(row.proposedAt, row.id),
  )
}

/** A ban one may look after; `not_found` for everybody else, and for whom it is about. */
async function load(db: Read, viewer: Viewer, id: string): Promise<{ row: BanRow; host: boolean }> {
  const row = await readBan(db, id)
  if (row === undefined) throw fault('not_found')
  const host = row.scope !== '' && (await hostOf(db, viewer, row.scope))
  if (!host && !isStaff(viewer)) throw fault('not_found')
  return { row, host }
}
async function shown(db: Read, viewer: Viewer, id: string): Promise<Shown> {
  const { row, host } = await load(db, viewer, id)
  return show(row, viewer, host)
}

export async function banOrPropose(tx: Tx, viewer: Viewer, input: Input<'POST /moderation/bans'>): Promise<Shown> {
  const { scope, host } = await deskOf(tx, viewer, input.group)
  const { ban: id, person, reason, words, days, locks } = input
  const whom = await readPersonFor(tx, person)
  if (whom === undefined) throw fault('not_found')
  const now = clock.now()
  if (scope !== '') {
    if (locks) throw fault('unprocessable', 'cannot_ban')
    const until = days === null ? null : new Date(now.getTime() + days * 86_400_000)
    await ban(tx, { id, person, group: scope, reason, words, by: viewer.id, until, level: host ? 'group' : 'planet' })
    return shown(tx, viewer, id)
  }
  if (person === viewer.id) throw fault('forbidden', 'own_decision')
  if (whom.staff) throw fault('unprocessable', 'cannot_ban')
  await lockPerson(tx, person)
  const known = await readBan(tx, id)
  if (known !== undefined) {
    if (known.person !== person || known.scope !== '' || known.proposedBy !== viewer.id) throw fault('conflict', 'key_reused')
    return show(known, viewer, host)
  }
  await closePast(tx, person, '', now)
  const seconds = days === null ? null : days * 86_400
  const given = { id, person, scope: '', reason, words, locks, seconds, by: viewer.id, at: now, from: null, until: null, decision: null }
  if (!(await insertBan(tx, given))) throw fault('conflict', 'already_banned')
  return shown(tx, viewer, id)
}

/** Four eyes: from here on it holds. */
export async function confirm(tx: Tx, viewer: Viewer, { id }: Input<'POST /moderation/bans/:id/confirm'>): Promise<Shown> {
  const before = await readBan(tx, id)
  if (before === undefined || before.scope !== '' || before.person === viewer.id) throw fault('not_found')
  await lockPerson(tx, before.person)
  const row = (await readBan(tx, id))!
  if (row.confirmedBy === viewer.id && row.endedAt === null) return show(row, viewer, false)
  if (row.proposedBy === viewer.id) throw fault('forbidden', 'second_person')
  if (row.fromAt !== null || row.endedAt !== null) throw fault('conflict', 'already_decided')
  if ((await readPersonFor(tx, row.person))?.staff === true) throw fault('unprocessable', 'cannot_ban')
  const now = clock.now()
  const until = row.seconds === null ? null : new Date(now.getTime() + Number(row.seconds) * 1000)
  const decision = newId('dcn', now)
  await insertDecision(tx, {
    id: decision,
    flag: null,
    kind: 'person',
    subject: row.person,
    group: null,
    level: 'planet',
    author: row.person,
    action: 'ban',
    reason: row.reason,
    words: row.words,
    facts: { text: '', pictures: [], url: '/', reports: 0, hold: null },
    by: row.proposedBy,
    second: viewer.id,
    at: now,
  })
  if (!(await confirmBan(tx, id, { by: viewer.id, from: now, until, decision }))) throw fault('conflict', 'already_decided')
  await begin(tx, { id, person: row.person, scope: '', decision, until, locks: row.locks })
  return shown(tx, viewer, id)
}

export async function lift(tx: Tx, viewer: Viewer, { id, words }: Input<'POST /moderation/bans/:id/lift'>): Promise<Shown> {
  const { row, host } = await load(tx, viewer, id)
  if (row.person === viewer.id) throw fault('forbidden', 'own_decision')
  if (!mayLift(row, viewer, host)) throw fault('forbidden')
  if (!(await unban(tx, { id, by: viewer.id, words }))) {
    const now = (await readBan(tx, id))!
    if (now.endedWords !== words) throw fault('conflict', 'already_decided')
  }
  return shown(tx, viewer, id)
}
