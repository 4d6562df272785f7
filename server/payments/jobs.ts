import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { take } from './notifications.ts'
import { isReady, offerProviders, providerOf } from './providers.ts'
import { sendRefund } from './refunds.ts'
import { notifyMerchant } from './sandbox/notify.ts'
import { claimWatched, dropWatched, noteWatched, readPayment, readRefund } from './store.ts'

/** A refund that its provider took and did not tell of: the same request again is answered by how it stands. */
async function askRefund(context: JobContext, id: string): Promise<boolean> {
  if ((await readRefund(context.db.write, id))?.state === 'asked') await sendRefund(context, { refund: id })
  return (await readRefund(context.db.write, id))?.state !== 'asked'
}

/** Asks the provider how one payment stands, takes what it says, and closes there what is closed here. True when there is nothing more to ask. */
async function ask(context: JobContext, id: string): Promise<boolean> {
  if (id.startsWith('rfd_')) return askRefund(context, id)
  const { db, config } = context
  const payment = await readPayment(db.write, id)
  if (payment === undefined || payment.state === 'paid') return true
  const provider = providerOf(payment.provider)
  const { query, close } = provider
  if (query === undefined || !isReady(provider, config)) return payment.state === 'closed'
  const about = { payment: id, charge: payment.charge }
  const told = async (): Promise<boolean> => {
    const notice = await query({ db, config }, about)
    if (notice === null) return false
    const outcome = await take(db.transaction, { provider: provider.id, merchant: provider.merchant(config), notice })
    return outcome === 'paid' || outcome === 'repeat'
  }
  if (await told()) return true
  if (payment.state !== 'closed') return false
  await close?.({ db, config }, about)
  // It may have been paid just before.
  await told()
  return true
}

const most = 20
const everyMs = 60_000

/**
 * Every minute: payments and refunds that providers know of and nobody reported for a while. Each is asked again after a growing pause, so an hour without the provider
 * loses nothing.
 */
const query = async (context: JobContext): Promise<void> => {
  const { write, log, signal } = context
  try {
    while (!signal?.aborted) {
      const due = await write(tx => claimWatched(tx, clock.now(), most))
      await Promise.all(
        due.map(async ({ id }) => {
          try {
            if (await ask(context, id)) await write(tx => dropWatched(tx, id))
          } catch (error) {
            log.warn({ err: error, id }, 'a provider could not be asked')
            await write(tx => noteWatched(tx, id, (error as Error).message.slice(0, 300)))
          }
        }),
      )
      if (due.length < most) return
    }
  } finally {
    await write(tx =>
      enqueue(
        tx,
        'payments.query',
        {},
        { key: 'payments.query', queue: 'payments.query', runAt: new Date(clock.now().getTime() + everyMs) },
      ),
    )
  }
}

/** At the start of a worker: it learns which providers there are, and the round that keeps itself going begins. */
export const startPaymentsWork = (db: Db, config: Config): Promise<void> => {
  offerProviders(config)
  return db.transaction(tx => enqueue(tx, 'payments.query', {}, { key: 'payments.query', queue: 'payments.query' }))
}

export const jobs = {
  'payments.query': query,
  'payments.refund': sendRefund,
  'payments.sandbox_notify': notifyMerchant,
} satisfies Jobs
