/**
 * Chargebacks: a payer's bank takes money back, and it is contested. The provider's side is booked here; what it means for those who were paid belongs to
 * the room that registers for the purpose (`takeDisputesFor`).
 */
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { post, type AccountRef } from '../ledger/index.ts'
import { clearing, disputed, feeAccount, planetCosts, refunding } from './payments.ts'
import type { Notice } from './providers.ts'
import { sourceOf } from './refunds.ts'
import {
  closeDispute,
  coverRefund,
  insertDispute,
  openRefundsOf,
  readDispute,
  setDisputeFee,
  type DisputeRow,
  type PaymentRow,
} from './store.ts'

/** A dispute as the room of its purpose sees it. `amount`: what those who were paid answer for (what was not refunded before), > 0. `subject`: the order. */
export type Dispute = {
  id: string
  payment: string
  subject: string
  provider: string
  amount: bigint
  currency: string
  fee: bigint
  reason: string
  at: Date
}
/**
 * Runs in the transaction of the notification, the payment locked, before anything is posted. `opened` sets the money aside; `won` lets it go; `lost` brings `amount`
 * to `disputed(provider, currency)` by transfers of kind `chargeback_lost` and cause `dispute:<id>`.
 */
export type DisputeHandler = {
  opened: (tx: Tx, dispute: Dispute) => Promise<void>
  won: (tx: Tx, dispute: Dispute) => Promise<void>
  lost: (tx: Tx, dispute: Dispute) => Promise<void>
}
const handlers = new Map<string, DisputeHandler>()
export const takeDisputesFor = (purpose: 'order' | 'budget', handler: DisputeHandler): void => {
  handlers.set(purpose, handler)
}

/** Where nobody answers for a purpose the planet does. */
const planetBears: DisputeHandler = {
  opened: async () => undefined,
  won: async () => undefined,
  lost: (tx, { id, provider, currency, amount, at }) =>
    move(tx, `chargeback_lost:${id}`, 'chargeback_lost', id, at, planetCosts(currency), disputed(provider, currency), amount),
}

/** Moves `amount` from one account to the other, for this dispute. */
async function move(
  tx: Tx,
  key: string,
  kind: string,
  dispute: string,
  at: Date,
  from: AccountRef,
  to: AccountRef,
  amount: bigint,
): Promise<void> {
  await post(tx, [
    {
      key,
      kind,
      cause: `dispute:${dispute}`,
      at,
      entries: [
        { account: from, amount: -amount },
        { account: to, amount, step: 'dispute' },
      ],
    },
  ])
}

const seen = (row: DisputeRow, at: Date): Dispute => {
  const { id, payment, subject, provider, exposed, currency, fee, reason } = row
  return { id, payment, subject, provider, amount: exposed, currency, fee, reason, at }
}

async function bookFee(tx: Tx, row: DisputeRow, before: bigint, at: Date): Promise<void> {
  const { id, provider, currency, fee } = row
  if (fee === before) return
  const [costs, kept] = [planetCosts(currency), feeAccount(provider, currency)]
  const key = `dispute_fee:${id}:${before}:${fee}`
  await (fee > before
    ? move(tx, key, 'dispute_fee', id, at, costs, kept, fee - before)
    : move(tx, key, 'dispute_fee', id, at, kept, costs, before - fee))
}

async function open(
  tx: Tx,
  payment: PaymentRow,
  given: NonNullable<Notice['dispute']>,
  handler: DisputeHandler,
  at: Date,
): Promise<DisputeRow> {
  const left = payment.amount - payment.refunded - payment.disputed
  const exposed = given.amount < left ? given.amount : left
  const { provider, currency, subject } = payment
  const row: DisputeRow = {
    id: newId('dsp', at),
    provider,
    providerRef: given.ref,
    payment: payment.id,
    subject,
    amount: given.amount,
    exposed,
    currency,
    fee: given.fee,
    reason: given.reason,
    state: 'open',
    respondBy: given.respondBy,
    evidence: '',
    openedAt: at,
    closedAt: null,
  }
  await insertDispute(tx, row)
  payment.disputed += exposed
  if (exposed > 0n) await handler.opened(tx, seen(row, at))
  await move(tx, `chargeback:${row.id}`, 'chargeback', row.id, at, disputed(provider, currency), clearing(provider, currency), row.amount)
  await bookFee(tx, row, 0n, at)
  return row
}

/** The part of a lost dispute that refunds were to bring: those that had not gone out yet are not needed any more, the planet bears what went out twice. */
async function coverRest(tx: Tx, row: DisputeRow, at: Date): Promise<void> {
  const { id, provider, currency } = row
  let rest = row.amount - row.exposed
  const gone = disputed(provider, currency)
  if (rest > 0n)
    for (const refund of await openRefundsOf(tx, row.payment)) {
      const open = refund.amount - refund.covered
      const part = open < rest ? open : rest
      if (part === 0n) continue
      const from = refund.state === 'asked' ? refunding(provider, currency) : sourceOf(refund)
      await move(tx, `chargeback_lost:${id}:${refund.id}`, 'chargeback_lost', id, at, from, gone, part)
      await coverRefund(tx, refund.id, part, at)
      rest -= part
    }
  if (rest > 0n) await move(tx, `chargeback_lost:${id}:planet`, 'chargeback_lost', id, at, planetCosts(currency), gone, rest)
}

async function close(
  tx: Tx,
  payment: PaymentRow,
  row: DisputeRow,
  state: 'won' | 'lost',
  handler: DisputeHandler,
  at: Date,
): Promise<void> {
  const { id, provider, currency } = row
  await closeDispute(tx, row, state, at)
  if (row.exposed > 0n) await handler[state](tx, seen(row, at))
  if (state === 'won') {
    payment.disputed -= row.exposed
    await move(tx, `chargeback_won:${id}`, 'chargeback_won', id, at, clearing(provider, currency), disputed(provider, currency), row.amount)
  } else await coverRest(tx, row, at)
  // Refunds waited for the decision.
  for (const refund of await openRefundsOf(tx, payment.id))
    if (refund.state === 'asked') await enqueue(tx, 'payments.refund', { refund: refund.id })
}

/**
 * Books what a provider says of a dispute of this payment (locked and paid). Won or lost before opened was told: both happen now. False when nothing of it is new.
 */
export async function applyDispute(tx: Tx, payment: PaymentRow, notice: Notice, at: Date = clock.now()): Promise<boolean> {
  const given = notice.dispute!
  const handler = handlers.get(payment.purpose) ?? planetBears
  const before = await readDispute(tx, payment.provider, given.ref)
  const row = before === undefined ? await open(tx, payment, given, handler, at) : { ...before }
  let news = before === undefined
  // What it costs in the end is told with the decision.
  if (before?.state === 'open' && notice.type !== 'disputed' && given.fee !== before.fee) {
    row.fee = given.fee
    await setDisputeFee(tx, row.id, given.fee)
    await bookFee(tx, row, before.fee, at)
    news = true
  }
  if (notice.type !== 'disputed' && row.state === 'open') {
    await close(tx, payment, row, notice.type === 'dispute_won' ? 'won' : 'lost', handler, at)
    news = true
  }
  return news
}
