/** Prices and hours, alone: bands, holidays, nights when clocks change; what must hold of any rules. */
import { assert as always, array, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { eventsOf } from './calendars.ts'
import { backOf, billOf, openOn, refusalOf, slotsOf, takenBy, type Band, type Rules } from './prices.ts'
import { addDays, isAgain, localText, momentOf, weekdayOf } from './time.ts'

const all = [1, 2, 3, 4, 5, 6, 7]
const band = (amount: number, more: Partial<Band> = {}): Band => ({
  title: 'band',
  priority: 0,
  weekdays: all,
  holidays: 'same',
  opens: 0,
  closes: 1440,
  fromDay: null,
  toDay: null,
  unit: 60,
  ...more,
  amount: BigInt(amount),
})
const rules = (more: Partial<Rules> = {}): Rules => ({
  zone: 'Asia/Shanghai',
  step: 60,
  shortest: 60,
  longest: 480,
  before: 0,
  after: 0,
  lead: 0,
  ahead: 60,
  deposit: 3000,
  least: 0n,
  capacity: 10,
  hours: all.map(weekday => ({ weekday, opens: 600, closes: 1560 })),
  bands: [band(10000)],
  exceptions: new Map(),
  holidays: new Map(),
  ...more,
})
const at = (local: string, zone = 'Asia/Shanghai'): number => {
  const [day, time] = local.split(' ') as [string, string]
  return momentOf(zone, day, Number(time.slice(0, 2)) * 60 + Number(time.slice(3))).getTime()
}
const bill = (given: Rules, from: string, to: string): string | undefined =>
  billOf(given, { from: at(from, given.zone), to: at(to, given.zone) })?.amount.toString()

test('bands: the highest priority wins, units begun are paid, nights belong to the day before, least and deposit', () => {
  const evening = band(20000, { title: 'weekend night', priority: 5, weekdays: [5, 6], opens: 1080, closes: 1560 })
  const given = rules({
    bands: [band(8000), evening],
    holidays: new Map([
      ['2026-12-02', 'off'],
      ['2026-12-06', 'work'],
    ]),
  })
  // 2026-11-27 is a Friday.
  expect(weekdayOf('2026-11-27')).toBe(5)
  expect(bill(given, '2026-11-27 17:00', '2026-11-27 19:00')).toBe('28000')
  expect(bill(given, '2026-11-27 23:00', '2026-11-28 01:30')).toBe('60000')
  expect(bill(given, '2026-11-26 23:00', '2026-11-27 01:00')).toBe('16000')
  expect(bill(given, '2026-11-27 17:30', '2026-11-27 18:30')).toBe('28000')
  const holiday = band(30000, { priority: 9, weekdays: [], holidays: 'also' })
  expect(bill({ ...given, bands: [...given.bands, holiday] }, '2026-12-02 12:00', '2026-12-02 13:00')).toBe('30000')
  expect(bill({ ...given, bands: [...given.bands, holiday] }, '2026-12-03 12:00', '2026-12-03 13:00')).toBe('8000')
  // A Sunday that is worked is priced as a Monday; its own day can be named a holiday.
  const weekend = band(50000, { priority: 8, weekdays: [6, 7], holidays: 'never' })
  expect(bill({ ...given, bands: [band(8000), weekend] }, '2026-12-06 12:00', '2026-12-06 13:00')).toBe('8000')
  expect(bill({ ...given, bands: [band(8000), weekend] }, '2026-12-13 12:00', '2026-12-13 13:00')).toBe('50000')
  expect(
    bill(
      { ...given, bands: [band(8000), weekend], exceptions: new Map([['2026-12-13', { hours: null, holiday: true, note: '' }]]) },
      '2026-12-13 12:00',
      '2026-12-13 13:00',
    ),
  ).toBe('8000')
  expect(billOf(rules({ least: 30000n }), { from: at('2026-11-27 12:00'), to: at('2026-11-27 13:00') })).toMatchObject({
    amount: 30000n,
    deposit: 9000n,
    least: 30000n,
  })
  // No price for a part of it: it cannot be had.
  expect(bill(rules({ bands: [band(8000, { closes: 720 })] }), '2026-11-27 11:00', '2026-11-27 13:00')).toBeUndefined()
})

test('the night clocks change: the hour that is missing cannot be had, the one that comes twice is told apart, an hour is an hour', () => {
  const zone = 'America/New_York'
  const given = rules({ zone, hours: all.map(weekday => ({ weekday, opens: 0, closes: 1440 })), step: 30, shortest: 30 })
  const spring = slotsOf(given, '2026-03-08').map(slot => localText(new Date(slot.from), zone).slice(11))
  expect(spring).toHaveLength(46)
  expect(spring.slice(2, 7)).toEqual(['01:00', '01:30', '03:00', '03:30', '04:00'])
  const autumn = slotsOf(given, '2026-11-01')
  expect(autumn).toHaveLength(50)
  const names = autumn
    .slice(1, 8)
    .map(slot => `${localText(new Date(slot.from), zone).slice(11)}${isAgain(slot.from, zone) ? ' again' : ''}`)
  expect(names).toEqual(['00:30', '01:00', '01:30', '01:00 again', '01:30 again', '02:00', '02:30'])
  const now = new Date('2026-10-20T00:00:00Z')
  const [one, two] = [autumn[2]!, autumn[4]!]
  // From the first 01:00 to the second: an hour; to 03:00 there it is three.
  expect(refusalOf(given, { from: one.from, to: two.from }, 1, now)).toBeNull()
  expect(billOf(given, { from: one.from, to: two.from })?.amount).toBe(10000n)
  expect(billOf(given, { from: one.from, to: at('2026-11-01 03:00', zone) })?.amount).toBe(30000n)
  expect(billOf(given, { from: at('2026-03-08 01:00', zone), to: at('2026-03-08 03:00', zone) })?.amount).toBe(10000n)
  // Opening in the hour that is missing opens when clocks have jumped.
  const odd = rules({ zone, hours: [{ weekday: 7, opens: 150, closes: 300 }] })
  expect(openOn(odd, '2026-03-08').map(one => localText(new Date(one.from), zone))).toEqual(['2026-03-08 03:00'])
  // An hour that comes twice: open from the first to the second.
  const both = openOn(rules({ zone, hours: [{ weekday: 7, opens: 90, closes: 105 }] }), '2026-11-01')
  expect(both.map(({ from, to }) => (to - from) / 60_000)).toEqual([75])
})

test('when it can be asked for: steps, lengths, hours that meet at midnight, days that are different, lead and how far ahead', () => {
  const given = rules({ lead: 120, ahead: 10, exceptions: new Map([['2026-11-28', { hours: [], holiday: null, note: 'closed' }]]) })
  const now = new Date(at('2026-11-26 09:00'))
  const ask = (from: string, to: string, people = 2, more: Partial<Rules> = {}) =>
    refusalOf({ ...given, ...more }, { from: at(from), to: at(to) }, people, now)
  expect(ask('2026-11-26 12:00', '2026-11-26 14:00')).toBeNull()
  expect(ask('2026-11-26 10:00', '2026-11-26 12:00')).toBe('slot_soon')
  expect(ask('2026-11-26 12:30', '2026-11-26 14:30')).toBe('slot_shape')
  expect(ask('2026-11-26 12:00', '2026-11-26 21:00')).toBe('slot_shape')
  expect(ask('2026-11-26 12:00', '2026-11-26 14:00', 11)).toBe('people_many')
  expect(ask('2026-11-27 01:00', '2026-11-27 03:00')).toBe('slot_closed')
  expect(ask('2026-11-28 12:00', '2026-11-28 14:00')).toBe('slot_closed')
  expect(ask('2026-12-07 12:00', '2026-12-07 14:00')).toBe('slot_far')
  expect(ask('2026-11-27 14:00', '2026-11-27 12:00')).toBe('slot_shape')
  const night = { hours: all.map(weekday => ({ weekday, opens: 0, closes: 1440 })) }
  expect(ask('2026-11-26 22:00', '2026-11-27 03:00', 2, night)).toBeNull()
  // Cancelling: the rung of the most hours that still holds.
  const ladder = [
    { hours: 24, bp: 10_000 },
    { hours: 2, bp: 5000 },
  ]
  const back = (hours: number) => backOf(ladder, 9999n, new Date(hours * 3600_000), new Date(0))
  expect([back(24), back(23), back(2), back(1), back(-1)]).toEqual([9999n, 5000n, 5000n, 0n, 0n])
})

test('of any rules: a longer time never costs less, parts sum to the whole or its least, a free step can be booked', () => {
  const quarter = integer({ min: 0, max: 95 }).map(n => n * 15)
  const bands = array(
    record({
      opens: quarter,
      length: integer({ min: 1, max: 140 }),
      priority: integer({ min: 0, max: 3 }),
      unit: constantFrom(15, 30, 60, 120),
      amount: integer({ min: 0, max: 50_000 }),
      holidays: constantFrom('same' as const, 'also' as const, 'never' as const),
      weekdays: array(integer({ min: 1, max: 7 }), { maxLength: 7 }),
    }),
    { maxLength: 6 },
  )
  always(
    property(
      bands,
      constantFrom('Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'Europe/London'),
      integer({ min: 0, max: 400 }),
      integer({ min: 0, max: 60_000 }),
      (more, zone, days, least) => {
        const given = rules({
          zone,
          step: 30,
          shortest: 30,
          least: BigInt(least),
          bands: [
            band(7000),
            ...more.map(({ length, ...one }) =>
              band(one.amount, { ...one, amount: BigInt(one.amount), closes: Math.min(2160, one.opens + length * 15) }),
            ),
          ],
        })
        const day = addDays('2026-01-01', days)
        const slots = slotsOf(given, day)
        const first = slots[0]!
        let before = -1n
        for (const last of slots.slice(0, 12)) {
          const made = billOf(given, { from: first.from, to: last.to })!
          const sum = made.lines.reduce((total, line) => total + line.amount, 0n)
          expect(made.amount).toBe(made.least ?? sum)
          expect(made.amount >= sum && made.amount >= BigInt(least) && made.amount >= before && made.deposit <= made.amount).toBe(true)
          expect(made.lines.reduce((total, line) => total + line.minutes, 0)).toBe((last.to - first.from) / 60_000)
          before = made.amount
        }
        for (const slot of slots) expect(refusalOf(given, slot, 1, new Date(slot.from - 86_400_000))).toBeNull()
        expect(takenBy({ before: 15, after: 30 }, first)).toEqual({ from: first.from - 900_000, to: first.to + 1_800_000 })
      },
    ),
    { numRuns: 40 },
  )
})

test('calendars outside: zones, whole days, repeats with exceptions, what is free or cancelled', () => {
  const file = (events: string) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n${events}END:VCALENDAR\r\n`
  const event = (lines: string) =>
    `BEGIN:VEVENT\r\nUID:${lines.length}-${lines.slice(8, 22)}\r\nDTSTAMP:20261101T000000Z\r\n${lines.trim().replace(/\n/g, '\r\n')}\r\nEND:VEVENT\r\n`
  const read = (events: string) =>
    eventsOf(file(events), 'Asia/Shanghai', new Date('2026-11-20T00:00:00Z'), new Date('2026-12-20T00:00:00Z')).map(
      ({ from, to, title }) => `${localText(from, 'Asia/Shanghai')}–${localText(to, 'Asia/Shanghai').slice(5)} ${title}`,
    )
  expect(read(event('DTSTART:20261121T100000Z\nDTEND:20261121T113000Z\nSUMMARY:utc'))).toEqual(['2026-11-21 18:00–11-21 19:30 utc'])
  expect(read(event('DTSTART:20261121T100000\nDURATION:PT1H\nSUMMARY:floating'))).toEqual(['2026-11-21 10:00–11-21 11:00 floating'])
  expect(read(event('DTSTART;TZID=Europe/Paris:20261121T100000\nDTEND;TZID=Europe/Paris:20261121T110000\nSUMMARY:paris'))).toEqual([
    '2026-11-21 17:00–11-21 18:00 paris',
  ])
  expect(read(event('DTSTART;VALUE=DATE:20261122\nDTEND;VALUE=DATE:20261124\nSUMMARY:days'))).toEqual(['2026-11-22 00:00–11-24 00:00 days'])
  expect(
    read(event('DTSTART:20261101T100000Z\nDTEND:20261101T110000Z\nRRULE:FREQ=WEEKLY;COUNT=6\nEXDATE:20261129T100000Z\nSUMMARY:weekly')),
  ).toEqual(['2026-11-22 18:00–11-22 19:00 weekly', '2026-12-06 18:00–12-06 19:00 weekly'])
  expect(read(event('DTSTART:20261121T100000Z\nDTEND:20261121T113000Z\nTRANSP:TRANSPARENT'))).toEqual([])
  expect(read(event('DTSTART:20261121T100000Z\nDTEND:20261121T113000Z\nSTATUS:CANCELLED'))).toEqual([])
  expect(() => read('BEGIN:VEVENT')).toThrow()
  // Every second for ever: it ends by itself.
  expect(read(event('DTSTART:20200101T000000Z\nDTEND:20200101T000001Z\nRRULE:FREQ=SECONDLY\nSUMMARY:many'))).toEqual([])
})
