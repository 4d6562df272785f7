/** One group in several rooms. Amounts: text of minor units, as on the wire. */

/** How a group shares rooms that hold so many: as evenly as they do, in the rooms' order. Each has at least one, none more than it holds. */
export function shareOut(people: number, holds: readonly number[]): number[] {
  const shares = holds.map(() => 0)
  let left = people
  const small = holds.map((most, room) => ({ most, room })).toSorted((a, b) => a.most - b.most || a.room - b.room)
  for (const [before, { most, room }] of small.entries()) {
    const share = Math.max(1, Math.min(most, Math.ceil(left / (holds.length - before))))
    shares[room] = share
    left -= share
  }
  return shares
}
/** How many have no place in rooms that hold so many. */
export const placesShort = (people: number, holds: readonly number[]): number =>
  Math.max(0, people - holds.reduce((all, most) => all + most, 0))

type Amount<C extends string> = { amount: string; currency: C }
/** All of them together; null where they are of several currencies, or none. */
export function sumOf<C extends string>(prices: readonly Amount<C>[]): Amount<C> | null {
  const currency = prices[0]?.currency
  if (currency === undefined || prices.some(price => price.currency !== currency)) return null
  return { amount: prices.reduce((all, price) => all + BigInt(price.amount), 0n).toString(), currency }
}
