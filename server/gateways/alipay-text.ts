/** How Alipay writes moments and amounts. */
const eightHoursMs = 8 * 3600_000

/** `2026-11-20 22:03:09`, in Beijing. */
export const beijing = (at: Date): string => new Date(at.getTime() + eightHoursMs).toISOString().slice(0, 19).replace('T', ' ')

/** The moment of such a text; undefined when it is none. */
export function beijingTime(text: string): Date | undefined {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)$/.exec(text.trim())
  return found === null ? undefined : new Date(`${found[1]}T${found[2]}+08:00`)
}

/** Fen of an amount in yuan with at most two decimals (`-38.5` → -3850); undefined for anything else. */
export function minorOf(text: string): bigint | undefined {
  const found = /^([+-]?)(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (found === null) return undefined
  const fen = BigInt(found[2]!) * 100n + BigInt((found[3] ?? '').padEnd(2, '0'))
  return found[1] === '-' ? -fen : fen
}
