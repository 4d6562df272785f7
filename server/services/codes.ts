/** Codes of vouchers: twelve of Crockford's signs, 60 bits; as QR too. */
import { randomInt } from 'node:crypto'
import { create } from 'qrcode'

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

/** A QR code as the outline of its dark squares: one path in a square of `size` units. */
export function qrOf(text: string): { size: number; path: string } {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  let path = ''
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (!data[y * size + x]) continue
      let end = x
      while (end + 1 < size && data[y * size + end + 1]) end++
      path += `M${x} ${y}h${end - x + 1}v1H${x}z`
      x = end
    }
  return { size, path }
}
