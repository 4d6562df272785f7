/** Placing, reading and ending orders. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { shop } from '../../shared/shop.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl } from '../media/index.ts'
import { askPayment, closePaymentsOf, payPath } from '../payments/index.ts'
import { byKind, kindOf, type ForSale, type SoldLine, type Wanted } from './kinds.ts'
import { loadForSale } from './store.ts'
import { closeOrders, insertOrder, lockOrders, markPaid, markSettled, ordersOf, overdueOrders, readOrder, salesOf, type NewLine, type OrderRow } from './store-orders.ts'
import { standardPlan } from './plans.ts'

type Entries = typeof shop.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Order = Ok<'GET /orders/:id'>

/** How long an order waits to be paid. */
export const payWithinMs = 30 * 60_000
/** A planet glows in this where a picture has no colour of its own. */
const plainAccent = '#e0a458'
const coverOf = (asset: string | null, accent: string | null): Order['lines'][number]['cover'] =>
  asset === null ? null : { small: coverUrl(asset, 300), medium: coverUrl(asset, 640), large: coverUrl(asset, 1200), accent: accent ?? plainAccent }

const shown = (row: OrderRow): Order => ({
  id: row.id,
  number: row.number,
  state: row.state,
  total: { amount: row.total, currency: row.currency as Currency },
  lines: row.lines.map(line => ({
    id: line.id,
    offer: line.offer,
    kind: line.kind,
    title: line.title,
    artists: line.artists,
    cover: coverOf(line.cover, line.accent),
    release: line.release,
    quantity: line.quantity,
    amount: { amount: BigInt(line.amount), currency: row.currency as Currency },
    state: line.state,
    seller: { id: line.page, name: line.seller },
  })),
  payUrl: row.state === 'placed' && row.payment !== null ? payPath(row.payment) : null,
  createdAt: row.createdAt,
  paidAt: row.paidAt,
  expiresAt: row.state === 'placed' ? row.expiresAt : null,
  problem: row.problem,
})

async function mine(db: Read | Tx, viewer: Viewer, id: string): Promise<OrderRow> {
  const row = await readOrder(db, id)
  if (row === undefined || row.buyer !== viewer.id) throw fault('not_found')
  return row
}

/** What was asked for, in one fixed form: the same id with another one is refused. */
const requestHash = (buyer: string, input: Input<'POST /orders'>): string =>
  createHash('sha256')
    .update(JSON.stringify([buyer, input.lines.map(line => [line.offer, line.quantity ?? 1, line.price === undefined ? null : `${line.price.amount} ${line.price.currency}`])]))
    .digest('hex')

function sellable(input: Input<'POST /orders'>, found: ReadonlyMap<string, ForSale>): Wanted[] {
  const wanted = input.lines.map((line, index): Wanted => {
    const offer = found.get(line.offer)
    if (offer === undefined || offer.visibility === 'draft') throw fault('not_found')
    // Without an owner of its page nobody could receive the money.
    if (offer.state !== 'open' || offer.owner === null) throw fault('conflict', 'offer_closed')
    if (offer.waiting) throw fault('conflict', 'no_split')
    return { index, offer, quantity: line.quantity ?? 1, price: line.price?.amount ?? null, currency: line.price?.currency ?? null }
  })
  const [first] = wanted
  if (wanted.some(one => one.offer.currency !== first!.offer.currency || (one.currency !== null && one.currency !== first!.offer.currency))) throw fault('invalid', 'currency_mixed')
  return wanted
}

type Placed = { id: string; number: string; total: bigint; currency: string; lines: readonly { line: NewLine; wanted: Wanted }[]; payment: string | null; at: Date; expiresAt: Date | null }

/** Writes an order. `at` is now unless history is being written. Undefined when the id is taken: whatever would refuse it by now, a repeat is a repeat. */
export async function writeOrder(tx: Tx, buyer: string, input: Input<'POST /orders'>, at: Date): Promise<Placed | undefined> {
  const found = await loadForSale(tx, buyer, input.lines.map(line => line.offer), input.id ?? null)
  if (found.placed) return undefined
  const wanted = sellable(input, found.offers)
  const lines = wanted.map(one => {
    const { offer, quantity } = one
    const unitAmount = kindOf(offer.kind).price(one)
    if (unitAmount < 0n || unitAmount > 10n ** 12n) throw fault('invalid', 'invalid', { fields: { [`lines.${one.index}.price`]: '1000000000000' } })
    const line: NewLine = { id: newId('lin', at), offer: offer.id, kind: offer.kind, release: offer.release, page: offer.page, title: offer.title, artists: offer.artists, quantity, unitAmount, currency: offer.currency }
    return { line, wanted: one, kind: offer.kind }
  })
  await byKind(lines, (kind, own) => kind.reserve(tx, buyer, own.map(one => one.wanted)))
  const total = lines.reduce((sum, { line }) => sum + line.unitAmount * BigInt(line.quantity), 0n)
  const id = input.id ?? newId('ord', at)
  const payment = total === 0n ? null : newId('pay', at)
  const expiresAt = total === 0n ? null : new Date(at.getTime() + payWithinMs)
  const { currency } = wanted[0]!.offer
  const request = requestHash(buyer, input)
  const number = await insertOrder(tx, { id, buyer, currency, total, request, payment, at, expiresAt }, lines.map(({ line }) => line))
  if (number === undefined) return undefined
  if (payment !== null) await askPayment(tx, { id: payment, purpose: 'order', subject: id, payer: buyer, provider: input.provider ?? 'sandbox', amount: total, currency, at })
  await tell(tx, { type: 'order_placed', order: id })
  if (total === 0n) await fulfilFree(tx, id, buyer, lines.map(({ line }) => line), at)
  return { id, number, total, currency, lines, payment, at, expiresAt }
}

/** An order of ¥0 needs no payment and no ledger: it is paid, fulfilled and settled at once. */
async function fulfilFree(tx: Tx, order: string, buyer: string, lines: readonly NewLine[], at: Date): Promise<void> {
  await markPaid(tx, [{ id: order, at }], lines.map(line => ({ id: line.id, fee: 0n, at, dueAt: at })))
  const sold = lines.map((line): SoldLine & { kind: string } => ({ id: line.id, order, buyer, release: line.release, offer: line.offer, quantity: line.quantity, kind: line.kind }))
  await byKind(sold, async (kind, own) => {
    // Another order of the same person was quicker.
    if ((await kind.fulfil(tx, own, at)).size > 0) throw fault('conflict', 'already_owned')
  })
  await markSettled(tx, lines.map(line => ({ id: line.id, plan: standardPlan, planVersion: 1, waterfallVersion: 1 })), at)
  await tell(tx, { type: 'order_paid', order })
}

/** Places an order. The same id with the same lines is the same order, however often and at once. */
export async function placeOrder(tx: Tx, viewer: Viewer, input: Input<'POST /orders'>): Promise<Order> {
  const placed = await writeOrder(tx, viewer.id, input, clock.now())
  if (placed === undefined) return repeated((await readOrder(tx, input.id!))!, viewer, input)
  const free = placed.payment === null
  return {
    id: placed.id,
    number: placed.number,
    state: free ? 'settled' : 'placed',
    total: { amount: placed.total, currency: placed.currency as Currency },
    lines: placed.lines.map(({ line, wanted: { offer } }) => ({
      id: line.id,
      offer: line.offer,
      kind: 'digital',
      title: line.title,
      artists: line.artists,
      cover: coverOf(offer.cover, offer.accent),
      release: line.release,
      quantity: line.quantity,
      amount: { amount: line.unitAmount * BigInt(line.quantity), currency: line.currency as Currency },
      state: free ? 'settled' : 'waiting',
      seller: { id: offer.page, name: offer.seller },
    })),
    payUrl: placed.payment === null ? null : payPath(placed.payment),
    createdAt: placed.at,
    paidAt: free ? placed.at : null,
    expiresAt: placed.expiresAt,
    problem: null,
  }
}

function repeated(before: OrderRow, viewer: Viewer, input: Input<'POST /orders'>): Order {
  if (before.buyer !== viewer.id || before.request !== requestHash(viewer.id, input)) throw fault('conflict', 'key_reused')
  return shown(before)
}

export const getOrder = async (db: Read, viewer: Viewer, input: Input<'GET /orders/:id'>): Promise<Order> => shown(await mine(db, viewer, input.id))

export async function getMyOrders(db: Read, viewer: Viewer, input: Input<'GET /me/orders'>): Promise<Ok<'GET /me/orders'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await ordersOf(db, viewer.id, at === undefined ? null : { at, id: id! }, input.limit + 1)
  return pageOf(rows, input.limit, shown, row => toCursor(row.createdAt, row.id))
}

export async function getMySales(db: Read, viewer: Viewer, input: Input<'GET /me/sales'>): Promise<Ok<'GET /me/sales'>> {
  const [after = null] = fromCursor(input.cursor, [z.string()]) ?? []
  const rows = await salesOf(db, viewer.id, after, input.limit + 1)
  return pageOf(rows, input.limit, ({ amount, currency, ...row }) => ({ ...row, amount: { amount, currency: currency as Currency } }), row => toCursor(row.line))
}

/** Ends orders nobody paid and gives back what was set aside for them. Orders that were paid meanwhile stay. Gives the ids that ended. */
async function endOrders(tx: Tx, ids: readonly string[], state: 'cancelled' | 'expired'): Promise<string[]> {
  // Payments before orders: a notification locks in that order too.
  await closePaymentsOf(tx, ids)
  const orders = await lockOrders(tx, ids)
  const open = [...orders.values()].filter(order => order.state === 'placed')
  if (open.length === 0) return []
  const ended = open.map(order => order.id)
  await closeOrders(tx, ended, state, clock.now())
  await byKind(open.flatMap(order => order.lines), (kind, lines) => kind.release(tx, lines))
  return ended
}

/** Cancels an order that is not paid. Twice is once. */
export async function cancelOrder(tx: Tx, viewer: Viewer, input: Input<'POST /orders/:id/cancel'>): Promise<Order> {
  const before = await mine(tx, viewer, input.id)
  if (before.state !== 'cancelled' && before.state !== 'expired') {
    const ended = await endOrders(tx, [input.id], 'cancelled')
    if (ended.length === 0) {
      const now = await mine(tx, viewer, input.id)
      if (now.state !== 'cancelled' && now.state !== 'expired') throw fault('conflict', 'already_paid')
    }
  }
  return shown(await mine(tx, viewer, input.id))
}

/** Ends up to `limit` orders that were not paid in time; gives how many there were. */
export async function expireOrders(tx: Tx, limit = 200): Promise<number> {
  const ids = await overdueOrders(tx, clock.now(), limit)
  if (ids.length > 0) await endOrders(tx, ids, 'expired')
  return ids.length
}
