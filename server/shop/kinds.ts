/**
 * What is sold plugs in here. The checkout asks these questions of whatever it sells and never what it is; another room (tickets, bookings) adds
 * its kind with `registerKind`.
 */
import type { Read, Tx } from '../foundation/db.ts'

/** An offer as one buyer sees it at the moment of ordering. */
export type ForSale = {
  id: string
  kind: string
  release: string
  page: string
  pricing: 'fixed' | 'name_your_price' | 'free'
  amount: bigint
  currency: string
  state: 'open' | 'closed'
  title: string
  artists: string
  visibility: string
  cover: string | null
  accent: string | null
  seller: string
  owner: string | null
  owned: boolean
  /** A first split sheet waits for signatures. */
  waiting: boolean
}
/** A line that is being sold: `index` is its place in the basket. */
export type Wanted = { index: number; offer: ForSale; quantity: number; price: bigint | null; currency: string | null }
export type SoldLine = { id: string; order: string; buyer: string; release: string | null; offer: string; quantity: number }

export type Kind = {
  kind: string
  /** The unit price of a line in minor units; faults when it cannot be sold at what the buyer offers. */
  price: (wanted: Wanted) => bigint
  /**
   * Sets capacity aside for these lines of one basket, or faults with the reason before it has set anything aside: other baskets share the transaction.
   * When another kind then refuses the basket, `release` is called.
   */
  reserve: (tx: Tx, buyer: string, wanted: readonly Wanted[]) => Promise<void>
  /** Can these lines, whose reservation has lapsed, still be had? Reserves them again if so. */
  reserveAgain: (tx: Tx, lines: readonly SoldLine[]) => Promise<boolean>
  /** Hands over what was paid; gives the ids of lines that could not be fulfilled (they are refunded). Set-based: lines of many orders. */
  fulfil: (tx: Tx, lines: readonly SoldLine[], at: Date) => Promise<ReadonlySet<string>>
  /** Gives reserved capacity back: the order was cancelled or ran out. Once per line. */
  release: (tx: Tx, lines: readonly SoldLine[]) => Promise<void>
  /** Takes back what was handed over: the line was refunded. */
  cancel: (tx: Tx, lines: readonly SoldLine[]) => Promise<void>
  /** From when on a paid line may be settled. */
  dueAt: (paidAt: Date) => Date
  /** Makes right what offers of this kind say of themselves, when they are opened or changed. */
  formats: (db: Read | Tx, release: string) => Promise<string[]>
}

const kinds = new Map<string, Kind>()
export const registerKind = (kind: Kind): void => {
  kinds.set(kind.kind, kind)
}
export function kindOf(kind: string): Kind {
  const found = kinds.get(kind)
  if (found === undefined) throw new Error(`no kind of offer is called ${kind}`)
  return found
}

/** Does something with the lines of each kind together. */
export async function byKind<T extends { kind: string }>(
  lines: readonly T[],
  act: (kind: Kind, lines: readonly T[]) => Promise<void>,
): Promise<void> {
  for (const [kind, own] of Map.groupBy(lines, line => line.kind)) await act(kindOf(kind), own)
}
