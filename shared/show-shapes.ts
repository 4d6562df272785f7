/** Shapes of shows: what their pages and desks are told. */
import { z } from 'zod'
import { line, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { realName } from './tickets.ts'
import { time } from './time.ts'

const count = z.number().int()
export const showState = z.enum(['draft', 'announced', 'on_sale', 'postponed', 'cancelled', 'over'])
export const saleWay = z.enum(['direct', 'lottery'])
/** What goes back to a buyer who gives a ticket back at least so many days before the start. */
export const ladder = z
  .array(z.object({ days: count.min(0).max(365), percent: count.min(0).max(100) }))
  .max(10)
  .refine(steps => steps.every((step, n) => n === 0 || (step.days < steps[n - 1]!.days && step.percent <= steps[n - 1]!.percent)))
/** IANA name; checked where it is taken. */
export const zone = z.string().trim().min(2).max(60)
export const promoCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9-]{3,30}$/)
const pageRef = z.object({ id: z.string(), name: z.string(), handle: z.string(), picture: z.string().nullable() })

export const ShowCard = z.object({
  id: id('sho'),
  title: z.string(),
  series: z.string().nullable(),
  page: pageRef,
  picture: z.string().nullable(),
  accent: z.string().nullable(),
  place: z.string(),
  city: z.string(),
  country: z.string(),
  zone: z.string(),
  doorsAt: time.nullable(),
  startsAt: time,
  endsAt: time,
  /** It was put off and has no date yet: `startsAt` says nothing. */
  dateOpen: z.boolean(),
  state: showState,
  sale: saleWay,
  acts: z.array(z.object({ page: z.string().nullable(), name: z.string(), picture: z.string().nullable() })),
  /** The lowest and the highest price of what everybody can buy. */
  from: money.nullable(),
  to: money.nullable(),
  /** When its sale opens, as long as nothing of it is open. */
  opensAt: time.nullable(),
  /** none: sold out · few: a tenth or less. Null: not on sale. */
  left: z.enum(['many', 'few', 'none']).nullable(),
  going: z.boolean(),
})
/** What a first screen says of a show. */
export const ShowTeaser = ShowCard.pick({
  id: true,
  title: true,
  picture: true,
  place: true,
  city: true,
  zone: true,
  startsAt: true,
  from: true,
  left: true,
}).extend({
  /** It is today, in its own zone, or goes on. */
  today: z.boolean(),
  /** It began on an earlier day and goes on until then. */
  until: time.nullable(),
})
export const ShowTier = z.object({
  id: id('tir'),
  name: z.string(),
  about: z.string(),
  price: money,
  colour: z.string().nullable(),
  /** Has seats of the map; else one stands or sits freely. */
  seated: z.boolean(),
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  earlyAt: time.nullable(),
  /** Groups that may buy earlier. */
  earlyGroups: z.array(z.object({ id: z.string(), name: z.string(), handle: z.string() })),
  /** Members of the show's page may buy from then on; null: with everyone. */
  membersAt: time.nullable(),
  mostEach: count,
  /** soon: not yet · early: for members by now, and the viewer is one · queued: free places are for those who wait. */
  state: z.enum(['soon', 'early', 'open', 'queued', 'sold_out', 'closed']),
  offer: id('off').nullable(),
  /** Told when few are left. */
  left: count.nullable(),
  waiting: count,
  secret: z.boolean(),
})
export const Waiting = z.object({
  id: id('wtl'),
  show: ShowCard,
  tier: z.object({ id: id('tir'), name: z.string(), price: money }),
  count,
  fewer: z.boolean(),
  state: z.enum(['waiting', 'offered', 'bought', 'missed', 'left']),
  /** How many are before one; null where it does not matter any more. */
  ahead: count.nullable(),
  /** A lottery that was won, not a place that came back. */
  won: z.boolean(),
  offered: count.nullable(),
  hold: id('sth').nullable(),
  until: time.nullable(),
  at: time,
})
export const HoldLine = z.object({
  tier: id('tir'),
  tierName: z.string(),
  offer: id('off'),
  quantity: count,
  unit: money,
  seats: z.array(z.string()),
})
/** Places set aside while one decides and pays. */
export const ShowHold = z.object({
  id: id('sth'),
  show: id('sho'),
  title: z.string(),
  lines: z.array(HoldLine),
  total: money,
  until: time,
  /** over: it ran out or was given back · ordered: an order has it. */
  state: z.enum(['held', 'ordered', 'over']),
  realName,
})
export const Lottery = z.object({
  opensAt: time,
  closesAt: time,
  hours: count,
  state: z.enum(['draft', 'open', 'drawn', 'void']),
  places: count.nullable(),
  entrants: count,
  commitment: z.string().nullable(),
  rulesDigest: z.string().nullable(),
  publishedAt: time.nullable(),
  digest: z.string().nullable(),
  seed: z.string().nullable(),
  drawnAt: time.nullable(),
  me: z
    .object({
      id: id('ltn'),
      count,
      tiers: z.array(id('tir')),
      tag: z.string(),
      salt: z.string(),
      number: count,
      drawn: count.nullable(),
      tier: id('tir').nullable(),
      waiting: id('wtl').nullable(),
    })
    .nullable(),
})
export const MyTicket = z.object({
  ticket: id('tkt'),
  tierName: z.string(),
  seat: z.string().nullable(),
  paid: money,
  /** What would go back now, by the ladder. */
  percent: count,
  refund: money,
  can: z.boolean(),
})
export const Show = ShowCard.extend({
  about: z.string(),
  rules: z.string(),
  address: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  venue: id('ven').nullable(),
  map: id('map').nullable(),
  hall: id('hal').nullable(),
  minAge: count,
  mostEach: count,
  realName,
  ladder,
  waitingList: z.boolean(),
  transfer: z.boolean(),
  resale: z.boolean(),
  reentry: z.boolean(),
  tiers: z.array(ShowTier),
  wasAt: time.nullable(),
  /** Until when all the money goes back because it was put off. */
  askUntil: time.nullable(),
  reason: z.string(),
  groups: z.array(z.string()),
  others: z.array(ShowCard),
  /** A membership of its page, where members buy first. */
  membership: z.object({ id: z.string(), title: z.string() }).nullable(),
  lottery: Lottery.nullable(),
  mine: z.object({
    tickets: count,
    /** How many more one may buy. */
    more: count,
    hold: id('sth').nullable(),
    waiting: z.array(z.object({ id: id('wtl'), tier: id('tir'), state: Waiting.shape.state, count })),
    /** What one said when it was put off; null: not asked, or nothing yet. */
    keep: z.boolean().nullable(),
    asked: z.boolean(),
  }),
  can: z.object({ edit: z.boolean() }),
})

/** A show as its desk sends it. */
export const ShowFields = {
  page: id('pag'),
  title: line(160),
  series: line(120).nullable().default(null),
  about: text(8000).default(''),
  rules: text(4000).default(''),
  venue: id('ven').nullable().default(null),
  map: id('map').nullable().default(null),
  place: line(160),
  address: z.string().trim().max(300).default(''),
  city: line(80),
  country: z.string().regex(/^[A-Z]{2}$/),
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  zone,
  doorsAt: time.nullable().default(null),
  startsAt: time,
  endsAt: time,
  minAge: count.min(0).max(21).default(0),
  sale: saleWay.default('direct'),
  currency: currency.default('CNY'),
  mostEach: count.min(1).max(100).default(6),
  realName: realName.default('none'),
  ladder: ladder.default([
    { days: 30, percent: 100 },
    { days: 7, percent: 50 },
  ]),
  waitingList: z.boolean().default(true),
  transfer: z.boolean().default(true),
  resale: z.boolean().default(true),
  reentry: z.boolean().default(false),
  renameHours: count.min(0).max(720).default(24),
  groups: z.array(id('grp')).max(20).default([]),
  acts: z
    .array(z.object({ page: id('pag').nullable().default(null), name: line(120) }))
    .max(60)
    .default([]),
}
export const TierFields = z.object({
  id: id('tir'),
  name: line(80),
  about: text(1000).default(''),
  price: amount,
  /** Places; null: the seats of `sections`. */
  capacity: count.min(0).max(200_000).nullable().default(null),
  sections: z.array(z.string().min(1).max(60)).max(300).nullable().default(null),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/)
    .nullable()
    .default(null),
  opensAt: time.nullable().default(null),
  closesAt: time.nullable().default(null),
  mostEach: count.min(1).max(100).nullable().default(null),
  secret: z.boolean().default(false),
  earlyAt: time.nullable().default(null),
  earlyGroups: z.array(id('grp')).max(20).default([]),
  /** So many hours before opensAt for members of the page. */
  memberHours: z.number().int().min(0).max(720).default(0),
  state: z.enum(['open', 'closed']).default('open'),
})
export const Guest = z.object({
  id: id('gst'),
  name: z.string(),
  plus: count,
  tier: id('tir').nullable(),
  note: z.string(),
  vip: z.boolean(),
})
export const Promo = z.object({
  code: promoCode,
  note: z.string(),
  tiers: z.array(id('tir')),
  most: count.nullable(),
  used: count,
  closesAt: time.nullable(),
})
export const TierReport = z.object({
  tier: id('tir'),
  name: z.string(),
  capacity: count,
  sold: count,
  held: count,
  blocked: count,
  free: count,
  /** capacity = sold + held + blocked + free. */
  holds: z.boolean(),
  price: money,
  /** What was paid for it, and what of that went back. */
  gross: money,
  refunded: money,
  given: count,
  waiting: count,
})
export const Report = z.object({
  tiers: z.array(TierReport),
  gross: money,
  refunded: money,
  orders: count,
  buyers: count,
  guests: count,
  /** Tickets sold a day, in the show's zone. */
  days: z.array(z.object({ day: z.string(), tickets: count })),
})
/** All that the desk of a show needs. */
export const ShowDesk = z.object({
  show: Show,
  fields: z.object(ShowFields),
  tiers: z.array(TierFields.extend({ fixed: z.boolean() })),
  promos: z.array(Promo),
  report: Report,
  /** Groups that may carry it or buy early: those of the page, and of which one is a host. */
  choices: z.object({
    groups: z.array(z.object({ id: z.string(), name: z.string() })),
    /** What the page sells, so that there are members who may come first. */
    membership: z.object({ id: z.string(), title: z.string() }).nullable(),
  }),
  lottery: Lottery.nullable(),
  refunding: z.object({ left: count, done: count }).nullable(),
  answers: z.object({ keep: count, refund: count }).nullable(),
})
