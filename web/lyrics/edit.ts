/** Lyrics while someone works on them, and each thing one can do to them. Pure: every step gives new lines, so that all of it can be taken back. Times are ms. */
import { plainLine, settle, type TimedLine } from '../../shared/timedtext/model.ts'
import { splitWords } from './split.ts'

export type EditWord = { text: string; at: number | null; end: number | null }
export type EditLine = {
  key: number
  words: EditWord[]
  at: number | null
  end: number | null
  agent: string | null
  /** What stands beside it: `translation:en`, `romanisation`. */
  beside: Record<string, string>
}
export type Place = { line: number; word: number }
export type Work = { lines: EditLine[]; language: string; nextKey: number }
export type Besides = Record<string, readonly (string | null)[]>

export const textOf = (line: EditLine): string => line.words.map(word => word.text).join('')
/** When a line begins, by itself or by its first word. */
export const startOf = (line: EditLine): number | null => line.at ?? line.words[0]?.at ?? null
export const isTimed = (lines: readonly EditLine[]): boolean => lines.some(line => startOf(line) !== null)
/** Whether every word of it has its time. */
export const isWorded = (line: EditLine): boolean => line.words.length > 0 && line.words.every(word => word.at !== null)

const untimed = (text: string): EditWord[] => splitWords(text).map(piece => ({ text: piece, at: null, end: null }))

/** Lines as they came from the planet or from a file. */
export function workFrom(lines: readonly TimedLine[], language: string, besides: Besides = {}): Work {
  const timed = lines.some(line => line.endMs > 0)
  return {
    language,
    nextKey: lines.length,
    lines: lines.map((line, key) => ({
      key,
      agent: line.agent,
      at: timed ? line.startMs : null,
      end: timed ? line.endMs : null,
      words: line.words.length > 0 ? line.words.map(word => ({ text: word.text, at: word.startMs, end: word.endMs })) : untimed(line.text),
      beside: Object.fromEntries(Object.entries(besides).flatMap(([name, texts]) => (texts[key] ? [[name, texts[key]]] : []))),
    })),
  }
}

/** Lines as they are sent and written to files; what has no time yet begins where the line before ends. */
export function linesOf({ lines }: Pick<Work, 'lines'>, durationMs = 0): TimedLine[] {
  if (!isTimed(lines)) return lines.map(line => plainLine(textOf(line).trim()))
  let before = 0
  const found = lines.flatMap((line, i): TimedLine[] => {
    const text = textOf(line).trim()
    if (text === '') return []
    const startMs = startOf(line) ?? before
    before = startMs
    const next = lines.slice(i + 1).find(other => startOf(other) !== null)
    const open = next === undefined ? startMs + 5000 : startOf(next)!
    const words = isWorded(line)
      ? line.words.map((word, n) => {
          const then = line.words[n + 1]?.at
          return { text: word.text, startMs: word.at!, endMs: word.end ?? then ?? line.end ?? Math.min(open, word.at! + 1500) }
        })
      : []
    const endMs = words.at(-1)?.endMs ?? line.end ?? (durationMs > startMs ? Math.min(open, durationMs) : open)
    return [{ ...plainLine(text), startMs, endMs: Math.max(startMs, endMs), agent: line.agent, words: trimmed(words) }]
  })
  return settle(found)
}
function trimmed(words: TimedLine['words']): TimedLine['words'] {
  return words.map((word, i) => ({
    ...word,
    text:
      i === 0 && i === words.length - 1
        ? word.text.trim()
        : i === 0
          ? word.text.trimStart()
          : i === words.length - 1
            ? word.text.trimEnd()
            : word.text,
  }))
}

/** What stands beside the words, as it is sent: each text with its line. */
export const besideOf = ({ lines }: Pick<Work, 'lines'>, name: string): { startMs: number; endMs: number; text: string; of: string }[] =>
  lines.flatMap(line => {
    const text = (line.beside[name] ?? '').trim()
    const start = startOf(line) ?? 0
    return text === '' || textOf(line).trim() === ''
      ? []
      : [{ startMs: start, endMs: Math.max(start, line.end ?? start), text, of: textOf(line).trim() }]
  })

const change = (work: Work, index: number, next: (line: EditLine) => EditLine): Work => ({
  ...work,
  lines: work.lines.map((line, i) => (i === index ? next(line) : line)),
})

/** Another text for a line: words that are still there keep their times. */
export function retext(line: EditLine, text: string): EditLine {
  if (text === textOf(line)) return line
  const left = [...line.words]
  const words = untimed(text).map(word => {
    const at = left.findIndex(old => old.text.trim() === word.text.trim())
    if (at < 0) return word
    const [old] = left.splice(0, at + 1).slice(-1)
    return { ...old!, text: word.text }
  })
  return { ...line, words }
}
export const setText = (work: Work, index: number, text: string): Work => change(work, index, line => retext(line, text))
export const setBeside = (work: Work, index: number, name: string, text: string): Work =>
  change(work, index, line => ({ ...line, beside: { ...line.beside, [name]: text } }))
export const setAgent = (work: Work, index: number, agent: string | null): Work => change(work, index, line => ({ ...line, agent }))

/** All the text at once, one line each: lines that are still there keep everything they had. */
export function setAllText(work: Work, text: string): Work {
  const rows = text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map(row => row.trim())
  while (rows.at(-1) === '') rows.pop()
  const left = [...work.lines]
  let { nextKey } = work
  const lines = rows.map((row, i): EditLine => {
    const same = left.findIndex(line => textOf(line).trim() === row)
    if (same >= 0) return left.splice(same, 1)[0]!
    // Corrected in its place: as many lines as before, and this one is no other's.
    const here = work.lines[i]
    if (rows.length === work.lines.length && here !== undefined && !rows.includes(textOf(here).trim())) {
      const at = left.indexOf(here)
      if (at >= 0) return retext(left.splice(at, 1)[0]!, row)
    }
    return { key: nextKey++, words: untimed(row), at: null, end: null, agent: null, beside: {} }
  })
  return { ...work, lines, nextKey }
}

/** Where the next tap goes: the first thing without a time. */
export function firstOpen({ lines }: Work): Place {
  const line = lines.findIndex(one => textOf(one).trim() !== '' && startOf(one) === null)
  return { line: line < 0 ? lines.length : line, word: 0 }
}
const following = ({ lines }: Work, from: number): number => {
  const next = lines.findIndex((line, i) => i >= from && textOf(line).trim() !== '')
  return next < 0 ? lines.length : next
}

/** Ends what still sounds before a place: the word before in its line, or the last word of the line before. */
function close(work: Work, { line, word }: Place, at: number): Work {
  if (word > 0) return change(work, line, one => ({ ...one, words: one.words.map((w, i) => (i === word - 1 ? { ...w, end: at } : w)) }))
  return work
}

/** A word begins now. Its line begins with its first word; the word before ends. */
export function tapWord(work: Work, place: Place, at: number): { work: Work; place: Place } {
  const index = following(work, place.line)
  const line = work.lines[index]
  if (line === undefined) return { work, place: { line: work.lines.length, word: 0 } }
  const word = index === place.line ? Math.min(place.word, line.words.length - 1) : 0
  const next = change(close(work, { line: index, word }, at), index, one => ({
    ...one,
    at: word === 0 ? at : (one.at ?? at),
    end: null,
    words: one.words.map((w, i) => (i === word ? { ...w, at, end: null } : w)),
  }))
  // After its last word the line still sounds: the place stays behind it until the line is ended or the next begins.
  return { work: next, place: { line: index, word: word + 1 } }
}

/**
 * A line: where its words are being tapped, it ends now (words that were not tapped share what is left of it); else it begins now, as a whole, and the next is waited for.
 */
export function tapLine(work: Work, place: Place, at: number): { work: Work; place: Place } {
  const index = following(work, place.line)
  const line = work.lines[index]
  if (line === undefined) return { work, place: { line: work.lines.length, word: 0 } }
  if (index === place.line && place.word > 0) {
    const first = line.words[place.word - 1]!.at ?? at
    const rest = line.words.length - place.word + 1
    const words = line.words.map((word, i) => {
      if (i < place.word - 1) return word
      const part = i - (place.word - 1)
      const from = Math.round(first + ((at - first) * part) / rest)
      return { ...word, at: from, end: Math.round(first + ((at - first) * (part + 1)) / rest) }
    })
    const ended = change(work, index, one => ({ ...one, words, end: at }))
    return { work: ended, place: { line: following(ended, index + 1), word: 0 } }
  }
  const begun = change(work, index, one => ({ ...one, at, end: null, words: one.words.map(word => ({ ...word, at: null, end: null })) }))
  return { work: begun, place: { line: following(begun, index + 1), word: 0 } }
}

/** A space after the last word of a line begins the next line. */
export function tap(work: Work, place: Place, at: number): { work: Work; place: Place } {
  const line = work.lines[place.line]
  if (line !== undefined && place.word >= line.words.length) {
    const ended = change(work, place.line, one => ({
      ...one,
      end: one.end ?? at,
      words: one.words.map((w, i) => (i === one.words.length - 1 ? { ...w, end: w.end ?? at } : w)),
    }))
    return tapWord(ended, { line: place.line + 1, word: 0 }, at)
  }
  return tapWord(work, place, at)
}

/** One tap back. `at`: where to listen again from. */
export function untap(work: Work, place: Place): { work: Work; place: Place; at: number | null } {
  const line = work.lines[place.line]
  if (line !== undefined && place.word > 0) {
    const word = Math.min(place.word, line.words.length) - 1
    const at = line.words[word]!.at
    const next = change(work, place.line, one => ({
      ...one,
      end: null,
      at: word === 0 ? null : one.at,
      words: one.words.map((w, i) => (i === word ? { ...w, at: null, end: null } : i === word - 1 ? { ...w, end: null } : w)),
    }))
    return { work: next, place: { line: place.line, word }, at }
  }
  for (let i = place.line - 1; i >= 0; i--) {
    const before = work.lines[i]!
    if (startOf(before) === null) continue
    if (isWorded(before)) return untap(work, { line: i, word: before.words.length })
    return { work: change(work, i, one => ({ ...one, at: null, end: null })), place: { line: i, word: 0 }, at: startOf(before) }
  }
  return { work, place: { line: 0, word: 0 }, at: null }
}

const moved = (value: number | null, by: number): number | null => (value === null ? null : Math.max(0, value + by))

/** Moves a line with all its words; `word` moves only that word's beginning. */
export function nudge(work: Work, { line, word }: { line: number; word: number | null }, by: number): Work {
  return change(work, line, one => {
    if (word === null)
      return {
        ...one,
        at: moved(startOf(one), by),
        end: moved(one.end, by),
        words: one.words.map(w => ({ ...w, at: moved(w.at, by), end: moved(w.end, by) })),
      }
    const to = moved(one.words[word]?.at ?? null, by)
    if (to === null) return one
    const least = word > 0 ? (one.words[word - 1]!.at ?? 0) : 0
    const most = one.words[word + 1]?.at ?? one.words[word]!.end ?? Number.POSITIVE_INFINITY
    const at = Math.min(Math.max(to, least), most)
    return {
      ...one,
      at: word === 0 ? at : one.at,
      words: one.words.map((w, i) => (i === word ? { ...w, at } : i === word - 1 && w.end !== null ? { ...w, end: at } : w)),
    }
  })
}
/** A line begins at a moment; its words go with it. */
export const moveLine = (work: Work, line: number, to: number): Work =>
  nudge(work, { line, word: null }, Math.round(to) - (startOf(work.lines[line]!) ?? 0))

export const shiftAll = (work: Work, by: number): Work => ({
  ...work,
  lines: work.lines
    .map((_, i) => i)
    .reduce((next, i) => (startOf(next.lines[i]!) === null ? next : nudge(next, { line: i, word: null }, by)), work).lines,
})
export const clearTimes = (work: Work, from = 0): Work => ({
  ...work,
  lines: work.lines.map((line, i) => (i < from ? line : { ...line, at: null, end: null, words: untimed(textOf(line)) })),
})
export const removeLine = (work: Work, index: number): Work => ({ ...work, lines: work.lines.filter((_, i) => i !== index) })
export const addLine = (work: Work, after: number): Work => ({
  ...work,
  nextKey: work.nextKey + 1,
  lines: work.lines.toSpliced(after + 1, 0, { key: work.nextKey, words: [], at: null, end: null, agent: null, beside: {} }),
})

/**
 * Mine laid over what is shown by now: its lines and their order, my times and translations where the text is the same; lines only I have stay after the one they
 * stood behind.
 */
export function rebase(mine: Work, shown: Work): Work {
  const left = [...mine.lines]
  let { nextKey } = shown
  const lines: EditLine[] = []
  for (const line of shown.lines) {
    const at = left.findIndex(one => textOf(one).trim() === textOf(line).trim())
    if (at < 0) {
      lines.push(line)
      continue
    }
    // What stood before it and is not in the new text was added by me.
    const own = left.splice(0, at).filter(one => !shown.lines.some(other => textOf(other).trim() === textOf(one).trim()))
    lines.push(...own.map(one => ({ ...one, key: nextKey++ })))
    const found = left.shift()!
    lines.push({
      ...found,
      key: line.key,
      beside: { ...line.beside, ...found.beside },
      ...(startOf(found) === null ? { at: line.at, end: line.end, words: line.words } : {}),
    })
  }
  lines.push(
    ...left.filter(one => !shown.lines.some(other => textOf(other).trim() === textOf(one).trim())).map(one => ({ ...one, key: nextKey++ })),
  )
  return { language: mine.language, nextKey, lines }
}

/** What should be looked at before it is sent. `bad`: it cannot be sent like this. */
export type Problem = { what: 'empty' | 'untimed' | 'backwards' | 'overlap' | 'after_end' | 'half' | 'quick'; line: number; bad: boolean }
export function check(work: Work, durationMs: number): Problem[] {
  const problems: Problem[] = []
  const sung = work.lines.map((line, i) => ({ line, i })).filter(({ line }) => textOf(line).trim() !== '')
  if (sung.length === 0) return [{ what: 'empty', line: 0, bad: true }]
  if (!isTimed(work.lines)) return []
  let before: EditLine | undefined
  for (const { line, i } of sung) {
    const start = startOf(line)
    if (start === null) {
      problems.push({ what: 'untimed', line: i, bad: true })
      continue
    }
    if (durationMs > 0 && Math.max(start, line.end ?? 0) > durationMs + 500)
      problems.push({ what: 'after_end', line: i, bad: start > durationMs })
    const last = before === undefined ? null : startOf(before)
    if (last !== null && start < last) problems.push({ what: 'backwards', line: i, bad: true })
    else if (before !== undefined && before.end !== null && before.end > start + 20 && before.agent === line.agent)
      problems.push({ what: 'overlap', line: i, bad: false })
    const timed = line.words.filter(word => word.at !== null).length
    if (timed > 0 && timed < line.words.length) problems.push({ what: 'half', line: i, bad: false })
    if (isWorded(line) && line.words.some((word, n) => n > 0 && word.at! - line.words[n - 1]!.at! < 30))
      problems.push({ what: 'quick', line: i, bad: false })
    before = line
  }
  return problems
}
