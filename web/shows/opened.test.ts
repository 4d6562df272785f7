import { expect, it } from 'vitest'
import { holdFor, holdMs } from '../../shared/hold-time.ts'
import { openedAt } from './opened.ts'

it('the clock of choosing starts with the map, goes on when the page is loaded anew, and begins anew when it has run out', () => {
  const kept = new Map<string, string>()
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const start = 1_900_000_000_000
  expect(openedAt(store, 'sho_1', start)).toBe(start)
  expect(openedAt(store, 'sho_1', start + holdMs - 1)).toBe(start)
  expect(openedAt(store, 'sho_2', start + 5000)).toBe(start + 5000)
  expect(openedAt(store, 'sho_1', start + holdMs)).toBe(start + holdMs)
  // A clock that was set back, something else in its place, no memory at all.
  expect(openedAt(store, 'sho_1', start)).toBe(start)
  kept.set('planet.map.sho_1', 'x')
  expect(openedAt(store, 'sho_1', start + 1)).toBe(start + 1)
  expect(openedAt(null, 'sho_1', start)).toBe(start)
})
it('a hold gets what is left of the eight minutes, a minute at least', () => {
  expect([undefined, 0, 60, 419, 420, 421, 86_400].map(holdFor)).toEqual([480_000, 480_000, 420_000, 61_000, 60_000, 60_000, 60_000])
})
