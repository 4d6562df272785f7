/**
 * What is sold plugs in here. The checkout asks these questions of whatever it sells and never what it is; another room (goods, shows, bookings) adds its
 * kind with `registerKind`, and offers of that kind with `putOffer`. Nothing else of the checkout changes.
 */
import type { z } from 'zod'
import type { ParcelAddress } from '../../shared/shipping.ts'
import type { Fault } from '../../shared/faults.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type Address = z.output<typeof ParcelAddress>
/** An offer as one buyer sees it at the moment of ordering. */
export type ForSale = {
  id: string
  kind: string
  /** What it is: a release (rel_…), or the id that its kind knows (var_…, tir_…, res_…). */
  subject: string
  release: string | null
  page: string
  pricing: 'fixed' | 'name_your_price' | 'free'
  amount: bigint
  currency: string
  state: 'open' | 'closed'
  title: string
  detail: string | null
  artists: string
  visibility: string
  /** Picture of the release or of the offer itself (an asset). */
  cover: string | null
  accent: string | null
  seller: string
  /** The party that owns the page, and gets what is left of the price. */
  owner: string | null
  owned: boolean
  /** A first split sheet waits for signatures. */
  waiting: boolean
  /** The day a release comes out (ISO date); null where it is not known, and of all other kinds. */
  releasedOn: string | null
  opensAt: Date | null
  closesAt: Date | null
  /** How many of it one person may have in all; the kind counts (`boughtBefore` of shop). */
  mostEach: number | null
}
/** A line that is being ordered: `index` is its place in the basket, `line` the id it will have. */
export type Wanted = {
  line: string
  index: number
  offer: ForSale
  quantity: number
  /** What the buyer offers, per piece. */
  price: bigint | null
  currency: string | null
  /** What the buyer chose beyond the offer, unchecked: the kind's own words. */
  choice: Readonly<Record<string, unknown>> | null
  basket: Basket
}
/** All of one order. */
export type Basket = { order: string; buyer: string; at: Date; address: Address | null; contact: string | null; lines: readonly Wanted[] }
/** Price of one piece in minor units; `detail` says to people which of several it is (seats, a slot), `choice` is kept with the line. */
export type Priced = { unit: bigint; detail?: string | null; choice?: Readonly<Record<string, unknown>> | null }

export type SoldLine = {
  id: string
  order: string
  buyer: string
  release: string | null
  offer: string
  quantity: number
  subject: string
  page: string
  choice: Readonly<Record<string, unknown>> | null
}
/** What happens next with a line: a code worded in `t.checkout.progress`, when (in the zone of its place), where to go, and something to read (a number to follow, a gate). */
export type Progress = { code: string; at: Date | null; zone?: string; url: string | null; text: string | null }

export type Handed = Date | 'refused' | { again: Date }
export type Kind = {
  kind: string
  /** The price of each, in order; a Fault when it cannot be sold (at what the buyer offers). Lines of many baskets; changes nothing. */
  price: (tx: Tx, wanted: readonly Wanted[]) => Promise<readonly (Priced | Fault)[]>
  /**
   * Sets capacity aside for these lines of many baskets: all of a line or nothing. Gives, by line, why it could not be had; nothing is set aside for those.
   * When another line of the same basket is refused, `release` is called for the ones that were reserved. Guarded by the database: other processes do the same.
   */
  reserve: (tx: Tx, wanted: readonly Wanted[]) => Promise<ReadonlyMap<string, Fault>>
  /** Can these lines of one order, whose reservation has lapsed, still be had? Reserves them again if so; all or none. */
  reserveAgain: (tx: Tx, lines: readonly SoldLine[]) => Promise<boolean>
  /**
   * Hands over what was paid, right after it is paid. Gives, by line: `refused` (it is refunded), when its money goes to the seller (moved later with
   * `settleAt`), or when it can be handed over (`again`: not out yet); lines without an answer settle at once. Set-based: lines of many orders.
   */
  fulfil: (tx: Tx, lines: readonly SoldLine[], at: Date) => Promise<ReadonlyMap<string, Handed>>
  /** Gives reserved capacity back: the order was cancelled or ran out, or was refunded before it was handed over. Once per line. */
  release: (tx: Tx, lines: readonly SoldLine[]) => Promise<void>
  /** Takes back what was handed over, with its capacity: the whole line was refunded. Harmless for what was taken back before. */
  cancel: (tx: Tx, lines: readonly SoldLine[]) => Promise<void>
  /** What the buyer's order page tells of each line; nothing for kinds that have nothing to tell. */
  follow?: (db: Read | Tx, lines: readonly SoldLine[]) => Promise<ReadonlyMap<string, readonly Progress[]>>
  /** Whose the money of these lines is, instead of the page's owner's: party (or another ledger owner) and weight. Only for lines without a release. */
  shares?: (
    tx: Tx,
    lines: readonly { id: string; subject: string; choice: SoldLine['choice'] }[],
  ) => Promise<ReadonlyMap<string, readonly Part[]>>
}
export type Part = { receiver: string; role: string; weight: bigint; shareBp: number | null }

const kinds = new Map<string, Kind>()
export const registerKind = (kind: Kind): void => {
  kinds.set(kind.kind, kind)
}
export function kindOf(kind: string): Kind {
  const found = kinds.get(kind)
  if (found === undefined) throw new Error(`no kind of offer is called ${kind}`)
  return found
}

/** Does something with the lines of each kind together; kinds in the order of their names, so that whoever locks their rows does so in one order. */
export async function byKind<T extends { kind: string }>(
  lines: readonly T[],
  act: (kind: Kind, lines: readonly T[]) => Promise<void>,
): Promise<void> {
  for (const [kind, own] of [...Map.groupBy(lines, line => line.kind)].sort(([a], [b]) => (a < b ? -1 : 1))) await act(kindOf(kind), own)
}

// What comes off a price, and what pays instead of money. Each has one registrant (coupons, gift cards).

export type Reduction = { amount: bigint; code: string }
/** Codes of an order (none: what applies by itself) with its priced lines: by line what comes off, or a Fault for the whole order. Remembers the use; `ended` orders give it back. */
export type Discounts = {
  apply: (
    tx: Tx,
    orders: readonly {
      order: string
      buyer: string
      at: Date
      codes: readonly string[]
      lines: readonly { id: string; offer: ForSale; quantity: number; unit: bigint }[]
    }[],
  ) => Promise<ReadonlyMap<string, Fault | ReadonlyMap<string, Reduction>>>
  ended: (tx: Tx, orders: readonly string[]) => Promise<void>
  /** An ended order is paid after all: its uses count again, all or none; false when one of them is somebody else's by now. */
  again: (tx: Tx, order: string) => Promise<boolean>
}
/** Credit (gift cards): sets up to `total` aside in `credit:<order>`; gives how much, or a Fault. */
export type Credits = {
  reserve: (
    tx: Tx,
    order: { order: string; buyer: string; cards: readonly string[]; total: bigint; currency: string; at: Date },
  ) => Promise<bigint | Fault>
  /** The order ended unpaid: what was set aside goes back to its cards. */
  release: (tx: Tx, order: string, at: Date) => Promise<void>
  /** A line paid by credit is refunded: `amount` from the line's escrow goes back to the cards of its order. Posts it under `key`. */
  back: (
    tx: Tx,
    given: { order: string; line: string; amount: bigint; currency: string; key: string; cause: string; at: Date },
  ) => Promise<void>
}
export const adjusters: { discounts?: Discounts; credits?: Credits } = {}
export const registerDiscounts = (discounts: Discounts): void => void (adjusters.discounts = discounts)
export const registerCredits = (credits: Credits): void => void (adjusters.credits = credits)

/** Ways to have the things of one seller sent, for a basket going to a country: offers of a kind of their own (shipping rates) that are put in as lines. */
export type Carriage = { page: string; offer: string; name: string; amount: bigint; minDays: number | null; maxDays: number | null }
export type Carriages = (
  db: Read | Tx,
  wanted: { lines: readonly { offer: ForSale; quantity: number }[]; country: string; region: string; at: Date },
) => Promise<readonly Carriage[]>
let carriages: Carriages | undefined
export const registerCarriages = (find: Carriages): void => void (carriages = find)
export const carriagesFor: Carriages = async (db, wanted) => (carriages === undefined ? [] : carriages(db, wanted))
