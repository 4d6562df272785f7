/** Taking money of a line back: the one way for refunds, disputes and the shop's own automatic refunds. What the lines' kinds handed over comes back with it. */
import { fault } from '../../shared/faults.ts'
import type { Tx } from '../foundation/db.ts'
import { post, type AccountRef, type TransferInput } from '../ledger/index.ts'
import { feeAccount, lockPaymentsFor, planetCosts, refundPayment } from '../payments/index.ts'
import { adjusters, kindOf } from './kinds.ts'
import { finishOrders, lockOrders, markBack, ordersOfLines, type LockedLine, type LockedOrder } from './store-orders.ts'

/** Where the money of a line waits until it is settled or refunded. */
export const escrow = (line: string, currency: string): AccountRef => ({
  owner: `escrow:${line}`,
  purpose: 'escrow',
  asset: currency,
  floor: 0n,
})

/** A line with its order's payment. Everything about it changes only under the lock of its order. */
export type OpenLine = LockedLine & { number: string; payment: string | null; provider: string | null }
/** What of a line was not given back yet. */
export const leftOf = (line: Pick<OpenLine, 'amount' | 'refunded'>): bigint => line.amount - line.refunded

const open = (order: LockedOrder, provider: string | null): OpenLine[] =>
  order.lines.map(line => ({ ...line, number: order.number, payment: order.payment, provider }))

/** All lines of these orders, locked: payments first, then orders, in id order. */
export async function lockLinesOf(tx: Tx, orders: readonly string[]): Promise<OpenLine[]> {
  const payments = new Map((await lockPaymentsFor(tx, orders)).map(payment => [payment.id, payment.provider]))
  const locked = await lockOrders(tx, orders)
  return [...locked.values()].flatMap(order => open(order, order.payment === null ? null : (payments.get(order.payment) ?? null)))
}

/** These lines, locked with their whole orders; unknown ones are missing. */
export async function lockLines(tx: Tx, lines: readonly string[]): Promise<Map<string, OpenLine>> {
  const all = await lockLinesOf(tx, await ordersOfLines(tx, lines))
  return new Map(all.filter(line => lines.includes(line.id)).map(line => [line.id, line]))
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
/** What of a line the provider took and has not gone back yet: that goes first, then what cards paid. */
const cashLeft = (line: Pick<OpenLine, 'amount' | 'refunded' | 'credit'>): bigint => {
  const cash = line.amount - line.credit - line.refunded
  return cash < 0n ? 0n : cash
}

/** What the provider keeps of what is left of a held line when `amount` of it goes back: in proportion to what it took, rounded half up. */
export function feeAfter(line: Pick<OpenLine, 'amount' | 'refunded' | 'fee' | 'credit'>, amount: bigint): bigint {
  const before = cashLeft(line)
  const after = before - min(amount, before)
  return before === 0n ? 0n : (line.fee * after * 2n + before) / (before * 2n)
}

export type Back = {
  amount: bigint
  /** Idempotency key of the refund, and the ledger's cause. */
  key: string
  cause: string
  reason: string
  at: Date
  /** Where the money goes instead of to the payer: the provider took it already. */
  taken?: AccountRef
  /** What the order's page tells when nothing else of it is left. */
  problem?: string
  /** Nothing was set aside with its kind (any more). */
  unreserved?: boolean
}

/**
 * Sends `amount` of a line's escrow back to the buyer (or accounts for what a dispute took). Of a settled line the money has to be in the escrow again (claw-back).
 * The line, its fee and its order follow; with nothing left it is refunded and its kind takes back what it handed over. More than is left: `refund_too_much`.
 */
export async function takeBack(tx: Tx, line: OpenLine, back: Back): Promise<void> {
  const { id, order, payment, provider, currency, release } = line
  const { amount, key, cause, reason, at, taken } = back
  if (line.state !== 'held' && line.state !== 'settled') throw fault('conflict', 'nothing_to_refund')
  if (amount <= 0n || amount > leftOf(line))
    throw fault('unprocessable', 'refund_too_much', { fields: { amount: leftOf(line).toString() } })
  const fee = line.state === 'held' ? feeAfter(line, amount) : line.fee
  const from = escrow(id, currency)
  // What the provider took goes back first, then what cards paid.
  const cash = min(amount, cashLeft(line))
  if (taken !== undefined) await post(tx, lostOf(line, back, taken, line.fee - fee))
  else {
    if (cash > 0n && (payment === null || provider === null)) throw new Error(`line ${id} was paid without a payment`)
    if (cash > 0n)
      await refundPayment(tx, {
        key,
        payment: payment!,
        provider: provider!,
        subject: id,
        release,
        cause,
        amount: cash,
        currency,
        reason,
        from,
        at,
        fee: line.fee - fee,
      })
    if (amount > cash)
      await adjusters.credits!.back(tx, { order, line: id, amount: amount - cash, currency, key: `credit:${key}`, cause, at })
  }
  await markBack(tx, [{ id, amount, fee }], at)
  if (amount === leftOf(line)) {
    const kind = kindOf(line.kind)
    if (line.state === 'settled' || line.fulfilledAt !== null) await kind.cancel(tx, [line])
    else if (!back.unreserved) await kind.release(tx, [line])
    await finishOrders(tx, [order], at, back.problem ?? null)
  }
  line.refunded += amount
  line.fee = fee
  if (line.refunded === line.amount) Object.assign(line, { state: 'refunded', frozen: false })
}

/** What a lost dispute took out of a line's escrow; a provider gives no fee back with it. */
function lostOf(line: OpenLine, { amount, key, cause, at }: Back, to: AccountRef, lost: bigint): TransferInput[] {
  const { id, currency, release: subject, provider } = line
  const transfers: TransferInput[] = [
    {
      key,
      kind: 'chargeback_lost',
      cause,
      subject,
      at,
      entries: [
        {
          account: escrow(id, currency),
          amount: -amount,
        },
        {
          account: to,
          amount,
          step: 'dispute',
        },
      ],
    },
  ]
  if (lost > 0n)
    transfers.push({
      key: `fee_lost:${key}`,
      kind: 'fee_lost',
      cause,
      subject,
      at,
      entries: [
        {
          account: planetCosts(currency),
          amount: -lost,
        },
        {
          account: feeAccount(provider!, currency),
          amount: lost,
          step: 'provider_fee',
        },
      ],
    })
  return transfers
}

/** Sends back what is left of held lines (locked, with their orders); `reason` becomes the problem of their orders. `unreserved`: nothing was set aside for them. */
export async function refundLines(
  tx: Tx,
  lines: readonly { id: string; order: string }[],
  reason: string,
  at: Date,
  unreserved = false,
): Promise<void> {
  const ids = new Set(lines.map(line => line.id))
  const orders = [...new Set(lines.map(line => line.order))]
  for (const line of await lockLinesOf(tx, orders)) {
    if (!ids.has(line.id)) continue
    if (line.amount === 0n) await markBack(tx, [{ id: line.id, amount: 0n, fee: 0n }], at)
    else
      await takeBack(tx, line, {
        amount: leftOf(line),
        key: `line:${line.id}`,
        cause: `line:${line.id}`,
        reason,
        at,
        problem: reason,
        unreserved,
      })
  }
  await finishOrders(tx, orders, at, reason)
}
