/** Who may have what, and why not. Pure. */
import type { z } from 'zod'
import type { whyNot } from '../../shared/rewards.ts'
import type { Standing } from '../groups/index.ts'
import type { ExchangeRow, ExchangeShown } from './store-exchanges.ts'
import type { RewardRow } from './store.ts'

export type Why = z.output<typeof whyNot>
const dayMs = 86_400_000

/** What is open to nobody or to some: time, stock and where one stands. Age, region and points are asked for after that. */
export function closedTo(
  reward: Pick<RewardRow, 'state' | 'opensAt' | 'closesAt' | 'stock' | 'taken' | 'kept' | 'perPerson' | 'minLevel' | 'minDays' | 'offered'>,
  who: { standing: Pick<Standing, 'member' | 'level' | 'since' | 'banned'> | null; pieces: number; wants: number },
  now: Date,
): Why | null {
  if (reward.state === 'closed' || !reward.offered || (reward.closesAt !== null && reward.closesAt <= now)) return 'over'
  if (reward.state === 'draft' || (reward.opensAt !== null && reward.opensAt > now)) return 'not_open'
  if (reward.stock !== null && reward.stock - reward.taken - reward.kept < who.wants) return 'sold_out'
  const { standing } = who
  if (standing === null) return 'signed_out'
  if (standing.banned) return 'banned'
  if (!standing.member) return 'members_only'
  return notFor(reward, standing, now) ?? (reward.perPerson !== null && who.pieces + who.wants > reward.perPerson ? 'per_person' : null)
}
export function notFor(
  rules: { minLevel: number; minDays: number },
  standing: Pick<Standing, 'level' | 'since'>,
  now: Date,
): 'level' | 'days' | null {
  if (standing.level < rules.minLevel) return 'level'
  if (rules.minDays > 0 && (standing.since === null || now.getTime() - standing.since.getTime() < rules.minDays * dayMs)) return 'days'
  return null
}

/** The rules of the planet and those of the reward together. An empty list of regions means everywhere. */
export function together(
  own: { minAge: number; regions: readonly string[] | null },
  planet: { minAge: number; regions: readonly string[] },
): { minAge: number; regions: string[] } {
  const given = own.regions ?? []
  const regions =
    planet.regions.length === 0 ? [...given] : given.length === 0 ? [...planet.regions] : given.filter(one => planet.regions.includes(one))
  // Where the two have no place in common there is none.
  return { minAge: Math.max(own.minAge, planet.minAge), regions: regions.length === 0 && given.length > 0 ? ['ZZ'] : regions }
}

export const can = {
  /** Nothing was sent, shown or arranged yet. Prizes are not given back for points. */
  cancel: (row: ExchangeShown): boolean =>
    row.cause === 'points' &&
    ((row.state === 'waiting' && (row.parcel === null || row.parcel === 'to_pack')) ||
      (row.state === 'ready' && row.vouchers.every(voucher => voucher.state === 'issued'))),
  claim: (row: Pick<ExchangeRow, 'state'>): boolean => row.state === 'claim',
  /** A host: as long as it is not over. What is on its way comes back first. */
  refund: (row: ExchangeShown): boolean =>
    (row.state === 'claim' || row.state === 'waiting' || row.state === 'ready') &&
    row.parcel !== 'sent' &&
    row.vouchers.every(voucher => voucher.state !== 'redeemed'),
  finish: (row: ExchangeShown): boolean => row.state === 'waiting' && row.kind === 'experience',
}
