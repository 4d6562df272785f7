/** A map of seats, worked out: where each seat is and what it is called. Pure; the same on the server, in the editor and in the picker. */
import type { z } from 'zod'
import type { AreaItem, Category, Item, Mark, Plan as PlanShape, RowsItem, TableItem } from './seating-shapes.ts'

export type Plan = z.output<typeof PlanShape>
export type Item = z.output<typeof Item>
export type Rows = z.output<typeof RowsItem>
export type Table = z.output<typeof TableItem>
export type Area = z.output<typeof AreaItem>
export type Mark = z.output<typeof Mark>
export type Category = z.output<typeof Category>

export type Seat = {
  /** `item-row-seat`: stays what it is through all versions as long as its item is the same. */
  key: string
  item: string
  /** What people read on the ticket; row is empty at tables. */
  section: string
  row: string
  number: string
  category: string
  x: number
  y: number
  accessible: boolean
  companion: boolean
  restricted: boolean
  /** Seats of one run sit beside each other without a gap; `at` is the place in it. */
  run: number
  at: number
  /** The key of the first chair of a table that is only sold whole. */
  whole: string | null
}
export type Standing = { key: string; name: string; category: string; capacity: number }

/** A, B … Z, AA; without I and O, which look like 1 and 0, where `skip` says so. */
export function letters(index: number, skip: boolean): string {
  const all = skip ? 'ABCDEFGHJKLMNPQRSTUVWXYZ' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  let out = ''
  for (let left = index; left >= 0; left = Math.floor(left / all.length) - 1) out = all[left % all.length]! + out
  return out
}
export function rowName(item: Pick<Rows, 'rows' | 'rowNames'>, row: number): string {
  const { style, from, backwards, skip } = item.rowNames
  const place = (backwards ? item.rows.length - 1 - row : row) + from
  return style === 'letters' ? letters(place - 1, skip) : String(place)
}
/** `place` of `count` seats that are there, from the left. */
export function seatName(names: Rows['seatNames'], place: number, count: number): string {
  const { style, from, backwards } = names
  const index = backwards ? count - 1 - place : place
  if (style === 'plain') return String(from + index)
  if (style === 'odd') return String(from + (from % 2 === 0 ? 1 : 0) + index * 2)
  if (style === 'even') return String(from + (from % 2 === 0 ? 0 : 1) + index * 2)
  // From the middle outwards: … 5 3 1 2 4 6 …
  const left = Math.ceil(count / 2)
  return String(index < left ? (left - 1 - index) * 2 + 1 : (index - left + 1) * 2)
}

export const turned = (item: { x: number; y: number; turn: number }, dx: number, dy: number): { x: number; y: number } => {
  const angle = (item.turn * Math.PI) / 180
  return { x: item.x + dx * Math.cos(angle) - dy * Math.sin(angle), y: item.y + dx * Math.sin(angle) + dy * Math.cos(angle) }
}
/** Place of a seat within its item, before it is turned and moved; `look` is the angle of its back. */
export function inRows(item: Rows, row: number, seat: number): { x: number; y: number; look: number } {
  const { seats, shift = 0 } = item.rows[row]!
  const across = (seat - (seats - 1) / 2) * item.seatGap + shift
  const back = row * item.rowGap
  if (item.curve === 0) return { x: across, y: back, look: 0 }
  const radius = item.curve + back
  const angle = across / radius
  return { x: radius * Math.sin(angle), y: radius * Math.cos(angle) - item.curve, look: (-angle * 180) / Math.PI }
}
/** Half the table's size across and along: a round one is as large as its chairs need. */
export function tableSize(item: Table): { width: number; height: number } {
  if (item.shape === 'rect') return { width: item.width, height: item.height }
  const across = Math.max(80, (item.chairs * 58) / Math.PI - 50)
  return { width: across, height: across }
}
export function atTable(item: Table, chair: number): { x: number; y: number; look: number } {
  const { width, height } = tableSize(item)
  if (item.shape === 'round') {
    const angle = (chair / item.chairs) * 2 * Math.PI - Math.PI / 2
    const radius = width / 2 + 34
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), look: (angle * 180) / Math.PI - 90 }
  }
  // Along the two long sides, far side first.
  const far = Math.ceil(item.chairs / 2)
  const near = item.chairs - far
  const side = chair < far ? { n: far, i: chair, y: -height / 2 - 34, look: 180 } : { n: near, i: chair - far, y: height / 2 + 34, look: 0 }
  return { x: ((side.i + 0.5) / side.n - 0.5) * width, y: side.y, look: side.look }
}

/** All seats of a plan, in the order they are drawn: the order of `tierAt` and of the states on the wire. */
export function seatsOf(plan: Plan): Seat[] {
  const out: Seat[] = []
  let run = 0
  for (const item of plan.items) {
    if (item.kind === 'rows')
      for (const [row, { seats }] of item.rows.entries()) {
        let there = 0
        for (let seat = 0; seat < seats; seat++) if (item.marks[`${row}.${seat}`]?.gone !== true) there++
        let place = 0
        let at = 0
        run++
        for (let seat = 0; seat < seats; seat++) {
          const mark = item.marks[`${row}.${seat}`] ?? {}
          if (mark.gone === true) {
            if (at > 0) run++
            at = 0
            continue
          }
          const inside = inRows(item, row, seat)
          out.push({
            key: `${item.id}-${row}-${seat}`,
            item: item.id,
            section: item.name,
            row: rowName(item, row),
            number: seatName(item.seatNames, place++, there),
            category: mark.category ?? item.category,
            ...turned(item, inside.x, inside.y),
            accessible: mark.accessible === true,
            companion: mark.companion === true,
            restricted: mark.restricted === true,
            run,
            at: at++,
            whole: null,
          })
        }
      }
    else if (item.kind === 'table') {
      run++
      let at = 0
      let first: string | null = null
      for (let chair = 0; chair < item.chairs; chair++) {
        const mark = item.marks[`0.${chair}`] ?? {}
        if (mark.gone === true) continue
        const key = `${item.id}-0-${chair}`
        first ??= key
        const inside = atTable(item, chair)
        out.push({
          key,
          item: item.id,
          section: item.name,
          row: '',
          number: String(at + 1),
          // A table sold whole is of one price.
          category: item.whole ? item.category : (mark.category ?? item.category),
          ...turned(item, inside.x, inside.y),
          accessible: mark.accessible === true,
          companion: mark.companion === true,
          restricted: mark.restricted === true,
          run,
          at: at++,
          whole: item.whole ? first : null,
        })
      }
    }
  }
  return out
}
export const standingOf = (plan: Plan): Standing[] =>
  plan.items.flatMap(item =>
    item.kind === 'area' ? [{ key: item.id, name: item.name, category: item.category, capacity: item.capacity }] : [],
  )
export const countPlan = (plan: Plan): { seats: number; standing: number } => ({
  seats: seatsOf(plan).length,
  standing: standingOf(plan).reduce((sum, area) => sum + area.capacity, 0),
})

/** What keeps a plan from being used; `item` is where. */
export type PlanProblem = {
  code: 'empty' | 'no_category' | 'mixed_category' | 'same_item' | 'same_name' | 'no_name' | 'too_large' | 'outside'
  item: string
}
export function planProblems(plan: Plan, most = 20_000): PlanProblem[] {
  const out: PlanProblem[] = []
  const keys = new Set<string>()
  const categories = new Set(plan.categories.map(one => one.key))
  const called = new Map<string, string>()
  for (const item of plan.items) {
    if (keys.has(item.id)) out.push({ code: 'same_item', item: item.id })
    keys.add(item.id)
    if (item.kind === 'stage' || item.kind === 'label') continue
    const used = [item.category, ...(item.kind === 'area' ? [] : Object.values(item.marks).flatMap(mark => mark.category ?? []))]
    if (used.some(key => !categories.has(key))) out.push({ code: 'no_category', item: item.id })
    if (item.name === '') out.push({ code: 'no_name', item: item.id })
    if (item.x < 0 || item.y < 0 || item.x > plan.width || item.y > plan.height) out.push({ code: 'outside', item: item.id })
  }
  const seats = seatsOf(plan)
  if (seats.length > most) out.push({ code: 'too_large', item: '' })
  if (seats.length === 0 && standingOf(plan).length === 0) out.push({ code: 'empty', item: '' })
  // A tier is sold by seats or by counting: of a category with both, nobody could have the standing places.
  const seated = new Set(seats.map(seat => seat.category))
  for (const area of standingOf(plan)) if (seated.has(area.category)) out.push({ code: 'mixed_category', item: area.key })
  // Two seats that are called the same send two people to one chair.
  for (const seat of seats) {
    const name = `${seat.section}\n${seat.row}\n${seat.number}`
    const other = called.get(name)
    if (other === undefined) called.set(name, seat.item)
    else if (!out.some(one => one.code === 'same_name' && one.item === seat.item)) out.push({ code: 'same_name', item: seat.item })
  }
  return out
}
