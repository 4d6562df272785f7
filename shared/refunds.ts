/** refunds: money that goes back to buyers, disputes, shortfalls of those who should give back, the rolling reserve. */
import { z } from 'zod'
import { command, cursor, done, line as lineOfText, limit, page, query, room, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, money } from './money.ts'
import { party } from './people.ts'
import { time } from './time.ts'

export const refundReason = z.enum(['mistake', 'faulty', 'not_as_described', 'twice', 'goodwill', 'other'])
/** asked: the seller decides · escalated: the planet's finance decides · short: a receiver cannot give back, the operator decides · done · declined · withdrawn. */
export const refundState = z.enum(['asked', 'escalated', 'short', 'done', 'declined', 'withdrawn'])
export const disputeState = z.enum(['open', 'won', 'lost'])
export const shortfallState = z.enum(['open', 'receivable', 'borne', 'refused', 'covered'])
const named = z.object({ id: z.string(), name: z.string() })
/** Why something was decided by itself: the line was refunded otherwise, a dispute began, nobody decided in time, the operator refused. */
export const answerCode = z.enum(['refunded', 'dispute', 'timeout', 'refused'])

export const Refund = z.object({
  id: id('rfq'),
  line: id('lin'),
  order: z.object({ id: id('ord'), number: z.string() }),
  title: z.string(),
  buyer: named,
  seller: named,
  /** What was asked for, and what was or would be given. */
  asked: money,
  amount: money,
  /** The line's price, what of it went back so far, and what went back or would go back with this. */
  price: money,
  refunded: money,
  side: z.enum(['buyer', 'seller', 'staff']),
  reason: refundReason,
  note: z.string().nullable(),
  state: refundState,
  /** What the buyer is told of the decision. */
  answer: z.string().nullable(),
  answerCode: answerCode.nullable(),
  createdAt: time,
  /** Until when the one who should decide can; then the next step happens by itself. */
  until: time.nullable(),
  decidedAt: time.nullable(),
  downloaded: z.boolean(),
  can: z.object({ approve: z.boolean(), decline: z.boolean(), withdraw: z.boolean(), escalate: z.boolean() }),
})
export const RefundLine = z.object({
  line: id('lin'),
  title: z.string(),
  price: money,
  refunded: money,
  /** What can still be asked for. */
  left: money,
  /** A dispute of the payment is open. */
  disputed: z.boolean(),
  /** May be asked for until then; `why` not, as a fault's code. */
  can: z.object({ ask: z.boolean(), why: z.string().nullable(), until: time.nullable() }),
  requests: z.array(Refund),
  /** Money on its way back, and when it was sent. */
  returns: z.array(z.object({ id: z.string(), amount: money, state: z.enum(['asked', 'done', 'failed']), at: time })),
})
/** What each receiver gives back: `step` as it was settled, `gave`: what they got of the line and still have, before and after. `short` and balances: for staff. */
export const GiveBack = z.object({
  receiver: named,
  kind: z.enum(['person', 'organisation', 'planet', 'provider', 'tax', 'escrow']),
  step: z.string(),
  before: money,
  gives: money,
  after: money,
})
export const RefundPreview = z.object({
  line: id('lin'),
  title: z.string(),
  price: money,
  refunded: money,
  left: money,
  amount: money,
  state: z.enum(['held', 'settled']),
  downloaded: z.boolean(),
  gives: z.array(GiveBack),
  /** Not all of it is there: the refund would wait for the operator. `missing`: how much, for staff only. */
  waits: z.boolean(),
  missing: z.array(money),
})
export const Dispute = z.object({
  id: id('dsp'),
  order: z.object({ id: id('ord'), number: z.string() }),
  buyer: named,
  provider: z.string(),
  reason: z.string(),
  state: disputeState,
  /** What the payer's bank took, what of it falls on the lines (the rest had been refunded), what the provider keeps for it. */
  amount: money,
  parts: money,
  fee: money,
  openedAt: time,
  endedAt: time.nullable(),
  /** Until when to answer. */
  respondBy: time.nullable(),
  lines: z.array(
    z.object({
      line: id('lin'),
      title: z.string(),
      amount: money,
      mode: z.enum(['escrow', 'given']),
      holds: z.array(z.object({ receiver: named, wanted: money, held: money, hold: z.string().nullable() })),
    }),
  ),
  evidence: z.array(z.object({ by: z.string(), text: z.string(), at: time })),
})
export const Shortfall = z.object({
  id: id('sht'),
  kind: z.enum(['refund', 'dispute']),
  cause: z.string(),
  order: z.object({ id: id('ord'), number: z.string() }),
  title: z.string(),
  party: named,
  amount: money,
  recovered: money,
  state: shortfallState,
  reason: z.string().nullable(),
  createdAt: time,
  until: time.nullable(),
  decidedAt: time.nullable(),
  /** Now: what the party could give of it at once, and the planet's own money before and after it would pay the rest. */
  there: money,
  own: z.object({ before: money, after: money }),
})
export const Reserve = z.object({
  party: named,
  shareBp: z.number().int(),
  days: z.number().int(),
  reason: z.string(),
  at: time,
  /** What rests now, and the parts of it with their dates. */
  resting: z.array(money),
  tranches: z.array(z.object({ amount: money, income: money, releaseAt: time })),
})
export const Owed = z.object({
  id: id('sht'),
  party: named,
  kind: z.enum(['refund', 'dispute']),
  title: z.string(),
  amount: money,
  recovered: money,
  reason: z.string(),
  at: time,
})

const why = lineOfText(500)
const ask = { line: id('lin'), amount: amount.optional(), reason: refundReason, note: text(1000).optional() }
const faults = [
  'not_found',
  'forbidden',
  'nothing_to_refund',
  'refund_too_much',
  'dispute_open',
  'refund_waits',
  'key_reused',
  'conflict',
] as const

export const refunds = room('refunds', {
  'GET /orders/:id/refunds': query({
    access: 'member',
    summary: 'What of one’s order can be refunded, and what was.',
    input: { id: id('ord') },
    ok: z.object({ lines: z.array(RefundLine) }),
    faults: ['not_found'],
  }),
  'POST /refunds': command({
    access: 'member',
    summary: 'Asks for a refund of a line one bought, in full or in part. The seller has seven days, then the planet decides.',
    input: { id: id('rfq').optional(), ...ask },
    ok: Refund,
    faults: [...faults, 'refund_asked', 'refund_too_late', 'refund_downloaded'],
    perMinute: 30,
  }),
  'GET /refunds/:id': query({
    access: 'member',
    summary: 'A refund, for its buyer, its seller and finance.',
    input: { id: id('rfq') },
    ok: Refund,
    faults: ['not_found'],
  }),
  'POST /refunds/:id/withdraw': command({
    access: 'member',
    summary: 'Takes back what one asked for.',
    input: { id: id('rfq') },
    ok: Refund,
    faults: ['not_found', 'already_decided'],
  }),
  'POST /refunds/:id/approve': command({
    access: 'member',
    summary: 'Grants a refund, or a part of what was asked for. By the seller or finance.',
    input: { id: id('rfq'), amount: amount.optional(), answer: why.optional() },
    ok: Refund,
    faults: [...faults, 'already_decided', 'reason_needed'],
  }),
  'POST /refunds/:id/decline': command({
    access: 'member',
    summary: 'Declines a refund; the buyer is told why. By the seller in time, or finance.',
    input: { id: id('rfq'), answer: why },
    ok: Refund,
    faults: ['not_found', 'forbidden', 'already_decided'],
  }),
  'POST /refunds/:id/escalate': command({
    access: 'member',
    summary:
      'Asks the planet about what the seller declined, once, within 14 days. Answers the request that finance decides within 14 days, or it is granted.',
    input: { id: id('rfq'), reason: text(1000).min(1) },
    ok: Refund,
    faults: [
      'not_found',
      'refund_asked',
      'refund_too_late',
      'already_decided',
      'nothing_to_refund',
      'dispute_open',
      'refund_waits',
      'key_reused',
    ],
  }),
  'GET /me/refunds': query({
    access: 'member',
    summary: 'Refunds of what the pages one may refund for sold, newest first.',
    input: { state: refundState.optional(), line: id('lin').optional(), cursor: cursor(), limit: limit() },
    ok: page(Refund),
  }),
  'GET /lines/:line/refund-preview': query({
    access: 'member',
    summary: 'Who would give back how much of a line, exactly. For its seller and finance.',
    input: {
      line: id('lin'),
      amount: z.coerce
        .bigint()
        .min(1n)
        .max(10n ** 12n)
        .optional(),
    },
    ok: RefundPreview,
    faults: ['not_found', 'nothing_to_refund', 'refund_too_much', 'dispute_open', 'refund_waits'],
  }),
  'POST /lines/:line/refund': command({
    access: 'member',
    summary: 'Refunds a line without being asked, in full or in part. By its seller or finance.',
    input: { id: id('rfq').optional(), ...ask },
    ok: Refund,
    faults: [...faults, 'reason_needed'],
  }),
  'POST /orders/:id/refund': command({
    access: 'member',
    summary:
      'Refunds several lines of an order, each by itself: one that cannot be refunded does not stop the others. By the seller or finance.',
    input: {
      id: id('ord'),
      lines: z
        .array(z.object({ id: id('rfq'), line: id('lin'), amount: amount.optional() }))
        .min(1)
        .max(100),
      reason: refundReason,
      note: text(1000).optional(),
    },
    ok: z.object({
      items: z.array(z.object({ line: id('lin'), id: id('rfq'), state: refundState.nullable(), problem: z.string().nullable() })),
    }),
    faults: ['not_found', 'invalid'],
  }),
  'GET /me/owed': query({
    access: 'member',
    summary: 'What one owes the planet after refunds and disputes, with the reasons; later income pays it first.',
    input: { as: party.optional() },
    ok: z.object({ items: z.array(Owed) }),
    faults: ['not_found'],
  }),
  'GET /me/reserve': query({
    access: 'member',
    summary: 'Which part of one’s income rests for how long, and why.',
    input: { as: party.optional() },
    ok: z.object({ items: z.array(Reserve) }),
    faults: ['not_found'],
  }),

  'GET /console/refunds': query({
    access: 'finance',
    summary: 'All refunds, newest first.',
    input: { state: refundState.optional(), cursor: cursor(), limit: limit() },
    ok: page(Refund),
  }),
  'GET /console/disputes': query({
    access: 'finance',
    summary: 'All disputes, newest first.',
    input: { state: disputeState.optional(), cursor: cursor(), limit: limit() },
    ok: page(Dispute),
  }),
  'POST /console/disputes/:id/evidence': command({
    access: 'finance',
    summary: 'Notes what speaks for us in a dispute.',
    input: { id: id('dsp'), text: text(4000).min(1) },
    ok: Dispute,
    faults: ['not_found', 'already_decided'],
  }),
  'GET /console/shortfalls': query({
    access: 'finance',
    summary: 'What receivers should have given back and could not, newest first.',
    input: { state: shortfallState.optional(), cursor: cursor(), limit: limit() },
    ok: page(Shortfall),
  }),
  'POST /console/shortfalls/:id/decide': command({
    access: 'finance',
    summary: 'Decides who pays for now: the party owes it, the planet bears it, or the refund is refused.',
    input: { id: id('sht'), decision: z.enum(['receivable', 'borne', 'refuse']), reason: why },
    ok: Shortfall,
    faults: ['not_found', 'four_eyes', 'already_decided', 'own_money_short', 'refuse_refunds_only', 'shortfall_grew', 'conflict'],
  }),
  'GET /console/reserves': query({
    access: 'finance',
    summary: 'Rolling reserves: whose income rests in part.',
    input: { party: party.optional() },
    ok: z.object({ items: z.array(Reserve) }),
  }),
  'PUT /console/reserves/:party': command({
    access: 'finance',
    summary: 'Sets which part of a party’s future income rests for how many days; 0 ends it. The party sees the reason.',
    input: { party, shareBp: z.number().int().min(0).max(10_000), days: z.number().int().min(1).max(730), reason: why },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /console/refund-policy': query({
    access: 'finance',
    summary: 'For how many days after the payment buyers may ask for a refund.',
    ok: z.object({ days: z.number().int() }),
  }),
  'PUT /console/refund-policy': command({
    access: 'finance',
    summary: 'Sets for how many days after the payment buyers may ask for a refund.',
    input: { days: z.number().int().min(0).max(365) },
    ok: z.object({ days: z.number().int() }),
  }),
})
