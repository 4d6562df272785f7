/** Filling baskets: priced, reduced by codes, set aside with their kinds, partly paid by credit. Many in one transaction, each all or nothing. */
import type { InputOf } from '../../shared/contract.ts'
import { Fault, fault } from '../../shared/faults.ts'
import { splitByWeight } from '../../shared/money.ts'
import type { shop } from '../../shared/shop.ts'
import { newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { adjusters, byKind, kindOf, type Basket, type ForSale, type Priced, type Reduction, type SoldLine, type Wanted } from './kinds.ts'
import { boughtBefore } from './selling.ts'
import { lockBuyers } from './store.ts'
import type { NewLine } from './store-orders.ts'

export type Input = InputOf<(typeof shop.entries)['POST /orders']['input']>
/** `provider`: of a payment of the past, which may not be offered any more. */
export type Ask = { buyer: string; input: Input; at: Date; provider?: string }
export type Line = { line: NewLine; wanted: Wanted; sold: SoldLine }
/** A basket on its way: `problem` why it cannot be had, by line too. */
export type Draft = {
  id: string
  ask: Ask
  wanted: Wanted[]
  currency: string
  problem: Fault | undefined
  problems: Map<string, Fault>
  priced: Map<string, Priced>
  reduced: ReadonlyMap<string, Reduction>
  /** Lines that their kind has set aside. */
  reserved: Set<string>
  coupons: boolean
  credit: bigint
}

const refuse = (draft: Draft, problem: Fault, line?: string): void => {
  draft.problem ??= problem
  if (line !== undefined) draft.problems.set(line, problem)
}

/** Whether this offer can be ordered at all at that moment. */
function whyNot(offer: ForSale, at: Date): Fault | undefined {
  // Without an owner of its page nobody could receive the money.
  if (offer.state !== 'open' || offer.owner === null) return fault('conflict', 'offer_closed')
  if (offer.opensAt !== null && offer.opensAt > at) return fault('conflict', 'not_on_sale_yet')
  if (offer.closesAt !== null && offer.closesAt <= at) return fault('conflict', 'sale_over')
  if (offer.waiting) return fault('conflict', 'no_split')
  return undefined
}

export function draftOf(ask: Ask, found: ReadonlyMap<string, ForSale>): Draft {
  const { input, buyer, at } = ask
  const id = input.id ?? newId('ord', at)
  const wanted: Wanted[] = []
  const basket: Basket = {
    order: id,
    buyer,
    at,
    address: input.address ?? null,
    contact: input.contact ?? null,
    lines: wanted,
  }
  const draft: Draft = {
    id,
    ask,
    wanted,
    currency: '',
    problem: undefined,
    problems: new Map(),
    priced: new Map(),
    reduced: new Map(),
    reserved: new Set(),
    coupons: false,
    credit: 0n,
  }
  for (const [index, line] of input.lines.entries()) {
    const offer = found.get(line.offer)
    if (offer === undefined || offer.visibility === 'draft') throw fault('not_found')
    const { price } = line
    const one: Wanted = {
      line: newId('lin', at),
      index,
      offer,
      quantity: line.quantity ?? 1,
      price: price?.amount ?? null,
      currency: price?.currency ?? null,
      choice: line.choice ?? null,
      basket,
    }
    wanted.push(one)
    const problem = whyNot(offer, at)
    if (problem !== undefined) refuse(draft, problem, one.line)
  }
  draft.currency = wanted[0]!.offer.currency
  if (wanted.some(one => one.offer.currency !== draft.currency || (one.currency !== null && one.currency !== draft.currency)))
    throw fault('invalid', 'currency_mixed')
  return draft
}

/** Offers that one person may have only so many of: counted over this basket and all before, under a lock of the buyer. */
async function checkLimits(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const limited = drafts.flatMap(draft => draft.wanted.filter(one => one.offer.mostEach !== null).map(one => ({ draft, one })))
  if (limited.length === 0) return
  await lockBuyers(
    tx,
    limited.map(({ draft }) => draft.ask.buyer),
  )
  const before = await boughtBefore(
    tx,
    limited.map(({ draft, one }) => ({ buyer: draft.ask.buyer, offer: one.offer.id })),
  )
  for (const { draft, one } of limited) {
    const key = `${draft.ask.buyer} ${one.offer.id}`
    const many = (before.get(key) ?? 0) + one.quantity
    if (many > one.offer.mostEach!)
      refuse(
        draft,
        fault('conflict', 'too_many_each', { fields: { [`lines.${one.index}.quantity`]: one.offer.mostEach!.toString() } }),
        one.line,
      )
    else before.set(key, many)
  }
}

/** Prices of all lines; what cannot be sold at all stays without one. */
async function price(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const lines = drafts.flatMap(draft =>
    draft.wanted.filter(one => !draft.problems.has(one.line)).map(one => ({ kind: one.offer.kind, draft, one })),
  )
  await byKind(lines, async (kind, own) => {
    const prices = await kind.price(
      tx,
      own.map(({ one }) => one),
    )
    own.forEach(({ draft, one }, n) => {
      const found = prices[n]!
      if (found instanceof Fault) refuse(draft, found, one.line)
      else if (found.unit < 0n || found.unit > 10n ** 12n)
        refuse(draft, fault('invalid', 'invalid', { fields: { [`lines.${one.index}.price`]: '1000000000000' } }), one.line)
      else draft.priced.set(one.line, found)
    })
  })
}

/** Codes for less, and what is less by itself. A code nobody knows refuses the basket. */
async function reduce(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const { discounts } = adjusters
  const wanted = drafts.filter(draft => discounts !== undefined || (draft.ask.input.codes?.length ?? 0) > 0)
  if (wanted.length === 0) return
  const given =
    (await discounts?.apply(
      tx,
      wanted.map(({ id, ask, wanted: lines, priced }) => ({
        order: id,
        buyer: ask.buyer,
        at: ask.at,
        codes: ask.input.codes ?? [],
        lines: lines.flatMap(({ line, offer, quantity }) =>
          priced.has(line) ? { id: line, offer, quantity, unit: priced.get(line)!.unit } : [],
        ),
      })),
    )) ?? new Map<string, Fault>()
  for (const draft of wanted) {
    const found = given.get(draft.id) ?? fault('unprocessable', 'code_unknown')
    if (found instanceof Fault) refuse(draft, found)
    else {
      draft.reduced = found
      draft.coupons = found.size > 0
    }
  }
}

/** Sets everything of these baskets aside, by kind, in one go; refused lines refuse their basket. */
async function reserve(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const lines = drafts.flatMap(draft => draft.wanted.filter(one => draft.priced.has(one.line)).map(one => ({ draft, one })))
  const kinds = [...Map.groupBy(lines, ({ one }) => one.offer.kind)].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, own] of kinds) {
    const refused = await kindOf(name).reserve(
      tx,
      own.map(({ one }) => one),
    )
    for (const { draft, one } of own) {
      const problem = refused.get(one.line)
      if (problem === undefined) draft.reserved.add(one.line)
      else refuse(draft, problem, one.line)
    }
  }
}

export const soldOf = ({ line, offer, quantity, choice, basket }: Wanted, kept?: Priced): SoldLine => ({
  id: line,
  order: basket.order,
  buyer: basket.buyer,
  release: offer.release,
  offer: offer.id,
  quantity,
  subject: offer.subject,
  page: offer.page,
  choice: kept?.choice ?? choice,
})

async function releaseLines(tx: Tx, draft: Draft): Promise<void> {
  const lines = draft.wanted
    .filter(one => draft.reserved.has(one.line))
    .map(one => ({ ...soldOf(one, draft.priced.get(one.line)), kind: one.offer.kind }))
  await byKind(lines, (kind, own) => kind.release(tx, own))
  draft.reserved.clear()
}

/** Gives back all that was set aside for a basket: with its kinds, its codes and its cards. */
export async function letGo(tx: Tx, draft: Draft): Promise<void> {
  await releaseLines(tx, draft)
  if (draft.coupons) await adjusters.discounts?.ended(tx, [draft.id])
  draft.coupons = false
  if (draft.credit > 0n) await adjusters.credits?.release(tx, draft.id, draft.ask.at)
  draft.credit = 0n
}

/** Price of each line after what codes take off it. */
export function amountsOf({ wanted, priced, reduced }: Draft): bigint[] {
  return wanted.map(({ line, quantity }) => (priced.get(line)?.unit ?? 0n) * BigInt(quantity) - (reduced.get(line)?.amount ?? 0n))
}
export const totalOf = (draft: Draft): bigint => amountsOf(draft).reduce((sum, amount) => sum + amount, 0n)

async function credit(tx: Tx, draft: Draft): Promise<void> {
  const { cards } = draft.ask.input
  const total = totalOf(draft)
  if (cards === undefined || cards.length === 0 || total === 0n) return
  const found =
    (await adjusters.credits?.reserve(tx, {
      order: draft.id,
      buyer: draft.ask.buyer,
      cards,
      total,
      currency: draft.currency,
      at: draft.ask.at,
    })) ?? fault('unprocessable', 'card_unknown')
  if (found instanceof Fault) refuse(draft, found)
  else draft.credit = found
}

/**
 * Fills these baskets. A refused one has its `problem` and nothing of it stays set aside, unless `keep` (a quote, which is rolled back, wants to know the
 * problem of each line). What a refused basket had for a moment may have refused another: that one is tried once more by itself.
 */
export async function fillBaskets(tx: Tx, drafts: readonly Draft[], keep = false): Promise<void> {
  await checkLimits(
    tx,
    drafts.filter(draft => keep || draft.problem === undefined),
  )
  await price(
    tx,
    drafts.filter(draft => keep || draft.problem === undefined),
  )
  await reduce(
    tx,
    drafts.filter(draft => keep || draft.problem === undefined),
  )
  const asked = drafts.filter(draft => keep || draft.problem === undefined)
  await reserve(tx, asked)
  if (!keep) {
    const refused = asked.filter(draft => draft.problem !== undefined)
    const freed = refused.some(draft => draft.reserved.size > 0)
    for (const draft of refused) await releaseLines(tx, draft)
    for (const draft of freed && asked.length > 1 ? refused : []) {
      draft.problem = undefined
      draft.problems.clear()
      await reserve(tx, [draft])
    }
    for (const draft of drafts) if (draft.problem !== undefined) await letGo(tx, draft)
  }
  for (const draft of drafts)
    if (keep || draft.problem === undefined) {
      await credit(tx, draft)
      if (!keep && draft.problem !== undefined) await letGo(tx, draft)
    }
}

/** The lines of a filled basket as they are written. */
export function linesOfDraft(draft: Draft): Line[] {
  const amounts = amountsOf(draft)
  const credits = draft.credit === 0n ? amounts.map(() => 0n) : splitByWeight(draft.credit, amounts)
  return draft.wanted.map((wanted, position): Line => {
    const { offer, quantity, choice, line: id } = wanted
    const kept = draft.priced.get(id)!
    const reduction = draft.reduced.get(id)
    const { kind, subject, release, page, title, artists, currency } = offer
    return {
      wanted,
      sold: soldOf(wanted, kept),
      line: {
        id,
        order: draft.id,
        position,
        offer: offer.id,
        kind,
        subject,
        release,
        page,
        title,
        detail: kept.detail ?? offer.detail,
        // A release keeps its cover; what has none would lose its picture with the offer.
        picture: release === null ? offer.cover : null,
        artists,
        choice: kept.choice ?? choice,
        quantity,
        unitAmount: kept.unit,
        discount: reduction?.amount ?? 0n,
        discountCode: reduction?.code ?? null,
        credit: credits[position]!,
        currency,
      },
    }
  })
}
