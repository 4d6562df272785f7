import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { computing } from '../foundation/testing.ts'
import { formOf, leadsTo, linkForm, placesOf, prepare, printOf, says } from './forms.ts'

const hears = (text: string, rule: string): boolean => says(prepare(text), formOf(rule)!)

const english = ['fanatic', 'scamsite', 'buyvotes', 'hatred', 'ass', 'balloon']
const chinese = ['法轮功', '买票', '打榜集资', '代刷', '後臺交易', '臺灣']
/** Ways in which people disguise what they say; each leaves it readable. */
const anyWord = {
  wide: (word: string) => [...word].map(c => (/[!-~]/.test(c) ? String.fromCodePoint(c.codePointAt(0)! + 0xfee0) : c)).join(''),
  invisible: (word: string) => [...word].join('\u200b'),
  joiner: (word: string) => [...word].join('\u2060\ufe0f'),
  starred: (word: string) => [...word].join('*'),
  dotted: (word: string) => [...word].join('·'),
  spaced: (word: string) => [...word].join(' '),
  wideSpaced: (word: string) => [...word].join('\u3000'),
  sentences: (word: string) => [...word].join('。'),
}
const westernWord = {
  upper: (word: string) => word.toUpperCase(),
  accents: (word: string) => [...word].map(c => `${c}\u0301`).join(''),
  cyrillic: (word: string) => word.replaceAll('a', 'а').replaceAll('e', 'е').replaceAll('o', 'о').replaceAll('c', 'с'),
  leet: (word: string) => word.replaceAll('a', '@').replaceAll('s', '$').replaceAll('i', '1').replaceAll('o', '0').replaceAll('e', '3'),
  stretched: (word: string) => [...word].map((c, i) => (i % 2 === 0 ? c.repeat(3) : c)).join(''),
  bold: (word: string) => [...word].map(c => String.fromCodePoint(0x1d41a + c.charCodeAt(0) - 97)).join(''),
  circled: (word: string) => [...word].map(c => String.fromCodePoint(0x1f150 + c.charCodeAt(0) - 97)).join(''),
  flags: (word: string) => [...word].map(c => String.fromCodePoint(0x1f1e6 + c.charCodeAt(0) - 97)).join(''),
}
const before = fc.constantFrom('', '今天 ', 'so ', '你好！', 'listen: ', '\n')
const after = fc.constantFrom('', ' 真的', ' now', '！', '…', '\n再见')

describe('words without disguise', () => {
  test('an English word is found in any disguise, with something before and behind', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...english),
        fc.constantFrom(...Object.values(anyWord), ...Object.values(westernWord)),
        before,
        after,
        (rule, trick, a, b) => {
          expect(hears(a + trick(rule) + b, rule)).toBe(true)
        },
      ),
      { numRuns: 600 },
    )
  })
  test('a Chinese word is found in any disguise and in both scripts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...chinese), fc.constantFrom(...Object.values(anyWord)), before, after, (rule, trick, a, b) => {
        // Nobody can tell two characters with a full stop between from the end of one sentence and the beginning of the next.
        fc.pre([...rule].length > 2 || trick !== anyWord.sentences)
        expect(hears(a + trick(rule) + b, rule)).toBe(true)
      }),
      { numRuns: 300 },
    )
    expect(hears('法輪功', '法轮功')).toBe(true)
    expect(hears('台湾', '臺灣')).toBe(true)
    expect(hears('⼈民', '人民')).toBe(true)
  })
  test('a rule may be disguised itself', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...english),
        fc.constantFrom(...Object.values(anyWord).slice(0, 5), westernWord.upper, westernWord.bold),
        (word, trick) => {
          expect(hears(word, trick(word))).toBe(true)
        },
      ),
    )
  })
  test('words inside other words are left alone', () => {
    for (const text of ['class', 'assistant', 'bass guitar', 'the pen is here', 'as said', 'grass', 'Scunthorpe', '455', 'passe'])
      for (const rule of ['ass', 'penis', 'cunt', 'pass', 'cunthorpe'])
        expect([text, rule, hears(text, rule)]).toEqual([text, rule, text === 'never'])
    expect(hears('I was, so I am', 'soi')).toBe(false)
    expect(hears('I love hope', 'ilovehope')).toBe(false)
    expect(hears('good', 'god')).toBe(false)
    expect(hears('我爱法。轮到你了', '法轮')).toBe(false)
  })
  test('a star at an end stands for any letters; several words are one rule', () => {
    expect(hears('scammers', 'scam*')).toBe(true)
    expect(hears('scammers', 'scam')).toBe(false)
    expect(hears('megascam', '*scam')).toBe(true)
    expect(hears('please KILL   yourself!', 'kill yourself')).toBe(true)
    expect(hears('kill it yourself', 'kill yourself')).toBe(false)
    expect(hears('加 v 信 吧', '加v信')).toBe(true)
  })
  test('whatever the text, looking through it ends soon and finds what is there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), text => {
        expect(hears(`${text}\nfanatic\n`, 'fanatic')).toBe(true)
        const form = formOf(text.replaceAll('*', ''))
        // A form is stable: made of itself, it is the same.
        if (form !== undefined) expect(formOf(form.form)?.form).toBe(form.form)
      }),
      { numRuns: 300 },
    )
    const long = 'a '.repeat(2500)
    const took = computing(() => {
      for (let i = 0; i < 20; i++) prepare(long)
    })
    expect(took / 20).toBeLessThan(250)
  })
  test('the same said again has one print; short cries have none', () => {
    expect(printOf('加我微信领取演唱会门票吧 123')).toBe(printOf('加-我-微-信-領取演唱會門票吧１２３！'))
    expect(printOf('加油加油')).toBeNull()
  })
  test('nothing is left of a rule of signs', () => {
    for (const rule of ['***', ' . ', '\u200b', '！']) expect(formOf(rule)).toBeUndefined()
  })
})

describe('links', () => {
  const leads = (text: string, links: string[], rule: string): boolean =>
    placesOf(text, links).some(place => leadsTo(place, linkForm(rule)!))
  test('hosts, those below them and paths', () => {
    expect(leads('', ['https://EVIL.com/x'], 'evil.com')).toBe(true)
    expect(leads('', ['https://a.b.evil.com'], '*.evil.com')).toBe(true)
    expect(leads('', ['https://notevil.com'], 'evil.com')).toBe(false)
    expect(leads('', ['https://evil.com.good.org'], 'evil.com')).toBe(false)
    expect(leads('', ['https://t.me/scam/1'], 't.me/scam')).toBe(true)
    expect(leads('', ['https://t.me/scamalot'], 't.me/scam')).toBe(false)
    expect(leads('', ['https://user@evil.com:8443/'], 'http://www.evil.com/')).toBe(true)
    expect(leads('', ['https://еvil.com'], 'еvil.com')).toBe(true)
    expect(leads('', ['evil.com'], 'evil.com')).toBe(true)
  })
  test('addresses written so that nothing makes a link of them', () => {
    for (const text of [
      'evil . com',
      'evil。com',
      'evil (dot) com',
      'EVIL[dot]COM',
      'ｅｖｉｌ．ｃｏｍ',
      'evil点com',
      'e\u200bvil.c\u200bom',
      'see еvil.com',
    ])
      expect([text, leads(text, [], 'evil.com')]).toEqual([text, true])
    expect(placesOf('I like it. Come on, 3.5 stars', [])).toEqual([])
  })
  test('what is no address is no rule', () => {
    for (const pattern of ['evil', 'http://', 'a b.com', '', '.com', 'localhost'])
      expect([pattern, linkForm(pattern)]).toEqual([pattern, undefined])
  })
})
