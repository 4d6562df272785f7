import type { Words } from '../i18n/use.tsx'

/** A code of the ledger in words: `commission`, or by its parts `split:master:vocals` → "Recording · Vocals". Unknown parts are told as they are. */
export function codeName(t: Words, code: string): string {
  const codes: Record<string, string> = t.money.codes
  const roles: Record<string, string> = t.music.roles
  const whole = codes[code]
  if (whole) return whole
  const one = (part: string): string => codes[part] ?? roles[part] ?? part.replaceAll('_', ' ')
  // `recoupment:clm_…`: which claim it was says nothing to people.
  const parts = code.split(':').filter(part => !/^[a-z]{3}_[0-9a-z]{26}$/.test(part))
  // One party may have several roles: "composer, lyricist".
  const told = parts.map(part => part.split(/,\s*/).map(one).join(', '))
  // "Split · Recording · Vocals" says no more than "Recording · Vocals".
  return (parts[0] === 'split' && told.length > 1 ? told.slice(1) : told).join(' · ')
}
