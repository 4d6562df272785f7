/** deals: what an organiser and an artist agree about a show, and how its money is divided once both have signed the sums. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { party } from './people.ts'
import { ShowOfTicket } from './tickets.ts'
import { time } from './time.ts'

const count = z.number().int()
export const dealKind = z.enum(['guarantee', 'percentage', 'versus', 'plus'])
/** open: waits for signatures → signed | declined | withdrawn | replaced by a newer one; a settlement that both signed is paid. */
export const dealState = z.enum(['open', 'signed', 'declined', 'withdrawn', 'replaced', 'paid'])
const some = amount.refine(value => value >= 0n && value <= 10n ** 12n)
export const Terms = z.object({
  kind: dealKind,
  guarantee: some,
  shareBp: count.min(0).max(10_000),
  costsMost: some.nullable(),
  bonuses: z.array(z.object({ from: count.min(1).max(1_000_000), amount: some.refine(value => value > 0n) })).max(10),
})
export const Sums = z.object({
  takings: amount,
  costs: amount,
  counted: amount,
  net: amount,
  share: amount,
  fee: amount,
  bonus: amount,
  artist: amount,
  organiser: amount,
})
export const Cost = z.object({
  id: z.string(),
  name: z.string(),
  amount,
  /** Who laid it out and gets it back. */
  payee: z.enum(['organiser', 'artist']),
  receipt: z.string().nullable(),
  note: z.string(),
  by: z.string(),
  at: time,
})
/** Everything by the ledger: what came in for tickets, what was kept of it, what went back. */
export const Worksheet = z.object({
  tiers: z.array(z.object({ tier: z.string(), name: z.string(), sold: count, given: count, used: count, faceValue: amount })),
  sold: count,
  gross: amount,
  providerFee: amount,
  commission: amount,
  tax: amount,
  /** Went back after it had been settled. */
  refunded: amount,
  takings: amount,
  /** Lines whose money still waits: the sums are not final before. */
  waiting: count,
  costs: z.array(z.object({ name: z.string(), amount, payee: z.enum(['organiser', 'artist']) })),
  terms: Terms.nullable(),
  sums: Sums.nullable(),
  /** Paid out of the pot before. */
  before: z.object({ artist: amount, organiser: amount }),
  pay: z.object({ artist: amount, organiser: amount }).nullable(),
})
export const Signature = z.object({
  party,
  name: z.string(),
  side: z.enum(['organiser', 'artist']),
  signedAt: time.nullable(),
  declinedAt: time.nullable(),
})
export const Deal = z.object({
  id: id('dea'),
  show: id('sho'),
  kind: z.enum(['terms', 'settlement']),
  version: count,
  state: dealState,
  currency,
  terms: Terms,
  note: z.string(),
  parties: z.array(Signature),
  /** What each side signs, word for word, and its SHA-256 (hex). */
  text: z.string(),
  hash: z.string(),
  createdAt: time,
  closedAt: time.nullable(),
  reason: z.string(),
  can: z.object({ sign: z.boolean(), decline: z.boolean(), withdraw: z.boolean() }),
})
const DealCard = z.object({
  id: id('dea'),
  show: ShowOfTicket,
  kind: z.enum(['terms', 'settlement']),
  version: count,
  state: dealState,
  side: z.enum(['organiser', 'artist']),
  other: z.string(),
  waiting: z.boolean(),
  at: time,
})

export const deals = room('deals', {
  'GET /me/deals': query({
    access: 'member',
    summary: 'Papers about shows of which one is a side, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(DealCard),
  }),
  'GET /shows/:show/deal': query({
    access: 'member',
    summary: 'All about the money of a show, for its two sides: terms, costs, the worksheet by the ledger, the settlement, what was paid.',
    input: { show: id('sho') },
    ok: z.object({
      show: ShowOfTicket,
      currency,
      side: z.enum(['organiser', 'artist']),
      terms: Deal.nullable(),
      settlement: Deal.nullable(),
      /** Former versions, newest first. */
      former: z.array(z.object({ id: id('dea'), kind: z.enum(['terms', 'settlement']), version: count, state: dealState, at: time })),
      costs: z.array(Cost),
      worksheet: Worksheet,
      pot: money,
      payments: z.array(
        z.object({
          at: time,
          kind: z.enum(['settlement', 'rest', 'cover']),
          amount,
          parts: z.array(z.object({ name: z.string(), side: z.string(), amount })),
        }),
      ),
      can: z.object({ propose: z.boolean(), cost: z.boolean(), settle: z.boolean() }),
      /** Why the sums cannot be signed yet: not_over, lines_waiting, no_terms, nothing_there. */
      missing: z.enum(['not_over', 'lines_waiting', 'no_terms', 'nothing_there']).nullable(),
    }),
    faults: ['not_found'],
  }),
  'GET /deals/:id': query({
    access: 'member',
    summary: 'A paper, for its two sides.',
    input: { id: id('dea') },
    ok: Deal,
    faults: ['not_found'],
  }),
  'POST /shows/:show/deals': command({
    access: 'member',
    summary: 'Proposes terms, as who puts the show on; an open version gives way. One’s own side is signed at once.',
    input: { show: id('sho'), id: id('dea').optional(), artist: id('pag'), ...Terms.shape, note: text(1000).default('') },
    ok: Deal,
    faults: ['not_found', 'deal_same_side', 'deal_paid', 'key_reused', 'invalid'],
  }),
  'POST /shows/:show/settlement': command({
    access: 'member',
    summary: 'Writes the sums down by what the ledger holds now, for both to sign. One’s own side is signed at once.',
    input: { show: id('sho'), id: id('dea').optional() },
    ok: Deal,
    faults: ['not_found', 'deal_not_ready', 'key_reused'],
  }),
  'POST /deals/:id/sign': command({
    access: 'member',
    summary: 'Signs for one’s side; `hash` is what one read. The second signature under a settlement pays it.',
    input: { id: id('dea'), hash: z.string().length(64) },
    ok: Deal,
    faults: ['not_found', 'not_a_party', 'conflict', 'deal_closed', 'deal_moved', 'deal_short'],
  }),
  'POST /deals/:id/decline': command({
    access: 'member',
    summary: 'Declines; the paper is closed.',
    input: { id: id('dea'), reason: line(500) },
    ok: Deal,
    faults: ['not_found', 'not_a_party', 'deal_closed'],
  }),
  'POST /deals/:id/withdraw': command({
    access: 'member',
    summary: 'Takes an open paper back that one’s side proposed.',
    input: { id: id('dea') },
    ok: Deal,
    faults: ['not_found', 'not_a_party', 'deal_closed'],
  }),
  'PUT /shows/:show/costs/:id': command({
    access: 'member',
    summary: 'Notes a cost of the show, as who puts it on.',
    input: {
      show: id('sho'),
      id: z
        .string()
        .min(8)
        .regex(/^[a-z0-9_-]{8,40}$/),
      name: line(120),
      amount: some.refine(value => value > 0n),
      payee: z.enum(['organiser', 'artist']).default('organiser'),
      note: text(500).default(''),
    },
    ok: Cost,
    faults: ['not_found', 'key_reused', 'deal_paid'],
  }),
  'DELETE /shows/:show/costs/:id': command({
    access: 'member',
    summary: 'Takes a cost off again.',
    input: { show: id('sho'), id: z.string().max(40) },
    ok: done,
    faults: ['not_found', 'deal_paid'],
  }),
  'PUT /shows/:show/costs/:id/receipt': stream({
    access: 'member',
    summary: 'Puts a picture of the receipt to a cost: a finished upload.',
    input: { show: id('sho'), id: z.string().max(40), upload: id('upl') },
    ok: done,
    faults: ['not_found', 'picture_refused'],
  }),
  'GET /deals/:id/deal.pdf': stream({
    access: 'member',
    summary: 'The paper as it is signed, for printing.',
    input: { id: id('dea') },
    ok: done,
    faults: ['not_found'],
  }),
})
