/** What a show is found by: its title, who plays, where; as written and in pinyin (whole, and first letters). */
import { later } from '../foundation/later.ts'

const pinyinPro = later<typeof import('pinyin-pro')>('pinyin-pro')

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
const latin = (text: string, pattern: 'pinyin' | 'first'): string =>
  pinyinPro()
    .pinyin(text, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true, pattern })
    .join('')
    .toLowerCase()
    .replaceAll(' ', '')

export function wordsOf(parts: readonly string[]): string {
  const given = [...new Set(parts.filter(part => part !== ''))]
  const han = given.filter(part => /\p{Script=Han}/u.test(part))
  return [...given.map(plain), ...han.flatMap(part => [latin(part, 'pinyin'), latin(part, 'first')])].join('\n').slice(0, 8000)
}
/** Each of these has to be found. */
export const wanted = (q: string): string[] => plain(q).split(' ').filter(Boolean).slice(0, 8)
