/** What the editor does to a plan. Pure: each action gives a new plan; history keeps the old ones. */
import { seatsOf, tableSize, type Item, type Mark, type Plan, type Rows } from '../../shared/seating-plan.ts'
import { boundsOf, type Box } from './looks.ts'

export type Kind = Item['kind']
export const kinds: readonly Kind[] = ['rows', 'table', 'area', 'stage', 'label']
/** A free short name: r1, r2 … t1 … */
export function freshId(plan: Plan, kind: Kind): string {
  const first = { rows: 'r', table: 't', area: 'a', stage: 'g', label: 'l' }[kind]
  const known = new Set(plan.items.map(item => item.id))
  let n = 1
  while (known.has(`${first}${n}`)) n++
  return `${first}${n}`
}
/** A free name like the given one: Stalls → Stalls 2; Table 4 → Table 5. */
export function freshName(plan: Plan, name: string): string {
  const known = new Set(plan.items.map(item => item.name))
  if (name === '' || !known.has(name)) return name
  const base = name.replace(/\s*\d+$/, '')
  let n = Number(/\d+$/.exec(name)?.[0] ?? 2)
  while (known.has(`${base} ${n}`)) n++
  return `${base} ${n}`
}

export function newItem(plan: Plan, kind: Kind, name: string, at: { x: number; y: number }): Item {
  const base = {
    id: freshId(plan, kind),
    name: freshName(plan, name),
    x: Math.round(at.x / 10) * 10,
    y: Math.round(at.y / 10) * 10,
    turn: 0,
  }
  // Seats and standing places are of different categories, as far as there are any.
  const others = new Set(
    kind === 'area' ? seatsOf(plan).map(seat => seat.category) : plan.items.flatMap(item => (item.kind === 'area' ? item.category : [])),
  )
  const category = (plan.categories.find(one => !others.has(one.key)) ?? plan.categories[0]!).key
  if (kind === 'rows')
    return {
      ...base,
      kind,
      category,
      rows: Array.from({ length: 6 }, () => ({ seats: 12 })),
      seatGap: 55,
      rowGap: 90,
      curve: 0,
      rowNames: { style: 'letters', from: 1, backwards: false, skip: true },
      seatNames: { style: 'plain', from: 1, backwards: false },
      marks: {},
    }
  if (kind === 'table') return { ...base, kind, category, shape: 'round', chairs: 6, width: 160, height: 90, whole: false, marks: {} }
  if (kind === 'area') return { ...base, kind, category, shape: 'rect', width: 900, height: 600, capacity: 200 }
  if (kind === 'stage') return { ...base, kind, shape: 'rect', width: 1200, height: 300 }
  return { ...base, kind, name: base.name || '…', size: 70 }
}

const alone = (item: Item): Plan => ({ form: 1, width: 1, height: 1, focus: { x: 0, y: 0 }, categories: [], items: [item] })
export const seatsIn = (item: Item) => seatsOf(alone(item))
/** What a thing covers, level with the plan. */
export function boxOf(item: Item): Box {
  const seats = item.kind === 'rows' || item.kind === 'table' ? seatsIn(item) : []
  if (item.kind === 'rows' && seats.length > 0) {
    const xs = seats.map(seat => seat.x)
    const ys = seats.map(seat => seat.y)
    const [left, top] = [Math.min(...xs) - 30, Math.min(...ys) - 30]
    return { x: left, y: top, width: Math.max(...xs) + 30 - left, height: Math.max(...ys) + 30 - top }
  }
  const size =
    item.kind === 'table'
      ? { width: tableSize(item).width + 120, height: tableSize(item).height + 120 }
      : item.kind === 'label'
        ? { width: Math.max(1, item.name.length) * item.size * 0.7, height: item.size * 1.3 }
        : item.kind === 'rows'
          ? { width: 100, height: 100 }
          : { width: item.width, height: item.height }
  const box = boundsOf({ width: 0, height: 0 }, [], [{ x: item.x, y: item.y, ...size, turn: item.turn } as { x: number; y: number }])
  return { x: box.x + 30, y: box.y + 30, width: box.width - 60, height: box.height - 60 }
}

const change = (plan: Plan, ids: ReadonlySet<string>, act: (item: Item) => Item): Plan =>
  fitted({ ...plan, items: plan.items.map(item => (ids.has(item.id) ? act(item) : item)) })
/** Everything lies on the plan: it grows with what is put at its edge. */
export function fitted(plan: Plan): Plan {
  const items = plan.items.map(item => (item.x < 0 || item.y < 0 ? { ...item, x: Math.max(0, item.x), y: Math.max(0, item.y) } : item))
  const right = Math.max(plan.width, ...items.map(item => Math.ceil(item.x) + 200))
  const bottom = Math.max(plan.height, ...items.map(item => Math.ceil(item.y) + 200))
  return { ...plan, items, width: Math.min(40_000, right), height: Math.min(40_000, bottom) }
}
/** The stage takes the point everybody looks at along. */
export function moveItems(plan: Plan, ids: ReadonlySet<string>, dx: number, dy: number): Plan {
  const stages = plan.items.filter(item => item.kind === 'stage')
  const along = stages.length === 1 && ids.has(stages[0]!.id)
  const next = change(plan, ids, item => ({ ...item, x: item.x + dx, y: item.y + dy }))
  return along ? { ...next, focus: { x: Math.max(0, plan.focus.x + dx), y: Math.max(0, plan.focus.y + dy) } } : next
}
export const turnItems = (plan: Plan, ids: ReadonlySet<string>, by: number): Plan =>
  change(plan, ids, item => ({ ...item, turn: ((((item.turn + by + 180) % 360) + 360) % 360) - 180 }))
export const removeItems = (plan: Plan, ids: ReadonlySet<string>): Plan => ({
  ...plan,
  items: plan.items.filter(item => !ids.has(item.id)),
})
/** Copies beside what they are made from; gives their ids, too. */
export function copyItems(plan: Plan, ids: ReadonlySet<string>): { plan: Plan; ids: Set<string> } {
  let next = plan
  const made = new Set<string>()
  for (const item of plan.items) {
    if (!ids.has(item.id)) continue
    const copy = { ...item, id: freshId(next, item.kind), name: freshName(next, item.name), x: item.x + 100, y: item.y + 100 }
    next = { ...next, items: [...next.items, copy] }
    made.add(copy.id)
  }
  return { plan: fitted(next), ids: made }
}
export const putItem = (plan: Plan, item: Item): Plan => change(plan, new Set([item.id]), () => item)
export const addItem = (plan: Plan, item: Item): Plan => fitted({ ...plan, items: [...plan.items, item] })

export type Edge = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom' | 'across' | 'along'
/** Lines things up by what they cover; across and along: equal gaps between their middles. */
export function alignItems(plan: Plan, ids: ReadonlySet<string>, edge: Edge): Plan {
  const boxes = new Map(plan.items.filter(item => ids.has(item.id)).map(item => [item.id, boxOf(item)]))
  if (boxes.size < 2) return plan
  const all = [...boxes.values()]
  const left = Math.min(...all.map(box => box.x))
  const right = Math.max(...all.map(box => box.x + box.width))
  const top = Math.min(...all.map(box => box.y))
  const bottom = Math.max(...all.map(box => box.y + box.height))
  const spread = (axis: 'x' | 'y', size: 'width' | 'height'): Map<string, number> => {
    const sorted = [...boxes].toSorted(([, a], [, b]) => a[axis] + a[size] / 2 - b[axis] - b[size] / 2)
    const first = sorted[0]![1]
    const last = sorted.at(-1)![1]
    const from = first[axis] + first[size] / 2
    const step = (last[axis] + last[size] / 2 - from) / (sorted.length - 1)
    return new Map(sorted.map(([id, box], index) => [id, from + step * index - box[axis] - box[size] / 2]))
  }
  const by = edge === 'across' ? spread('x', 'width') : edge === 'along' ? spread('y', 'height') : null
  return change(plan, ids, item => {
    const box = boxes.get(item.id)!
    const dx =
      {
        left: left - box.x,
        centre: (left + right) / 2 - box.x - box.width / 2,
        right: right - box.x - box.width,
        across: by?.get(item.id) ?? 0,
      }[edge as string] ?? 0
    const dy =
      {
        top: top - box.y,
        middle: (top + bottom) / 2 - box.y - box.height / 2,
        bottom: bottom - box.y - box.height,
        along: by?.get(item.id) ?? 0,
      }[edge as string] ?? 0
    return { ...item, x: item.x + dx, y: item.y + dy }
  })
}

/** So many rows; new ones are as long as the last (or one seat longer each, where `grow` says so). */
export function withRows(item: Rows, count: number): Rows {
  const last = item.rows.at(-1)!
  const rows = Array.from({ length: count }, (_, row) => item.rows[row] ?? last)
  return { ...item, rows, marks: Object.fromEntries(Object.entries(item.marks).filter(([key]) => Number(key.split('.')[0]) < count)) }
}
/** All rows as long as that, `more` longer with each row to the back. */
export function withSeats(item: Rows, seats: number, more: number): Rows {
  const rows = item.rows.map((row, index) => ({ ...row, seats: Math.min(200, Math.max(1, seats + more * index)) }))
  const marks = Object.fromEntries(
    Object.entries(item.marks).filter(([key]) => {
      const [row, seat] = key.split('.').map(Number) as [number, number]
      return seat < (rows[row]?.seats ?? 0)
    }),
  )
  return { ...item, rows, marks }
}

/** Seats by key. `mark` null takes all marks off; else it is turned on, or off where all of them have it. */
export function markSeats(plan: Plan, keys: ReadonlySet<string>, mark: keyof Omit<Mark, 'category'> | null): Plan {
  const own = (item: Item, key: string): Mark => (item.kind === 'rows' || item.kind === 'table' ? (item.marks[key] ?? {}) : {})
  const split = (key: string): [string, string] => {
    const [item, row, seat] = key.split('-') as [string, string, string]
    return [item, `${row}.${seat}`]
  }
  const items = new Map(plan.items.map(item => [item.id, item]))
  const on = mark !== null && ![...keys].every(key => own(items.get(split(key)[0])!, split(key)[1])[mark] === true)
  return editMarks(plan, keys, before => {
    if (mark === null) return {}
    const { [mark]: _off, ...rest } = before
    return on ? { ...rest, [mark]: true } : rest
  })
}
export const categorizeSeats = (plan: Plan, keys: ReadonlySet<string>, category: string): Plan =>
  editMarks(plan, keys, before => ({ ...before, category }))
function editMarks(plan: Plan, keys: ReadonlySet<string>, act: (mark: Mark) => Mark): Plan {
  return {
    ...plan,
    items: plan.items.map(item => {
      if (item.kind !== 'rows' && item.kind !== 'table') return item
      const marks = { ...item.marks }
      let touched = false
      for (const key of keys) {
        const [id, row, seat] = key.split('-')
        if (id !== item.id) continue
        touched = true
        const at = `${row}.${seat}`
        const { category, ...rest } = act(marks[at] ?? {})
        const next = category === undefined || category === item.category ? rest : { ...rest, category }
        if (Object.keys(next).length === 0) delete marks[at]
        else marks[at] = next
      }
      return touched ? { ...item, marks } : item
    }),
  }
}

/** A category goes; what was of it is of the first that is left. */
export function removeCategory(plan: Plan, key: string): Plan {
  const categories = plan.categories.filter(one => one.key !== key)
  const first = categories[0]
  if (!first) return plan
  return {
    ...plan,
    categories,
    items: plan.items.map(item => {
      if (item.kind === 'stage' || item.kind === 'label') return item
      const next = item.category === key ? { ...item, category: first.key } : item
      if (next.kind === 'area' || !Object.values(next.marks).some(mark => mark.category === key)) return next
      return {
        ...next,
        marks: Object.fromEntries(
          Object.entries(next.marks).map(([at, mark]) => [at, mark.category === key ? { ...mark, category: first.key } : mark]),
        ),
      }
    }),
  }
}
export function addCategory(plan: Plan, name: string): Plan {
  const known = new Set(plan.categories.map(one => one.key))
  const key = 'abcdefghijkl'.split('').find(one => !known.has(one))
  const colours = new Set(plan.categories.map(one => one.colour))
  const colour = Array.from({ length: 12 }, (_, n) => n).find(one => !colours.has(one)) ?? 0
  return key === undefined ? plan : { ...plan, categories: [...plan.categories, { key, name, colour }] }
}

export type History = { plan: Plan; past: readonly Plan[]; future: readonly Plan[] }
export type Step = { do: 'put'; plan: Plan; with?: string } | { do: 'undo' } | { do: 'redo' } | { do: 'load'; plan: Plan }
const depth = 200
/** Typing in one field is one step: steps that follow each other `with` the same name are joined. */
export function historyStep(history: History & { last?: string | undefined }, step: Step): History & { last?: string | undefined } {
  const { plan, past, future } = history
  if (step.do === 'load') return { plan: step.plan, past: [], future: [] }
  if (step.do === 'undo') return past.length === 0 ? history : { plan: past.at(-1)!, past: past.slice(0, -1), future: [plan, ...future] }
  if (step.do === 'redo') return future.length === 0 ? history : { plan: future[0]!, past: [...past, plan], future: future.slice(1) }
  if (step.plan === plan) return history
  if (step.with !== undefined && step.with === history.last) return { plan: step.plan, past, future: [], last: step.with }
  return { plan: step.plan, past: [...past.slice(-depth), plan], future: [], last: step.with }
}
