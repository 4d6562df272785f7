import { expect, test } from 'vitest'
import { placesShort, shareOut, sumOf } from './group.ts'

test('a group shares its rooms: nobody is left out where all fit, no room has more than it holds', () => {
  expect(shareOut(20, [8, 8, 8])).toEqual([7, 7, 6])
  expect(shareOut(20, [30, 5])).toEqual([15, 5])
  expect(shareOut(24, [8, 8, 8])).toEqual([8, 8, 8])
  expect(shareOut(2, [8, 8, 8])).toEqual([1, 1, 1])
  expect(shareOut(7, [])).toEqual([])
  // Too many: what they hold.
  expect(shareOut(100, [8, 3])).toEqual([8, 3])
  for (let people = 3; people <= 30; people++) {
    const shares = shareOut(people, [4, 20, 6])
    expect(shares.reduce((a, b) => a + b)).toBe(people)
    expect(shares.every((share, n) => share >= 1 && share <= [4, 20, 6][n]!)).toBe(true)
  }
})

test('how many places are short', () => {
  expect(placesShort(20, [8, 8])).toBe(4)
  expect(placesShort(20, [8, 8, 8])).toBe(0)
  expect(placesShort(3, [])).toBe(3)
})

test('a sum has one currency', () => {
  expect(sumOf([])).toBeNull()
  expect(
    sumOf([
      { amount: '100', currency: 'CNY' },
      { amount: '250', currency: 'CNY' },
    ]),
  ).toEqual({ amount: '350', currency: 'CNY' })
  expect(
    sumOf([
      { amount: '100', currency: 'CNY' },
      { amount: '250', currency: 'USD' },
    ]),
  ).toBeNull()
})
