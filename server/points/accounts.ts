/** Where points and their money lie in the ledger. */
import type { AccountRef } from '../ledger/index.ts'

export const assetOf = (group: string): string => `points:${group}`
/** What a person has. */
export const held = (group: string, person: string): AccountRef => ({ owner: person, purpose: 'points', asset: assetOf(group), floor: 0n })
/** What may still be given: the floor holds what is out to what is funded. */
export const unissued = (group: string): AccountRef => ({ owner: group, purpose: 'unissued', asset: assetOf(group), floor: 0n })
/** Spent, and not yet paid for from the budget. */
export const spentOf = (group: string): AccountRef => ({ owner: group, purpose: 'spent', asset: assetOf(group), floor: 0n })
/** Below zero by all points there are. */
export const mint = (group: string): AccountRef => ({ owner: group, purpose: 'mint', asset: assetOf(group), floor: null })
/** The money behind them. */
export const money = (group: string, currency: string): AccountRef => ({
  owner: group,
  purpose: 'reward_budget',
  asset: currency,
  floor: 0n,
})
