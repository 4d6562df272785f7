/** Folding, spelling, typos, filters, marks, lines: everything pure. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ask } from './asking.ts'
import { computing } from '../foundation/testing.ts'
import { askLines, bestLine, syllablesOf, termsOfLines } from './lines.ts'
import { marksOf } from './marks.ts'
import { distance, editsOf, keptOf, leftovers, nearest } from './typos.ts'
import { makeVariants } from './variants.testing.ts'
import { fold, latinOf, spell, termsOf, unitsOf, wanted } from './words.ts'

const finds = (name: string, query: string): boolean => {
  const { pieces, terms } = wanted(query)
  const there = spell(name)
  const hay = `${there.own} ${there.sound}`
  return pieces.length > 0 && terms.every(term => there.terms.has(term)) && pieces.every(piece => hay.includes(piece.text))
}
/** The marked parts of a name. */
const marked = (name: string, query: string, near = false): string[] => {
  const marks = marksOf(name, wanted(query).pieces, near)
  return Array.from({ length: marks.length / 2 }, (_, i) => name.slice(marks[2 * i], marks[2 * i + 1]))
}
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(..."周杰伦青花瓷愛爱龍龙のサakB é-('!&"), maxLength: 12 }),
)

describe('variants', () => {
  it('are those of OpenCC', async () => {
    await expect(makeVariants()).toMatchFileSnapshot('./variants.generated.ts')
  })
})

describe('folding', () => {
  it('makes one of what is written in several ways', () => {
    for (const [a, b] of [
      ['周傑倫', '周杰伦'],
      ['愛與誠', '爱与诚'],
      ['臺北', '台北'],
      ['裏面', '里面'],
      ['衞蘭', '卫兰'],
      ['黄昏', '黃昏'],
      ['Beyoncé', 'BEYONCE'],
      ['Ｆｕｌｌ　Ｗｉｄｔｈ', 'full width'],
      ['Sigur Rós – Ágætis', 'sigur ros agaetis'],
      ['Don\u2019t', 'dont'],
      ['サクラ', 'さくら'],
    ])
      expect([a, fold(a!)]).toEqual([a, fold(b!)])
  })
  it('folds once and for all, and every letter knows where it came from', () => {
    fc.assert(
      fc.property(text, given => {
        expect(fold(fold(given))).toBe(fold(given))
        for (const unit of unitsOf(given)) {
          expect(unit.text.length).toBe(unit.at.length)
          expect(unit.end).toBeLessThanOrEqual(given.length)
          expect(unit.at.every((at, i) => at < unit.end && (i === 0 || at >= unit.at[i - 1]!))).toBe(true)
        }
      }),
    )
  })
})

describe('spelling', () => {
  it('finds by signs, pinyin, initials and beginnings', () => {
    for (const query of ['周杰伦', '周杰', '杰伦', '伦', '周傑倫', 'zhoujielun', 'jielun', 'zjl', 'zhou', 'zhou jie lun', 'ZHOU'])
      expect([query, finds('周杰伦', query)]).toEqual([query, true])
    for (const query of ['周伦', 'zhang', 'zjx', '']) expect([query, finds('周杰伦', query)]).toEqual([query, false])
    for (const query of ['breaking', 'break', 'the chains', 'CHAIN', 'breaking the chains', 'breaking chains'])
      expect([query, finds('Breaking the Chains', query)]).toEqual([query, true])
    expect(finds('Breaking the Chains', 'breakingx')).toBe(false)
    expect(finds('Café del Mar', 'cafe')).toBe(true)
    expect(finds("Journey's End", 'journeys end')).toBe(true)
    expect(finds('Simon & Garfunkel', 'simon and garfunkel')).toBe(true)
    expect(finds('単純な愛', 'danchun')).toBe(true)
    for (const query of ['sakura', 'さく', 'サクラ']) expect([query, finds('さくら', query)]).toEqual([query, true])
    // Surnames are said otherwise than the same character alone; ü is typed as v or u.
    for (const query of ['shanyichun', 'danyichun', 'syc']) expect([query, finds('单依纯', query)]).toEqual([query, true])
    for (const query of ['lvguang', 'luguang']) expect([query, finds('绿光', query)]).toEqual([query, true])
    expect(latinOf('きっと')).toBe('kitto')
  })
  it('finds every name by itself, by its beginning and by each of its words', () => {
    fc.assert(
      fc.property(text, name => {
        const { pieces, key } = wanted(name)
        if (pieces.length === 0) return
        expect(spell(name).key.startsWith(key)).toBe(true)
        expect(finds(name, name)).toBe(true)
        expect([...spell(name).terms].every(term => term.isWellFormed())).toBe(true)
        for (const piece of pieces) expect(termsOf(piece).every(term => spell(name).terms.has(term))).toBe(true)
      }),
    )
  })
  it('knows nothing that means something in a pattern or a query language', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), query => {
        const { pieces, terms } = wanted(query)
        for (const one of [...terms, ...pieces.map(piece => piece.text)]) expect(one).not.toMatch(/[%_\\&|!():*'"<>\s]/)
      }),
    )
  })
})

describe('typos', () => {
  it('allow one edit from four letters, two from eight, neighbours swapped', () => {
    for (const [written, meant] of [
      ['stairwey', 'stairway'],
      ['strairwa', 'stairway'],
      ['beatlse', 'beatles'],
      ['betles', 'beatles'],
      ['qinghauci', 'qinghuaci'],
      ['zhoujielnu', 'zhoujielun'],
    ])
      expect([written, nearest(written!, [meant!, 'something', 'else'], 3)]).toEqual([written, [meant]])
    expect(nearest('cat', ['car'], 3)).toEqual([])
    expect(nearest('beetlez', ['beatles'], 3)).toEqual([])
  })
  it('share something with what was meant, whatever the edit', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 4, maxLength: 14 })
    fc.assert(
      fc.property(word, fc.nat(), fc.nat(3), fc.constantFrom(...'abcxyz'), (meant, place, edit, letter) => {
        const at = place % meant.length
        const rest = meant.slice(at + 1)
        const written =
          edit === 0
            ? meant.slice(0, at) + rest
            : edit === 1
              ? meant.slice(0, at) + letter + rest
              : edit === 2
                ? meant.slice(0, at) + letter + meant.slice(at)
                : meant.slice(0, at) + rest.slice(0, 1) + meant[at]! + rest.slice(1)
        if (editsOf(written.length) === 0) return
        expect(distance(written, meant, 2)).toBeLessThanOrEqual(1)
        const kept = new Set(keptOf(meant))
        expect(leftovers(written, editsOf(written.length)).some(one => kept.has(one))).toBe(true)
      }),
    )
  })
})

describe('filters', () => {
  it('are taken out of the words, unknown ones are told and stay words', () => {
    expect(ask('artist:周杰伦 year:1999..2003 qing')).toMatchObject({
      years: [1999, 2003],
      artist: { key: '周杰伦' },
      key: 'qing',
      unknown: [],
    })
    expect(ask('genre:"Post Rock" album:x')).toMatchObject({ genre: 'post rock', album: { key: 'x' }, pieces: [] })
    expect(ask('歌手：王菲 年份:2001')).toMatchObject({ artist: { key: '王菲' }, years: [2001, 2001] })
    expect(ask('year:abc re:zero')).toMatchObject({ years: null, unknown: ['year:abc', 're:zero'], key: 'yearabcrezero' })
    expect(ask('year:..1990').years).toEqual([0, 1990])
    expect(ask('12:30 x').unknown).toEqual([])
  })
})

describe('marks', () => {
  it('show what of a name was found', () => {
    expect(marked('青花瓷 (Live)', '青花')).toEqual(['青花'])
    expect(marked('青花瓷', 'huaci')).toEqual(['花瓷'])
    expect(marked('青花瓷', 'qhc')).toEqual(['青花瓷'])
    expect(marked('周杰倫', '周杰伦')).toEqual(['周杰倫'])
    expect(marked('Café del Mar', 'cafe mar')).toEqual(['Café', 'Mar'])
    expect(marked('Daft Punk', 'daftpunk')).toEqual(['Daft Punk'])
    expect(marked('Stairway to Heaven', 'stairwey', true)).toEqual(['Stairway'])
    expect(marked('晴天', '雨天')).toEqual([])
  })
  it('lie within the name, in order', () => {
    fc.assert(
      fc.property(text, text, fc.boolean(), (name, query, near) => {
        const marks = marksOf(name, wanted(query).pieces, near)
        expect(marks.length % 2).toBe(0)
        marks.forEach((at, i) => expect(at).toBeGreaterThan(i === 0 ? -1 : marks[i - 1]!))
        expect(marks.at(-1) ?? 0).toBeLessThanOrEqual(name.length)
      }),
    )
  })
})

describe('lines', () => {
  const lines = ['素胚勾勒出青花笔锋浓转淡', '天青色等烟雨 而我在等你', 'Hello darkness, my old friend', "I've come to talk with you again"]
  const best = (query: string, loose = false) => {
    const asked = askLines(query)!
    const found = bestLine(lines, asked, loose)
    return found === null ? null : [found.line, lines[found.line]!.slice(found.marks[0], found.marks.at(-1))]
  }
  it('are found by their words, their sound, a wrong character, unfinished words', () => {
    expect(best('天青色等烟雨')).toEqual([1, '天青色等烟雨'])
    expect(best('天青色等煙雨')).toEqual([1, '天青色等烟雨'])
    expect(best('天晴色等烟雨', true)).toEqual([1, '天青色等烟雨'])
    expect(best('天青色看烟雨', true)).toEqual([1, '天青色等烟雨'])
    expect(best('tianqingse deng', true)).toEqual([1, '天青色等'])
    expect(best('darkness my old')).toEqual([2, 'darkness, my old'])
    expect(best('hello dark', true)).toEqual([2, 'Hello darkness'])
    expect(best('friend darkness', true)?.[0]).toBe(2)
    expect(best('nothing of this', true)).toBeNull()
    expect(askLines('a')).toBeNull()
    expect(askLines('我')).toBeNull()
    expect(syllablesOf('xianggang')).toEqual(['xiang', 'gang'])
    expect(syllablesOf('hello')).toBeNull()
    // More ways to cut it than could ever be tried.
    const took = computing(() => {
      for (let i = 0; i < 20; i++) expect(syllablesOf('ang'.repeat(20))).toBeNull()
    })
    expect(took).toBeLessThan(1000)
  })
  it('have the terms of every part of them', () => {
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(20), fc.nat(20), (n, from, length) => {
        const units = unitsOf(lines[n]!)
        const part = units.slice(from % units.length, (from % units.length) + 2 + (length % 6))
        const asked = part.length < 2 ? null : askLines(part.map(unit => unit.text).join(' '))
        const terms = new Set(termsOfLines(lines))
        expect(asked === null || asked.exact.every(term => terms.has(term))).toBe(true)
      }),
    )
  })
})
