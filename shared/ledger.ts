/** ledger: balances, statements and single transfers, for those they belong to. Kinds, steps and purposes are codes, worded in shared/words/money.ts. */
import { z } from 'zod'
import { command, cursor, flag, limit, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount } from './money.ts'
import { party } from './people.ts'
import { time } from './time.ts'

/** A code of what is counted: a currency (`CNY`), points of a group, units of a pool. */
export const asset = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:.-]{0,99}$/)
/** Like money, but of any asset: minor units and the asset's code. */
export const Value = z.object({ amount, currency: z.string() })
/** A transfer's number. */
export const transferId = z.string().regex(/^\d{1,19}$/)

export const Balance = z.object({
  asset: z.string(),
  /** Set aside until something has happened (delivery, a review, a dispute). */
  held: Value,
  /** Free to be paid out or spent. */
  available: Value,
  /** Paid out so far. */
  paid: Value,
})

/** Whom an entry faces: a person or organisation by name; the planet and payment providers by code. */
export const Counterparty = z.object({
  kind: z.enum(['you', 'person', 'organisation', 'provider', 'planet', 'escrow', 'bank', 'tax', 'gift', 'show']),
  name: z.string(),
})

export const StatementItem = z.object({
  /** Unique in this statement: rises by one with each change of the account. */
  version: z.number().int(),
  transfer: transferId,
  at: time,
  /** `pay`, `settle`, `refund`, `payout` … */
  kind: z.string(),
  amount: Value,
  balanceAfter: Value,
  /** What in the product made it, e.g. `line:lin_…`. */
  cause: z.string(),
  /** The thing that earned it, e.g. `rel_…`. */
  subject: z.string().nullable(),
  /** One line for people, e.g. the title of what was sold. */
  note: z.string().nullable(),
  /** The step of the waterfall, e.g. `split:master:vocals`. */
  step: z.string().nullable(),
  shareBp: z.number().int().nullable(),
  counterparty: Counterparty.nullable(),
})

export const TransferEntry = z.object({
  party: Counterparty,
  /** `available`, `held`, `escrow`, `commission` … */
  purpose: z.string(),
  amount: Value,
  step: z.string().nullable(),
  shareBp: z.number().int().nullable(),
})
export const Transfer = z.object({
  id: transferId,
  at: time,
  kind: z.string(),
  cause: z.string(),
  subject: z.string().nullable(),
  note: z.string().nullable(),
  entries: z.array(TransferEntry),
  /** Its place in the hash chain; null in the first moments. */
  seal: z.object({ place: z.number().int(), hash: z.string() }).nullable(),
})

/** A place of the hash chain, signed (Ed25519 over `planet checkpoint`, place, hash and time, one a line). Bytes in hex. */
export const Checkpoint = z.object({ place: z.number().int(), hash: z.string(), at: time, key: z.string(), signature: z.string() })

/** Money set aside for a cause. `reason` is a code, worded in shared/words/money.ts. */
export const Hold = z.object({
  id: id('hld'),
  amount: Value,
  /** What is still set aside: amount − captured − released. */
  open: Value,
  captured: Value,
  released: Value,
  reason: z.string(),
  /** What made it, e.g. `dispute:dsp_…`. */
  cause: z.string(),
  note: z.string().nullable(),
  at: time,
  /** Released by itself then. */
  until: time.nullable(),
  /** The newest appeal. */
  appeal: z
    .object({
      id: id('apl'),
      text: z.string(),
      at: time,
      decision: z.enum(['granted', 'declined']).nullable(),
      reason: z.string().nullable(),
      decidedAt: time.nullable(),
    })
    .nullable(),
  can: z.object({ appeal: z.boolean() }),
})

/** For an organisation whose owner or finance member the viewer is. */
const as = party.optional()
const statementFilters = {
  as,
  asset: asset.default('CNY'),
  purpose: z.enum(['available', 'held', 'reserve', 'paying', 'payout', 'receivable', 'accrual']).default('available'),
  from: time.optional(),
  to: time.optional(),
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/)
    .optional(),
}

export const ledger = room('ledger', {
  'GET /me/balances': query({
    access: 'member',
    summary: 'What one holds of each currency and asset.',
    input: { as },
    ok: z.object({ items: z.array(Balance) }),
    faults: ['not_found'],
  }),
  'GET /me/statement': query({
    access: 'member',
    summary: 'Every change of one’s account in one asset, newest first. `from` is included, `to` is not.',
    input: { ...statementFilters, cursor: cursor(), limit: limit() },
    ok: page(StatementItem),
    faults: ['not_found', 'invalid'],
  }),
  'GET /me/statement.csv': stream({
    access: 'member',
    summary: 'The statement as a table for spreadsheets, oldest first.',
    input: statementFilters,
    ok: z.null(),
    faults: ['not_found'],
  }),
  'GET /me/statement.json': stream({
    access: 'member',
    summary:
      'The statement as a file that proves itself: `planet verify FILE` checks it offline, down to the signed checkpoints of the hash chain.',
    input: { as, asset: statementFilters.asset, purpose: statementFilters.purpose, from: time.optional(), to: time.optional() },
    ok: z.null(),
    faults: ['not_found', 'statement_too_long'],
    perMinute: 20,
  }),
  'GET /ledger/checkpoints': query({
    access: 'anyone',
    summary: 'Signed places of the hash chain, newest first. Whoever keeps them can tell later if the books were rewritten.',
    input: { cursor: cursor(), limit: limit(1000, 100) },
    ok: z.object({
      items: z.array(Checkpoint),
      next: z.string().nullable(),
      keys: z.array(z.object({ id: z.string(), publicKey: z.string() })),
    }),
    faults: ['invalid'],
  }),
  'GET /me/holds': query({
    access: 'member',
    summary: 'What of one’s money is set aside, why and until when, newest first.',
    input: { as, asset: asset.optional(), open: flag(), cursor: cursor(), limit: limit() },
    ok: page(Hold),
    faults: ['not_found', 'invalid'],
  }),
  'POST /me/holds/:id/appeal': command({
    access: 'member',
    summary:
      'Says why a hold should be released; someone other than who placed it decides. `appeal` is the new appeal’s id, made by the caller.',
    input: { id: id('hld'), appeal: id('apl').optional(), text: text(2000).min(1) },
    ok: Hold,
    faults: ['not_found', 'hold_over', 'appeal_waits', 'key_reused'],
    perMinute: 20,
  }),
  'GET /transfers/:id': query({
    access: 'member',
    summary: 'One transfer with all its entries, for its parties and the finance desk.',
    input: { id: transferId },
    ok: Transfer,
    faults: ['not_found'],
  }),
})
