/** Lines of songs: what they are found by, and where in a line it stands. Pure. */
import { joined, type Marks } from './marks.ts'
import { fold, latinOf, soundOf, unitsOf } from './words.ts'

/** A word, a Chinese character or a run of kana, and how it is said. */
type Token = { text: string; said: string; from: number; to: number }
const tokensOf = (text: string): Token[] =>
  unitsOf(text).map(unit => ({
    text: unit.text,
    said: unit.kind === 'han' ? soundOf(unit.text) : unit.kind === 'kana' ? latinOf(unit.text) : unit.text,
    from: unit.at[0]!,
    to: unit.end,
  }))
const pair = (a: Token, b: Token): string => `${a.said}~${b.said}`
const isWord = (token: Token): boolean => token.text === token.said

/** What a song's words are found by: each word, each pair of neighbours. */
export function termsOfLines(lines: readonly string[]): string[] {
  const terms = new Set<string>()
  for (const line of lines) {
    const tokens = tokensOf(line.slice(0, 300))
    tokens.forEach((token, i) => {
      if (isWord(token) && token.text.length <= 30) terms.add(token.text)
      if (i > 0) terms.add(pair(tokens[i - 1]!, token))
    })
  }
  return [...terms]
}
export const foldLines = (lines: readonly string[]): string => lines.map(fold).join('\n')

let syllables: Set<string> | undefined
/** All ways Chinese characters are said, from the common ones. */
function allSyllables(): Set<string> {
  if (syllables === undefined) {
    syllables = new Set()
    for (let code = 0x4e00; code <= 0x9fa5; code++) {
      const said = soundOf(String.fromCharCode(code))
      if (/^[a-z]{1,6}$/.test(said)) syllables.add(said)
    }
  }
  return syllables
}
/** "tianqingse" → tian, qing, se: the longest syllables first; null when it is not all syllables. */
export function syllablesOf(text: string): string[] | null {
  const known = allSyllables()
  // There are more ways to cut it than could be tried: what led nowhere once is not tried again.
  const nowhere = new Set<string>()
  const from = (at: number, most: number): string[] | null => {
    if (at === text.length) return []
    if (most === 0 || nowhere.has(`${at} ${most}`)) return null
    for (let n = Math.min(6, text.length - at); n >= 1; n--) {
      const one = text.slice(at, at + n)
      if (!known.has(one)) continue
      const rest = from(at + n, most - 1)
      if (rest !== null) return [one, ...rest]
    }
    nowhere.add(`${at} ${most}`)
    return null
  }
  return /^[a-z]{2,60}$/.test(text) ? from(0, 16) : null
}

export type LineQuery = { tokens: Token[]; phrase: string; exact: string[]; others: { all: string[] }[] }
const pairsOf = (tokens: readonly Token[]): string[] => [...new Set(tokens.slice(1).map((token, i) => pair(tokens[i]!, token)))]

/** What to ask for a line of a song; null for what is too short to be one. */
export function askLines(query: string): LineQuery | null {
  const tokens = tokensOf(query.slice(0, 100)).slice(0, 16)
  const words = tokens.filter(isWord)
  if (tokens.length === 0 || (tokens.length === 1 && (!isWord(tokens[0]!) || tokens[0]!.text.length < 4))) return null
  const phrase = fold(query).slice(0, 100)
  const exact = tokens.length === 1 ? [tokens[0]!.text] : pairsOf(tokens)
  const others: { all: string[] }[] = []
  // The last word may not be whole yet.
  if (tokens.length >= 2 && isWord(tokens.at(-1)!))
    others.push({ all: tokens.length === 2 ? [tokens[0]!].filter(isWord).map(token => token.text) : pairsOf(tokens.slice(0, -1)) })
  // As it is said.
  const said = words.length === tokens.length ? syllablesOf(words.map(word => word.text).join('')) : null
  if (said !== null && said.length >= 3) others.push({ all: pairsOf(said.map(text => ({ text, said: text, from: 0, to: 0 }))) })
  // All words, in any order.
  if (words.length >= 2 && words.length === tokens.length) others.push({ all: [...new Set(words.map(word => word.text))] })
  // One of many is another one.
  if (tokens.length >= 5)
    for (let i = 0; i < tokens.length; i++) others.push({ all: pairsOf(tokens.slice(0, i)).concat(pairsOf(tokens.slice(i + 1))) })
  return { tokens, phrase, exact, others: others.filter(other => other.all.length > 0) }
}

/** Where a line says it, and how far from it (0: exactly); null where it does not. */
function within(line: string, { tokens }: LineQuery, loose: boolean): { marks: Marks; far: number } | null {
  const there = tokensOf(line)
  let best: { marks: Marks; far: number } | null = null
  const said = loose ? syllablesOf(tokens.map(token => token.text).join('')) : null
  for (const wanted of said === null ? [tokens] : [tokens, said.map(text => ({ text, said: text, from: 0, to: 0 }))]) {
    for (let i = 0; i + wanted.length <= there.length; i++) {
      let far = 0
      for (let n = 0; n < wanted.length && far < 2; n++) {
        const a = wanted[n]!
        const b = there[i + n]!
        if (a.text === b.text) continue
        if (a.said === b.said) far += 0.05
        else if (n === wanted.length - 1 && isWord(b) && b.text.startsWith(a.text)) far += 0.02
        else far += loose && wanted.length >= 5 ? 1 : 9
      }
      if (far < 2 && (best === null || far < best.far)) best = { far, marks: [there[i]!.from, there[i + wanted.length - 1]!.to] }
    }
  }
  if (best !== null || !loose || !tokens.every(isWord)) return best
  const spans = tokens.map(token => there.find(one => one.text === token.text))
  return spans.every(one => one !== undefined) ? { far: 1.5, marks: joined(spans.map(({ from, to }) => [from, to] as const)) } : null
}

export type LineFound = { line: number; marks: Marks; far: number }
/** The line of a song that says it best, the first of equals. */
export function bestLine(lines: readonly string[], query: LineQuery, loose: boolean): LineFound | null {
  let best: LineFound | null = null
  lines.forEach((line, n) => {
    if (best !== null && best.far === 0) return
    if (!loose && query.tokens.every(isWord) && !fold(line).includes(query.phrase)) return
    const found = within(line, query, loose)
    if (found !== null && (best === null || found.far < best.far)) best = { line: n, ...found }
  })
  return best
}
