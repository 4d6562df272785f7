/** shop: offers, orders, settlement of lines, downloads. One checkout for everything sold. */
import { z } from 'zod'
import { Cover, ReleaseCard } from './catalogue.ts'
import { command, cursor, limit, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { money } from './money.ts'
import { ParcelAddress } from './shipping.ts'
import { time } from './time.ts'

export const pricing = z.enum(['fixed', 'name_your_price', 'free'])
export const offerState = z.enum(['open', 'closed'])
/** placed: waits for payment · paid: money is in escrow · settled: every line reached its receivers · cancelled · expired · refunded. */
export const orderState = z.enum(['placed', 'paid', 'settled', 'cancelled', 'expired', 'refunded'])
export const downloadFormat = z.enum(['original', 'flac', 'mp3', 'aac'])

/** A kind of offer: digital, merch, ticket, booking … (server/shop/kinds.ts). */
export const offerKind = z.string().regex(/^[a-z_]{2,20}$/)
/** A release on sale. What else is sold is told by the room that sells it. */
export const Offer = z.object({
  id: id('off'),
  kind: z.literal('digital'),
  state: offerState,
  pricing,
  /** The price; the lowest one when the buyer names it. */
  price: money,
  /** When it can be ordered; null: from now on, and without an end. Orders before the release comes out wait for its day all the same. */
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  release: ReleaseCard,
  seller: z.object({ id: z.string(), name: z.string() }),
  formats: z.array(downloadFormat),
  sold: z.number().int(),
  owned: z.boolean(),
  can: z.object({ edit: z.boolean() }),
})
/** What happens next with a line: a code worded in `t.checkout.progress`. `zone`: where it happens at a place, `at` is told as clocks show it there. */
export const Progress = z.object({
  code: z.string(),
  at: time.nullable(),
  zone: z.string().nullable(),
  url: z.string().nullable(),
  text: z.string().nullable(),
})
export const OrderLine = z.object({
  id: id('lin'),
  offer: id('off'),
  kind: offerKind,
  /** What was bought, as its kind knows it: rel_…, var_…, tir_…, res_… */
  subject: z.string(),
  title: z.string(),
  /** Which of several: a size, seats, a slot. */
  detail: z.string().nullable(),
  artists: z.string(),
  cover: Cover.nullable(),
  release: id('rel').nullable(),
  quantity: z.number().int(),
  /** Price of one piece, before the discount. */
  unit: money,
  discount: money,
  discountCode: z.string().nullable(),
  amount: money,
  /** What of it went back so far. */
  refunded: money,
  state: z.enum(['waiting', 'held', 'settled', 'refunded', 'cancelled']),
  seller: z.object({ id: z.string(), name: z.string() }),
  /** When its money goes to the seller, as long as it waits. */
  settlesAt: time.nullable(),
  progress: z.array(Progress),
})
const choice = z.record(z.string().max(40), z.unknown()).refine(value => JSON.stringify(value).length <= 8000)
/** What is asked for: offers with what was chosen of each, codes for less, cards that pay, where it goes. */
export const Asked = {
  lines: z
    .array(
      z.object({
        offer: id('off'),
        quantity: z.number().int().min(1).max(100).default(1),
        /** Of one piece, where the buyer names it. */
        price: money.optional(),
        choice: choice.optional(),
      }),
    )
    .min(1)
    .max(100),
  address: ParcelAddress.optional(),
  /** Where to write about this order; one’s own address unless told. */
  contact: z.email().max(254).optional(),
  codes: z.array(z.string().trim().min(1).max(40)).max(10).optional(),
  cards: z.array(z.string().trim().min(8).max(60)).max(5).optional(),
  note: z.string().trim().max(1000).optional(),
}
/** What an order would come to, line by line, and what keeps it from being placed. Nothing is set aside. */
export const Quote = z.object({
  lines: z.array(
    z.object({
      index: z.number().int(),
      offer: id('off'),
      kind: z.string(),
      title: z.string(),
      detail: z.string().nullable(),
      seller: z.object({ id: z.string(), name: z.string() }),
      quantity: z.number().int(),
      unit: money.nullable(),
      discount: money.nullable(),
      /** The codes it comes from, or names of what applies by itself. */
      discountCode: z.string().nullable(),
      amount: money.nullable(),
      /** Why it cannot be had, as a code with its sentence. */
      problem: z.object({ code: z.string(), title: z.string() }).nullable(),
    }),
  ),
  /** Ways to send, by seller; choose one and put its offer in as a line. */
  carriages: z.array(
    z.object({
      page: z.string(),
      offer: id('off'),
      name: z.string(),
      price: money,
      minDays: z.number().int().nullable(),
      maxDays: z.number().int().nullable(),
    }),
  ),
  /** Pages of whose things some need an address, which has no way chosen yet. */
  needCarriage: z.array(z.string()),
  needAddress: z.boolean(),
  problem: z.object({ code: z.string(), title: z.string() }).nullable(),
  goods: money,
  discount: money,
  shipping: money,
  credit: money,
  total: money,
  /** Left to be paid by the provider. */
  toPay: money,
})
export const Order = z.object({
  id: id('ord'),
  number: z.string(),
  state: orderState,
  total: money,
  /** What of it gift cards pay. */
  credit: money,
  contact: z.string().nullable(),
  address: ParcelAddress.nullable(),
  note: z.string().nullable(),
  lines: z.array(OrderLine),
  /** Where to pay; null when nothing is to be paid. */
  payUrl: z.string().nullable(),
  createdAt: time,
  paidAt: time.nullable(),
  expiresAt: time.nullable(),
  /** Why the last payment did not work, as a code. */
  problem: z.string().nullable(),
})
/** What someone means to buy, kept for them on every device. Title, picture and price are as they were when it was put in: the quote tells the true ones. */
export const CartLine = z.object({
  offer: id('off'),
  kind: offerKind.optional(),
  quantity: z.number().int().min(1).max(100),
  choice: choice.optional(),
  title: z.string().max(300),
  /** Which of several: a size, a seat, a slot. */
  detail: z.string().max(300).nullable().optional(),
  /** Address of a picture on this planet. */
  picture: z
    .string()
    .max(400)
    .regex(/^\/(?!\/)/)
    .nullable(),
  price: money,
  /** The buyer named the price. */
  named: z.boolean().optional(),
  /** Its page. */
  url: z
    .string()
    .max(300)
    .regex(/^\/(?!\/)/),
  seller: z.object({ id: z.string().max(40), name: z.string().max(120) }).optional(),
  /** Kept for them until then (seats, a slot). */
  until: time.optional(),
  /** How many one may have at most. */
  most: z.number().int().optional(),
  /** Put aside, not bought with the rest. */
  later: z.boolean().optional(),
})
export const Cart = z.object({ version: z.number().int(), lines: z.array(CartLine) })
export const Download = z.object({
  line: id('lin'),
  release: id('rel'),
  title: z.string(),
  formats: z.array(z.object({ format: downloadFormat, bytes: z.number().int().nullable(), url: z.string() })),
  tracks: z.array(
    z.object({
      id: id('trk'),
      number: z.number().int(),
      title: z.string(),
      urls: z.array(z.object({ format: downloadFormat, url: z.string() })),
    }),
  ),
})

export const shop = room('shop', {
  'GET /offers': query({
    access: 'anyone',
    summary: 'What is for sale, newest first.',
    input: { seller: z.string().max(40).optional(), sort: z.enum(['new', 'popular']).default('new'), cursor: cursor(), limit: limit() },
    ok: page(Offer),
  }),
  'GET /offers/:id': query({ access: 'anyone', summary: 'An offer.', input: { id: id('off') }, ok: Offer, faults: ['not_found'] }),
  'POST /offers': command({
    access: 'member',
    summary: 'Offers a release of a page one may edit.',
    input: {
      id: id('off').optional(),
      release: id('rel'),
      pricing,
      price: money,
      opensAt: time.nullable().default(null),
      closesAt: time.nullable().default(null),
    },
    ok: Offer,
    faults: ['not_found', 'forbidden', 'own_page_only', 'no_split', 'conflict', 'key_reused', 'sale_window', 'invalid'],
  }),
  'PATCH /offers/:id': command({
    access: 'member',
    summary: 'Changes the price or when it can be ordered (null: no limit), opens or closes it. Orders already placed keep their price.',
    input: {
      id: id('off'),
      pricing: pricing.optional(),
      price: money.optional(),
      opensAt: time.nullable().optional(),
      closesAt: time.nullable().optional(),
      state: offerState.optional(),
    },
    ok: Offer,
    faults: ['not_found', 'own_page_only', 'no_split', 'conflict', 'sale_window'],
  }),
  'GET /me/offers': query({
    access: 'member',
    summary: 'Offers of the pages one may edit.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Offer),
  }),
  'POST /orders': command({
    access: 'member',
    summary: 'Places an order. With the same id and the same lines again it is the same order; an order of ¥0 is fulfilled at once.',
    input: {
      id: id('ord').optional(),
      ...Asked,
      /** How to pay (`GET /payments/providers`); the usual way unless told. */
      provider: z.string().max(30).optional(),
    },
    ok: Order,
    faults: [
      'not_found',
      'offer_closed',
      'not_on_sale_yet',
      'sale_over',
      'no_split',
      'price_too_low',
      'already_owned',
      'sold_out',
      'too_many_each',
      'currency_mixed',
      'provider_closed',
      'key_reused',
    ],
  }),
  'POST /orders/quote': command({
    access: 'member',
    summary: 'What an order would come to and whether it can be had now. Sets nothing aside and changes nothing.',
    input: Asked,
    ok: Quote,
    faults: ['not_found', 'currency_mixed'],
  }),
  'GET /orders/:id': query({
    access: 'member',
    summary: 'An order of one’s own.',
    input: { id: id('ord') },
    ok: Order,
    faults: ['not_found'],
  }),
  'POST /orders/:id/cancel': command({
    access: 'member',
    summary: 'Cancels an order that is not paid.',
    input: { id: id('ord') },
    ok: Order,
    faults: ['not_found', 'already_paid'],
  }),
  'GET /me/orders': query({
    access: 'member',
    summary: 'One’s orders, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Order),
  }),
  'GET /me/cart': query({ access: 'member', summary: 'What one means to buy, as any of one’s devices left it.', ok: Cart }),
  'PUT /me/cart': command({
    access: 'member',
    summary:
      'Keeps the whole cart. `version` is the one it was made from; another device was faster: `cart_changed`, read it and put both together.',
    input: { version: z.number().int().min(0), lines: z.array(CartLine).max(100) },
    ok: Cart,
    faults: ['cart_changed', 'too_large'],
  }),
  'GET /me/sales': query({
    access: 'member',
    summary: 'Lines sold by pages one may edit, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(
      z.object({
        line: id('lin'),
        order: id('ord'),
        at: time,
        title: z.string(),
        detail: z.string().nullable(),
        kind: z.string(),
        quantity: z.number().int(),
        amount: money,
        /** What of it went back so far. */
        refunded: money,
        state: OrderLine.shape.state,
        release: id('rel').nullable(),
        settlesAt: time.nullable(),
      }),
    ),
  }),
  'GET /me/purchases': query({
    access: 'member',
    summary: 'Releases one owns.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(ReleaseCard.extend({ line: id('lin'), boughtAt: time })),
  }),
  'GET /downloads/:line': query({
    access: 'member',
    summary: 'What can be downloaded of a line one bought.',
    input: { line: id('lin') },
    ok: Download,
    faults: ['not_found'],
  }),
  'GET /downloads/:line/zip': stream({
    access: 'member',
    summary: 'Everything as one zip, streamed; tags and cover inside.',
    input: { line: id('lin'), format: downloadFormat.default('original') },
    ok: z.null(),
    faults: ['not_found'],
  }),
  'GET /downloads/:line/tracks/:track': stream({
    access: 'member',
    summary: 'One track.',
    input: { line: id('lin'), track: id('trk'), format: downloadFormat.default('original') },
    ok: z.null(),
    faults: ['not_found'],
  }),
})
