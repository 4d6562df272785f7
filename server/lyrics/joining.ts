/** Putting translation and romanisation beside the words they belong to, also after the words were corrected or timed anew. Pure. */
import { timingOf, wholeLines, type TimedLine, type Timing } from '../timedtext/index.ts'
import type { KeptLine, PartRow } from './store.ts'

/** How far the start of a line may have moved and still be the same line. */
const nearMs = 700

/** For each line of the words what stands beside it, or null. */
export function beside(words: readonly Pick<TimedLine, 'startMs' | 'text'>[], others: readonly KeptLine[]): (string | null)[] {
  const found: (string | null)[] = words.map(() => null)
  const used = new Set<number>()
  const take = (line: number, other: number): void => {
    used.add(other)
    found[line] = others[other]!.text
  }
  const byText = new Map<string, number[]>()
  for (const [i, { of }] of others.entries()) if (of !== undefined) byText.set(of, [...(byText.get(of) ?? []), i])
  for (const [i, { text }] of words.entries()) if (others[i]?.of === text) take(i, i)
  for (const [i, { text }] of words.entries()) {
    if (found[i] !== null) continue
    const next = byText.get(text)?.find(other => !used.has(other))
    if (next !== undefined) take(i, next)
  }
  for (const [i, { startMs }] of words.entries()) {
    if (found[i] !== null) continue
    const at = others.findIndex(
      (other, n) =>
        !used.has(n) &&
        ((words.length === others.length && n === i) || (startMs > 0 && other.startMs > 0 && Math.abs(other.startMs - startMs) <= nearMs)),
    )
    if (at >= 0) take(i, at)
  }
  return found.map(text => (text === null || text === '' ? null : text))
}

/** A translation or romanisation with one line for each of the words'. */
export const besideWords = (words: readonly TimedLine[], others: readonly KeptLine[]): TimedLine[] =>
  beside(words, others).map((text, i) => ({ ...words[i]!, text: text ?? '', words: [], translation: null, romanisation: null }))

/** Lines of a translation or romanisation as they are kept: each with the line it belongs to. */
export const besideLines = (words: readonly TimedLine[], texts: readonly (string | null)[]): KeptLine[] =>
  words.flatMap(({ startMs, endMs, text }, i) => {
    const other = texts[i]?.trim() ?? ''
    return other === '' ? [] : [{ startMs, endMs, text: other, of: text }]
  })

/** What is shown, the words' own lines told apart from what stands inside them (files keep translations there). */
export function splitParts(parts: readonly PartRow[]): PartRow[] {
  return parts.flatMap(part => {
    if (part.kind !== 'main') return [part]
    const lines = wholeLines(part.lines as TimedLine[])
    const inside = (kind: 'translation' | 'romanisation', language: string): PartRow[] => {
      if (parts.some(other => other.kind === kind && other.language === language)) return []
      const kept = besideLines(
        lines,
        lines.map(line => line[kind]),
      )
      return kept.length === 0 ? [] : [{ ...part, kind, language, timing: timingOfKept(kept), lines: kept, base: null }]
    }
    const main = lines.map(line => ({ ...line, translation: null, romanisation: null }))
    return [
      { ...part, lines: main },
      ...inside('translation', part.language === 'zh' ? 'en' : 'zh'),
      ...inside('romanisation', part.language),
    ]
  })
}
const timingOfKept = (lines: readonly KeptLine[]): Timing =>
  timingOf(wholeLines(lines.map(line => ({ translation: null, words: [], ...line }))))
