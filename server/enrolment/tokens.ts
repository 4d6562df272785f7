/** Personal links: made from the line they stand for, so that none is kept. */
import { createHmac, timingSafeEqual } from 'node:crypto'

const mac = (secret: string, list: string, n: number): string =>
  createHmac('sha256', secret).update(`enrolment ${list} ${n}`).digest('base64url').slice(0, 24)

/** The token of a line's invitation. */
export const tokenOf = (secret: string, list: string, n: number): string => `${list.slice(4)}.${n}.${mac(secret, list, n)}`

/** The line a token stands for; null for one we did not make. */
export function lineOf(secret: string, token: string): { list: string; n: number } | null {
  const found = /^([0-9a-z]{26})\.(\d{1,6})\.([\w-]{24})$/.exec(token)
  if (!found) return null
  const list = `enr_${found[1]!}`
  const n = Number(found[2])
  return timingSafeEqual(Buffer.from(found[3]!), Buffer.from(mac(secret, list, n))) ? { list, n } : null
}
