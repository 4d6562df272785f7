/** Schedules as iCalendar files (RFC 5545): of a group that anyone reads, and of a person by a secret address. */
import type { FastifyReply } from 'fastify'
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { fault } from '../../shared/faults.ts'
import { clock, randomToken } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import type { Input, Ok } from './groups.ts'
import { groupsFor } from './schedule.ts'
import { findGroup, seeGroup } from './standing.ts'
import { readGroup } from './store.ts'
import { calendarToken, listEvents, readCalendar, type EventRow } from './store-schedule.ts'

const dayMs = 86_400_000
/** How far back and ahead a calendar tells, and of how many events. */
const backMs = 180 * dayMs
const aheadMs = 400 * dayMs
const most = 1000

export async function ownCalendar(tx: Tx, viewer: Viewer, input: Input<'POST /me/calendar'>): Promise<Ok<'POST /me/calendar'>> {
  const group = input.group === undefined ? null : (await findGroup(tx, viewer, input.group)).group.id
  const token = await calendarToken(tx, { person: viewer.id, group, token: randomToken(24), renew: input.renew, at: clock.now() })
  return { path: `/api/v1/calendars/${token}/events.ics` }
}

/** Days of an all-day event, in its own zone. */
const dayIn = (at: Date, timeZone: string): Date => new Date(`${new Intl.DateTimeFormat('en-CA', { timeZone }).format(at)}T00:00:00Z`)

/** Times are told in UTC: a calendar shows them in its owner's zone, and no table of zones need travel along. */
export function calendarOf(name: string, events: readonly EventRow[], url: string): string {
  const calendar = ical({
    name,
    prodId: { company: 'Planet', product: 'Planet', language: 'EN' },
    ttl: 3600,
    method: ICalCalendarMethod.PUBLISH,
  })
  for (const event of events) {
    const address = `${url}/groups/${event.groupHandle}/schedule?event=${event.id}`
    const note = [event.note, event.link, address].filter(Boolean).join('\n\n')
    calendar.createEvent({
      id: `${event.id}@${new URL(url).hostname}`,
      sequence: event.version,
      summary: `${event.title} · ${event.groupName}`,
      description: note,
      location: event.place || (event.link === '' ? null : event.link),
      url: address,
      status: event.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      created: event.createdAt,
      lastModified: event.changedAt,
      stamp: event.changedAt,
      ...(event.allDay
        ? {
            allDay: true,
            start: dayIn(event.startsAt, event.timeZone),
            end: new Date(dayIn(event.endsAt, event.timeZone).getTime() + dayMs),
          }
        : { start: event.startsAt, end: event.endsAt }),
    })
  }
  return calendar.toString()
}

const send = (reply: FastifyReply, text: string, name: string): FastifyReply =>
  reply
    .type('text/calendar; charset=utf-8')
    .header('content-disposition', `inline; filename="${name}.ics"`)
    .header('cache-control', 'private, max-age=300')
    .header('x-robots-tag', 'noindex')
    .send(text)

const window = (): { from: Date; to: Date } => {
  const now = clock.now().getTime()
  return { from: new Date(now - backMs), to: new Date(now + aheadMs) }
}

export async function groupCalendar(
  { read, reply, config }: StreamContext,
  _viewer: Viewer | null,
  input: Input<'GET /groups/:id/events.ics'>,
): Promise<FastifyReply> {
  // As a stranger sees it, whoever asks: calendar apps are not signed in.
  const { group } = await seeGroup(read, null, input.id)
  const events = await listEvents(read, null, { groups: [group.id], ...window(), inside: [], limit: most })
  return send(reply, calendarOf(group.name, events, config.url), group.handle)
}

/** What this person may see now: whoever left a group, or was banned from it, hears no more of it. */
export async function personCalendar(
  { read, reply, config }: StreamContext,
  _viewer: Viewer | null,
  input: Input<'GET /calendars/:token/events.ics'>,
): Promise<FastifyReply> {
  const calendar = await readCalendar(read, input.token)
  if (calendar === undefined) throw fault('not_found')
  const mine = [...(await groupsFor(read, calendar.person)).keys()]
  const groups = calendar.group === null ? mine : mine.filter(id => id === calendar.group)
  const events = await listEvents(read, null, { groups, ...window(), inside: groups, limit: most })
  const name = calendar.group === null ? 'Planet' : ((await readGroup(read, calendar.group))?.name ?? 'Planet')
  return send(reply, calendarOf(name, events, config.url), 'planet')
}
