/** reconciliation: what providers and banks say against the ledger, what differs, and the daily proof that what is held is what is owed. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { time } from './time.ts'

/** Where money lies: the owner of a clearing account in the ledger. */
export const sourceId = z.string().regex(/^(provider|bank):[a-z0-9_-]{1,40}$/)
export const lineType = z.enum([
  'payment',
  'refund',
  'chargeback',
  'chargeback_won',
  'payout',
  'payout_returned',
  'sweep',
  'fee',
  'adjustment',
])
export const exceptionKind = z.enum([
  'missing_here',
  'missing_there',
  'amount_differs',
  'fee_differs',
  'currency_differs',
  'duplicate',
  'unknown',
])
/** open → proposed (to be written off, a second person decides) → booked · explained: known and still listed · matched: nothing differs any more. */
export const exceptionState = z.enum(['open', 'proposed', 'explained', 'matched', 'booked'])
/** Where nothing may stand, amounts are text in code too: the reply's serialiser tells a bigint from null by its type only. */
const minor = z.string().regex(/^-?\d{1,18}$/)
const told = z.object({ amount: minor, currency })
const day = z.iso.date()
const reason = line(300)

/** Which column of a file holds what. Amounts are in one signed column, or in two: what came in and what went out. */
export const Mapping = z.object({
  delimiter: z.enum([',', ';', '\t', '|']),
  /** The line with the names of the columns; what stands above it is passed over. */
  head: z.number().int().min(1).max(50),
  /** Lines that begin so are no data. */
  comment: z.string().min(1).max(5).nullable(),
  at: z.string().max(100),
  amount: z.string().max(100).nullable(),
  in: z.string().max(100).nullable(),
  out: z.string().max(100).nullable(),
  fee: z.string().max(100).nullable(),
  balance: z.string().max(100).nullable(),
  type: z.string().max(100).nullable(),
  ref: z.string().max(100).nullable(),
  reference: z.string().max(100).nullable(),
  currency: z.string().max(100).nullable(),
  /** Of lines that do not say. */
  usualCurrency: currency,
  dates: z.enum(['ymd', 'dmy', 'mdy']),
  /** The zone of times without one. */
  zone: z.string().regex(/^[+-](0\d|1[0-4]):(00|15|30|45)$/),
  decimal: z.enum(['.', ',']),
  /** Words of the type column, e.g. `{"交易退款": "refund"}`. */
  types: z.record(z.string().max(60), lineType),
})

export const Report = z.object({
  id: id('rpt'),
  source: sourceId,
  firstDay: day,
  lastDay: day,
  origin: z.enum(['fetch', 'file']),
  name: z.string(),
  lines: z.number().int(),
  repeated: z.number().int(),
  open: z.number().int(),
  by: z.string().nullable(),
  at: time,
})
export const ReportLine = z.object({
  id: z.string(),
  line: z.number().int(),
  type: lineType,
  ref: z.string(),
  reference: z.string().nullable(),
  amount: money,
  fee: told.nullable(),
  at: time,
  state: z.enum(['open', 'matched', 'booked']),
  exception: z.string().nullable(),
  raw: z.record(z.string(), z.string()),
})
/** One side of an exception: a line of a report, or what the ledger has. */
const Side = z.object({
  /** To choose it as counterpart. */
  id: z.string(),
  type: z.string(),
  reference: z.string().nullable(),
  ref: z.string().nullable(),
  amount: told,
  fee: told.nullable(),
  at: time,
  /** The report of a line. */
  report: z.string().nullable(),
  /** The ledger's transfer. */
  transfer: z.string().nullable(),
})
export const Exception = z.object({
  id: id('exc'),
  source: sourceId,
  kind: exceptionKind,
  state: exceptionState,
  /** By how much the source holds more (below 0: less) than the ledger says, after fees. */
  effect: money,
  ageDays: z.number().int(),
  there: Side.nullable(),
  here: Side.nullable(),
  reason: z.string().nullable(),
  proposedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  rule: z.string().nullable(),
  openedAt: time,
  closedAt: time.nullable(),
})
const Decision = z.object({ action: z.string(), by: z.string().nullable(), reason: z.string(), at: time })

export const Rule = z.object({
  id: z.string(),
  kind: exceptionKind,
  type: lineType.nullable(),
  most: minor.nullable(),
  action: z.enum(['costs', 'sweep']),
  active: z.boolean(),
})

const Item = z.object({ kind: z.string(), count: z.number().int(), amount })
export const SourceProof = z.object({
  source: sourceId,
  /** What the ledger says lies there. */
  custody: amount,
  /** On their way out: the source still holds it. */
  refunding: amount,
  /** Below zero: taken by the source while a dispute is open. */
  disputed: amount,
  /** Kept by the source, not yet booked: of lines that wait to be settled. */
  fees: amount,
  /** So the source should hold. */
  expected: amount,
  /** What it says it holds; null: it has not reported this day. */
  reported: minor.nullable(),
  items: z.array(Item),
  /** What nothing explains. */
  residual: minor.nullable(),
  state: z.enum(['good', 'open', 'red']),
})
export const Proof = z.object({
  day,
  currency: z.string(),
  state: z.enum(['good', 'open', 'red']),
  /** What lies with providers and banks = owed + own. */
  custody: amount,
  owed: amount,
  own: amount,
  owedTo: z.array(Item),
  ownOf: z.array(Item),
  sources: z.array(SourceProof),
  computedAt: time,
})

const decide = { id: id('exc'), reason }
const decisions = ['not_found', 'exception_closed', 'forbidden'] as const

export const reconciliation = room('reconciliation', {
  'GET /console/reconciliation/sources': query({
    access: 'finance',
    summary: 'Where money lies, how far each has reported, and what is open.',
    ok: z.object({
      items: z.array(
        z.object({
          id: sourceId,
          name: z.string(),
          canFetch: z.boolean(),
          reportedTo: day.nullable(),
          exceptions: z.number().int(),
          mapping: Mapping.nullable(),
        }),
      ),
    }),
  }),
  'GET /console/reconciliation/reports': query({
    access: 'finance',
    summary: 'Reports of providers and banks, newest first.',
    input: { source: sourceId.optional(), cursor: cursor(), limit: limit() },
    ok: page(Report),
  }),
  'GET /console/reconciliation/reports/:id': query({
    access: 'finance',
    summary: 'One report with what it says is held.',
    input: { id: id('rpt') },
    ok: Report.extend({
      matched: z.number().int(),
      booked: z.number().int(),
      closings: z.array(z.object({ day, amount: money })),
      totals: z.array(z.object({ type: lineType, lines: z.number().int(), amount: money, fee: money })),
    }),
    faults: ['not_found'],
  }),
  'GET /console/reconciliation/reports/:id/lines': query({
    access: 'finance',
    summary: 'Lines of a report as they were reported.',
    input: { id: id('rpt'), state: z.enum(['open', 'matched', 'booked']).optional(), cursor: cursor(), limit: limit(200, 50) },
    ok: page(ReportLine),
    faults: ['not_found'],
  }),
  'POST /console/reconciliation/preview': command({
    access: 'finance',
    summary: 'Reads the head of a file and proposes which column holds what. Stores nothing.',
    input: { source: sourceId, text: z.string().min(1).max(5_000_000) },
    ok: z.object({ mapping: Mapping, remembered: z.boolean(), columns: z.array(z.string()), rows: z.array(z.array(z.string())) }),
    faults: ['bad_report', 'not_found'],
    bodyLimit: 6_000_000,
  }),
  'POST /console/reconciliation/reports': command({
    access: 'finance',
    summary: 'Takes a bill or a bank statement (CSV). All of it or, naming each wrong line, nothing. The same file again changes nothing.',
    input: { source: sourceId, name: line(200), text: z.string().min(1).max(5_000_000), mapping: Mapping.optional() },
    ok: Report,
    faults: ['bad_report', 'not_found'],
    bodyLimit: 6_000_000,
  }),
  'POST /console/reconciliation/fetch': command({
    access: 'finance',
    summary: 'Asks a provider for its books of a day, in the background.',
    input: { source: sourceId, day },
    ok: done,
    faults: ['not_found', 'invalid'],
  }),
  'GET /console/reconciliation/exceptions': query({
    access: 'finance',
    summary: 'What differs, newest first. Without `state`: all that is not closed.',
    input: {
      state: exceptionState.optional(),
      kind: exceptionKind.optional(),
      source: sourceId.optional(),
      cursor: cursor(),
      limit: limit(),
    },
    ok: page(Exception),
  }),
  'GET /console/reconciliation/exceptions.csv': stream({
    access: 'finance',
    summary: 'All exceptions that are not closed, as a table for spreadsheets.',
    ok: z.null(),
  }),
  'GET /console/reconciliation/exceptions/:id': query({
    access: 'finance',
    summary: 'One exception: both sides, who decided what, and what could be its counterpart.',
    input: { id: id('exc') },
    ok: Exception.extend({
      decisions: z.array(Decision),
      candidates: z.array(Side),
      /** The planet’s own money of this currency now: what a write-off changes. */
      own: money,
    }),
    faults: ['not_found'],
  }),
  'POST /console/reconciliation/exceptions/:id/match': command({
    access: 'finance',
    summary: 'Matches by hand: names the counterpart. What then still differs stays an exception.',
    input: { ...decide, counterpart: z.string().regex(/^(\d{1,18}|\d{1,18}\/\d{1,18})$/) },
    ok: Exception,
    faults: [...decisions, 'not_a_counterpart'],
  }),
  'POST /console/reconciliation/exceptions/:id/explain': command({
    access: 'finance',
    summary: 'Says why it differs. It stays listed and counts in the daily proof.',
    input: decide,
    ok: Exception,
    faults: decisions,
  }),
  'POST /console/reconciliation/exceptions/:id/write-off': command({
    access: 'finance',
    summary: 'Proposes that the planet bears it. A second person has to confirm.',
    input: decide,
    ok: Exception,
    faults: decisions,
  }),
  'POST /console/reconciliation/exceptions/:id/confirm': command({
    access: 'finance',
    summary: 'Confirms, as a second person, that the planet bears it: posts it.',
    input: decide,
    ok: Exception,
    faults: [...decisions, 'second_person', 'own_money_short'],
  }),
  'POST /console/reconciliation/exceptions/:id/decline': command({
    access: 'finance',
    summary: 'Declines a proposal: the exception is open again.',
    input: decide,
    ok: Exception,
    faults: decisions,
  }),
  'GET /console/reconciliation/rules': query({
    access: 'finance',
    summary: 'What is settled without a person.',
    ok: z.object({ items: z.array(Rule) }),
  }),
  'PATCH /console/reconciliation/rules/:id': command({
    access: 'operator',
    summary: 'Turns a rule on or off, or sets how much it may settle.',
    input: { id: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/), active: z.boolean(), most: amount.nullable().optional(), reason },
    ok: Rule,
    faults: ['not_found'],
  }),
  'GET /console/proof': query({
    access: 'finance',
    summary: 'Held = owed: the newest proof of each currency, or those of a day; and how the last days were.',
    input: { day: day.optional() },
    ok: z.object({
      items: z.array(Proof),
      days: z.array(z.object({ day, currency: z.string(), state: z.enum(['good', 'open', 'red']) })),
    }),
  }),
  'POST /console/proof': command({
    access: 'finance',
    summary: 'Proves a day now (today: so far).',
    input: { day: day.optional() },
    ok: z.object({ items: z.array(Proof) }),
    faults: ['invalid'],
  }),
})
