/** What guests read of resources: lists, days with their free steps, exact prices, all rooms of a place at one time. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayEditPage } from '../people/index.ts'
import { daysAround, refusing, takenOf } from './planning.ts'
import { billOf, overlaps, refusalOf, slotsOf, takenBy, type Bill, type Range } from './prices.ts'
import { inCurrency, localName, pictureOf, showCard, showResource, type Input, type Ok } from './showing.ts'
import { takenBetween } from './store-bookings.ts'
import {
  dropHoliday,
  listCities,
  listHolidays,
  listResources,
  putHoliday,
  readPage,
  readResources,
  resourcesOf,
  venuesOf,
  type ResourceRow,
} from './store.ts'
import { addDays, dayMs, isAgain, localOf, minuteMs, weekdayOf } from './time.ts'

/** Today and a little around it, for cards that say no day. */
const around = () => daysAround(clock.now(), clock.now())

/** As the viewer may see it: drafts only by those who edit its page. */
export async function seeResource(
  db: Read | Tx,
  viewer: Viewer | null,
  id: string,
  days = around(),
): Promise<{ row: ResourceRow; edit: boolean }> {
  const row = (await readResources(db, [id], days)).get(id)
  if (row === undefined) throw fault('not_found')
  const edit = await mayEditPage(db, viewer, row.page)
  if (row.state === 'draft' && !edit) throw fault('not_found')
  return { row, edit }
}

export async function getResources(db: Read, _viewer: Viewer | null, input: Input<'GET /resources'>): Promise<Ok<'GET /resources'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const { kind, city, people, page, q } = input
  const wanted = { kind: kind ?? null, city: city || null, people: people ?? null, page: page ?? null, q: q || null }
  const rows = await listResources(db, wanted, around(), after === undefined ? null : { at: after[0], id: after[1] }, input.limit + 1)
  return { ...pageOf(rows, input.limit, showCard, row => toCursor(row.createdAt, row.id)), cities: await listCities(db) }
}
export async function getResource(db: Read, viewer: Viewer | null, input: Input<'GET /resources/:id'>): Promise<Ok<'GET /resources/:id'>> {
  const { row, edit } = await seeResource(db, viewer, input.id)
  return showResource(row, edit)
}

export async function getDays(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /resources/:id/days'>,
): Promise<Ok<'GET /resources/:id/days'>> {
  const { zone } = (await seeResource(db, viewer, input.id)).row
  const now = clock.now()
  const today = localOf(now, zone).day
  const first = input.from === undefined || input.from < today ? today : input.from
  const { row } = await seeResource(db, viewer, input.id, { from: addDays(first, -2), to: addDays(first, input.days + 2) })
  const last = addDays(today, row.ahead)
  const days = Array.from({ length: input.days }, (_, n) => addDays(first, n))
  const slots = days.map(day => slotsOf(row, day))
  const all = slots.flat()
  const span =
    all.length === 0 ? null : { from: Math.min(...all.map(one => one.from)) - dayMs, to: Math.max(...all.map(one => one.to)) + dayMs }
  const taken = span === null ? [] : await takenBetween(db, [row.id], new Date(span.from), new Date(span.to))
  const ranges = taken.map(one => ({ from: one.from.getTime(), to: one.to.getTime() }))
  const stateOf = (slot: Range, day: string) =>
    slot.from < now.getTime()
      ? 'past'
      : ranges.some(one => overlaps(one, takenBy(row, slot)))
        ? 'taken'
        : slot.from < now.getTime() + row.lead * minuteMs
          ? 'soon'
          : day > last
            ? 'far'
            : 'free'
  return {
    zone,
    today,
    last,
    items: days.map((day, n) => {
      const holiday = row.days.find(one => one.day === day)
      return {
        day,
        weekday: weekdayOf(day),
        holiday: holiday === undefined ? null : { kind: holiday.kind, zh: holiday.zh, en: holiday.en },
        note: row.exceptions.get(day)?.note ?? '',
        slots: slots[n]!.map(slot => ({
          start: new Date(slot.from),
          end: new Date(slot.to),
          local: localName(new Date(slot.from), zone).slice(11),
          again: isAgain(slot.from, zone),
          state: stateOf(slot, day),
          amount: slot.amount,
        })),
      }
    }),
  }
}

/** The exact price of a time that can be had; a Fault otherwise. */
export async function priceOf(db: Read | Tx, row: ResourceRow, range: Range, people: number): Promise<Bill> {
  const refusal = refusalOf(row, range, people, clock.now())
  if (refusal !== null) throw refusing(refusal)
  const bill = billOf(row, range)
  if (bill === null) throw refusing('slot_closed')
  const { takenFrom, takenTo } = takenOf(row, range)
  if ((await takenBetween(db, [row.id], takenFrom, takenTo)).length > 0) throw refusing('slot_taken')
  return bill
}
export async function getPrice(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /resources/:id/price'>,
): Promise<Ok<'GET /resources/:id/price'>> {
  const { row } = await seeResource(db, viewer, input.id, daysAround(input.start, input.end))
  const bill = await priceOf(db, row, { from: input.start.getTime(), to: input.end.getTime() }, input.people)
  return {
    amount: inCurrency(bill.amount, row.currency),
    deposit: inCurrency(bill.deposit, row.currency),
    lines: bill.lines,
    least: bill.least === null ? null : inCurrency(bill.least, row.currency),
  }
}

export async function getPlace(db: Read, _viewer: Viewer | null, input: Input<'GET /places/:page'>): Promise<Ok<'GET /places/:page'>> {
  const page = await readPage(db, input.page)
  if (page === undefined) throw fault('not_found')
  const { start, end, people } = input
  const asked = start === undefined || end === undefined ? null : { from: start.getTime(), to: end.getTime() }
  const rows = await resourcesOf(db, page.id, asked === null ? around() : daysAround(start!, end!), false)
  const taken =
    asked === null
      ? []
      : await takenBetween(
          db,
          rows.map(row => row.id),
          new Date(asked.from - dayMs),
          new Date(asked.to + dayMs),
        )
  const now = clock.now()
  const answer = (row: ResourceRow): Pick<Ok<'GET /places/:page'>['items'][number], 'price' | 'deposit' | 'problem'> => {
    if (asked === null) return { price: null, deposit: null, problem: null }
    const bill = billOf(row, asked)
    const busy = taken.some(
      one => one.resource === row.id && overlaps({ from: one.from.getTime(), to: one.to.getTime() }, takenBy(row, asked)),
    )
    const problem = row.asks
      ? 'ask_first'
      : (refusalOf(row, asked, people, now) ?? (bill === null ? 'slot_closed' : busy ? 'slot_taken' : null))
    if (problem !== null) return { price: null, deposit: null, problem }
    return { price: inCurrency(bill!.amount, row.currency), deposit: inCurrency(bill!.deposit, row.currency), problem }
  }
  return {
    page: { id: page.id, name: page.name, handle: page.handle, picture: pictureOf(page.picture) },
    items: rows.map(row => ({ ...showCard(row), offer: row.offer, ...answer(row) })),
    venues: await venuesOf(db, page.id),
  }
}

export async function getHolidays(db: Read, _viewer: Viewer | null, input: Input<'GET /holidays'>): Promise<Ok<'GET /holidays'>> {
  return { items: await listHolidays(db, input.country, input.year) }
}
export async function setHoliday(tx: Tx, _viewer: Viewer, input: Input<'PUT /holidays/:day'>): Promise<{ ok: true }> {
  const { day, kind, zh, en } = input
  await putHoliday(tx, input.country, { day, kind, zh, en })
  return { ok: true }
}
export async function unsetHoliday(tx: Tx, _viewer: Viewer, input: Input<'DELETE /holidays/:day'>): Promise<{ ok: true }> {
  if (!(await dropHoliday(tx, input.country, input.day))) throw fault('not_found')
  return { ok: true }
}
