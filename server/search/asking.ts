/** What somebody asks for: words and filters. Pure. */
import { fold, runsOf, saidOf, termsOf, unitsOf, wanted, type Piece, type Wanted } from './words.ts'

export type Asked = Wanted & {
  artist: Wanted | null
  album: Wanted | null
  genre: string | null
  years: [from: number, to: number] | null
  /** Filters that mean nothing here, as they were written; their words are searched for like others. */
  unknown: string[]
}

const filterNames: Record<string, 'artist' | 'album' | 'year' | 'genre'> = {
  artist: 'artist',
  by: 'artist',
  歌手: 'artist',
  艺人: 'artist',
  藝人: 'artist',
  album: 'album',
  release: 'album',
  专辑: 'album',
  專輯: 'album',
  year: 'year',
  年: 'year',
  年份: 'year',
  genre: 'genre',
  流派: 'genre',
  风格: 'genre',
  風格: 'genre',
}
function yearsOf(text: string): [number, number] | null {
  const match = /^(\d{4})?(\.\.|-)?(\d{4})?$/.exec(text)
  if (match === null || (match[1] === undefined && match[3] === undefined)) return null
  const [, from, range, to] = match
  if (range === undefined) return to === undefined ? [Number(from), Number(from)] : null
  return [Number(from ?? 0), Number(to ?? 9999)]
}

/** Words and filters of a query: `artist:`, `album:`, `genre:`, `year:1999`, `year:1999..2003`; values with spaces between quotation marks. */
export function ask(query: string): Asked {
  const asked: Omit<Asked, keyof Wanted> = { artist: null, album: null, genre: null, years: null, unknown: [] }
  const rest = query
    .slice(0, 200)
    .normalize('NFC')
    .replaceAll('：', ':')
    .replace(
      /(^|\s)([\p{L}]{1,12}):(?:"([^"]*)"|(\S+))/gu,
      (whole: string, before: string, name: string, quoted?: string, bare?: string) => {
        const filter = filterNames[name.toLowerCase()]
        const value = quoted ?? bare ?? ''
        const plain = wanted(value)
        if (filter === 'year') asked.years = yearsOf(value)
        else if (filter === 'genre') asked.genre = fold(value) || null
        else if (filter !== undefined) asked[filter] = plain.pieces.length > 0 ? plain : null
        if (filter !== undefined && asked[filter === 'year' ? 'years' : filter] !== null) return before
        asked.unknown.push(whole.trim())
        return `${before}${name} ${value}`
      },
    )
  return { ...wanted(rest), ...asked }
}
export const filtered = (asked: Asked): boolean =>
  asked.artist !== null || asked.album !== null || asked.genre !== null || asked.years !== null

/** Another thing that may have been meant: the terms of `all`, one word of each of `any`, and the text looks like all of `like` (`_`: any character). */
export type Other = { all: string[]; any: string[][]; like: string[] }

const figures = '〇一二三四五六七八九'
const inFigures = (text: string): string | null =>
  /^[〇零一二三四五六七八九]{2,}$/.test(text) ? [...text].map(char => (char === '零' ? 0 : figures.indexOf(char))).join('') : null
const inWords = (text: string): string | null => (/^\d{2,8}$/.test(text) ? [...text].map(digit => figures[Number(digit)]!).join('') : null)

const plainOf = (pieces: readonly Pick<Piece, 'text' | 'han'>[]): Other => ({
  all: [...new Set(pieces.flatMap(termsOf))],
  any: [],
  like: pieces.map(piece => `%${piece.text}%`),
})

/** What a query that finds nothing may have meant, the likeliest first. `meant`: known words near each misspelled one. */
export function others({ pieces }: Wanted, meant: ReadonlyMap<string, readonly string[]>): Other[] {
  const all: Other[] = []
  const said = pieces.map(piece => ({ text: saidOf(piece), han: false }))
  // By its sound: another way to write it, a wrong character of the right sound.
  if (pieces.some(piece => piece.han || piece.kana)) all.push(plainOf(said))
  const digits = pieces.map(piece => {
    const other = inFigures(piece.text) ?? inWords(piece.text)
    return other === null ? piece : { text: other, han: !piece.han }
  })
  if (digits.some((piece, i) => piece !== pieces[i])) all.push(plainOf(digits))
  // Misspelled words beside others that are not.
  if (pieces.some(piece => meant.has(piece.text))) {
    const right = said.filter((_, i) => !meant.has(pieces[i]!.text))
    all.push({
      ...plainOf(right),
      any: pieces.flatMap(piece => {
        const known = meant.get(piece.text)
        return known === undefined ? [] : [[...known]]
      }),
    })
  }
  const only = pieces.length === 1 ? pieces[0]! : null
  if (only !== null) {
    // Written together: artist and title, or the initials of both.
    const chars = [...only.text]
    if (chars.length >= 4 && chars.length <= (only.han ? 16 : 12) && (only.han || /^[a-z]+$/.test(only.text)))
      for (let i = 2; i <= chars.length - 2; i++)
        all.push(plainOf([chars.slice(0, i), chars.slice(i)].map(part => ({ text: part.join(''), han: only.han }))))
    // One character is another one.
    if (only.han && chars.length >= 3 && chars.length <= 10)
      for (let i = 0; i < chars.length; i++) {
        const parts = [chars.slice(0, i), chars.slice(i + 1)]
          .filter(part => part.length > 0)
          .map(part => ({ text: part.join(''), han: true }))
        all.push({ ...plainOf(parts), like: [`%${chars.map((char, n) => (n === i ? '_' : char)).join('')}%`] })
      }
  }
  return all
}

/** Pieces as one would look for them in a name, for showing what was found. */
export const piecesOf = (text: string): Piece[] => runsOf(unitsOf(text))
