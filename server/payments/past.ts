/** A payment of the past: the sandbox has the charge in its books, and its notification is applied as one that came then. */
import type { Tx } from '../foundation/db.ts'
import { applyNotices } from './notifications.ts'
import { pastMerchant as merchant } from './sandbox/adapter.ts'
import { recordPastCharge } from './sandbox/charges.ts'
import { dropWatched, readPayment, setCharge } from './store.ts'

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
