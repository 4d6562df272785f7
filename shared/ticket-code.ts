/**
 * The code of a ticket, as a QR code carries it: `PT1` and, in Crockford base32 (letters of a QR code's small alphabet), 35 bytes and their Ed25519 signature.
 * Bytes: version 1 · ticket (16) · show (16) · turn (2, big end first). Neither Node nor DOM: doors read it in browsers without a network.
 */
import { encodeId } from './uuid.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const places = new Map([...alphabet].map((sign, index) => [sign, index]))
const bodyBytes = 35
const allBytes = bodyBytes + 64

function toBase32(bytes: Uint8Array): string {
  let text = ''
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(value >> bits) & 31]
      value &= (1 << bits) - 1
    }
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}
function fromBase32(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let value = 0
  let bits = 0
  let at = 0
  for (const sign of text) {
    const place = places.get(sign)
    if (place === undefined) return undefined
    value = (value << 5) | place
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (value >> bits) & 255
      value &= (1 << bits) - 1
    }
  }
  return bytes
}

/** The 16 bytes of an id (what follows its prefix). */
export function idBytes(id: string): Uint8Array {
  let value = 0n
  for (const sign of id.slice(-26)) value = (value << 5n) | BigInt('0123456789abcdefghjkmnpqrstvwxyz'.indexOf(sign))
  const bytes = new Uint8Array(16)
  for (let at = 15; at >= 0; at--) {
    bytes[at] = Number(value & 255n)
    value >>= 8n
  }
  return bytes
}

/** What is signed. */
export function ticketBody(ticket: string, show: string, turn: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(bodyBytes)
  body[0] = 1
  body.set(idBytes(ticket), 1)
  body.set(idBytes(show), 17)
  body[33] = turn >> 8
  body[34] = turn & 255
  return body
}
export function ticketText(body: Uint8Array, signature: Uint8Array): string {
  const all = new Uint8Array(allBytes)
  all.set(body)
  all.set(signature, bodyBytes)
  return `PT1${toBase32(all)}`
}

export type TicketCode = { ticket: string; show: string; turn: number; body: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> }
/** What a scanned text says; undefined: no ticket of this kind. Its signature is yet to be proven. */
export function readTicketCode(text: string): TicketCode | undefined {
  const plain = text.trim().toUpperCase()
  if (!plain.startsWith('PT1') || plain.length !== 3 + Math.ceil((allBytes * 8) / 5)) return undefined
  const bytes = fromBase32(plain.slice(3))
  if (bytes === undefined || bytes[0] !== 1) return undefined
  const body = bytes.slice(0, bodyBytes)
  return {
    ticket: `tkt_${encodeId(body.slice(1, 17))}`,
    show: `sho_${encodeId(body.slice(17, 33))}`,
    turn: (body[33]! << 8) | body[34]!,
    body,
    signature: bytes.slice(bodyBytes, allBytes),
  }
}

/** What one typed as a short code: ten signs without what people put between them, and without the letters they mix up. */
export function typedCode(text: string): string | undefined {
  const plain = text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(plain) ? plain : undefined
}
/** For reading aloud: `4F7Q-2M8K-ZX`. */
export const spacedCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`
