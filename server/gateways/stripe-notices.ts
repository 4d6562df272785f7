/** What Stripe's events mean to us. An event says little more than that something happened: what counts is read from what it is about. */
import type Stripe from 'stripe'
import type { Notice } from '../payments/index.ts'

const idOf = (thing: string | { id: string } | null | undefined): string | null => (typeof thing === 'string' ? thing : (thing?.id ?? null))
const whole = (value: number | null | undefined): bigint => BigInt(value ?? 0)
/** Payments of others on the same account are no business of ours. */
const ours = (reference: string | null | undefined): string | null => (reference?.startsWith('pay_') ? reference : null)

/** What Stripe kept of a payment, in the payment's own currency; null when its books do not say yet. */
async function feeOf(stripe: Stripe, intent: string | null): Promise<bigint | null> {
  if (intent === null) return null
  const { latest_charge: charge, currency } = await stripe.paymentIntents.retrieve(intent, {
    expand: ['latest_charge.balance_transaction'],
  })
  const books = typeof charge === 'string' || charge === null ? null : charge.balance_transaction
  if (books === null || typeof books === 'string') return null
  if (books.currency === currency) return whole(books.fee)
  // The account keeps another currency: as much of the payment as the fee is of what it came to.
  const { amount } = typeof charge === 'string' || charge === null ? { amount: 0 } : charge
  return books.amount > 0 ? (whole(books.fee) * whole(amount) * 2n + whole(books.amount)) / (whole(books.amount) * 2n) : null
}

const blank = (id: string, merchant: string, body: object): Notice => ({
  id,
  type: 'other',
  merchant,
  charge: '',
  reference: null,
  amount: 0n,
  currency: '',
  fee: null,
  problem: null,
  refund: null,
  body,
})

export async function sessionNotice(
  stripe: Stripe,
  id: string,
  type: 'paid' | 'failed',
  session: Stripe.Checkout.Session,
  merchant: string,
  body: object,
  problem: string | null = null,
): Promise<Notice> {
  const reference = ours(session.client_reference_id)
  const amount = whole(session.amount_total)
  const fee = type === 'paid' && reference !== null ? await feeOf(stripe, idOf(session.payment_intent)) : null
  return {
    ...blank(id, merchant, body),
    type: reference === null ? 'other' : type,
    charge: session.id,
    reference,
    amount,
    currency: (session.currency ?? '').toUpperCase(),
    fee: fee === null || fee <= amount ? fee : amount,
    problem: type === 'failed' ? (problem ?? (session.status === 'expired' ? 'expired' : 'declined')) : null,
  }
}

/** An intent's session: what we know the charge by. */
async function intentNotice(stripe: Stripe, base: Notice, intent: Stripe.PaymentIntent, type: 'paid' | 'failed'): Promise<Notice> {
  if (ours(intent.metadata['payment']) === null) return base
  const [session] = (await stripe.checkout.sessions.list({ payment_intent: intent.id, limit: 1 })).data
  if (session === undefined) return base
  const { last_payment_error: error } = intent
  const notice = await sessionNotice(stripe, base.id, type, session, base.merchant, base.body, error?.decline_code ?? error?.code ?? null)
  // A try within a page that still waits: the page lets the payer try again.
  return type === 'paid' && session.payment_status !== 'paid' ? base : notice
}

function refundNotice(base: Notice, refund: Stripe.Refund): Notice {
  const key = refund.metadata?.['refund'] ?? ''
  const type =
    refund.status === 'succeeded' ? 'refunded' : refund.status === 'failed' || refund.status === 'canceled' ? 'refund_failed' : 'other'
  if (!key.startsWith('rfd_')) return base
  return {
    ...base,
    type,
    charge: idOf(refund.payment_intent) ?? '',
    amount: whole(refund.amount),
    currency: refund.currency.toUpperCase(),
    refund: key,
    problem: refund.failure_reason ?? null,
  }
}

async function disputeNotice(stripe: Stripe, base: Notice, dispute: Stripe.Dispute): Promise<Notice> {
  const intent = idOf(dispute.payment_intent)
  const { status } = dispute
  // An inquiry takes no money; it may become a dispute.
  if (intent === null || status.startsWith('warning')) return base
  const { metadata } = await stripe.paymentIntents.retrieve(intent)
  const reference = ours(metadata['payment'])
  if (reference === null) return base
  const fee = dispute.balance_transactions.reduce((sum, { fee: one }) => sum + whole(one), 0n)
  const { due_by: dueBy } = dispute.evidence_details
  const amount = whole(dispute.amount)
  return {
    ...base,
    type: status === 'won' ? 'dispute_won' : status === 'lost' ? 'dispute_lost' : 'disputed',
    charge: intent,
    reference,
    amount,
    currency: dispute.currency.toUpperCase(),
    dispute: {
      ref: dispute.id,
      amount,
      fee: fee > 0n ? fee : 0n,
      reason: dispute.reason,
      respondBy: dueBy === null ? null : new Date(dueBy * 1000),
    },
  }
}

export async function noticeOf(stripe: Stripe, event: Stripe.Event): Promise<Notice> {
  const merchant = event.account ?? (event.livemode ? 'stripe:live' : 'stripe:test')
  const base = blank(event.id, merchant, event)
  switch (event.type) {
    case 'checkout.session.completed':
      // Bank transfers and the like complete first and are paid days later.
      return event.data.object.payment_status === 'paid'
        ? sessionNotice(stripe, event.id, 'paid', event.data.object, merchant, event)
        : base
    case 'checkout.session.async_payment_succeeded':
      return sessionNotice(stripe, event.id, 'paid', event.data.object, merchant, event)
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return sessionNotice(stripe, event.id, 'failed', event.data.object, merchant, event)
    case 'payment_intent.succeeded':
      return intentNotice(stripe, base, event.data.object, 'paid')
    case 'payment_intent.payment_failed':
    case 'payment_intent.canceled':
      return intentNotice(stripe, base, event.data.object, 'failed')
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated':
      return refundNotice(base, event.data.object)
    case 'charge.refunded': {
      const { data } = await stripe.refunds.list({ charge: event.data.object.id, limit: 1 })
      return data[0] === undefined ? base : refundNotice(base, data[0])
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return disputeNotice(stripe, base, event.data.object)
    default:
      return base
  }
}
