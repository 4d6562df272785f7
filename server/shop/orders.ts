/** Reading and ending orders. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { shop } from '../../shared/shop.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl } from '../media/index.ts'
import { closePaymentsOf, payPath } from '../payments/index.ts'
import { adjusters, byKind, type Progress } from './kinds.ts'
import { closeOrders, lockOrders, ordersOf, overdueOrders, readOrder, salesOf, type OrderRow } from './store-orders.ts'

type Entries = typeof shop.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Order = Ok<'GET /orders/:id'>

/** A planet glows in this where a picture has no colour of its own. */
const plainAccent = '#e0a458'
export const coverOf = (asset: string | null, accent: string | null): Order['lines'][number]['cover'] =>
  asset === null
    ? null
    : { small: coverUrl(asset, 300), medium: coverUrl(asset, 640), large: coverUrl(asset, 1200), accent: accent ?? plainAccent }

/** What happens next with the lines of these orders, as their kinds tell it. */
async function progressOf(db: Read | Tx, rows: readonly OrderRow[]): Promise<Map<string, readonly Progress[]>> {
  const found = new Map<string, readonly Progress[]>()
  await byKind(
    rows.flatMap(row => row.lines).filter(line => line.state !== 'cancelled'),
    async (kind, lines) => {
      for (const [line, progress] of (await kind.follow?.(db, lines)) ?? []) found.set(line, progress)
    },
  )
  return found
}

const orderOf = (row: OrderRow, progress: ReadonlyMap<string, readonly Progress[]>): Order => {
  const money = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    total: money(row.total),
    credit: money(row.credit),
    contact: row.contact,
    address: row.address,
    note: row.note,
    lines: row.lines.map(line => ({
      id: line.id,
      offer: line.offer,
      kind: line.kind,
      subject: line.subject,
      title: line.title,
      detail: line.detail,
      artists: line.artists,
      cover: coverOf(line.cover, line.accent),
      release: line.release,
      quantity: line.quantity,
      unit: money(BigInt(line.unit)),
      discount: money(BigInt(line.discount)),
      discountCode: line.discountCode,
      amount: money(BigInt(line.amount)),
      refunded: money(BigInt(line.refunded)),
      state: line.state,
      seller: { id: line.page, name: line.seller },
      settlesAt: line.state === 'held' && line.dueAt !== null ? new Date(line.dueAt) : null,
      progress: (progress.get(line.id) ?? []).map(step => ({ zone: null, ...step })),
    })),
    payUrl: row.state === 'placed' && row.payment !== null ? payPath(row.payment) : null,
    createdAt: row.createdAt,
    paidAt: row.paidAt,
    expiresAt: row.state === 'placed' ? row.expiresAt : null,
    problem: row.problem,
  }
}
export const shown = async (db: Read | Tx, row: OrderRow): Promise<Order> => orderOf(row, await progressOf(db, [row]))

async function mine(db: Read | Tx, viewer: Viewer, id: string): Promise<OrderRow> {
  const row = await readOrder(db, id)
  if (row === undefined || row.buyer !== viewer.id) throw fault('not_found')
  return row
}

export const getOrder = async (db: Read, viewer: Viewer, input: Input<'GET /orders/:id'>): Promise<Order> =>
  shown(db, await mine(db, viewer, input.id))

export async function getMyOrders(db: Read, viewer: Viewer, input: Input<'GET /me/orders'>): Promise<Ok<'GET /me/orders'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await ordersOf(db, viewer.id, at === undefined ? null : { at, id: id! }, input.limit + 1)
  const progress = await progressOf(db, rows)
  return pageOf(
    rows,
    input.limit,
    row => orderOf(row, progress),
    row => toCursor(row.createdAt, row.id),
  )
}

export async function getMySales(db: Read, viewer: Viewer, input: Input<'GET /me/sales'>): Promise<Ok<'GET /me/sales'>> {
  const [after = null] = fromCursor(input.cursor, [z.string()]) ?? []
  const rows = await salesOf(db, viewer.id, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ amount, refunded, currency, ...row }) => ({
      ...row,
      amount: { amount, currency: currency as Currency },
      refunded: { amount: refunded, currency: currency as Currency },
    }),
    row => toCursor(row.line),
  )
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
  // Coupons before things, things before cards: in the order in which placing takes them.
  const coupons = open.filter(order => order.lines.some(line => line.discountCode !== null)).map(order => order.id)
  if (coupons.length > 0) await adjusters.discounts?.ended(tx, coupons)
  await byKind(
    open.flatMap(order => order.lines),
    (kind, lines) => kind.release(tx, lines),
  )
  for (const order of open) if (order.credit > 0n) await adjusters.credits?.release(tx, order.id, clock.now())
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
  return shown(tx, await mine(tx, viewer, input.id))
}

/** Ends up to `limit` orders that were not paid in time; gives how many there were. */
export async function expireOrders(tx: Tx, limit = 200): Promise<number> {
  const ids = await overdueOrders(tx, clock.now(), limit)
  if (ids.length > 0) await endOrders(tx, ids, 'expired')
  return ids.length
}
