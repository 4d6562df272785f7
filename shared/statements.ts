/** What a month came to: the shape of a statement, on screen, on paper and as a table. */
import { z } from 'zod'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { time } from './time.ts'

/** A month in UTC, `2026-11`. */
export const month = z.string().regex(/^2\d{3}-(0[1-9]|1[0-2])$/)

/** One line of a month: what one kind of thing from one source changed. */
export const PeriodLine = z.object({
  section: z.enum(['income', 'refunds', 'holds', 'payouts', 'tax', 'other']),
  kind: z.string(),
  step: z.string().nullable(),
  subject: z.string().nullable(),
  note: z.string().nullable(),
  count: z.number().int(),
  /** What it changed in what is available, and in all that is owed to the party. */
  available: amount,
  total: amount,
  /** What made it, where it is one thing: `payout:pyo_…`, `refund:…`. */
  cause: z.string().nullable(),
})
/** Where income came from: what buyers paid in all, what was taken of it before the shares, what others got of it. */
export const PeriodSource = z.object({
  subject: z.string().nullable(),
  note: z.string().nullable(),
  sales: z.number().int(),
  gross: amount,
  payment: amount,
  commission: amount,
  tax: amount,
  others: amount,
  yours: amount,
})
const Figures = z.object({ available: amount, held: amount, reserve: amount, paying: amount, receivable: amount, total: amount })
export const Period = z.object({
  month,
  currency,
  from: time,
  to: time,
  /** Closed: nothing can be posted into it any more, these figures stay. */
  closed: z.boolean(),
  digest: z.string().nullable(),
  party: z.string(),
  opening: Figures,
  closing: Figures,
  lines: z.array(PeriodLine),
  sources: z.array(PeriodSource),
  /** The last published place of the ledger's chain that covers it. */
  seal: z.object({ place: z.number().int(), hash: z.string() }).nullable(),
})

/** A credit of the balance that a payout paid out, wholly or in part. */
export const Covered = z.object({
  version: z.number().int(),
  transfer: z.string(),
  at: time,
  kind: z.string(),
  cause: z.string(),
  subject: z.string().nullable(),
  note: z.string().nullable(),
  step: z.string().nullable(),
  /** The credit, and what of it this payout covers. */
  whole: money,
  covered: money,
  /** An earlier payout that came back, when this is what came back of it. */
  payout: id('pyo').nullable(),
})

/** A month as the finance desk closes it. */
export const MonthState = z.object({
  month,
  state: z.enum(['running', 'open', 'proposed', 'closed']),
  proposedBy: z.string().nullable(),
  closedBy: z.string().nullable(),
  closedAt: time.nullable(),
  statements: z.number().int(),
  /** What keeps it from being closed, and what is merely worth knowing: a code and how many. */
  blocking: z.array(z.object({ code: z.string(), count: z.number().int() })),
  notes: z.array(z.object({ code: z.string(), count: z.number().int() })),
  can: z.object({ propose: z.boolean(), close: z.boolean(), withdraw: z.boolean() }),
})
