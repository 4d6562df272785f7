/** What a person has of one group's points: lots that end, the earliest first. Pure; whoever changes a purse holds its wallet's lock and saves it. */

/** A lot: `points` = used (spent) + ended (unused) + taken (back, or for a debt) + remaining, always. */
export type Lot = {
  id: string
  /** Given earlier: lower. */
  n: bigint
  remaining: bigint
  used: bigint
  ended: bigint
  taken: bigint
  endsAt: Date
  cause: string
  note: string | null
}
/** `debt`: taken back, but spent before; who has points owes none. `lots`: those with something left, and those named; `touched`: to be saved. */
export type Purse = { group: string; person: string; balance: bigint; debt: bigint; lots: Map<string, Lot>; touched: Set<Lot> }
export type Part = { lot: string; points: bigint }

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
/** Which is spent first: what ends first; of one moment the older. */
const first = (a: Lot, b: Lot): number => a.endsAt.getTime() - b.endsAt.getTime() || (a.n < b.n ? -1 : 1)
const inOrder = (purse: Purse): Lot[] => [...purse.lots.values()].filter(lot => lot.remaining > 0n).sort(first)

function draw(purse: Purse, lot: Lot, most: bigint, into: 'used' | 'taken' | 'ended'): bigint {
  const points = least(most, lot.remaining)
  if (points <= 0n) return 0n
  lot.remaining -= points
  lot[into] += points
  purse.balance -= points
  purse.touched.add(lot)
  return points
}

/** Ends the lots whose time has come; what ended, lot by lot. */
export function endDue(purse: Purse, now: Date): { lot: Lot; points: bigint }[] {
  const ended: { lot: Lot; points: bigint }[] = []
  for (const lot of inOrder(purse))
    if (lot.endsAt.getTime() <= now.getTime()) ended.push({ lot, points: draw(purse, lot, lot.remaining, 'ended') })
  return ended
}

/** Pays what is owed from this lot; how much. */
export function payDebt(purse: Purse, lot: Lot): bigint {
  const paid = draw(purse, lot, purse.debt, 'taken')
  purse.debt -= paid
  return paid
}

/** A new lot, or what came back to an old one; a debt is paid from it first. How much of it went there. */
export function putIn(purse: Purse, lot: Lot, points: bigint): bigint {
  lot.remaining += points
  purse.balance += points
  purse.lots.set(lot.id, lot)
  purse.touched.add(lot)
  return payDebt(purse, lot)
}

/** Spends, the earliest end first; undefined when there is not enough. Lots whose time has come must have been ended. */
export function spend(purse: Purse, points: bigint): Part[] | undefined {
  if (points > purse.balance) return undefined
  const parts: Part[] = []
  let left = points
  for (const lot of inOrder(purse)) {
    if (left === 0n) break
    const drawn = draw(purse, lot, left, 'used')
    parts.push({ lot: lot.id, points: drawn })
    left -= drawn
  }
  return parts
}

/**
 * Takes back what a lot gave: what it has left, then what was spent of it out of the other lots; what is still missing is owed. What ended unused is gone
 * already. How much was taken now.
 */
export function takeBack(purse: Purse, lot: Lot): { taken: bigint; owed: bigint } {
  let taken = draw(purse, lot, lot.remaining, 'taken')
  let missing = lot.used
  for (const other of inOrder(purse)) {
    const drawn = draw(purse, other, missing, 'taken')
    taken += drawn
    missing -= drawn
  }
  purse.debt += missing
  return { taken, owed: missing }
}

/** Gives parts of a spending back to their lots; one that ended meanwhile lives until `graceUntil`. How much went to a debt. */
export function giveBack(purse: Purse, parts: readonly Part[], now: Date, graceUntil: Date): bigint {
  let paid = 0n
  for (const { lot: id, points } of parts) {
    const lot = purse.lots.get(id)!
    lot.used -= points
    if (lot.endsAt.getTime() <= now.getTime()) lot.endsAt = graceUntil
    paid += putIn(purse, lot, points)
  }
  return paid
}
