/** The second half of a refund: the provider is told, and its answer is booked. */
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { post } from '../ledger/index.ts'
import { clearing, refunding } from './payments.ts'
import { providerOf } from './providers.ts'
import { endRefund, readRefund } from './store.ts'

/** Books that the money has gone back. Repeats and unknown ids change nothing. */
export async function finishRefund(tx: Tx, id: string, at: Date): Promise<void> {
  const refund = await readRefund(tx, id, true)
  if (refund === undefined || refund.state === 'done') return
  await endRefund(tx, id, 'done', at)
  await post(tx, [
    {
      key: `refunded:${id}`,
      kind: 'refund_sent',
      cause: `refund:${id}`,
      at,
      entries: [
        { account: refunding(refund.provider, refund.currency), amount: -refund.amount },
        { account: clearing(refund.provider, refund.currency), amount: refund.amount, step: 'refund' },
      ],
    },
  ])
}

/** Job `payments.refund`: asks the provider; our id is the key there, so a repeat is harmless. */
export async function sendRefund({ db, config, write }: JobContext, { refund: id }: { refund: string }): Promise<void> {
  const refund = await readRefund(db.read, id)
  if (refund === undefined || refund.state === 'done') return
  const { charge, amount, currency } = refund
  if (charge === null) throw new Error(`refund ${id}: the payment has no charge`)
  const done = await providerOf(refund.provider).refund({ db, config }, { key: id, charge, amount, currency })
  if (done) await write(tx => finishRefund(tx, id, clock.now()))
}
