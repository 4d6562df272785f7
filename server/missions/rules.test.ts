import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  countedSpan,
  dayOf,
  keyOf,
  spanOf,
  startOf,
  stateOf,
  stepOf,
  streakOf,
  windowAmount,
  windowOf,
  type Every,
} from './rules.ts'

const zones = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'America/Havana',
  'UTC',
]
const zone = fc.constantFrom(...zones)
const moment = fc.date({ min: new Date('2010-01-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z'), noInvalidDate: true })
const day = moment.map(at => at.toISOString().slice(0, 10))

describe('days', () => {
  test('every moment lies in its day and in no other; days follow each other without a gap, DST or not', () => {
    fc.assert(
      fc.property(moment, zone, (at, where) => {
        const own = dayOf(at, where)
        const { from, until } = spanOf(own, where)
        expect(from <= at && at < until).toBe(true)
        expect(spanOf(addDays(own, -1), where).until).toEqual(from)
        expect(spanOf(addDays(own, 1), where).from).toEqual(until)
        expect(dayOf(from, where)).toBe(own)
        expect(dayOf(new Date(from.getTime() - 1), where) < own).toBe(true)
      }),
      { numRuns: 600 },
    )
  })

  test('the night the clocks change has 23 or 25 hours, half an hour on Lord Howe, and a missing day is empty', () => {
    const hours = (of: string, where: string): number => {
      const { from, until } = spanOf(of, where)
      return (until.getTime() - from.getTime()) / 3_600_000
    }
    expect([hours('2026-03-29', 'Europe/Berlin'), hours('2026-10-25', 'Europe/Berlin'), hours('2026-10-26', 'Europe/Berlin')]).toEqual([
      23, 25, 24,
    ])
    expect(hours('2026-04-05', 'Australia/Lord_Howe')).toBe(24.5)
    // Midnight itself is left out: the day begins at one.
    expect(startOf('2024-04-26', 'Africa/Cairo').toISOString()).toBe('2024-04-25T22:00:00.000Z')
    expect(hours('2011-12-30', 'Pacific/Apia')).toBe(0)
  })
})

describe('windows', () => {
  const every = fc.constantFrom<Every>('once', 'daily', 'weekly', 'monthly')
  test('a day lies in its window, all days of a window name the same one, and windows do not overlap', () => {
    fc.assert(
      fc.property(day, every, fc.integer({ min: 0, max: 40 }), (of, how, more) => {
        const one = windowOf(how, of, '2010-01-01')
        expect(one.first <= of && (one.last === null || of <= one.last)).toBe(true)
        const other = addDays(of, more)
        const two = windowOf(how, other, '2010-01-01')
        if (one.last !== null && other > one.last) expect(two.first > one.last).toBe(true)
        else expect(two).toEqual(one)
      }),
    )
  })
  test('weeks begin on Monday, months end where they end', () => {
    expect(windowOf('weekly', '2026-11-22', 'x')).toEqual({ first: '2026-11-16', last: '2026-11-22' })
    expect(windowOf('weekly', '2026-11-23', 'x')).toEqual({ first: '2026-11-23', last: '2026-11-29' })
    expect(windowOf('monthly', '2028-02-10', 'x')).toEqual({ first: '2028-02-01', last: '2028-02-29' })
    expect(windowOf('monthly', '2026-12-31', 'x')).toEqual({ first: '2026-12-01', last: '2026-12-31' })
  })
})

describe('what counts', () => {
  test('a day counts up to its cap, whatever the order; more never counts less', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { maxLength: 31 }), fc.option(fc.integer({ min: 1, max: 5000 })), (days, cap) => {
        const sum = windowAmount(days, cap)
        expect(windowAmount(days.toReversed(), cap)).toBe(sum)
        expect(windowAmount([...days, 7], cap)).toBeGreaterThanOrEqual(sum)
        if (cap !== null) expect(sum).toBeLessThanOrEqual(cap * days.length)
      }),
    )
    expect(() => windowAmount([-1], null)).toThrow(/not an amount/)
  })
  test('only what lies within the run of the mission and since one belongs to it', () => {
    const at = (text: string): Date => new Date(text)
    const mission = { zone: 'Asia/Shanghai', startsAt: at('2026-11-19T20:00:00Z'), endsAt: at('2026-11-20T10:00:00Z') }
    expect(countedSpan('2026-11-20', mission, at('2020-01-01T00:00:00Z'))).toEqual({ from: mission.startsAt, until: mission.endsAt })
    expect(countedSpan('2026-11-20', mission, at('2026-11-20T09:00:00Z'))?.from).toEqual(at('2026-11-20T09:00:00Z'))
    expect(countedSpan('2026-11-20', mission, at('2026-11-20T10:00:00Z'))).toBeUndefined()
    expect(countedSpan('2026-11-22', mission, at('2020-01-01T00:00:00Z'))).toBeUndefined()
    fc.assert(
      fc.property(day, zone, moment, moment, (of, where, startsAt, since) => {
        const span = countedSpan(of, { zone: where, startsAt, endsAt: null }, since)
        if (span === undefined) return
        expect(span.from >= startsAt && span.from >= since && span.from < span.until).toBe(true)
      }),
    )
  })
})

/**
 * Told in any order, doubled, with plays that are withdrawn in between: since each telling counts anew what is true by then, the end is the same, and what
 * was granted less what was taken back is right at every moment.
 */
test('granted once, taken back once, whatever is told how often', () => {
  const act = fc.record({ play: fc.nat(9), what: fc.constantFrom('heard' as const, 'withdrawn' as const, 'told' as const) })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (acts, target) => {
      const truth = new Set<number>()
      const gone = new Set<number>()
      const progress = { done: false, rounds: 0 }
      const granted = new Set<string>()
      const taken = new Set<string>()
      const recount = (): void => {
        const step = stepOf(progress, windowAmount([truth.size], null), target)
        if (step === 'reach') {
          progress.rounds++
          progress.done = true
          const key = keyOf('msn', 'usr', '2026-11-20', progress.rounds)
          expect(granted.has(key)).toBe(false)
          granted.add(key)
        } else if (step === 'take') {
          progress.done = false
          const key = keyOf('msn', 'usr', '2026-11-20', progress.rounds)
          expect(granted.has(key) && !taken.has(key)).toBe(true)
          taken.add(key)
        }
      }
      for (const { play, what } of acts) {
        if (what === 'heard' && !gone.has(play)) truth.add(play)
        if (what === 'withdrawn' && truth.delete(play)) gone.add(play)
        recount()
        recount()
        expect(granted.size - taken.size).toBe(truth.size >= target ? 1 : 0)
      }
    }),
  )
})

test('a streak goes on until yesterday; days in any order and doubled are the same', () => {
  expect(streakOf([], '2026-11-20')).toEqual({ streak: 0, best: 0, total: 0 })
  expect(streakOf(['2026-11-19', '2026-11-18'], '2026-11-20')).toEqual({ streak: 2, best: 2, total: 2 })
  expect(streakOf(['2026-11-18', '2026-11-17'], '2026-11-20')).toEqual({ streak: 0, best: 2, total: 2 })
  expect(streakOf(['2026-02-28', '2026-03-01', '2026-03-02'], '2026-03-02')).toEqual({ streak: 3, best: 3, total: 3 })
  fc.assert(
    fc.property(
      fc.array(
        fc.nat(40).map(n => addDays('2026-10-20', n)),
        { maxLength: 60 },
      ),
      days => {
        const one = streakOf(days, '2026-11-20')
        expect(streakOf([...days.toReversed(), ...days], '2026-11-20')).toEqual(one)
        expect(one.streak).toBeLessThanOrEqual(one.best)
        expect(one.total).toBe(new Set(days).size)
      },
    ),
  )
})

test('a mission waits, runs and ends by its times', () => {
  const [startsAt, endsAt] = [new Date('2026-11-20T00:00:00Z'), new Date('2026-11-21T00:00:00Z')]
  const now = (text: string) => stateOf({ openedAt: startsAt, startsAt, endsAt }, new Date(text))
  expect([now('2026-11-19T00:00:00Z'), now('2026-11-20T00:00:00Z'), now('2026-11-21T00:00:00Z')]).toEqual(['planned', 'open', 'ended'])
  expect(stateOf({ openedAt: null, startsAt, endsAt: null }, endsAt)).toBe('draft')
})
