/** payments: providers behind one door. A provider sends signed notifications; the money is posted when one is true. */
import { z } from 'zod'
import { query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { money } from './money.ts'
import { time } from './time.ts'

/** asked: the provider knows of it · paid · failed: may be tried again · closed: can no longer be paid. */
export const paymentState = z.enum(['asked', 'paid', 'failed', 'closed'])

export const payments = room('payments', {
  'GET /payments/providers': query({
    access: 'anyone',
    summary: 'How one can pay here.',
    ok: z.object({ items: z.array(z.object({ id: z.string(), name: z.string(), sandbox: z.boolean() })) }),
  }),
  'GET /orders/:id/payments': query({
    access: 'member',
    summary: 'Tries to pay an order of one’s own.',
    input: { id: id('ord') },
    ok: z.object({
      items: z.array(
        z.object({ id: id('pay'), provider: z.string(), state: paymentState, amount: money, at: time, problem: z.string().nullable() }),
      ),
    }),
    faults: ['not_found'],
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
