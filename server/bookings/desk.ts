/** The desk of a place: what it lets, with hours, prices, days and pictures; its calendar. */
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { clock, randomToken } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { screen } from '../moderation/index.ts'
import { mayEditPage } from '../people/index.ts'
import { closeOffers, putOffer } from '../shop/index.ts'
import { restOf } from './planning.ts'
import { lowestPrice, openBetween, type Exception, type Span } from './prices.ts'
import { inCurrency, localName, missingOf, pictureOf, showResource, type Input, type Ok, livePages } from './showing.ts'
import { bookingsBetween, type BookingRow } from './store-bookings.ts'
import { busyBetween, calendarsOf, type BusyRow } from './store-calendars.ts'
import {
  dropException,
  feedToken,
  insertResource,
  lockResources,
  placesOf,
  putException,
  readPage,
  readResources,
  resourcesOf,
  setPictures,
  setResourceState,
  updateResource,
  type Given,
  type ResourceRow,
} from './store.ts'
import { addDays, isZone, localOf, momentOf } from './time.ts'

type Desk = Ok<'PUT /resources/:id/state'>
const mostResources = 100
const mostPictures = 12
/** Days its exceptions are told of: from a month ago on. */
const deskDays = () => {
  const today = clock.now().toISOString().slice(0, 10)
  return { from: addDays(today, -31), to: addDays(today, 400) }
}

/** A page the viewer runs. */
export async function allowPage(db: Read | Tx, viewer: Viewer, page: string): Promise<string> {
  const found = await readPage(db, page)
  if (found === undefined) throw fault('not_found')
  if (!(await mayEditPage(db, viewer, found.id))) throw fault('forbidden', 'own_page_only')
  return found.id
}
/** The same for what only they see: for others it is not there. */
export async function seePage(db: Read, viewer: Viewer, page: string): Promise<string> {
  const found = await readPage(db, page)
  if (found === undefined || !(await mayEditPage(db, viewer, found.id))) throw fault('not_found')
  return found.id
}
export async function ownResource(db: Read | Tx, viewer: Viewer, id: string): Promise<ResourceRow> {
  const row = (await readResources(db, [id], deskDays())).get(id)
  if (row === undefined) throw fault('not_found')
  if (!(await mayEditPage(db, viewer, row.page))) throw row.state === 'draft' ? fault('not_found') : fault('forbidden', 'own_page_only')
  return row
}
export async function showDesk(db: Read | Tx, rows: readonly ResourceRow[]): Promise<Desk[]> {
  const calendars = await calendarsOf(
    db,
    rows.map(row => row.id),
  )
  return rows.map(row => ({
    ...showResource(row, true),
    before: row.before,
    after: row.after,
    missing: missingOf(row),
    days: row.own.map(({ day, hours, holiday, note }) => ({ day, hours: hours === null ? null : [...hours], holiday, note })),
    calendars: calendars.filter(one => one.resource === row.id),
    feed: row.feed === null ? null : feedPath(row.feed),
  }))
}
const feedPath = (token: string): string => `/api/v1/bookings/feeds/${token}/events.ics`
export const answerDesk = async (db: Read | Tx, viewer: Viewer, id: string): Promise<Desk> =>
  (await showDesk(db, [await ownResource(db, viewer, id)]))[0]!

export async function getPlaces(db: Read, viewer: Viewer): Promise<Ok<'GET /me/places'>> {
  const now = clock.now()
  return { items: await placesOf(db, viewer.id, now, new Date(now.getTime() + 86_400_000)) }
}
export async function getDesk(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /pages/:page/resources'>,
): Promise<Ok<'GET /pages/:page/resources'>> {
  return { items: await showDesk(db, await resourcesOf(db, await seePage(db, viewer, input.page), deskDays(), true)) }
}

const wrong = (fields: Record<string, string>): never => {
  throw fault('unprocessable', 'resource_wrong', { fields })
}
/** What the database cannot say in one row: hours that overlap, a stay that fits no step. */
function check(input: Input<'PUT /pages/:page/resources/:id'>): void {
  const { step, shortest, longest, hours, bands } = input
  if (!isZone(input.zone)) wrong({ zone: 'Asia/Shanghai' })
  if (longest < shortest) wrong({ longest: `${shortest} …` })
  if (shortest % step !== 0 || longest % step !== 0) wrong({ shortest: `× ${step}`, longest: `× ${step}` })
  if (hours.some(({ opens, closes }) => closes <= opens)) wrong({ hours: 'opens < closes' })
  if (bands.some(({ opens, closes }) => closes <= opens)) wrong({ bands: 'opens < closes' })
  if (bands.some(({ fromDay, toDay }) => fromDay !== null && toDay !== null && toDay < fromDay)) wrong({ bands: 'fromDay … toDay' })
  // Minutes of a week, so that a Sunday night meets Monday's morning.
  const week = hours.map(({ weekday, opens, closes }) => ({ from: (weekday - 1) * 1440 + opens, to: (weekday - 1) * 1440 + closes }))
  const laps = week.some((a, n) =>
    week.some((b, m) => m !== n && [0, 10_080, -10_080].some(shift => a.from < b.to + shift && b.from + shift < a.to)),
  )
  if (laps) wrong({ hours: 'overlap' })
}

export async function putResource(tx: Tx, viewer: Viewer, input: Input<'PUT /pages/:page/resources/:id'>): Promise<Desk> {
  const page = await allowPage(tx, viewer, input.page)
  check(input)
  const at = clock.now()
  await lockResources(tx, [input.id])
  const before = (await readResources(tx, [input.id], deskDays())).get(input.id)
  if (before !== undefined && before.page !== page) throw fault('conflict', 'key_reused')
  // Bookings and its offer are counted in its currency and lie in its zone.
  if (before !== undefined && before.state !== 'draft' && (before.currency !== input.currency || before.zone !== input.zone))
    throw fault('conflict', 'resource_fixed')
  await screen(tx, {
    kind: 'resource',
    group: null,
    person: viewer.id,
    text: [input.title, input.about, input.place].join('\n'),
    links: [],
    now: at,
    edit: true,
  })
  if (before === undefined && (await resourcesOf(tx, page, deskDays(), true)).length >= mostResources) wrong({ id: `1 … ${mostResources}` })
  const row: Given = { ...input, page, ladder: input.ladder.toSorted((a, b) => b.hours - a.hours) }
  if (before === undefined && !(await insertResource(tx, row, viewer.id, at))) throw fault('conflict', 'key_reused')
  await updateResource(tx, row, at)
  if (before?.state === 'open') await offer(tx, viewer, input.id)
  livePages(tx, [page])
  return answerDesk(tx, viewer, input.id)
}

/** The offer one orders it by: its price is told by the kind, what stands there is the lowest. */
async function offer(tx: Tx, viewer: Viewer, id: string): Promise<void> {
  const row = await ownResource(tx, viewer, id)
  const low = lowestPrice(row) ?? 0n
  await putOffer(tx, {
    kind: 'booking',
    subject: row.id,
    page: row.page,
    title: row.title,
    detail: row.place === '' ? row.city || null : row.place,
    picture: row.pictures[0] ?? null,
    pricing: low === 0n ? 'free' : 'fixed',
    amount: low,
    currency: row.currency as Currency,
    listed: true,
    by: viewer.id,
  })
}
export async function putState(tx: Tx, viewer: Viewer, input: Input<'PUT /resources/:id/state'>): Promise<Desk> {
  const row = await ownResource(tx, viewer, input.id)
  if (input.state === 'open' && missingOf(row).length > 0) throw fault('conflict', 'resource_unready')
  await setResourceState(tx, row.id, input.state, clock.now())
  if (input.state === 'open') await offer(tx, viewer, row.id)
  else await closeOffers(tx, 'booking', [row.id])
  return answerDesk(tx, viewer, row.id)
}

export async function addPicture(
  { read, write, config }: StreamContext,
  viewer: Viewer,
  input: Input<'POST /resources/:id/pictures'>,
): Promise<{ picture: string }> {
  if ((await ownResource(read, viewer, input.id)).pictures.length >= mostPictures) wrong({ upload: `1 … ${mostPictures}` })
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(tx => keepPicture(tx, viewer, input.id, made.asset, input.first))
  await dropUpload(config, input.upload)
  return { picture: pictureOf(made.asset)! }
}
/** Also for the demo world, whose pictures are made. */
export async function keepPicture(tx: Tx, viewer: Viewer, id: string, asset: string, first: boolean): Promise<void> {
  await lockResources(tx, [id])
  const { pictures, state } = await ownResource(tx, viewer, id)
  const others = pictures.filter(one => one !== asset)
  await setPictures(tx, id, (first ? [asset, ...others] : [...others, asset]).slice(0, mostPictures), clock.now())
  if (state === 'open') await offer(tx, viewer, id)
}
export async function dropPicture(tx: Tx, viewer: Viewer, input: Input<'DELETE /resources/:id/pictures/:asset'>): Promise<{ ok: true }> {
  await lockResources(tx, [input.id])
  const { pictures, state } = await ownResource(tx, viewer, input.id)
  if (!pictures.includes(input.asset)) throw fault('not_found')
  await setPictures(
    tx,
    input.id,
    pictures.filter(one => one !== input.asset),
    clock.now(),
  )
  if (state === 'open') await offer(tx, viewer, input.id)
  return { ok: true }
}

export async function putDay(tx: Tx, viewer: Viewer, input: Input<'PUT /resources/:id/days/:day'>): Promise<Desk> {
  const row = await ownResource(tx, viewer, input.id)
  const hours: readonly Span[] | null = input.hours
  const sorted = hours?.toSorted((a, b) => a.opens - b.opens) ?? []
  if (sorted.some(({ opens, closes }, n) => closes <= opens || (sorted[n + 1] !== undefined && sorted[n + 1]!.opens < closes)))
    wrong({ hours: 'opens < closes' })
  const given: Exception = { hours: hours === null ? null : sorted, holiday: input.holiday, note: input.note }
  await putException(tx, row.id, input.day, given)
  livePages(tx, [row.page])
  return answerDesk(tx, viewer, row.id)
}
export async function dropDay(tx: Tx, viewer: Viewer, input: Input<'DELETE /resources/:id/days/:day'>): Promise<Desk> {
  const row = await ownResource(tx, viewer, input.id)
  await dropException(tx, row.id, input.day)
  livePages(tx, [row.page])
  return answerDesk(tx, viewer, row.id)
}
export async function makeFeed(tx: Tx, viewer: Viewer, input: Input<'POST /resources/:id/feed'>): Promise<{ path: string }> {
  const row = await ownResource(tx, viewer, input.id)
  return { path: feedPath(await feedToken(tx, row.id, randomToken(24), input.renew)) }
}

type Calendar = Ok<'GET /pages/:page/calendar'>
type Entry = Calendar['items'][number]['entries'][number]
const bookedEntry = (row: BookingRow): Entry => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  localStart: localName(row.startsAt, row.zone),
  localEnd: localName(row.endsAt, row.zone),
  takenFrom: row.takenFrom,
  takenTo: row.takenTo,
  people: row.people,
  name: row.kind === 'block' ? row.name : row.name || (row.personName ?? ''),
  amount: row.kind === 'block' ? null : inCurrency(row.amount, row.currency),
  rest: row.kind === 'block' ? null : inCurrency(restOf(row), row.currency),
  note: row.note,
})
const busyEntry = ({ id, from, to, title }: BusyRow, zone: string): Entry => ({
  id,
  kind: 'busy',
  state: null,
  startsAt: from,
  endsAt: to,
  localStart: localName(from, zone),
  localEnd: localName(to, zone),
  takenFrom: from,
  takenTo: to,
  people: 0,
  name: title,
  amount: null,
  rest: null,
  note: '',
})
export async function getCalendar(db: Read, viewer: Viewer, input: Input<'GET /pages/:page/calendar'>): Promise<Calendar> {
  const page = await seePage(db, viewer, input.page)
  const zone = (await resourcesOf(db, page, deskDays(), true))[0]?.zone ?? 'UTC'
  const today = localOf(clock.now(), zone).day
  const from = input.from ?? today
  const days = Array.from({ length: input.days }, (_, n) => addDays(from, n))
  const last = days.at(-1)!
  const rows = (await resourcesOf(db, page, { from: addDays(from, -2), to: addDays(last, 2) }, true)).filter(row => row.state !== 'draft')
  const ids = rows.map(row => row.id)
  const [first, end] = [new Date(Date.parse(`${from}T00:00:00Z`) - 86_400_000), new Date(Date.parse(`${last}T00:00:00Z`) + 3 * 86_400_000)]
  const [booked, busy] = [await bookingsBetween(db, ids, first, end), await busyBetween(db, ids, first, end)]
  return {
    from,
    today,
    items: rows.map(row => {
      const { whole } = openBetween(row, from, last)
      return {
        resource: row.id,
        title: row.title,
        zone: row.zone,
        step: row.step,
        days: days.map(day => {
          const [starts, ends] = [momentOf(row.zone, day, 0), momentOf(row.zone, day, 1440)]
          const open = whole
            .map(one => ({ from: new Date(Math.max(one.from, starts.getTime())), to: new Date(Math.min(one.to, ends.getTime())) }))
            .filter(one => one.from < one.to)
          const holiday = row.days.find(one => one.day === day)
          return { day, starts, ends, open, holiday: holiday === undefined ? null : viewer.locale === 'en' ? holiday.en : holiday.zh }
        }),
        entries: [
          ...booked.filter(one => one.resource === row.id).map(bookedEntry),
          ...busy.filter(one => one.resource === row.id).map(one => busyEntry(one, row.zone)),
        ],
      }
    }),
  }
}
