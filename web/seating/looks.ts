/** How seats look: a colour and a pattern for each tier, so that nobody needs to tell colours apart. Lengths are the plan's centimetres. */
import type { Seat } from '../../shared/seating-plan.ts'

export { softToneOf, toneOf } from './seat-colour.ts'

/** Side of one tile of a pattern. */
export const tile = 12
/** Lines drawn over the tone, by tier: none, slanted, dots, level, upright, crossed; then again. */
export const strokes: readonly string[] = [
  '',
  `M-3 15L15-3M-3 3L3-3M9 15l6-6`,
  `M6 6h.01`,
  `M0 6h${tile}`,
  `M6 0v${tile}`,
  `M0 6h${tile}M6 0v${tile}`,
]
export const strokeOf = (index: number): string => strokes[index % strokes.length]!

export const seatRadius = 21
const dot = (x: number, y: number, r: number): string =>
  `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
/** Many seats as one path: thousands stay smooth. */
export const dots = (seats: readonly Pick<Seat, 'x' | 'y'>[], r = seatRadius): string => seats.map(seat => dot(seat.x, seat.y, r)).join('')

export type Box = { x: number; y: number; width: number; height: number }
/** All that is drawn, with air around it. */
export function boundsOf(plan: { width: number; height: number }, seats: readonly Seat[], items: readonly { x: number; y: number }[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const grow = (x: number, y: number, w: number, h: number): void => {
    left = Math.min(left, x - w)
    right = Math.max(right, x + w)
    top = Math.min(top, y - h)
    bottom = Math.max(bottom, y + h)
  }
  for (const seat of seats) grow(seat.x, seat.y, 90, 60)
  for (const item of items) {
    const { width = 100, height = 100, turn = 0 } = item as { width?: number; height?: number; turn?: number }
    const flat = Math.abs(Math.sin((turn * Math.PI) / 180))
    grow(item.x, item.y, (width * (1 - flat) + height * flat) / 2 + 30, (height * (1 - flat) + width * flat) / 2 + 30)
  }
  if (left > right) return { x: 0, y: 0, width: plan.width, height: plan.height }
  return { x: left, y: top, width: Math.max(400, right - left), height: Math.max(300, bottom - top) }
}

/** Finds the seat at a point, without looking at all of them. */
export function finderOf(seats: readonly Seat[]): (x: number, y: number, within: number) => number | null {
  const side = 80
  const cells = new Map<string, number[]>()
  const cell = (x: number, y: number): string => `${Math.floor(x / side)} ${Math.floor(y / side)}`
  for (const [place, seat] of seats.entries()) {
    const key = cell(seat.x, seat.y)
    const own = cells.get(key)
    if (own === undefined) cells.set(key, [place])
    else own.push(place)
  }
  return (x, y, within) => {
    let best: number | null = null
    let least = within
    const reach = Math.ceil(within / side)
    for (let dx = -reach; dx <= reach; dx++)
      for (let dy = -reach; dy <= reach; dy++)
        for (const place of cells.get(cell(x + dx * side, y + dy * side)) ?? []) {
          const far = Math.hypot(seats[place]!.x - x, seats[place]!.y - y)
          if (far < least) {
            least = far
            best = place
          }
        }
    return best
  }
}

/** The nearest seat in a direction: along the run first, else whatever lies most straight ahead. */
export function nextSeat(seats: readonly Seat[], from: number, key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'): number {
  const here = seats[from]!
  const [ux, uy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] as [number, number]
  let best = from
  let least = Infinity
  for (const [place, seat] of seats.entries()) {
    if (place === from) continue
    const dx = seat.x - here.x
    const dy = seat.y - here.y
    const ahead = dx * ux + dy * uy
    if (ahead < 5) continue
    const aside = Math.abs(dx * uy - dy * ux)
    const cost = ahead + 2.5 * aside
    if (cost < least) {
      least = cost
      best = place
    }
  }
  return best
}
