import type { Entry } from './queries.ts'

/** How the entries of a playlist are looked at; only its own order can be changed by hand. */
export const orders = ['manual', 'title', 'artist', 'album', 'added', 'length'] as const
export type Order = (typeof orders)[number]

/** Entries with these words in their names, in this order. */
export function viewOf(entries: readonly Entry[], sought: string, order: Order, locale: string): readonly Entry[] {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean)
  const text = (entry: Entry): string => `${entry.title} ${entry.artist} ${entry.album} ${entry.addedBy?.name ?? ''}`.toLowerCase()
  const found = words.length === 0 ? entries : entries.filter(entry => words.every(word => text(entry).includes(word)))
  if (order === 'manual') return found
  const by = new Intl.Collator(locale, { numeric: true })
  const compare: Record<Exclude<Order, 'manual'>, (a: Entry, b: Entry) => number> = {
    title: (a, b) => by.compare(a.title, b.title),
    artist: (a, b) => by.compare(a.artist, b.artist),
    album: (a, b) => by.compare(a.album, b.album),
    added: (a, b) => b.addedAt.localeCompare(a.addedAt),
    length: (a, b) => (a.durationMs ?? 0) - (b.durationMs ?? 0),
  }
  return found.toSorted(compare[order])
}
