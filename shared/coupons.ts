/** coupons: codes for less, gift cards of the planet, codes that come with a record. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { time } from './time.ts'

const count = z.number().int()
const off = amount.refine(value => value >= 1n && value <= 10n ** 12n)
/** As people type it; kept in capitals. */
export const couponCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[0-9A-Z][0-9A-Z-]{2,39}$/)
/** Any code one was given: of a gift card (16 signs) or of a record (12). */
const anyCode = z.string().trim().min(8).max(60)
const state = z.enum(['open', 'closed'])

/** A single offer, or a thing with all that is offered of it: a release, a product with its variants, a show with its tiers, a service, a room. */
const single = z.string().regex(/^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/)

/** A coupon as its editor sends it: percent or an amount off; for all of the page, for kinds, or for single things. */
export const givenCoupon = {
  name: line(120),
  /** Null: a series; its codes are made apart, each good once. Or it is `automatic`. */
  code: couponCode.nullable().default(null),
  percentBp: count.min(1).max(10_000).nullable().default(null),
  amount: off.nullable().default(null),
  /** Of all its amounts. Not told: as before; of a new one, the money most of the page's offers are in. */
  currency: currency.optional(),
  mostOff: off.nullable().default(null),
  least: amount.refine(value => value >= 0n && value <= 10n ** 12n).default(0n),
  kinds: z
    .array(z.string().regex(/^[a-z_]{2,20}$/))
    .min(1)
    .max(20)
    .nullable()
    .default(null),
  offers: z.array(single).min(1).max(200).nullable().default(null),
  opensAt: time.nullable().default(null),
  closesAt: time.nullable().default(null),
  usesMost: count.min(1).max(1_000_000).nullable().default(null),
  eachMost: count.min(1).max(1000).nullable().default(null),
  firstOnly: z.boolean().default(false),
  membersOnly: z.boolean().default(false),
  stacks: z.boolean().default(false),
  /** Has no code and applies by itself to whoever fulfils the rest; buyers read its name. The best for them wins where two exclude each other. */
  automatic: z.boolean().default(false),
  state: state.default('open'),
}
export const Coupon = z.object({
  id: id('cpn'),
  page: id('pag'),
  name: z.string(),
  code: z.string().nullable(),
  percentBp: count.nullable(),
  amount: amount.nullable(),
  currency,
  mostOff: amount.nullable(),
  least: amount,
  kinds: z.array(z.string()).nullable(),
  offers: z.array(z.object({ id: single, title: z.string() })).nullable(),
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  usesMost: count.nullable(),
  eachMost: count.nullable(),
  firstOnly: z.boolean(),
  membersOnly: z.boolean(),
  stacks: z.boolean(),
  automatic: z.boolean(),
  state,
  /** Orders that count, and what it took off them in all. */
  used: count,
  given: money,
  /** Of a series: how many codes there are, and how many are free. */
  codes: count,
  free: count,
  createdAt: time,
})
export const CouponUse = z.object({
  order: id('ord'),
  number: z.string(),
  code: z.string(),
  buyer: z.string(),
  off: money,
  at: time,
  /** Given back: the order ended unpaid or was refunded whole. */
  ended: z.boolean(),
})

export const designs = ['moon', 'orbit', 'comet', 'garden', 'festival', 'plain'] as const
/** What one chooses for a gift card (the order line's `choice`). */
export const GiftChoice = z.object({
  design: z.enum(designs).default('moon'),
  toName: z.string().trim().max(80).default(''),
  /** Where the code is mailed. Without it whoever buys the card hands the code over. */
  toMail: z.email().max(254).nullable().default(null),
  fromName: z.string().trim().max(80).default(''),
  message: text(1000).default(''),
  /** When it is mailed; at once unless told. */
  deliverAt: z.iso.datetime().nullable().default(null),
})
export const GiftSale = z.object({
  offer: id('off'),
  page: z.object({ id: id('pag'), name: z.string() }),
  currency,
  amounts: z.array(amount),
  least: amount,
  most: amount,
})
export const GiftCard = z.object({
  id: id('gft'),
  state: z.enum(['waiting', 'active', 'void']),
  design: z.string(),
  amount: money,
  /** What is left of it. Only whoever may spend it sees that. */
  left: money.nullable(),
  toName: z.string(),
  toMail: z.string().nullable(),
  fromName: z.string(),
  message: z.string(),
  deliverAt: time.nullable(),
  deliveredAt: time.nullable(),
  /** The end of its code. */
  tail: z.string().nullable(),
  bought: z.boolean(),
  /** The viewer keeps it: it pays without its code. */
  mine: z.boolean(),
  /** Somebody keeps it in their account. */
  kept: z.boolean(),
  createdAt: time,
  can: z.object({ showCode: z.boolean(), keep: z.boolean(), resend: z.boolean() }),
})
export const GiftMove = z.object({
  at: time,
  what: z.enum(['spent', 'back']),
  amount: money,
  order: id('ord'),
  number: z.string().nullable(),
})

const ReleaseBrief = z.object({ id: id('rel'), title: z.string(), artists: z.string(), cover: z.string().nullable() })
/** What a code is, before and after it is used. */
export const Redeemable = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('release'), state: z.enum(['good', 'used', 'over', 'yours']), release: ReleaseBrief, until: time.nullable() }),
  z.object({
    kind: z.literal('gift_card'),
    state: z.enum(['good', 'kept', 'over', 'yours']),
    id: id('gft'),
    design: z.string(),
    amount: money,
    left: money,
    toName: z.string(),
    fromName: z.string(),
    message: z.string(),
  }),
])
export const CodeSeries = z.object({
  id: id('rdc'),
  name: z.string(),
  release: ReleaseBrief,
  page: id('pag'),
  until: time.nullable(),
  made: count,
  used: count,
  stopped: z.boolean(),
  createdAt: time,
})

export const coupons = room('coupons', {
  'GET /pages/:page/coupons': query({
    access: 'member',
    summary: 'Coupons of a page one may edit, newest first; `currency` is the money the page sells in.',
    input: { page: id('pag'), cursor: cursor(), limit: limit(100, 50) },
    ok: page(Coupon).extend({ currency }),
    faults: ['not_found'],
  }),
  'PUT /coupons/:id': command({
    access: 'member',
    summary: 'Makes or changes a coupon under an id the client made. How much it takes off stays once it was used.',
    input: { id: id('cpn'), page: id('pag'), ...givenCoupon },
    ok: Coupon,
    faults: ['not_found', 'own_page_only', 'key_reused', 'code_taken', 'coupon_invalid', 'coupon_fixed'],
  }),
  'GET /coupons/:id': query({ access: 'member', summary: 'A coupon.', input: { id: id('cpn') }, ok: Coupon, faults: ['not_found'] }),
  'GET /coupons/:id/uses': query({
    access: 'member',
    summary: 'Orders that used a coupon, newest first.',
    input: { id: id('cpn'), cursor: cursor(), limit: limit(100, 50) },
    ok: page(CouponUse),
    faults: ['not_found'],
  }),
  'POST /coupons/:id/codes': command({
    access: 'member',
    summary: 'Makes codes of a series up to so many in all, each good once. The same number again makes none.',
    input: {
      id: id('cpn'),
      total: count.min(1).max(20_000),
      /** What they begin with. */
      prefix: z
        .string()
        .trim()
        .toUpperCase()
        .regex(/^[0-9A-Z]{0,12}$/)
        .default(''),
    },
    ok: Coupon,
    faults: ['not_found', 'coupon_invalid'],
  }),
  'GET /coupons/:id/codes.csv': stream({
    access: 'member',
    summary: 'The codes of a series as a table for spreadsheets.',
    input: { id: id('cpn') },
    ok: z.any(),
    faults: ['not_found'],
  }),
  'GET /gift-cards/sale': query({
    access: 'anyone',
    summary: 'What gift cards can be bought; null while none are sold.',
    ok: z.object({ sale: GiftSale.nullable() }),
  }),
  'GET /me/gift-cards': query({
    access: 'member',
    summary: 'Gift cards one bought or keeps, newest first.',
    input: { cursor: cursor(), limit: limit(100, 50) },
    ok: page(GiftCard),
  }),
  'GET /gift-cards/:id': query({
    access: 'member',
    summary: 'A gift card one bought or keeps, with what it paid for.',
    input: { id: id('gft') },
    ok: GiftCard.extend({ moves: z.array(GiftMove) }),
    faults: ['not_found'],
  }),
  'POST /gift-cards/:id/code': command({
    access: 'member',
    summary: 'Shows whoever bought it a new code, once. Codes made before are no good any more; never after it was used or kept.',
    input: { id: id('gft') },
    ok: z.object({ code: z.string(), card: GiftCard }),
    faults: ['not_found', 'gift_kept', 'gift_not_ready'],
    perMinute: 20,
  }),
  'POST /gift-cards/:id/keep': command({
    access: 'member',
    summary: 'Whoever bought it keeps it for themselves: it pays without a code.',
    input: { id: id('gft') },
    ok: GiftCard,
    faults: ['not_found', 'gift_kept', 'gift_not_ready'],
  }),
  'POST /gift-cards/:id/send': command({
    access: 'member',
    summary: 'Mails it (again, with a new code), to this address from now on. Never after it was used or kept.',
    input: { id: id('gft'), toMail: z.email().max(254) },
    ok: GiftCard,
    faults: ['not_found', 'gift_kept', 'gift_not_ready'],
    perMinute: 5,
  }),
  'POST /redeem/look': command({
    access: 'anyone',
    summary: 'What a code is good for. Changes nothing.',
    input: { code: anyCode },
    ok: Redeemable,
    faults: ['code_unknown'],
    perMinute: 10,
  }),
  'POST /redeem': command({
    access: 'member',
    summary: 'Takes what a code gives: a release to keep, or a gift card into one’s account. Twice by the same person is once.',
    input: { code: anyCode },
    ok: Redeemable,
    faults: ['code_unknown', 'code_used', 'code_over', 'already_owned', 'gift_kept'],
    perMinute: 10,
  }),
  'GET /pages/:page/release-codes': query({
    access: 'member',
    summary: 'Series of codes for releases of a page one may edit.',
    input: { page: id('pag') },
    ok: z.object({ items: z.array(CodeSeries) }),
    faults: ['not_found'],
  }),
  'PUT /release-codes/:id': command({
    access: 'member',
    summary: 'Makes a series of codes for a release under an id the client made, or changes its name, its end, or makes it larger.',
    input: {
      id: id('rdc'),
      release: id('rel'),
      name: line(120),
      until: time.nullable().default(null),
      total: count.min(1).max(20_000),
    },
    ok: CodeSeries,
    faults: ['not_found', 'own_page_only', 'key_reused'],
  }),
  'POST /release-codes/:id/stop': command({
    access: 'member',
    summary: 'Codes of it that were not used are no good from now on.',
    input: { id: id('rdc') },
    ok: CodeSeries,
    faults: ['not_found'],
  }),
  'GET /release-codes/:id/codes.csv': stream({
    access: 'member',
    summary: 'The codes of a series, for the printer.',
    input: { id: id('rdc') },
    ok: z.any(),
    faults: ['not_found'],
  }),
  'GET /console/gift-cards': query({
    access: 'finance',
    summary: 'Gift cards: what is owed on them and what is held for them, how they are sold, and the cards, newest first.',
    input: { cursor: cursor(), limit: limit(100, 50) },
    ok: page(GiftCard.omit({ can: true, mine: true, bought: true, message: true, toMail: true }).extend({ buyer: z.string() })).extend({
      sale: GiftSale.extend({ open: z.boolean() }).nullable(),
      pages: z.array(z.object({ id: id('pag'), name: z.string() })),
      sold: money,
      spent: money,
      owed: money,
      held: money,
      cards: count,
    }),
  }),
  'PUT /console/gift-cards/sale': command({
    access: 'operator',
    summary: 'Says how gift cards are sold: by which page of one’s own, which amounts, and whether at all.',
    input: {
      page: id('pag'),
      amounts: z.array(amount).min(1).max(8),
      least: off,
      most: off,
      open: z.boolean(),
    },
    ok: done,
    faults: ['not_found', 'own_page_only', 'invalid'],
  }),
})
