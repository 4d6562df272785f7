/** settlement: the waterfall as data. What a price becomes, by rules, plans, terms, taxes and claims that hold from a date on. */
import { z } from 'zod'
import { query, room } from './contract.ts'
import { id } from './ids.ts'
import { currency, money } from './money.ts'
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

export const settlement = room('settlement', {
  'GET /waterfall': query({
    access: 'member',
    summary: 'What would this price become? For a release of a page one may edit; now, or at a moment.',
    input: {
      release: id('rel'),
      amount: amountAsked,
      currency: currency.default('CNY'),
      at: time.optional(),
      provider: z.string().max(30).default('sandbox'),
    },
    ok: Waterfall,
    faults: ['not_found', 'no_split'],
  }),
  'GET /commission-plans': query({
    access: 'anyone',
    summary: 'The planet’s commission, by plan.',
    ok: z.object({
      items: z.array(z.object({ id: z.string(), name: z.string(), category: z.string(), commissionBp: z.number().int(), from: time })),
    }),
  }),
})
