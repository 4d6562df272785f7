import type { Work } from './edit.ts'

/** What someone works on and has not sent, kept on this device, one for each track. */
export type Draft = { work: Work; bases: Record<string, string | null>; at: number }

const prefix = 'planet.lyrics.'
const most = 20
const name = (track: string): string => prefix + track

export function draftOf(track: string): Draft | null {
  try {
    const found = JSON.parse(localStorage.getItem(name(track)) ?? 'null') as Partial<Draft> | null
    if (!found?.work || !Array.isArray(found.work.lines) || typeof found.work.nextKey !== 'number' || typeof found.bases !== 'object')
      return null
    return found as Draft
  } catch {
    return null
  }
}

export function keepDraft(track: string, draft: Draft): void {
  const write = () => localStorage.setItem(name(track), JSON.stringify(draft))
  try {
    const others = Object.keys(localStorage).filter(key => key.startsWith(prefix) && key !== name(track))
    if (others.length >= most) forgetOldest(others)
    write()
  } catch {
    // Storage is full or forbidden: the draft then lives as long as the page.
  }
}
function forgetOldest(keys: string[]): void {
  const aged = keys.map(key => ({ key, at: draftOf(key.slice(prefix.length))?.at ?? 0 })).sort((a, b) => a.at - b.at)
  for (const { key } of aged.slice(0, keys.length - most + 1)) localStorage.removeItem(key)
}

export const dropDraft = (track: string): void => localStorage.removeItem(name(track))
