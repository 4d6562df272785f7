/** What hosts do with missions: made as drafts, opened, ended; what waits for budget is paid. */
import { createHash } from 'node:crypto'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowHost, groupOf, seeDesk } from '../groups/index.ts'
import { grantPoints } from '../points/index.ts'
import { policyOf } from '../policy/index.ts'
import { stateOf } from './rules.ts'
import {
  countMissions,
  deleteMission,
  groupHappenings,
  insertMission,
  listMissions,
  namesExist,
  pageName,
  readMission,
  readStats,
  updateMission,
  type NamedRow,
  type Stats,
} from './store.ts'
import { setGranted, unpaidCompletions } from './store-counting.ts'
import { countWaiting } from './store-proofs.ts'
import type { Input, Ok } from './words.ts'

type Desk = Ok<'POST /missions'>
/** Drafts and missions of a group that are not over. */
const mostMissions = 60
const mostPaid = 500

export const coreOf = (row: NamedRow, now: Date) => ({
  id: row.id,
  group: row.group,
  event: row.event,
  nameZh: row.nameZh,
  nameEn: row.nameEn,
  noteZh: row.noteZh,
  noteEn: row.noteEn,
  target: row.target,
  points: row.points,
  dayCap: row.dayCap,
  every: row.every,
  zone: row.zone,
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  level: row.level,
  memberDays: row.memberDays,
  page: named(row.page, row.pageName),
  release: named(row.release, row.releaseName),
  language: row.language,
  kind: row.kind,
  happening: named(row.happening, row.happeningName),
  partner: named(row.partner, row.partnerName),
  state: stateOf(row, now),
})
const named = (id: string | null, name: string | null): { id: string; name: string } | null =>
  id === null ? null : { id, name: name ?? '' }
const none: Omit<Stats, 'mission'> = { people: 0, completions: 0, granted: 0, unpaid: 0 }
const deskOf = (row: NamedRow, stats: Stats | undefined, now: Date): Desk => {
  const { people, completions, granted, unpaid } = stats ?? none
  return { ...coreOf(row, now), openedAt: row.openedAt, createdAt: row.createdAt, people, completions, granted, unpaid }
}
async function show(db: Read, id: string): Promise<Desk> {
  const row = await readMission(db, id)
  if (row === undefined) throw fault('not_found')
  return deskOf(row, (await readStats(db, [id])).get(id), clock.now())
}

/** A mission for changing, locked, for a host of its group. */
async function lockOwn(tx: Tx, viewer: Viewer, id: string): Promise<NamedRow> {
  const row = await readMission(tx, id, true)
  if (row === undefined) throw fault('not_found')
  await allowOpen(tx, viewer, row.group)
  return row
}
async function allowOpen(tx: Tx, viewer: Viewer, group: string) {
  const seen = await allowHost(tx, viewer, group)
  if (seen.group.state === 'closed') throw fault('conflict', 'group_closed')
  return seen
}

export async function getDesk(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:id/missions/desk'>,
): Promise<Ok<'GET /groups/:id/missions/desk'>> {
  const { group } = await seeDesk(db, viewer, input.id)
  const now = clock.now()
  const rows = await listMissions(db, group.id, null)
  const stats = await readStats(
    db,
    rows.map(row => row.id),
  )
  return {
    group: {
      id: group.id,
      name: group.name,
      zone: group.timeZone,
      page: group.page === null ? null : { id: group.page, name: (await pageName(db, group.page)) ?? '' },
    },
    items: rows.map(row => deskOf(row, stats.get(row.id), now)),
    proofs: await countWaiting(db, group.id),
    mostPoints: (await policyOf(db)).pointsMostPerDay,
    happenings: await groupHappenings(db, group.id, now),
  }
}

/** What does not fit together is refused with the field that is wrong. */
function checkFit(input: Input<'POST /missions'>, now: Date): void {
  const wrong = (field: string): never => {
    throw fault('invalid', 'mission_invalid', { fields: { [field]: 'mission_invalid' } })
  }
  const listens = input.event === 'listen_minutes' || input.event === 'outside_listens'
  if (input.nameZh === '' && input.nameEn === '') wrong('nameZh')
  if ((input.page !== null || input.release !== null) && !listens) wrong('page')
  if ((input.language !== null || input.kind !== null) && input.event !== 'lyric') wrong('language')
  if (input.happening !== null && input.event !== 'attend') wrong('happening')
  if ((input.partner !== null) !== (input.event === 'partner_call')) wrong('partner')
  if (input.event === 'check_in' && input.every === 'daily' && input.target !== 1) wrong('target')
  // More minutes than a day has, more days than a window has, more than the days allow.
  if (input.event === 'listen_minutes' && input.every === 'daily' && input.target > 1380) wrong('target')
  const days = { once: Infinity, daily: 1, weekly: 7, monthly: 28 }[input.every]
  if (input.event === 'check_in' && input.target > days) wrong('target')
  if (input.dayCap !== null && input.dayCap * days < input.target) wrong('dayCap')
  const starts = input.startsAt ?? now
  if (input.endsAt !== null && (input.endsAt <= starts || input.endsAt <= now)) wrong('endsAt')
}

export async function makeMission(tx: Tx, viewer: Viewer, input: Input<'POST /missions'>): Promise<Desk> {
  const { group } = await allowOpen(tx, viewer, input.group)
  const now = clock.now()
  const request = createHash('sha256').update(JSON.stringify(input)).digest('hex')
  const known = await readMission(tx, input.id)
  if (known !== undefined) return repeated(tx, known, group.id, request)
  checkFit(input, now)
  if (input.points > (await policyOf(tx)).pointsMostPerDay)
    throw fault('unprocessable', 'mission_points', { fields: { points: 'mission_points' } })
  if (!(await namesExist(tx, group.id, input))) throw fault('not_found')
  if ((await countMissions(tx, group.id, now)) >= mostMissions) throw fault('conflict', 'too_many_missions')
  const { startsAt, ...given } = input
  const row = {
    ...given,
    group: group.id,
    zone: group.timeZone,
    startsAt: startsAt ?? now,
    place: 0,
    request,
    createdAt: now,
    by: viewer.id,
  }
  if (!(await insertMission(tx, row))) return repeated(tx, (await readMission(tx, input.id))!, group.id, request)
  return show(tx, input.id)
}
async function repeated(tx: Tx, known: NamedRow, group: string, request: string): Promise<Desk> {
  if (known.group !== group || known.request !== request) throw fault('conflict', 'key_reused')
  return show(tx, known.id)
}

export async function changeMission(tx: Tx, viewer: Viewer, input: Input<'PATCH /missions/:id'>): Promise<Desk> {
  const row = await lockOwn(tx, viewer, input.id)
  const now = clock.now()
  const changed = {
    ...row,
    nameZh: input.nameZh ?? row.nameZh,
    nameEn: input.nameEn ?? row.nameEn,
    noteZh: input.noteZh ?? row.noteZh,
    noteEn: input.noteEn ?? row.noteEn,
    place: input.place ?? row.place,
  }
  if (changed.nameZh === '' && changed.nameEn === '') throw fault('invalid', 'mission_invalid', { fields: { nameZh: 'mission_invalid' } })
  if (input.endsAt !== undefined && input.endsAt?.getTime() !== row.endsAt?.getTime()) {
    if (stateOf(row, now) === 'ended') throw fault('conflict', 'mission_ended')
    if (input.endsAt !== null && (input.endsAt <= now || input.endsAt <= row.startsAt))
      throw fault('invalid', 'mission_invalid', { fields: { endsAt: 'mission_invalid' } })
    changed.endsAt = input.endsAt
  }
  await updateMission(tx, changed, now)
  return show(tx, row.id)
}

export async function dropMission(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /missions/:id'>): Promise<{ ok: true }> {
  const row = await lockOwn(tx, viewer, id)
  if (row.openedAt !== null) throw fault('conflict', 'mission_opened')
  await deleteMission(tx, id)
  return { ok: true }
}

export async function openMission(tx: Tx, viewer: Viewer, { id }: Input<'POST /missions/:id/open'>): Promise<Desk> {
  const row = await lockOwn(tx, viewer, id)
  // Again: it is open.
  if (row.openedAt !== null) return show(tx, id)
  const now = clock.now()
  if (row.endsAt !== null && row.endsAt <= now) throw fault('conflict', 'mission_ended')
  if (row.points > (await policyOf(tx)).pointsMostPerDay) throw fault('unprocessable', 'mission_points')
  const zone = (await groupOf(tx, row.group))!.timeZone
  await updateMission(tx, { ...row, zone, openedAt: now, startsAt: row.startsAt < now ? now : row.startsAt }, now)
  return show(tx, id)
}

export async function endMission(tx: Tx, viewer: Viewer, { id }: Input<'POST /missions/:id/end'>): Promise<Desk> {
  const row = await lockOwn(tx, viewer, id)
  const now = clock.now()
  const state = stateOf(row, now)
  if (state === 'ended') return show(tx, id)
  if (state === 'draft') throw fault('conflict', 'mission_ended')
  // One that has not begun begins and ends now.
  const startsAt = row.startsAt < now ? row.startsAt : new Date(Math.max(now.getTime() - 1, row.openedAt!.getTime()))
  await updateMission(tx, { ...row, startsAt, endsAt: startsAt < now ? now : new Date(startsAt.getTime() + 1) }, now)
  return show(tx, id)
}

/** The oldest first, as far as the budget reaches; the key is the same, so nothing is given twice. */
export async function payWaiting(tx: Tx, viewer: Viewer, { id }: Input<'POST /missions/:id/pay'>): Promise<Ok<'POST /missions/:id/pay'>> {
  const row = await lockOwn(tx, viewer, id)
  const waiting = await unpaidCompletions(tx, id, mostPaid)
  const granted = await grantPoints(
    tx,
    waiting.map(one => ({ group: row.group, person: one.person, points: one.points, key: one.key, cause: `mission:${id}`, at: one.at })),
  )
  const paid = waiting.flatMap(one => {
    const result = granted.get(one.key)
    return result === undefined || result.why === 'budget_empty' ? [] : [{ key: one.key, granted: result.granted, why: result.why }]
  })
  if (paid.length > 0) await setGranted(tx, paid)
  return { paid: paid.length, left: (await readStats(tx, [id])).get(id)?.unpaid ?? 0 }
}
