/** Words that were meant: a word and a misspelled one share what is left when a letter or two are taken from each. Pure. */

/** Longer words are compared by their beginning first. */
const compared = 7
/** How many edits a word of this length may be away. */
export const editsOf = (length: number): number => (length >= 8 ? 2 : length >= 4 ? 1 : 0)

/** A word's beginning with up to `edits` letters taken away, itself too. */
export function leftovers(word: string, edits: number): string[] {
  const all = new Set([word.slice(0, compared)])
  let last = [...all]
  for (let n = 0; n < edits; n++) {
    const next = new Set<string>()
    for (const text of last) if (text.length > 2) for (let i = 0; i < text.length; i++) next.add(text.slice(0, i) + text.slice(i + 1))
    last = [...next]
    for (const text of last) all.add(text)
  }
  return [...all]
}
/** What is kept of a word that may be meant. */
export const keptOf = (word: string): string[] => leftovers(word, word.length >= 7 ? 2 : word.length >= 4 ? 1 : 0)

/** Letters added, lost, exchanged or swapped with their neighbour between two words; more than `most` is told as `most + 1`. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      let best = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      row.push(best)
    }
    if (Math.min(...row) > most) return most + 1
    before = last
    last = row
  }
  return Math.min(last[b.length]!, most + 1)
}

/** The nearest of the known words to what was written, at most `most` of them; without those that are farther than the nearest. */
export function nearest(written: string, known: readonly string[], most: number): string[] {
  const edits = editsOf(written.length)
  const found = known
    .map(word => ({ word, far: distance(written, word, edits) }))
    .filter(({ far }) => far <= edits)
    .sort((a, b) => a.far - b.far || Number(b.word[0] === written[0]) - Number(a.word[0] === written[0]) || (a.word < b.word ? -1 : 1))
  return found
    .filter(({ far }) => far === found[0]!.far)
    .slice(0, most)
    .map(({ word }) => word)
}
