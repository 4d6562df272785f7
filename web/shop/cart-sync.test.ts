import { expect, test } from 'vitest'
import type { CartLine } from './cart.ts'
import { merged } from './cart-sync.ts'

const line = (offer: string, quantity = 1, more: Partial<CartLine> = {}): CartLine => ({
  offer,
  quantity,
  title: offer,
  picture: null,
  price: { amount: '100', currency: 'CNY' },
  url: '/x',
  ...more,
})
const told = (lines: readonly CartLine[]): string =>
  lines.map(one => `${one.offer}${one.choice ? `(${String(one.choice['size'])})` : ''}×${one.quantity}`).join(' ')

test('two devices that changed a cart at once both have their way', () => {
  const base = [line('a'), line('b'), line('c', 2)]
  // Nothing happened there: ours. Nothing happened here: theirs.
  expect(told(merged(base, [line('a'), line('c', 5), line('d')], base))).toBe('a×1 c×5 d×1')
  expect(told(merged(base, base, [line('b', 4), line('e')]))).toBe('b×4 e×1')
  // Put in here and there, taken out here and there.
  expect(told(merged(base, [line('a'), line('b'), line('n')], [line('b'), line('c', 2), line('m')]))).toBe('b×1 m×1 n×1')
  // Changed here while taken out there stays; taken out here while changed there goes.
  expect(told(merged(base, [line('a', 3), line('c', 2)], [line('b', 9), line('c', 2)]))).toBe('c×2 a×3')
  // Both changed a line: ours.
  expect(told(merged(base, [line('a', 2)], [line('a', 7)]))).toBe('a×2')
})

test('sizes of one thing are lines of their own, and the order of names means nothing', () => {
  const small = line('a', 1, { choice: { size: 'S' } })
  const large = line('a', 1, { choice: { size: 'L' } })
  expect(told(merged([], [small], [large]))).toBe('a(L)×1 a(S)×1')
  const turned = Object.fromEntries(Object.entries(small).toReversed()) as CartLine
  expect(merged([small], [turned], [small])).toEqual([small])
  expect(merged([turned], [], [small])).toEqual([])
})

test('someone who signs in gets what lay there and what they had put in before', () => {
  expect(told(merged([], [line('a'), line('b')], [line('b'), line('c')]))).toBe('b×1 c×1 a×1')
})
