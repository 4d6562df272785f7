/** settlement: the waterfall as data. What a price becomes, by rules, plans, terms, taxes and claims that hold from a date on. */
import { z } from 'zod'
import { command, cursor, limit, line, page, query, room, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { party } from './people.ts'
import { time } from './time.ts'

/** What a price would become, step by step; the same function settles (money.md). */
/** `step`: provider_fee, tax:<code>, commission, recoupment:<claim>, backers:<claim>, split:master, split:work, split:owner. `receiver` is a name (or `planet`,
 * `provider:…`, `tax:…`), `receiverId` the account's owner. */
export const WaterfallStep = z.object({
  step: z.string(),
  label: z.string(),
  receiver: z.string(),
  receiverId: z.string(),
  shareBp: z.number().int().nullable(),
  amount: money,
  /** From when on this step is as it is; null where a signed sheet says so. */
  from: time.nullable(),
  /** Of a claim: out of whose part it takes (null: of the whole), where it ends and how far it has come. */
  claim: z
    .object({ id: id('clm'), bearer: z.string().nullable(), bearerId: z.string().nullable(), cap: money.nullable(), taken: money })
    .nullable(),
})
/** Something that will hold from `at` on: a rate (basis points) before and after; null: not there. */
export const ComingChange = z.object({
  at: time,
  step: z.string(),
  label: z.string(),
  beforeBp: z.number().int().nullable(),
  afterBp: z.number().int().nullable(),
})
export const Waterfall = z.object({
  price: money,
  at: time,
  steps: z.array(WaterfallStep),
  plan: z.object({
    id: z.string(),
    name: z.string(),
    commissionBp: z.number().int(),
    from: time,
    /** The seller's own terms; `until`: when they end. */
    own: z.boolean(),
    until: time.nullable(),
  }),
  rules: z.object({ version: z.number().int(), from: time }),
  coming: z.array(ComingChange),
})
const amountAsked = z.coerce
  .bigint()
  .min(0n)
  .max(10n ** 12n)

export const waterfallStep = z.enum(['provider_fee', 'tax', 'commission', 'recoupment', 'backers', 'split'])
export const claimKind = z.enum(['recoupment', 'backers'])
const rate = (least = 0) => z.number().int().min(least).max(10_000)
const category = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{1,29}$/)
  .meta({ description: 'The kind of an offer, e.g. digital; all: every kind.' })
const code = z.string().regex(/^[a-z][a-z0-9-]{1,29}$/)
const subject = z.string().regex(/^(rel|pag)_[0-9a-hjkmnp-tv-z]{26}$/)
const units = z.number().int().min(1).max(1_000_000_000)

/** A change of what holds. Nothing is ever edited: each is a new version from its date on. */
export const Change = z.union([
  z.object({ kind: z.literal('plan'), plan: code, name: line(40), category, commissionBp: rate(), everyone: z.boolean().default(false) }),
  z.object({ kind: z.literal('term'), seller: party, plan: code, until: time.nullable().default(null) }),
  z.object({
    kind: z.literal('rules'),
    steps: z
      .array(z.object({ step: waterfallStep, rateBp: rate().nullable().default(null) }))
      .min(1)
      .max(6),
  }),
  z.object({
    kind: z.literal('tax'),
    code,
    name: line(60),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable()
      .default(null),
    category: category.nullable().default(null),
    seller: party.nullable().default(null),
    rateBp: rate(),
    until: time.nullable().default(null),
  }),
  z.object({ kind: z.literal('home'), seller: party, country: z.string().regex(/^[A-Z]{2}$/) }),
  z.object({
    kind: z.literal('claim'),
    claimKind,
    /** A release, or a page: all its income. */
    subject,
    name: line(100),
    /** Out of this party's own part; null: out of the whole, which everyone who shares must agree to. */
    bearer: party.nullable().default(null),
    shareBp: rate(1),
    currency,
    /** Minor units; null: without end. */
    cap: amount.nullable().default(null),
    holders: z.array(z.object({ party, units })).min(1).max(500),
    until: time.nullable().default(null),
  }),
  z.object({ kind: z.literal('claim_end'), claim: id('clm') }),
])
export const proposalState = z.enum(['open', 'confirmed', 'declined', 'withdrawn'])
export const Proposal = z.object({
  id: id('prp'),
  change: Change,
  /** Names of the parties, releases and pages that the change speaks of, by id. */
  names: z.record(z.string(), z.string()),
  /** The claim it made (claim) or ends (claim_end), with who agreed so far. */
  claim: z.object({ id: id('clm'), parties: z.array(z.object({ party, name: z.string(), agreedAt: time.nullable() })) }).nullable(),
  /** From when on it was asked to hold; null: as soon as it is confirmed. */
  from: time.nullable(),
  reason: z.string(),
  proposedBy: z.object({ id: z.string(), name: z.string() }),
  proposedAt: time,
  state: proposalState,
  decidedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  decidedAt: time.nullable(),
  decision: z.string().nullable(),
  holdsFrom: time.nullable(),
  can: z.object({ confirm: z.boolean(), decline: z.boolean(), withdraw: z.boolean() }),
})
export const Claim = z.object({
  id: id('clm'),
  kind: claimKind,
  subject,
  subjectName: z.string(),
  name: z.string(),
  bearer: z.object({ id: z.string(), name: z.string() }).nullable(),
  shareBp: z.number().int(),
  cap: money.nullable(),
  taken: money,
  holders: z.array(z.object({ party, name: z.string(), units: z.number() })),
  parties: z.array(z.object({ party, name: z.string(), agreedAt: time.nullable() })),
  from: time,
  until: time.nullable(),
  /** proposed: waits for its parties and for a second pair of eyes · agreed · ended. */
  state: z.enum(['proposed', 'agreed', 'ended']),
  /** For whom one may agree. */
  can: z.object({ agree: z.array(party) }),
})
const held = z.enum(['past', 'now', 'coming'])
const since = { from: time, until: time.nullable(), held }
/** All that holds, held and will hold, of each kind the newest first. */
export const Holding = z.object({
  plans: z.array(
    z.object({
      id: z.string(),
      version: z.number().int(),
      name: z.string(),
      category: z.string(),
      everyone: z.boolean(),
      commissionBp: z.number().int(),
      ...since,
    }),
  ),
  rules: z.array(
    z.object({
      version: z.number().int(),
      steps: z.array(z.object({ step: waterfallStep, rateBp: z.number().int().nullable() })),
      ...since,
    }),
  ),
  taxes: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      country: z.string().nullable(),
      category: z.string().nullable(),
      seller: z.string().nullable(),
      rateBp: z.number().int(),
      ...since,
    }),
  ),
  terms: z.array(z.object({ seller: z.string(), plan: z.string(), ...since })),
  homes: z.array(z.object({ seller: z.string(), country: z.string(), ...since })),
  /** Names of the sellers, by id. */
  names: z.record(z.string(), z.string()),
})
const reason = text(1000).min(3)

export const settlement = room('settlement', {
  'GET /waterfall': query({
    access: 'member',
    summary:
      'What would this price become? For a release of a page one may edit, or for something else of that page, by its kind; now, or at a moment.',
    input: {
      release: id('rel').optional(),
      /** Where it is not a release: whose, and the kind of the offer. */
      page: id('pag').optional(),
      kind: category.optional(),
      amount: amountAsked,
      currency: currency.default('CNY'),
      at: time.optional(),
      provider: z.string().max(30).default('sandbox'),
    },
    ok: Waterfall,
    faults: ['not_found', 'no_split', 'invalid'],
  }),
  'GET /commission-plans': query({
    access: 'anyone',
    summary: 'The planet’s commission, by plan.',
    ok: z.object({
      items: z.array(z.object({ id: z.string(), name: z.string(), category: z.string(), commissionBp: z.number().int(), from: time })),
    }),
  }),

  'GET /me/claims': query({
    access: 'member',
    summary: 'Claims on income that one bears, holds, or is asked to agree to.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Claim),
  }),
  'POST /claims/:id/agree': command({
    access: 'member',
    summary: 'Agrees to a claim on income, for oneself or for an organisation one speaks for. Again: nothing more.',
    input: { id: id('clm'), as: party.optional() },
    ok: Claim,
    faults: ['not_found', 'not_a_party', 'claim_closed'],
  }),

  'GET /console/settlement': query({
    access: 'finance',
    summary: 'Plans, rules, taxes and terms: what holds, what held, what will.',
    ok: Holding,
  }),
  'GET /console/claims': query({
    access: 'finance',
    summary: 'All claims on income, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Claim),
  }),
  'GET /console/settlement/proposals': query({
    access: 'finance',
    summary: 'Proposed changes, newest first.',
    input: { state: proposalState.optional(), cursor: cursor(), limit: limit() },
    ok: page(Proposal),
  }),
  'POST /console/settlement/proposals': command({
    access: 'finance',
    summary:
      'Proposes a change of what holds; someone else confirms it. Never from a moment that has passed. The same id again is the same proposal.',
    input: { id: id('prp').optional(), change: Change, from: time.nullable().default(null), reason },
    ok: Proposal,
    faults: [
      'not_found',
      'invalid',
      'past_date',
      'conflict',
      'key_reused',
      'no_such_plan',
      'plan_category_fixed',
      'no_such_party',
      'bad_rules',
      'claim_without_bearer',
    ],
  }),
  'POST /console/settlement/proposals/:id/confirm': command({
    access: 'finance',
    summary: 'Confirms a change that someone else proposed: it holds from its date on, a minute from now at the earliest.',
    input: { id: id('prp'), reason },
    ok: Proposal,
    faults: ['not_found', 'four_eyes', 'proposal_decided', 'claim_not_agreed', 'past_date', 'conflict'],
  }),
  'POST /console/settlement/proposals/:id/decline': command({
    access: 'finance',
    summary: 'Declines a change that someone else proposed.',
    input: { id: id('prp'), reason },
    ok: Proposal,
    faults: ['not_found', 'four_eyes', 'proposal_decided'],
  }),
  'POST /console/settlement/proposals/:id/withdraw': command({
    access: 'finance',
    summary: 'Takes one’s own proposal back.',
    input: { id: id('prp') },
    ok: Proposal,
    faults: ['not_found', 'forbidden', 'proposal_decided'],
  }),
  'POST /console/settlement/preview': command({
    access: 'finance',
    summary: 'What a price of a release becomes, without a change and with it, side by side. Changes nothing.',
    input: {
      change: Change,
      from: time.nullable().default(null),
      release: id('rel'),
      amount,
      currency: currency.default('CNY'),
      provider: z.string().max(30).default('sandbox'),
    },
    ok: z.object({ at: time, before: Waterfall, after: Waterfall }),
    faults: [
      'not_found',
      'no_split',
      'invalid',
      'past_date',
      'no_such_plan',
      'plan_category_fixed',
      'no_such_party',
      'bad_rules',
      'claim_without_bearer',
    ],
  }),
})
