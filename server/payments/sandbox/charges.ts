/** The sandbox provider's own business: charges, what the payer does with them, refunds, and the notifications that follow. */
import { fault } from '../../../shared/faults.ts'
import { basisPointsOf } from '../../../shared/money.ts'
import { clock, randomToken } from '../../foundation/clock.ts'
import type { Db, Tx } from '../../foundation/db.ts'
import { enqueue } from '../../foundation/jobs.ts'
import {
  disputeOf,
  endDispute,
  insertNotification,
  isRefund,
  makeCharge,
  makeDispute,
  makeRefund,
  markClosed,
  markPaid,
  readCharge,
  type Charge,
  type SandboxDispute,
} from './store.ts'

/** 0.60 % of the amount, rounded half up. */
const feeBp = 60
const delayMs = 5000
/** What a dispute costs, won or lost: ¥15.00. */
export const disputeFee = 1500n
export const respondWithinMs = 7 * 24 * 3600_000
/** Refunds of an amount that ends in .13 fail, so that one can see what happens then. */
const isUnlucky = (amount: bigint): boolean => amount % 100n === 13n

export type { Charge } from './store.ts'
export type Order = {
  merchant: string
  reference: string
  amount: bigint
  currency: string
  merchantName: string
  description: string
  returnUrl: string
}
/** delay: pays, and tells the merchant five seconds later. */
export type SandboxOutcome = 'pay' | 'delay' | 'fail' | 'cancel'
/** What the payer's bank does with a charge that is paid. */
export type BankOutcome = 'dispute' | 'dispute_won' | 'dispute_lost'

/** The same merchant and reference again is the same charge. */
export const createCharge = (db: Db, order: Order): Promise<Charge> =>
  db.transaction(tx => makeCharge(tx, { ...order, ref: `ch_${randomToken(18)}` }, clock.now()))

/** A charge that was made and paid at `at`; its notification is not sent. */
export async function recordPastCharge(tx: Tx, order: Order, at: Date): Promise<{ ref: string; fee: bigint }> {
  const { ref } = await makeCharge(tx, { ...order, ref: `ch_${randomToken(18)}` }, at)
  const fee = basisPointsOf(order.amount, feeBp)
  await markPaid(tx, ref, fee, at)
  return { ref, fee }
}

export async function getCharge(db: Db, ref: string): Promise<Charge> {
  const charge = await readCharge(db.read, ref)
  if (charge === undefined) throw fault('not_found')
  return charge
}

async function announce(
  tx: Tx,
  charge: Charge,
  type: string,
  data: { fee?: bigint; problem?: string; refund?: { key: string; amount: bigint }; dispute?: SandboxDispute },
  dueAt: Date,
): Promise<void> {
  const id = `ntc_${randomToken(18)}`
  const body = JSON.stringify({
    id,
    type,
    createdAt: clock.now(),
    merchant: charge.merchant,
    data: {
      charge: charge.ref,
      reference: charge.reference,
      amount: charge.amount.toString(),
      currency: charge.currency,
      fee: data.fee?.toString() ?? null,
      problem: data.problem ?? null,
      refund: data.refund === undefined ? null : { key: data.refund.key, amount: data.refund.amount.toString() },
      dispute:
        data.dispute === undefined
          ? null
          : {
              ref: data.dispute.ref,
              amount: data.dispute.amount.toString(),
              fee: data.dispute.fee.toString(),
              reason: data.dispute.reason,
              respondBy: data.dispute.respondBy.toISOString(),
            },
    },
  })
  await insertNotification(tx, { id, charge: charge.ref, type, body, dueAt })
  await enqueue(tx, 'payments.sandbox_notify', { notification: id }, { maxAttempts: 20, ...(dueAt > clock.now() ? { runAt: dueAt } : {}) })
}

/** What the payer chose on the page. A charge is paid once; what is chosen after that changes nothing. */
export function settleCharge(db: Db, ref: string, outcome: SandboxOutcome): Promise<Charge> {
  return db.transaction(async tx => {
    const charge = await readCharge(tx, ref, true)
    if (charge === undefined) throw fault('not_found')
    if (charge.state !== 'open') return charge
    const now = clock.now()
    if (outcome === 'fail' || outcome === 'cancel') {
      await announce(tx, charge, 'charge.failed', { problem: outcome === 'fail' ? 'declined' : 'cancelled' }, now)
      return charge
    }
    const fee = basisPointsOf(charge.amount, feeBp)
    await markPaid(tx, ref, fee, now)
    await announce(tx, charge, 'charge.paid', { fee }, outcome === 'delay' ? new Date(now.getTime() + delayMs) : now)
    return { ...charge, state: 'paid', fee }
  })
}

/** What the sandbox keeps of its fee when so much of the charge has gone back. */
export const feeKept = ({ amount, fee }: Charge, refunded: bigint): bigint => (fee * (amount - refunded) * 2n + amount) / (2n * amount)

/** Sends money back to the payer, once per key, with the fee's part; the merchant is told by a notification. A charge that is contested is not refunded. */
export function refundCharge(db: Db, ref: string, key: string, amount: bigint): Promise<void> {
  return db.transaction(async tx => {
    const charge = await readCharge(tx, ref, true)
    if (charge === undefined) throw fault('not_found')
    if (await isRefund(tx, key)) return
    if (charge.disputed > 0n) throw fault('unprocessable', 'disputed')
    if (charge.state !== 'paid' || charge.refunded + amount > charge.amount) throw fault('unprocessable', 'refund_too_much')
    const failed = isUnlucky(amount)
    const fee = feeKept(charge, charge.refunded) - feeKept(charge, charge.refunded + amount)
    const now = clock.now()
    if (!(await makeRefund(tx, { key, charge: ref, amount, fee: failed ? 0n : fee, state: failed ? 'failed' : 'done', at: now }))) return
    const refund = { key, amount }
    await (failed
      ? announce(tx, charge, 'charge.refund_failed', { refund, problem: 'card_closed' }, now)
      : announce(tx, charge, 'charge.refunded', { refund }, now))
  })
}

/** The payer's bank takes a charge back (all that was not refunded, or `amount`), or decides. What does not fit the charge's state changes nothing. */
export function disputeCharge(db: Db, ref: string, outcome: BankOutcome, amount?: bigint): Promise<Charge> {
  return db.transaction(async tx => {
    const charge = await readCharge(tx, ref, true)
    if (charge === undefined) throw fault('not_found')
    const now = clock.now()
    const before = await disputeOf(tx, ref)
    if (outcome === 'dispute') {
      const taken = amount ?? charge.amount - charge.refunded
      if (charge.state !== 'paid' || before !== undefined || taken <= 0n || taken > charge.amount) return charge
      const respondBy = new Date(now.getTime() + respondWithinMs)
      const made = { ref: `dp_${randomToken(18)}`, charge: ref, amount: taken, fee: disputeFee, reason: 'fraudulent', respondBy }
      await makeDispute(tx, made, now)
      await announce(tx, charge, 'charge.disputed', { dispute: { ...made, state: 'open' } }, now)
      return { ...charge, disputed: taken }
    }
    if (before?.state !== 'open') return charge
    const state = outcome === 'dispute_won' ? 'won' : 'lost'
    await endDispute(tx, before, state, now)
    await announce(tx, charge, `charge.${outcome}`, { dispute: before }, now)
    return { ...charge, disputed: state === 'won' ? 0n : charge.disputed }
  })
}

/** The merchant does not want it any more. */
export const closeCharge = (db: Db, ref: string): Promise<void> => db.transaction(tx => markClosed(tx, ref))
