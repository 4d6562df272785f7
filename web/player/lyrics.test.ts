import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dots, lineAt, lyricRows, sung, type TimedLine } from './lyrics.ts'

const line = (startMs: number, endMs: number, text = 'la', words: TimedLine['words'] = []): TimedLine => ({
  startMs,
  endMs,
  text,
  translation: null,
  words,
})
const short = (lines: TimedLine[]) => lyricRows(lines).map(row => (row.kind === 'break' ? `· ${row.startMs}–${row.endMs}` : row.text))

describe('one’s place in lyrics', () => {
  const lines = [1000, 4000, 9000].map(startMs => line(startMs, startMs + 2000))

  it('knows the line at a moment', () => {
    expect(lineAt(lines, 0)).toBe(-1)
    expect(lineAt(lines, 1000)).toBe(0)
    expect(lineAt(lines, 8999)).toBe(1)
    expect(lineAt(lines, 99_999)).toBe(2)
    expect(lineAt([], 5)).toBe(-1)
  })

  it('agrees with looking at every line', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000)), fc.nat(11_000), (starts, at) => {
        const sorted = starts.toSorted((a, b) => a - b).map(startMs => ({ startMs }))
        expect(lineAt(sorted, at)).toBe(sorted.findLastIndex(one => one.startMs <= at))
      }),
    )
  })

  it('fills a word as it is sung', () => {
    const word = { startMs: 1000, endMs: 2000 }
    expect(sung(word, 500)).toBe(0)
    expect(sung(word, 1250)).toBe(0.25)
    expect(sung(word, 3000)).toBe(1)
    expect(sung({ startMs: 5, endMs: 5 }, 5)).toBe(1)
  })
})

describe('breaks', () => {
  it('stand before the first line, where LRC says so with an empty line, and where the voice ends early', () => {
    expect(short([line(8000, 10_000, 'a'), line(10_000, 12_000, 'b')])).toEqual(['· 0–7600', 'a', 'b'])
    expect(short([line(0, 4000, 'a'), line(4000, 12_000, ''), line(12_000, 14_000, 'b')])).toEqual(['a', '· 4000–11600', 'b'])
    expect(short([line(0, 3000, 'a'), line(9000, 12_000, 'b')])).toEqual(['a', '· 3000–8600', 'b'])
    expect(short([line(0, 9000, 'a', [{ text: 'a', startMs: 0, endMs: 2500 }]), line(9000, 12_000, 'b')])).toEqual([
      'a',
      '· 2500–8600',
      'b',
    ])
  })

  it('are not made of a breath, nor of the silence at the end', () => {
    expect(short([line(0, 3000, 'a'), line(6000, 7000, 'b'), line(7000, 60_000, ''), line(60_000, 60_000, ' ')])).toEqual(['a', 'b'])
    expect(short([line(0, 3000, 'a'), line(3000, 4000, ''), line(4000, 6000, 'b')])).toEqual(['a', 'b'])
  })

  it('are one where several empty lines follow each other', () => {
    expect(short([line(0, 2000, 'a'), line(2000, 5000, ''), line(5000, 9000, ''), line(9000, 10_000, 'b')])).toEqual([
      'a',
      '· 2000–8600',
      'b',
    ])
  })

  it('leave every line where it was, in order', () => {
    const some = fc.array(fc.tuple(fc.nat(20_000), fc.nat(9000), fc.constantFrom('la', '', ' ')), { maxLength: 30 })
    fc.assert(
      fc.property(some, list => {
        const lines = list.map(([start, length, text]) => line(start, start + length, text)).toSorted((a, b) => a.startMs - b.startMs)
        const rows = lyricRows(lines)
        expect(rows.filter(row => row.kind === 'line').map(row => row.startMs)).toEqual(
          lines.filter(one => one.text.trim() !== '').map(one => one.startMs),
        )
        expect(rows.map(row => row.startMs)).toEqual(rows.map(row => row.startMs).toSorted((a, b) => a - b))
        expect(rows.every(row => row.kind === 'line' || row.endMs > row.startMs)).toBe(true)
        expect(rows.at(-1)?.kind).not.toBe('break')
      }),
    )
  })

  it('light their dots one after the other', () => {
    expect(dots(0)).toEqual([0, 0, 0])
    expect(dots(0.5)).toEqual([1, 0.5, 0])
    expect(dots(1)).toEqual([1, 1, 1])
  })
})
