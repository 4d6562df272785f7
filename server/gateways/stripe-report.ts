/** Stripe's own books of one day (UTC): its balance transactions. What it holds at the day's end is not among what it tells. */
import type Stripe from 'stripe'
import type { Report, ReportRow } from '../payments/index.ts'

/** Stripe's reporting categories in our words. Its `payout` goes to the planet's own bank, its `transfer` to someone else's account. */
const types: Record<string, ReportRow['type']> = {
  charge: 'payment',
  refund: 'refund',
  dispute: 'chargeback',
  dispute_reversal: 'chargeback_won',
  payout: 'sweep',
  payout_reversal: 'sweep',
  transfer: 'payout',
  transfer_reversal: 'payout_returned',
  fee: 'fee',
}
const dayMs = 24 * 3600_000

/** Our id as Stripe knows it: in the words we gave it when we asked. A dispute knows only its payment. */
async function referenceOf(stripe: Stripe, source: Stripe.BalanceTransaction['source']): Promise<string | null> {
  if (source === null || typeof source === 'string') return null
  if (source.object === 'charge') return source.metadata['payment'] ?? null
  if (source.object === 'refund') return source.metadata?.['refund'] ?? null
  if (source.object === 'transfer') return source.metadata['payout'] ?? null
  if (source.object === 'dispute' && source.payment_intent !== null) {
    const intent =
      typeof source.payment_intent === 'string' ? await stripe.paymentIntents.retrieve(source.payment_intent) : source.payment_intent
    return intent.metadata['payment'] ?? null
  }
  return null
}

export async function reportOf(stripe: Stripe, day: string): Promise<Report> {
  const from = new Date(`${day}T00:00:00.000Z`)
  const created = { gte: from.getTime() / 1000, lt: (from.getTime() + dayMs) / 1000 }
  const rows: ReportRow[] = []
  for await (const one of stripe.balanceTransactions.list({ created, limit: 100, expand: ['data.source'] }))
    rows.push({
      type: types[one.reporting_category] ?? 'adjustment',
      ref: one.id,
      reference: await referenceOf(stripe, one.source),
      amount: BigInt(one.amount),
      fee: BigInt(one.fee),
      currency: one.currency.toUpperCase(),
      at: new Date(one.created * 1000),
    })
  // Stripe lists the newest first.
  return { rows: rows.reverse(), closing: [] }
}
