/** Words that stand in time. Pure and without packages, so that the browser takes it too. Times are whole milliseconds from the start of the sound. */
import { textIn, type Decoder } from '../encoding.ts'

export type TimedWord = { text: string; startMs: number; endMs: number }
export type TimedLine = {
  startMs: number
  endMs: number
  text: string
  translation: string | null
  romanisation: string | null
  /** Who sings it where several do: v1, v2 …; bg for voices behind. */
  agent: string | null
  /** In order; their texts joined are the line's text. Empty where only the line is timed. */
  words: TimedWord[]
}
export type Timing = 'word' | 'line' | 'none'
export type TimedFormat = 'lrc' | 'elrc' | 'trc' | 'ttml' | 'srt' | 'vtt' | 'txt'
export type TimedTags = { title?: string; artist?: string; album?: string; by?: string; language?: string; translationLanguage?: string }
export type TimedText = {
  format: TimedFormat
  timing: Timing
  /** As the file says or as its letters look: a language tag, or `other`. */
  language: string
  translationLanguage: string | null
  tags: TimedTags
  lines: TimedLine[]
}

/** What can be written, with the ending and type of its file. */
export const formats: Record<TimedFormat, { ending: string; type: string }> = {
  lrc: { ending: 'lrc', type: 'text/plain; charset=utf-8' },
  elrc: { ending: 'lrc', type: 'text/plain; charset=utf-8' },
  trc: { ending: 'trc', type: 'text/plain; charset=utf-8' },
  ttml: { ending: 'ttml', type: 'application/ttml+xml; charset=utf-8' },
  srt: { ending: 'srt', type: 'application/x-subrip; charset=utf-8' },
  vtt: { ending: 'vtt', type: 'text/vtt; charset=utf-8' },
  txt: { ending: 'txt', type: 'text/plain; charset=utf-8' },
}

export const mostBytes = 512 * 1024
export const mostLines = 2000
export const mostLineLength = 1000
export const mostWords = 400
/** How long the last line stays when nothing says when it ends. */
export const lastLineMs = 5000
/** Longer sounds are not taken in; times beyond are mistakes. */
export const mostMs = 86_400_000

export type TimedProblem =
  | 'too_large'
  | 'too_many_lines'
  | 'line_too_long'
  | 'not_text'
  | 'no_lines'
  | 'bad_time'
  | 'bad_word_time'
  | 'untimed_line'
  | 'bad_xml'
  | 'doctype'
  | 'not_ttml'

/** What is wrong with a words file, and at which of its lines (from 1; 0: the whole). Worded by shared/words. */
export class TimedFault extends Error {
  readonly problem: TimedProblem
  readonly line: number
  constructor(problem: TimedProblem, line = 0) {
    super(`${problem}${line > 0 ? ` in line ${line}` : ''}`)
    this.problem = problem
    this.line = line
  }
}

export const plainLine = (text: string): TimedLine => ({
  startMs: 0,
  endMs: 0,
  text,
  translation: null,
  romanisation: null,
  agent: null,
  words: [],
})

/**
 * Lines as every format can say them: in order of their start, times whole, never backwards and within a day; a line with timed words ends with its last word.
 * An end below zero is not known: the next line's start then, or some seconds for the last.
 */
export function settle(lines: readonly TimedLine[]): TimedLine[] {
  const ms = (value: number): number => Math.min(mostMs, Math.max(0, Math.round(value)))
  const sorted = lines.map((line, i) => ({ line, i })).sort((a, b) => a.line.startMs - b.line.startMs || a.i - b.i)
  // The start of the next line that does not begin with this one, from the last to the first.
  const next: (number | undefined)[] = []
  for (let i = sorted.length - 1; i >= 0; i--) {
    const after = sorted[i + 1]
    next[i] = after === undefined ? undefined : ms(after.line.startMs) > ms(sorted[i]!.line.startMs) ? ms(after.line.startMs) : next[i + 1]
  }
  return sorted.map(({ line }, i) => {
    const startMs = ms(line.startMs)
    const open = next[i] ?? ms(startMs + lastLineMs)
    let endMs = line.endMs < 0 ? open : Math.max(startMs, ms(line.endMs))
    let before = startMs
    const words = line.words.map((word, n) => {
      const from = Math.max(before, ms(word.startMs))
      const then = line.words[n + 1]?.startMs
      const to = Math.max(from, word.endMs < 0 ? (then === undefined ? Math.max(endMs, from) : ms(then)) : ms(word.endMs))
      // Words follow one another; one that would sound on is cut where the next begins.
      before = then === undefined ? to : Math.min(to, Math.max(from, ms(then)))
      return { text: word.text, startMs: from, endMs: before }
    })
    if (words.length > 0) endMs = words.at(-1)!.endMs
    return { ...line, startMs, endMs, words }
  })
}

/** The finest that all lines together have. */
export const timingOf = (lines: readonly TimedLine[]): Timing =>
  lines.some(line => line.words.length > 0) ? 'word' : lines.some(line => line.endMs > 0) ? 'line' : 'none'

/** Lines as they may have been kept by an older planet: what they did not know yet is null. */
export const wholeLines = (
  lines: readonly (Pick<TimedLine, 'startMs' | 'endMs' | 'text' | 'translation' | 'words'> & Partial<TimedLine>)[],
): TimedLine[] => lines.map(line => ({ ...plainLine(''), ...line }))

/** Whether text is mostly Chinese, English or neither. */
export function languageOf(text: string): 'zh' | 'en' | 'other' {
  const han = (text.match(/\p{Script=Han}/gu) ?? []).length
  const kana = (text.match(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu) ?? []).length
  const latin = (text.match(/[a-z]/gi) ?? []).length
  if (kana * 4 > han && kana > 0) return 'other'
  if (han * 3 > latin && han > 0) return 'zh'
  return /\b(the|and|you|of|to|in|is|it|my|me|a|i)\b/i.test(text) ? 'en' : 'other'
}

/** The text of a words file. `Decoder` is the platform's TextDecoder. */
export function decodeText(bytes: Uint8Array, Decoder: Decoder): string {
  if (bytes.length > mostBytes) throw new TimedFault('too_large')
  const text = textIn(bytes, Decoder)
  if (text === null) throw new TimedFault('not_text')
  return text
}
