/** policy: what is allowed on this planet, as data. Strict unless two operators decide otherwise. */
import { z } from 'zod'
import { command, line, query, room } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

/** ISO 3166 codes of two letters, e.g. `CN`. */
export const region = z.string().regex(/^[A-Z]{2}$/)
export const raffleRule = z.enum(['never', 'free', 'points'])
const days = (least: number, most: number) => z.number().int().min(least).max(most)

/** Ages in whole years, amounts in points or in minor units of yuan, times in days. */
export const Policy = z.object({
  /** Points come from listening, skill and service: never from money, never for money. No pack can change these three. */
  pointsPurchase: z.literal('never'),
  pointsTransfer: z.literal('never'),
  spendingRanks: z.literal('never'),
  /** free: entering costs nothing; points: entering may cost points. */
  raffles: raffleRule,
  raffleMinAge: days(0, 99),
  /** The most a raffle's prize may be worth, in fen. */
  rafflePrizeMost: z.number().int().min(0).max(1_000_000_000),
  rewardMinAge: days(0, 99),
  /** Where rewards may go; empty: anywhere. */
  regions: z.array(region).max(250),
  /** Points one person can be given in one group on one day, and how many of them by hand. */
  pointsMostPerDay: z.number().int().min(1).max(1_000_000),
  pointsByHandPerDay: z.number().int().min(0).max(1_000_000),
  /** How long points live, at most. */
  lotDays: days(30, 1830),
  /** Points that come back after their end live so much longer. */
  lotGraceDays: days(1, 90),
  /** Shows with so many places or more sell tickets only with a name on each; null: never asked. */
  realNameFrom: z.number().int().min(1).max(1_000_000).nullable(),
})
export type Policy = z.infer<typeof Policy>

const never = { pointsPurchase: 'never', pointsTransfer: 'never', spendingRanks: 'never' } as const
export const packs = {
  strict: {
    ...never,
    raffles: 'free',
    raffleMinAge: 18,
    rafflePrizeMost: 5_000_000,
    rewardMinAge: 14,
    regions: [],
    pointsMostPerDay: 500,
    pointsByHandPerDay: 200,
    lotDays: 365,
    lotGraceDays: 14,
    realNameFrom: 5000,
  },
  standard: {
    ...never,
    raffles: 'points',
    raffleMinAge: 18,
    rafflePrizeMost: 5_000_000,
    rewardMinAge: 0,
    regions: [],
    pointsMostPerDay: 2000,
    pointsByHandPerDay: 1000,
    lotDays: 730,
    lotGraceDays: 30,
    realNameFrom: null,
  },
} as const satisfies Record<string, Policy>
export type Pack = keyof typeof packs

/** Which pack these values are; null: values of one's own. */
export function packOf(values: Policy): Pack | null {
  const same = (pack: Policy): boolean =>
    (Object.keys(pack) as (keyof Policy)[]).every(key => JSON.stringify(pack[key]) === JSON.stringify(values[key]))
  return (Object.keys(packs) as Pack[]).find(name => same(packs[name])) ?? null
}

export const PolicyChange = z.object({
  id: id('prp'),
  values: Policy,
  reason: z.string(),
  proposedBy: z.object({ id: id('usr'), name: z.string() }),
  proposedAt: time,
  state: z.enum(['open', 'confirmed', 'declined']),
  decidedBy: z.object({ id: id('usr'), name: z.string() }).nullable(),
  decidedAt: time.nullable(),
  decision: z.string().nullable(),
  version: z.number().int().nullable(),
  /** Whoever asks is another person than who proposed it. */
  mayDecide: z.boolean(),
})
const reason = line(1000).min(3)

export const policy = room('policy', {
  'GET /policy': query({
    access: 'anyone',
    summary: 'What is allowed on this planet: points, raffles, ages, regions, names on tickets.',
    ok: z.object({ policy: Policy, version: z.number().int(), since: time.nullable() }),
  }),
  'GET /console/policy': query({
    access: 'operator',
    summary: 'What holds, what was proposed and who decided, newest first.',
    ok: z.object({ policy: Policy, version: z.number().int(), changes: z.array(PolicyChange) }),
  }),
  'POST /console/policy/changes': command({
    access: 'operator',
    summary: 'Proposes what shall hold. Another operator decides. Twice with the same id is once.',
    input: { id: id('prp').optional(), values: Policy, reason },
    ok: PolicyChange,
    faults: ['key_reused', 'proposal_waits', 'nothing_changed'],
  }),
  'POST /console/policy/changes/:id/decide': command({
    access: 'operator',
    summary: 'Confirms or declines a proposed change; not one’s own. Confirmed, it holds at once.',
    input: { id: id('prp'), decision: z.enum(['confirmed', 'declined']), reason },
    ok: PolicyChange,
    faults: ['not_found', 'four_eyes', 'proposal_decided'],
  }),
})
