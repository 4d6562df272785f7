import type { Words } from '../i18n/use.tsx'

/** A code of the ledger in words: `commission`, or by its parts `split:master:vocals` → "Recording · Vocals". Unknown parts are told as they are. */
export function codeName(t: Words, code: string): string {
  const codes: Record<string, string> = t.money.codes
  const roles: Record<string, string> = t.music.roles
  const whole = codes[code]
  if (whole) return whole
  const parts = code.split(':')
  const told = parts.map(part => codes[part] ?? roles[part] ?? part.replaceAll('_', ' '))
  // "Split · Recording · Vocals" says no more than "Recording · Vocals".
  return (parts[0] === 'split' && told.length > 1 ? told.slice(1) : told).join(' · ')
}
