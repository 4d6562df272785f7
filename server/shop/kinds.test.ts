/** A kind of offer that another room might bring: so many pieces of a thing, whose money waits a day. The checkout treats it like all others. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fault, type Fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { post } from '../ledger/index.ts'
import { checks as ledgerChecks } from '../ledger/index.ts'
import { checks as paymentChecks, clearing } from '../payments/index.ts'
import { giveRefund, round } from '../refunds/index.ts'
import { makeLog } from '../foundation/log.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { adjusters } from './kinds.ts'
import {
  checks,
  closeOffers,
  creditOf,
  expireOrders,
  namedPrice,
  offersOf,
  putOffer,
  registerCredits,
  registerDiscounts,
  registerKind,
  settleAt,
  type SoldLine,
} from './index.ts'
import { chargeOf, decide, held, orderIs, place, sell, type OrderJson } from './shop.testing.ts'

let planet: TestPlanet
let seller: Person
let buyer: Person
let page: string
let album: string
const day = 86_400_000
const before = { ...adjusters }

/** `scarce.thing (subject, free, taken)`: the database refuses to take what is not free. */
const give = async (tx: Parameters<typeof closeOffers>[0], lines: readonly SoldLine[], from: 'taken' | 'out'): Promise<void> => {
  for (const line of lines)
    await sql`update scarce.thing set free = free + ${line.quantity}, ${sql.ref(from)} = ${sql.ref(from)} - ${line.quantity} where subject = ${line.subject}`.execute(
      tx,
    )
}
registerKind({
  kind: 'scarce',
  price: async (_tx, wanted) => wanted.map(namedPrice),
  async reserve(tx, wanted) {
    const refused = new Map<string, Fault>()
    for (const { line, offer, quantity } of wanted) {
      const { numAffectedRows } =
        await sql`update scarce.thing set free = free - ${quantity}, taken = taken + ${quantity} where subject = ${offer.subject} and free >= ${quantity}`.execute(
          tx,
        )
      if (numAffectedRows === 0n) refused.set(line, fault('conflict', 'sold_out'))
    }
    return refused
  },
  async reserveAgain(tx, lines) {
    for (const line of lines) {
      const { numAffectedRows } =
        await sql`update scarce.thing set free = free - ${line.quantity}, taken = taken + ${line.quantity} where subject = ${line.subject} and free >= ${line.quantity}`.execute(
          tx,
        )
      if (numAffectedRows === 0n) return false
    }
    return true
  },
  async fulfil(tx, lines, at) {
    for (const line of lines)
      await sql`update scarce.thing set taken = taken - ${line.quantity}, out = out + ${line.quantity} where subject = ${line.subject}`.execute(
        tx,
      )
    return new Map(lines.map(line => [line.id, new Date(at.getTime() + day)]))
  },
  release: (tx, lines) => give(tx, lines, 'taken'),
  cancel: (tx, lines) => give(tx, lines, 'out'),
  follow: async (_db, lines) => new Map(lines.map(line => [line.id, [{ code: 'owned', at: null, url: null, text: line.subject }]])),
})

const thing = async (name: string, pieces: number, more: Partial<Parameters<typeof putOffer>[1]> = {}): Promise<string> => {
  await planet.db.pool.query('insert into scarce.thing values ($1, $2, 0, 0) on conflict do nothing', [name, pieces])
  return planet.db.transaction(tx =>
    putOffer(tx, {
      kind: 'scarce',
      subject: name,
      page,
      title: `Thing ${name}`,
      pricing: 'fixed',
      amount: 1000n,
      currency: 'CNY',
      by: seller.id,
      ...more,
    }),
  )
}
const count = async (name: string): Promise<unknown> =>
  (await planet.db.pool.query('select free, taken, out from scarce.thing where subject = $1', [name])).rows[0]
const refused = async (work: Promise<unknown>): Promise<string> => {
  const error = (await work.then(
    () => undefined,
    (problem: unknown) => problem,
  )) as { status: number; problem: { code: string } } | undefined
  return error === undefined ? 'ok' : `${error.status} ${error.problem.code}`
}
/** Handed over: the state is told before, by the payment. */
const handedOver = (order: string) =>
  until(
    async () => (await planet.db.pool.query(`select from shop.line where "order" = $1 and fulfilled_at is null`, [order])).rowCount === 0,
    'it to be handed over',
  )

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, buyer] = await Promise.all([planet.signUp('Seller'), planet.signUp('Buyer')])
  await planet.db.pool.query(
    'create schema scarce; create table scarce.thing (subject text primary key, free int not null check (free >= 0), taken int not null check (taken >= 0), out int not null check (out >= 0))',
  )
  const sold = await sell(planet, seller)
  page = sold.page
  album = sold.offer
})
afterAll(async () => {
  adjusters.discounts = before.discounts!
  adjusters.credits = before.credits!
  for (const check of [...checks, ...paymentChecks, ...ledgerChecks])
    expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.db.pool.query('drop schema scarce cascade')
  await planet.close()
})

test('fifty want two each of thirty-one at once: fifteen get them, one piece is left, everyone is told', async () => {
  const offer = await thing('crowd', 31)
  const people = await Promise.all(Array.from({ length: 25 }, (_, n) => planet.signUp(`Crowd ${n}`)))
  const answers = await Promise.all(
    people.flatMap(one => [0, 1].map(() => refused(one.call('POST', '/orders', { lines: [{ offer, quantity: 2 }] })))),
  )
  expect([answers.filter(one => one === 'ok').length, answers.filter(one => one === '409 sold_out').length]).toEqual([15, 35])
  expect(await count('crowd')).toEqual({ free: 1, taken: 30, out: 0 })
})

test('a basket that cannot be had whole takes nothing, and leaves the rest to others who ask at that moment', async () => {
  const [plenty, gone] = [await thing('plenty', 5), await thing('gone', 0)]
  const one = await planet.signUp('Whole')
  // Those that come together share a transaction: the refused one had the pieces first.
  const answers = await Promise.all([
    refused(one.call('POST', '/orders', { lines: [{ offer: plenty, quantity: 5 }, { offer: gone }] })),
    refused(buyer.call('POST', '/orders', { lines: [{ offer: plenty, quantity: 5 }] })),
  ])
  expect(answers).toEqual(['409 sold_out', 'ok'])
  expect([await count('plenty'), await count('gone')]).toEqual([
    { free: 0, taken: 5, out: 0 },
    { free: 0, taken: 0, out: 0 },
  ])
  // The same thing twice in a basket is counted together.
  const twice = await thing('twice', 3)
  expect(
    await refused(
      one.call('POST', '/orders', {
        lines: [
          { offer: twice, quantity: 2 },
          { offer: twice, quantity: 2 },
        ],
      }),
    ),
  ).toBe('409 sold_out')
  expect(await count('twice')).toEqual({ free: 3, taken: 0, out: 0 })
})

test('paid: handed over at once, its money waits; confirmed early it is settled; sent back it is free again', async () => {
  const offer = await thing('waits', 4)
  const order = await place(buyer, [offer], { lines: [{ offer, quantity: 2, choice: { size: 'M' } }, { offer: album }] })
  await decide(buyer, order)
  await handedOver(order.id)
  expect(await count('waits')).toEqual({ free: 2, taken: 0, out: 2 })
  const [waits, mine] = [order.lines[0]!.id, await held(planet, seller.id, 'available')]
  expect(await held(planet, `escrow:${waits}`, 'escrow')).toBe(2000n)
  const seen = await buyer.call<OrderJson & { lines: { settlesAt: string | null; progress: unknown[]; detail: null }[] }>(
    'GET',
    `/orders/${order.id}`,
  )
  expect(seen).toMatchObject({
    state: 'paid',
    lines: [{ state: 'held', progress: [{ code: 'owned', text: 'waits' }] }, { state: 'settled' }],
  })
  expect(Date.parse(seen.lines[0]!.settlesAt!)).toBeGreaterThan(clock.now().getTime() + day / 2)

  await planet.db.transaction(tx => settleAt(tx, [{ line: waits, at: clock.now() }]))
  await orderIs(buyer, order.id, 'settled')
  // 0.60 % to the provider, 5 % of the rest to the planet; no release: all to the page's owner.
  expect((await held(planet, seller.id, 'available')) - mine).toBe(1889n)

  const other = await place(buyer, [offer])
  await decide(buyer, other)
  await handedOver(other.id)
  expect(await count('waits')).toEqual({ free: 1, taken: 0, out: 3 })
  const back = () =>
    planet.db.transaction(tx =>
      giveRefund(tx, { key: 'back', line: other.lines[0]!.id, amount: null, by: seller.id, reason: 'goodwill', at: clock.now() }),
    )
  expect(await Promise.all([back(), back()])).toEqual(['done', 'done'])
  await orderIs(buyer, other.id, 'refunded')
  expect(await count('waits')).toEqual({ free: 2, taken: 0, out: 2 })
  // Settled before: the seller gives it back, and the thing is free as well.
  await planet.db.transaction(tx =>
    giveRefund(tx, { key: 'late', line: waits, amount: null, by: seller.id, reason: 'faulty', at: clock.now() }),
  )
  expect(await count('waits')).toEqual({ free: 4, taken: 0, out: 0 })
  expect(await held(planet, seller.id, 'available')).toBe(mine)
})

test('not paid in time: free again, once; paid too late: sold if there is one, else sent back by itself', async () => {
  const offer = await thing('late', 1)
  const order = await place(buyer, [offer])
  const charge = await chargeOf(buyer, order)
  await planet.db.pool.query(`update shop."order" set expires_at = now() - interval '1 second' where id = $1`, [order.id])
  await Promise.all([planet.db.transaction(tx => expireOrders(tx)), planet.db.transaction(tx => expireOrders(tx))])
  expect(await count('late')).toEqual({ free: 1, taken: 0, out: 0 })
  const quick = await planet.signUp('Quick')
  const second = await place(quick, [offer])
  await buyer.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'pay' } })
  const ended = await orderIs(buyer, order.id, 'refunded')
  expect(ended.problem).toBe('too_late')
  await decide(quick, second)
  await handedOver(second.id)
  expect(await count('late')).toEqual({ free: 0, taken: 0, out: 1 })
})

test('windows, limits for each person, closing; a quote says the same and sets nothing aside', async () => {
  const at = clock.now().getTime()
  const soon = await thing('soon', 9, { opensAt: new Date(at + day) })
  const over = await thing('over', 9, { closesAt: new Date(at - 1) })
  const few = await thing('few', 9, { mostEach: 2 })
  expect(await refused(place(buyer, [soon]))).toBe('409 not_on_sale_yet')
  expect(await refused(place(buyer, [over]))).toBe('409 sale_over')
  const fan = await planet.signUp('Fan of few')
  const answers = await Promise.all([0, 1, 2].map(() => refused(fan.call('POST', '/orders', { lines: [{ offer: few }] }))))
  expect(answers.sort()).toEqual(['409 too_many_each', 'ok', 'ok'])
  expect(await count('few')).toEqual({ free: 7, taken: 2, out: 0 })

  const quote = await (
    await planet.signUp('Asker')
  ).call('POST', '/orders/quote', {
    lines: [{ offer: soon }, { offer: few, quantity: 2 }, { offer: few, quantity: 1 }, { offer: album }],
  })
  expect(quote).toMatchObject({
    lines: [
      { problem: { code: 'not_on_sale_yet' }, amount: null },
      { problem: null, amount: { amount: '2000' } },
      { problem: { code: 'too_many_each' } },
      { problem: null, amount: { amount: '3800' } },
    ],
    carriages: [],
    needAddress: false,
  })
  expect(await count('few')).toEqual({ free: 7, taken: 2, out: 0 })
  await planet.db.transaction(tx => closeOffers(tx, 'scarce', ['few']))
  expect(await refused(place(buyer, [few]))).toBe('409 offer_closed')
  // Put up again it is the same offer, with other terms.
  expect(await thing('few', 9, { amount: 1200n })).toBe(few)
  expect((await offersOf(planet.db.read, 'scarce', ['few'])).get('few')).toMatchObject({
    id: few,
    amount: 1200n,
    state: 'open',
    mostEach: null,
  })
})

test('codes take off, cards pay: exact parts, one payment of the rest, and each way back', async () => {
  const cards = new Map<string, bigint>([
    ['card-of-ten', 1000n],
    ['card-of-much', 100_000n],
  ])
  const asset = 'CNY'
  await planet.db.transaction(tx =>
    post(
      tx,
      [...cards].map(([card, amount]) => ({
        key: `fill:${card}`,
        kind: 'card',
        cause: `card:${card}`,
        at: clock.now(),
        entries: [
          { account: { ...clearing('sandbox', asset), floor: null }, amount: -amount },
          { account: { owner: `gift:${card}`, purpose: 'available', asset, floor: 0n }, amount },
        ],
      })),
    ),
  )
  const used: string[] = []
  registerDiscounts({
    apply: async (_tx, orders) =>
      new Map<string, Fault | Map<string, { amount: bigint; code: string }>>(
        orders.map(({ order, codes, lines }) => {
          if (codes.length === 0) return [order, new Map()]
          if (codes[0] !== 'TENOFF') return [order, fault('unprocessable', 'code_unknown')]
          used.push(order)
          return [order, new Map(lines.map(line => [line.id, { amount: (line.unit * BigInt(line.quantity)) / 10n, code: 'TENOFF' }]))]
        }),
      ),
    ended: async (_tx, orders) => {
      for (const order of orders) used.splice(used.indexOf(order), 1)
    },
    again: async () => true,
  })
  const move = (
    tx: Parameters<typeof post>[0],
    key: string,
    from: { owner: string; purpose: string },
    to: { owner: string; purpose: string },
    amount: bigint,
  ) =>
    post(tx, [
      {
        key,
        kind: 'card',
        cause: key,
        at: clock.now(),
        entries: [
          { account: { owner: from.owner, purpose: from.purpose, asset, floor: 0n }, amount: -amount },
          { account: { owner: to.owner, purpose: to.purpose, asset, floor: 0n }, amount },
        ],
      },
    ])
  const cardOf = new Map<string, { card: string; amount: bigint }>()
  registerCredits({
    async reserve(tx, { order, cards: codes, total }) {
      const left = cards.get(codes[0]!)
      if (left === undefined) return fault('unprocessable', 'card_unknown')
      const amount = left < total ? left : total
      await move(tx, `use:${order}`, { owner: `gift:${codes[0]!}`, purpose: 'available' }, creditOf(order, asset), amount)
      cardOf.set(order, { card: codes[0]!, amount })
      return amount
    },
    async release(tx, order) {
      const { card, amount } = cardOf.get(order)!
      await move(tx, `unuse:${order}`, creditOf(order, asset), { owner: `gift:${card}`, purpose: 'available' }, amount)
    },
    async back(tx, { order, line, amount, key }) {
      await move(
        tx,
        key,
        { owner: `escrow:${line}`, purpose: 'escrow' },
        { owner: `gift:${cardOf.get(order)!.card}`, purpose: 'available' },
        amount,
      )
    },
  })
  const [a, b] = [await thing('code-a', 5, { amount: 3000n }), await thing('code-b', 9, { amount: 333n })]
  const lines = [{ offer: a }, { offer: b, quantity: 3 }]
  expect(await refused(buyer.call('POST', '/orders', { lines, codes: ['NO'] }))).toBe('422 code_unknown')
  expect(await refused(buyer.call('POST', '/orders', { lines, cards: ['NO-SUCH-CARD'] }))).toBe('422 card_unknown')
  expect([await count('code-a'), used.length]).toEqual([{ free: 5, taken: 0, out: 0 }, 0])

  const order = await buyer.call<OrderJson>('POST', '/orders', { lines, codes: ['TENOFF'], cards: ['card-of-ten'] })
  // 3000 − 300 + 999 − 99 = 3600, of which the card pays 1000 and the provider 2600.
  expect(order).toMatchObject({
    total: { amount: '3600' },
    credit: { amount: '1000' },
    lines: [{ amount: { amount: '2700' } }, { amount: { amount: '900' } }],
  })
  await decide(buyer, order)
  await handedOver(order.id)
  const [first] = order.lines.map(line => line.id) as [string]
  expect(await held(planet, `escrow:${first}`, 'escrow')).toBe(2700n)
  const paid = (await planet.db.pool.query<{ amount: bigint }>(`select amount from payments.payment where subject = $1`, [order.id])).rows
  expect(paid).toEqual([{ amount: 2600n }])
  // 750 of the first line is the card's part: the provider's 1950 go back first.
  await planet.db.transaction(tx =>
    giveRefund(tx, { key: 'part', line: first, amount: 2000n, by: seller.id, reason: 'goodwill', at: clock.now() }),
  )
  expect(await held(planet, 'gift:card-of-ten', 'available')).toBe(50n)
  await planet.db.transaction(tx =>
    giveRefund(tx, { key: 'rest', line: first, amount: null, by: seller.id, reason: 'goodwill', at: clock.now() }),
  )
  expect(await held(planet, 'gift:card-of-ten', 'available')).toBe(750n)
  await planet.db.transaction(tx => settleAt(tx, [{ line: order.lines[1]!.id, at: clock.now() }]))
  await orderIs(buyer, order.id, 'settled')

  // Cards alone: paid as it is placed. Cancelled unpaid: back on the card, and the code unused.
  const whole = await buyer.call<OrderJson>('POST', '/orders', { lines: [{ offer: a }], cards: ['card-of-much'] })
  expect(whole).toMatchObject({ state: 'paid', payUrl: null })
  await handedOver(whole.id)
  const left = await held(planet, 'gift:card-of-much', 'available')
  await planet.db.transaction(tx =>
    giveRefund(tx, { key: 'whole', line: whole.lines[0]!.id, amount: null, by: seller.id, reason: 'goodwill', at: clock.now() }),
  )
  expect((await held(planet, 'gift:card-of-much', 'available')) - left).toBe(3000n)
  cards.set('card-of-some', 700n)
  await planet.db.transaction(tx =>
    move(tx, 'some', { owner: 'gift:card-of-much', purpose: 'available' }, { owner: 'gift:card-of-some', purpose: 'available' }, 700n),
  )
  const open = await buyer.call<OrderJson>('POST', '/orders', { lines, codes: ['TENOFF'], cards: ['card-of-some'] })
  expect([await held(planet, 'gift:card-of-some', 'available'), used.length]).toEqual([0n, 2])
  await buyer.call('POST', `/orders/${open.id}/cancel`)
  expect([await held(planet, 'gift:card-of-some', 'available'), used.length]).toEqual([700n, 1])
  await round(planet.db, makeLog('fatal'))
})
