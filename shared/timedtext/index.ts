/** The one door to words that stand in time: what the server, the web and the tests read and write them with. */
import { readLrc, writeLrc } from './lrc.ts'
import { languageOf, mostBytes, TimedFault, timingOf, type TimedFormat, type TimedLine, type TimedTags, type TimedText } from './model.ts'
import { readSubtitles, writeSubtitles } from './subtitles.ts'
import { readTtml, writeTtml } from './ttml.ts'

export * from './model.ts'

const tag = /^[a-zA-Z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/
const languageFrom = (said: string | null | undefined, lines: readonly TimedLine[]): string => {
  const first = said?.trim() ?? ''
  if (tag.test(first) && first.length <= 35 && !/^und\b/i.test(first)) return first.slice(0, 3).toLowerCase() + first.slice(3)
  return languageOf(lines.map(line => line.text).join('\n'))
}

/** A few words in plain letters beside others are most likely English. */
const translationFrom = (text: string): string => {
  const found = languageOf(text)
  return found === 'other' && /^[\u0000-\u007f‘’“”…–—]*$/.test(text) && /[a-z]/i.test(text) ? 'en' : found
}

/**
 * Reads words of any format. `hint`: the file's ending, where it is known; what the text looks like counts more. `strict`: the first mistake in an LRC is a fault
 * with its line, else what cannot be read is left out. TTML and subtitles are always read strictly. Throws TimedFault.
 */
export function parseTimed(source: string, hint?: string, strict = false): TimedText {
  if (source.length > mostBytes) throw new TimedFault('too_large')
  const text = source.replace(/^\uFEFF/, '')
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000\u0001-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)) {
    if (strict) throw new TimedFault('not_text')
  }
  const start = text.trimStart()
  const whole = (format: TimedFormat, lines: TimedLine[], tags: TimedTags, translation: string | null): TimedText => {
    const language = languageFrom(tags.language, lines)
    const translated = lines.flatMap(line => line.translation ?? [])
    return {
      format,
      timing: timingOf(lines),
      language,
      translationLanguage:
        translated.length === 0
          ? null
          : translation !== null && !/^und\b/i.test(translation)
            ? translation
            : translationFrom(translated.join('\n')),
      tags,
      lines,
    }
  }
  if (start.startsWith('<') && (/^<(?:\?xml|!|tt\b|\w+:tt\b)/.test(start) || hint === 'ttml' || hint === 'xml')) {
    const { lines, language, translationLanguage, tags } = readTtml(start)
    return whole('ttml', lines, language === null ? tags : { ...tags, language }, translationLanguage)
  }
  if (/^WEBVTT\b/.test(start)) return whole('vtt', readSubtitles(start, true), {}, null)
  if (hint === 'srt' || hint === 'vtt' || /^\d+\s*\n\s*\d+:\d\d:\d\d[,.]\d+ *-->/.test(start.replaceAll('\r', '')))
    return whole(hint === 'vtt' ? 'vtt' : 'srt', readSubtitles(text, hint === 'vtt'), {}, null)
  // oxlint-disable-next-line no-control-regex
  const { format, tags, lines } = readLrc(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ''), strict)
  return whole(format, lines, tags, null)
}

/** The words in a format, as far as it can say them; plain text where they have no times and the format is nothing without. */
export function writeTimed(lines: readonly TimedLine[], format: TimedFormat, tags: TimedTags = {}): string {
  if (format === 'ttml') return writeTtml(lines, tags)
  if (format === 'txt' || timingOf(lines) === 'none') return `${lines.map(line => line.text.replace(/\s*[\r\n]+\s*/g, ' ')).join('\n')}\n`
  if (format === 'srt' || format === 'vtt') return writeSubtitles(lines, format === 'vtt')
  return writeLrc(lines, format, tags)
}
