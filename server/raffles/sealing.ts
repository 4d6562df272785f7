/** Seeds rest sealed (AES-256-GCM) under a key made of the planet's own secret until they are shown; the raffle is bound in. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Config } from '../foundation/config.ts'
import { randomToken } from '../foundation/clock.ts'

type Secret = Pick<Config, 'secret'>
const keyOf = (config: Secret): Buffer => Buffer.from(hkdfSync('sha256', config.secret, 'planet', 'seeds of raffles', 32))

/** 32 random bytes as 64 hex digits. */
export const makeSeed = (): string => Buffer.from(randomToken(32), 'base64url').toString('hex')

export function seal(config: Secret, raffle: string, seed: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(config), nonce).setAAD(Buffer.from(raffle))
  return Buffer.concat([nonce, cipher.update(seed, 'utf8'), cipher.final(), cipher.getAuthTag()])
}
/** Undefined where the planet's secret has changed since. */
export function unseal(config: Secret, raffle: string, sealed: Buffer): string | undefined {
  try {
    const open = createDecipheriv('aes-256-gcm', keyOf(config), sealed.subarray(0, 12), { authTagLength: 16 })
    open.setAAD(Buffer.from(raffle)).setAuthTag(sealed.subarray(-16))
    return open.update(sealed.subarray(12, -16), undefined, 'utf8') + open.final('utf8')
  } catch {
    return undefined
  }
}
