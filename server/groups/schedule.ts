/** The schedule of a group: what takes place, who means to come, who was there. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock, newId, randomToken } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { screen } from '../moderation/index.ts'
import { makeLimit, pictureAddress } from '../people/index.ts'
import type { Input, Ok } from './groups.ts'
import { can } from './policy.ts'
import { allowHost, allowMember, seeGroup, standing, standingsOf, type Seen } from './standing.ts'
import { listMine, type Standing } from './store.ts'
import {
  countComing,
  insertAttendance,
  carryShow,
  insertEvent,
  listAttendance,
  listEvents,
  lockEvent,
  readEvent,
  setGoing,
  updateEvent,
  type EventRow,
} from './store-schedule.ts'

const dayMs = 86_400_000
const mostDays = 400
const mostShown = 500
/** So many events of a group may lie ahead. */
const mostComing = 1000
/** Members sign in so long before it begins and after it ends. */
const doorMs = 60 * 60_000
const codeMs = 30_000
/** Tries of one person at one event: a code of six digits is not guessed. */
const tries = makeLimit(6, 600)

type Shown = Ok<'GET /schedule/:id'>
export const opensAt = (event: EventRow): Date => new Date(event.startsAt.getTime() - doorMs)
export const closesAt = (event: EventRow): Date => new Date(event.endsAt.getTime() + doorMs)
const open = (event: EventRow, now: Date): boolean => now >= opensAt(event) && now <= closesAt(event)

/** The code of a moment, six digits. */
export function codeAt(secret: string, at: Date): string {
  const step = Math.floor(at.getTime() / codeMs)
  return String(createHmac('sha256', secret).update(String(step)).digest().readUInt32BE(0) % 1_000_000).padStart(6, '0')
}

function show(viewer: Viewer | null, row: EventRow, stands: Pick<Standing, 'member' | 'role' | 'artist' | 'banned'>): Shown {
  const now = clock.now()
  const inside = viewer !== null && (stands.member || stands.artist) && !stands.banned
  const planned = row.state === 'planned'
  return {
    id: row.id,
    group: { id: row.group, handle: row.groupHandle, name: row.groupName, picture: pictureAddress(row.groupPicture) },
    kind: row.kind,
    title: row.title,
    note: row.note,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    allDay: row.allDay,
    timeZone: row.timeZone,
    place: row.place,
    link: row.link,
    audience: row.audience,
    attendance: row.attendance,
    state: row.state,
    going: row.going,
    attended: row.attended,
    you: { going: row.youGo, attended: row.youAttended },
    can: {
      edit: can.host(stands as Standing),
      go: inside && planned && row.endsAt > now,
      attend: inside && planned && row.attendance && !row.youAttended && open(row, now),
    },
  }
}

/** An event the viewer sees: who reads the group, or its members alone. */
async function see(db: Read, viewer: Viewer | null, id: string): Promise<Seen & { event: EventRow }> {
  const event = await readEvent(db, viewer?.id ?? null, id)
  if (event === undefined) throw fault('not_found')
  const seen = await seeGroup(db, viewer, event.group)
  if (event.audience === 'members' && !can.members(viewer, seen.standing)) throw fault('not_found')
  return { ...seen, event }
}

function range(input: { from?: Date | undefined; to?: Date | undefined }): { from: Date; to: Date } {
  const from = input.from ?? clock.now()
  const most = new Date(from.getTime() + mostDays * dayMs)
  return { from, to: input.to === undefined || input.to > most ? most : input.to }
}

export async function getSchedule(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /groups/:id/schedule'>,
): Promise<Ok<'GET /groups/:id/schedule'>> {
  const { group, standing: stands } = await seeGroup(db, viewer, input.id)
  const inside = can.members(viewer, stands) ? [group.id] : []
  const rows = await listEvents(db, viewer?.id ?? null, { groups: [group.id], ...range(input), inside, limit: mostShown })
  return { items: rows.map(row => show(viewer, row, stands)) }
}

/** Groups a person is in and reads, for their own schedule. */
export async function groupsFor(db: Read, person: string): Promise<Map<string, Standing>> {
  const mine = await listMine(db, person)
  const stands = await standingsOf(
    db,
    person,
    mine.map(one => one.id),
  )
  return new Map([...stands].filter(([, one]) => one.member && !one.banned))
}

export async function getMySchedule(db: Read, viewer: Viewer, input: Input<'GET /me/schedule'>): Promise<Ok<'GET /me/schedule'>> {
  const stands = await groupsFor(db, viewer.id)
  const groups = [...stands.keys()]
  const rows = await listEvents(db, viewer.id, { groups, ...range(input), inside: groups, limit: mostShown })
  return { items: rows.map(row => show(viewer, row, stands.get(row.group)!)) }
}

export async function getEvent(db: Read, viewer: Viewer | null, input: Input<'GET /schedule/:id'>): Promise<Shown> {
  const { event, standing: stands } = await see(db, viewer, input.id)
  return show(viewer, event, stands)
}
const shown = async (db: Read, viewer: Viewer, id: string): Promise<Shown> => getEvent(db, viewer, { id })

async function told(tx: Tx, event: string, group: string): Promise<void> {
  await tell(tx, { type: 'schedule_changed', event })
  publish(tx, `group:${group}`, { kind: 'schedule', event })
}

/** A show was announced, moved, cancelled: the schedules that carry it say so. */
export async function followShow(tx: Tx, show: string, url: string): Promise<void> {
  const at = clock.now()
  const slots = Array.from({ length: 20 })
  const news = await carryShow(tx, show, {
    ids: slots.map(() => newId('gev', at)),
    secrets: slots.map(() => randomToken(20)),
    link: `${url}/shows/${show}`,
    at,
  })
  for (const event of news) await told(tx, event.id, event.group)
}

export async function addEvent(tx: Tx, viewer: Viewer, { id, event, ...given }: Input<'POST /groups/:id/schedule'>): Promise<Shown> {
  const { group } = await allowHost(tx, viewer, id)
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
  if (given.endsAt < given.startsAt) throw fault('invalid', 'ends_before', { fields: { endsAt: 'ends_before' } })
  const at = clock.now()
  await screen(tx, {
    kind: 'event',
    edit: true,
    group: group.id,
    person: viewer.id,
    text: `${given.title}\n${given.note}`,
    links: given.link ? [given.link] : [],
    now: at,
  })
  if ((await countComing(tx, group.id, at)) >= mostComing) throw fault('conflict', 'too_many_events')
  if (
    await insertEvent(tx, {
      ...given,
      timeZone: given.timeZone ?? group.timeZone,
      id: event,
      group: group.id,
      by: viewer.id,
      secret: randomToken(20),
      at,
    })
  )
    await told(tx, event, group.id)
  else {
    const there = await readEvent(tx, viewer.id, event)
    if (there?.group !== group.id || there.title !== given.title) throw fault('conflict', 'key_reused')
  }
  return shown(tx, viewer, event)
}

export async function changeEvent(tx: Tx, viewer: Viewer, { id, ...change }: Input<'PATCH /schedule/:id'>): Promise<Shown> {
  await lockEvent(tx, id)
  const { event, group, standing: stands } = await see(tx, viewer, id)
  if (!can.host(stands)) throw fault('forbidden', 'hosts_only')
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
  const next = { ...event, ...change }
  if (next.endsAt < next.startsAt) throw fault('invalid', 'ends_before', { fields: { endsAt: 'ends_before' } })
  const same = Object.entries(change).every(([name, value]) => String(event[name as keyof EventRow]) === String(value))
  if (!same) {
    await screen(tx, {
      kind: 'event',
      edit: true,
      group: group.id,
      person: viewer.id,
      text: `${next.title}\n${next.note}`,
      links: next.link ? [next.link] : [],
      now: clock.now(),
    })
    await updateEvent(tx, id, next, clock.now())
    await told(tx, id, group.id)
  }
  return shown(tx, viewer, id)
}

export async function go(tx: Tx, viewer: Viewer, input: Input<'PUT /schedule/:id/going'>): Promise<Shown> {
  const { event, group } = await see(tx, viewer, input.id)
  await allowMember(tx, viewer, group.id)
  if (event.state === 'cancelled' || event.endsAt <= clock.now()) throw fault('conflict', 'event_over')
  await setGoing(tx, event.id, viewer.id, true, clock.now())
  return shown(tx, viewer, event.id)
}
export async function stay(tx: Tx, viewer: Viewer, input: Input<'DELETE /schedule/:id/going'>): Promise<Shown> {
  const { event } = await see(tx, viewer, input.id)
  await setGoing(tx, event.id, viewer.id, false, clock.now())
  return shown(tx, viewer, event.id)
}

async function door(db: Read, viewer: Viewer, id: string): Promise<EventRow> {
  const { event, standing: stands } = await see(db, viewer, id)
  if (!can.host(stands)) throw fault('forbidden', 'hosts_only')
  if (!event.attendance || event.state === 'cancelled') throw fault('conflict', 'attendance_off')
  return event
}
export async function getCode(db: Read, viewer: Viewer, input: Input<'GET /schedule/:id/code'>): Promise<Ok<'GET /schedule/:id/code'>> {
  const event = await door(db, viewer, input.id)
  const now = clock.now()
  return {
    code: codeAt(event.attendSecret, now),
    until: new Date((Math.floor(now.getTime() / codeMs) + 1) * codeMs),
    opensAt: opensAt(event),
    closesAt: closesAt(event),
    attended: event.attended,
  }
}

async function note(tx: Tx, event: EventRow, person: string, how: 'code' | 'host', by: string | null): Promise<void> {
  if (!(await insertAttendance(tx, { event: event.id, person, how, by, at: clock.now() }))) return
  await tell(tx, { type: 'event_attended', event: event.id, person })
  publish(tx, `group:${event.group}`, { kind: 'attended', event: event.id })
}

/** Signs in by the code on the host's screen: the one that shows now, or the one before (nobody types faster than it changes). */
export async function attend(tx: Tx, viewer: Viewer, input: Input<'POST /schedule/:id/attend'>): Promise<Shown> {
  const { event, group } = await see(tx, viewer, input.id)
  await allowMember(tx, viewer, group.id)
  if (!event.youAttended) {
    if (!event.attendance || event.state === 'cancelled') throw fault('conflict', 'attendance_off')
    const now = clock.now()
    if (!open(event, now)) throw fault('conflict', 'attendance_closed')
    const key = `${viewer.id} ${event.id}`
    tries.take(key)
    const right = [now, new Date(now.getTime() - codeMs)].some(at => codeAt(event.attendSecret, at) === input.code)
    if (!right) throw fault('conflict', 'wrong_code')
    tries.giveBack(key)
    await note(tx, event, viewer.id, 'code', null)
  }
  return shown(tx, viewer, event.id)
}

export async function vouch(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /schedule/:id/attendance'>,
): Promise<Ok<'POST /schedule/:id/attendance'>> {
  const event = await door(tx, viewer, input.id)
  if (input.person === viewer.id) throw fault('forbidden', 'own_attendance')
  if (clock.now() < opensAt(event)) throw fault('conflict', 'attendance_closed')
  if (!(await standing(tx, input.person, event.group)).member) throw fault('conflict', 'members_only')
  await note(tx, event, input.person, 'host', viewer.id)
  return { ok: true }
}

export async function getAttendance(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /schedule/:id/attendance'>,
): Promise<Ok<'GET /schedule/:id/attendance'>> {
  const { event, standing: stands } = await see(db, viewer, input.id)
  if (!can.host(stands)) throw fault('forbidden', 'hosts_only')
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listAttendance(db, event.id, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ person, name, at, how }) => ({ person: { id: person, name }, at, how }),
    row => toCursor(row.at, row.person),
  )
}
