import fc from 'fast-check'
import { expect, test } from 'vitest'
import { weightsOf, type ReleaseShares, type Share } from '../rights/index.ts'
import { stepText, takenIn, taxWithin, waterfall, workBpOf, type Claim, type Rules, type Step, type Tax } from './waterfall.ts'

const rules: Rules = {
  version: 1,
  steps: [
    { step: 'provider_fee', rateBp: null },
    { step: 'tax', rateBp: null },
    { step: 'commission', rateBp: null },
    { step: 'recoupment', rateBp: null },
    { step: 'backers', rateBp: null },
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

const clm = (n: number): string => `clm_${String(n).padStart(26, '0')}`
const alone: ReleaseShares = { release: 'rel_x', owner, tracks: [{ count: 1, work: null, master: null }] }
const full = (amount: bigint, more: { taxes?: Tax[]; claims?: Claim[]; shares?: ReleaseShares; fee?: bigint; bp?: number }): Step[] =>
  waterfall({
    amount,
    fee: more.fee ?? 0n,
    provider: 'sandbox',
    rules,
    plan: { ...plan, commissionBp: more.bp ?? 0 },
    taxes: more.taxes ?? [],
    claims: more.claims ?? [],
    weights: weightsOf(more.shares ?? alone, workBpOf(rules)),
  })
const claim = (given: Partial<Claim>): Claim => ({
  id: clm(1),
  kind: 'recoupment',
  name: 'Advance',
  bearer: null,
  shareBp: 5000,
  left: null,
  holders: [{ party: party(500), units: 1n }],
  ...given,
})

test('¥100 with tax, an advance on the singer alone and a pool of backers', () => {
  const master = [
    { party: party(1), role: 'vocals', shareBp: 6000 },
    { party: party(2), role: 'label', shareBp: 4000 },
  ]
  const steps = full(10_000n, {
    fee: 60n,
    bp: 500,
    taxes: [{ code: 'vat', name: 'VAT', rateBp: 600 }],
    claims: [
      claim({ id: clm(2), kind: 'backers', shareBp: 1000, holders: [1, 2, 3].map(n => ({ party: party(700 + n), units: 1n })) }),
      claim({ bearer: party(1), shareBp: 5000, left: 100_000n }),
    ],
    shares: { release: 'rel_x', owner, tracks: [{ count: 1, work: null, master }] },
  })
  // 9,940 × 6 ÷ 106 = 562.64; 5 % of 9,377 = 468.85; 10 % of 8,908 = 890.8; 8,017 by 60 : 40 = 4,810.2 : 3,206.8; half of 4,810.
  expect(steps.map(step => [stepText(step), step.receiver, step.amount])).toEqual([
    ['provider_fee', 'provider:sandbox', 60n],
    ['tax:vat', 'tax:vat', 563n],
    ['commission', 'planet', 469n],
    [`backers:${clm(2)}`, party(701), 297n],
    [`backers:${clm(2)}`, party(702), 297n],
    [`backers:${clm(2)}`, party(703), 297n],
    [`recoupment:${clm(1)}`, party(500), 2405n],
    ['split:master:vocals', party(1), 2405n],
    ['split:master:label', party(2), 3207n],
  ])
})

test('a tax is what the price contains: price = net + tax, half up', () => {
  expect(taxWithin(10_600n, 600)).toBe(600n)
  expect(taxWithin(1n, 10_000)).toBe(1n)
  expect(taxWithin(1n, 9_999)).toBe(0n)
  expect(taxWithin(0n, 600)).toBe(0n)
})

test('a claim stops at its cap, over any sequence of income', () => {
  const line = fc.bigInt({ min: 0n, max: 10n ** 9n })
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 30 }),
      fc.bigInt({ min: 1n, max: 10n ** 9n }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.boolean(),
      (lines, cap, shareBp, own) => {
        let taken = 0n
        for (const amount of lines) {
          const steps = full(amount, { claims: [claim({ bearer: own ? owner : null, shareBp, left: cap - taken })] })
          expect(sum(steps)).toBe(amount)
          taken += takenIn(steps).get(clm(1)) ?? 0n
          expect(taken <= cap).toBe(true)
        }
        const exact = lines.reduce((total, amount) => total + (amount * BigInt(shareBp) + 5000n) / 10_000n, 0n)
        expect(taken).toBe(exact < cap ? exact : cap)
      },
    ),
    { numRuns: 300 },
  )
})

const anyClaim = (n: number, bearers: readonly string[]) =>
  fc.record({
    id: fc.constant(clm(n)),
    kind: fc.constantFrom('recoupment' as const, 'backers' as const),
    name: fc.constant(`Claim ${n}`),
    bearer: fc.constantFrom(null, ...bearers),
    shareBp: fc.integer({ min: 1, max: 10_000 }),
    left: fc.option(fc.bigInt({ min: 0n, max: 10n ** 13n }), { nil: null }),
    holders: fc
      .uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 60 })
      .chain(ids =>
        fc
          .array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: ids.length, maxLength: ids.length })
          .map(units => ids.map((id, i) => ({ party: party(id), units: units[i]! }))),
      ),
  })
// From 1 minor unit among many (JPY, CNY and KWD differ only in what a minor unit is) to the most that can be moved.
const anyPrice = fc.oneof(
  fc.bigInt({ min: 0n, max: 50n }),
  fc.bigInt({ min: 0n, max: 10n ** 8n }),
  fc.bigInt({ min: 10n ** 14n, max: 10n ** 15n }),
)

test('any taxes and claims: exact sums, nothing negative, no cap passed, nobody but the bearer bears, the order changes nothing', () => {
  fc.assert(
    fc.property(
      anyPrice,
      fc.integer({ min: 0, max: 3000 }),
      shares.chain(given => {
        const bearers = [...new Set(weightsOf(given, 1500).map(weight => weight.receiver))]
        return fc.tuple(fc.constant(given), fc.tuple(...[1, 2, 3].map(n => anyClaim(n, bearers))))
      }),
      fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
      (amount, bp, [given, claims], codes) => {
        const taxes = codes.map(n => ({ code: `tax${n}`, name: `Tax ${n}`, rateBp: n * 700 }))
        const steps = full(amount, { bp, taxes, claims, shares: given })
        expect(sum(steps)).toBe(amount)
        for (const step of steps) expect(step.amount >= 0n).toBe(true)
        const taken = takenIn(steps)
        for (const { id, left } of claims) expect(left === null || (taken.get(id) ?? 0n) <= left).toBe(true)
        const turned = full(amount, {
          bp,
          taxes: taxes.toReversed(),
          claims: claims.toReversed().map(one => ({ ...one, holders: one.holders.toReversed() })),
          shares: { ...given, tracks: given.tracks.toReversed() },
        })
        expect(perReceiver(turned)).toEqual(perReceiver(steps))
        // Claims on one party leave every other party's split as it is without them.
        const whole = full(amount, { bp, taxes, claims: claims.filter(one => one.bearer === null), shares: given })
        const bearers = new Set(claims.map(one => one.bearer))
        const splits = (list: readonly Step[]) => list.filter(step => step.step.startsWith('split:') && !bearers.has(step.receiver))
        expect(splits(steps)).toEqual(splits(whole))
      },
    ),
    { numRuns: 300 },
  )
})
