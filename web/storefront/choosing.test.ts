import { expect, test } from 'vitest'
import { choose, chosenOf, firstOf, standingOf, valuesOf } from './choosing.ts'

const variant = (options: string[], available: number | null = 1) => ({ options, available, offer: 'off_1' as string | null })
const shirts = [variant(['S', 'black'], 0), variant(['M', 'black']), variant(['M', 'white'], 0), variant(['L', 'white'])]

test('values in the order of the variants, each once; first stands what can be bought', () => {
  expect(valuesOf(shirts, 0)).toEqual(['S', 'M', 'L'])
  expect(valuesOf(shirts, 1)).toEqual(['black', 'white'])
  expect(firstOf(shirts, 2)).toEqual(['M', 'black'])
  expect(firstOf([variant([])], 0)).toEqual([])
})

test('a choice that has no variant takes the rest along; what is sold out can be seen and is told apart from what is not made', () => {
  expect(choose(shirts, ['M', 'black'], 0, 'L')).toEqual(['L', 'white'])
  expect(choose(shirts, ['M', 'black'], 1, 'white')).toEqual(['M', 'white'])
  expect(standingOf(shirts, ['M', 'black'], 1, 'white')).toEqual({ there: true, left: false })
  expect(standingOf(shirts, ['L', 'white'], 1, 'black')).toEqual({ there: false, left: false })
  expect(chosenOf(shirts, ['M', null])).toBeUndefined()
  expect(chosenOf(shirts, ['S', 'white'])).toBeUndefined()
  expect(chosenOf(shirts, ['L', 'white'])).toBe(shirts[3])
  expect(chosenOf([variant([])], [])).toEqual(variant([]))
})
