/** Codes of vouchers: twelve of Crockford's signs, 60 bits. */
import { randomInt } from 'node:crypto'

const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const grouped = (plain: string): string => plain.match(/.{1,4}/g)!.join('-')
export const newCode = (): string => grouped(Array.from({ length: 12 }, () => signs[randomInt(32)]!).join(''))
/** As people type it, or as a camera reads it from the address in the QR. */
export function codeOf(typed: string): string {
  const plain = (typed.split(/[=/]/).at(-1) ?? '')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return plain.length === 12 ? grouped(plain) : typed.trim()
}
