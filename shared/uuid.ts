/** The bytes of an id and its text (shared/ids.ts): without zod, since browsers make ids too and need no schema for it. */
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
