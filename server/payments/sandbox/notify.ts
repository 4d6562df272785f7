/** The sandbox tells the merchant: a signed POST over HTTP, again and again until it is taken. */
import type { Config } from '../../foundation/config.ts'
import { clock } from '../../foundation/clock.ts'
import type { JobContext } from '../../foundation/jobs.ts'
import { callOwn } from '../../foundation/outside.ts'
import { signedHeaders } from './signature.ts'
import { claimDue, noteDelivery, readNotification, type Notification } from './store.ts'

const addresses = new WeakMap<Config, () => string | undefined>()
/** Where this process listens; a process that only works uses the planet's public address. */
export const listensAt = (config: Config, address: () => string | undefined): void => {
  addresses.set(config, address)
}

const mostAtOnce = 24
const claimMs = 15_000

async function send({ db, config, log, signal }: JobContext, { id, body }: Notification): Promise<void> {
  const base = addresses.get(config)?.() ?? config.url
  const headers = { 'content-type': 'application/json', ...signedHeaders(config, id, body) }
  const { status } = await callOwn(`${base}/api/v1/payments/notify/sandbox`, { method: 'POST', headers, body, signal })
  const taken = status >= 200 && status < 300
  await noteDelivery(db.write, id, status, taken ? clock.now() : null)
  if (taken) return
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) log.warn({ notification: id, status }, 'the sandbox was refused')
  else throw new Error(`the merchant answered ${status}`)
}

/**
 * Job `payments.sandbox_notify`, one for each notification. Takes others along that are due, whose own jobs then have nothing to do: after a rush or a crash
 * they go out many at a time. Fails (and is tried again later) while the merchant is away; a refusal is final.
 */
export async function notifyMerchant(context: JobContext, { notification }: { notification: string }): Promise<void> {
  const { db } = context
  const found = await readNotification(db.read, notification)
  if (found === undefined || found.deliveredAt !== null) return
  const now = clock.now()
  const others = await claimDue(db.write, notification, now, new Date(now.getTime() + claimMs), mostAtOnce)
  const [own] = await Promise.allSettled([found, ...others].map(one => send(context, one)))
  if (own!.status === 'rejected') throw own!.reason
}
