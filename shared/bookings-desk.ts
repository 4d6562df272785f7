/** Entries of bookings for those who run a place: calendar, people at the door, prices, calendars outside. */
import { z } from 'zod'
import { Booking, BookingCard, bookingState, DeskEntry, DeskResource, given, Span } from './bookings-shapes.ts'
import { command, cursor, done, limit, line, page, query, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount } from './money.ts'
import { day, time } from './time.ts'

const count = z.number().int()
const resource = { id: id('res') }
const one = { id: id('bkg') }
const ofPage = { page: z.string().min(2).max(60) }
const slot = { start: time, end: time }
const calendar = id('cal')
const key = z
  .string()
  .min(8)
  .max(60)
  .regex(/^[\w-]+$/)
const staff = ['not_found', 'own_page_only'] as const

export const bookingDeskEntries = {
  'GET /me/places': query({
    access: 'member',
    summary: 'Pages one runs, with how many resources each lets and how many asks wait.',
    ok: z.object({
      items: z.array(z.object({ id: z.string(), name: z.string(), handle: z.string(), resources: count, asks: count, today: count })),
    }),
  }),
  'GET /pages/:page/resources': query({
    access: 'member',
    summary: 'All resources of a page one runs, drafts and closed ones too.',
    input: ofPage,
    ok: z.object({ items: z.array(DeskResource) }),
    faults: ['not_found'],
  }),
  'PUT /pages/:page/resources/:id': command({
    access: 'member',
    summary:
      'Makes or changes one, with its hours and prices, under an id the client made. Bookings made before keep their price and ladder.',
    input: { ...ofPage, ...resource, ...given },
    ok: DeskResource,
    faults: [...staff, 'key_reused', 'resource_wrong', 'resource_fixed', 'blocked_word', 'blocked_link'],
  }),
  'PUT /resources/:id/state': command({
    access: 'member',
    summary: 'Opens it for booking or closes it. What is booked stays booked.',
    input: { ...resource, state: z.enum(['open', 'closed']) },
    ok: DeskResource,
    faults: [...staff, 'resource_unready'],
  }),
  'POST /resources/:id/pictures': stream({
    access: 'member',
    summary: 'Adds an upload to its pictures (at most 12); `first` puts it in front.',
    input: { ...resource, upload: id('upl'), first: z.boolean().default(false) },
    ok: z.object({ picture: z.string() }),
    faults: [...staff, 'not_ready', 'picture_refused', 'resource_wrong'],
    perMinute: 30,
  }),
  'DELETE /resources/:id/pictures/:asset': command({
    access: 'member',
    summary: 'Takes a picture away.',
    input: { ...resource, asset: id('ast') },
    ok: done,
    faults: [...staff],
  }),
  'PUT /resources/:id/days/:day': command({
    access: 'member',
    summary: 'Makes one day different: other hours (none: closed), priced as a holiday or not.',
    input: {
      ...resource,
      day,
      hours: z.array(Span).max(4).nullable().default(null),
      holiday: z.boolean().nullable().default(null),
      note: z.string().trim().max(200).default(''),
    },
    ok: DeskResource,
    faults: [...staff, 'resource_wrong'],
  }),
  'DELETE /resources/:id/days/:day': command({
    access: 'member',
    summary: 'Makes it a day like its weekday again.',
    input: { ...resource, day },
    ok: DeskResource,
    faults: [...staff],
  }),
  'GET /pages/:page/calendar': query({
    access: 'member',
    summary: 'What is booked and blocked from a day on, by resource, with opening hours: for the staff’s calendar.',
    input: { ...ofPage, from: day.optional(), days: limit(7, 1) },
    ok: z.object({
      from: day,
      today: day,
      items: z.array(
        z.object({
          resource: id('res'),
          title: z.string(),
          zone: z.string(),
          step: count,
          days: z.array(
            z.object({ day, starts: time, ends: time, open: z.array(z.object({ from: time, to: time })), holiday: z.string().nullable() }),
          ),
          entries: z.array(DeskEntry),
        }),
      ),
    }),
    faults: ['not_found'],
  }),
  'GET /pages/:page/bookings': query({
    access: 'member',
    summary: 'Bookings of a page as a list, newest first: of one state, or those whose name or code begins so.',
    input: { ...ofPage, state: bookingState.optional(), q: z.string().trim().max(60).optional(), cursor: cursor(), limit: limit(100, 50) },
    ok: page(BookingCard.extend({ guest: z.string(), code: z.string() })),
    faults: ['not_found'],
  }),
  'POST /resources/:id/blocks': command({
    access: 'member',
    summary: 'Keeps a time to oneself. The same id with the same body is the same block.',
    input: { ...resource, block: id('blk'), ...slot, note: z.string().trim().max(120).default('') },
    ok: done,
    faults: [...staff, 'slot_taken', 'slot_shape', 'key_reused'],
  }),
  'DELETE /resources/:id/blocks/:block': command({
    access: 'member',
    summary: 'Gives a blocked time free.',
    input: { ...resource, block: id('blk') },
    ok: done,
    faults: [...staff],
  }),
  'POST /resources/:id/walk-ins': command({
    access: 'member',
    summary: 'Someone at the door or on the telephone: booked now, paid at the place; `arrived` when they are here.',
    input: {
      ...resource,
      booking: id('bkg'),
      ...slot,
      people: count.min(1).max(2000).default(1),
      name: z.string().trim().max(120).default(''),
      note: text(1000).default(''),
      arrived: z.boolean().default(false),
    },
    ok: Booking,
    faults: [...staff, 'slot_taken', 'slot_shape', 'slot_closed', 'people_many', 'key_reused'],
  }),
  'POST /bookings/:id/accept': command({
    access: 'member',
    summary: 'Says yes to an ask, at its price or another: the time is held until it is paid, at most a day.',
    input: { ...one, amount: amount.optional(), answer: text(1000).default('') },
    ok: Booking,
    faults: [...staff, 'booking_state', 'slot_taken'],
  }),
  'POST /bookings/:id/decline': command({
    access: 'member',
    summary: 'Says no to an ask.',
    input: { ...one, answer: text(1000).default('') },
    ok: Booking,
    faults: [...staff, 'booking_state'],
  }),
  'POST /bookings/:id/move': command({
    access: 'member',
    summary: 'To another resource of the page, or another time; as long as before. The bill stays as it is.',
    input: { ...one, resource: id('res'), start: time, note: z.string().trim().max(500).default('') },
    ok: Booking,
    faults: [...staff, 'booking_state', 'slot_taken', 'slot_shape', 'people_many', 'currency_mixed'],
  }),
  'POST /bookings/:id/extend': command({
    access: 'member',
    summary: 'Longer, if nobody comes after: the difference is put on the bill, to be paid at the place. The same key is the same stay.',
    input: { ...one, key, until: time },
    ok: Booking,
    faults: [...staff, 'booking_state', 'slot_taken', 'slot_shape', 'key_reused'],
  }),
  'POST /bookings/:id/arrive': command({
    access: 'member',
    summary: 'They are here; or, with `undo`, not yet.',
    input: { ...one, undo: z.boolean().default(false) },
    ok: Booking,
    faults: [...staff, 'booking_state'],
  }),
  'POST /bookings/:id/no-show': command({
    access: 'member',
    summary: 'Nobody came: the rest of the time is free. Not before it has begun.',
    input: one,
    ok: Booking,
    faults: [...staff, 'booking_state'],
  }),
  'POST /bookings/:id/finish': command({
    access: 'member',
    summary: 'They have left: the rest of the time is free.',
    input: one,
    ok: Booking,
    faults: [...staff, 'booking_state'],
  }),
  'POST /bookings/:id/paid': command({
    access: 'member',
    summary: 'So much of what is left was paid at the place. The same key is the same payment.',
    input: { ...one, key, amount },
    ok: Booking,
    faults: [...staff, 'booking_state', 'key_reused'],
  }),
  'POST /bookings/:id/refund': command({
    access: 'member',
    summary: 'The place cancels: everything paid by orders comes back, whatever the ladder says.',
    input: { ...one, reason: line(300) },
    ok: Booking,
    faults: [...staff, 'booking_state'],
  }),
  'POST /pages/:page/check-in': command({
    access: 'member',
    summary: 'A code from a guest’s screen: the booking, arrived. A second time it tells when that was.',
    input: { ...ofPage, code: z.string().trim().min(8).max(300) },
    ok: Booking.extend({ again: z.boolean() }),
    faults: [...staff, 'booking_state', 'too_early'],
    perMinute: 120,
  }),
  'POST /resources/:id/calendars': command({
    access: 'member',
    summary: 'A calendar outside whose events block the resource; read at once and then every hour.',
    input: { ...resource, calendar, name: line(80), url: z.url({ protocol: /^https?$/ }).max(1000) },
    ok: DeskResource,
    faults: [...staff, 'key_reused', 'resource_wrong'],
    perMinute: 20,
  }),
  'DELETE /resources/:id/calendars/:calendar': command({
    access: 'member',
    summary: 'Forgets it and what it blocked.',
    input: { ...resource, calendar },
    ok: DeskResource,
    faults: [...staff],
  }),
  'POST /resources/:id/feed': command({
    access: 'member',
    summary: 'The secret address of its calendar; `renew` makes the former one stop.',
    input: { ...resource, renew: z.boolean().default(false) },
    ok: z.object({ path: z.string() }),
    faults: [...staff],
  }),
}
