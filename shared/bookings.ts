/** bookings: rooms, studios and performers by the hour. Booked by orders of kind `booking`: `choice` says which slot. */
import { z } from 'zod'
import { bookingDeskEntries } from './bookings-desk.ts'
import {
  BillLine,
  Booking,
  BookingCard,
  BookingDay,
  MoveDay,
  Price,
  Resource,
  ResourceCard,
  resourceKind,
  Songbook,
} from './bookings-shapes.ts'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { money } from './money.ts'
import { day, time } from './time.ts'

export { BillLine }
const count = z.number().int()
const people = z.coerce.number().int().min(1).max(2000)
const booking = id('bkg')
const key = z.string().trim().min(8).max(20).optional()
const placeOf = z.string().min(2).max(60)

/**
 * What an order's line says of a booking (`choice`). A slot: start, end, people. An accepted ask: booking. The rest of one's booking: booking and pay 'rest'.
 * A longer stay: booking and until.
 */
export const bookingChoice = z.union([
  z.object({
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    people: count.min(1).max(2000).default(1),
    pay: z.enum(['all', 'deposit']).default('all'),
  }),
  z.object({ booking, until: z.iso.datetime() }),
  z.object({ booking, pay: z.enum(['all', 'deposit', 'rest']).default('all') }),
])

export const bookings = room('bookings', {
  'GET /resources': query({
    access: 'anyone',
    summary: 'Rooms, studios and performers that can be booked.',
    input: {
      kind: resourceKind.optional(),
      city: z.string().trim().max(80).optional(),
      people: people.optional(),
      page: z.string().max(60).optional(),
      q: z.string().trim().max(80).optional(),
      cursor: cursor(),
      limit: limit(),
    },
    ok: page(ResourceCard).extend({ cities: z.array(z.string()) }),
  }),
  'GET /resources/:id': query({
    access: 'anyone',
    summary: 'One of them with its hours, prices and rules.',
    input: { id: id('res') },
    ok: Resource,
    faults: ['not_found'],
  }),
  'GET /resources/:id/days': query({
    access: 'anyone',
    summary: 'Its days from one on (today there, unless told), each with its steps: free or not, and what each costs.',
    input: { id: id('res'), from: day.optional(), days: limit(14, 7) },
    ok: z.object({ zone: z.string(), today: day, last: day, items: z.array(BookingDay) }),
    faults: ['not_found'],
  }),
  'GET /resources/:id/price': query({
    access: 'anyone',
    summary: 'What a time costs, exactly, part by part; or why it cannot be had.',
    input: { id: id('res'), start: time, end: time, people: people.default(1) },
    ok: Price,
    faults: ['not_found', 'slot_shape', 'slot_closed', 'slot_soon', 'slot_far', 'slot_taken', 'people_many'],
  }),
  'GET /places/:page': query({
    access: 'anyone',
    summary: 'All that a page lets, and, for a day and a length, when each is free: several rooms can be booked together.',
    input: {
      page: placeOf,
      start: time.optional(),
      end: time.optional(),
      /** In each of them: a group that shares several leaves it out. */
      people: people.default(1),
    },
    ok: z.object({
      page: z.object({ id: z.string(), name: z.string(), handle: z.string(), picture: z.string().nullable() }),
      items: z.array(
        ResourceCard.extend({
          offer: id('off').nullable(),
          /** Null: no time was asked for, or it cannot be had then: `problem` says why. */
          price: money.nullable(),
          /** What is paid at first where the rest may be paid later; else the price. */
          deposit: money.nullable(),
          problem: z.string().nullable(),
        }),
      ),
      /** Where its shows are. */
      venues: z.array(z.object({ id: id('ven'), name: z.string(), city: z.string() })),
    }),
    faults: ['not_found'],
  }),
  'POST /resources/:id/asks': command({
    access: 'member',
    summary:
      'Asks for a time. Nothing is held until the other side accepts; then it can be paid. The same id with the same body is the same ask.',
    input: { id: id('res'), booking, start: time, end: time, people: count.min(1).max(2000).default(1), note: text(1000).default('') },
    ok: Booking,
    faults: [
      'not_found',
      'slot_shape',
      'slot_closed',
      'slot_soon',
      'slot_far',
      'slot_taken',
      'people_many',
      'book_direct',
      'key_reused',
      'too_many_asks',
    ],
    perMinute: 20,
  }),
  'GET /me/bookings': query({
    access: 'member',
    summary: 'One’s bookings: those to come, the next first; or those that were.',
    input: { when: z.enum(['coming', 'past']).default('coming'), cursor: cursor(), limit: limit() },
    ok: page(BookingCard),
  }),
  'GET /bookings/:id': query({
    access: 'member',
    summary: 'A booking of one’s own, or of a place one runs.',
    input: { id: booking },
    ok: Booking,
    faults: ['not_found'],
  }),
  'POST /bookings/:id/cancel': command({
    access: 'member',
    summary:
      'Gives it up: the time is free at once, and what the ladder says comes back. `back` is what one saw; another amount now is `changed_meanwhile`.',
    input: { id: booking, back: money.optional() },
    ok: Booking,
    faults: ['not_found', 'booking_state', 'changed_meanwhile'],
  }),
  'GET /bookings/:id/times': query({
    access: 'member',
    summary: 'When one’s booking could begin instead: same room, as long as it is; day by day, with what is free and what each would cost.',
    input: { id: booking, from: day.optional(), days: limit(14, 7) },
    ok: z.object({ zone: z.string(), today: day, last: day, items: z.array(MoveDay) }),
    faults: ['not_found', 'booking_state', 'move_late'],
  }),
  'PUT /bookings/:id/time': command({
    access: 'member',
    summary:
      'Moves one’s booking to another free time of its room, as long as it is, that costs no more. The bill stays as it is. Until the highest rung of its ladder ends; without one, a day before.',
    input: { id: booking, start: time },
    ok: Booking,
    faults: [
      'not_found',
      'booking_state',
      'changed_meanwhile',
      'move_late',
      'move_dearer',
      'slot_shape',
      'slot_closed',
      'slot_soon',
      'slot_far',
      'slot_taken',
      'people_many',
    ],
    perMinute: 20,
  }),
  'GET /bookings/:id/event.ics': stream({
    access: 'member',
    summary: 'The booking for one’s calendar.',
    input: { id: booking },
    ok: z.null(),
    faults: ['not_found'],
    perMinute: 60,
  }),
  'GET /bookings/feeds/:token/events.ics': stream({
    access: 'anyone',
    summary: 'When a resource is taken, for calendar apps, by its secret address. Names no guests.',
    input: { token: z.string().min(20).max(60) },
    ok: z.null(),
    faults: ['not_found'],
    perMinute: 60,
  }),
  'GET /bookings/:id/songs': query({
    access: 'anyone',
    summary:
      'What is sung in a room in use: now, next and before. For whoever booked it, the staff, and guests with the code of the booking.',
    input: { id: booking, key },
    ok: Songbook,
    faults: ['not_found'],
  }),
  'POST /bookings/:id/songs': command({
    access: 'anyone',
    summary: 'Puts a song of the catalogue into the room’s queue. Sent again with the same id it is there once.',
    input: {
      id: booking,
      key,
      song: id('sng'),
      track: id('trk'),
      name: z.string().trim().max(40).default(''),
      next: z.boolean().default(false),
    },
    ok: Songbook,
    faults: ['not_found', 'not_in_use', 'key_reused', 'too_many_songs'],
    perMinute: 60,
  }),
  'POST /bookings/:id/songs/:song/sung': command({
    access: 'anyone',
    summary: 'This one has been sung: it counts for its authors, and the next one is on.',
    input: { id: booking, key, song: id('sng') },
    ok: Songbook,
    faults: ['not_found', 'not_in_use'],
  }),
  'POST /bookings/:id/songs/:song/next': command({
    access: 'anyone',
    summary: 'Brings it to the front of the queue.',
    input: { id: booking, key, song: id('sng') },
    ok: Songbook,
    faults: ['not_found', 'not_in_use'],
  }),
  'DELETE /bookings/:id/songs/:song': command({
    access: 'anyone',
    summary: 'Takes it out of the queue.',
    input: { id: booking, key, song: id('sng') },
    ok: Songbook,
    faults: ['not_found', 'not_in_use'],
  }),
  'GET /holidays': query({
    access: 'anyone',
    summary: 'Days off, and days worked instead, of a country and a year.',
    input: {
      country: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .default('CN'),
      year: z.coerce.number().int().min(2020).max(2100),
    },
    ok: z.object({ items: z.array(z.object({ day, kind: z.enum(['off', 'work']), zh: z.string(), en: z.string() })) }),
  }),
  'PUT /holidays/:day': command({
    access: 'operator',
    summary: 'Sets a day off, or one worked instead. Prices of bookings made before stay.',
    input: {
      day,
      country: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .default('CN'),
      kind: z.enum(['off', 'work']),
      zh: line(40),
      en: line(60),
    },
    ok: done,
  }),
  'DELETE /holidays/:day': command({
    access: 'operator',
    summary: 'Makes it an ordinary day.',
    input: {
      day,
      country: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .default('CN'),
    },
    ok: done,
    faults: ['not_found'],
  }),
  ...bookingDeskEntries,
})
