/** Finds one's place in timed lyrics. */

export type TimedWord = { text: string; startMs: number; endMs: number }
export type TimedLine = {
  startMs: number
  endMs: number
  text: string
  translation: string | null
  romanisation?: string | null
  agent?: string | null
  words: TimedWord[]
}
/** What stands below each other: lines, and breaks in which nobody sings. */
export type LyricRow = ({ kind: 'line' } & TimedLine) | { kind: 'break'; startMs: number; endMs: number }

/** Index of the last line that began at or before `at` (ms); −1 before the first. Lines are in order of their start. */
export function lineAt(lines: readonly { startMs: number }[], at: number): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (lines[middle]!.startMs <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How much of a word (or of a break) is over: 0 before it, 1 after it. */
export function sung(word: { startMs: number; endMs: number }, at: number): number {
  if (at >= word.endMs) return 1
  if (at <= word.startMs) return 0
  return (at - word.startMs) / (word.endMs - word.startMs)
}

/** Shortest silence of the voice, in ms, that is shown as a break. */
const shortestBreak = 5000
/** The break ends so many ms before the next line, so that the eye is there when the voice is. */
const lead = 400

/**
 * The lines that have words, with the breaks between them: before the first, where a line without words stands for one (as LRC does it), and where a line's words
 * end long before the next one begins.
 */
export function lyricRows(lines: readonly TimedLine[]): LyricRow[] {
  const rows: LyricRow[] = []
  let free = 0
  for (const line of lines) {
    if (line.text.trim() === '') {
      // The voice is silent from here on, or already was.
      if (rows.at(-1)?.kind === 'line') free = Math.min(Math.max(free, rows.at(-1)!.startMs), line.startMs)
      continue
    }
    if (line.startMs - free >= shortestBreak) rows.push({ kind: 'break', startMs: free, endMs: line.startMs - lead })
    rows.push({ kind: 'line', ...line })
    const last = line.words.at(-1)
    free = Math.max(line.startMs, last && last.endMs > last.startMs ? last.endMs : line.endMs)
  }
  return rows
}

/** How far each of `count` dots of a break is lit, 0 … 1, one after the other. */
export const dots = (share: number, count = 3): number[] =>
  Array.from({ length: count }, (_, index) => Math.min(1, Math.max(0, share * count - index)))
