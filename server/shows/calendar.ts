/** A show for calendars (RFC 5545), and what other rooms ask of shows: facts for tickets and door, who sees a hall, what moderation looks at. */
import type { FastifyReply } from 'fastify'
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import type { Subject } from '../moderation/index.ts'
import type { Gate } from '../seating/index.ts'
import type { FreedTicket, Guest, ShowFacts } from '../tickets/index.ts'
import { clock } from '../foundation/clock.ts'
import { freePlaces } from './kind.ts'
import { moneyAt } from './policy.ts'
import { seeShow, type Input } from './showing.ts'
import { readShow, readShows, setHidden, type ShowRow } from './store.ts'
import { listGuests } from './store-lists.ts'

export function calendarOf(show: ShowRow, url: string): string {
  const calendar = ical({
    name: show.title,
    prodId: { company: 'Planet', product: 'Planet', language: 'EN' },
    ttl: 3600,
    method: ICalCalendarMethod.PUBLISH,
  })
  const address = `${url}/shows/${show.id}`
  calendar.createEvent({
    id: `${show.id}@${new URL(url).hostname}`,
    sequence: show.version,
    summary: show.title,
    description: [show.acts.map(act => act.name).join(' · '), show.rules, address].filter(Boolean).join('\n\n'),
    location: {
      title: show.place,
      address: [show.address, show.city].filter(Boolean).join(', '),
      ...(show.latitude === null || show.longitude === null ? {} : { geo: { lat: show.latitude, lon: show.longitude } }),
    },
    url: address,
    // Times are told in UTC: a calendar shows them in its owner's zone.
    start: show.startsAt,
    end: show.endsAt,
    status: show.state === 'cancelled' ? ICalEventStatus.CANCELLED : show.dateOpen ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED,
    created: show.createdAt,
    lastModified: show.changedAt,
    stamp: show.changedAt,
  })
  return calendar.toString()
}
export async function sendCalendar(
  { read, reply, config }: StreamContext,
  viewer: Viewer | null,
  { id }: Input<'GET /shows/:id/show.ics'>,
): Promise<FastifyReply> {
  const show = await seeShow(read, viewer, id)
  return reply
    .type('text/calendar; charset=utf-8')
    .header('content-disposition', 'inline; filename="show.ics"')
    .header('cache-control', 'private, max-age=300')
    .send(calendarOf(show, config.url))
}

const before = (at: Date, hours: number): Date => new Date(at.getTime() - hours * 3_600_000)
const factsOf = (show: ShowRow): ShowFacts => ({
  id: show.id,
  page: show.page,
  pageName: show.pageName,
  title: show.title,
  artists: show.acts.length === 0 ? show.pageName : show.acts.map(act => act.name).join(' · '),
  state: show.state,
  venue: show.place,
  address: show.address,
  city: show.city,
  zone: show.zone,
  doorsAt: show.doorsAt,
  startsAt: show.startsAt,
  endsAt: show.endsAt,
  picture: show.picture,
  accent: show.accent,
  realName: show.realName,
  minAge: show.minAge,
  renameUntil: show.realName === 'none' ? show.startsAt : before(show.startsAt, show.renameHours),
  transferUntil: show.transfer && show.state !== 'cancelled' ? show.startsAt : null,
  resaleUntil: show.resale && show.state !== 'cancelled' ? before(show.startsAt, 1) : null,
  reentry: show.reentry,
  moneyAt: moneyAt(show, clock.now()),
})
export const describe = async (db: Read | Tx, ids: readonly string[]): Promise<Map<string, ShowFacts>> =>
  new Map((await readShows(db, ids)).map(show => [show.id, factsOf(show)]))
export const guests = async (db: Read | Tx, show: string): Promise<Guest[]> =>
  (await listGuests(db, show)).map(({ id, name, plus, vip, note }) => ({ id, name, plus, mark: vip ? 'vip' : 'guest', note }))
export const freed = (tx: Tx, tickets: readonly FreedTicket[]): Promise<void> => freePlaces(tx, tickets)

export const gate: Gate = async (db, viewer, cause) => {
  const show = await readShow(db, cause, viewer?.id ?? null)
  if (show === undefined) return 'no'
  return show.mayEdit ? 'desk' : show.state === 'draft' || show.hidden ? 'no' : 'see'
}
export const hears = (read: Read, viewer: Viewer | null, id: string): Promise<boolean> =>
  seeShow(read, viewer, id).then(
    () => true,
    () => false,
  )
export const subject: Subject = {
  look: async (read, ids) =>
    new Map(
      (await readShows(read, ids)).map(show => [
        show.id,
        {
          group: null,
          author: show.owner,
          text: [show.title, show.about, show.rules].filter(Boolean).join('\n'),
          pictures: show.picture === null ? [] : [show.picture],
          url: `/shows/${show.id}`,
          hidden: show.hidden,
        },
      ]),
    ),
  hide: (tx, ids, hidden) => setHidden(tx, ids, hidden),
  see: async (read, viewer, ids) =>
    new Set(
      (await readShows(read, ids, viewer.id)).filter(show => (show.state !== 'draft' && !show.hidden) || show.mayEdit).map(show => show.id),
    ),
}
