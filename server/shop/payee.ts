/** Taking the money of orders when a provider says it is there. Runs in the transaction of the notification, for many orders at once. */
import type { Read, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import { splitByWeight } from '../../shared/money.ts'
import { post, type AccountRef, type TransferInput } from '../ledger/index.ts'
import { clearing, refundPayment, type Paid, type Payee } from '../payments/index.ts'
import { clock } from '../foundation/clock.ts'
import { kindOf } from './kinds.ts'
import { finishOrders, lockOrders, markPaid, markRefunded, readOrder, setProblem, type LockedOrder } from './store-orders.ts'

/** Wakes who settles in this process (see jobs.ts). */
export const settlers = new Set<() => void>()

/** Where the money of a line waits until it is settled or refunded. */
export const escrow = (line: string, currency: string): AccountRef => ({
  owner: `escrow:${line}`,
  purpose: 'escrow',
  asset: currency,
  floor: 0n,
})

/** Can an order that had ended still be had? Everything in it still for sale, and set aside again. */
async function stillSellable(tx: Tx, order: LockedOrder): Promise<boolean> {
  if (order.lines.some(line => line.offerState !== 'open')) return false
  for (const [kind, lines] of Map.groupBy(order.lines, line => line.kind)) if (!(await kindOf(kind).reserveAgain(tx, lines))) return false
  return true
}

/** Each line's part of what the provider kept, in proportion. */
function feesOf(order: LockedOrder, fee: bigint): bigint[] {
  const amounts = order.lines.map(line => line.amount)
  return splitByWeight(fee, amounts)
}

async function paid(tx: Tx, payments: readonly Paid[]): Promise<void> {
  const orders = await lockOrders(
    tx,
    payments.map(payment => payment.subject),
  )
  const transfers: TransferInput[] = []
  const taken: { id: string; at: Date }[] = []
  const held: { id: string; fee: bigint; at: Date; dueAt: Date }[] = []
  const back: { payment: Paid; order: LockedOrder }[] = []
  const twice: Paid[] = []
  for (const payment of payments) {
    const order = orders.get(payment.subject)
    if (order === undefined) throw new Error(`payment ${payment.payment} is for an order that is not there`)
    // Paid by another payment already: this one goes back whole.
    if (
      !['placed', 'cancelled', 'expired'].includes(order.state) ||
      order.total !== payment.amount ||
      order.currency !== payment.currency
    ) {
      twice.push(payment)
      continue
    }
    const { at, provider, amount, currency } = payment
    const wanted = order.state === 'placed' || (await stillSellable(tx, order))
    const fees = feesOf(order, wanted ? payment.fee : 0n)
    taken.push({ id: order.id, at })
    order.lines.forEach((line, index) => held.push({ id: line.id, fee: fees[index]!, at, dueAt: kindOf(line.kind).dueAt(at) }))
    transfers.push({
      key: `pay:${payment.payment}`,
      kind: 'pay',
      cause: `order:${order.id}`,
      note: order.number,
      at,
      entries: [
        { account: clearing(provider, currency), amount: -amount },
        ...order.lines.filter(line => line.amount > 0n).map(line => ({ account: escrow(line.id, currency), amount: line.amount })),
      ],
    })
    if (!wanted) back.push({ payment, order })
    order.state = 'paid'
  }
  await post(tx, transfers)
  if (taken.length > 0) await markPaid(tx, taken, held)
  for (const { payment, order } of back)
    await refundLines(
      tx,
      order.lines.map(line => ({ ...line, payment: payment.payment, provider: payment.provider })),
      'too_late',
      payment.at,
    )
  for (const payment of twice) await refundTwice(tx, payment)
  const kept = taken.filter(({ id }) => !back.some(({ order }) => order.id === id))
  if (kept.length === 0) return
  await tellAll(
    tx,
    kept.map(({ id }) => ({ type: 'order_paid', order: id })),
  )
  // Where nobody settles as payments come, a job does; one that waits already does for these too.
  if (settlers.size === 0) await enqueue(tx, 'shop.settle', {}, { key: 'shop.settle', queue: 'shop.settle', maxAttempts: 25 })
}

async function refundTwice(tx: Tx, payment: Paid): Promise<void> {
  const { payment: id, provider, subject, amount, currency, at } = payment
  await refundPayment(tx, {
    key: `twice:${id}`,
    payment: id,
    provider,
    subject,
    release: null,
    cause: `order:${subject}`,
    amount,
    currency,
    reason: 'paid_twice',
    from: clearing(provider, currency),
    at,
  })
}

export type Refundable = {
  id: string
  order: string
  kind: string
  release: string | null
  amount: bigint
  currency: string
  payment: string | null
  provider: string | null
}

/** Sends the money of held lines (locked, with their orders) back to the buyer; the order ends when nothing else of it waits. `reason` becomes its problem. */
export async function refundLines(tx: Tx, lines: readonly Refundable[], reason: string, at: Date): Promise<void> {
  for (const line of lines) {
    if (line.amount === 0n) continue
    const { id, payment, provider, release, amount, currency } = line
    if (payment === null || provider === null) throw new Error(`line ${id} was paid without a payment`)
    await refundPayment(tx, {
      key: `line:${id}`,
      payment,
      provider,
      subject: id,
      release,
      cause: `line:${id}`,
      amount,
      currency,
      reason,
      from: escrow(id, currency),
      at,
    })
  }
  await markRefunded(
    tx,
    lines.map(line => line.id),
    at,
  )
  await finishOrders(tx, [...new Set(lines.map(line => line.order))], at, reason)
}

export const payee: Payee = {
  paid,
  committed: () => {
    for (const wake of settlers) wake()
  },
  failed: (tx, payments) =>
    setProblem(
      tx,
      payments.map(({ subject, problem }) => ({ id: subject, problem })),
    ),
  async describe(db: Read, subject: string) {
    const order = await readOrder(db, subject)
    if (order === undefined) return undefined
    const open = order.state === 'placed' && (order.expiresAt === null || order.expiresAt > clock.now())
    return { description: order.number, path: `/orders/${order.id}`, open }
  },
}
