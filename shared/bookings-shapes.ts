/** Shapes of bookings. Local times are told as text in the zone of the place; moments are moments. */
import { z } from 'zod'
import { line, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { day, time } from './time.ts'

const count = z.number().int()
/** Minutes on a quarter of an hour. */
const quarter = (least: number, most: number) => count.min(least).max(most).multipleOf(15)
export const resourceKind = z.enum(['ktv', 'rehearsal', 'studio', 'performer', 'other'])
export const resourceState = z.enum(['draft', 'open', 'closed'])
export const bookingState = z.enum([
  'asked',
  'accepted',
  'pending',
  'confirmed',
  'arrived',
  'done',
  'no_show',
  'declined',
  'cancelled',
  'expired',
])
/** Open from … to, in minutes of the day; past 1440 is the night after it. */
export const Span = z.object({ opens: quarter(0, 1425), closes: quarter(15, 2160) })
export const Hours = Span.extend({ weekday: count.min(1).max(7) })
export const Band = z.object({
  title: line(60),
  priority: count.min(0).max(100),
  weekdays: z.array(count.min(1).max(7)).max(7),
  holidays: z.enum(['same', 'also', 'never']),
  opens: quarter(0, 1425),
  closes: quarter(15, 2160),
  fromDay: day.nullable(),
  toDay: day.nullable(),
  /** Minutes; each one begun costs `amount` (minor units). */
  unit: quarter(15, 1440),
  amount,
})
/** Cancelled at least so many hours before the start: so much of what was paid comes back, in basis points. */
export const Rung = z.object({ hours: count.min(0).max(2160), bp: count.min(0).max(10_000) })
const country = z.string().regex(/^[A-Z]{2}$/)
export const given = {
  kind: resourceKind,
  title: line(120),
  about: text(4000).default(''),
  place: z.string().trim().max(120).default(''),
  address: z.string().trim().max(300).default(''),
  city: z.string().trim().max(80).default(''),
  country: country.default('CN'),
  /** As in the tz database. */
  zone: z.string().min(1).max(60),
  capacity: count.min(1).max(2000),
  equipment: z.array(line(60)).max(40).default([]),
  currency: currency.default('CNY'),
  step: quarter(15, 240).default(60),
  shortest: quarter(15, 1440).default(60),
  longest: quarter(15, 1440).default(480),
  before: count.min(0).max(240).default(0),
  after: count.min(0).max(240).default(0),
  lead: count.min(0).max(43_200).default(0),
  ahead: count.min(1).max(400).default(60),
  deposit: count.min(0).max(10_000).default(10_000),
  least: amount.default(0n),
  noShow: count.min(5).max(240).nullable().default(null),
  ladder: z.array(Rung).max(8).default([]),
  asks: z.boolean().default(false),
  authors: count.min(0).max(5000).default(0),
  hours: z.array(Hours).max(28),
  bands: z.array(Band).max(50),
}
export const ResourceCard = z.object({
  id: id('res'),
  page: z.object({ id: z.string(), name: z.string(), handle: z.string() }),
  kind: resourceKind,
  title: z.string(),
  place: z.string(),
  city: z.string(),
  zone: z.string(),
  capacity: count,
  picture: z.string().nullable(),
  accent: z.string().nullable(),
  /** The lowest price of an hour (or of its unit, when that is longer). */
  from: money.nullable(),
  asks: z.boolean(),
  state: resourceState,
})
export const Resource = ResourceCard.extend({
  about: z.string(),
  address: z.string(),
  country: z.string(),
  equipment: z.array(z.string()),
  pictures: z.array(z.string()),
  currency,
  step: count,
  shortest: count,
  longest: count,
  lead: count,
  ahead: count,
  deposit: count,
  least: amount,
  noShow: count.nullable(),
  ladder: z.array(Rung),
  authors: count,
  hours: z.array(Hours),
  bands: z.array(Band),
  /** The offer one orders it by; null: it cannot be booked now. */
  offer: id('off').nullable(),
  /** The venue of its page in the same city. */
  venue: z.object({ id: id('ven'), name: z.string() }).nullable(),
  /** Today in its zone. */
  today: day,
  can: z.object({ edit: z.boolean() }),
})
/** A step of a day: from here one may begin. `again`: this time of day comes twice that night, and this is the second one. */
export const Slot = z.object({
  start: time,
  end: time,
  local: z.string(),
  again: z.boolean(),
  state: z.enum(['free', 'taken', 'past', 'soon', 'far']),
  /** Of this step alone. */
  amount,
})
export const BookingDay = z.object({
  day,
  weekday: count,
  holiday: z.object({ kind: z.enum(['off', 'work']), zh: z.string(), en: z.string() }).nullable(),
  note: z.string(),
  slots: z.array(Slot),
})
/** A moment one's booking could begin instead. `own`: now it does · `dearer`: it would cost more than the booking does. */
export const MoveTime = z.object({
  start: time,
  end: time,
  local: z.string(),
  again: z.boolean(),
  state: z.enum(['free', 'own', 'dearer', 'taken', 'past', 'soon', 'far']),
  /** What the whole of it would cost. */
  amount,
})
export const MoveDay = BookingDay.omit({ slots: true }).extend({ times: z.array(MoveTime) })
export const BillLine = z.object({ title: z.string(), minutes: count, units: count, unit: count, amount })
export const Price = z.object({
  amount: money,
  /** What is paid when booking, unless one pays all. */
  deposit: money,
  lines: z.array(BillLine),
  /** The least it costs, where that was more than its parts. */
  least: money.nullable(),
})
export const BookingCard = z.object({
  id: z.string(),
  resource: id('res'),
  title: z.string(),
  kind: resourceKind,
  place: z.string(),
  city: z.string(),
  zone: z.string(),
  picture: z.string().nullable(),
  accent: z.string().nullable(),
  seller: z.object({ id: z.string(), name: z.string() }),
  state: bookingState,
  startsAt: time,
  endsAt: time,
  /** `2026-11-21 18:00` there. */
  localStart: z.string(),
  localEnd: z.string(),
  people: count,
  amount: money,
  /** Paid by orders and at the place, less what went back. */
  paid: money,
  order: id('ord').nullable(),
})
export const Qr = z.object({ size: count, path: z.string() })
export const Booking = BookingCard.extend({
  address: z.string(),
  note: z.string(),
  name: z.string(),
  answer: z.string(),
  code: z.string(),
  qr: Qr.nullable(),
  until: time.nullable(),
  bill: z.array(BillLine),
  rest: money,
  deposit: money,
  offer: id('off').nullable(),
  authors: count,
  ladder: z.array(Rung),
  /** What would come back if it were cancelled now, by the ladder. */
  back: money.nullable(),
  noShowAt: time.nullable(),
  /** Until when its guest may move it; null: not, or not any more. */
  moveUntil: time.nullable(),
  /** How far it could be made longer, and what each costs more. */
  longer: z.array(z.object({ until: time, local: z.string(), amount: money })),
  /** Other bookings of the same order. */
  together: z.array(z.object({ id: z.string(), title: z.string() })),
  events: z.array(z.object({ what: z.string(), note: z.string(), at: time })),
  songs: count,
  can: z.object({
    cancel: z.boolean(),
    pay: z.boolean(),
    payRest: z.boolean(),
    extend: z.boolean(),
    move: z.boolean(),
    sing: z.boolean(),
    host: z.boolean(),
  }),
})
export const Song = z.object({
  id: id('sng'),
  track: id('trk'),
  title: z.string(),
  artists: z.string(),
  picture: z.string().nullable(),
  accent: z.string().nullable(),
  name: z.string(),
  state: z.enum(['waiting', 'sung']),
  sungAt: time.nullable(),
})
export const Songbook = z.object({
  booking: z.string(),
  title: z.string(),
  open: z.boolean(),
  endsAt: time,
  localEnd: z.string(),
  authors: count,
  now: Song.nullable(),
  waiting: z.array(Song),
  sung: z.array(Song),
})
/** What the staff's calendar shows of one resource. */
export const DeskEntry = z.object({
  id: z.string(),
  kind: z.enum(['order', 'ask', 'walk_in', 'block', 'busy']),
  state: bookingState.nullable(),
  startsAt: time,
  endsAt: time,
  localStart: z.string(),
  localEnd: z.string(),
  /** With what lies before and after it. */
  takenFrom: time,
  takenTo: time,
  people: count,
  name: z.string(),
  amount: money.nullable(),
  rest: money.nullable(),
  note: z.string(),
})
export const DeskResource = Resource.extend({
  before: count,
  after: count,
  /** What still has to be done before it can be opened; words in selling.bookings.missing. */
  missing: z.array(z.enum(['hours', 'prices', 'city'])),
  days: z.array(
    z.object({
      day,
      /** Null: the weekday's. */
      hours: z.array(Span).nullable(),
      holiday: z.boolean().nullable(),
      note: z.string(),
    }),
  ),
  calendars: z.array(
    z.object({
      id: id('cal'),
      name: z.string(),
      url: z.string(),
      events: count,
      readAt: time.nullable(),
      problem: z.string().nullable(),
      /** Events that lie on bookings there were before. */
      clashes: count,
    }),
  ),
  feed: z.string().nullable(),
})
