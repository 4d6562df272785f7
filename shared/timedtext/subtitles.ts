/** SubRip and WebVTT: cues with a begin and an end; the second line of a cue is its translation; WebVTT times words by stamps inside a cue. Pure. */
import { wordsFrom } from './lrc.ts'
import { mostLineLength, mostLines, plainLine, settle, TimedFault, type TimedLine } from './model.ts'

const arrow = /^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s+-->\s+(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})(?:\s.*)?$/
const inner = /<(?:(\d{1,3}):)?(\d{1,2}):(\d{2})\.(\d{3})>/g

const ms = (hours: string | undefined, minutes: string, seconds: string, fraction: string): number =>
  Number(hours ?? 0) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Math.round(Number(`0.${fraction}`) * 1000)

const plain = (text: string, vtt: boolean): string => {
  const bare = text.replace(/<\/?[a-z][^<>]*>|\{\\[^{}]*\}/gi, '')
  return vtt ? bare.replaceAll('&nbsp;', ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&') : bare
}

/** Reads SubRip or WebVTT. Throws TimedFault with the line of the file. */
export function readSubtitles(source: string, vtt: boolean): TimedLine[] {
  const rows = source.split(/\r\n?|\n/)
  const lines: TimedLine[] = []
  for (let i = 0; i < rows.length; i++) {
    if (vtt && /^(?:NOTE|STYLE|REGION)\b/.test(rows[i]!)) {
      while (i < rows.length && rows[i]!.trim() !== '') i++
      continue
    }
    if (!rows[i]!.includes('-->')) continue
    const match = arrow.exec(rows[i]!)
    if (match === null || Number(match[2]) > 59 || Number(match[3]) > 59 || Number(match[6]) > 59 || Number(match[7]) > 59)
      throw new TimedFault('bad_time', i + 1)
    const startMs = ms(match[1], match[2]!, match[3]!, match[4]!)
    const endMs = ms(match[5], match[6]!, match[7]!, match[8]!)
    if (endMs < startMs) throw new TimedFault('bad_time', i + 1)
    const number = i + 1
    const texts: string[] = []
    while (++i < rows.length && rows[i]!.trim() !== '') texts.push(rows[i]!)
    const [first = '', ...others] = texts
    const stamps = vtt ? [...first.matchAll(inner)] : []
    const pieces =
      stamps.length === 0
        ? []
        : [
            { text: plain(first.slice(0, stamps[0]!.index), vtt), at: startMs },
            ...stamps.map((stamp, n) => ({
              text: plain(first.slice(stamp.index + stamp[0].length, stamps[n + 1]?.index), vtt),
              at: ms(stamp[1], stamp[2]!, stamp[3]!, stamp[4]!),
            })),
            { text: '', at: endMs },
          ]
    const { words } = wordsFrom(pieces, startMs)
    const text = words.length > 0 ? words.map(word => word.text).join('') : plain(first, vtt).trim()
    const under = others.map(other => plain(other.replace(inner, ''), vtt).trim()).filter(other => other !== '')
    if (text === '') continue
    if (text.length > mostLineLength || under.join(' ').length > mostLineLength) throw new TimedFault('line_too_long', number)
    if (lines.length === mostLines) throw new TimedFault('too_many_lines', number)
    lines.push({ ...plainLine(text), startMs, endMs, words, translation: under.join(' ') || null })
  }
  return settle(lines)
}

const stamp = (at: number, mark: string): string =>
  `${[at / 3_600_000, (at / 60_000) % 60, (at / 1000) % 60].map(value => String(Math.floor(value)).padStart(2, '0')).join(':')}${mark}${String(at % 1000).padStart(3, '0')}`
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ')

/** The lines as SubRip or WebVTT. */
export function writeSubtitles(lines: readonly TimedLine[], vtt: boolean): string {
  const mark = vtt ? '.' : ','
  const said = (text: string): string => (vtt ? escape(oneLine(text)) : oneLine(text))
  const cues = lines.map((line, i) => {
    const words = vtt ? line.words : []
    const text = words.length > 0 ? words.map(word => `<${stamp(word.startMs, '.')}>${said(word.text)}`).join('') : said(line.text)
    const head = `${stamp(line.startMs, mark)} --> ${stamp(line.endMs, mark)}`
    return `${vtt ? '' : `${i + 1}\n`}${head}\n${text}${line.translation === null ? '' : `\n${said(line.translation)}`}\n`
  })
  return `${vtt ? 'WEBVTT\n\n' : ''}${cues.join('\n')}`
}
