/** The second half of a refund: the provider is told, and its answer is booked. A refund that fails puts the money back where it came from and waits for a person. */
import { Fault, fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import { post, refKey, type AccountRef } from '../ledger/index.ts'
import { clearing, refunding } from './payments.ts'
import { providerOf } from './providers.ts'
import { againRefund, endRefund, hasOpenDispute, readRefund, watchRefund, type RefundRow } from './store.ts'

/** What the provider knows a try by: our id, and from the second try on its number, so that a failed one is not answered from its memory. */
const keyOf = ({ id, attempt }: RefundRow): string => (attempt === 1 ? id : `${id}-${attempt}`)
/** A provider that said it would tell is asked after this long. */
const askAfterMs = 3600_000
const idOf = (key: string): string => key.split('-')[0]!

/**
 * Where a refund's money waits when it did not go out: where it was taken from. What had been paid twice was taken from the provider's account itself and
 * belongs to nobody else: it stays on its way back.
 */
export const sourceOf = ({ sourceOwner, sourcePurpose, currency, provider }: RefundRow): AccountRef =>
  sourceOwner.startsWith('provider:') ? refunding(provider, currency) : { owner: sourceOwner, purpose: sourcePurpose, asset: currency }

async function move(tx: Tx, refund: RefundRow, kind: string, from: AccountRef, to: AccountRef, at: Date): Promise<void> {
  const amount = refund.amount - refund.covered
  if (refKey(from) === refKey(to)) return
  await post(tx, [
    {
      key: `${kind === 'refund_sent' ? 'refunded' : kind}:${keyOf(refund)}`,
      kind,
      cause: `refund:${refund.id}`,
      at,
      entries: [
        { account: from, amount: -amount },
        { account: to, amount, step: 'refund' },
      ],
    },
  ])
}

/** Books that the money has gone back. Repeats, old news and unknown keys change nothing. */
export async function finishRefund(tx: Tx, key: string, at: Date): Promise<boolean> {
  const refund = await readRefund(tx, idOf(key), true)
  if (refund === undefined || refund.state !== 'asked' || key !== keyOf(refund)) return false
  await endRefund(tx, refund.id, 'done', at)
  const { provider, currency } = refund
  await move(tx, refund, 'refund_sent', refunding(provider, currency), clearing(provider, currency), at)
  return true
}

/** Books that it did not go back, or came back: it is again where it was taken from. Repeats, old news and unknown keys change nothing. */
export async function failRefund(tx: Tx, key: string, problem: string, at: Date): Promise<boolean> {
  const refund = await readRefund(tx, idOf(key), true)
  if (refund === undefined || refund.state === 'failed' || refund.covered === refund.amount || key !== keyOf(refund)) return false
  await endRefund(tx, refund.id, 'failed', at, problem)
  const { provider, currency } = refund
  const from = refund.state === 'done' ? clearing(provider, currency) : refunding(provider, currency)
  await move(tx, refund, 'refund_failed', from, sourceOf(refund), at)
  return true
}

/** Has a failed refund tried again, by decision of this person. */
export async function retryRefund(tx: Tx, id: string, by: string, reason: string): Promise<RefundRow> {
  const refund = await readRefund(tx, id, true)
  if (refund === undefined) throw fault('not_found')
  if (refund.state !== 'failed') throw fault('conflict', 'refund_not_failed')
  await againRefund(tx, id, by, reason)
  const again: RefundRow = { ...refund, state: 'asked', problem: null, attempt: refund.attempt + 1 }
  await move(tx, again, 'refund', sourceOf(again), refunding(again.provider, again.currency), clock.now())
  await enqueue(tx, 'payments.refund', { refund: id }, { maxAttempts: 25 })
  return again
}

/** Job `payments.refund`: asks the provider; our id is the key there, so a repeat is harmless. It waits while the payer's bank contests the payment. */
export async function sendRefund({ db, config, write }: JobContext, { refund: id }: { refund: string }): Promise<void> {
  const refund = await readRefund(db.read, id)
  if (refund === undefined || refund.state !== 'asked' || (await hasOpenDispute(db.read, refund.payment))) return
  const { charge, currency } = refund
  if (charge === null) throw new Error(`refund ${id}: the payment has no charge`)
  const key = keyOf(refund)
  try {
    const done = await providerOf(refund.provider).refund({ db, config }, { key, charge, amount: refund.amount - refund.covered, currency })
    const now = clock.now()
    await write(async tx => {
      if (done) await finishRefund(tx, key, now)
      else await watchRefund(tx, id, new Date(now.getTime() + askAfterMs))
    })
  } catch (error) {
    // A refusal is final; anything else is tried again.
    if (!(error instanceof Fault) || error.kind !== 'unprocessable') throw error
    await write(tx => failRefund(tx, key, error.code, clock.now()))
  }
}
