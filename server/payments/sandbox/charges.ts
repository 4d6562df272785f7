/** The sandbox provider's own business: charges, what the payer does with them, refunds, and the notifications that follow. */
import { fault } from '../../../shared/faults.ts'
import { basisPointsOf } from '../../../shared/money.ts'
import { clock, randomToken } from '../../foundation/clock.ts'
import type { Db, Tx } from '../../foundation/db.ts'
import { enqueue } from '../../foundation/jobs.ts'
import { insertNotification, makeCharge, makeRefund, markPaid, readCharge, type Charge } from './store.ts'

/** 0.60 % of the amount, rounded half up. */
const feeBp = 60
const delayMs = 5000

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
  data: { fee?: bigint; problem?: string; refund?: { key: string; amount: bigint } },
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
    if (charge.state === 'paid') return charge
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

/** Sends money back to the payer, once per key; the merchant is told by a notification. */
export function refundCharge(db: Db, ref: string, key: string, amount: bigint): Promise<void> {
  return db.transaction(async tx => {
    const charge = await readCharge(tx, ref, true)
    if (charge === undefined) throw fault('not_found')
    if (charge.state !== 'paid' || charge.refunded + amount > charge.amount)
      throw fault('conflict', 'conflict', { detail: 'more than was paid' })
    if (await makeRefund(tx, key, ref, amount, clock.now()))
      await announce(tx, charge, 'charge.refunded', { refund: { key, amount } }, clock.now())
  })
}
