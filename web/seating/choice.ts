/** What a buyer has chosen of a hall, and what may be added to it. Pure. */
import { bestSeats, orphansOf, type Layout } from '../../shared/seating-choice.ts'

export type PickTier = {
  tier: string
  name: string
  /** As it is read: “¥380”, “free”. */
  price: string
  /** Place among the colours; the tier's place unless told. */
  tone?: number
  /** Cannot be bought now (window, code); why, in words. */
  closed?: string
}
/** Seats by key; standing places by tier. */
export type Choice = { seats: readonly string[]; counts: Readonly<Record<string, number>> }
export const noChoice: Choice = { seats: [], counts: {} }
export const countOf = (choice: Choice): number => choice.seats.length + Object.values(choice.counts).reduce((sum, n) => sum + n, 0)

/** All that is known of a hall at this moment. */
export type Known = {
  layout: Layout
  tiers: readonly string[]
  /** By place: the tier, or null where nothing is sold. */
  tierAt: (place: number) => string | null
  /** By place: f free, h held, m one's own hold, s sold, y one's own, b blocked, - not sold. */
  stateAt: (place: number) => string
}
export function knownOf(layout: Layout, tiers: readonly string[], tierAt: string, states: string): Known {
  return {
    layout,
    tiers,
    tierAt: place => {
      const sign = tierAt[place]
      return sign === undefined || sign === '-' ? null : (tiers[parseInt(sign, 36)] ?? null)
    },
    stateAt: place => states[place] ?? '-',
  }
}
/** Seats this reader could take: what they hold themselves is theirs to change. */
export const isFree = (known: Known, place: number): boolean => {
  const state = known.stateAt(place)
  return state === 'f' || state === 'm'
}

/** A press on a seat: in or out, with its whole table where that is only sold whole. Gives null when that would be more than `most`. */
export function pressed(known: Known, choice: Choice, place: number, most: number): Choice | null {
  const seat = known.layout.seats[place]!
  const keys =
    seat.whole === null
      ? [seat.key]
      : known.layout.seats.filter(other => other.whole === seat.whole && other.item === seat.item).map(other => other.key)
  if (choice.seats.includes(seat.key)) return { ...choice, seats: choice.seats.filter(key => !keys.includes(key)) }
  const next = { ...choice, seats: [...choice.seats, ...keys.filter(key => !choice.seats.includes(key))] }
  return countOf(next) > most ? null : next
}

/** Single seats the choice would leave alone. */
export function lonely(known: Known, choice: Choice): number[] {
  const places = new Set(choice.seats.flatMap(key => known.layout.index.get(key) ?? []))
  return orphansOf(known.layout, place => isFree(known, place) && known.tierAt(place) !== null, places)
}

/** The best seats for so many, of one tier or of any that is open. */
export function bestOf(known: Known, tiers: ReadonlySet<string>, count: number, orphans: boolean): string[] | null {
  const places = bestSeats(
    known.layout,
    place => {
      const tier = known.tierAt(place)
      return tier !== null && tiers.has(tier) && isFree(known, place)
    },
    count,
    { orphans },
  )
  return places?.map(place => known.layout.seats[place]!.key) ?? null
}

/** For holding: seats by tier, and counts. */
export function wantsOf(known: Known | null, choice: Choice): { tier: string; count?: number; seats?: string[] }[] {
  const by = new Map<string, string[]>()
  for (const key of choice.seats) {
    const place = known?.layout.index.get(key)
    const tier = place === undefined ? null : known!.tierAt(place)
    if (tier !== null) by.set(tier, [...(by.get(tier) ?? []), key])
  }
  return [
    ...[...by].map(([tier, seats]) => ({ tier, seats })),
    ...Object.entries(choice.counts).flatMap(([tier, count]) => (count > 0 ? [{ tier, count }] : [])),
  ]
}
