/** Cutting a line into the pieces one taps: words of letters, single signs of Chinese and Japanese, syllables of Korean. Pure. */

const sign = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
/** Small kana and the long mark sound with the sign before them. */
const joins = /[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮー々]/u
const letter = /[\p{L}\p{N}]/u

/** Pieces whose texts joined are the line; blanks and marks stay with the piece before (an opening mark with the one behind). `by` word keeps a line of signs whole up to a blank. */
export function splitWords(line: string, by: 'sign' | 'word' = 'sign'): string[] {
  const pieces: string[] = []
  let open = ''
  let kind: 'none' | 'letters' | 'signs' = 'none'
  let blank = false
  for (const one of line) {
    const isSign = sign.test(one) || joins.test(one)
    const isLetter = isSign || letter.test(one)
    if (!isLetter) {
      if (/[(（「『【《“‘[]/.test(one) || pieces.length === 0) open += one
      else if (open === '') pieces[pieces.length - 1] += one
      else open += one
      blank ||= /\s/.test(one)
      if (open !== '') blank = true
      // Don't, l'amour: one word; a hyphen is where one breathes.
      if (!/['’]/.test(one)) kind = kind === 'letters' && !/\s|-|–|—|\//.test(one) ? kind : 'none'
      continue
    }
    const goes =
      open === '' &&
      pieces.length > 0 &&
      ((isSign && joins.test(one)) || (!isSign && kind === 'letters' && !blank) || (isSign && by === 'word' && kind === 'signs' && !blank))
    if (goes) pieces[pieces.length - 1] += one
    else {
      pieces.push(open + one)
      open = ''
    }
    kind = isSign ? 'signs' : 'letters'
    blank = false
  }
  if (open !== '') {
    if (pieces.length > 0) pieces[pieces.length - 1] += open
    else pieces.push(open)
  }
  return pieces
}
