/** Placing orders. Those that come at the same time share a transaction; each is taken or refused by itself. */
import { createHash } from 'node:crypto'
import { Fault, fault } from '../../shared/faults.ts'
import type { Currency, Money } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { gather, type Gathered } from '../foundation/gather.ts'
import type { Viewer } from '../foundation/session.ts'
import { askPayments, chooseProvider, payPast, payPath } from '../payments/index.ts'
import { draftOf, fillBaskets, letGo, linesOfDraft, totalOf, type Ask, type Draft, type Input, type Line } from './baskets.ts'
import { byKind, type Address } from './kinds.ts'
import { coverOf, shown, type Order } from './orders.ts'
import { standardPlan } from '../settlement/index.ts'
import { payByCredit } from './payee.ts'
import { settleDue } from './settle.ts'
import { loadForSale } from './store.ts'
import { insertOrders, linesOf, markPaid, ordersThere, readOrder, type NewOrder } from './store-orders.ts'
import { markSettled, markWaiting } from './store-due.ts'

type Basket = NewOrder & { provider: string; lines: readonly Line[]; draft: Draft; waits: boolean }
export type Placed = Basket & { number: string }
const isBasket = (one: Basket | Fault | 'alone' | undefined): one is Basket =>
  one !== undefined && one !== 'alone' && !(one instanceof Fault)

/** How long an order waits to be paid. */
const payWithinMs = 30 * 60_000
const most = 100

/** What was asked for, in one fixed form: the same id with another one is refused. */
const requestHash = ({ buyer, input }: Ask): string => {
  const { address, contact, codes, cards, note } = input
  const more = [address, contact, codes, cards, note]
  return createHash('sha256')
    .update(
      JSON.stringify([
        buyer,
        input.lines.map(line => [
          line.offer,
          line.quantity ?? 1,
          line.price === undefined ? null : `${line.price.amount} ${line.price.currency}`,
          ...(line.choice === undefined ? [] : [line.choice]),
        ]),
        ...(more.every(one => one === undefined) ? [] : [more]),
      ]),
    )
    .digest('hex')
}

/** Everything of it is set aside: the order as it is written. */
function basketOf(draft: Draft): Basket {
  const { id, ask, currency, credit } = draft
  const { buyer, input, at } = ask
  const total = totalOf(draft)
  const paid = total === credit
  return {
    id,
    buyer,
    currency,
    total,
    request: requestHash(ask),
    payment: paid ? null : newId('pay', at),
    at,
    expiresAt: paid ? null : new Date(at.getTime() + payWithinMs),
    contact: input.contact ?? null,
    address: input.address ?? null,
    note: input.note ?? null,
    credit,
    provider: paid ? '' : (ask.provider ?? chooseProvider(currency, input.provider)),
    lines: linesOfDraft(draft),
    draft,
    waits: false,
  }
}

/** A basket or why it cannot be had; a way to pay that is not offered is found before anything is set aside. */
function start(ask: Ask, offers: Parameters<typeof draftOf>[1]): Draft | Fault {
  try {
    return draftOf(ask, offers)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}
async function finish(tx: Tx, draft: Draft): Promise<Basket | Fault> {
  if (draft.problem !== undefined) return draft.problem
  try {
    return basketOf(draft)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    await letGo(tx, draft)
    return error
  }
}

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
  const started = asks.map((ask, n) => (found[n]!.placed ? undefined : start(ask, found[n]!.offers)))
  await fillBaskets(
    tx,
    started.filter((one): one is Draft => one !== undefined && !(one instanceof Fault)),
  )
  const filled: (Basket | Fault | 'alone' | undefined)[] = []
  for (const one of started) {
    const basket = one === undefined || one instanceof Fault ? one : await finish(tx, one)
    const alone = shared && isBasket(basket) && basket.total === 0n
    if (alone) await letGo(tx, basket.draft)
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
    made.flatMap(({ id, buyer, payment, provider, total, credit, currency, at }) =>
      payment === null
        ? []
        : { id: payment, purpose: 'order' as const, subject: id, payer: buyer, provider, amount: total - credit, currency, at },
    ),
  )
  await tellAll(
    tx,
    made.map(({ id }) => ({ type: 'order_placed', order: id })),
  )
  for (const basket of made) if (basket.total === 0n) await fulfilFree(tx, basket)
  await payByCredit(
    tx,
    made.filter(({ total, payment }) => total > 0n && payment === null).map(basket => ({ ...basket, number: numbers.get(basket.id)! })),
  )
  // An id that was taken at this very moment: what was set aside for it goes back.
  for (const basket of baskets) if (!numbers.has(basket.id)) await letGo(tx, basket.draft)
  return filled.map(one => (!isBasket(one) ? one : numbers.has(one.id) ? { ...one, number: numbers.get(one.id)! } : undefined))
}

/** An order of ¥0 needs no payment and no ledger: it is paid, fulfilled and settled at once. */
async function fulfilFree(tx: Tx, basket: Basket): Promise<void> {
  const { id, lines, at } = basket
  await markPaid(
    tx,
    [{ id, at }],
    lines.map(({ line }) => ({ id: line.id, fee: 0n, at, dueAt: at })),
  )
  const later: { line: string; until: Date }[] = []
  await byKind(
    lines.map(({ sold, line }) => ({ ...sold, kind: line.kind })),
    async (kind, own) => {
      for (const [line, handed] of await kind.fulfil(tx, own, at)) {
        // Another order of the same person was quicker.
        if (handed === 'refused') throw fault('conflict', 'already_owned')
        if ('again' in handed) later.push({ line, until: handed.again })
      }
    },
  )
  // Not out yet: the settler hands it over on its day.
  basket.waits = later.length > 0
  if (later.length > 0) await markWaiting(tx, later, null)
  await markSettled(
    tx,
    lines
      .filter(({ line }) => !later.some(one => one.line === line.id))
      .map(({ line: { id: one, order, offer, quantity } }) => ({
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

const answer = ({ id, number, total, credit, currency, lines, payment, at, expiresAt, contact, address, note, waits }: Placed): Order => {
  const money = (amount: bigint) => ({ amount, currency: currency as Currency })
  const state = payment !== null ? 'placed' : total === 0n && !waits ? 'settled' : 'paid'
  return {
    id,
    number,
    state,
    total: money(total),
    credit: money(credit),
    contact,
    address,
    note,
    lines: lines.map(({ line, wanted: { offer } }) => ({
      id: line.id,
      offer: line.offer,
      kind: line.kind,
      subject: line.subject,
      title: line.title,
      detail: line.detail,
      artists: line.artists,
      cover: coverOf(offer.cover, offer.accent),
      release: line.release,
      quantity: line.quantity,
      unit: money(line.unitAmount),
      discount: money(line.discount),
      discountCode: line.discountCode,
      amount: money(line.unitAmount * BigInt(line.quantity) - line.discount),
      refunded: money(0n),
      state: state === 'placed' ? ('waiting' as const) : state === 'paid' ? ('held' as const) : ('settled' as const),
      seller: { id: offer.page, name: offer.seller },
      settlesAt: state === 'paid' ? at : null,
      progress: [],
    })),
    payUrl: payment === null ? null : payPath(payment),
    createdAt: at,
    paidAt: payment === null ? at : null,
    expiresAt,
    problem: null,
  }
}

type Answer = Order | Fault | 'alone'

/** What became of each: its order, or why not. */
async function placeAll(tx: Tx, asks: readonly Ask[], shared: boolean): Promise<Answer[]> {
  const written = await writeOrders(tx, asks, shared)
  // Another process was quicker with the same order: what it took (the hold, the last piece, the use of a code) refused this one.
  const quicker = await ordersThere(
    tx,
    asks.flatMap(({ input: { id } }, n) => (id !== undefined && written[n] instanceof Fault ? [id] : [])),
  )
  const answers: Answer[] = []
  for (const [n, one] of written.entries()) {
    const ask = asks[n]!
    const taken = one === undefined || (one instanceof Fault && ask.input.id !== undefined && quicker.has(ask.input.id))
    const before = taken ? await readOrder(tx, ask.input.id!) : undefined
    if (before !== undefined && before.buyer === ask.buyer && before.request === requestHash(ask)) answers.push(await shown(tx, before))
    else if (taken) answers.push(fault('conflict', 'key_reused'))
    else if (one instanceof Fault || one === 'alone') answers.push(one)
    else answers.push(answer(one!))
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

// Writing history: orders of the past, placed, paid and settled by the same code as today's, for the demo world and for taking over another shop's books.

const soonMs = 45_000

/**
 * An order that was placed at `at`, paid through the sandbox 45 seconds later and settled right then. Same rules and faults as `POST /orders`. About
 * 25 statements. Gives the order's id.
 */
export async function recordPastOrder(
  tx: Tx,
  past: {
    id?: string
    buyer: string
    lines: readonly { offer: string; quantity?: number; price?: Money; choice?: Record<string, unknown> }[]
    address?: Address
    codes?: string[]
    cards?: string[]
    at: Date
  },
): Promise<string> {
  const { buyer, at, address, codes, cards } = past
  const lines = past.lines.map(line => ({ quantity: 1, ...line }))
  const [placed] = await writeOrders(tx, [
    {
      buyer,
      input: {
        ...(past.id === undefined ? {} : { id: past.id }),
        lines,
        ...(address === undefined ? {} : { address }),
        ...(codes === undefined ? {} : { codes }),
        ...(cards === undefined ? {} : { cards }),
      },
      at,
      provider: 'sandbox',
    },
  ])
  if (placed instanceof Fault) throw placed
  if (placed === undefined || placed === 'alone') throw fault('conflict', 'key_reused')
  if (placed.payment === null) {
    // Gift cards paid all of it, or it cost nothing.
    if (placed.total > 0n) await settleDue(tx, at, 1000, await linesOf(tx, placed.id))
    return placed.id
  }
  const paidAt = new Date(at.getTime() + soonMs)
  await payPast(tx, { payment: placed.payment, description: placed.number, returnUrl: `/orders/${placed.id}`, at: paidAt })
  await settleDue(tx, paidAt, 1000, await linesOf(tx, placed.id))
  return placed.id
}
