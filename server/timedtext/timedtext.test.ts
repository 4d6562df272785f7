/** Words in time: every format read, written and read back; what is broken is said with its line; nothing in a file can hurt. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computing } from '../foundation/testing.ts'
import { decodeText, parseTimed, settle, timingOf, wholeLines, writeTimed, type TimedFormat, type TimedLine } from './index.ts'

const shape = (lines: readonly TimedLine[]): unknown[] => lines.map(({ startMs, endMs, text }) => [startMs, endMs, text])
const problem = (text: string, hint?: string): string => {
  try {
    parseTimed(text, hint, true)
    return 'read'
  } catch (error) {
    return (error as Error).message
  }
}

describe('LRC', () => {
  it('reads lines, repeated lines, offset and tags', () => {
    const { timing, lines, tags, format } = parseTimed(
      '\uFEFF[ti:Song]\n[by:Ana]\n[offset:+500]\n[00:01.50][00:10.50]again\n[00:05.00]once\r\n[00:07.00]\n',
    )
    expect([timing, format, tags]).toEqual(['line', 'lrc', { title: 'Song', by: 'Ana' }])
    // A positive offset makes words come sooner.
    expect(shape(lines)).toEqual([
      [1000, 4500, 'again'],
      [4500, 6500, 'once'],
      [10_000, 15_000, 'again'],
    ])
    expect(shape(parseTimed('[offset:-500]\n[00:01.00]late').lines)).toEqual([[1500, 6500, 'late']])
  })
  it('reads words, and two lines of one time as words and translation, a third in Latin letters as how they are said', () => {
    const { timing, format, lines } = parseTimed(
      '[00:01.00]<00:01.00>你<00:01.40>好 <00:02.00>\n[00:01.00]Hello\n[00:03.00]<00:03.10>world',
    )
    expect([timing, format]).toEqual(['word', 'elrc'])
    expect(lines[0]).toEqual({
      startMs: 1000,
      endMs: 2000,
      text: '你好',
      translation: 'Hello',
      romanisation: null,
      agent: null,
      words: [
        { text: '你', startMs: 1000, endMs: 1400 },
        { text: '好', startMs: 1400, endMs: 2000 },
      ],
    })
    expect(lines[1]!.words).toEqual([{ text: 'world', startMs: 3100, endMs: 8000 }])
    const beside = (text: string): unknown => parseTimed(text).lines.map(line => [line.text, line.translation, line.romanisation])
    expect(beside('[00:01.00]君の名は\n[00:01.00]kimi no na wa\n[00:01.00]你的名字')).toEqual([['君の名は', '你的名字', 'kimi no na wa']])
    expect(beside('[00:01.00]你好\n[00:01.00]Hello\n[00:01.00]nǐ hǎo')).toEqual([['你好', 'Hello', 'nǐ hǎo']])
  })
  it('keeps blanks that have a time of their own, and pauses between words', () => {
    const { lines } = parseTimed('[00:01.00]<00:01.00>one<00:01.30> <00:01.50>two<00:02.00>')
    expect(lines[0]!.text).toBe('one two')
    expect(lines[0]!.words).toEqual([
      { text: 'one ', startMs: 1000, endMs: 1300 },
      { text: 'two', startMs: 1500, endMs: 2000 },
    ])
  })
  it('reads words timed in square brackets, as karaoke programs wrote them', () => {
    const { lines, format } = parseTimed('[00:51.00]ka[00:51.30]ra[00:51.60]o[00:52.00]ke[00:53.00]')
    expect(format).toBe('elrc')
    expect(lines[0]!.words.map(word => [word.text, word.startMs, word.endMs])).toEqual([
      ['ka', 51_000, 51_300],
      ['ra', 51_300, 51_600],
      ['o', 51_600, 52_000],
      ['ke', 52_000, 53_000],
    ])
  })
  it('reads TRC: how long each unit sounds stands before it', () => {
    const { lines, format, timing } = parseTimed('[ti:曲]\n[00:10.50]<300>苍<250>茫 <100><400>的\n[00:10.50]vast\n[00:20.00]line')
    expect([format, timing]).toEqual(['trc', 'word'])
    expect(lines[0]).toMatchObject({ text: '苍茫 的', translation: 'vast', startMs: 10_500, endMs: 11_550 })
    expect(lines[0]!.words).toEqual([
      { text: '苍', startMs: 10_500, endMs: 10_800 },
      { text: '茫 ', startMs: 10_800, endMs: 11_050 },
      { text: '的', startMs: 11_150, endMs: 11_550 },
    ])
    expect(writeTimed(lines, 'trc').split('\n')[0]).toBe('[00:10.500]<300>苍<250>茫 <100><400>的')
  })
  it('keeps plain text with its verses', () => {
    expect(parseTimed('\n one\n\ntwo \n').lines.map(line => line.text)).toEqual(['one', '', 'two'])
    expect(parseTimed('')).toMatchObject({ timing: 'none', lines: [], format: 'txt' })
  })
  it('says which line is wrong, and leaves it out where an import must go on', () => {
    expect(problem('[ti:x]\n[00:01.00]a\n[00:75.00]b')).toBe('bad_time in line 3')
    expect(problem('[00:01.00]a\n[1.00]b')).toBe('bad_time in line 2')
    expect(problem('[00:01.00]<00:01.00>a<00:61.00>b')).toBe('bad_word_time in line 1')
    expect(problem('[00:01.00]<00:01.00>a<00:0x>b')).toBe('bad_word_time in line 1')
    expect(problem('[00:01.00]a\nno time')).toBe('untimed_line in line 2')
    expect(problem(`[00:01.00]${'x'.repeat(1001)}`)).toBe('line_too_long in line 1')
    expect(problem(Array.from({ length: 2001 }, (_, i) => `[${String(i).padStart(2, '0')}:00.00]x`).join('\n'))).toBe(
      'too_many_lines in line 2001',
    )
    expect(problem('x'.repeat(600_000))).toBe('too_large')
    expect(problem('a\u0000b')).toBe('not_text')
    expect(shape(parseTimed('[00:01.00]a\nno time\n[1.00]b').lines)).toEqual([[1000, 6000, 'a']])
  })
  it('never throws when it is lenient, and times never run backwards', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('[00:01.00]', '<00:02.5>', '[offset:9]', '[99:99]', '\n', '<00:00.1>', '<300>', '[', ']', '歌', 'la', ' '),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), parts => {
        const { lines } = parseTimed(`.${parts.join('')}`)
        lines.forEach((line, i) => {
          expect(line.endMs).toBeGreaterThanOrEqual(line.startMs)
          if (i > 0) expect(line.startMs).toBeGreaterThanOrEqual(lines[i - 1]!.startMs)
          let before = line.startMs
          for (const word of line.words) {
            expect(word.startMs).toBeGreaterThanOrEqual(before)
            expect(word.endMs).toBeGreaterThanOrEqual(word.startMs)
            before = word.endMs
          }
          if (line.words.length > 0) expect(line.words.map(word => word.text).join('')).toBe(line.text)
        })
      }),
      { numRuns: 500 },
    )
  })
  it('reads files in the encodings people have', () => {
    expect(decodeText(Buffer.from('[00:01.00]晴天'))).toBe('[00:01.00]晴天')
    expect(decodeText(Uint8Array.of(0xc7, 0xe7, 0xcc, 0xec))).toBe('晴天')
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x74, 0x66))).toBe('晴')
    expect(decodeText(Uint8Array.of(0xfe, 0xff, 0x66, 0x74))).toBe('晴')
    expect(decodeText(Buffer.from('[00:01.00]la la la', 'utf16le'))).toBe('[00:01.00]la la la')
    expect(parseTimed(Buffer.from('[00:01.00]晴天')).language).toBe('zh')
    // Cut within a sign, in UTF-8 and in GBK; what Latin programs wrote.
    const bytes = new TextEncoder().encode('晴天的夜里有风')
    expect(decodeText(bytes.subarray(0, -1))).toBe('晴天的夜里有\ufffd')
    expect(decodeText(Uint8Array.of(0xc7, 0xe7, 0xcc, 0xec, 0xc7, 0xe7, 0xcc, 0xec, 0xc7))).toBe('晴天晴天\ufffd')
    expect(decodeText(Uint8Array.of(0x63, 0x61, 0x66, 0xe9))).toBe('café')
    expect(() => decodeText(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 8, 8, 0, 1))).toThrow('not_text')
    expect(() => decodeText(new Uint8Array(600_000))).toThrow('too_large')
  })
})

describe('TTML', () => {
  const apple = `<?xml version="1.0" encoding="UTF-8"?><!-- made by hand -->
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:itunes="http://music.apple.com/lyric-ttml-internal" itunes:timing="Word" xml:lang="ja"><head><metadata><ttm:title>R&amp;B &#x6708;</ttm:title><ttm:agent type="person" xml:id="v1"/><ttm:agent type="person" xml:id="v2"/><iTunesMetadata xmlns="http://music.apple.com/lyric-ttml-internal"><translations><translation type="subtitle" xml:lang="zh-Hans"><text for="L1">月亮很美</text></translation></translations><transliterations><transliteration xml:lang="ja-Latn"><text for="L1"><span begin="1.0" end="1.5">tsuki</span> <span begin="1.5" end="2.5">ga</span></text></transliteration></transliterations></iTunesMetadata></metadata></head>
<body dur="20.5"><div begin="1.0" end="9.0" itunes:song-part="Verse"><p begin="1.000" end="00:03.5" itunes:key="L1" ttm:agent="v1"><span begin="1.0" end="1.5">月</span><span begin="1.5" end="2.5">が</span> <span begin="00:02.5" end="3.2">綺麗</span><span ttm:role="x-bg"><span begin="3.3" end="3.5">(la)</span></span></p>
<p begin="4s" end="4500ms" itunes:key="L2" ttm:agent="v2">two<br/>parts<span ttm:role="x-translation" xml:lang="en">II</span></p></div></body></tt>`
  it('reads what Apple writes: words, agents, voices behind, translation and romanisation from the head or inside', () => {
    const { format, language, translationLanguage, tags, lines } = parseTimed(apple)
    expect([format, language, translationLanguage, tags.title]).toEqual(['ttml', 'ja', 'zh-Hans', 'R&B 月'])
    expect(lines).toMatchObject([
      { startMs: 1000, endMs: 3200, text: '月が 綺麗', translation: '月亮很美', romanisation: 'tsuki ga', agent: 'v1' },
      { startMs: 3300, endMs: 3500, text: '(la)', agent: 'bg' },
      { startMs: 4000, endMs: 4500, text: 'two parts', translation: 'II', agent: 'v2', words: [] },
    ])
    expect(lines[0]!.words).toEqual([
      { text: '月', startMs: 1000, endMs: 1500 },
      { text: 'が ', startMs: 1500, endMs: 2500 },
      { text: '綺麗', startMs: 2500, endMs: 3200 },
    ])
  })
  it('opens nothing outside and no entity of its own, and says the line of what is broken', () => {
    expect(problem('<!DOCTYPE tt SYSTEM "http://127.0.0.1:1/x.dtd"><tt/>')).toBe('doctype in line 1')
    expect(problem('<?xml version="1.0"?>\n<!DOCTYPE tt [<!ENTITY a "b">]>\n<tt/>')).toBe('doctype in line 2')
    expect(problem(apple.replace('R&amp;B', '&xxe;'))).toMatch(/^bad_xml in line \d$/)
    expect(problem('<tt>\n<body>\n</tt>')).toBe('bad_xml in line 3')
    expect(problem(`<tt>${'<div>'.repeat(100)}`)).toBe('bad_xml in line 1')
    expect(problem('<tt a="1" a="2"/>')).toBe('bad_xml in line 1')
    expect(problem('<tt>&#0;</tt>')).toBe('bad_xml in line 1')
    expect(problem('<?xml version="1.0"?><svg/>')).toBe('not_ttml in line 1')
    expect(problem(apple.replace('begin="4s"', 'begin="4x"'))).toBe('bad_time in line 2')
    expect(problem(apple.replace('begin="4s"', 'begin="99:99.0"'))).toBe('bad_time in line 2')
  })
  it('is quick with hostile text', () => {
    const took = computing(() => {
      for (const text of [
        `<tt>${'<p '.repeat(100_000)}`,
        `<tt>${'<!-- '.repeat(90_000)}`,
        `<tt ${'a'.repeat(500_000)}`,
        `<tt>${'&'.repeat(500_000)}`,
        `<tt>${' '.repeat(500_000)}`,
      ])
        expect(problem(text)).toMatch(/^bad_xml/)
      for (const text of [
        '[00:01.00]'.repeat(50_000),
        `[00:01.00]${'<1>'.repeat(150_000)}`,
        '['.repeat(500_000),
        `[${' '.repeat(500_000)}`,
        `[00:01.00]${'<00:'.repeat(120_000)}`,
        `${'\n'.repeat(500_000)}x`,
      ])
        parseTimed(text)
    })
    expect(took).toBeLessThan(12_000)
  })
})

describe('subtitles', () => {
  it('reads SubRip and WebVTT', () => {
    const srt = parseTimed('1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello</i>\r\n你好\r\n\r\n2\n00:00:03,000 --> 00:00:04,000\nworld')
    expect(srt.format).toBe('srt')
    expect(srt.lines.map(line => [line.startMs, line.endMs, line.text, line.translation])).toEqual([
      [1000, 2500, 'Hello', '你好'],
      [3000, 4000, 'world', null],
    ])
    const vtt = parseTimed('WEBVTT - x\n\nNOTE a --> b\n\nid\n00:01.000 --> 00:02.000 line:0\n<v Ana>a &amp; <00:00:01.500>b</v>')
    expect(vtt.lines[0]).toMatchObject({
      text: 'a & b',
      words: [
        { text: 'a & ', startMs: 1000, endMs: 1500 },
        { text: 'b', startMs: 1500, endMs: 2000 },
      ],
    })
    expect(problem('1\n00:00:01,000 --> 00:00:0x,500\nx')).toBe('bad_time in line 2')
    expect(problem('1\n00:00:05,000 --> 00:00:01,500\nx')).toBe('bad_time in line 2')
  })
})

describe('what is written is read back', () => {
  const latin = fc.constantFrom('la', 'love', "it's", 'R&B', '<3', 'ünïc')
  const han = fc.constantFrom('月亮', '你', '好', '我愛你', '星')
  const part = (word: fc.Arbitrary<string>) =>
    fc.record({
      gap: fc.integer({ min: 1, max: 3000 }),
      words: fc.array(fc.tuple(word, fc.integer({ min: 1, max: 900 }), fc.constantFrom(0, 0, 120)), { minLength: 1, maxLength: 6 }),
      rest: fc.constantFrom(0, 0, 700),
      translation: fc.option(fc.constantFrom('moon', 'you & I', 'x < y')),
      romanisation: fc.option(fc.constantFrom('yuè liang', 'nǐ hǎo')),
      agent: fc.constantFrom(null, 'v2', 'bg'),
      worded: fc.boolean(),
    })
  const song = (word: fc.Arbitrary<string>) => fc.array(part(word), { minLength: 1, maxLength: 12 })
  type Says = { words: boolean; translation: boolean; romanisation: boolean; agent: boolean; pauses: boolean; spaces: string }
  const build = (
    parts: readonly (typeof song extends (w: never) => fc.Arbitrary<infer T> ? T : never)[number][],
    says: Says,
  ): TimedLine[] => {
    let at = 0
    return settle(
      parts.map(({ gap, words, rest, translation, romanisation, agent, worded }) => {
        at += gap
        const startMs = at
        const made = words.map(([text, ms, pause], i) => {
          const from = at + (says.pauses && i > 0 ? pause : 0)
          at = from + ms
          return { text: i < words.length - 1 ? text + says.spaces : text, startMs: from, endMs: at }
        })
        const timed = says.words && worded
        if (!timed) at += rest
        return {
          startMs,
          endMs: at,
          text: made.map(({ text }) => text).join(''),
          translation: says.translation ? translation : null,
          romanisation: says.romanisation && (says.agent || translation !== null) ? romanisation : null,
          agent: says.agent ? agent : null,
          words: timed ? made : [],
        }
      }),
    )
  }
  const all = { words: true, translation: true, romanisation: true, agent: false, pauses: true, spaces: '' }
  it.each<[TimedFormat, Says, fc.Arbitrary<string>]>([
    ['lrc', { ...all, words: false }, han],
    ['lrc', { ...all, words: false, romanisation: false, spaces: ' ' }, latin],
    ['elrc', all, han],
    ['elrc', { ...all, romanisation: false, spaces: ' ' }, latin],
    ['trc', all, han],
    ['trc', { ...all, romanisation: false, spaces: ' ' }, latin],
    ['ttml', { ...all, agent: true, spaces: ' ' }, latin],
    ['ttml', { ...all, agent: true }, han],
    ['srt', { ...all, words: false, romanisation: false }, han],
    ['vtt', { ...all, romanisation: false, pauses: false, spaces: ' ' }, latin],
  ])('%s %#', (format, says, word) => {
    fc.assert(
      fc.property(song(word), parts => {
        const lines = build(parts, says)
        // One singer alone needs no name; TTML says it for the first of several.
        const agents = new Set(lines.map(line => line.agent))
        const expected = lines.map(line => (agents.size === 1 ? { ...line, agent: line.agent } : { ...line, agent: line.agent ?? 'v1' }))
        const text = writeTimed(lines, format, { title: 'A & B', by: 'Ana', language: 'en', translationLanguage: 'zh' })
        const back = parseTimed(text, format, true)
        expect(back.lines).toEqual(format === 'ttml' ? expected : lines)
        expect(back.timing).toBe(timingOf(lines))
        // And once more the same text: nothing drifts.
        expect(writeTimed(back.lines, format, { title: 'A & B', by: 'Ana', language: 'en', translationLanguage: 'zh' })).toBe(text)
        if (format !== 'srt' && format !== 'vtt') expect(back.tags).toMatchObject({ title: 'A & B', by: 'Ana' })
      }),
      { numRuns: 150 },
    )
  })
  it('plain text, of timed lines too', () => {
    const { lines } = parseTimed('[00:01.00]a\n[00:02.00]b')
    expect(writeTimed(lines, 'txt')).toBe('a\nb\n')
    expect(writeTimed(wholeLines([{ startMs: 0, endMs: 0, text: 'a', translation: null, words: [] }]), 'lrc')).toBe('a\n')
  })
})
