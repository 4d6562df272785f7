/**
 * Ids are text from URL to table: a type prefix and 26 characters of Crockford base32 that hold a UUIDv7 (time-ordered, so they are good index keys).
 * The client may make the id of what it creates, so a retry is harmless. See docs/decisions/0002.
 */
import { z } from 'zod'

export const idKinds = [
  'usr',
  'ses',
  'org',
  'pag',
  'mem',
  'inv',
  'wrk',
  'rec',
  'rel',
  'trk',
  'lyr',
  'ast',
  'upl',
  'imp',
  'off',
  'ord',
  'lin',
  'pay',
  'rfd',
  'ply',
  'que',
  'spl',
  'sgn',
  'evt',
  'ntf',
  'dwn',
  'acc',
  'vrf',
  // money: claim on income, hold, appeal, refund request, shortfall, dispute, payout, payout batch, payout method, provider's report, exception
  'clm',
  'hld',
  'apl',
  'rfq',
  'sht',
  'dsp',
  'pyo',
  'bat',
  'pym',
  'rpt',
  'exc',
  // a proposed change of what holds
  'prp',
  // listening: contribution to lyrics, playlist, its entry, app key, immigration, listen from outside, link to a server outside, offline device, watched folder, pool
  'ctr',
  'pls',
  'ple',
  'key',
  'imm',
  'lst',
  'lnk',
  'dev',
  'wfd',
  'pol',
  // share made by a Subsonic app
  'shr',
] as const
export type IdKind = (typeof idKinds)[number]

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** The text form of 16 bytes: 26 characters, sorting as the bytes do. */
export function encodeId(bytes: Uint8Array): string {
  let value = 0n
  for (const byte of bytes.subarray(0, 16)) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(value & 31n)] + text
    value >>= 5n
  }
  return text
}

/** 16 bytes of a UUIDv7 for this millisecond and these 10 random bytes. */
export function uuidv7Bytes(milliseconds: number, random: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16)
  let ms = BigInt(milliseconds)
  for (let i = 5; i >= 0; i--) {
    bytes[i] = Number(ms & 255n)
    ms >>= 8n
  }
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes
}

/** Schema of an id of one kind, e.g. `id('rel')`. */
export const id = (kind: IdKind) => z.string().regex(new RegExp(`^${kind}_[0-9a-hjkmnp-tv-z]{26}$`))
