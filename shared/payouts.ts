/** payouts: where a party's money is sent, batches with four eyes, what each month came to. Reasons are codes, worded in shared/words/payouts.ts. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { currency, money } from './money.ts'
import { party } from './people.ts'
import { Covered, month, MonthState, Period } from './statements.ts'
import { day, time } from './time.ts'

const country = z.string().regex(/^[A-Z]{2}$/)
/** For an organisation whose owner or finance member the viewer is. */
const as = party.optional()
/** Why someone decided so; kept for good. */
const reason = line(500)

export const methodState = z.enum(['asked', 'active', 'check', 'refused', 'closed'])
export const payoutState = z.enum(['listed', 'dropped', 'cancelled', 'paying', 'paid', 'returned'])
export const batchState = z.enum(['draft', 'submitted', 'approved', 'done', 'cancelled'])
export const schedule = z.enum(['monthly', 'on_demand'])
export const taxKind = z.enum(['person', 'business'])
/** Why nothing is paid out: what a payee sees. */
export const waitReason = z.enum([
  'below_threshold',
  'no_method',
  'method_asked',
  'method_cooling',
  'method_check',
  'provider_cannot',
  'owes',
  'not_asked',
  'paid_this_month',
  'waits_approval',
  'batch_full',
])

export const Method = z.object({
  id: id('pym'),
  currency,
  /** `bank`, or the provider's id. */
  route: z.string(),
  /** The number but for its last four characters. */
  account: z.string(),
  holder: z.string(),
  bank: z.string().nullable(),
  branch: z.string().nullable(),
  country: z.string(),
  state: methodState,
  usableFrom: time,
  /** What went wrong with it, as the bank or provider said. */
  problem: z.string().nullable(),
  since: time,
})

export const Payout = z.object({
  id: id('pyo'),
  batch: id('bat'),
  state: payoutState,
  /** What left the balance, what of it went to the tax office, what was sent. */
  amount: money,
  withheld: money,
  net: money,
  route: z.string(),
  account: z.string(),
  at: time,
  paidAt: time.nullable(),
  endedAt: time.nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
})
const StaffPayout = Payout.extend({ party, name: z.string(), holder: z.string(), ref: z.string().nullable() })

export const Standing = z.object({
  currency,
  available: money,
  held: money,
  /** On its way to the payee. */
  paying: money,
  paid: money,
  threshold: money,
  method: Method.nullable(),
  /** A new account that an operator must look at first. */
  asked: Method.nullable(),
  /** Empty: the next batch pays it out. */
  reasons: z.array(z.object({ code: waitReason, until: time.nullable() })),
  holds: z.array(z.object({ id: z.string(), reason: z.string(), amount: money, note: z.string().nullable(), until: time.nullable() })),
  askedToBePaid: z.boolean(),
})

const Batch = z.object({
  id: id('bat'),
  currency,
  day,
  state: batchState,
  payouts: z.number().int(),
  total: money,
  withheld: money,
  net: money,
  madeAt: time,
  madeBy: z.string(),
  submittedBy: z.string().nullable(),
  approvedBy: z.string().nullable(),
  approvedAt: time.nullable(),
  /** How many are on their way, paid, returned, dropped. */
  counts: z.object({ paying: z.number().int(), paid: z.number().int(), returned: z.number().int(), dropped: z.number().int() }),
})
const WholeBatch = Batch.extend({
  items: z.array(StaffPayout),
  leftOut: z.array(z.object({ party, name: z.string(), amount: money, reason: waitReason, until: time.nullable() })),
  files: z.array(
    z.object({
      format: z.string(),
      sha256: z.string(),
      payouts: z.number().int(),
      total: money,
      fetchedAt: time.nullable(),
      fetchedBy: z.string().nullable(),
    }),
  ),
  decisions: z.array(z.object({ act: z.string(), by: z.string(), reason: z.string(), at: time })),
  /** What everyone together has available, and what lies where the payouts leave from: now and, when they are sent, then. */
  before: z.object({ available: money, paying: money }),
  after: z.object({ available: money, paying: money }),
  routes: z.array(z.object({ route: z.string(), payouts: z.number().int(), holds: money, sends: money, left: money })),
  /** What the viewer may do now. */
  can: z.object({ submit: z.boolean(), approve: z.boolean(), cancel: z.boolean(), confirm: z.boolean() }),
})

const TaxRule = z.object({
  country,
  kind: taxKind,
  code: z.string().regex(/^[a-z][a-z0-9_]{1,30}$/),
  rateBp: z.number().int().min(0).max(9999),
  from: time,
})
/** Who pays, as the bank knows it: stands in the files for the bank. */
const Debtor = z.object({
  name: line(70),
  account: z.string().regex(/^[A-Z0-9]{4,34}$/),
  bic: z
    .string()
    .regex(/^[A-Z0-9]{8}([A-Z0-9]{3})?$/)
    .optional(),
})
const TaxProfile = z.object({ country, kind: taxKind, taxId: line(40).nullable() })

export const payouts = room('payouts', {
  'GET /me/payouts/standing': query({
    access: 'member',
    summary: 'What will be paid out, and why something is not.',
    input: { as },
    ok: z.object({
      items: z.array(Standing),
      schedule,
      tax: TaxProfile.nullable(),
      coolingDays: z.number().int(),
      routes: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
    faults: ['not_found'],
  }),
  'GET /me/payouts': query({
    access: 'member',
    summary: 'Payouts of one’s own, newest first.',
    input: { as, cursor: cursor(), limit: limit() },
    ok: page(Payout),
    faults: ['not_found', 'invalid'],
  }),
  'POST /me/payouts': command({
    access: 'member',
    summary: 'Asks to be paid with the next batch. A repeat changes nothing.',
    input: { as, currency },
    ok: done,
    faults: ['not_found', 'below_threshold', 'no_method'],
  }),
  'GET /payouts/:id': query({
    access: 'member',
    summary: 'One payout, for its payee and the finance desk, with the income it paid out: the oldest that was not yet paid out.',
    input: { id: id('pyo'), cursor: cursor(), limit: limit(500, 100) },
    ok: Payout.extend({ party: z.string(), covers: z.array(Covered), next: z.string().nullable() }),
    faults: ['not_found', 'invalid'],
  }),
  'PUT /me/payout-schedule': command({
    access: 'member',
    summary: 'Paid every month, or when one asks.',
    input: { as, schedule },
    ok: done,
    faults: ['not_found'],
  }),
  'PUT /me/tax-profile': command({
    access: 'member',
    summary: 'Where one pays tax.',
    input: { as, country, kind: taxKind, taxId: line(40).nullable().default(null) },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /me/payout-methods': query({
    access: 'member',
    summary: 'Accounts that one’s money is sent to, the newest first.',
    input: { as },
    ok: z.object({ items: z.array(Method) }),
    faults: ['not_found'],
  }),
  'POST /me/payout-methods': command({
    access: 'member',
    summary: 'Names the account that money of a currency is sent to; it takes the place of the one before after some days.',
    input: {
      as,
      id: id('pym').optional(),
      currency,
      route: z
        .string()
        .regex(/^[a-z]{2,20}$/)
        .default('bank'),
      account: z
        .string()
        .trim()
        .min(3)
        .max(100)
        .regex(/^[\p{L}\p{N}@._+\- ]+$/u),
      holder: line(140),
      bank: line(140).optional(),
      branch: line(140).optional(),
      country,
    },
    ok: Method,
    faults: ['not_found', 'key_reused', 'invalid', 'provider_cannot', 'method_waits'],
    perMinute: 20,
  }),
  'POST /me/payout-methods/:id/confirm': command({
    access: 'member',
    summary: 'Says that an account is right after all, after a payout to it came back.',
    input: { id: id('pym') },
    ok: Method,
    faults: ['not_found', 'conflict'],
  }),
  'DELETE /me/payout-methods/:id': command({
    access: 'member',
    summary: 'No more payouts to this account.',
    input: { id: id('pym') },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /me/periods': query({
    access: 'member',
    summary: 'Months (UTC) in which something happened, newest first.',
    input: { as },
    ok: z.object({ items: z.array(z.object({ month, currency, closed: z.boolean(), postings: z.number().int() })) }),
    faults: ['not_found'],
  }),
  'GET /me/periods/:month': query({
    access: 'member',
    summary: 'What a month came to: opening, income by source and step, refunds, holds, payouts, tax, closing.',
    input: { as, month, currency: currency.default('CNY') },
    ok: Period,
    faults: ['not_found'],
  }),
  'GET /me/periods/:month/pdf': stream({
    access: 'member',
    summary: 'The same on paper, in the reader’s language.',
    input: { as, month, currency: currency.default('CNY') },
    ok: z.null(),
    faults: ['not_found'],
    perMinute: 30,
  }),
  'GET /me/periods/:month/csv': stream({
    access: 'member',
    summary: 'The same as a table: each posting with its cause.',
    input: { as, month, currency: currency.default('CNY') },
    ok: z.null(),
    faults: ['not_found'],
  }),
  'GET /console/payout-settings': query({
    access: 'finance',
    summary: 'The least that is paid out, how long a new account cools, what is withheld.',
    ok: z.object({ thresholds: z.array(money), coolingDays: z.number().int(), debtor: Debtor.nullable(), taxRules: z.array(TaxRule) }),
  }),
  'PUT /console/payout-settings': command({
    access: 'finance',
    summary: 'Changes them; what is left out stays.',
    input: {
      threshold: money.optional(),
      coolingDays: z.number().int().min(0).max(90).optional(),
      debtor: Debtor.optional(),
      taxRule: TaxRule.omit({ from: true }).optional(),
      reason,
    },
    ok: done,
    faults: ['invalid', 'conflict'],
  }),
  'GET /console/payout-methods': query({
    access: 'finance',
    summary: 'New accounts that wait for an operator because a dispute is open.',
    ok: z.object({ items: z.array(Method.extend({ party, name: z.string(), before: Method.nullable() })) }),
  }),
  'POST /console/payout-methods/:id/decide': command({
    access: 'operator',
    summary: 'Lets a new account be used, or refuses it.',
    input: { id: id('pym'), allow: z.boolean(), reason },
    ok: done,
    faults: ['not_found', 'conflict', 'own_decision'],
  }),
  'GET /console/payout-batches': query({
    access: 'finance',
    summary: 'Batches, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Batch),
    faults: ['invalid'],
  }),
  'POST /console/payout-batches': command({
    access: 'finance',
    summary: 'Composes a batch: everyone of a currency who can be paid, and everyone who cannot, with the reason. Nothing moves yet.',
    input: { id: id('bat').optional(), currency, day },
    ok: z.object({ id: id('bat') }),
    faults: ['key_reused', 'batch_open', 'nothing_to_pay'],
  }),
  'GET /console/payout-batches/:id': query({
    access: 'finance',
    summary: 'A batch with all its payouts, exact before and after.',
    input: { id: id('bat') },
    ok: WholeBatch,
    faults: ['not_found'],
  }),
  'POST /console/payout-batches/:id/submit': command({
    access: 'finance',
    summary: 'Hands it to someone else to approve.',
    input: { id: id('bat'), reason },
    ok: done,
    faults: ['not_found', 'conflict'],
  }),
  'POST /console/payout-batches/:id/approve': command({
    access: 'finance',
    summary: 'Sets the money aside and starts the payouts. Never by who composed or submitted it.',
    input: { id: id('bat'), reason },
    ok: z.object({ paying: z.number().int(), dropped: z.number().int() }),
    faults: ['not_found', 'conflict', 'own_decision'],
  }),
  'POST /console/payout-batches/:id/cancel': command({
    access: 'finance',
    summary: 'Gives it up before it is approved; nothing has moved.',
    input: { id: id('bat'), reason },
    ok: done,
    faults: ['not_found', 'conflict'],
  }),
  'GET /console/payout-batches/:id/file': stream({
    access: 'finance',
    summary: 'The file for the bank: a table, or pain.001.',
    input: { id: id('bat'), format: z.enum(['csv', 'pain.001']).default('csv') },
    ok: z.null(),
    faults: ['not_found'],
  }),
  'POST /console/payout-batches/:id/confirm': command({
    access: 'finance',
    summary: 'The bank has sent these payouts, or all that are still on their way by bank.',
    input: { id: id('bat'), payouts: z.array(id('pyo')).min(1).max(2000).optional(), reason },
    ok: z.object({ paid: z.number().int() }),
    faults: ['not_found', 'conflict'],
  }),
  'POST /console/payouts/:id/return': command({
    access: 'finance',
    summary: 'A payout came back: the money is the payee’s again, who sees why.',
    input: { id: id('pyo'), code: z.enum(['account_closed', 'wrong_account', 'name_differs', 'bank_refused', 'other']), reason },
    ok: done,
    faults: ['not_found', 'four_eyes', 'conflict'],
  }),
  'GET /console/periods': query({
    access: 'finance',
    summary: 'Months since the first posting, newest first, with what keeps each from being closed.',
    ok: z.object({ items: z.array(MonthState) }),
  }),
  'POST /console/periods': command({
    access: 'finance',
    summary: 'Proposes to close a month.',
    input: { month, reason },
    ok: done,
    faults: ['conflict', 'period_blocked', 'period_runs', 'period_order'],
  }),
  'POST /console/periods/:month/close': command({
    access: 'finance',
    summary: 'Closes a month that someone else proposed: nothing is posted into it any more, the figures of each party stay.',
    input: { month, reason },
    ok: z.object({ statements: z.number().int() }),
    faults: ['not_found', 'conflict', 'own_decision', 'period_blocked', 'period_order'],
  }),
  'POST /console/periods/:month/withdraw': command({
    access: 'finance',
    summary: 'Takes a proposal back.',
    input: { month, reason },
    ok: done,
    faults: ['not_found', 'conflict'],
  }),
})
