/** Placing orders. Those that come at the same time share a transaction; each is taken or refused by itself. */
import { createHash } from 'node:crypto'
import type { InputOf } from '../../shared/contract.ts'
import { Fault, fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { shop } from '../../shared/shop.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { gather, type Gathered } from '../foundation/gather.ts'
import type { Viewer } from '../foundation/session.ts'
import { askPayments, chooseProvider, payPath } from '../payments/index.ts'
import { byKind, kindOf, type ForSale, type Kind, type SoldLine, type Wanted } from './kinds.ts'
import { coverOf, shown, type Order } from './orders.ts'
import { standardPlan } from '../settlement/index.ts'
import { loadForSale } from './store.ts'
import { insertOrders, markPaid, markSettled, readOrder, type NewLine, type NewOrder } from './store-orders.ts'

type Input = InputOf<(typeof shop.entries)['POST /orders']['input']>
/** `provider`: of a payment of the past, which may not be offered any more. */
export type Ask = { buyer: string; input: Input; at: Date; provider?: string }
type Line = { line: NewLine; wanted: Wanted; sold: SoldLine }
type Basket = NewOrder & { provider: string; lines: readonly Line[] }
export type Placed = Basket & { number: string }
const isBasket = (one: Basket | Fault | 'alone' | undefined): one is Basket =>
  one !== undefined && one !== 'alone' && !(one instanceof Fault)

/** How long an order waits to be paid. */
const payWithinMs = 30 * 60_000
const most = 100

/** What was asked for, in one fixed form: the same id with another one is refused. */
const requestHash = ({ buyer, input }: Ask): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        buyer,
        input.lines.map(line => [
          line.offer,
          line.quantity ?? 1,
          line.price === undefined ? null : `${line.price.amount} ${line.price.currency}`,
        ]),
      ]),
    )
    .digest('hex')

function sellable(input: Input, found: ReadonlyMap<string, ForSale>): Wanted[] {
  const wanted = input.lines.map((line, index): Wanted => {
    const offer = found.get(line.offer)
    if (offer === undefined || offer.visibility === 'draft') throw fault('not_found')
    // Without an owner of its page nobody could receive the money.
    if (offer.state !== 'open' || offer.owner === null) throw fault('conflict', 'offer_closed')
    if (offer.waiting) throw fault('conflict', 'no_split')
    return { index, offer, quantity: line.quantity ?? 1, price: line.price?.amount ?? null, currency: line.price?.currency ?? null }
  })
  const { currency } = wanted[0]!.offer
  if (wanted.some(one => one.offer.currency !== currency || (one.currency !== null && one.currency !== currency)))
    throw fault('invalid', 'currency_mixed')
  return wanted
}

/** A basket with its prices, everything in it set aside; faults when something cannot be had. */
async function fill(tx: Tx, ask: Ask, found: ReadonlyMap<string, ForSale>): Promise<Basket> {
  const { buyer, input, at } = ask
  const id = input.id ?? newId('ord', at)
  const lines = sellable(input, found).map((wanted, position): Line => {
    const { offer, quantity, index } = wanted
    const unitAmount = kindOf(offer.kind).price(wanted)
    if (unitAmount < 0n || unitAmount > 10n ** 12n)
      throw fault('invalid', 'invalid', { fields: { [`lines.${index}.price`]: '1000000000000' } })
    const { kind, release, page, title, artists, currency } = offer
    const line = {
      id: newId('lin', at),
      order: id,
      position,
      offer: offer.id,
      kind,
      release,
      page,
      title,
      artists,
      quantity,
      unitAmount,
      currency,
    }
    return { line, wanted, sold: { id: line.id, order: id, buyer, release, offer: offer.id, quantity } }
  })
  const total = lines.reduce((sum, { line }) => sum + line.unitAmount * BigInt(line.quantity), 0n)
  const { currency } = lines[0]!.line
  const free = total === 0n
  const provider = ask.provider ?? (free ? '' : chooseProvider(currency, input.provider))
  const reserved: [Kind, readonly Line[]][] = []
  try {
    for (const [name, own] of Map.groupBy(lines, ({ line }) => line.kind)) {
      const kind = kindOf(name)
      await kind.reserve(
        tx,
        buyer,
        own.map(({ wanted }) => wanted),
      )
      reserved.push([kind, own])
    }
  } catch (error) {
    for (const [kind, own] of reserved)
      await kind.release(
        tx,
        own.map(({ sold }) => sold),
      )
    throw error
  }
  return {
    id,
    buyer,
    currency,
    total,
    request: requestHash(ask),
    payment: free ? null : newId('pay', at),
    at,
    expiresAt: free ? null : new Date(at.getTime() + payWithinMs),
    provider,
    lines,
  }
}

/** Gives back what was set aside for a basket. */
const letGo = ({ lines }: Basket, tx: Tx): Promise<void> =>
  byKind(
    lines.map(({ sold, line }) => ({ ...sold, kind: line.kind })),
    (kind, own) => kind.release(tx, own),
  )

/**
 * Writes these orders in this transaction; a refused one is answered with its Fault and leaves nothing behind, one whose id is taken with undefined (whatever
 * would refuse it by now, a repeat is a repeat). Ids given must differ. Orders of ¥0 are fulfilled at once, and a fault of theirs undoes the transaction:
 * in one that is `shared` with others they are answered `alone`.
 */
export async function writeOrders(tx: Tx, asks: readonly Ask[], shared = false): Promise<(Placed | Fault | 'alone' | undefined)[]> {
  const found = await loadForSale(
    tx,
    asks.map(({ buyer, input }) => ({ buyer, order: input.id ?? null, offers: input.lines.map(line => line.offer) })),
  )
  const filled: (Basket | Fault | 'alone' | undefined)[] = []
  for (const [n, ask] of asks.entries()) {
    const { offers, placed } = found[n]!
    const basket = placed
      ? undefined
      : await fill(tx, ask, offers).catch((error: unknown) => {
          if (error instanceof Fault) return error
          throw error
        })
    const alone = shared && isBasket(basket) && basket.total === 0n
    if (alone) await letGo(basket, tx)
    filled.push(alone ? 'alone' : basket)
  }
  const baskets = filled.filter(isBasket)
  if (baskets.length === 0) return filled as (Fault | 'alone' | undefined)[]
  const numbers = await insertOrders(
    tx,
    baskets,
    baskets.flatMap(({ lines }) => lines.map(({ line }) => line)),
  )
  const made = baskets.filter(({ id }) => numbers.has(id))
  await askPayments(
    tx,
    made.flatMap(({ id, buyer, payment, provider, total, currency, at }) =>
      payment === null ? [] : { id: payment, purpose: 'order' as const, subject: id, payer: buyer, provider, amount: total, currency, at },
    ),
  )
  await tellAll(
    tx,
    made.map(({ id }) => ({ type: 'order_placed', order: id })),
  )
  for (const basket of made) if (basket.total === 0n) await fulfilFree(tx, basket)
  // An id that was taken at this very moment: what was set aside for it goes back.
  for (const basket of baskets) if (!numbers.has(basket.id)) await letGo(basket, tx)
  return filled.map(one => (!isBasket(one) ? one : numbers.has(one.id) ? { ...one, number: numbers.get(one.id)! } : undefined))
}

/** An order of ¥0 needs no payment and no ledger: it is paid, fulfilled and settled at once. */
async function fulfilFree(tx: Tx, { id, lines, at }: Basket): Promise<void> {
  await markPaid(
    tx,
    [{ id, at }],
    lines.map(({ line }) => ({ id: line.id, fee: 0n, at, dueAt: at })),
  )
  await byKind(
    lines.map(({ sold, line }) => ({ ...sold, kind: line.kind })),
    async (kind, own) => {
      // Another order of the same person was quicker.
      if ((await kind.fulfil(tx, own, at)).size > 0) throw fault('conflict', 'already_owned')
    },
  )
  await markSettled(
    tx,
    lines.map(({ line: { id: one, order, offer, quantity } }) => ({
      id: one,
      order,
      offer,
      quantity,
      plan: standardPlan,
      planVersion: 1,
      waterfallVersion: 1,
    })),
    at,
  )
  await tellAll(tx, [{ type: 'order_paid', order: id }])
}

const answer = ({ id, number, total, currency, lines, payment, at, expiresAt }: Placed): Order => ({
  id,
  number,
  state: payment === null ? 'settled' : 'placed',
  total: { amount: total, currency: currency as Currency },
  lines: lines.map(({ line, wanted: { offer } }) => ({
    id: line.id,
    offer: line.offer,
    kind: 'digital',
    title: line.title,
    artists: line.artists,
    cover: coverOf(offer.cover, offer.accent),
    release: line.release,
    quantity: line.quantity,
    amount: { amount: line.unitAmount * BigInt(line.quantity), currency: line.currency as Currency },
    refunded: { amount: 0n, currency: line.currency as Currency },
    state: payment === null ? 'settled' : 'waiting',
    seller: { id: offer.page, name: offer.seller },
  })),
  payUrl: payment === null ? null : payPath(payment),
  createdAt: at,
  paidAt: payment === null ? at : null,
  expiresAt,
  problem: null,
})

type Answer = Order | Fault | 'alone'

/** What became of each: its order, or why not. */
async function placeAll(tx: Tx, asks: readonly Ask[], shared: boolean): Promise<Answer[]> {
  const written = await writeOrders(tx, asks, shared)
  const answers: Answer[] = []
  for (const [n, one] of written.entries()) {
    if (one instanceof Fault || one === 'alone') answers.push(one)
    else if (one !== undefined) answers.push(answer(one))
    else {
      const ask = asks[n]!
      const before = (await readOrder(tx, ask.input.id!))!
      answers.push(before.buyer === ask.buyer && before.request === requestHash(ask) ? shown(before) : fault('conflict', 'key_reused'))
    }
  }
  return answers
}

const doors = new WeakMap<Db['transaction'], Gathered<Ask, Answer>>()
/** One gatherer per database: what comes while a batch is written is the next one. */
function doorOf(write: Db['transaction']): Gathered<Ask, Answer> {
  const found = doors.get(write)
  if (found !== undefined) return found
  const made = gather<Ask, Answer>(most, asks =>
    write(async tx => {
      // Of one id the second waits for what becomes of the first.
      const seen = new Set<string>()
      const together = [...asks.entries()].filter(
        ([
          ,
          {
            input: { id },
          },
        ]) => id === undefined || (!seen.has(id) && seen.add(id)),
      )
      const placed = await placeAll(
        tx,
        together.map(([, ask]) => ask),
        asks.length > 1,
      )
      const answers: Answer[] = asks.map(() => 'alone')
      together.forEach(([n], index) => (answers[n] = placed[index]!))
      return answers
    }),
  )
  doors.set(write, made)
  return made
}

/** Places an order. The same id with the same lines is the same order, however often and at once. */
export async function placeOrder(db: Pick<Db, 'transaction'>, viewer: Viewer, input: Input): Promise<Order> {
  const ask = { buyer: viewer.id, input, at: clock.now() }
  let placed = await doorOf(db.transaction)(ask)
  if (placed === 'alone') [placed = 'alone'] = await db.transaction(tx => placeAll(tx, [ask], false))
  if (placed instanceof Fault) throw placed
  if (placed === 'alone') throw new Error('an order that is alone was not answered')
  return placed
}
