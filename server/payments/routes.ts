import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { payments } from '../../shared/payments.ts'
import { z } from 'zod'
import type { Currency } from '../../shared/money.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { handlers, type StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { rawBodyOf } from './mount.ts'
import { receive } from './notifications.ts'
import { payPath, payWith } from './payments.ts'
import { isReady, providerOf, providersFor } from './providers.ts'
import { retryRefund } from './refunds.ts'
import {
  isOrderOf,
  listDisputes,
  listRefunds,
  listStrays,
  paymentsOf,
  readDisputeById,
  setEvidence,
  type DisputeRow,
  type RefundRow,
} from './store.ts'

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
      opened: row.charge !== null,
    })),
  }
}

async function payOrder(tx: Tx, viewer: Viewer, input: Input<'POST /orders/:id/pay'>): Promise<Ok<'POST /orders/:id/pay'>> {
  const payment = await payWith(tx, viewer.id, input.id, input.provider)
  return { payment, payUrl: payPath(payment) }
}

const shownDispute = ({ providerRef, subject, ...row }: DisputeRow): Ok<'PUT /payments/disputes/:id/evidence'> => {
  const currency = row.currency as Currency
  const money = (amount: bigint) => ({ amount, currency })
  return { ...row, ref: providerRef, order: subject, amount: money(row.amount), exposed: money(row.exposed), fee: money(row.fee) }
}
const shownRefund = ({ amount, currency, createdAt, ...row }: RefundRow): Ok<'POST /payments/refunds/:id/retry'> => ({
  ...row,
  amount: { amount, currency: currency as Currency },
  at: createdAt,
})

/** Where a list sorted by time and id goes on. */
function afterOf(text: string | undefined): { at: Date; id: string } | null {
  const [at, id] = fromCursor(text, [cursorTime, z.string()]) ?? []
  return at === undefined ? null : { at, id: id! }
}

async function getDisputes(db: Read, _viewer: Viewer, input: Input<'GET /payments/disputes'>): Promise<Ok<'GET /payments/disputes'>> {
  const rows = await listDisputes(db, { state: input.state ?? null, after: afterOf(input.cursor), limit: input.limit + 1 })
  return pageOf(rows, input.limit, shownDispute, row => toCursor(row.openedAt, row.id))
}
async function putEvidence(
  tx: Tx,
  _viewer: Viewer,
  input: Input<'PUT /payments/disputes/:id/evidence'>,
): Promise<Ok<'PUT /payments/disputes/:id/evidence'>> {
  const row = await readDisputeById(tx, input.id)
  if (row === undefined) throw fault('not_found')
  await setEvidence(tx, input.id, input.evidence)
  return shownDispute({ ...row, evidence: input.evidence })
}
async function getRefunds(db: Read, _viewer: Viewer, input: Input<'GET /payments/refunds'>): Promise<Ok<'GET /payments/refunds'>> {
  const rows = await listRefunds(db, { state: input.state ?? null, after: afterOf(input.cursor), limit: input.limit + 1 })
  return pageOf(rows, input.limit, shownRefund, row => toCursor(row.createdAt, row.id))
}

type Stray = Ok<'GET /payments/strays'>['items'][number]
async function getStrays(db: Read, _viewer: Viewer, input: Input<'GET /payments/strays'>): Promise<Ok<'GET /payments/strays'>> {
  const rows = await listStrays(db, afterOf(input.cursor), input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => ({ ...row, outcome: row.outcome as Stray['outcome'] }),
    row => toCursor(row.at, row.id),
  )
}

async function takeNotification(
  ctx: StreamContext,
  _viewer: Viewer | null,
  input: Input<'POST /payments/notify/:provider'>,
): Promise<Ok<'POST /payments/notify/:provider'> | StreamContext['reply']> {
  const provider = providerOf(input.provider)
  // The sandbox may still tell of what was paid there before.
  if (!provider.sandbox && !isReady(provider, ctx.config)) throw fault('not_found')
  await receive(ctx.write, ctx.config, input.provider, ctx.request.headers, rawBodyOf(ctx.request))
  return provider.taken === undefined ? { received: true } : ctx.reply.type('text/plain; charset=utf-8').send(provider.taken)
}

export const routes = handlers(payments, {
  'GET /payments/providers': async (_db, _viewer, { currency }) => ({
    items: providersFor(currency).map(({ id, name, sandbox }) => ({ id, name, sandbox })),
  }),
  'GET /orders/:id/payments': getPayments,
  'POST /orders/:id/pay': payOrder,
  'GET /payments/disputes': getDisputes,
  'PUT /payments/disputes/:id/evidence': putEvidence,
  'GET /payments/refunds': getRefunds,
  'GET /payments/strays': getStrays,
  'POST /payments/refunds/:id/retry': async (tx, viewer, input) => shownRefund(await retryRefund(tx, input.id, viewer.id, input.reason)),
  'POST /payments/notify/:provider': takeNotification,
})
