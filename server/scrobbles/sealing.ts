/** Secrets of links rest sealed (AES-256-GCM) under a key made of the planet's own secret; the id of the link is bound in. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Config } from '../foundation/config.ts'

export type Secrets = { token: string } | { apiKey: string; secret: string; session: string }
const keyOf = (config: Pick<Config, 'secret'>): Buffer => Buffer.from(hkdfSync('sha256', config.secret, 'planet', 'links outside', 32))

export function seal(config: Pick<Config, 'secret'>, id: string, secrets: Secrets): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(config), nonce).setAAD(Buffer.from(id))
  return Buffer.concat([nonce, cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** Undefined where the planet's secret has changed since: the listener links again. */
export function unseal(config: Pick<Config, 'secret'>, id: string, sealed: Buffer): Secrets | undefined {
  try {
    const open = createDecipheriv('aes-256-gcm', keyOf(config), sealed.subarray(0, 12), { authTagLength: 16 })
    open.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(-16))
    return JSON.parse(open.update(sealed.subarray(12, -16), undefined, 'utf8') + open.final('utf8')) as Secrets
  } catch {
    return undefined
  }
}
