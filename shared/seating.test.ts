import { describe, expect, it } from 'vitest'
import { bestSeats, brokenTables, layoutOf, orphansOf } from './seating-choice.ts'
import { letters, planProblems, seatName, seatsOf, type Plan, type Rows, type Table } from './seating-plan.ts'

const rows = (given: Partial<Rows> = {}): Rows => ({
  id: 'r',
  kind: 'rows',
  name: 'Stalls',
  x: 1000,
  y: 600,
  turn: 0,
  category: 'a',
  rows: Array.from({ length: 4 }, () => ({ seats: 10 })),
  seatGap: 55,
  rowGap: 90,
  curve: 0,
  rowNames: { style: 'letters', from: 1, backwards: false, skip: true },
  seatNames: { style: 'plain', from: 1, backwards: false },
  marks: {},
  ...given,
})
const table = (given: Partial<Table> = {}): Table => ({
  id: 't',
  kind: 'table',
  name: 'Table 1',
  x: 1000,
  y: 1400,
  turn: 0,
  category: 'a',
  shape: 'round',
  chairs: 6,
  width: 120,
  height: 120,
  whole: true,
  marks: {},
  ...given,
})
const plan = (...items: Plan['items']): Plan => ({
  form: 1,
  width: 2000,
  height: 2000,
  focus: { x: 1000, y: 200 },
  categories: [{ key: 'a', name: 'A', colour: 0 }],
  items,
})
/** Numbers that only look like chance. */
const dice = (seed: number) => () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32

describe('plans', () => {
  it('names rows without I and O, and seats by each rule', () => {
    expect([0, 7, 8, 12, 13, 23, 24].map(n => letters(n, true))).toEqual(['A', 'H', 'J', 'N', 'P', 'Z', 'AA'])
    const names = (style: Rows['seatNames']['style'], backwards = false) =>
      Array.from({ length: 5 }, (_, place) => seatName({ style, from: 1, backwards }, place, 5))
    expect(names('plain')).toEqual(['1', '2', '3', '4', '5'])
    expect(names('plain', true)).toEqual(['5', '4', '3', '2', '1'])
    expect(names('odd')).toEqual(['1', '3', '5', '7', '9'])
    expect(names('even')).toEqual(['2', '4', '6', '8', '10'])
    expect(names('centre')).toEqual(['5', '3', '1', '2', '4'])
  })
  it('puts seats on straight and on curved rows, turned with their item', () => {
    const [first] = seatsOf(plan(rows()))
    expect(first).toMatchObject({ key: 'r-0-0', row: 'A', number: '1', x: 1000 - 4.5 * 55, y: 600 })
    const curved = seatsOf(plan(rows({ curve: 800 })))
    // On an arc all seats of a row are as far from its middle.
    const far = curved.slice(0, 10).map(seat => Math.round(Math.hypot(seat.x - 1000, seat.y - (600 - 800))))
    expect(new Set(far)).toEqual(new Set([800]))
    const turned = seatsOf(plan(rows({ turn: 90 })))[0]!
    expect([Math.round(turned.x), Math.round(turned.y * 10) / 10]).toEqual([1000, 600 - 247.5])
  })
  it('leaves gone seats out of the numbers and parts the row there', () => {
    const seats = seatsOf(plan(rows({ marks: { '0.4': { gone: true }, '0.5': { gone: true }, '0.0': { accessible: true } } })))
    const front = seats.filter(seat => seat.row === 'A')
    expect(front.map(seat => seat.number)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
    expect(front.map(seat => seat.at)).toEqual([0, 1, 2, 3, 0, 1, 2, 3])
    expect(new Set(front.map(seat => seat.run)).size).toBe(2)
    expect(front[0]!.accessible).toBe(true)
    // The key is the place as drawn: taking a seat out renames no other.
    expect(front[4]!.key).toBe('r-0-6')
  })
  it('says what keeps it from being used', () => {
    expect(planProblems(plan())).toEqual([{ code: 'empty', item: '' }])
    expect(planProblems(plan(rows(), rows({ id: 'q', category: 'z', y: 900 })))).toEqual([
      { code: 'no_category', item: 'q' },
      { code: 'same_name', item: 'q' },
    ])
    expect(planProblems(plan(rows(), rows({ id: 'q', name: 'Balcony', y: 900 })))).toEqual([])
    // Standing places of a category that has seats, also where only some seats are marked as of it.
    const floor = {
      id: 'f',
      kind: 'area' as const,
      name: 'Floor',
      x: 500,
      y: 1500,
      turn: 0,
      shape: 'rect' as const,
      width: 600,
      height: 400,
      capacity: 50,
    }
    const two = (...items: Plan['items']): Plan => ({
      ...plan(...items),
      categories: ['a', 'b'].map((key, colour) => ({ key, name: key, colour })),
    })
    const mixed = [{ code: 'mixed_category', item: 'f' }]
    expect(planProblems(two(rows(), { ...floor, category: 'a' }))).toEqual(mixed)
    expect(planProblems(two(rows({ marks: { '0.0': { category: 'b' } } }), { ...floor, category: 'b' }))).toEqual(mixed)
    expect(planProblems(two(rows(), { ...floor, category: 'b' }))).toEqual([])
    expect(planProblems(two({ ...floor, category: 'a' }, { ...floor, id: 'g', name: 'Back', category: 'a' }))).toEqual([])
  })
})

describe('choice', () => {
  const layout = layoutOf(plan(rows()))
  const all = (): Set<number> => new Set(layout.seats.map((_, place) => place))
  it('gives the middle of the front row first, side by side', () => {
    const got = bestSeats(layout, () => true, 2, { orphans: true })!
    expect(got.map(place => layout.seats[place]!.key)).toEqual(['r-0-4', 'r-0-5'])
  })
  it('refuses a choice that leaves one seat alone, unless it cannot be helped', () => {
    const free = all()
    const left = (...keys: string[]) =>
      orphansOf(layout, place => free.has(place), new Set(keys.map(key => layout.index.get(key)!))).map(place => layout.seats[place]!.key)
    expect(left('r-0-1', 'r-0-2')).toEqual(['r-0-0'])
    expect(left('r-0-0', 'r-0-1')).toEqual([])
    expect(left('r-0-2', 'r-0-4')).toEqual(['r-0-3'])
    // Three are left: of two any choice leaves one.
    for (const place of [3, 4, 5, 6, 7, 8, 9]) free.delete(place)
    expect(left('r-0-0', 'r-0-1')).toEqual([])
    expect(left('r-0-1', 'r-0-2')).toEqual([])
    // What was alone before is nobody's fault.
    free.delete(1)
    expect(left('r-0-2')).toEqual([])
  })
  it('sells a table whole, keeps wheelchair places for the last', () => {
    const own = layoutOf(plan(rows({ rows: [{ seats: 4 }], marks: { '0.1': { accessible: true }, '0.2': { companion: true } } }), table()))
    const keys = (count: number, options = { orphans: false }) =>
      bestSeats(own, () => true, count, options)?.map(place => own.seats[place]!.key)
    expect(keys(6)).toEqual(['t-0-0', 't-0-1', 't-0-2', 't-0-3', 't-0-4', 't-0-5'])
    expect(keys(2)!.toSorted()).toEqual(['r-0-0', 'r-0-3'])
    expect(brokenTables(own, new Set([own.index.get('t-0-0')!]))).toEqual(['t'])
    expect(brokenTables(own, new Set(Array.from({ length: 6 }, (_, n) => own.index.get(`t-0-${n}`)!)))).toEqual([])
  })
  it('parts people evenly when they cannot sit together', () => {
    // Two free seats at each end of each row.
    const free = (place: number): boolean => [0, 1, 8, 9].includes(layout.seats[place]!.at)
    const got = bestSeats(layout, free, 4, { orphans: true })!.map(place => layout.seats[place]!)
    expect(got.length).toBe(4)
    expect(got.every(seat => got.some(other => other !== seat && other.run === seat.run && Math.abs(other.at - seat.at) === 1))).toBe(true)
    expect(bestSeats(layout, free, 4, { orphans: true, together: true })).toBeNull()
    expect(bestSeats(layout, free, 17, { orphans: true })).toBeNull()
    expect(bestSeats(layout, free, 16, { orphans: true })!.length).toBe(16)
  })
  it('never gives a taken seat and leaves none alone that could be helped, whatever is asked in whatever order', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const chance = dice(seed)
      const free = all()
      for (;;) {
        const count = 1 + Math.floor(chance() * 4)
        const before = new Set(free)
        const got = bestSeats(layout, place => free.has(place), count, { orphans: true, together: true })
        if (got === null) break
        expect(new Set(got).size).toBe(count)
        for (const place of got) expect(free.delete(place)).toBe(true)
        const alone = orphansOf(layout, place => before.has(place), new Set(got))
        // Only where nothing better was left for so many.
        if (alone.length > 0)
          for (const [run, own] of Map.groupBy(before, place => layout.seats[place]!.run)) {
            const at = own.map(place => layout.seats[place]!.at).toSorted((a, b) => a - b)
            for (const from of at) {
              const window = Array.from({ length: count }, (_, n) => from + n)
              if (!window.every(one => at.includes(one))) continue
              const chosen = new Set(own.filter(place => window.includes(layout.seats[place]!.at)))
              expect(orphansOf(layout, place => before.has(place), chosen).length, `seed ${seed}, run ${run}`).toBeGreaterThan(0)
            }
          }
      }
    }
  })
})
