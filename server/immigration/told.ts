/** What archives tell, in one shape whatever program wrote it, and careful reading of values that may be anything. */

export type Listen = {
  at: Date
  title: string
  artist: string
  album: string | null
  durationMs: number | null
  isrc: string | null
  mbid: string | null
}
export type Kept = { kind: 'track' | 'release' | 'artist'; title: string; artist: string; album: string | null; id: string | null }
export type List = { name: string; note: string; tracks: { title: string; artist: string; album: string }[] }
export type Follower = { email: string }
export type ToldTrack = {
  title: string
  disc: number
  number: number
  artists: string[]
  isrc: string | null
  iswc: string | null
  file: string | null
  streaming: 'full' | 'preview' | 'none'
  credits: { role: string; name: string }[]
  lyrics: string | null
}
export type ToldRelease = {
  title: string
  kind: 'album' | 'ep' | 'single' | 'compilation' | null
  artists: string[]
  releasedOn: string | null
  genre: string | null
  label: string | null
  upc: string | null
  tracks: ToldTrack[]
  /** Lines or values that could not be understood. */
  problems: string[]
}
/** `skipped`: entries that do not fit. */
export type Read = { format: string; skipped: number } & (
  | { what: 'listens'; listens: Listen[] }
  | { what: 'kept'; kept: Kept[] }
  | { what: 'lists'; lists: List[] }
  | { what: 'catalogue'; releases: ToldRelease[] }
  | { what: 'followers'; followers: Follower[] }
  | { what: 'playlist' }
  | { what: 'nothing' }
)

export const cut = (text: unknown, most = 300): string =>
  typeof text === 'string' || typeof text === 'number' ? String(text).trim().slice(0, most) : ''
export const orNull = (text: string): string | null => (text === '' ? null : text)
export const isrcOf = (text: unknown): string | null => {
  const plain = cut(text)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
  return /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(plain) ? plain : null
}
export const mbidOf = (text: unknown): string | null =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(cut(text)) ? cut(text).toLowerCase() : null
export const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
export const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
/** Dates before there were records of listening, or in the future, are mistakes. */
export const timeOf = (value: unknown, now: Date): Date | null => {
  const at =
    typeof value === 'number' ? new Date(value * 1000) : new Date(cut(value).replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d)$/, '$1T$2:00Z'))
  return Number.isFinite(at.getTime()) && at.getTime() > Date.UTC(2002, 0) && at <= now ? at : null
}
export function collect<T>(
  values: readonly unknown[],
  read: (value: Record<string, unknown>) => T | null,
): { found: T[]; skipped: number } {
  const found: T[] = []
  for (const value of values) {
    const one = read(object(value))
    if (one !== null) found.push(one)
  }
  return { found, skipped: values.length - found.length }
}
