/** Shapes of goods. */
import { z } from 'zod'
import { line } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { ParcelAddress, parcelState } from './shipping.ts'
import { time } from './time.ts'

const count = z.number().int()
export const productState = z.enum(['draft', 'open', 'archived'])
export const taxClass = z.enum(['standard', 'reduced', 'exempt'])
/** 2026-12-24. */
export const day = z.iso.date()
/** ISO 3166 code of two letters. */
export const country2 = z.string().regex(/^[A-Z]{2}$/)
/** What somebody may give as a cause; `sent`, `back` and `table` come by themselves. */
export const movementCause = z.enum(['received', 'counted', 'lost', 'damaged', 'given', 'back'])
export const anyCause = z.enum(['received', 'counted', 'sent', 'back', 'lost', 'damaged', 'given', 'table', 'unlimited'])
export const sendingState = z.enum(['to_pack', 'sent', 'arrived', 'returned', 'cancelled'])
export const returnState = z.enum(['asked', 'accepted', 'sent', 'refunded', 'short', 'declined', 'withdrawn'])
export const returnReason = z.enum(['changed_mind', 'faulty', 'damaged', 'wrong', 'not_as_described', 'other'])

/** What waits at a page's desk. */
export const Counts = z.object({
  draft: count,
  open: count,
  archived: count,
  low: count,
  toPack: count,
  returns: count,
  /** Nowhere is it sent to yet. */
  noZones: z.boolean(),
})
const Picture = z.object({ asset: id('ast'), small: z.string(), large: z.string() })
export const Variant = z.object({
  id: id('var'),
  options: z.array(z.string()),
  sku: z.string().nullable(),
  price: amount,
  weightG: count,
  picture: id('ast').nullable(),
  /** On the shelf; null: unlimited. */
  stock: count.nullable(),
  reserved: count,
  /** What can be ordered now; null: unlimited. Of a bundle: as many as its parts make. */
  available: count.nullable(),
  bundle: z.boolean(),
  parts: z.array(z.object({ variant: id('var'), title: z.string(), quantity: count })),
  offer: id('off').nullable(),
  sold: count,
})
export const ProductCard = z.object({
  id: id('prd'),
  page: id('pag'),
  title: z.string(),
  state: productState,
  picture: z.string().nullable(),
  tags: z.array(z.string()),
  physical: z.boolean(),
  preorderOn: day.nullable(),
  variants: count,
  from: money,
  to: money,
  /** In all; null: one of them is unlimited. */
  available: count.nullable(),
  /** Variants of which few are left. */
  low: count,
  changedAt: time,
})
export const Product = z.object({
  id: id('prd'),
  page: id('pag'),
  pageName: z.string(),
  title: z.string(),
  about: z.string(),
  tags: z.array(z.string()),
  taxClass,
  state: productState,
  physical: z.boolean(),
  handover: z.string(),
  pricing: z.enum(['fixed', 'name_your_price']),
  currency,
  preorderOn: day.nullable(),
  mostEach: count.nullable(),
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  options: z.array(z.string()),
  pictures: z.array(Picture),
  /** Pictures of a table that are still to be fetched, or could not be. */
  waiting: z.array(z.object({ url: z.string(), problem: z.string().nullable() })),
  variants: z.array(Variant),
  /** What keeps it from being opened. */
  missing: z.array(z.enum(['zone', 'handover', 'owner', 'price'])),
  changedAt: time,
})
export const StockRow = z.object({
  variant: id('var'),
  product: id('prd'),
  title: z.string(),
  detail: z.string().nullable(),
  picture: z.string().nullable(),
  sku: z.string().nullable(),
  stock: count.nullable(),
  reserved: count,
  available: count.nullable(),
  low: z.boolean(),
})
export const Movement = z.object({
  id: id('stk'),
  change: count,
  after: count,
  cause: anyCause,
  note: z.string(),
  /** The order's number, when one caused it. */
  order: z.string().nullable(),
  by: z.string().nullable(),
  at: time,
})

export const price = amount.refine(value => value >= 0n && value <= 1_000_000_000_000n)
export const GivenVariants = z
  .array(
    z.object({
      id: id('var'),
      options: z.array(line(60)).max(3).default([]),
      sku: line(60).nullable().default(null),
      price,
      weightG: count.min(0).max(1_000_000).default(0),
      picture: id('ast').nullable().default(null),
      /** Pieces at the beginning; later it changes by movements only. Null: unlimited. Absent: as it is. */
      stock: count.min(0).max(10_000_000).nullable().optional(),
      /** Made of these. */
      parts: z
        .array(z.object({ variant: id('var'), quantity: count.min(1).max(100) }))
        .max(20)
        .default([]),
    }),
  )
  .min(1)
  .max(120)
export const GivenRates = z
  .array(
    z.object({
      id: id('rat'),
      name: line(80),
      currency: currency.default('CNY'),
      way: z.enum(['flat', 'pieces', 'weight']),
      base: price,
      step: price.default(0n),
      stepOf: count.min(1).max(1_000_000).nullable().default(null),
      freeFrom: price.nullable().default(null),
      mostG: count.min(1).max(1_000_000).nullable().default(null),
      minDays: count.min(0).max(120).nullable().default(null),
      maxDays: count.min(0).max(180).nullable().default(null),
    }),
  )
  .min(1)
  .max(10)

/** Why a line of a table is not good; words stand in goods.table.wrong. */
export const badCode = z.enum([
  'sku_missing',
  'sku_twice',
  'title_missing',
  'title_long',
  'price_wrong',
  'currency_wrong',
  'currency_mixed',
  'stock_wrong',
  'stock_spoken_for',
  'weight_wrong',
  'state_wrong',
  'date_wrong',
  'limit_wrong',
  'picture_wrong',
  'options_wrong',
  'options_twice',
  'yes_no_wrong',
  'tax_wrong',
  'too_long',
  'columns_wrong',
  'other_product',
  'pricing_wrong',
  'time_wrong',
  'parts_wrong',
  'part_unknown',
])
export const BadLine = z.object({
  /** As spreadsheets count: the head is line 1. */
  line: count,
  column: z.string(),
  value: z.string(),
  code: badCode,
})
export const TableAnswer = z.object({
  lines: count,
  products: z.object({ new: count, changed: count, same: count }),
  variants: z.object({ new: count, changed: count, same: count }),
  /** Pictures that will be fetched. */
  pictures: count,
  /** Products that stay drafts: nowhere are they sent to, or nothing says what is handed over. */
  drafts: count,
  bad: z.array(BadLine),
  badCount: count,
  /** Columns of the table that say nothing to us. */
  unknown: z.array(z.string()),
  /** The first products, as they will be. */
  preview: z.array(
    z.object({
      title: z.string(),
      change: z.enum(['new', 'changed', 'same']),
      variants: count,
      from: money,
      stock: count.nullable(),
    }),
  ),
  applied: z.boolean(),
})

export const Settings = z.object({
  handlingDays: count,
  returnDays: count,
  returnPaidBy: z.enum(['buyer', 'seller']),
  returnAddress: ParcelAddress.nullable(),
  lowAt: count,
})
export const Rate = z.object({
  id: id('rat'),
  name: z.string(),
  currency,
  way: z.enum(['flat', 'pieces', 'weight']),
  base: amount,
  step: amount,
  stepOf: count.nullable(),
  freeFrom: amount.nullable(),
  mostG: count.nullable(),
  minDays: count.nullable(),
  maxDays: count.nullable(),
})
export const Zone = z.object({
  id: id('zon'),
  name: z.string(),
  countries: z.array(z.string()),
  regions: z.array(z.string()),
  rates: z.array(Rate),
})
export const SendingLine = z.object({
  line: id('lin'),
  title: z.string(),
  detail: z.string().nullable(),
  picture: z.string().nullable(),
  sku: z.string().nullable(),
  quantity: count,
  /** Of a bundle: what is in it. */
  parts: z.array(z.object({ title: z.string(), sku: z.string().nullable(), quantity: count })),
})
export const Sending = z.object({
  id: id('snd'),
  order: z.object({ id: id('ord'), number: z.string(), note: z.string().nullable(), at: time }),
  buyer: z.object({ id: id('usr'), name: z.string() }),
  state: sendingState,
  notBefore: day.nullable(),
  /** To be sent until then, by the page’s own promise. */
  sendBy: time.nullable(),
  parcel: id('pcl').nullable(),
  parcelState: parcelState.nullable(),
  carrier: z.string().nullable(),
  tracking: z.string().nullable(),
  address: ParcelAddress.nullable(),
  /** The way of sending that was bought. */
  carriage: z.string().nullable(),
  lines: z.array(SendingLine),
  createdAt: time,
  sentAt: time.nullable(),
  arrivedAt: time.nullable(),
})
export const Received = z.object({ line: id('lin'), pieces: count, settlesAt: time.nullable() })
export const Return = z.object({
  id: id('ret'),
  line: id('lin'),
  order: z.object({ id: id('ord'), number: z.string() }),
  title: z.string(),
  detail: z.string().nullable(),
  picture: z.string().nullable(),
  buyer: z.object({ id: z.string(), name: z.string() }),
  seller: z.object({ id: z.string(), name: z.string() }),
  quantity: count,
  reason: returnReason,
  words: z.string(),
  pictures: z.array(z.string()),
  state: returnState,
  answer: z.string(),
  /** Where it goes to. */
  address: ParcelAddress.nullable(),
  carrier: z.string().nullable(),
  tracking: z.string().nullable(),
  follow: z.string().nullable(),
  paidBy: z.enum(['buyer', 'seller']),
  /** What these pieces cost, and what was given back. */
  price: money,
  amount: money.nullable(),
  restocked: count,
  until: time.nullable(),
  createdAt: time,
  closedAt: time.nullable(),
  can: z.object({ accept: z.boolean(), decline: z.boolean(), withdraw: z.boolean(), send: z.boolean(), receive: z.boolean() }),
})
