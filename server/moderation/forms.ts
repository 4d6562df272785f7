/**
 * Words without disguise. A rule and a text are brought to one form (width, case, accents, look-alike letters, traditional characters, what one does not see);
 * then spaced-out letters, stars between them, letters said many times and digits for letters are seen through. Pure.
 */
import { Converter } from 'opencc-js/t2cn'

/** Letters of other scripts and what they pass for, after lower case and without marks. */
const looksLike = new Map(
  'аa вb еe з3 иu іi кk мm нh оo рp сc тt уy хx ѕs јj һh ԁd ԛq ԝw гr пn ӏl ɡg αa βb εe ηn ιi κk νv οo ρp τt υu χx ωw γy μu ıi ɩi ɪi øo đd łl ħh ŧt ƒf'
    .split(' ')
    .map(pair => [[...pair][0]!, [...pair][1]!]),
)
type Convert = (text: string) => string
let simplify: Convert | undefined
const simple = new Map<string, string>()
function simplified(char: string): string {
  const known = simple.get(char)
  if (known !== undefined) return known
  simplify ??= Converter({ from: 't', to: 'cn' }) as Convert
  const found = simplify(char)
  simple.set(char, found)
  return found
}
const han = /\p{Script=Han}/u
const eastern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/** Letters in circles, squares and flags, which the normal forms of Unicode leave alone. */
function unboxed(char: string): string {
  const code = char.codePointAt(0)!
  for (const start of [0x1f130, 0x1f150, 0x1f170, 0x1f1e6])
    if (code >= start && code < start + 26) return String.fromCharCode(97 + code - start)
  return char
}

/** One form of a text: what stands between letters is still there. */
export function fold(text: string): string {
  let out = ''
  const plain = text
    .replace(/[\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu, unboxed)
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    // Marks, and all one does not see: joiners, directions, soft hyphens, fillers.
    .replace(/[\p{M}\p{Cf}\u115f\u1160\u3164\uffa0]/gu, '')
    .normalize('NFC')
  for (const char of plain) out += han.test(char) ? simplified(char) : (looksLike.get(char) ?? char)
  return out
}

const leets = new Map([...'0o1i3e4a5s7t8b@a$s!i|i€e'].flatMap((char, i, all) => (i % 2 === 0 ? [[char, all[i + 1]!] as const] : [])))
/** Digits and signs inside a word read as the letters they pass for; l as i, since 1 passes for both. Numbers stay numbers. */
function unleet(token: string): string {
  if (!/[a-z]/.test(token) && !/^[@$€|!]+$/.test(token)) return token
  let out = ''
  for (const char of token) out += leets.get(char) ?? (char === 'l' ? 'i' : char)
  return out
}
/** Of a word with a letter three times or more: every letter once. */
const once = (token: string): string => token.replace(/(.)\1+/gu, '$1')
const isStretched = (token: string): boolean => /(.)\1\1/u.test(token)

/** A text made ready to be looked through. All end and begin with a space. */
export type Prepared = {
  /** Words as they stand, in several readings; and each of them by itself, so that most rules cost one look. */
  lines: readonly string[]
  words: ReadonlySet<string>
  /** Words with a letter three times or more, each letter once. */
  stretched: string
  /** Letters that stood alone, put together. */
  spelled: readonly string[]
  /** Eastern writing without anything between. */
  dense: string
}

const line = (tokens: readonly string[]): string => ` ${tokens.join(' ')} `
/** Runs of things of one letter, put together. */
function joinSingles(tokens: readonly string[]): string[] {
  const found: string[] = []
  let run = ''
  for (const token of [...tokens, '##']) {
    if ([...token].length === 1) run += token
    else {
      if ([...run].length > 1) found.push(run)
      run = ''
    }
  }
  return found
}
function denseOf(folded: string): string {
  const parts = folded
    .split(/[。.!?;,、:…\n\r]+/u)
    .map(part => part.replace(/[^\p{L}\p{N}]/gu, ''))
    .filter(part => part !== '')
  let out = ''
  let before = 0
  for (const part of parts) {
    const length = [...part].length
    // The end of a sentence parts words; but not where single characters stand between such marks.
    out += before === 0 || length === 1 || before === 1 ? part : ` ${part}`
    before = length
  }
  return ` ${out} `
}

export function prepare(text: string): Prepared {
  const folded = fold(text)
  const western = folded.replace(new RegExp(eastern, 'gu'), ' ')
  const split = western.split(/[^\p{L}\p{N}]+/u).filter(token => token !== '')
  // Signs that pass for letters count as letters here; others between letters go.
  const signs = western.split(/\s+/u).flatMap(token => {
    const plain = token.replace(/[^\p{L}\p{N}@$!|€]/gu, '').replace(/^[!|]+|[!|]+$/gu, '')
    return plain === '' ? [] : [plain]
  })
  const bare = western.split(/\s+/u).flatMap(token => {
    const plain = token.replace(/[^\p{L}\p{N}]/gu, '')
    return plain === '' ? [] : [plain]
  })
  const spelled = [...joinSingles(split), ...joinSingles(signs)]
  const all = [split.map(unleet), bare.map(unleet), signs.map(unleet)]
  return {
    lines: [...new Set([split, ...all].map(line))],
    words: new Set([split, ...all].flat()),
    stretched: line([...new Set([...all.flat(), ...spelled.map(unleet)].filter(isStretched).map(once))]),
    spelled: [...new Set(spelled.flatMap(token => [token, unleet(token)]))],
    dense: denseOf(folded),
  }
}

/** A rule made ready. `form` is kept with it: two rules of one form are one. */
export type Form = { form: string; eastern: boolean; starts: boolean; ends: boolean; read: string; stretched: string | null }

/** What a rule's word comes to; undefined when nothing is left of it. `*` at an end stands for any letters. */
export function formOf(pattern: string): Form | undefined {
  const folded = fold(pattern.trim())
  const starts = folded.startsWith('*')
  const ends = folded.endsWith('*')
  if (eastern.test(folded)) {
    const dense = folded.replace(/[^\p{L}\p{N}]/gu, '')
    return dense === '' ? undefined : { form: dense, eastern: true, starts, ends, read: dense, stretched: null }
  }
  const tokens = folded
    .split(/\s+/u)
    .map(token => token.replace(/[^\p{L}\p{N}@$]/gu, ''))
    .filter(token => token !== '')
  if (tokens.length === 0) return undefined
  const word = tokens.join(' ')
  const read = tokens.map(unleet).join(' ')
  return {
    form: `${starts ? '*' : ''}${word}${ends ? '*' : ''}`,
    eastern: false,
    starts,
    ends,
    read,
    stretched: tokens.length === 1 && /[a-z]/.test(read) ? once(read) : null,
  }
}

/** Whether a text says a rule's word. */
export function says(text: Prepared, rule: Form): boolean {
  if (rule.eastern) return text.dense.includes(rule.read)
  const around = (word: string): string => `${rule.starts ? '' : ' '}${word}${rule.ends ? '' : ' '}`
  const plain = rule.form.replace(/^\*|\*$/g, '')
  const alone = !rule.starts && !rule.ends && !plain.includes(' ')
  if (
    alone
      ? text.words.has(plain) || text.words.has(rule.read)
      : text.lines.some(one => one.includes(around(plain)) || one.includes(around(rule.read)))
  )
    return true
  if (rule.stretched !== null && text.stretched.includes(around(rule.stretched))) return true
  // Letter by letter: nobody can tell where such a word begins.
  const letters = rule.read.replaceAll(' ', '')
  return [...letters].length >= 3 && text.spelled.some(one => one.includes(letters) || one.includes(plain.replaceAll(' ', '')))
}

/** The same text said again has the same print, however it is disguised; null for short ones, which people say often. */
export function printOf(text: string): string | null {
  const plain = fold(text).replace(/[^\p{L}\p{N}]/gu, '')
  return [...plain].length < 12 ? null : plain
}

// ── Links: where they lead, and rules for that

/** `host` or `host/path`, without scheme and `www.`; undefined when it is no address. */
export function linkForm(pattern: string): string | undefined {
  const bare = pattern.trim().replace(/^\*\./, '')
  const place = placeOf(/^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? bare : `http://${bare}`)
  return place === undefined || !/[a-z0-9-]\.[a-z0-9-]{2,}$/.test(place.host)
    ? undefined
    : `${place.host}${place.path === '/' ? '' : place.path}`
}
export type Place = { host: string; path: string; sure: boolean }
function placeOf(link: string): Place | undefined {
  try {
    const url = new URL(link)
    // `URL` brings hosts to one form: lower case, punycode, numbers as addresses.
    const host = url.hostname.replace(/\.$/, '').replace(/^www\./, '')
    return host === '' ? undefined : { host, path: url.pathname.replace(/\/+$/, '') || '/', sure: true }
  } catch {
    return undefined
  }
}
/** Endings that are hardly ever anything but an address. */
const endings = 'com|net|org|cn|top|xyz|vip|cc|io|info|shop|club|online|site|link|app|live|icu|ru|tk|ly|gg|me'
const written = new RegExp(
  `[a-z0-9][a-z0-9-]{0,62}(?:\\s*(?:[.。]|[(\\[{]\\s*(?:dot|点)\\s*[)\\]}]|\\bdot\\b|点)\\s*[a-z0-9-]{1,63}){0,4}\\s*(?:[.。]|[(\\[{]\\s*(?:dot|点)\\s*[)\\]}]|\\bdot\\b|点)\\s*(?:${endings})\\b`,
  'g',
)

/** All places a text leads to: its links, and addresses written so that nothing makes a link of them (`evil (dot) com`, `evil。com`). */
export function placesOf(text: string, links: readonly string[]): Place[] {
  const found = links.flatMap(link => placeOf(/^[a-z][a-z0-9+.-]*:/i.test(link) ? link : `http://${link}`) ?? [])
  const folded = fold(text)
  for (const [match] of folded.matchAll(written)) {
    const host = match
      .replace(/\s*(?:[.。]|[([{]\s*(?:dot|点)\s*[)\]}]|\bdot\b|点)\s*/g, '.')
      .replace(/\s+/g, '')
      .replace(/^www\./, '')
    if (!found.some(one => one.host === host)) found.push({ host, path: '/', sure: false })
  }
  return found
}

/** Whether a rule speaks of a place: the host or one below it, and the beginning of the path. */
export function leadsTo(place: Place, form: string): boolean {
  const slash = form.indexOf('/')
  const host = slash < 0 ? form : form.slice(0, slash)
  const path = slash < 0 ? '' : form.slice(slash)
  if (place.host !== host && !place.host.endsWith(`.${host}`)) return false
  return path === '' || place.path === path || place.path.startsWith(`${path}/`)
}
