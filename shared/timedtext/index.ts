/** The one door to words that stand in time: what the server, the web and the tests read and write them with. */
import { parseLyrics, toLrc } from './lrc.ts'
import { languageOf, type TimedFormat, type TimedLine, type TimedTags, type TimedText, timingOf } from './model.ts'

export * from './model.ts'
export { parseLyrics, toLrc } from './lrc.ts'

/** Reads words of any format. `hint`: the file's ending, where it is known. */
export function parseTimed(text: string, _hint?: string): TimedText {
  const { timing, lines } = parseLyrics(text)
  return {
    format: timing === 'word' ? 'elrc' : timing === 'line' ? 'lrc' : 'txt',
    timing,
    language: languageOf(lines.map(line => line.text).join('\n')),
    translationLanguage: null,
    tags: {},
    lines,
  }
}

/** The words in a format, as far as it can say them. */
export function writeTimed(lines: readonly TimedLine[], format: TimedFormat, _tags: TimedTags = {}): string {
  return toLrc({ timing: format === 'txt' ? 'none' : timingOf(lines), lines: [...lines] })
}
