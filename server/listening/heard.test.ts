import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apartMs, fromList, isHeard, lengthOf, possibleMs, toList, union, type Range } from './heard.ts'

const duration = 240_000
const range = fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 300_000 }))
const ranges = fc.array(range, { maxLength: 30 })

test('the union is ascending, apart, inside the track', () => {
  fc.assert(
    fc.property(ranges, given => {
      const out = union(given, duration)
      for (const [i, [from, to]] of out.entries()) {
        expect(from).toBeGreaterThanOrEqual(i === 0 ? 0 : out[i - 1]![1] + 1)
        expect(to).toBeGreaterThan(from)
        expect(to).toBeLessThanOrEqual(duration)
      }
    }),
  )
})

test('what sounds twice counts once, whatever the order and however often it is reported', () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      const whole = union([...a, ...b], duration)
      expect(union([...union(b, duration), ...union(a, duration), ...a], duration)).toEqual(whole)
      expect(lengthOf(whole)).toBeGreaterThanOrEqual(Math.max(lengthOf(union(a, duration)), lengthOf(union(b, duration))))
      expect(lengthOf(whole)).toBeLessThanOrEqual(duration)
      expect(fromList(toList(whole))).toEqual(whole)
    }),
  )
})

test('the length of a union is what a count of milliseconds says', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), { maxLength: 8 }), given => {
      let count = 0
      for (let ms = 0; ms < 50; ms++) if (given.some(([from, to]) => ms >= from && ms < to)) count++
      expect(lengthOf(union(given as Range[], 50))).toBe(count)
    }),
  )
})

test('heard: thirty seconds, or half of a shorter track', () => {
  expect([isHeard(29_999, duration), isHeard(30_000, duration)]).toEqual([false, true])
  expect([isHeard(9_999, 20_000), isHeard(10_000, 20_000)]).toEqual([false, true])
  expect(isHeard(30_000, 0)).toBe(false)
})

test('no more can have sounded than time has passed', () => {
  expect([possibleMs(0), possibleMs(-9000), possibleMs(100_000)]).toEqual([5000, 5000, 115_000])
  expect(apartMs(200_000)).toBe(180_000)
})
