/** What codes take off a basket. The arithmetic is pure; `discounts` reads, counts and writes for many baskets at once, under the lock of their coupons. */
import { Fault, fault } from '../../shared/faults.ts'
import { splitByWeight } from '../../shared/money.ts'
import type { Tx } from '../foundation/db.ts'
import type { Discounts, Reduction } from '../shop/index.ts'
import {
  boughtAt,
  codesFor,
  endUses,
  lockCoupons,
  membersOf,
  ordersUsing,
  usesOf,
  writeUses,
  type CouponRow,
  type NewUse,
} from './store.ts'

/** A line of a basket: `amount` before any discount, in minor units. */
export type Piece = { id: string; page: string; kind: string; offer: string; amount: bigint }
type Terms = Pick<CouponRow, 'page' | 'kinds' | 'offers' | 'percentBp' | 'amount' | 'mostOff' | 'least'>

/** Sending and gift cards cost what they cost, unless a coupon names their kind. */
const never = new Set(['shipping', 'gift_card'])
export const isFor = ({ page, kinds, offers }: Pick<Terms, 'page' | 'kinds' | 'offers'>, piece: Piece): boolean =>
  piece.page === page &&
  piece.kind !== 'gift_card' &&
  (kinds === null ? offers !== null || !never.has(piece.kind) : kinds.includes(piece.kind)) &&
  (offers === null || offers.includes(piece.offer))

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
}
function whyNot(coupon: CouponRow, code: string, { buyer, at }: Order, seen: Seen): string | undefined {
  if (coupon.opensAt !== null && coupon.opensAt > at) return 'coupon_not_yet'
  if (coupon.closesAt !== null && coupon.closesAt <= at) return 'coupon_over'
  if (coupon.code === null && seen.taken.has(`${coupon.page} ${code}`)) return 'coupon_used_up'
  if (coupon.usesMost !== null && seen.used.get(coupon.id)! >= coupon.usesMost) return 'coupon_used_up'
  const own = seen.uses.get(`${coupon.id} ${buyer}`) ?? 0
  if (coupon.eachMost !== null && own >= coupon.eachMost) return 'coupon_each'
  if (coupon.firstOnly && (own > 0 || seen.bought.has(`${buyer} ${coupon.page}`))) return 'coupon_first_only'
  if (coupon.membersOnly && !seen.members.has(`${buyer} ${coupon.page}`)) return 'coupon_members_only'
  return undefined
}

type Found = { coupon: CouponRow; code: string }
/** One basket: percentages before amounts, each on what the ones before left. Gives what each line has less and the uses to be written. */
function basket(
  order: Order,
  found: (code: string) => readonly Found[],
  seen: Seen,
): Fault | { reduced: Map<string, Reduction>; uses: NewUse[] } {
  const pieces = order.lines.map(({ id, offer, quantity, unit }) => ({
    id,
    page: offer.page,
    kind: offer.kind,
    offer: offer.id,
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
  wanted.sort((a, b) => Number(a.coupon.percentBp === null) - Number(b.coupon.percentBp === null) || (a.coupon.id < b.coupon.id ? -1 : 1))
  const left = new Map(pieces.map(({ id, amount }) => [id, amount]))
  const reduced = new Map<string, Reduction>()
  const uses: NewUse[] = []
  for (const { coupon, code } of wanted) {
    const parts = reduce(coupon, pieces, left)
    if (parts === 'not_for') return no('coupon_not_for', code)
    if (parts === 'least') return no('coupon_least', code, { least: coupon.least.toString() })
    let amount = 0n
    for (const [line, off] of parts) {
      if (off === 0n) continue
      amount += off
      left.set(line, left.get(line)! - off)
      const before = reduced.get(line)
      reduced.set(line, { amount: (before?.amount ?? 0n) + off, code: before === undefined ? code : `${before.code} + ${code}` })
    }
    if (amount > 0n)
      uses.push({
        order: order.order,
        coupon: coupon.id,
        code,
        series: coupon.code === null ? coupon.page : null,
        person: order.buyer,
        amount,
        at: order.at,
      })
  }
  return { reduced, uses }
}

async function apply(tx: Tx, orders: readonly Order[]): Promise<Map<string, Fault | ReadonlyMap<string, Reduction>>> {
  const pairs = orders.flatMap(order => {
    const pages = new Set(order.lines.map(({ offer }) => offer.page))
    return order.codes.flatMap(code => [...pages].map(page => ({ page, code: typedCode(code) })))
  })
  const known = await codesFor(tx, pairs)
  const coupons = await lockCoupons(tx, [...new Set(known.map(row => row.coupon))])
  // Codes of a series are read again under the lock of their coupon.
  const fresh = known.some(row => row.series) ? await codesFor(tx, pairs) : known
  const byCode = Map.groupBy(fresh, row => row.code)
  const people = [...new Set(orders.map(order => order.buyer))]
  const pages = [...new Set([...coupons.values()].map(coupon => coupon.page))]
  const all = [...coupons.values()]
  const seen: Seen = {
    uses: all.some(({ eachMost, firstOnly }) => eachMost !== null || firstOnly) ? await usesOf(tx, [...coupons.keys()], people) : new Map(),
    bought: all.some(({ firstOnly }) => firstOnly) ? await boughtAt(tx, people, pages) : new Set(),
    members: all.some(({ membersOnly }) => membersOnly) ? await membersOf(tx, people, pages) : new Set(),
    used: new Map(all.map(({ id, used }) => [id, used])),
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

export const discounts: Discounts = { apply, ended: endUses }
