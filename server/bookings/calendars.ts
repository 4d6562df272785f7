/** Calendars (RFC 5545): a resource's for other apps, a booking's for its guest, and calendars outside that say when a resource cannot be had. */
import type { FastifyReply } from 'fastify'
import type ICAL from 'ical.js'
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import { later } from '../foundation/later.ts'
import { BlockedAddress, fetchOutside, type OutsideOptions } from '../foundation/outside.ts'
import type { Viewer } from '../foundation/session.ts'
import { seeBooking } from './bookings.ts'
import { livePages } from './showing.ts'
import { answerDesk, ownResource } from './desk.ts'
import type { Input, Ok } from './showing.ts'
import { bookingsBetween, type BookingRow } from './store-bookings.ts'
import { dropCalendar, insertCalendar, noteAsked, noteProblem, readCalendar, replaceBusy, type Event } from './store-calendars.ts'
import { lockResources, readResources, resourceOfFeed } from './store.ts'
import { dayMs, momentOf } from './time.ts'

const icalReader = later<typeof import('ical.js').default>('ical.js')

const backMs = 60 * dayMs
const aheadMs = 400 * dayMs
const mostEvents = 3000
const mostBytes = 4 * 1024 * 1024
const mostPerResource = 10

function calendarOf(name: string, rows: readonly BookingRow[], url: string, named: boolean): string {
  const calendar = ical({
    name,
    prodId: { company: 'Planet', product: 'Planet', language: 'EN' },
    ttl: 900,
    method: ICalCalendarMethod.PUBLISH,
  })
  for (const row of rows)
    calendar.createEvent({
      id: `${row.id}@${new URL(url).hostname}`,
      sequence: row.version,
      summary: named ? `${row.title} · ${row.pageName}` : row.kind === 'block' ? `${row.title} ✕` : `${row.title} · ${row.people}`,
      ...(named ? { description: `${url}/bookings/${row.id}`, url: `${url}/bookings/${row.id}` } : {}),
      location: [row.place, row.address, row.city].filter(Boolean).join(', '),
      status:
        row.state === 'cancelled'
          ? ICalEventStatus.CANCELLED
          : row.state === 'asked' || row.state === 'pending'
            ? ICalEventStatus.TENTATIVE
            : ICalEventStatus.CONFIRMED,
      created: row.createdAt,
      lastModified: row.changedAt,
      stamp: row.changedAt,
      start: row.startsAt,
      end: row.endsAt,
    })
  return calendar.toString()
}
const send = (reply: FastifyReply, text: string, name: string): FastifyReply =>
  reply
    .type('text/calendar; charset=utf-8')
    .header('content-disposition', `inline; filename="${name}.ics"`)
    .header('cache-control', 'private, max-age=60')
    .header('x-robots-tag', 'noindex')
    .send(text)

/** Names no guests: whoever has the address sees when it is taken and by how many. */
export async function sendFeed(
  { read, reply, config }: StreamContext,
  _viewer: Viewer | null,
  input: Input<'GET /bookings/feeds/:token/events.ics'>,
): Promise<FastifyReply> {
  const id = await resourceOfFeed(read, input.token)
  const now = clock.now().getTime()
  const row = id === undefined ? undefined : (await readResources(read, [id], { from: '2000-01-01', to: '2000-01-01' })).get(id)
  if (row === undefined) throw fault('not_found')
  const rows = await bookingsBetween(read, [row.id], new Date(now - backMs), new Date(now + aheadMs))
  return send(
    reply,
    calendarOf(
      row.title,
      rows.filter(one => one.state !== 'asked'),
      config.url,
      false,
    ),
    'calendar',
  )
}
export async function sendBooking(
  { read, reply, config }: StreamContext,
  viewer: Viewer,
  input: Input<'GET /bookings/:id/event.ics'>,
): Promise<FastifyReply> {
  const { row } = await seeBooking(read, viewer, input.id)
  return send(reply, calendarOf(row.title, [row], config.url, true), 'booking')
}

export async function addCalendar(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /resources/:id/calendars'>,
): Promise<Ok<'POST /resources/:id/calendars'>> {
  const row = await ownResource(tx, viewer, input.id)
  const before = await readCalendar(tx, input.calendar)
  if (before !== undefined && (before.resource !== row.id || before.url !== input.url)) throw fault('conflict', 'key_reused')
  if (before === undefined) {
    if ((await answerDesk(tx, viewer, row.id)).calendars.length >= mostPerResource)
      throw fault('unprocessable', 'resource_wrong', { fields: { url: `1 … ${mostPerResource}` } })
    if (!(await insertCalendar(tx, { id: input.calendar, resource: row.id, name: input.name, url: input.url, at: clock.now() })))
      throw fault('unprocessable', 'resource_wrong', { fields: { url: 'again' } })
    await enqueue(tx, 'bookings.calendar', { id: input.calendar }, { key: `bookings.calendar:${input.calendar}` })
  }
  return answerDesk(tx, viewer, row.id)
}
export async function removeCalendar(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /resources/:id/calendars/:calendar'>,
): Promise<Ok<'POST /resources/:id/calendars'>> {
  const row = await ownResource(tx, viewer, input.id)
  if (!(await dropCalendar(tx, input.calendar, row.id))) throw fault('not_found')
  livePages(tx, [row.page])
  return answerDesk(tx, viewer, row.id)
}

/** Events of a calendar file between two moments, repeated ones too; what is free, cancelled or unreadable is left out. Times without a zone are the place's. */
export function eventsOf(text: string, zone: string, from: Date, to: Date): Event[] {
  const library = icalReader()
  const root = new library.Component(library.parse(text) as unknown[] as ConstructorParameters<typeof ICAL.Component>[0])
  // Zones that the file brings along; others are told by name below.
  const zones = new Map(
    root.getAllSubcomponents('vtimezone').map(one => [String(one.getFirstPropertyValue('tzid')), new library.Timezone(one)]),
  )
  const momentOfTime = (time: ICAL.Time, named: string | undefined): Date => {
    if (time.zone?.tzid === 'UTC') return time.toJSDate()
    const day = `${String(time.year).padStart(4, '0')}-${String(time.month).padStart(2, '0')}-${String(time.day).padStart(2, '0')}`
    const minute = time.isDate ? 0 : time.hour * 60 + time.minute
    const brought = named === undefined ? undefined : zones.get(named)
    try {
      if (!time.isDate && named !== undefined && named !== zone) return momentOf(named, day, minute)
    } catch {
      // A name that is no zone here ("China Standard Time"): the file's own table says what it means.
      if (brought !== undefined)
        return new Date(Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute) - brought.utcOffset(time) * 1000)
    }
    return momentOf(zone, day, minute)
  }
  const found: Event[] = []
  const changed = new Set<string>()
  const components = root.getAllSubcomponents('vevent')
  for (const one of components) {
    const again = one.getFirstPropertyValue('recurrence-id')
    if (again !== null) changed.add(`${String(one.getFirstPropertyValue('uid'))} ${String(again)}`)
  }
  for (const component of components) {
    if (found.length >= mostEvents) break
    if (
      String(component.getFirstPropertyValue('status')) === 'CANCELLED' ||
      String(component.getFirstPropertyValue('transp')) === 'TRANSPARENT'
    )
      continue
    const event = new library.Event(component)
    if (event.startDate === null) continue
    const named = component.getFirstProperty('dtstart')?.getParameter('tzid') as string | undefined
    const lengthMs = event.duration.toSeconds() * 1000
    const title = (event.summary ?? '').replace(/\p{Cc}/gu, ' ').slice(0, 200)
    const add = (start: ICAL.Time): boolean => {
      const begins = momentOfTime(start, named)
      const ends = start.isDate
        ? momentOf(
            zone,
            new Date(Date.UTC(start.year, start.month - 1, start.day) + Math.max(lengthMs, dayMs)).toISOString().slice(0, 10),
            0,
          )
        : new Date(begins.getTime() + lengthMs)
      if (begins >= to) return false
      if (ends > from && ends > begins) found.push({ from: begins, to: ends, title })
      return true
    }
    if (!event.isRecurring()) add(event.startDate)
    else {
      const each = event.iterator()
      for (let tries = 0; tries < 20_000 && found.length < mostEvents; tries++) {
        const next = each.next() as ICAL.Time | null | undefined
        if (!next) break
        if (changed.has(`${event.uid} ${String(next)}`)) continue
        if (!add(next)) break
      }
    }
  }
  return found
}

/** Reads a calendar outside and blocks what it says; what was booked before stays booked, and the desk is told of the clash. */
export async function readOutside(db: Db, id: string, trusted: readonly string[], options: OutsideOptions = {}): Promise<void> {
  const calendar = await readCalendar(db.read, id)
  if (calendar === undefined) return
  const now = clock.now()
  await db.transaction(tx => noteAsked(tx, id, now))
  try {
    const answer = await fetchOutside(calendar.url, {
      ...options,
      trusted,
      maxBytes: mostBytes,
      timeoutMs: 15_000,
      headers: { accept: 'text/calendar' },
    })
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`)
    const events = eventsOf(answer.body.toString('utf8'), calendar.zone, new Date(now.getTime() - dayMs), new Date(now.getTime() + aheadMs))
    await db.transaction(async tx => {
      // It may have been forgotten, or its resource booked, meanwhile.
      await lockResources(tx, [calendar.resource])
      if ((await readCalendar(tx, id)) === undefined) return
      await replaceBusy(tx, calendar, events, now)
      livePages(tx, [calendar.page])
    })
  } catch (error) {
    const message = error instanceof BlockedAddress || error instanceof Error ? error.message : 'failed'
    await db.transaction(tx => noteProblem(tx, id, message))
  }
}
