import { expect, it } from 'vitest'
import { planProblems, seatsOf, type Plan, type Rows } from '../../shared/seating-plan.ts'
import {
  addCategory,
  addItem,
  alignItems,
  boxOf,
  copyItems,
  historyStep,
  markSeats,
  moveItems,
  newItem,
  removeCategory,
  turnItems,
  withRows,
  withSeats,
  type Step,
} from './plan-edit.ts'

const start: Plan = {
  form: 1,
  width: 3000,
  height: 2400,
  focus: { x: 1500, y: 300 },
  categories: [{ key: 'a', name: 'A', colour: 0 }],
  items: [{ id: 'g1', kind: 'stage', name: '', x: 1500, y: 200, turn: 0, shape: 'rect', width: 1200, height: 300 }],
}
const withRowsAt = (plan: Plan, x: number, y: number): Plan => addItem(plan, newItem(plan, 'rows', 'Stalls', { x, y }))

it('adds, copies and renames so that no two seats are called the same', () => {
  const one = withRowsAt(start, 1500, 800)
  const { plan, ids } = copyItems(one, new Set(['r1']))
  expect([...ids]).toEqual(['r2'])
  expect(plan.items.map(item => item.name)).toEqual(['', 'Stalls', 'Stalls 2'])
  expect(planProblems(plan)).toEqual([])
  expect(seatsOf(plan).length).toBe(144)
})
it('grows with what is put at its edge, and never loses anything beyond it', () => {
  const plan = withRowsAt(start, 1500, 800)
  expect(moveItems(plan, new Set(['r1']), 9000, 0)).toMatchObject({ width: 10_700 })
  expect(moveItems(plan, new Set(['r1']), -9000, 0).items[1]).toMatchObject({ x: 0 })
  // The stage takes along what everybody looks at.
  expect(moveItems(plan, new Set(['g1']), 100, 50).focus).toEqual({ x: 1600, y: 350 })
  expect(turnItems(plan, new Set(['r1']), 200).items[1]!.turn).toBe(-160)
})
it('standing places and seats begin in different categories where there are any', () => {
  const at = { x: 1500, y: 1800 }
  const plan = addCategory(withRowsAt(start, 1500, 800), 'B')
  const area = newItem(plan, 'area', 'Floor', at)
  expect(area).toMatchObject({ category: 'b' })
  expect(planProblems(addItem(plan, area))).toEqual([])
  expect(newItem(addItem(start, newItem(start, 'area', 'Floor', at)), 'rows', 'Stalls', at)).toMatchObject({ category: 'a' })
  expect(newItem(addItem(addCategory(start, 'B'), newItem(start, 'area', 'Floor', at)), 'rows', 'Stalls', at)).toMatchObject({
    category: 'b',
  })
})
it('lines things up by what they cover', () => {
  let plan = withRowsAt(withRowsAt(withRowsAt(start, 600, 800), 1500, 900), 2600, 1300)
  const all = new Set(['r1', 'r2', 'r3'])
  plan = alignItems(plan, all, 'top')
  expect(new Set(plan.items.slice(1).map(item => boxOf(item).y)).size).toBe(1)
  plan = alignItems(plan, all, 'across')
  expect(plan.items.slice(1).map(item => item.x)).toEqual([600, 1600, 2600])
})
it('marks seats on and off, with rows that shrink', () => {
  const keys = new Set(['r1-0-0', 'r1-5-11'])
  const plan = markSeats(withRowsAt(start, 1500, 800), keys, 'gone')
  expect(seatsOf(plan).length).toBe(70)
  expect((markSeats(plan, keys, 'gone').items[1] as Rows).marks).toEqual({})
  const rows = plan.items[1] as Rows
  expect(Object.keys(withRows(rows, 3).marks)).toEqual(['0.0'])
  expect(Object.keys(withSeats(rows, 8, 0).marks)).toEqual(['0.0'])
  expect(withSeats(rows, 8, 2).rows.map(row => row.seats)).toEqual([8, 10, 12, 14, 16, 18])
})
it('a category that goes leaves nobody without one', () => {
  const plan = addCategory(withRowsAt(start, 1500, 800), 'B')
  expect(plan.categories.map(one => [one.key, one.colour])).toEqual([
    ['a', 0],
    ['b', 1],
  ])
  expect(planProblems(removeCategory(plan, 'a'))).toEqual([])
  expect(removeCategory(start, 'a')).toBe(start)
})
it('goes back and forth; typing in one field is one step', () => {
  const put = (name: string): Step => ({ do: 'put', plan: { ...start, items: [{ ...start.items[0]!, name }] }, with: 'name' })
  let history = historyStep({ plan: start, past: [], future: [] }, put('a'))
  history = historyStep(history, put('ab'))
  expect(history.past).toEqual([start])
  history = historyStep(history, { do: 'undo' })
  expect(history.plan).toBe(start)
  history = historyStep(history, { do: 'redo' })
  expect(history.plan.items[0]!.name).toBe('ab')
})
