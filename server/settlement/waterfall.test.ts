import fc from 'fast-check'
import { expect, test } from 'vitest'
import { weightsOf, type ReleaseShares, type Share } from '../rights/index.ts'
import { waterfall, workBpOf, type Rules, type Step } from './waterfall.ts'

const rules: Rules = {
  version: 1,
  steps: [
    { step: 'provider_fee', rateBp: null },
    { step: 'commission', rateBp: null },
    { step: 'split', rateBp: 1500 },
  ],
}
const plan = { id: 'standard', version: 1, name: 'Standard', commissionBp: 500 }
const party = (n: number): string => `usr_${String(n).padStart(26, '0')}`
const owner = party(999)
const run = (amount: bigint, fee: bigint, shares: ReleaseShares, bp = 500): Step[] =>
  waterfall({ amount, fee, provider: 'sandbox', rules, plan: { ...plan, commissionBp: bp }, weights: weightsOf(shares, workBpOf(rules)) })
const sum = (steps: readonly Step[]): bigint => steps.reduce((total, { amount }) => total + amount, 0n)
const perReceiver = (steps: readonly Step[]): Map<string, bigint> => {
  const totals = new Map<string, bigint>()
  for (const step of steps) totals.set(step.receiver, (totals.get(step.receiver) ?? 0n) + step.amount)
  return totals
}

test('an album for ¥38.00 shared 33.33/33.33/33.34', () => {
  const master = [3333, 3333, 3334].map((shareBp, index) => ({
    party: party(index),
    role: ['vocals', 'producer', 'label'][index]!,
    shareBp,
  }))
  const steps = run(3800n, 23n, { release: 'rel_x', owner, tracks: [{ count: 12, work: null, master }] })
  expect(steps).toEqual([
    { step: 'provider_fee', label: 'sandbox', receiver: 'provider:sandbox', shareBp: null, amount: 23n },
    { step: 'commission', label: 'Standard', receiver: 'planet', shareBp: 500, amount: 189n },
    { step: 'split:master', label: 'vocals', receiver: party(0), shareBp: 3333, amount: 1196n },
    { step: 'split:master', label: 'producer', receiver: party(1), shareBp: 3333, amount: 1196n },
    { step: 'split:master', label: 'label', receiver: party(2), shareBp: 3334, amount: 1196n },
  ])
})

test('without a sheet the owner gets what is left; one fen goes to nobody but somebody', () => {
  expect(perReceiver(run(10_000n, 60n, { release: 'rel_x', owner, tracks: [{ count: 3, work: null, master: null }] }))).toEqual(
    new Map([
      ['provider:sandbox', 60n],
      ['planet', 497n],
      [owner, 9443n],
    ]),
  )
  expect(sum(run(1n, 0n, { release: 'rel_x', owner, tracks: [{ count: 1, work: null, master: null }] }))).toBe(1n)
  expect(sum(run(0n, 0n, { release: 'rel_x', owner, tracks: [{ count: 1, work: null, master: null }] }))).toBe(0n)
})

test('a work sheet takes its part of its tracks only', () => {
  const work: Share[] = [{ party: party(1), role: 'lyricist', shareBp: 10_000 }]
  const steps = run(
    10_000n,
    0n,
    {
      release: 'rel_x',
      owner,
      tracks: [
        { count: 1, work, master: null },
        { count: 1, work: null, master: null },
      ],
    },
    0,
  )
  // Half of the price is the first track's, 15 % of that the work's.
  expect(perReceiver(steps).get(party(1))).toBe(750n)
  expect(perReceiver(steps).get(owner)).toBe(9250n)
})

const sheet = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 }).chain(parties =>
  fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: parties.length, maxLength: parties.length }).map((weights): Share[] => {
    const whole = weights.reduce((a, b) => a + b, 0)
    const shares = weights.map(weight => Math.max(1, Math.floor((weight * 9000) / whole)))
    shares[0]! += 10_000 - shares.reduce((a, b) => a + b, 0)
    return parties.map((n, index) => ({ party: party(n), role: ['vocals', '词曲', 'label'][n % 3]!, shareBp: shares[index]! }))
  }),
)
const shares = fc
  .array(
    fc.record({ count: fc.integer({ min: 1, max: 30 }), work: fc.option(sheet, { nil: null }), master: fc.option(sheet, { nil: null }) }),
    { minLength: 1, maxLength: 5 },
  )
  .map((tracks): ReleaseShares => ({ release: 'rel_x', owner, tracks }))
const price = fc.oneof(fc.bigInt({ min: 1n, max: 100n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))

test('any price, any sheets: exact sums, nothing negative, the order changes nothing', () => {
  fc.assert(
    fc.property(
      price,
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 10_000 }),
      shares,
      (amount, feeBp, commissionBp, given) => {
        const fee = (amount * BigInt(feeBp)) / 10_000n
        const steps = run(amount, fee, given, commissionBp)
        expect(sum(steps)).toBe(amount)
        for (const step of steps) expect(step.amount >= 0n).toBe(true)
        const turned = {
          ...given,
          tracks: given.tracks
            .toReversed()
            .map(track => ({ ...track, work: track.work?.toReversed() ?? null, master: track.master?.toReversed() ?? null })),
        }
        expect(perReceiver(run(amount, fee, turned, commissionBp))).toEqual(perReceiver(steps))
      },
    ),
    { numRuns: 400 },
  )
})

test('nobody is more than one unit from their exact share, and equal parties differ by at most one', () => {
  fc.assert(
    fc.property(price, shares, (amount, given) => {
      const weights = weightsOf(given, 1500)
      const whole = weights.reduce((total, { weight }) => total + weight, 0n)
      const exact = new Map<string, bigint>()
      for (const { receiver, weight } of weights) exact.set(receiver, (exact.get(receiver) ?? 0n) + weight)
      const got = perReceiver(run(amount, 0n, given, 0).filter(step => step.step.startsWith('split')))
      for (const [receiver, weight] of exact) {
        const off = (got.get(receiver) ?? 0n) * whole - amount * weight
        expect(off < whole && off > -whole).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})
