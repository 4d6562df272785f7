import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, clock } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import {
  balanceOf,
  captureHold,
  checks,
  closePeriod,
  decideAppeal,
  holdsOf,
  listHolds,
  placeHold,
  post,
  readParts,
  releaseDueHolds,
  releaseHold,
  type AccountRef,
  type PlaceHold,
} from './index.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
})
afterAll(() => planet.close())

const cny = (owner: string, purpose = 'available'): AccountRef => ({ owner, purpose, asset: 'CNY' })
const at = (owner: string, purpose: string) => balanceOf(planet.db.read, cny(owner, purpose))
/** Someone new with so much money. */
async function rich(amount: bigint): Promise<string> {
  const owner = newId('usr')
  await planet.db.transaction(tx =>
    post(tx, [
      {
        key: `pay:${owner}`,
        kind: 'pay',
        cause: 'test',
        entries: [
          { account: cny('provider:sandbox', 'clearing'), amount: -amount },
          { account: cny(owner), amount },
        ],
      },
    ]),
  )
  return owner
}
const place = (input: Pick<PlaceHold, 'owner' | 'amount'> & Partial<PlaceHold>) =>
  planet.db.transaction(tx => placeHold(tx, { asset: 'CNY', cause: 'dispute:test', reason: 'dispute', ...input }))
const capture = (hold: string, amount: bigint, key: string, to = 'planet') =>
  planet.db.transaction(tx =>
    captureHold(tx, {
      hold,
      amount,
      key,
      cause: 'dispute:test',
      to: [{ account: cny(to, to === 'planet' ? 'commission' : 'available'), amount }],
    }),
  )
const release = (hold: string, key: string, amount?: bigint) =>
  planet.db.transaction(tx => releaseHold(tx, { hold, key, reason: 'test', ...(amount === undefined ? {} : { amount }) }))
async function sound(): Promise<void> {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
}

test('a hold sets money aside, parts of it go to others, the rest comes back', async () => {
  const owner = await rich(1000n)
  const { id } = await place({ owner, amount: 600n, note: '夜航船' })
  expect([await at(owner, 'available'), await at(owner, 'held')]).toEqual([400n, 600n])
  await capture(id!, 250n, `take:${id}`)
  expect(await release(id!, `give:${id}`)).toMatchObject({ amount: 350n, replayed: false })
  expect([await at(owner, 'available'), await at(owner, 'held')]).toEqual([750n, 0n])
  expect(await holdsOf(planet.db.read, owner)).toMatchObject([{ id, amount: 600n, captured: 250n, released: 350n, note: '夜航船' }])
  expect(await readParts(planet.db.read, id!)).toMatchObject([{ captured: 250n }, { released: 350n, reason: 'test' }])
})

test('too little is refused, or held as far as it goes', async () => {
  const owner = await rich(100n)
  await expect(place({ owner, amount: 101n })).rejects.toMatchObject({ code: 'insufficient' })
  await expect(place({ owner, amount: 0n })).rejects.toMatchObject({ code: 'zero_amount' })
  const { id, amount } = await place({ owner, amount: 101n, upTo: true })
  expect(amount).toBe(100n)
  expect(await place({ owner, amount: 5n, upTo: true })).toEqual({ id: null, amount: 0n })
  await expect(capture(id!, 101n, `c:${id}`)).rejects.toMatchObject({ code: 'hold_too_small' })
  await expect(capture(newId('hld'), 1n, 'c:none')).rejects.toMatchObject({ kind: 'not_found' })
  expect(await at(owner, 'held')).toBe(100n)
})

test('everything done twice has one effect, and a key used for something else is refused', async () => {
  const owner = await rich(1000n)
  const id = newId('hld')
  expect(await place({ owner, amount: 500n, id })).toEqual({ id, amount: 500n })
  expect(await place({ owner, amount: 500n, id })).toEqual({ id, amount: 500n })
  await expect(place({ owner, amount: 501n, id })).rejects.toMatchObject({ code: 'key_reused' })
  await expect(place({ owner: await rich(9999n), amount: 500n, id })).rejects.toMatchObject({ code: 'key_reused' })
  const first = await capture(id, 200n, `cap:${id}`)
  expect(await capture(id, 200n, `cap:${id}`)).toEqual({ transfer: first.transfer, replayed: true })
  await expect(capture(id, 200n, `cap:${id}`, ann.id)).rejects.toMatchObject({ code: 'key_reused' })
  await expect(capture(id, 100n, `cap:${id}`)).rejects.toMatchObject({ code: 'key_reused' })
  await expect(release(id, `cap:${id}`)).rejects.toMatchObject({ code: 'key_reused' })
  await expect(capture(id, 500n, `hold:${id}`)).rejects.toMatchObject({ code: 'hold_too_small' })
  await expect(release(id, `pay:${owner}`)).rejects.toMatchObject({ code: 'key_reused' })
  await release(id, `rel:${id}`, 100n)
  expect(await release(id, `rel:${id}`, 100n)).toMatchObject({ amount: 100n, replayed: true })
  await expect(release(id, `rel:${id}`, 99n)).rejects.toMatchObject({ code: 'key_reused' })
  expect(await at(owner, 'held')).toBe(200n)
})

test('of captures and releases at the same moment only so many succeed as there is money', async () => {
  const owner = await rich(1000n)
  const { id } = await place({ owner, amount: 100n })
  const done = await Promise.allSettled([
    ...Array.from({ length: 6 }, (_, i) => capture(id!, 40n, `race:${id}${i}`)),
    ...Array.from({ length: 6 }, (_, i) => release(id!, `back:${id}${i}`, 40n)),
    ...Array.from({ length: 4 }, () => capture(id!, 20n, `same:${id}`)),
  ])
  expect(done.filter(one => one.status === 'rejected').every(one => (one.reason as { code: string }).code === 'hold_too_small')).toBe(true)
  const [row] = await holdsOf(planet.db.read, owner)
  expect(row!.amount - row!.captured - row!.released).toBe(await at(owner, 'held'))
  expect(row!.amount - row!.captured - row!.released).toBeLessThan(40n)
  const placed = await Promise.all(Array.from({ length: 5 }, () => place({ owner, amount: 300n, id: `hld_${id!.slice(4, -2)}zz` })))
  expect(new Set(placed.map(one => one.id)).size).toBe(1)
  await sound()
})

test('any sequence: captured + released never pass what was held, and the books follow', async () => {
  const part = fc.record({ capture: fc.boolean(), amount: fc.bigInt(1n, 60n), repeat: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.bigInt(1n, 200n), fc.array(part, { maxLength: 8 }), async (amount, parts) => {
      const owner = await rich(200n)
      const { id } = await place({ owner, amount })
      let [captured, released] = [0n, 0n]
      for (const [i, one] of parts.entries()) {
        const act = () => (one.capture ? capture(id!, one.amount, `p${i}:${id}`) : release(id!, `p${i}:${id}`, one.amount))
        const fits = captured + released + one.amount <= amount
        if (!fits) await expect(act()).rejects.toMatchObject({ code: 'hold_too_small' })
        else {
          await act()
          if (one.capture) captured += one.amount
          else released += one.amount
          if (one.repeat) expect(await act()).toMatchObject({ replayed: true })
        }
        expect((await holdsOf(planet.db.read, owner))[0]).toMatchObject({ captured, released })
        expect([await at(owner, 'held'), await at(owner, 'available')]).toEqual([amount - captured - released, 200n - amount + released])
      }
    }),
    { numRuns: 25 },
  )
  await sound()
})

test('a hold with an end goes when it has come, once', async () => {
  const owner = await rich(100n)
  await place({ owner, amount: 60n, until: new Date(clock.now().getTime() + 3_600_000) })
  await releaseDueHolds(planet.db)
  expect(await at(owner, 'held')).toBe(60n)
  clock.shift(3_700_000)
  try {
    expect((await Promise.all([releaseDueHolds(planet.db), releaseDueHolds(planet.db)])).reduce((a, b) => a + b)).toBeGreaterThan(0)
  } finally {
    clock.shift(0)
  }
  expect([await at(owner, 'held'), await at(owner, 'available')]).toEqual([0n, 100n])
})

type Held = {
  items: {
    id: string
    reason: string
    open: { amount: string }
    appeal: null | { id: string; decision: string | null }
    can: { appeal: boolean }
  }[]
}
test('who it belongs to sees why, appeals once at a time, and another operator than the placer decides', async () => {
  const operator = await planet.staff('operator')
  const other = await planet.staff('operator')
  const fund = await rich(500n)
  await planet.db.transaction(tx =>
    post(tx, [
      {
        key: `gift:${fund}`,
        kind: 'pay',
        cause: 'test',
        entries: [
          { account: cny(fund), amount: -500n },
          { account: cny(ann.id), amount: 500n },
        ],
      },
    ]),
  )
  const { id } = await place({ owner: ann.id, amount: 300n, reason: 'review', by: operator.id })
  const mine = await ann.call<Held>('GET', '/me/holds?open=true')
  expect(mine.items).toMatchObject([{ id, reason: 'review', open: { amount: '300' }, appeal: null, can: { appeal: true } }])
  expect((await ben.call<Held>('GET', '/me/holds')).items).toEqual([])
  expect((await planet.stranger.fetch('/api/v1/me/holds')).status).toBe(401)
  const text = '这首歌是我写的'
  const appeal = newId('apl')
  const path = `/me/holds/${id}/appeal`
  await expect(ben.call('POST', path, { text })).rejects.toMatchObject({ status: 404 })
  expect((await planet.stranger.fetch(`/api/v1${path}`, { method: 'POST', json: { text } })).status).toBe(401)
  await expect(ann.call('POST', path, { text: '' })).rejects.toMatchObject({ status: 400 })
  const said = await Promise.allSettled([ann.call('POST', path, { text, appeal }), ann.call('POST', path, { text: 'x' })])
  expect(said.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  const [{ appeal: waiting }] = (await ann.call<Held>('GET', '/me/holds')).items as [Held['items'][number]]
  if (waiting!.id === appeal) expect(await ann.call('POST', path, { text, appeal })).toMatchObject({ id, can: { appeal: false } })
  await expect(ann.call('POST', path, { text })).rejects.toMatchObject({ problem: { code: 'appeal_waits' } })
  expect((await listHolds(planet.db.read, { appealed: true })).map(hold => hold.id)).toEqual([id])

  const decide = (by: string, decision: 'granted' | 'declined') =>
    planet.db.transaction(tx => decideAppeal(tx, by, { appeal: waiting!.id, decision, reason: '已核实' }))
  await expect(decide(operator.id, 'granted')).rejects.toMatchObject({ code: 'four_eyes' })
  expect(await decide(other.id, 'granted')).toEqual({ hold: id, released: 300n })
  expect(await decide(other.id, 'granted')).toEqual({ hold: id, released: 0n })
  await expect(decide(other.id, 'declined')).rejects.toMatchObject({ code: 'appeal_decided' })
  expect(await at(ann.id, 'available')).toBe(500n)
  await expect(ann.call('POST', path, { text: 'again' })).rejects.toMatchObject({ problem: { code: 'hold_over' } })
})

test.each([
  ['the amount of a hold is changed', `update ledger.hold set amount = amount + 1`],
  ['the owner of a hold is changed', `update ledger.hold set owner = 'usr_x'`],
  ['a captured part is taken back', `update ledger.hold set captured = captured - 1 where captured > 0`],
  ['a part is changed', `update ledger.hold_part set captured = captured + 1`],
  ['an appeal is decided again', `update ledger.appeal set decision = 'declined' where decision is not null`],
  ['an appeal is deleted', `delete from ledger.appeal`],
  ['a hold is deleted', `delete from ledger.hold`],
])('the database refuses that %s', async (_what, text) => {
  await expect(planet.db.pool.query(text)).rejects.toMatchObject({ code: '23001' })
})

test('nothing is posted into a closed period, whoever asks, and a repeat of what was posted before is still answered', async () => {
  const owner = newId('usr')
  const pay = (n: number, time: Date) => ({
    key: `closed:${owner}${n}`,
    kind: 'pay',
    cause: 'test',
    at: time,
    entries: [
      { account: cny('provider:sandbox', 'clearing'), amount: -5n },
      { account: cny(owner), amount: 5n },
    ],
  })
  const [before, end, after] = [new Date('2024-01-15'), new Date('2024-02-01'), new Date('2024-02-02')]
  const postOne = (n: number, time: Date) => planet.db.transaction(tx => post(tx, [pay(n, time)]))
  await postOne(1, before)
  await expect(planet.db.transaction(tx => closePeriod(tx, new Date(clock.now().getTime() + 60_000), ann.id))).rejects.toMatchObject({
    code: 'period_not_over',
  })
  await planet.db.transaction(tx => closePeriod(tx, end, ann.id))
  await planet.db.transaction(tx => closePeriod(tx, end, ann.id))
  await expect(planet.db.transaction(tx => closePeriod(tx, before, ann.id))).rejects.toMatchObject({ code: 'period_closed' })
  await expect(postOne(2, before)).rejects.toMatchObject({ code: 'period_closed' })
  expect((await postOne(1, before))[0]).toMatchObject({ replayed: true })
  await postOne(3, after)
  const { makePoster } = await import('./index.ts')
  const poster = makePoster(planet.db)
  const mixed = await Promise.allSettled([poster.submit(pay(4, before)), poster.submit(pay(5, after)), poster.submit(pay(1, before))])
  expect(mixed.map(one => (one.status === 'rejected' ? (one.reason as { code: string }).code : one.value.replayed))).toEqual([
    'period_closed',
    false,
    true,
  ])
  await expect(planet.db.pool.query(`update ledger.period set until = '2020-01-01'`)).rejects.toMatchObject({ code: '23001' })
  await expect(planet.db.pool.query(`insert into ledger.period (until, by) values ('2020-01-01', 'x')`)).rejects.toMatchObject({
    code: '23001',
  })
  await sound()
})
