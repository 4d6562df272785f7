import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { payments } from '../../shared/payments.ts'
import type { Currency } from '../../shared/money.ts'
import type { Read } from '../foundation/db.ts'
import { handlers, type StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { rawBodyOf } from './mount.ts'
import { receive } from './notifications.ts'
import { providers } from './providers.ts'
import { isOrderOf, paymentsOf } from './store.ts'

type Entries = typeof payments.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

async function getPayments(db: Read, viewer: Viewer, input: Input<'GET /orders/:id/payments'>): Promise<Ok<'GET /orders/:id/payments'>> {
  const rows = await paymentsOf(db, input.id, viewer.id)
  if (rows.length === 0 && !(await isOrderOf(db, input.id, viewer.id))) throw fault('not_found')
  return {
    items: rows.map(row => ({
      id: row.id,
      provider: row.provider,
      state: row.state,
      amount: { amount: row.amount, currency: row.currency as Currency },
      at: row.paidAt ?? row.createdAt,
      problem: row.problem,
    })),
  }
}

async function takeNotification(
  ctx: StreamContext,
  _viewer: Viewer | null,
  input: Input<'POST /payments/notify/:provider'>,
): Promise<Ok<'POST /payments/notify/:provider'>> {
  await receive(ctx.write, ctx.config, input.provider, ctx.request.headers, rawBodyOf(ctx.request))
  return { received: true }
}

export const routes = handlers(payments, {
  'GET /payments/providers': async () => ({ items: providers().map(({ id, name, sandbox }) => ({ id, name, sandbox })) }),
  'GET /orders/:id/payments': getPayments,
  'POST /payments/notify/:provider': takeNotification,
})
