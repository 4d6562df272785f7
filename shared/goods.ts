/** goods: products with variants and stock, tables of them, where they are sent and for how much, orders to send, returns. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import {
  country2,
  Counts,
  day,
  GivenRates,
  GivenVariants,
  Movement,
  movementCause,
  Product,
  ProductCard,
  productState,
  Received,
  Return,
  returnReason,
  returnState,
  Sending,
  sendingState,
  Settings,
  StockRow,
  TableAnswer,
  taxClass,
  Zone,
} from './goods-shapes.ts'
import { id } from './ids.ts'
import { amount, currency } from './money.ts'
import { ParcelAddress } from './shipping.ts'
import { time } from './time.ts'

export * from './goods-shapes.ts'

const count = z.number().int()

export const goods = room('goods', {
  // The desk: products.
  'GET /pages/:page/goods': query({
    access: 'member',
    summary: 'Products of a page one may edit, changed last first.',
    input: {
      page: id('pag'),
      state: productState.optional(),
      q: z.string().trim().max(100).optional(),
      low: flag(),
      cursor: cursor(),
      limit: limit(100, 30),
    },
    ok: page(ProductCard).extend({ counts: Counts }),
    faults: ['not_found'],
  }),
  'GET /goods/:id': query({
    access: 'member',
    summary: 'A product of a page one may edit, with all that can be changed of it.',
    input: { id: id('prd') },
    ok: Product,
    faults: ['not_found'],
  }),
  'PUT /goods/:id': command({
    access: 'member',
    summary:
      'Makes or changes a product under an id the client made, with all its variants; the same again changes nothing. Variants left out are gone.',
    input: {
      id: id('prd'),
      page: id('pag'),
      title: line(200),
      about: text(10_000).default(''),
      tags: z.array(line(40)).max(10).default([]),
      taxClass: taxClass.default('standard'),
      physical: z.boolean().default(true),
      handover: text(4000).default(''),
      pricing: z.enum(['fixed', 'name_your_price']).default('fixed'),
      currency: currency.default('CNY'),
      preorderOn: day.nullable().default(null),
      mostEach: count.min(1).max(1000).nullable().default(null),
      opensAt: time.nullable().default(null),
      closesAt: time.nullable().default(null),
      options: z.array(line(40)).max(3).default([]),
      variants: GivenVariants,
    },
    ok: Product,
    faults: ['not_found', 'key_reused', 'product_invalid', 'sku_taken', 'too_many_products'],
  }),
  'PUT /goods/:id/state': command({
    access: 'member',
    summary: 'Opens the sale of a product, takes it back to a draft, or puts it away.',
    input: { id: id('prd'), state: productState },
    ok: Product,
    faults: ['not_found', 'product_unready'],
  }),
  'POST /goods/:id/pictures': stream({
    access: 'member',
    summary: 'Adds a picture that was uploaded.',
    input: { id: id('prd'), upload: id('upl') },
    ok: z.object({ asset: id('ast'), picture: z.string() }),
    faults: ['not_found', 'picture_refused', 'product_invalid'],
  }),
  'PUT /goods/:id/pictures': command({
    access: 'member',
    summary: 'Puts the pictures in another order, or leaves some out.',
    input: { id: id('prd'), pictures: z.array(id('ast')).max(12) },
    ok: Product,
    faults: ['not_found', 'product_invalid'],
  }),

  // Stock.
  'GET /pages/:page/stock': query({
    access: 'member',
    summary: 'Variants with what is on the shelf and what of it is spoken for.',
    input: {
      page: id('pag'),
      q: z.string().trim().max(100).optional(),
      low: flag(),
      cursor: cursor(),
      limit: limit(200, 50),
    },
    ok: page(StockRow),
    faults: ['not_found'],
  }),
  'POST /variants/:variant/movements': command({
    access: 'member',
    summary:
      'Changes what is on the shelf, with its cause. `change`: so many more or fewer; `count`: so many are there. The same id again is the same movement.',
    input: {
      variant: id('var'),
      id: id('stk'),
      change: count.min(-1_000_000).max(1_000_000).optional(),
      /** Null: unlimited from now on. */
      count: count.min(0).max(10_000_000).nullable().optional(),
      cause: movementCause,
      note: text(300).default(''),
    },
    ok: StockRow,
    faults: ['not_found', 'key_reused', 'stock_spoken_for', 'product_invalid'],
  }),
  'GET /variants/:variant/movements': query({
    access: 'member',
    summary: 'The history of what was on the shelf, newest first.',
    input: { variant: id('var'), cursor: cursor(), limit: limit(100, 50) },
    ok: page(Movement),
    faults: ['not_found'],
  }),

  // Tables.
  'POST /pages/:page/goods/table': command({
    access: 'member',
    summary:
      'Reads a table of products (CSV). `apply` puts the good lines in; without it nothing changes. Lines with a known sku change their variant; the same table again changes nothing.',
    input: {
      page: id('pag'),
      table: z.string().min(1).max(4_000_000),
      apply: z.boolean().default(false),
      open: z.boolean().default(false),
    },
    ok: TableAnswer,
    faults: ['not_found', 'not_a_table', 'too_many_lines', 'too_many_products'],
    bodyLimit: 8 * 1024 * 1024,
    perMinute: 20,
  }),
  'GET /pages/:page/goods.csv': stream({
    access: 'member',
    summary: 'All products as a table with the columns that can be brought back.',
    input: { page: id('pag') },
    ok: z.any(),
    faults: ['not_found'],
  }),

  // Where to, and for how much.
  'GET /pages/:page/shipping': query({
    access: 'member',
    summary: 'Zones with their rates, and what the page says of sending and taking back.',
    input: { page: id('pag') },
    ok: z.object({ settings: Settings, zones: z.array(Zone) }),
    faults: ['not_found'],
  }),
  'PUT /pages/:page/shipping': command({
    access: 'member',
    summary: 'Changes what the page says of sending and taking back.',
    input: {
      page: id('pag'),
      handlingDays: count.min(0).max(60),
      returnDays: count.min(0).max(365),
      returnPaidBy: z.enum(['buyer', 'seller']),
      returnAddress: ParcelAddress.nullable(),
      lowAt: count.min(0).max(1000),
    },
    ok: Settings,
    faults: ['not_found'],
  }),
  'PUT /zones/:id': command({
    access: 'member',
    summary: 'Makes or changes a zone with its rates, under ids the client made. Rates left out are gone.',
    input: {
      id: id('zon'),
      page: id('pag'),
      name: line(80),
      /** None: everywhere else. */
      countries: z.array(country2).max(250),
      regions: z.array(line(60)).max(60).default([]),
      rates: GivenRates,
    },
    ok: Zone,
    faults: ['not_found', 'key_reused', 'zone_invalid', 'limited'],
  }),
  'DELETE /zones/:id': command({
    access: 'member',
    summary: 'Nothing is sent there any more. What was ordered is.',
    input: { id: id('zon') },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /pages/:page/carriages': query({
    access: 'anyone',
    summary: 'What sending a product to a country would cost, cheapest first.',
    input: {
      page: id('pag'),
      variant: id('var'),
      quantity: z.coerce.number().int().min(1).max(100).default(1),
      country: country2,
      region: text(80).default(''),
    },
    ok: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          amount,
          currency,
          minDays: count.nullable(),
          maxDays: count.nullable(),
        }),
      ),
    }),
    faults: ['not_found'],
  }),

  // Orders to send.
  'GET /pages/:page/sendings': query({
    access: 'member',
    summary: 'What of orders is to be packed, on its way, back: what waits longest first.',
    input: { page: id('pag'), state: sendingState.default('to_pack'), cursor: cursor(), limit: limit(100, 30) },
    ok: page(Sending).extend({ counts: Counts }),
    faults: ['not_found'],
  }),
  'POST /sendings/:id/split': command({
    access: 'member',
    summary: 'Puts some of it in a parcel of its own, which can be sent by itself. The same again changes nothing.',
    input: {
      id: id('snd'),
      sending: id('snd'),
      lines: z
        .array(z.object({ line: id('lin'), quantity: count.min(1).max(1000) }))
        .min(1)
        .max(100),
    },
    ok: z.object({ items: z.array(Sending) }),
    faults: ['not_found', 'key_reused', 'sending_state', 'sending_split'],
  }),
  'POST /lines/:line/received': command({
    access: 'member',
    summary: 'The buyer has it: what was sent of this line arrived, and its money goes to the seller now.',
    input: { line: id('lin') },
    ok: Received,
    faults: ['not_found', 'sending_state', 'return_open'],
  }),

  // Returns.
  'GET /lines/:line/return': query({
    access: 'member',
    summary: 'Whether and until when a line can be sent back, by whom it is paid, and what was asked before.',
    input: { line: id('lin') },
    ok: z.object({
      line: id('lin'),
      title: z.string(),
      detail: z.string().nullable(),
      picture: z.string().nullable(),
      seller: z.object({ id: z.string(), name: z.string() }),
      /** Pieces that can be sent back. */
      most: count,
      unit: z.object({ amount, currency }),
      /** The last day; `plainUntil`: for what is not faulty. */
      until: time.nullable(),
      plainUntil: time.nullable(),
      paidBy: z.enum(['buyer', 'seller']),
      /** As a code of a refusal; null: it can be. */
      why: z.string().nullable(),
      returns: z.array(Return),
    }),
    faults: ['not_found'],
  }),
  'POST /returns': command({
    access: 'member',
    summary: 'Asks to send something back. The same id again is the same question.',
    input: {
      id: id('ret'),
      line: id('lin'),
      quantity: count.min(1).max(1000),
      reason: returnReason,
      words: text(2000).default(''),
    },
    ok: Return,
    faults: ['not_found', 'key_reused', 'return_open', 'return_too_late', 'return_nothing'],
  }),
  'POST /returns/:id/pictures': stream({
    access: 'member',
    summary: 'Adds a picture that was uploaded, for the seller to see.',
    input: { id: id('ret'), upload: id('upl') },
    ok: done,
    faults: ['not_found', 'picture_refused', 'return_state'],
  }),
  'GET /returns/:id': query({
    access: 'member',
    summary: 'A return, for who bought and who sold.',
    input: { id: id('ret') },
    ok: Return,
    faults: ['not_found'],
  }),
  'GET /me/returns': query({
    access: 'member',
    summary: 'What one sent back, or asked to.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Return),
  }),
  'GET /pages/:page/returns': query({
    access: 'member',
    summary: 'Returns to a page one may edit.',
    input: { page: id('pag'), state: returnState.optional(), cursor: cursor(), limit: limit() },
    ok: page(Return).extend({ counts: Counts }),
    faults: ['not_found'],
  }),
  'POST /returns/:id/accept': command({
    access: 'member',
    summary: 'The seller takes it back, to this address (the page’s own unless told); or refunds it at once without having it back.',
    input: {
      id: id('ret'),
      answer: text(1000).default(''),
      address: ParcelAddress.optional(),
      keep: z.boolean().default(false),
    },
    ok: Return,
    faults: ['not_found', 'return_state', 'address_needed'],
  }),
  'POST /returns/:id/decline': command({
    access: 'member',
    summary: 'The seller does not take it back, and says why.',
    input: { id: id('ret'), answer: line(1000) },
    ok: Return,
    faults: ['not_found', 'return_state'],
  }),
  'POST /returns/:id/withdraw': command({
    access: 'member',
    summary: 'The buyer keeps it.',
    input: { id: id('ret') },
    ok: Return,
    faults: ['not_found', 'return_state'],
  }),
  'POST /returns/:id/sent': command({
    access: 'member',
    summary: 'The buyer sent it back with this carrier and number.',
    input: { id: id('ret'), carrier: line(60), tracking: line(80) },
    ok: Return,
    faults: ['not_found', 'return_state'],
  }),
  'POST /returns/:id/received': command({
    access: 'member',
    summary: 'It came back: so many pieces go on the shelf again, and so much is refunded (all of it unless told, then with a reason).',
    input: {
      id: id('ret'),
      restock: count.min(0).max(1000),
      amount: amount.optional(),
      answer: text(1000).default(''),
    },
    ok: Return,
    faults: ['not_found', 'return_state', 'return_amount', 'reason_needed'],
  }),
  'GET /console/goods-policy': query({
    access: 'finance',
    summary: 'How many days after things arrived their money goes to the seller when the buyer says nothing.',
    ok: z.object({ days: count }),
  }),
  'PUT /console/goods-policy': command({
    access: 'finance',
    summary: 'Sets after how many days things that arrived count as received; for what arrives from now on.',
    input: { days: count.min(3).max(60) },
    ok: z.object({ days: count }),
  }),
})
