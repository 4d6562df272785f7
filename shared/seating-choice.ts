/** Which seats: the best ones that are free, together; and whether a choice leaves a single seat alone. Pure; the server decides with it, the picker foresees with it. */
import { seatsOf, type Plan, type Seat } from './seating-plan.ts'

export type Layout = {
  seats: readonly Seat[]
  /** Key → place in `seats`. */
  index: ReadonlyMap<string, number>
  /** Places of seats that sit beside each other, in order. */
  runs: readonly (readonly number[])[]
  /** How far from the best seat there could be, in centimetres; less is better. */
  score: Float64Array
}

/** Seats kept for those who need them are the last that chance gives; a poor view comes before. */
const penalty = { accessible: 1e7, companion: 1e7, restricted: 1500 }

export function layoutOf(plan: Plan): Layout {
  const seats = seatsOf(plan)
  const runs: number[][] = []
  const middle = { x: 0, y: 0 }
  for (const [place, seat] of seats.entries()) {
    if (seat.at === 0) runs.push([])
    runs.at(-1)!.push(place)
    middle.x += seat.x / seats.length
    middle.y += seat.y / seats.length
  }
  // What is off the line from the stage through the middle of the house is looked at from the side.
  const { focus } = plan
  const far = Math.hypot(middle.x - focus.x, middle.y - focus.y)
  const axis = far < 1 ? { x: 0, y: 1 } : { x: (middle.x - focus.x) / far, y: (middle.y - focus.y) / far }
  const score = Float64Array.from(seats, seat => {
    const dx = seat.x - focus.x
    const dy = seat.y - focus.y
    return (
      Math.hypot(dx, dy) +
      0.4 * Math.abs(dx * axis.y - dy * axis.x) +
      (seat.accessible ? penalty.accessible : 0) +
      (seat.companion ? penalty.companion : 0) +
      (seat.restricted ? penalty.restricted : 0)
    )
  })
  return { seats, index: new Map(seats.map((seat, place) => [seat.key, place])), runs, score }
}

/** Rows have the rule of single seats; at tables one always sits with others. */
const ruled = (seat: Seat): boolean => seat.row !== ''

/**
 * Places of free seats that `chosen` would leave alone between taken ones, where that could be avoided. In a stretch of free seats with one more than wanted it
 * cannot; a wheelchair place is not counted. `free` tells what is free without the choice.
 */
export function orphansOf(layout: Layout, free: (place: number) => boolean, chosen: ReadonlySet<number>): number[] {
  const out: number[] = []
  const seen = new Set<number>()
  for (const place of chosen) {
    const seat = layout.seats[place]!
    if (!ruled(seat)) continue
    const run = layout.runs[runAt(layout, place)]!
    let from = seat.at
    let to = seat.at
    const open = (at: number): boolean => at >= 0 && at < run.length && (free(run[at]!) || chosen.has(run[at]!))
    while (open(from - 1)) from--
    while (open(to + 1)) to++
    if (seen.has(run[from]!)) continue
    seen.add(run[from]!)
    const stretch = run.slice(from, to + 1)
    const taken = stretch.filter(one => chosen.has(one)).length
    if (stretch.length - taken === 1) continue
    for (const [at, one] of stretch.entries())
      if (
        !chosen.has(one) &&
        (at === 0 || chosen.has(stretch[at - 1]!)) &&
        (at === stretch.length - 1 || chosen.has(stretch[at + 1]!)) &&
        !layout.seats[one]!.accessible
      )
        out.push(one)
  }
  return out
}

const runsOf = new WeakMap<Layout, Int32Array>()
function runAt(layout: Layout, place: number): number {
  let known = runsOf.get(layout)
  if (known === undefined) {
    known = new Int32Array(layout.seats.length)
    for (const [number, run] of layout.runs.entries()) for (const one of run) known[one] = number
    runsOf.set(layout, known)
  }
  return known[place]!
}

/** Chairs of tables that are only sold whole, of which a choice has some but not all. */
export function brokenTables(layout: Layout, chosen: ReadonlySet<number>): string[] {
  const out = new Set<string>()
  for (const place of chosen) {
    const seat = layout.seats[place]!
    if (seat.whole !== null && layout.runs[runAt(layout, place)]!.some(one => !chosen.has(one))) out.add(seat.item)
  }
  return [...out]
}

type Group = { places: number[]; cost: number }

/** The best `count` seats side by side. `near`: their worth also falls with the distance to that point. */
function side(
  layout: Layout,
  free: (place: number) => boolean,
  count: number,
  orphans: boolean,
  near: { x: number; y: number } | null,
): Group | null {
  let best: Group | null = null
  for (const run of layout.runs) {
    if (run.length < count) continue
    const first = layout.seats[run[0]!]!
    if (first.whole !== null && run.length !== count) continue
    for (let from = 0; from < run.length;) {
      if (!free(run[from]!)) {
        from++
        continue
      }
      let to = from
      while (to + 1 < run.length && free(run[to + 1]!)) to++
      const length = to - from + 1
      if (length >= count) {
        let sum = 0
        for (let at = from; at < from + count; at++) sum += layout.score[run[at]!]!
        for (let at = from; ; at++) {
          const before = at - from
          const after = length - before - count
          const alone = orphans && ruled(first) && length - count !== 1 && (before === 1 || after === 1)
          if (!alone) {
            let cost = sum / count
            if (near !== null) {
              const middle = layout.seats[run[at + (count >> 1)]!]!
              cost += 3 * Math.hypot(middle.x - near.x, middle.y - near.y)
            }
            if (best === null || cost < best.cost) best = { places: run.slice(at, at + count), cost }
          }
          if (after === 0) break
          sum += layout.score[run[at + count]!]! - layout.score[run[at]!]!
        }
      }
      from = to + 1
    }
  }
  return best
}

/** The ways to part `count` people into two groups: as even as can be first, nobody alone if it can be helped. */
const halves = (count: number): number[] =>
  Array.from({ length: count - 1 }, (_, i) => i + 1)
    .filter(part => part >= count - part)
    .toSorted((a, b) => Number(count - a === 1) - Number(count - b === 1) || a - b)

/**
 * The best free seats for `count` people: side by side; if that cannot be, in two groups as near to each other as can be; if that cannot be either, in more.
 * Null: there are not so many. With `together` only side by side.
 */
export function bestSeats(
  layout: Layout,
  free: (place: number) => boolean,
  count: number,
  { orphans, together = false }: { orphans: boolean; together?: boolean },
): number[] | null {
  if (count < 1) return null
  for (const strict of orphans ? [true, false] : [false]) {
    const one = side(layout, free, count, strict, null)
    // Of wheelchair places only if there is nothing else.
    if (one !== null && one.cost < penalty.accessible / count) return one.places
    if (together) {
      if (one !== null && !strict) return one.places
      continue
    }
    for (const part of halves(count)) {
      const first = side(layout, free, part, strict, null)
      if (first === null || first.cost >= penalty.accessible / part) continue
      const taken = new Set(first.places)
      const middle = layout.seats[first.places[part >> 1]!]!
      const rest = side(layout, place => free(place) && !taken.has(place), count - part, strict, middle)
      if (rest !== null && rest.cost < penalty.accessible / count) return [...first.places, ...rest.places]
    }
  }
  if (together) return null
  // Here and there: the largest groups that are left, one after the other.
  const taken = new Set<number>()
  let near: { x: number; y: number } | null = null
  while (taken.size < count) {
    let group: Group | null = null
    for (let size = count - taken.size; size > 0 && group === null; size--)
      group = side(layout, place => free(place) && !taken.has(place), size, false, near)
    if (group === null) return null
    for (const place of group.places) taken.add(place)
    near ??= layout.seats[group.places[0]!]!
  }
  return [...taken]
}
