import fc from 'fast-check'
import { expect, test } from 'vitest'
import { all, applyMove, kept, moveOf, nothing, press } from './selection.ts'

test('a press chooses one; with ctrl it joins or leaves; with shift all from the anchor', () => {
  const ids = ['a', 'b', 'c', 'd', 'e']
  const chosen = (state: { chosen: ReadonlySet<string> }): string => [...state.chosen].toSorted().join('')
  const one = press(nothing, ids, 'b', { shift: false, toggle: false })
  expect(chosen(one)).toBe('b')
  const range = press(one, ids, 'd', { shift: true, toggle: false })
  expect(chosen(range)).toBe('bcd')
  // The anchor stays: the other way round it is another range.
  expect(chosen(press(range, ids, 'a', { shift: true, toggle: false }))).toBe('ab')
  const more = press(one, ids, 'e', { shift: false, toggle: true })
  expect(chosen(more)).toBe('be')
  expect(chosen(press(more, ids, 'b', { shift: false, toggle: true }))).toBe('e')
  expect(chosen(all(ids))).toBe('abcde')
  expect(chosen(kept(all(ids), ['a', 'c']))).toBe('ac')
})

test('what a drop asks for is what the page shows at once: nothing lost, the chosen ones together', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.infiniteStream(fc.nat()), (size, stream) => {
      const random = (most: number): number => stream.next().value! % most
      const ids = Array.from({ length: size }, (_, i) => `e${i}`)
      const [from, to] = [ids[random(size)]!, ids[random(size)]!]
      const moved = new Set([from, ...ids.filter(() => random(3) === 0)])
      const move = moveOf(ids, moved, from, to)
      if (move === null) return
      const next = applyMove(ids, move.entries, move.after)
      expect(next.toSorted()).toEqual(ids.toSorted())
      const at = next.indexOf(move.entries[0]!)
      expect(next.slice(at, at + moved.size)).toEqual(ids.filter(id => moved.has(id)))
      expect(next.filter(id => !moved.has(id))).toEqual(ids.filter(id => !moved.has(id)))
      // Alone it stands exactly where it was dropped.
      if (moved.size === 1) expect(next.indexOf(from)).toBe(ids.indexOf(to))
    }),
  )
})
