import { expect, test } from 'vitest'
import { packs as shared } from '../../shared/policy.ts'
import { packNameOf, packs } from './packs.ts'

test('packs are the same on both sides', () => {
  expect(packs).toEqual(shared)
  expect(packNameOf(packs.standard)).toBe('standard')
  expect(packNameOf({ ...packs.standard, lotDays: 100 })).toBe('own')
})
