import { describe, expect, it } from 'vitest'
import { parseTimed, writeTimed } from '../../shared/timedtext/index.ts'
import {
  besideOf,
  check,
  clearTimes,
  firstOpen,
  linesOf,
  moveLine,
  nudge,
  rebase,
  setAllText,
  setText,
  shiftAll,
  tap,
  tapLine,
  textOf,
  untap,
  workFrom,
  type Place,
  type Work,
} from './edit.ts'
import { splitWords } from './split.ts'

describe('a line in pieces to tap', () => {
  it.each([
    ['月亮代表我的心', ['月', '亮', '代', '表', '我', '的', '心']],
    ["don't let me down, l'amour", ["don't ", 'let ', 'me ', 'down, ', "l'amour"]],
    ['你好，world', ['你', '好，', 'world']],
    ['(oh) 我 love you', ['(oh) ', '我 ', 'love ', 'you']],
    ['きゃりーぱみゅ', ['きゃ', 'りー', 'ぱ', 'みゅ']],
    ['“啊”——', ['“啊”——']],
    ['la-la', ['la-', 'la']],
    ['……', ['……']],
    ['', []],
  ])('%s', (line, pieces) => {
    expect(splitWords(line)).toEqual(pieces)
    expect(splitWords(line).join('')).toBe(line)
  })
  it('keeps signs together up to a blank where it is asked to', () => {
    expect(splitWords('月亮 代表我的心', 'word')).toEqual(['月亮 ', '代表我的心'])
  })
})

const start = (text: string): Work => setAllText(workFrom([], 'zh'), text)
/** Plays taps: numbers are spaces at that time, `e` before one is enter. */
function play(work: Work, taps: readonly (number | `e${number}`)[], from?: Place): { work: Work; place: Place } {
  let now = { work, place: from ?? firstOpen(work) }
  for (const one of taps) now = typeof one === 'number' ? tap(now.work, now.place, one) : tapLine(now.work, now.place, Number(one.slice(1)))
  return now
}
const shape = (work: Work) =>
  linesOf(work).map(line => [line.text, line.startMs, line.endMs, line.words.map(word => [word.text, word.startMs, word.endMs])])

describe('tapping', () => {
  it('space begins a word, enter ends the line; the next space begins the next', () => {
    const { work, place } = play(start('你好\n\nla la'), [1000, 1400, 'e2000', 3000, 3300, 'e3900'])
    expect(shape(work)).toEqual([
      [
        '你好',
        1000,
        2000,
        [
          ['你', 1000, 1400],
          ['好', 1400, 2000],
        ],
      ],
      [
        'la la',
        3000,
        3900,
        [
          ['la ', 3000, 3300],
          ['la', 3300, 3900],
        ],
      ],
    ])
    expect(place.line).toBe(3)
    expect(parseTimed(writeTimed(linesOf(work), 'elrc')).lines).toEqual(linesOf(work))
  })
  it('a space where enter was forgotten ends the line before', () => {
    const { work } = play(start('你好\nla'), [1000, 1400, 3000, 'e3500'])
    expect(shape(work)[0]).toEqual([
      '你好',
      1000,
      3000,
      [
        ['你', 1000, 1400],
        ['好', 1400, 3000],
      ],
    ])
  })
  it('enter alone times lines', () => {
    const { work } = play(start('one\ntwo\nthree'), ['e1000', 'e2500', 'e4000'])
    expect(linesOf(work, 6000).map(line => [line.startMs, line.endMs, line.words])).toEqual([
      [1000, 2500, []],
      [2500, 4000, []],
      [4000, 6000, []],
    ])
  })
  it('enter in the middle shares the rest of the line among the words that are left', () => {
    const { work } = play(start('一二三四'), [1000, 1200, 'e1800'])
    expect(shape(work)[0]![3]).toEqual([
      ['一', 1000, 1200],
      ['二', 1200, 1400],
      ['三', 1400, 1600],
      ['四', 1600, 1800],
    ])
  })
  it('backspace takes back one tap after another, across lines, and says from where to listen again', () => {
    const first = play(start('你好\nla'), [1000, 1400, 'e2000', 3000])
    const one = untap(first.work, first.place)
    expect([one.place, one.at]).toEqual([{ line: 1, word: 0 }, 3000])
    const two = untap(one.work, one.place)
    expect([two.place, two.at]).toEqual([{ line: 0, word: 1 }, 1400])
    const three = untap(two.work, two.place)
    expect([three.place, three.at]).toEqual([{ line: 0, word: 0 }, 1000])
    expect(linesOf(three.work).every(line => line.endMs === 0)).toBe(true)
    expect(untap(three.work, three.place).at).toBeNull()
    const again = play(three.work, [1100, 1500, 'e2100', 3000, 'e3400'], three.place)
    expect(shape(again.work).map(line => line.slice(0, 3))).toEqual([
      ['你好', 1100, 2100],
      ['la', 3000, 3400],
    ])
    const lines = play(start('a\nb'), ['e1000', 'e2000'])
    expect(untap(lines.work, lines.place)).toMatchObject({ place: { line: 1, word: 0 }, at: 2000 })
  })
})

describe('changing what is there', () => {
  const timed = play(start('你好\nla la'), [1000, 1400, 'e2000', 3000, 3300, 'e3900']).work
  it('moves words within their neighbours and lines as a whole', () => {
    expect(nudge(timed, { line: 0, word: 1 }, 100).lines[0]!.words.map(word => [word.at, word.end])).toEqual([
      [1000, 1500],
      [1500, 2000],
    ])
    expect(nudge(timed, { line: 0, word: 1 }, 10_000).lines[0]!.words[1]!.at).toBe(2000)
    expect(shape(moveLine(timed, 1, 5000))[1]!.slice(1, 3)).toEqual([5000, 5900])
    expect(shape(shiftAll(timed, -200)).map(line => line[1])).toEqual([800, 2800])
    expect(shiftAll(timed, -5000).lines[0]!.at).toBe(0)
    expect(linesOf(clearTimes(timed)).every(line => line.endMs === 0)).toBe(true)
  })
  it('a corrected text keeps the times of what is still there', () => {
    expect(setText(timed, 1, 'la lo la').lines[1]!.words.map(word => [word.text, word.at])).toEqual([
      ['la ', 3000],
      ['lo ', null],
      ['la', 3300],
    ])
    const pasted = setAllText(timed, '你好\nnew\nla la')
    expect(pasted.lines.map(line => [textOf(line), line.at])).toEqual([
      ['你好', 1000],
      ['new', null],
      ['la la', 3000],
    ])
    expect(setAllText(timed, '你好吗\nla la').lines[0]!.words.map(word => word.at)).toEqual([1000, 1400, null])
  })
  it('says what is wrong', () => {
    expect(check(start(''), 0)).toEqual([{ what: 'empty', line: 0, bad: true }])
    expect(check(start('untimed'), 9000)).toEqual([])
    expect(check(timed, 60_000)).toEqual([])
    expect(check(timed, 2500).map(one => [one.what, one.line, one.bad])).toEqual([['after_end', 1, true]])
    expect(check(moveLine(timed, 1, 500), 60_000).map(one => one.what)).toEqual(['backwards'])
    expect(check(moveLine(timed, 1, 1900), 60_000).map(one => one.what)).toEqual(['overlap'])
    expect(check(setAllText(timed, '你好\nnew\nla la'), 60_000).map(one => [one.what, one.line])).toEqual([['untimed', 1]])
    expect(check(setText(timed, 1, 'la lo la'), 60_000).map(one => one.what)).toEqual(['half'])
  })
  it('is laid over a newer text', () => {
    const newer = workFrom(parseTimed('[00:01.00]你好\n[00:02.50]between\n[00:03.00]la la').lines, 'zh', {
      'translation:en': ['Hello', null, null],
    })
    const own = setAllText(timed, '你好\nmine\nla la')
    const both = rebase(own, newer)
    expect(both.lines.map(line => [textOf(line), line.at, line.words.length])).toEqual([
      ['你好', 1000, 2],
      ['between', 2500, 1],
      ['mine', null, 1],
      ['la la', 3000, 2],
    ])
    expect(both.lines[0]!.beside).toEqual({ 'translation:en': 'Hello' })
    expect(both.lines[0]!.words[1]!.at).toBe(1400)
    expect(besideOf(both, 'translation:en')).toEqual([{ startMs: 1000, endMs: 2000, text: 'Hello', of: '你好' }])
    expect(new Set(both.lines.map(line => line.key)).size).toBe(4)
  })
})
