import type { Ok } from '../api.ts'

type Values = Ok<'GET /policy'>['policy']
const never = { pointsPurchase: 'never', pointsTransfer: 'never', spendingRanks: 'never' } as const

/** The packs of shared/policy.ts, as they are on the wire (a test holds them together): the browser loads no validator for them. */
export const packs: Record<'strict' | 'standard', Values> = {
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
}
export const policyKeys = Object.keys(packs.strict) as (keyof Values)[]
export const packNameOf = (values: Values): 'strict' | 'standard' | 'own' =>
  (['strict', 'standard'] as const).find(name =>
    policyKeys.every(key => JSON.stringify(packs[name][key]) === JSON.stringify(values[key])),
  ) ?? 'own'
