/** payments: providers behind one door. A provider sends signed notifications; the money is posted when one is true. */
import { z } from 'zod'
import { command, cursor, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { currency, money } from './money.ts'
import { time } from './time.ts'

/** asked: the provider knows of it · paid · failed: may be tried again · closed: can no longer be paid. */
export const paymentState = z.enum(['asked', 'paid', 'failed', 'closed'])

export const disputeState = z.enum(['open', 'won', 'lost'])
/** `exposed`: the part of it that was not refunded before, which those who were paid answer for. */
export const PaymentDispute = z.object({
  id: id('dsp'),
  provider: z.string(),
  ref: z.string(),
  order: z.string(),
  payment: id('pay'),
  amount: money,
  exposed: money,
  fee: money,
  reason: z.string(),
  state: disputeState,
  respondBy: time.nullable(),
  evidence: z.string(),
  openedAt: time,
  closedAt: time.nullable(),
})
export const refundState = z.enum(['asked', 'done', 'failed'])
/** `subject`: what was refunded, a line or an order. */
export const PaymentRefund = z.object({
  id: id('rfd'),
  provider: z.string(),
  payment: id('pay'),
  subject: z.string(),
  amount: money,
  reason: z.string(),
  state: refundState,
  problem: z.string().nullable(),
  attempt: z.number().int(),
  at: time,
})

export const payments = room('payments', {
  'GET /payments/providers': query({
    access: 'anyone',
    summary: 'How one can pay here (in this currency), the usual way first.',
    input: { currency: currency.optional() },
    ok: z.object({ items: z.array(z.object({ id: z.string(), name: z.string(), sandbox: z.boolean() })) }),
  }),
  'GET /orders/:id/payments': query({
    access: 'member',
    summary: 'Tries to pay an order of one’s own.',
    input: { id: id('ord') },
    ok: z.object({
      items: z.array(
        z.object({
          id: id('pay'),
          provider: z.string(),
          state: paymentState,
          amount: money,
          at: time,
          problem: z.string().nullable(),
          /** The payer has been to the provider: it may be under way. */
          opened: z.boolean(),
        }),
      ),
    }),
    faults: ['not_found'],
  }),
  'POST /orders/:id/pay': command({
    access: 'member',
    summary: 'Pays an order of one’s own that waits, through this provider; another provider’s charge is closed. Twice is once.',
    input: { id: id('ord'), provider: z.string().min(2).max(20) },
    ok: z.object({ payment: id('pay'), payUrl: z.string() }),
    faults: ['not_found', 'already_paid', 'order_closed', 'provider_closed'],
  }),
  'GET /payments/disputes': query({
    access: 'finance',
    summary: 'Payments whose payers’ banks took them back, newest first.',
    input: { state: disputeState.optional(), cursor: cursor(), limit: limit() },
    ok: page(PaymentDispute),
  }),
  'PUT /payments/disputes/:id/evidence': command({
    access: 'finance',
    summary: 'What is known about a dispute, for who answers it at the provider.',
    input: { id: id('dsp'), evidence: text(20_000) },
    ok: PaymentDispute,
    faults: ['not_found'],
  }),
  'GET /payments/refunds': query({
    access: 'finance',
    summary: 'Money that is going, went or did not go back to payers, newest first.',
    input: { state: refundState.optional(), cursor: cursor(), limit: limit() },
    ok: page(PaymentRefund),
  }),
  'GET /payments/strays': query({
    access: 'finance',
    summary:
      'Notifications of providers that were signed and did not fit (amount, currency, charge, account), newest first. They changed nothing.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(
      z.object({
        id: z.string(),
        provider: z.string(),
        type: z.string(),
        payment: z.string().nullable(),
        outcome: z.enum(['foreign', 'unknown', 'other_charge', 'wrong_amount', 'wrong_currency']),
        at: time,
      }),
    ),
  }),
  'POST /payments/refunds/:id/retry': command({
    access: 'finance',
    summary: 'Has a refund that failed tried again.',
    input: { id: id('rfd'), reason: line(500) },
    ok: PaymentRefund,
    faults: ['not_found', 'refund_not_failed', 'insufficient'],
  }),
  'POST /payments/notify/:provider': stream({
    access: 'anyone',
    summary: 'Where a provider’s signed notification arrives. Repeats have no further effect.',
    input: { provider: z.string().regex(/^[a-z]{2,20}$/) },
    ok: z.object({ received: z.literal(true) }),
    faults: ['bad_signature', 'not_found', 'wrong_amount'],
    bodyLimit: 65_536,
  }),
})
