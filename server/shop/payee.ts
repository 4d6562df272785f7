/** Taking the money of orders when a provider says it is there. Runs in the transaction of the notification, for many orders at once. */
import { afterCommit, type Read, type Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import { splitByWeight } from '../../shared/money.ts'
import { post, type AccountRef, type TransferInput } from '../ledger/index.ts'
import { clearing, refundPayment, type Paid, type Payee } from '../payments/index.ts'
import { clock } from '../foundation/clock.ts'
import { adjusters, kindOf, type Kind } from './kinds.ts'
import { escrow, refundLines } from './returns.ts'
import { lockBuyers, piecesBefore } from './store.ts'
import { choosePayment, lockOrders, markPaid, noteLate, readOrder, setProblem, type LockedOrder, type NewLine } from './store-orders.ts'

export { escrow, refundLines } from './returns.ts'

/** Wakes who settles in this process (see jobs.ts). */
export const settlers = new Set<() => void>()

/** How many pieces of an offer (`buyer offer`) orders have got again in this transaction: their lines do not say so yet. */
type Again = Map<string, number>

/** Limits per person hold for what is paid late, too: with all its buyer has of these offers by now. */
async function withinLimits(tx: Tx, order: LockedOrder, again: Again): Promise<boolean> {
  const limited = order.lines.filter(line => line.mostEach !== null)
  if (limited.length === 0) return true
  await lockBuyers(tx, [order.buyer])
  const before = await piecesBefore(tx, limited)
  const mine: Again = new Map()
  for (const { buyer, offer, quantity, mostEach } of limited) {
    const key = `${buyer} ${offer}`
    mine.set(key, (mine.get(key) ?? 0) + quantity)
    if ((before.get(key) ?? 0) + (again.get(key) ?? 0) + mine.get(key)! > mostEach!) return false
  }
  return true
}

/**
 * Can an order that had ended and was paid at that moment still be had? Everything in it still for sale, at its price: what its coupons took off is counted
 * again, its things are set aside again, as when it was placed; all or nothing.
 */
async function stillSellable(tx: Tx, order: LockedOrder, at: Date, again: Again): Promise<boolean> {
  if (order.lines.some(line => line.offerState !== 'open' || (line.offerUntil !== null && line.offerUntil <= at))) return false
  if (!(await withinLimits(tx, order, again))) return false
  const cheaper = order.lines.some(line => line.discountCode !== null)
  if (cheaper && !(await (adjusters.discounts?.again(tx, order.id) ?? true))) return false
  const had: [Kind, LockedOrder['lines']][] = []
  for (const [name, lines] of [...Map.groupBy(order.lines, line => line.kind)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const kind = kindOf(name)
    if (await kind.reserveAgain(tx, lines)) had.push([kind, lines])
    else {
      for (const [other, own] of had) await other.release(tx, own)
      if (cheaper) await adjusters.discounts?.ended(tx, [order.id])
      return false
    }
  }
  for (const { buyer, offer, quantity } of order.lines) again.set(`${buyer} ${offer}`, (again.get(`${buyer} ${offer}`) ?? 0) + quantity)
  return true
}

/** Each line's part of what the provider kept, in proportion to what of it the provider took. */
function feesOf(order: LockedOrder, fee: bigint): bigint[] {
  return splitByWeight(
    fee,
    order.lines.map(line => line.amount - line.credit),
  )
}

/** Where credit waits that pays an order: put there by whoever keeps cards (`registerCredits`). */
export const creditOf = (order: string, currency: string): AccountRef => ({
  owner: `credit:${order}`,
  purpose: 'escrow',
  asset: currency,
  floor: 0n,
})

type CreditOrder = {
  id: string
  number: string
  at: Date
  currency: string
  credit: bigint
  lines: readonly { line: Pick<NewLine, 'id' | 'credit'> }[]
}
/** Orders that credit pays whole: paid as they are placed. */
export async function payByCredit(tx: Tx, orders: readonly CreditOrder[]): Promise<void> {
  if (orders.length === 0) return
  await post(
    tx,
    orders.map(({ id, number, at, currency, credit, lines }) => ({
      key: `pay:${id}`,
      kind: 'pay',
      cause: `order:${id}`,
      note: number,
      at,
      entries: [
        { account: creditOf(id, currency), amount: -credit },
        ...lines.filter(({ line }) => line.credit > 0n).map(({ line }) => ({ account: escrow(line.id, currency), amount: line.credit })),
      ],
    })),
  )
  await markPaid(
    tx,
    orders.map(({ id, at }) => ({ id, at })),
    orders.flatMap(({ at, lines }) => lines.map(({ line }) => ({ id: line.id, fee: 0n, at, dueAt: at }))),
  )
  await tellAll(
    tx,
    orders.map(({ id }) => ({ type: 'order_paid', order: id })),
  )
  await wakeSettlers(tx)
}

/** Where nobody settles as payments come, a job does; one that waits already does for these too. */
export async function wakeSettlers(tx: Tx): Promise<void> {
  if (settlers.size === 0) await enqueue(tx, 'shop.settle', {}, { key: 'shop.settle', queue: 'shop.settle', maxAttempts: 25 })
  else afterCommit(tx, () => settlers.forEach(wake => wake()))
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
  const late: Paid[] = []
  const again: Again = new Map()
  for (const payment of payments) {
    const order = orders.get(payment.subject)
    if (order === undefined) throw new Error(`payment ${payment.payment} is for an order that is not there`)
    // Paid by another payment already: this one goes back whole.
    if (
      !['placed', 'cancelled', 'expired'].includes(order.state) ||
      order.total - order.credit !== payment.amount ||
      order.currency !== payment.currency
    ) {
      twice.push(payment)
      continue
    }
    // What credit was to pay went back to its cards when the order ended.
    if (order.credit > 0n && order.state !== 'placed') {
      late.push(payment)
      continue
    }
    const { at, provider, amount, currency } = payment
    const wanted = order.state === 'placed' || (await stillSellable(tx, order, at, again))
    const fees = feesOf(order, payment.fee)
    taken.push({ id: order.id, at, payment: payment.payment })
    order.lines.forEach((line, index) => held.push({ id: line.id, fee: fees[index]!, at, dueAt: at }))
    transfers.push({
      key: `pay:${payment.payment}`,
      kind: 'pay',
      cause: `order:${order.id}`,
      note: order.number,
      at,
      entries: [
        { account: clearing(provider, currency), amount: -amount },
        ...(order.credit > 0n ? [{ account: creditOf(order.id, currency), amount: -order.credit }] : []),
        ...order.lines.filter(line => line.amount > 0n).map(line => ({ account: escrow(line.id, currency), amount: line.amount })),
      ],
    })
    if (!wanted) back.push({ payment, order })
    order.state = 'paid'
  }
  await post(tx, transfers)
  if (taken.length > 0) await markPaid(tx, taken, held)
  for (const { payment, order } of back) await refundLines(tx, order.lines, 'too_late', payment.at, true)
  for (const payment of twice) await refundWhole(tx, payment, 'paid_twice')
  for (const payment of late) {
    await refundWhole(tx, payment, 'too_late')
    await noteLate(tx, payment.subject)
  }
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

async function refundWhole(tx: Tx, payment: Paid, reason: 'paid_twice' | 'too_late'): Promise<void> {
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
    reason,
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
