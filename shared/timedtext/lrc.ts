/** Words of a song from text: LRC, enhanced LRC (a time before each word), or plain lines. Pure. */
import { lastLineMs, mostLines, plainLine, type TimedLine, type TimedWord, type Timing } from './model.ts'

type Parsed = { timing: Timing; lines: TimedLine[] }

const lineStamp = /^\s*\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]/
const wordStamp = /<(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?>/g
const header = /^\s*\[([a-z#]+)\s*:(.*)\]\s*$/i

const msOf = (minutes: string, seconds: string, fraction = ''): number =>
  Number(minutes) * 60_000 + Number(seconds) * 1000 + (fraction === '' ? 0 : Math.round(Number(`0.${fraction}`) * 1000))

type Timed = { startMs: number; text: string; words: TimedWord[]; endMs: number | null }

/** "<00:01.00>Hel<00:01.30>lo <00:02.00>" → words; a time with nothing after it ends the word before. Text before the first time begins with the line. */
function wordsOf(body: string, startMs: number, shiftMs: number): { words: TimedWord[]; text: string; endMs: number | null } {
  const stamps = [...body.matchAll(wordStamp)]
  if (stamps.length === 0) return { words: [], text: body.trim(), endMs: null }
  const pieces: { text: string; at: number }[] = []
  if (body.slice(0, stamps[0]!.index).trim() !== '') pieces.push({ text: body.slice(0, stamps[0]!.index), at: startMs })
  stamps.forEach((stamp, i) => {
    const at = Math.max(0, msOf(stamp[1]!, stamp[2]!, stamp[3]) - shiftMs)
    pieces.push({ text: body.slice(stamp.index + stamp[0].length, stamps[i + 1]?.index), at })
  })
  const words: TimedWord[] = []
  let endMs: number | null = null
  let before = startMs
  for (const { text, at } of pieces) {
    // Times that run backwards would make the words jump; they wait for the word before.
    const time = Math.max(at, before)
    before = time
    const last = words.at(-1)
    if (last !== undefined && last.endMs < 0) last.endMs = time
    if (text.trim() === '') endMs = time
    else {
      words.push({ text, startMs: time, endMs: -1 })
      endMs = null
    }
  }
  if (words.length > 0) {
    words[0]!.text = words[0]!.text.trimStart()
    words.at(-1)!.text = words.at(-1)!.text.trimEnd()
  }
  return { words, text: words.map(word => word.text).join(''), endMs }
}

/**
 * Reads lyrics of any of the three kinds. Lines with the same time are text and translation. Ends are told by the next line or by an empty timed line.
 * Plain text keeps its lines with zeros for times. Never throws.
 */
export function parseLyrics(source: string): Parsed {
  const rows = source.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
  let shiftMs = 0
  const timed: Timed[] = []
  const plain: string[] = []
  for (const row of rows) {
    const tag = header.exec(row)
    if (tag !== null && !lineStamp.test(row)) {
      const shift = tag[1]!.toLowerCase() === 'offset' ? Number(tag[2]!.trim()) : Number.NaN
      if (Number.isFinite(shift) && Math.abs(shift) < 3_600_000) shiftMs = Math.round(shift)
      continue
    }
    let rest = row
    const times: number[] = []
    for (let match = lineStamp.exec(rest); match !== null; match = lineStamp.exec(rest)) {
      times.push(msOf(match[1]!, match[2]!, match[3]))
      rest = rest.slice(match[0].length)
    }
    if (times.length === 0) {
      plain.push(row.trimEnd())
      continue
    }
    for (const time of times) {
      const startMs = Math.max(0, time - shiftMs)
      // A line sung again later: its word times are those of the first time, moved.
      timed.push({ startMs, ...wordsOf(rest, startMs, shiftMs - (time - times[0]!)) })
    }
  }
  if (timed.length === 0) return { timing: 'none', lines: plainLines(plain) }
  return timedLines(timed)
}

function plainLines(rows: string[]): TimedLine[] {
  while (rows.length > 0 && rows[0]!.trim() === '') rows.shift()
  while (rows.length > 0 && rows.at(-1)!.trim() === '') rows.pop()
  return rows.slice(0, mostLines).map(text => plainLine(text.trim()))
}

function timedLines(timed: Timed[]): Parsed {
  timed.sort((a, b) => a.startMs - b.startMs)
  const lines: (TimedLine & { given: number | null })[] = []
  for (let i = 0; i < timed.length && lines.length < mostLines; i++) {
    const { startMs, text, words, endMs } = timed[i]!
    const last = lines.at(-1)
    if (last !== undefined && last.endMs < 0 && startMs > last.startMs) last.endMs = startMs
    if (text === '') continue
    if (last !== undefined && last.startMs === startMs && last.translation === null) {
      last.translation = text
      continue
    }
    lines.push({ ...plainLine(text), startMs, endMs: -1, words, given: endMs })
  }
  for (const line of lines) {
    if (line.endMs < 0) line.endMs = line.given ?? line.startMs + lastLineMs
    if (line.given !== null) line.endMs = Math.max(line.startMs, Math.min(line.endMs, line.given))
    const last = line.words.at(-1)
    if (last !== undefined && last.endMs < 0) last.endMs = Math.max(last.startMs, line.endMs)
    if (last !== undefined) line.endMs = Math.max(line.endMs, last.endMs)
  }
  return {
    timing: lines.length === 0 ? 'none' : lines.some(line => line.words.length > 0) ? 'word' : 'line',
    lines: lines.map(({ given: _given, ...line }) => line),
  }
}

const stamp = (ms: number): string =>
  `${String(Math.floor(ms / 60_000)).padStart(2, '0')}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}.${String(ms % 1000).padStart(3, '0')}`

/** The lyrics as (enhanced) LRC, which `parseLyrics` reads back to the same lines; plain text where they have no times. */
export function toLrc({ timing, lines }: Parsed): string {
  if (timing === 'none') return lines.map(line => line.text).join('\n')
  return lines
    .flatMap((line, i) => {
      const body =
        line.words.length === 0
          ? line.text
          : `${line.words.map(word => `<${stamp(word.startMs)}>${word.text}`).join('')}<${stamp(line.words.at(-1)!.endMs)}>`
      const rows = [`[${stamp(line.startMs)}]${body}`]
      if (line.translation !== null) rows.push(`[${stamp(line.startMs)}]${line.translation}`)
      if (lines[i + 1]?.startMs !== line.endMs) rows.push(`[${stamp(line.endMs)}]`)
      return rows
    })
    .join('\n')
}
