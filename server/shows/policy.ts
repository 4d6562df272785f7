/** What holds of a show at a moment: pure, so that pages, kinds and tests ask the same question. */
import type { ShowRow, TierRow } from './store.ts'

const dayMs = 86_400_000
/** How long an order's payment keeps a hold (its 30 minutes and what a payment may be late); what the waiting list gives. */
export const orderMs = 45 * 60_000
const offerMs = 2 * 3_600_000

/** Whether those who have tickets are asked if they stay: until the time they were given, also when the sale goes on before it. */
export const isAsked = ({ state, askUntil, dateOpen }: Pick<ShowRow, 'state' | 'askUntil' | 'dateOpen'>, now: Date): boolean =>
  (state === 'postponed' && dateOpen) ||
  ((state === 'postponed' || state === 'on_sale' || state === 'announced') && askUntil !== null && askUntil > now)

/** What goes back of a ticket given back now, in per cent. Put off and still asked about: all of it. Begun or cancelled (that goes by itself): nothing. */
export function percentNow(show: Pick<ShowRow, 'ladder' | 'startsAt' | 'state' | 'askUntil' | 'dateOpen'>, now: Date): number {
  if (isAsked(show, now)) return 100
  if (show.state !== 'on_sale' && show.state !== 'announced' && show.state !== 'postponed') return 0
  const left = show.startsAt.getTime() - now.getTime()
  if (left <= 0) return 0
  return show.ladder.find(step => left >= step.days * dayMs)?.percent ?? 0
}
/** Rounded down: what is kept of a half fen is the organiser's. */
export const shareOf = (paid: bigint, percent: number): bigint => (paid * BigInt(percent)) / 100n

/** The money of tickets goes on the day after the show; of one put off without a date a year later at the latest. */
export const moneyAt = (show: Pick<ShowRow, 'endsAt' | 'dateOpen'>, now: Date): Date =>
  show.dateOpen ? new Date(Math.max(show.endsAt.getTime(), now.getTime()) + 365 * dayMs) : new Date(show.endsAt.getTime() + dayMs)

/** How long the next in line has: two hours, less when the show is near, never under ten minutes. */
export const offerUntil = (show: Pick<ShowRow, 'startsAt'>, now: Date): Date =>
  new Date(now.getTime() + Math.min(offerMs, Math.max(10 * 60_000, (show.startsAt.getTime() - now.getTime()) / 8)))

const hourMs = 3_600_000
type Window = Pick<TierRow, 'opensAt' | 'earlyAt' | 'memberHours'>
/** From when members of the show's page may buy; null: with everyone. */
export const membersAt = ({ opensAt, memberHours }: Window): Date | null =>
  opensAt === null || memberHours === 0 ? null : new Date(opensAt.getTime() - memberHours * hourMs)
const soonest = (...moments: readonly (Date | null)[]): Date | null =>
  moments.reduce((least, at) => (at !== null && (least === null || at < least) ? at : least), null)
/** The first moment at which anybody may buy; null: at once. */
export const firstAt = (tier: Window): Date | null => (tier.opensAt === null ? null : soonest(tier.opensAt, tier.earlyAt, membersAt(tier)))
/** From when this viewer may, who is in such groups and a member of the page or not; null: with everyone. */
export const earlyFor = (tier: Window & Pick<TierRow, 'earlyGroups'>, groups: ReadonlySet<string>, member: boolean): Date | null =>
  soonest(tier.earlyGroups.some(group => groups.has(group)) ? tier.earlyAt : null, member ? membersAt(tier) : null)

export type TierState = 'soon' | 'early' | 'open' | 'queued' | 'sold_out' | 'closed'
/** `early`: from when the viewer may buy before the others; they do by then. `queued`: what is free is for those who wait. */
export function tierState(
  show: Pick<ShowRow, 'state' | 'startsAt' | 'endsAt' | 'sale'>,
  tier: Pick<TierRow, 'state' | 'opensAt' | 'closesAt' | 'free' | 'wait'>,
  early: Date | null,
  now: Date,
): TierState {
  if (show.state !== 'on_sale') return show.state === 'draft' || show.state === 'announced' ? 'soon' : 'closed'
  if (tier.state === 'closed' || (tier.closesAt ?? show.endsAt) <= now) return 'closed'
  if (tier.opensAt !== null && tier.opensAt > now && !(early !== null && early <= now)) return 'soon'
  if (tier.free === 0) return 'sold_out'
  if (fitsWaiting(tier)) return 'queued'
  return tier.opensAt !== null && tier.opensAt > now ? 'early' : 'open'
}
/** Whether somebody on the waiting list would take what is free: then it is theirs. */
export const fitsWaiting = (tier: Pick<TierRow, 'free' | 'wait'>): boolean => tier.wait !== null && tier.free > 0 && tier.wait <= tier.free
