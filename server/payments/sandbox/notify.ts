/** The sandbox tells the merchant: a signed POST over HTTP, again and again until it is taken. */
import type { Config } from '../../foundation/config.ts'
import { clock } from '../../foundation/clock.ts'
import type { JobContext } from '../../foundation/jobs.ts'
import { callOwn } from '../../foundation/outside.ts'
import { signedHeaders } from './signature.ts'
import { noteDelivery, readNotification } from './store.ts'

const addresses = new WeakMap<Config, () => string | undefined>()
/** Where this process listens; a process that only works uses the planet's public address. */
export const listensAt = (config: Config, address: () => string | undefined): void => {
  addresses.set(config, address)
}

/** Job `payments.sandbox_notify`. Fails (and is tried again later) while the merchant is away; a refusal is final. */
export async function notifyMerchant({ db, config, log, signal }: JobContext, { notification }: { notification: string }): Promise<void> {
  const found = await readNotification(db.read, notification)
  if (found === undefined || found.deliveredAt !== null) return
  const base = addresses.get(config)?.() ?? config.url
  const headers = { 'content-type': 'application/json', ...signedHeaders(config, found.id, found.body) }
  const { status } = await callOwn(`${base}/api/v1/payments/notify/sandbox`, { method: 'POST', headers, body: found.body, signal })
  const taken = status >= 200 && status < 300
  await noteDelivery(db.write, notification, status, taken ? clock.now() : null)
  if (taken) return
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) log.warn({ notification, status }, 'the sandbox was refused')
  else throw new Error(`the merchant answered ${status}`)
}
