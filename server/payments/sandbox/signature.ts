/**
 * Signatures of the sandbox's notifications, after Standard Webhooks: HMAC-SHA-256 over `id.timestamp.body`. Merchant and provider share the secret;
 * here both derive it from the planet's own secret.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { fault } from '../../../shared/faults.ts'
import { clock } from '../../foundation/clock.ts'
import type { Config } from '../../foundation/config.ts'
import type { Headers } from '../providers.ts'

/** How old, or how far ahead, a signed moment may be. */
const toleranceSeconds = 300
const derive = (config: Config, what: string): Buffer => createHmac('sha256', config.secret).update(`sandbox ${what}`).digest()

/** Who this planet is at the sandbox. */
export const merchantOf = (config: Config): string => `mer_${derive(config, 'merchant').toString('hex').slice(0, 16)}`

const signature = (config: Config, id: string, timestamp: string, body: string): string =>
  createHmac('sha256', derive(config, 'notifications')).update(`${id}.${timestamp}.${body}`).digest('base64')

/** The headers to send with a notification now. */
export function signedHeaders(config: Config, id: string, body: string, at: Date = clock.now()): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature(config, id, timestamp, body)}` }
}

/** The notification's id when signature and age are right; else `bad_signature`. Several signatures (of keys being changed) may stand in the header. */
export function checkSignature(config: Config, headers: Headers, body: string): string {
  const [id, timestamp, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name => headers[name])
  const wrong = fault('unauthenticated', 'bad_signature')
  if (
    typeof id !== 'string' ||
    typeof timestamp !== 'string' ||
    typeof given !== 'string' ||
    !/^\d{1,12}$/.test(timestamp) ||
    id.length > 200
  )
    throw wrong
  if (Math.abs(clock.now().getTime() / 1000 - Number(timestamp)) > toleranceSeconds) throw wrong
  const right = Buffer.from(signature(config, id, timestamp, body))
  const found = given.split(' ').some(one => {
    const [version, text = ''] = one.split(',')
    const bytes = Buffer.from(text)
    return version === 'v1' && bytes.length === right.length && timingSafeEqual(bytes, right)
  })
  if (!found) throw wrong
  return id
}
