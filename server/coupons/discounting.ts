/** What codes take off a basket, and what is less by itself. The arithmetic is pure; `discounts` reads, counts and writes for many baskets at once, under the lock of their coupons. */
import { Fault, fault } from '../../shared/faults.ts'
import { splitByWeight } from '../../shared/money.ts'
import type { Tx } from '../foundation/db.ts'
import type { Discounts, Reduction } from '../shop/index.ts'
import {
  automaticsOf,
  boughtAt,
  codesFor,
  endUses,
  lockCoupons,
  membersOf,
  ordersUsing,
  retakeUses,
  thingsOf,
  usesOf,
  writeUses,
  type CouponRow,
  type NewUse,
} from './store.ts'

/** A line of a basket: `amount` before any discount, in minor units; `thing` what its offer is of, as a coupon may name it (the product of a variant). */
export type Piece = { id: string; page: string; kind: string; offer: string; thing?: string; amount: bigint }
type Terms = Pick<CouponRow, 'page' | 'kinds' | 'offers' | 'percentBp' | 'amount' | 'mostOff' | 'least'>

/** Sending costs what it costs, unless a coupon names its kind; gift cards and what buyers sell on always do: that money is not the page's. */
const never = new Set(['gift_card', 'resale'])
export const isFor = ({ page, kinds, offers }: Pick<Terms, 'page' | 'kinds' | 'offers'>, piece: Piece): boolean =>
  piece.page === page &&
  !never.has(piece.kind) &&
  (kinds === null ? offers !== null || piece.kind !== 'shipping' : kinds.includes(piece.kind)) &&
  (offers === null || offers.includes(piece.offer) || (piece.thing !== undefined && offers.includes(piece.thing)))

/** So much off `total`: a percentage rounded half up and capped, or the amount; never more than there is. */
export function offOf({ percentBp, amount, mostOff }: Terms, total: bigint): bigint {
  const wanted = percentBp === null ? amount! : (total * BigInt(percentBp) + 5_000n) / 10_000n
  const capped = mostOff !== null && wanted > mostOff ? mostOff : wanted
  return capped < total ? capped : total
}

/** What each line has less, by largest remainder over what is left of the lines, ties to the first; nothing below zero. */
export function reduce(
  terms: Terms,
  pieces: readonly Piece[],
  left: ReadonlyMap<string, bigint>,
): Map<string, bigint> | 'not_for' | 'least' {
  const own = pieces.filter(piece => isFor(terms, piece) && left.get(piece.id)! > 0n)
  if (own.length === 0) return 'not_for'
  if (own.reduce((sum, piece) => sum + piece.amount, 0n) < terms.least) return 'least'
  const weights = own.map(piece => left.get(piece.id)!)
  const parts = splitByWeight(
    offOf(
      terms,
      weights.reduce((a, b) => a + b, 0n),
    ),
    weights,
  )
  return new Map(own.map((piece, n) => [piece.id, parts[n]!]))
}

type Order = Parameters<Discounts['apply']>[1][number]
const no = (code: string, typed: string, more: Record<string, string> = {}): Fault =>
  fault('unprocessable', code, { fields: { codes: typed, ...more } })
export const typedCode = (text: string): string => text.trim().toUpperCase()

/** What holds for this buyer at this moment beside the basket. */
type Seen = {
  uses: Map<string, number>
  bought: ReadonlySet<string>
  members: ReadonlySet<string>
  used: Map<string, number>
  taken: Set<string>
  /** What a variant or a tier is of. */
  things: ReadonlyMap<string, string>
}
function whyNot(coupon: CouponRow, code: string, { buyer, at, lines }: Order, seen: Seen): string | undefined {
  // What is said in money holds where that money is paid.
  if (
    (coupon.amount !== null || coupon.mostOff !== null || coupon.least > 0n) &&
    lines.some(({ offer }) => offer.currency !== coupon.currency)
  )
    return 'coupon_not_for'
  if (coupon.opensAt !== null && coupon.opensAt > at) return 'coupon_not_yet'
  if (coupon.closesAt !== null && coupon.closesAt <= at) return 'coupon_over'
  if (coupon.code === null && !coupon.automatic && seen.taken.has(`${coupon.page} ${code}`)) return 'coupon_used_up'
  if (coupon.usesMost !== null && seen.used.get(coupon.id)! >= coupon.usesMost) return 'coupon_used_up'
  const own = seen.uses.get(`${coupon.id} ${buyer}`) ?? 0
  if (coupon.eachMost !== null && own >= coupon.eachMost) return 'coupon_each'
  if (coupon.firstOnly && (own > 0 || seen.bought.has(`${buyer} ${coupon.page}`))) return 'coupon_first_only'
  if (coupon.membersOnly && !seen.members.has(`${buyer} ${coupon.page}`)) return 'coupon_members_only'
  return undefined
}

type Found = { coupon: CouponRow; code: string }
type Off = { reduced: Map<string, Reduction>; taken: Map<Found, bigint>; total: bigint }
/** Percentages before amounts, each on what the ones before left. What applies by itself and has nothing to take is left out, a code is refused; `all`: nothing is. */
function takeOff(pieces: readonly Piece[], wanted: readonly Found[], all = false): Fault | Off {
  const left = new Map(pieces.map(({ id, amount }) => [id, amount]))
  const made: Off = { reduced: new Map(), taken: new Map(), total: 0n }
  const inOrder = wanted.toSorted(
    (a, b) => Number(a.coupon.percentBp === null) - Number(b.coupon.percentBp === null) || (a.coupon.id < b.coupon.id ? -1 : 1),
  )
  for (const one of inOrder) {
    const { coupon, code } = one
    const parts = reduce(coupon, pieces, left)
    if (typeof parts === 'string') {
      if (all || coupon.automatic) continue
      return parts === 'not_for' ? no('coupon_not_for', code) : no('coupon_least', code, { least: coupon.least.toString() })
    }
    let amount = 0n
    for (const [line, off] of parts) {
      if (off === 0n) continue
      amount += off
      left.set(line, left.get(line)! - off)
      const before = made.reduced.get(line)
      made.reduced.set(line, { amount: (before?.amount ?? 0n) + off, code: before === undefined ? code : `${before.code} + ${code}` })
    }
    made.taken.set(one, amount)
    made.total += amount
  }
  return made
}

/** What of one page's coupons goes together and takes off most: all that stack, or one of the others. As much: what was typed, then the older one. */
function best(pieces: readonly Piece[], typed: readonly Found[], automatic: readonly Found[]): readonly Found[] {
  const together = automatic.filter(({ coupon }) => coupon.stacks)
  const ways = [
    ...(typed.every(({ coupon }) => coupon.stacks) ? [[...typed, ...together]] : [typed, together]),
    ...automatic.filter(({ coupon }) => !coupon.stacks).map(one => [one]),
  ]
  let most = ways[0]!
  let off = -1n
  for (const way of ways) {
    const made = takeOff(pieces, way, true)
    if (made instanceof Fault || made.total <= off) continue
    most = way
    off = made.total
  }
  return most
}

/** One basket. Gives what each line has less and the uses to be written. */
function basket(
  order: Order,
  found: (code: string) => readonly Found[],
  automatic: readonly CouponRow[],
  seen: Seen,
): Fault | { reduced: Map<string, Reduction>; uses: NewUse[] } {
  const pieces = order.lines.map(({ id, offer, quantity, unit }) => ({
    id,
    page: offer.page,
    kind: offer.kind,
    offer: offer.id,
    thing: seen.things.get(offer.subject) ?? offer.subject,
    amount: unit * BigInt(quantity),
  }))
  const pages = new Set(pieces.map(piece => piece.page))
  const wanted: Found[] = []
  for (const code of new Set(order.codes.map(typedCode))) {
    const ours = found(code).filter(({ coupon }) => pages.has(coupon.page))
    if (ours.length === 0) return no('code_unknown', code)
    const good = ours.filter(({ coupon }) => whyNot(coupon, code, order, seen) === undefined)
    if (good.length === 0) return no(whyNot(ours[0]!.coupon, code, order, seen)!, code)
    wanted.push(...good)
  }
  for (const own of Map.groupBy(wanted, ({ coupon }) => coupon.page).values())
    if (own.length > 1 && (own.some(({ coupon }) => !coupon.stacks) || new Set(own.map(({ coupon }) => coupon.id)).size < own.length))
      return no('coupon_alone', own.find(({ coupon }) => !coupon.stacks)?.code ?? own[0]!.code)
  // What was typed must hold by itself, whatever else there is.
  const typed = takeOff(pieces, wanted)
  if (typed instanceof Fault) return typed
  const own = automatic.flatMap(coupon =>
    pages.has(coupon.page) && whyNot(coupon, coupon.name, order, seen) === undefined ? { coupon, code: coupon.name } : [],
  )
  const chosen = [...pages].flatMap(page => {
    const here = ({ coupon }: Found): boolean => coupon.page === page
    return best(pieces, wanted.filter(here), own.filter(here))
  })
  const made = own.length === 0 ? typed : takeOff(pieces, chosen, true)
  if (made instanceof Fault) return made
  const uses = [...made.taken].flatMap(([{ coupon, code }, amount]): NewUse[] =>
    amount === 0n
      ? []
      : [
          {
            order: order.order,
            coupon: coupon.id,
            code,
            series: coupon.code === null && !coupon.automatic ? coupon.page : null,
            person: order.buyer,
            amount,
            at: order.at,
          },
        ],
  )
  return { reduced: made.reduced, uses }
}

async function apply(tx: Tx, orders: readonly Order[]): Promise<Map<string, Fault | ReadonlyMap<string, Reduction>>> {
  const pairs = orders.flatMap(order => {
    const pages = new Set(order.lines.map(({ offer }) => offer.page))
    return order.codes.flatMap(code => [...pages].map(page => ({ page, code: typedCode(code) })))
  })
  const known = pairs.length === 0 ? [] : await codesFor(tx, pairs)
  const byThemselves = await automaticsOf(tx, [...new Set(orders.flatMap(order => order.lines.map(({ offer }) => offer.page)))])
  const coupons = await lockCoupons(tx, [...new Set([...known.map(row => row.coupon), ...byThemselves])])
  // Codes of a series are read again under the lock of their coupon.
  const fresh = known.some(row => row.series) ? await codesFor(tx, pairs) : known
  const byCode = Map.groupBy(fresh, row => row.code)
  const people = [...new Set(orders.map(order => order.buyer))]
  const pages = [...new Set([...coupons.values()].map(coupon => coupon.page))]
  const all = [...coupons.values()]
  const automatic = all.filter(coupon => coupon.automatic)
  const seen: Seen = {
    uses: all.some(({ eachMost, firstOnly }) => eachMost !== null || firstOnly) ? await usesOf(tx, [...coupons.keys()], people) : new Map(),
    bought: all.some(({ firstOnly }) => firstOnly) ? await boughtAt(tx, people, pages) : new Set(),
    members: all.some(({ membersOnly }) => membersOnly) ? await membersOf(tx, people, pages) : new Set(),
    used: new Map(all.map(({ id, used }) => [id, used])),
    things: all.some(({ offers }) => offers?.some(one => !one.startsWith('off_')))
      ? await thingsOf(tx, [...new Set(orders.flatMap(order => order.lines.map(({ offer }) => offer.subject)))])
      : new Map(),
    taken: new Set(fresh.filter(row => row.order !== null).map(row => `${row.page} ${row.code}`)),
  }
  const answers = new Map<string, Fault | ReadonlyMap<string, Reduction>>()
  const uses: NewUse[] = []
  const placed =
    coupons.size === 0
      ? new Set<string>()
      : await ordersUsing(
          tx,
          orders.map(order => order.order),
        )
  for (const order of orders) {
    // The same id was quicker in another process: its use is not this one's to end.
    if (placed.has(order.order)) {
      answers.set(order.order, fault('conflict', 'key_reused'))
      continue
    }
    const made = basket(
      order,
      code => (byCode.get(code) ?? []).flatMap(row => (coupons.has(row.coupon) ? { coupon: coupons.get(row.coupon)!, code } : [])),
      automatic,
      seen,
    )
    if (made instanceof Fault) {
      answers.set(order.order, made)
      continue
    }
    answers.set(order.order, made.reduced)
    for (const use of made.uses) {
      seen.used.set(use.coupon, seen.used.get(use.coupon)! + 1)
      const key = `${use.coupon} ${use.person}`
      seen.uses.set(key, (seen.uses.get(key) ?? 0) + 1)
      if (use.series !== null) seen.taken.add(`${use.series} ${use.code}`)
      uses.push(use)
    }
  }
  await writeUses(tx, uses)
  return answers
}

export const discounts: Discounts = { apply, ended: endUses, again: retakeUses }
