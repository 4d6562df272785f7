/**
 * The family of LRC: lines `[mm:ss.xx]text`; enhanced LRC with `<mm:ss.xx>` before each word (and the same in square brackets, as karaoke programs wrote it); TRC of
 * TTPOD, where `<ms>` before each unit says how long it sounds. `[offset:+500]` makes everything half a second earlier. Two lines of one time are words and their
 * translation; a third in Latin letters is how they are said. Pure.
 */
import {
  mostLineLength,
  mostLines,
  mostMs,
  mostWords,
  plainLine,
  settle,
  TimedFault,
  type TimedLine,
  type TimedTags,
  type TimedWord,
} from './model.ts'

const lineStamp = /^\s*\[(\d{1,4}):(\d{1,2})(?:[.:](\d{1,3}))?\]/
const wordStamp = /<(\d{1,4}):(\d{1,2})(?:[.:](\d{1,3}))?>/g
const innerStamp = /\[(\d{1,4}:\d{1,2}[.:]\d{1,3})\]/g
const unitStamp = /<(\d{1,7})>/g
const header = /^\s*\[([a-z#]+)\s*:(.*)\]\s*$/i
/** A line that wanted to have a time and has none that can be read. */
const brokenStamp = /^\s*\[\s*-?\d[\d:.,\s-]*\]?/
const brokenWord = /<\s*\d+:[^>]{0,12}(?:>|$)/

const tagNames: Record<string, keyof TimedTags> = { ti: 'title', ar: 'artist', al: 'album', by: 'by', la: 'language', lang: 'language' }

type Row = { at: number; row: number; text: string; words: TimedWord[]; endMs: number | null }
export type LrcText = { format: 'lrc' | 'elrc' | 'trc' | 'txt'; tags: TimedTags; lines: TimedLine[] }

export const clockMs = (minutes: string, seconds: string, fraction = ''): number =>
  Number(minutes) * 60_000 + Number(seconds) * 1000 + (fraction === '' ? 0 : Math.round(Number(`0.${fraction}`) * 1000))

/** Pieces with the time each begins at → words. An empty piece ends the word before; blanks belong to the word before. */
export function wordsFrom(pieces: readonly { text: string; at: number }[], startMs: number): { words: TimedWord[]; endMs: number | null } {
  const words: TimedWord[] = []
  let endMs: number | null = null
  let before = startMs
  let open = false
  for (const { text, at } of pieces) {
    // Times that run backwards would make the words jump; they wait for the word before.
    const time = Math.max(at, before)
    before = time
    const last = words.at(-1)
    if (open) last!.endMs = time
    open = text.trim() !== ''
    if (!open) {
      endMs = time
      if (last !== undefined && text !== '') last.text += text
      continue
    }
    words.push({ text, startMs: time, endMs: -1 })
    endMs = null
  }
  if (words.length > 0) {
    words[0]!.text = words[0]!.text.trimStart()
    words.at(-1)!.text = words.at(-1)!.text.trimEnd()
  }
  return { words, endMs }
}

/** "<00:01.00>Hel<00:01.30>lo <00:02.00>" → words. Text before the first time begins with the line. */
function timedWords(body: string, startMs: number, shiftMs: number): { words: TimedWord[]; endMs: number | null } {
  const stamps = [...body.matchAll(wordStamp)]
  const pieces: { text: string; at: number }[] = []
  const ahead = body.slice(0, stamps[0]!.index)
  if (ahead.trim() !== '') pieces.push({ text: ahead, at: startMs })
  stamps.forEach((stamp, i) => {
    const at = Math.max(0, clockMs(stamp[1]!, stamp[2]!, stamp[3]) - shiftMs)
    pieces.push({ text: body.slice(stamp.index + stamp[0].length, stamps[i + 1]?.index), at })
  })
  return wordsFrom(pieces, startMs)
}

/** "<300>你<250>好" → words, one after another from the start of the line; a unit without text is a pause. */
function countedWords(body: string, startMs: number): { words: TimedWord[]; endMs: number | null } {
  const stamps = [...body.matchAll(unitStamp)]
  const pieces: { text: string; at: number }[] = []
  let at = startMs
  stamps.forEach((stamp, i) => {
    pieces.push({ text: body.slice(stamp.index + stamp[0].length, stamps[i + 1]?.index), at })
    at = Math.min(mostMs, at + Number(stamp[1]))
  })
  pieces.push({ text: '', at })
  return wordsFrom(pieces, startMs)
}

function bodyOf(body: string, startMs: number, shiftMs: number): Omit<Row, 'at' | 'row'> & { kind: 'lrc' | 'elrc' | 'trc' } {
  if (/^\s*<\d{1,7}>/.test(body)) {
    const { words, endMs } = countedWords(body, startMs)
    return { kind: 'trc', words, endMs, text: words.map(word => word.text).join('') }
  }
  const stamped = body.replace(innerStamp, '<$1>')
  if (stamped.search(wordStamp) < 0) return { kind: 'lrc', words: [], endMs: null, text: body.trim() }
  const { words, endMs } = timedWords(stamped, startMs, shiftMs)
  return { kind: 'elrc', words, endMs, text: words.map(word => word.text).join('') }
}

function checkRow(row: string, rest: string, times: readonly RegExpExecArray[], number: number): void {
  if (times.some(time => Number(time[2]) > 59)) throw new TimedFault('bad_time', number)
  if (times.length === 0 && brokenStamp.test(row)) throw new TimedFault('bad_time', number)
  const words = rest.replace(innerStamp, '<$1>')
  if ([...words.matchAll(wordStamp)].some(time => Number(time[2]) > 59) || brokenWord.test(words.replace(wordStamp, '')))
    throw new TimedFault('bad_word_time', number)
}

/**
 * Reads LRC of any kind, or plain text. Not `strict`: what cannot be read is left out and nothing is thrown (words of files must not stop an import); strict: the first
 * mistake is a TimedFault with its line.
 */
export function readLrc(source: string, strict = false): LrcText {
  const rows = source.split(/\r\n?|\n/)
  let shiftMs = 0
  const tags: TimedTags = {}
  const timed: Row[] = []
  const plain: { text: string; row: number }[] = []
  let format: 'lrc' | 'elrc' | 'trc' = 'lrc'
  const read = rows.map((row, i) => {
    const times: RegExpExecArray[] = []
    let rest = row
    for (let match = lineStamp.exec(rest); match !== null; match = lineStamp.exec(rest)) {
      times.push(match)
      rest = rest.slice(match[0].length)
    }
    const tag = times.length === 0 ? header.exec(row) : null
    if (tag !== null) {
      const name = tag[1]!.toLowerCase()
      const value = tag[2]!.trim()
      const known = tagNames[name]
      if (known !== undefined && value !== '') tags[known] = value.slice(0, 200)
      const shift = name === 'offset' && value !== '' ? Number(value) : Number.NaN
      if (Number.isFinite(shift) && Math.abs(shift) < 3_600_000) shiftMs = Math.round(shift)
    } else if (strict) checkRow(row, rest, times, i + 1)
    return { times: times.map(time => clockMs(time[1]!, time[2]!, time[3])), rest, row, tag }
  })
  for (const [i, { times, rest, row, tag }] of read.entries()) {
    if (tag !== null) continue
    if (times.length === 0) plain.push({ text: row.trim(), row: i + 1 })
    for (const time of times) {
      const at = Math.max(0, time - shiftMs)
      // A line sung again later: its word times are those of the first time, moved.
      const { kind, ...body } = bodyOf(rest, at, shiftMs - (time - times[0]!))
      if (kind === 'trc' || (kind === 'elrc' && format === 'lrc')) format = kind
      timed.push({ at, row: i + 1, ...body })
    }
  }
  if (timed.length === 0) return { format: 'txt', tags, lines: plainLines(plain, strict) }
  const stray = plain.find(({ text }) => text !== '')
  if (strict && stray !== undefined) throw new TimedFault('untimed_line', stray.row)
  return { format, tags, lines: timedLines(timed, strict) }
}

function measured(text: string, row: number, strict: boolean): string {
  if (text.length > mostLineLength && strict) throw new TimedFault('line_too_long', row)
  return text.slice(0, mostLineLength)
}

function plainLines(all: readonly { text: string; row: number }[], strict: boolean): TimedLine[] {
  const said = ({ text }: { text: string }): boolean => text !== ''
  const rows = all.slice(Math.max(0, all.findIndex(said)), all.findLastIndex(said) + 1)
  if (strict && rows.length > mostLines) throw new TimedFault('too_many_lines', rows[mostLines]!.row)
  return rows.slice(0, mostLines).map(({ text, row }) => plainLine(measured(text, row, strict)))
}

const latin = (text: string): boolean => !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(text)

/** What stands under a line at the same time: first its translation, then, where the words are not in Latin letters and this is, how they are said. */
function takeUnder(line: TimedLine, text: string): boolean {
  if (line.translation === null) line.translation = text
  else if (line.romanisation !== null || latin(line.text)) return false
  else if (latin(text)) line.romanisation = text
  else if (latin(line.translation)) [line.romanisation, line.translation] = [line.translation, text]
  else return false
  return true
}

function timedLines(timed: Row[], strict: boolean): TimedLine[] {
  timed.sort((a, b) => a.at - b.at)
  const lines: TimedLine[] = []
  for (const { at, row, text, words, endMs } of timed) {
    const last = lines.at(-1)
    // The next time, or an empty timed line, ends the line before.
    if (last !== undefined && last.endMs < 0 && at > last.startMs) last.endMs = at
    if (text === '') continue
    const short = measured(text, row, strict)
    if (last?.startMs === at && words.length === 0 && takeUnder(last, short)) continue
    if (lines.length === mostLines) {
      if (strict) throw new TimedFault('too_many_lines', row)
      break
    }
    if (strict && words.length > mostWords) throw new TimedFault('line_too_long', row)
    const kept = short === text && words.length <= mostWords ? words : []
    lines.push({ ...plainLine(short), startMs: at, endMs: kept.length > 0 && endMs !== null ? endMs : -1, words: kept })
  }
  return settle(lines)
}

export const stamp = (ms: number): string =>
  `${String(Math.floor(ms / 60_000)).padStart(2, '0')}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}.${String(ms % 1000).padStart(3, '0')}`

const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ')

function elrcBody({ words }: TimedLine): string {
  return words
    .map(({ text, startMs, endMs }, i) => {
      const next = words[i + 1]
      return `<${stamp(startMs)}>${oneLine(text)}${next === undefined || next.startMs > endMs ? `<${stamp(endMs)}>` : ''}`
    })
    .join('')
}
function trcBody({ startMs, words }: TimedLine): string {
  let at = startMs
  return words
    .map(word => {
      const pause = word.startMs > at ? `<${word.startMs - at}>` : ''
      at = word.endMs
      return `${pause}<${word.endMs - word.startMs}>${oneLine(word.text)}`
    })
    .join('')
}

/** The lines as LRC, enhanced LRC or TRC, which `readLrc` reads back to the same lines. */
export function writeLrc(lines: readonly TimedLine[], format: 'lrc' | 'elrc' | 'trc', tags: TimedTags = {}): string {
  const rows = (['title', 'artist', 'album', 'by', 'language'] as const).flatMap(name => {
    const value = oneLine(tags[name] ?? '').trim()
    return value === '' ? [] : [`[${{ title: 'ti', artist: 'ar', album: 'al', by: 'by', language: 'la' }[name]}:${value}]`]
  })
  lines.forEach((line, i) => {
    const time = `[${stamp(line.startMs)}]`
    const worded = format !== 'lrc' && line.words.length > 0
    rows.push(`${time}${!worded ? oneLine(line.text) : format === 'trc' ? trcBody(line) : elrcBody(line)}`)
    if (line.translation !== null) rows.push(`${time}${oneLine(line.translation)}`)
    if (line.translation !== null && line.romanisation !== null && !latin(line.text) && latin(line.romanisation))
      rows.push(`${time}${oneLine(line.romanisation)}`)
    const next = lines[i + 1]?.startMs
    if (!worded && (next === undefined || next > line.endMs)) rows.push(`[${stamp(line.endMs)}]`)
  })
  return `${rows.join('\n')}\n`
}
