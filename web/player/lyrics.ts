/** Finds one's place in timed lyrics. */

export type TimedWord = { text: string; startMs: number; endMs: number }
export type TimedLine = { startMs: number; endMs: number; text: string; translation: string | null; words: TimedWord[] }

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

/** How much of a word has been sung: 0 before it, 1 after it. */
export function sung(word: { startMs: number; endMs: number }, at: number): number {
  if (at >= word.endMs) return 1
  if (at <= word.startMs) return 0
  return (at - word.startMs) / (word.endMs - word.startMs)
}

/** Whether a pause of at least `longest` ms follows the line, in which dots are shown instead of words. */
export const pauseAfter = (lines: readonly TimedLine[], index: number, longest = 5000): boolean => {
  const line = lines[index]
  const next = lines[index + 1]
  return !!line && !!next && line.endMs > line.startMs && next.startMs - line.endMs >= longest
}
