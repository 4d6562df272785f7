/** Payments, refunds and disputes of the past: the sandbox has them in its books, and its notification is applied as one that came then. */
import type { Tx } from '../foundation/db.ts'
import { applyNotices } from './notifications.ts'
import { pastMerchant as merchant } from './sandbox/adapter.ts'
import type { Notice } from './providers.ts'
import { disputeFee, feeKept, recordPastCharge, respondWithinMs } from './sandbox/charges.ts'
import { chargeFor, disputeOf, endDispute, makeDispute, makeRefund, type Charge } from './sandbox/store.ts'
import { dropWatched, openRefundsOf, readPayment, setCharge } from './store.ts'

/** Pays a payment that was asked for in this transaction, at `at`. */
export async function payPast(tx: Tx, past: { payment: string; description: string; returnUrl: string; at: Date }): Promise<void> {
  const payment = await readPayment(tx, past.payment)
  if (payment === undefined) throw new Error(`no payment ${past.payment}`)
  const { amount, currency } = payment
  const { ref, fee } = await recordPastCharge(
    tx,
    { merchant, reference: payment.id, amount, currency, merchantName: 'Planet', description: past.description, returnUrl: past.returnUrl },
    past.at,
  )
  await setCharge(tx, payment.id, ref, `/sandbox/pay/${ref}`, past.at, past.at)
  await dropWatched(tx, payment.id)
  const id = `past_${payment.id}`
  const notice = {
    id,
    type: 'paid' as const,
    merchant,
    charge: ref,
    reference: payment.id,
    amount,
    currency,
    fee,
    problem: null,
    refund: null,
    body: { id, past: true },
  }
  await applyNotices(tx, 'sandbox', merchant, [notice], past.at)
}

type Sent = Pick<Notice, 'id' | 'type' | 'refund' | 'dispute'>

async function tellPast(tx: Tx, charge: Charge, { id, ...sent }: Sent, at: Date): Promise<void> {
  const { ref, reference, amount, currency } = charge
  const notice = { ...sent, id, merchant, charge: ref, reference, amount, currency, fee: null, problem: null, body: { id, past: true } }
  await applyNotices(tx, 'sandbox', merchant, [notice], at)
}

async function chargeOf(tx: Tx, payment: string): Promise<Charge> {
  const found = await chargeFor(tx, merchant, payment)
  if (found === undefined) throw new Error(`the sandbox has no charge of the past for ${payment}`)
  return found
}

/** A payer's bank takes a payment of the past back, or decides about it, at `at`: the sandbox has it in its books, its notification is applied as one of then. */
export async function disputePast(
  tx: Tx,
  past: { payment: string; outcome: 'disputed' | 'dispute_won' | 'dispute_lost'; at: Date },
): Promise<void> {
  const { payment, outcome, at } = past
  const charge = await chargeOf(tx, payment)
  const id = `past_${outcome}_${payment}`
  if (outcome === 'disputed') {
    const respondBy = new Date(at.getTime() + respondWithinMs)
    const made = {
      ref: `dp_${payment}`,
      charge: charge.ref,
      amount: charge.amount - charge.refunded,
      fee: disputeFee,
      reason: 'fraudulent',
      respondBy,
    }
    await makeDispute(tx, made, at)
    return tellPast(tx, charge, { id, type: outcome, refund: null, dispute: made }, at)
  }
  const before = await disputeOf(tx, charge.ref)
  if (before?.state !== 'open') throw new Error(`${payment} is not contested`)
  await endDispute(tx, before, outcome === 'dispute_won' ? 'won' : 'lost', at)
  await tellPast(tx, charge, { id, type: outcome, refund: null, dispute: before }, at)
}

/** What was asked to go back of a payment of the past goes back at `at`. */
export async function refundPast(tx: Tx, past: { payment: string; at: Date }): Promise<void> {
  for (const { id, amount, state } of await openRefundsOf(tx, past.payment)) {
    if (state !== 'asked') continue
    const charge = await chargeOf(tx, past.payment)
    const fee = feeKept(charge, charge.refunded) - feeKept(charge, charge.refunded + amount)
    await makeRefund(tx, { key: id, charge: charge.ref, amount, fee, state: 'done', at: past.at })
    await tellPast(tx, charge, { id: `past_${id}`, type: 'refunded', refund: id }, past.at)
  }
}
