/** Web push (RFC 8030, 8291, 8292): what is said is sealed for one browser, signed with this planet's key, and handed to the browser's push service. */
import type { RequestDetails } from 'web-push'
import type { Config } from './config.ts'
import type { Db } from './db.ts'
import { later } from './later.ts'
import { BlockedAddress, fetchOutside } from './outside.ts'
import { keepSetting, readSetting } from './settings.ts'

const webpush = later<typeof import('web-push')>('web-push')

export type PushKeys = { publicKey: string; privateKey: string }
const name = 'push_keys'

/** The planet's pair of keys, made once: browsers that subscribed are bound to it. */
export async function pushKeys(db: Db): Promise<PushKeys> {
  const known = await readSetting<PushKeys>(db.read, name)
  if (known !== undefined) return known
  return db.transaction(tx => keepSetting(tx, name, webpush().generateVAPIDKeys()))
}

export type Subscription = { endpoint: string; p256dh: string; auth: string }
/** `gone`: nobody will ever listen there again. `later`: try again, in ms if told. */
export type PushAnswer = { kind: 'sent' | 'gone' | 'refused' } | { kind: 'later'; ms: number | null } | { kind: 'unsure' }

/** `topic` replaces an undelivered push of the same topic at the service (at most 32 characters of base64url). */
export async function sendPush(
  config: Pick<Config, 'url' | 'pushOrigins'>,
  keys: PushKeys,
  to: Subscription,
  payload: object,
  options: { topic: string; ttlSeconds: number },
): Promise<PushAnswer> {
  let request: RequestDetails
  try {
    request = webpush().generateRequestDetails(
      { endpoint: to.endpoint, keys: { p256dh: to.p256dh, auth: to.auth } },
      Buffer.from(JSON.stringify(payload)),
      {
        vapidDetails: { subject: config.url.startsWith('https:') ? config.url : 'https://planet.invalid', ...keys },
        TTL: options.ttlSeconds,
        topic: options.topic,
        urgency: 'normal',
        contentEncoding: 'aes128gcm',
      },
    )
  } catch {
    // A key that is none.
    return { kind: 'gone' }
  }
  try {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]))
    const answer = await fetchOutside(request.endpoint, {
      method: 'POST',
      headers,
      body: request.body ?? '',
      redirects: 0,
      maxBytes: 64 * 1024,
      trusted: config.pushOrigins,
    })
    if (answer.status >= 200 && answer.status < 300) return { kind: 'sent' }
    if (answer.status === 404 || answer.status === 410) return { kind: 'gone' }
    if (answer.status === 429 || answer.status >= 500) {
      const seconds = Number(answer.headers['retry-after'])
      return { kind: 'later', ms: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null }
    }
    return { kind: 'refused' }
  } catch (error) {
    if (error instanceof BlockedAddress) return { kind: 'gone' }
    const { code } = error as { code?: string }
    // Nobody was reached, so nobody took it.
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EHOSTUNREACH')
      return { kind: 'later', ms: null }
    return { kind: 'unsure' }
  }
}
