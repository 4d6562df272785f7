import { expect, it } from 'vitest'
import { diffLines, diffText } from './diff.ts'

const lines = (...all: [string, number][]) => all.map(([text, startMs]) => ({ text, startMs, endMs: startMs + 1000, words: [] }))

it('shows what is the same, retimed, reworded, added and gone', () => {
  const before = lines(['one', 1000], ['two', 2000], ['three', 3000], ['four', 4000])
  const after = lines(['one', 1000], ['zwei', 2000], ['three', 3300], ['new', 3500], ['four', 4000])
  expect(diffLines(before, after).map(row => [row.what, row.before?.text, row.after?.text])).toEqual([
    ['same', 'one', 'one'],
    ['text', 'two', 'zwei'],
    ['time', 'three', 'three'],
    ['added', undefined, 'new'],
    ['same', 'four', 'four'],
  ])
  expect(diffLines(before, []).every(row => row.what === 'removed')).toBe(true)
  expect(diffLines([], after).every(row => row.what === 'added')).toBe(true)
  // A chorus that is sung again is not mixed up.
  const chorus = lines(['la', 1000], ['a', 2000], ['la', 3000], ['b', 4000])
  expect(diffLines(chorus, chorus.toSpliced(1, 1)).map(row => row.what)).toEqual(['same', 'removed', 'same', 'same'])
})

it('marks the letters that changed', () => {
  expect(diffText('月亮出来', '月亮升起来')).toEqual([
    { text: '月亮', changed: false },
    { text: '升起', changed: true },
    { text: '来', changed: false },
  ])
  expect(diffText('same', 'same')).toEqual([{ text: 'same', changed: false }])
})
