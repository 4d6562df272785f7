/** How text is folded, cut and turned into the terms of the search table. Pure. */
import { pinyin } from 'pinyin-pro'

/** Longest beginning of a word that is a term; the rest of a longer one is checked in the text. */
const mostPrefix = 6

/** Lower case, compatible forms as one, no marks, everything that is neither letter nor digit a single space. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
export const squeeze = (folded: string): string => folded.replaceAll(' ', '')

type Piece = { han: boolean; text: string }
/** Runs of Chinese characters and runs of anything else, in order. */
function piecesOf(folded: string): Piece[] {
  return [...folded.matchAll(/(\p{Script=Han}+)|([^\p{Script=Han}\s]+)/gu)].map(match => ({ han: match[1] !== undefined, text: match[0] }))
}
const syllablesOf = (han: string): string[] =>
  pinyin(han, { toneType: 'none', type: 'array', v: true, surname: 'head' }).map(syllable => syllable.toLowerCase())

export type Spelled = {
  /** Folded. */
  text: string
  /** Folded without spaces; then its pinyin and its initials where it has Chinese. */
  keys: string[]
  /** What a query piece must be contained in: text, pinyin, initials. */
  hay: string
  terms: Set<string>
}

function addPrefixes(terms: Set<string>, word: string): void {
  const letters = [...word]
  for (let n = 1; n <= Math.min(letters.length, mostPrefix); n++) terms.add(letters.slice(0, n).join(''))
}

/** All ways to find a name. */
export function spell(name: string): Spelled {
  const text = fold(name)
  const terms = new Set<string>()
  const full: string[] = []
  const initials: string[] = []
  let chinese = false
  for (const piece of piecesOf(text)) {
    if (!piece.han) {
      addPrefixes(terms, piece.text)
      full.push(piece.text)
      initials.push(piece.text[0]!)
      continue
    }
    chinese = true
    const letters = [...piece.text]
    letters.forEach((letter, i) => {
      terms.add(letter)
      if (i + 1 < letters.length) terms.add(letter + letters[i + 1]!)
    })
    const syllables = syllablesOf(piece.text)
    syllables.forEach((_, i) => {
      addPrefixes(terms, syllables.slice(i, i + mostPrefix).join(''))
      addPrefixes(
        terms,
        syllables
          .slice(i, i + mostPrefix)
          .map(syllable => syllable[0]!)
          .join(''),
      )
    })
    full.push(syllables.join(''))
    initials.push(syllables.map(syllable => syllable[0]!).join(''))
  }
  const keys = [squeeze(text)]
  if (chinese) keys.push(full.join(''), initials.join(''))
  return {
    text,
    keys: [...new Set(keys)].filter(key => key !== ''),
    hay: chinese ? `${text} ${full.join(' ')} ${initials.join('')}` : text,
    terms,
  }
}

export type Wanted = { squeezed: string; terms: string[]; pieces: string[] }

/** What a query asks for: every term must be there, every piece must be contained. Null when nothing is left of it. */
export function wanted(query: string): Wanted | null {
  const folded = fold(query).slice(0, 100)
  const pieces = piecesOf(folded).slice(0, 8)
  if (pieces.length === 0) return null
  const terms = new Set<string>()
  for (const { han, text } of pieces) {
    const letters = [...text]
    if (!han) terms.add(letters.slice(0, mostPrefix).join(''))
    else if (letters.length === 1) terms.add(text)
    else for (let i = 0; i + 1 < letters.length; i++) terms.add(letters[i]! + letters[i + 1]!)
  }
  return { squeezed: squeeze(folded), terms: [...terms], pieces: pieces.map(piece => piece.text) }
}

/** The same query by its sound: traditional characters sound like their simplified forms. Null where it has no Chinese. */
export function wantedBySound(query: string): Wanted | null {
  const folded = fold(query).slice(0, 100)
  if (!/\p{Script=Han}/u.test(folded)) return null
  return wanted(
    piecesOf(folded)
      .map(piece => (piece.han ? syllablesOf(piece.text).join('') : piece.text))
      .join(' '),
  )
}
