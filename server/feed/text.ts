/** What people write: tidied, cut into parts for showing, and into terms for finding. Pure. */
import { LinkifyIt } from 'linkify-it'
import type { Decoded } from '../../shared/contract.ts'
import type { Part } from '../../shared/feed-shapes.ts'
import { fold, latinOf, runsOf, soundOf, syllablesOf, unitsOf } from '../search/index.ts'

export const mostMentions = 20
const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false, fuzzyIP: false })
const mention = /@((?:usr|pag)_[0-9a-hjkmnp-tv-z]{26})/g
const tag = /(?<![\p{L}\p{N}_&/#])#([\p{L}\p{N}_]{1,40})/gu

/** Without what only disturbs: letters that turn the line around, towers of marks, deserts of empty lines. */
export const tidy = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/(\p{M}{4})\p{M}+/gu, '$1')
    .replace(/\r\n?/g, '\n')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim()

const webAddress = (text: string): string | null => {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.href.length <= 1000 ? url.href : null
}

type Found = { from: number; to: number; kind: 'link' | 'mention' | 'tag'; text: string; url: string | null; id: string | null }
function foundIn(text: string): Found[] {
  const found: Found[] = []
  for (const one of linkify.match(text) ?? []) {
    const url = webAddress(one.url)
    if (url !== null) found.push({ from: one.index, to: one.lastIndex, kind: 'link', text: one.text, url, id: null })
  }
  const free = (from: number, to: number): boolean => found.every(one => to <= one.from || from >= one.to)
  for (const one of text.matchAll(mention)) {
    const to = one.index + one[0].length
    if (free(one.index, to)) found.push({ from: one.index, to, kind: 'mention', text: '', url: null, id: one[1]! })
  }
  for (const one of text.matchAll(tag)) {
    const to = one.index + one[0].length
    if (free(one.index, to)) found.push({ from: one.index, to, kind: 'tag', text: one[1]!, url: null, id: null })
  }
  return found.sort((a, b) => a.from - b.from)
}

/** Cut for showing; `names` says how who is mentioned is called now. Who is nobody stays as text. */
export function partsOf(text: string, names: ReadonlyMap<string, string>): Decoded<typeof Part>[] {
  const parts: Decoded<typeof Part>[] = []
  const put = (part: string): void => {
    if (part === '') return
    const last = parts.at(-1)
    if (last?.kind === 'text') last.text += part
    else parts.push({ kind: 'text', text: part, url: null, id: null })
  }
  let at = 0
  for (const one of foundIn(text)) {
    put(text.slice(at, one.from))
    const { kind, url, id } = one
    if (kind !== 'mention') parts.push({ kind, text: one.text, url, id })
    else if (names.has(id!)) parts.push({ kind, text: names.get(id!)!, url, id })
    else put('@…')
    at = one.to
  }
  put(text.slice(at))
  return parts
}

/** Who is named in it, each once. */
export const mentionsIn = (text: string): string[] => [...new Set([...text.matchAll(mention)].map(one => one[1]!))].slice(0, mostMentions)
/** Where its links lead, each once. */
export const linksIn = (text: string): string[] => [...new Set(foundIn(text).flatMap(one => one.url ?? []))]

const mostTerms = 1500
const mostPrefix = 6
/** Five letters of a place: searches of one place do not meet the terms of others. */
const mark = (place: string): string => place.slice(-5)
const short = (word: string): string => [...word].slice(0, mostPrefix).join('')

/** What a text is found by in its place: beginnings of words, characters, pairs of them, and pairs as they are said. */
export function wordsOf(place: string, text: string): { folded: string; terms: string[] } {
  const plain = text.replace(mention, ' ')
  const terms = new Set<string>()
  const put = (term: string): void => {
    if (terms.size < mostTerms) terms.add(mark(place) + term)
  }
  const beginnings = (word: string): void => {
    const letters = [...word].slice(0, mostPrefix)
    for (let n = Math.min(2, letters.length); n <= letters.length; n++) put(letters.slice(0, n).join(''))
  }
  let before: { text: string; said: string } | null = null
  for (const unit of unitsOf(plain)) {
    if (unit.kind !== 'han') {
      beginnings(unit.text)
      if (unit.kind === 'kana') beginnings(latinOf(unit.text))
      before = null
      continue
    }
    const said = soundOf(unit.text)
    put(unit.text)
    if (before !== null && !unit.space) {
      put(before.text + unit.text)
      put(`${before.said}~${said}`)
    }
    before = { text: unit.text, said }
  }
  return { folded: fold(plain), terms: [...terms] }
}

/** What to ask for: any of the alternatives with all its terms, and what the folded text must contain. Empty: nothing is left of the query. */
export function askFor(place: string, query: string): { all: string[]; contains: string[] }[] {
  const pieces = runsOf(unitsOf(query.slice(0, 100))).slice(0, 8)
  if (pieces.length === 0) return []
  const put = (term: string): string => mark(place) + term
  const written = {
    all: pieces.flatMap(piece => {
      if (!piece.han) return [put(short(piece.text))]
      const chars = [...piece.text]
      return chars.length === 1 ? [put(piece.text)] : chars.slice(1).map((char, i) => put(chars[i]! + char))
    }),
    contains: pieces.map(piece => piece.text),
  }
  const asked = [written]
  if (pieces.every(piece => !piece.han)) {
    const said = syllablesOf(pieces.map(piece => piece.text).join(''))
    if (said !== null && said.length >= 2) asked.push({ all: said.slice(1).map((one, i) => put(`${said[i]!}~${one}`)), contains: [] })
  }
  return asked
}

/** Whether a name begins so, as it is written or said, or has it inside. */
export function nameFits(name: string, query: string): boolean {
  const wanted = fold(query).replaceAll(' ', '')
  if (wanted === '') return true
  if (fold(name).replaceAll(' ', '').includes(wanted)) return true
  const units = unitsOf(name)
  const said = units.map(unit => (unit.kind === 'han' ? soundOf(unit.text) : unit.kind === 'kana' ? latinOf(unit.text) : unit.text))
  return (
    said.join('').startsWith(wanted) ||
    said
      .map(one => one.slice(0, 1))
      .join('')
      .startsWith(wanted)
  )
}
