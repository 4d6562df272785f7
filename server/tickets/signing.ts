/** The planet's key for tickets, made once, and what it signs. */
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import type { Read, Tx } from '../foundation/db.ts'
import { keepSetting, readSetting } from '../foundation/settings.ts'
import { ticketBody, ticketText, type TicketCode } from '../../shared/ticket-code.ts'

const setting = 'tickets.key'
/** PKCS #8, base64. */
type Kept = { private: string }
export type Signer = {
  /** Raw, base64url. */
  publicKey: string
  sign: (body: Uint8Array) => Buffer
  code: (ticket: { id: string; show: string; turn: number }) => string
  /** A secret text that belongs to this name for ever: links that can be shown again. */
  secretOf: (name: string) => string
}
const known = new Map<string, Signer>()
const raw = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x!

function signerOf(kept: Kept): Signer {
  const before = known.get(kept.private)
  if (before !== undefined) return before
  const bytes = Buffer.from(kept.private, 'base64')
  const key = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
  const made: Signer = {
    publicKey: raw(key),
    sign: body => sign(null, body, key),
    code: ({ id, show, turn }) => {
      const body = ticketBody(id, show, turn)
      return ticketText(body, sign(null, body, key))
    },
    secretOf: name => createHmac('sha256', bytes).update(name).digest('base64url').slice(0, 32),
  }
  known.set(kept.private, made)
  return made
}

/** Made with the first ticket. */
export async function ensureKey(tx: Tx): Promise<Signer> {
  const kept = await readSetting<Kept>(tx, setting)
  if (kept !== undefined) return signerOf(kept)
  const { privateKey } = generateKeyPairSync('ed25519')
  return signerOf(await keepSetting<Kept>(tx, setting, { private: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') }))
}
export async function findSigner(db: Read | Tx): Promise<Signer | undefined> {
  const kept = await readSetting<Kept>(db, setting)
  return kept === undefined ? undefined : signerOf(kept)
}
/** There is a key as soon as there is a ticket. */
export async function readSigner(db: Read | Tx): Promise<Signer> {
  const found = await findSigner(db)
  if (found === undefined) throw new Error('tickets exist, but no key signed them')
  return found
}

/** Whether the planet signed this code. */
export const proves = ({ body, signature }: TicketCode, publicKey: string): boolean =>
  verify(null, body, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' }), signature)
