/** Codes that people type in: Crockford's signs, in groups of four. */
import { createHash, randomInt } from 'node:crypto'

const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const drawn = (length: number): string => Array.from({ length }, () => signs[randomInt(32)]!).join('')
const grouped = (plain: string): string => plain.match(/.{1,4}/g)!.join('-')

/** 80 bits: whoever has it has the money. */
export const newGiftCode = (): string => grouped(drawn(16))
/** 60 bits, asked for at most ten times a minute. */
export const newReleaseCode = (): string => grouped(drawn(12))
export const newSeriesCode = (prefix: string): string => `${prefix === '' ? '' : `${prefix}-`}${drawn(8)}`

/** Without dashes, in capitals, with the signs that look alike put right. */
export const plainOf = (typed: string): string =>
  typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
export const asReleaseCode = (typed: string): string | undefined => {
  const plain = plainOf(typed)
  return plain.length === 12 ? grouped(plain) : undefined
}
/** What is kept of a gift card's code. */
export const hashOf = (typed: string): string =>
  createHash('sha256')
    .update(`gift card ${plainOf(typed)}`)
    .digest('hex')
export const tailOf = (code: string): string => plainOf(code).slice(-4)
