/** How text is folded, cut into units and turned into what it is found by. Pure: the same rules for what is kept and for what is asked. */
import { later } from '../foundation/later.ts'
import { variants } from './variants.generated.ts'

const pinyinPro = later<typeof import('pinyin-pro')>('pinyin-pro')

/** Raised when the rules change: the index is made anew then. */
export const rules = 1
/** Longest beginning of a word that is a term; the rest of a longer one is checked in the text. */
export const mostPrefix = 6

const simple = new Map<string, string>()
for (let i = 0; i < variants.length; i += 2) simple.set(variants[i]!, variants[i + 1]!)
const letters = new Map(Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ı: 'i', þ: 'th', ħ: 'h', ŋ: 'n' }))
const folded = new Map<string, string>()

/** One character as it is compared: lower case, no marks, simplified, hiragana; a space for what is neither letter nor digit, nothing for marks and apostrophes. */
function foldChar(char: string): string {
  const known = folded.get(char)
  if (known !== undefined) return known
  let out = ''
  const plain = char
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^\P{M}\u3099\u309A]/gu, '')
    .normalize('NFC')
  for (const one of plain) {
    const code = one.codePointAt(0)!
    if (/['’‘`ʼ\u3099\u309A\u30FC]|\p{M}/u.test(one)) continue
    if (!/[\p{L}\p{N}]/u.test(one)) out += ' '
    else if (code >= 0x30a1 && code <= 0x30f6) out += String.fromCodePoint(code - 0x60)
    else out += simple.get(one) ?? letters.get(one) ?? one
  }
  if (folded.size < 50_000) folded.set(char, out)
  return out
}
/** Lower case, no marks, simplified characters, one space between words. */
export function fold(text: string): string {
  let out = ''
  for (const char of text) out += foldChar(char)
  return out.replace(/ +/g, ' ').trim()
}
const isHan = (char: string): boolean => /\p{Script=Han}/u.test(char)
const isKana = (char: string): boolean => /[\u3041-\u3096]/.test(char)

/** A Chinese character, or a word of anything else. `at`: where each letter of `text` began in the original; `end`: where the last one ended. */
export type Unit = { text: string; kind: 'han' | 'kana' | 'word'; at: number[]; end: number; space: boolean }

/** A text in units, in order. `space`: something stood between it and the one before. */
export function unitsOf(text: string): Unit[] {
  const units: Unit[] = []
  let last: Unit | null = null
  let space = true
  let at = 0
  for (const char of text) {
    const end = at + char.length
    for (const one of foldChar(char)) {
      if (one === ' ') {
        last = null
        space = true
        continue
      }
      const kind = isHan(one) ? 'han' : isKana(one) ? 'kana' : 'word'
      if (last === null || kind === 'han' || last.kind !== kind) {
        last = { text: one, kind, at: Array.from({ length: one.length }, () => at), end, space }
        units.push(last)
      } else {
        last.text += one
        for (let i = 0; i < one.length; i++) last.at.push(at)
        last.end = end
      }
      space = false
    }
    if (last !== null && foldChar(char) === '') last.end = end
    at = end
  }
  return units
}
const idle = new Set(['the', 'and'])
/** Without "the" and "and", unless nothing else is there. */
const telling = (units: Unit[]): Unit[] => {
  const rest = units.filter(unit => !idle.has(unit.text))
  return rest.length > 0 ? rest : units
}

const romaji: Record<string, string> = {}
for (const [row, kana] of Object.entries({
  '': 'あいうえお',
  k: 'かきくけこ',
  s: 'さしすせそ',
  t: 'たちつてと',
  n: 'なにぬねの',
  h: 'はひふへほ',
  m: 'まみむめも',
  r: 'らりるれろ',
  g: 'がぎぐげご',
  z: 'ざじずぜぞ',
  d: 'だぢづでど',
  b: 'ばびぶべぼ',
  p: 'ぱぴぷぺぽ',
}))
  [...kana].forEach((one, i) => (romaji[one] = row + 'aiueo'[i]!))
Object.assign(romaji, {
  し: 'shi',
  ち: 'chi',
  つ: 'tsu',
  ふ: 'fu',
  じ: 'ji',
  ぢ: 'ji',
  づ: 'zu',
  や: 'ya',
  ゆ: 'yu',
  よ: 'yo',
  わ: 'wa',
  を: 'o',
  ん: 'n',
  ゔ: 'vu',
})
const small: Record<string, string> = { ゃ: 'a', ゅ: 'u', ょ: 'o', ぁ: 'a', ぃ: 'i', ぅ: 'u', ぇ: 'e', ぉ: 'o' }
/** Kana in Latin letters, long vowels as they are written. */
export function latinOf(kana: string): string {
  let out = ''
  let double = false
  for (const one of kana) {
    if (one === 'っ') {
      double = true
      continue
    }
    const ending = small[one]
    if (ending !== undefined && out !== '') {
      const stem = out.slice(0, -1)
      out = stem + ('ゃゅょ'.includes(one) && !/(?:sh|ch|j)$/.test(stem) ? 'y' : '') + ending
      continue
    }
    const said = romaji[one] ?? ending ?? ''
    out += double ? said.slice(0, 1) + said : said
    double = false
  }
  return out
}

const readings = (han: string): string[][] => {
  const first = pinyinPro()
    .pinyin(han, { toneType: 'none', type: 'array', v: true, surname: 'head' })
    .map(one => one.toLowerCase())
  const second = pinyinPro()
    .pinyin(han, { toneType: 'none', type: 'array', v: true, surname: 'off' })
    .map(one => one.toLowerCase())
  const all = [first]
  if (second.join() !== first.join()) all.push(second)
  return [...all, ...all.filter(one => one.some(said => said.includes('v'))).map(one => one.map(said => said.replace('v', 'u')))]
}
const alone = new Map<string, string>()
/** How one character is said by itself, without tone. */
export function soundOf(char: string): string {
  let said = alone.get(char)
  if (said === undefined) alone.set(char, (said = pinyinPro().pinyin(char, { toneType: 'none', type: 'array', v: true })[0]!.toLowerCase()))
  return said
}
/** Neighbouring units of one kind: Chinese characters as one text; every other word alone. */
export function runsOf(units: readonly Unit[]): { text: string; han: boolean; kana: boolean }[] {
  const runs: { text: string; han: boolean; kana: boolean }[] = []
  let open = false
  for (const unit of units) {
    const han = unit.kind === 'han'
    if (han && open && !unit.space) runs.at(-1)!.text += unit.text
    else runs.push({ text: unit.text, han, kana: unit.kind === 'kana' })
    open = han
  }
  return runs
}

export type Spelled = {
  /** All of it without spaces. */
  key: string
  /** Its words, with a space before each. */
  own: string
  /** As it is said and by its initials, each between spaces; empty where it is as it is written. */
  sound: string
  terms: Set<string>
  /** Words that a misspelled one may have meant. */
  words: Set<string>
}

function addBeginnings(terms: Set<string>, word: string): void {
  let beginning = ''
  for (const letter of [...word].slice(0, mostPrefix)) terms.add((beginning += letter))
}

/** All ways to find a name. */
export function spell(name: string): Spelled {
  const runs = runsOf(telling(unitsOf(name.slice(0, 300))))
  const terms = new Set<string>()
  const words = new Set<string>()
  const said = [new Map<number, string>(), new Map<number, string>(), new Map<number, string>()]
  const firsts = [new Map<number, string>(), new Map<number, string>(), new Map<number, string>()]
  let other = false
  runs.forEach(({ text, han, kana }, n) => {
    const put = (way: number, full: string, initials: string): void => {
      said[way]!.set(n, full)
      firsts[way]!.set(n, initials)
    }
    if (!han) {
      addBeginnings(terms, text)
      if (/^[\p{L}\p{N}]{3,30}$/u.test(text)) words.add(text)
      const latin = kana ? latinOf(text) : text
      if (kana && latin !== '') {
        other = true
        addBeginnings(terms, latin)
        words.add(latin)
      }
      put(0, latin, [...latin][0] ?? '')
      return
    }
    other = true
    const chars = [...text]
    chars.forEach((char, i) => {
      terms.add(char)
      if (i + 1 < chars.length) terms.add(char + chars[i + 1]!)
    })
    readings(text)
      .slice(0, 3)
      .forEach((syllables, way) => {
        syllables.forEach((_, i) => {
          const from = syllables.slice(i, i + mostPrefix)
          addBeginnings(terms, from.join(''))
          addBeginnings(terms, from.map(one => [...one][0]!).join(''))
        })
        words.add(syllables.join('').slice(0, 31))
        put(way, syllables.join(''), syllables.map(one => [...one][0]!).join(''))
      })
  })
  const sounds = new Set<string>()
  if (other) {
    for (const way of [0, 1, 2]) {
      if (way > 0 && said[way]!.size === 0) continue
      const whole = (from: Map<number, string>[]): string => runs.map((_, n) => from[way]!.get(n) ?? from[0]!.get(n) ?? '').join('')
      sounds.add(whole(said))
      if (whole(said).length <= 30) words.add(whole(said))
      sounds.add(whole(firsts))
    }
  } else if (runs.length >= 3) {
    const initials = runs.map(run => [...run.text][0]!).join('')
    sounds.add(initials)
    terms.add([...initials].slice(0, mostPrefix).join(''))
  }
  sounds.delete('')
  return {
    key: [...runs.map(run => run.text).join('')].slice(0, 120).join(''),
    own: runs.map(run => ` ${run.text}`).join(''),
    sound: sounds.size === 0 ? '' : ` ${[...sounds].join(' ')} `,
    terms,
    words: new Set([...words].filter(word => word.length >= 3 && word.length <= 30 && /^[a-z0-9]+$/.test(word))),
  }
}

export type Piece = { text: string; han: boolean; kana: boolean }
export type Wanted = { key: string; pieces: Piece[]; terms: string[] }
/** The terms that a name with this piece in it has. */
export function termsOf({ text, han }: Pick<Piece, 'text' | 'han'>): string[] {
  if (!han) return [[...text].slice(0, mostPrefix).join('')]
  const chars = [...text]
  if (chars.length === 1) return [text]
  return chars.slice(1).map((char, i) => chars[i]! + char)
}
/** What a query asks for: every term must be there, every piece contained. No pieces: nothing is left of it. */
export function wanted(query: string): Wanted {
  const pieces = runsOf(telling(unitsOf(query.slice(0, 100)))).slice(0, 8)
  return {
    key: pieces.map(piece => piece.text).join(''),
    pieces,
    terms: [...new Set(pieces.flatMap(termsOf))],
  }
}
/** A piece as it is said. */
export const saidOf = (piece: Piece): string =>
  piece.han ? readings(piece.text)[0]!.join('') : piece.kana ? latinOf(piece.text) : piece.text
