import type { Hashes } from '../../shared/raffle-draw.ts'

const utf8 = new TextEncoder()
const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, '0')).join('')
let known: { key: string; made: Promise<CryptoKey> } | undefined

/** The two hashes as browsers have them; only on secure addresses. */
export const hashes: Hashes = {
  sha256: async text => hex(await crypto.subtle.digest('SHA-256', utf8.encode(text))),
  hmac: async (key, text) => {
    if (known?.key !== key)
      known = { key, made: crypto.subtle.importKey('raw', utf8.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']) }
    return hex(await crypto.subtle.sign('HMAC', await known.made, utf8.encode(text)))
  },
}
