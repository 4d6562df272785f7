/** What groups are found by: words, characters, pinyin and initials of a name. Pure. */
import { later } from '../foundation/later.ts'

const pinyinPro = later<typeof import('pinyin-pro')>('pinyin-pro')

const han = /\p{Script=Han}/u
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** A text in words: runs of Chinese one character each, the rest as it is written. */
const unitsOf = (text: string): string[] => fold(text).match(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu) ?? []

/** All that a group of this name and handle is found by, apart by blanks. From each character the pinyin runs on, so that "zhoujie" and "zjl" find 周杰伦. */
export function wordsOf(name: string, handle: string): string {
  const found = new Set<string>([...unitsOf(name), ...handle.split('-'), handle.replaceAll('-', '')])
  for (const [run] of fold(name).matchAll(/\p{Script=Han}+/gu)) {
    const syllables = pinyinPro().pinyin(run, { toneType: 'none', type: 'array', v: true })
    for (let from = 0; from < syllables.length; from++) {
      found.add(syllables.slice(from).join(''))
      found.add(
        syllables
          .slice(from)
          .map(one => one[0] ?? '')
          .join(''),
      )
    }
  }
  return [...found].filter(one => one !== '').join(' ')
}

/** A question as a tsquery of word beginnings; null: nothing to ask for. */
export function asked(text: string): string | null {
  const units = unitsOf(text).slice(0, 12)
  return units.length === 0 ? null : units.map(unit => (han.test(unit) ? `'${unit}'` : `'${unit.replaceAll("'", '')}':*`)).join(' & ')
}
