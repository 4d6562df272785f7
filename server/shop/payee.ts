/** Taking the money of orders when a provider says it is there. Runs in the transaction of the notification, for many orders at once. */
import type { Read, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import { splitByWeight } from '../../shared/money.ts'
import { post, type TransferInput } from '../ledger/index.ts'
import { clearing, refundPayment, type Paid, type Payee } from '../payments/index.ts'
import { clock } from '../foundation/clock.ts'
import { kindOf } from './kinds.ts'
import { escrow, refundLines } from './returns.ts'
import { choosePayment, lockOrders, markPaid, readOrder, setProblem, type LockedOrder } from './store-orders.ts'

export { escrow, refundLines } from './returns.ts'

/** Wakes who settles in this process (see jobs.ts). */
export const settlers = new Set<() => void>()

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
  const taken: { id: string; at: Date; payment: string }[] = []
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
    const fees = feesOf(order, payment.fee)
    taken.push({ id: order.id, at, payment: payment.payment })
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
  for (const { payment, order } of back) await refundLines(tx, order.lines, 'too_late', payment.at, true)
  for (const payment of twice) await refundTwice(tx, payment)
  const kept = taken.filter(({ id }) => !back.some(({ order }) => order.id === id))
  if (kept.length > 0)
    await tellAll(
      tx,
      kept.map(({ id }) => ({ type: 'order_paid', order: id })),
    )
  // Where nobody settles as payments come, a job does; one that waits already does for these too. Also after a second payment: while it held the order, the job
  // of the first one passed it by.
  if (settlers.size === 0 && kept.length + twice.length > 0)
    await enqueue(tx, 'shop.settle', {}, { key: 'shop.settle', queue: 'shop.settle', maxAttempts: 25 })
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
    fee: payment.fee,
    from: clearing(provider, currency),
    at,
  })
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
  chosen: (tx, subject, payment) => choosePayment(tx, subject, payment, clock.now()),
  async describe(db: Read | Tx, subject: string) {
    const order = await readOrder(db, subject)
    if (order === undefined) return undefined
    const open = order.state === 'placed' && (order.expiresAt === null || order.expiresAt > clock.now())
    return { description: order.number, path: `/orders/${order.id}`, open, until: order.expiresAt }
  },
}
