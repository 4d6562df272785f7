/** Random histories of sales, refunds, spending, disputes and decisions on a real database: what must hold does after every step (traps 9, 10, 13, 15). */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import type { Viewer } from '../foundation/session.ts'
import { applyNotices, sandboxMerchant, type Notice } from '../payments/index.ts'
import { checks as shopChecks, recordPastOrder } from '../shop/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, round } from './index.ts'
import { allHolds, balance, books, sellShared, spend, payingLater } from './refunds.testing.ts'
import { refundLine } from './requests.ts'
import { decide } from './shortfalls.ts'

let planet: TestPlanet
let parties: Person[]
let buyers: string[]
let staff: Viewer
const offers: string[] = []
const log = makeLog('fatal')

beforeAll(async () => {
  planet = await startPlanet()
  parties = await Promise.all(['A', 'B', 'C'].map(name => planet.signUp(name)))
  const finance = await planet.staff('finance')
  staff = { id: finance.id, name: finance.name, email: finance.email, locale: 'en', roles: ['finance'], session: '' }
  const [a, b, c] = parties.map(party => party.id) as [string, string, string]
  for (const sheet of [
    [[a, 10_000]],
    [[a, 5000], [b, 5000]],
    [[a, 3333], [b, 3333], [c, 3334]],
    [[a, 1], [b, 4999], [c, 5000]],
  ] as const) offers.push((await sellShared(planet, parties[0]!, sheet)).offer) // prettier-ignore
  // Part of C's income rests; the planet has something of its own.
  await finance.call('PUT', `/console/reserves/${c}`, { shareBp: 3000, days: 30, reason: 'New' })
  buyers = (await Promise.all(Array.from({ length: 12 }, (_, n) => planet.signUp(`Buyer ${n}`)))).map(buyer => buyer.id)
})
afterAll(async () => {
  await planet.close()
})

type Line = { line: string; order: string; payment: string; amount: bigint }
type World = { lines: Line[]; disputes: { ref: string; payment: string; amount: bigint }[]; free: { buyer: string; offer: string }[] }
const share = (whole: bigint, thousandth: number): bigint => (whole * BigInt(thousandth)) / 1000n

/** A fault is an answer; anything else is not. */
const refusedOr = async (act: () => Promise<unknown>): Promise<void> => {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
}
const inTx = <T>(act: (tx: Parameters<Parameters<TestPlanet['db']['transaction']>[0]>[0]) => Promise<T>): Promise<T> =>
  planet.db.transaction(act)

async function buy(world: World, prices: readonly bigint[], waits: boolean): Promise<void> {
  const buyer = world.free[0]?.buyer
  const own = world.free.filter(one => one.buyer === buyer).slice(0, prices.length)
  if (buyer === undefined) return
  world.free = world.free.filter(one => !own.includes(one))
  const end = waits ? payingLater() : () => undefined
  const order = await inTx(tx =>
    recordPastOrder(tx, {
      buyer,
      lines: own.map(({ offer }, index) => ({ offer, price: { amount: prices[index]!, currency: 'CNY' as const } })),
      at: new Date(clock.now().getTime() - 60_000),
    }),
  )
  end()
  const { rows } = await planet.db.pool.query<Line>(
    'select l.id as line, l."order", o.payment, l.amount from shop.line l join shop."order" o on o.id = l."order" where l."order" = $1 order by l.position',
    [order],
  )
  world.lines.push(...rows)
}

const tell = (type: Notice['type'], { ref, payment, amount }: World['disputes'][number]): Promise<unknown> =>
  inTx(async tx => {
    const { rows } = await planet.db.pool.query<{ charge: string; amount: bigint }>(
      'select charge, amount from payments.payment where id = $1',
      [payment],
    )
    const merchant = sandboxMerchant(planet.config)
    const notice: Notice = {
      id: `evt_${Math.random()}`,
      type,
      merchant,
      charge: rows[0]!.charge,
      reference: payment,
      amount: rows[0]!.amount,
      currency: 'CNY',
      fee: null,
      problem: null,
      refund: null,
      body: {},
      dispute: {
        ref,
        amount,
        fee: 15n,
        reason: 'fraudulent',
        respondBy: null,
      },
    }
    return applyNotices(tx, 'sandbox', merchant, [notice])
  })

type Step =
  | { do: 'buy'; prices: bigint[]; waits: boolean }
  | { do: 'refund'; line: number; part: number }
  | { do: 'spend'; party: number; part: number }
  | { do: 'dispute'; line: number; part: number }
  | { do: 'end'; which: number; won: boolean }
  | { do: 'decide'; which: number; decision: 'receivable' | 'borne' | 'refuse' }
  | { do: 'round'; days: number }
const place = fc.nat({ max: 50 })
const part = fc.oneof(fc.integer({ min: 1, max: 500 }), fc.constant(1000))
const price = fc.oneof(fc.bigInt({ min: 1n, max: 30n }), fc.bigInt({ min: 100n, max: 100_000n }))
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('buy' as const), prices: fc.array(price, { minLength: 1, maxLength: 3 }), waits: fc.boolean() }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('refund' as const), line: place, part }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('spend' as const), party: place, part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('dispute' as const), line: place, part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), which: place, won: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      which: place,
      decision: fc.constantFrom('receivable' as const, 'borne' as const, 'refuse' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('round' as const), days: fc.nat({ max: 40 }) }) },
)

async function perform(world: World, one: Step): Promise<void> {
  if (one.do === 'buy') return buy(world, one.prices, one.waits)
  if (one.do === 'spend') {
    const party = parties[one.party % parties.length]!
    // What came in has been looked at: its share rests, and the rest is spent.
    if (one.part > 250) await round(planet.db, log)
    const amount = share(await balance(planet, party.id), one.part)
    if (amount > 0n) await spend(planet, party.id, amount)
    return
  }
  if (one.do === 'round') {
    if (one.days > 0)
      await planet.db.pool.query(
        `update refunds.tranche set release_at = release_at - $1 * interval '1 day' where taken + released < amount`,
        [one.days],
      )
    return round(planet.db, log)
  }
  if (one.do === 'decide') {
    const { rows } = await planet.db.pool.query<{ id: string }>(`select id from refunds.shortfall where state = 'open' order by id`)
    const found = rows[one.which % Math.max(1, rows.length)]
    if (found) await refusedOr(() => inTx(tx => decide(tx, staff, { id: found.id, decision: one.decision, reason: 'Random' })))
    return
  }
  if (one.do === 'end') {
    const found = world.disputes[one.which % Math.max(1, world.disputes.length)]
    if (found) await tell(one.won ? 'dispute_won' : 'dispute_lost', found)
    return
  }
  // Mostly of the newest: so that the same line is hit again and again.
  const line = world.lines.at(-1 - (one.line % Math.min(3, world.lines.length)))
  if (line === undefined) return
  const amount = share(line.amount, one.part)
  if (amount === 0n) return
  if (one.do === 'refund')
    await refusedOr(() =>
      inTx(tx =>
        refundLine(tx, staff, {
          id: newId('rfq'),
          line: line.line,
          reason: 'other',
          note: 'Random',
          ...(one.part === 1000 ? {} : { amount }),
        }),
      ),
    )
  else {
    const dispute = { ref: `dp_${Math.random()}`, payment: line.payment, amount }
    world.disputes.push(dispute)
    await tell('disputed', dispute)
  }
}

/** Whom what can still be sold to: history goes on from where the last one ended. */
async function stillFree(): Promise<World['free']> {
  const { rows } = await planet.db.pool.query<{ buyer: string; offer: string }>(
    `select b.buyer, f.id as offer from unnest($1::text[]) as b(buyer), shop.offer f where f.id = any($2)
      and not exists (select from shop.ownership w where w.person = b.buyer and w.release = f.release)
      and not exists (select from shop.line l join shop."order" o on o.id = l."order" where o.buyer = b.buyer and l.offer = f.id and l.state = 'held') order by 1, 2`,
    [buyers, offers],
  )
  return rows
}

const act = fc.record({
  thousandth: fc.integer({ min: 1, max: 900 }),
  party: place,
  spent: fc.constantFrom(0, 500, 1000, 1000),
  rests: fc.boolean(),
})
test('a line refunded in random parts, with everything spent in between, ends at nothing for everyone', { timeout: 300_000 }, async () => {
  const world: World = { lines: [], disputes: [], free: [] }
  const decideAll = async () => {
    const { rows } = await planet.db.pool.query<{ id: string }>(`select id from refunds.shortfall where state = 'open' order by id`)
    for (const { id } of rows) await inTx(tx => decide(tx, staff, { id, decision: 'borne', reason: 'Random' }))
  }
  world.free = await stillFree()
  // So that the planet can bear something.
  await buy(world, [50_000_000n], false)
  await fc.assert(
    fc.asyncProperty(price, fc.nat({ max: 3 }), fc.array(act, { minLength: 1, maxLength: 5 }), async (asked, which, acts) => {
      const free = await stillFree()
      world.free = [free.filter(one => one.offer === offers[which])[0] ?? free[0]!]
      await buy(world, [asked], false)
      const { line, amount } = world.lines.at(-1)!
      const refund = (of: bigint | null) =>
        inTx(tx =>
          refundLine(tx, staff, { id: newId('rfq'), line, reason: 'other', note: 'Random', ...(of === null ? {} : { amount: of }) }),
        )
      let left = amount
      for (const { thousandth, party, spent, rests } of acts) {
        if (rests) await round(planet.db, log)
        await perform(world, { do: 'spend', party, part: spent })
        const part = share(left, thousandth)
        if (part > 0n) await refund(part)
        left -= part
        await decideAll()
      }
      await refund(null)
      await decideAll()
      const { rows } = await planet.db.pool.query<{ state: string; refunded: bigint }>(
        'select state, refunded from shop.line where id = $1',
        [line],
      )
      expect(rows).toEqual([{ state: 'refunded', refunded: amount }])
      for (const check of [...checks, ...shopChecks].filter(({ name }) => /shares|clawbacks|reserve|escrow/.test(name)))
        expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
    }),
    { numRuns: 25, endOnFailure: true },
  )
  await allHolds(planet)
})

const runs = 25
test(
  `${runs} random histories: sums are exact, nobody sinks below zero without a decision, a full refund ends at nothing`,
  { timeout: 300_000 },
  async () => {
    const world: World = { lines: [], disputes: [], free: [] }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 24 }), async steps => {
        world.free = await stillFree()
        for (const one of steps) {
          await perform(world, one)
          const { custody, owed, own } = await books(planet)
          expect([one.do, custody]).toEqual([one.do, owed + own])
        }
        await allHolds(planet)
        // Enough to pay with: what is left of one line goes back, and nobody keeps anything of it (refunds.shares).
        const { rows } = await planet.db.pool.query<{ owner: string; balance: bigint; floor: bigint | null }>(
          `select owner, balance, floor from ledger.account where floor is not null and balance < floor`,
        )
        expect(rows).toEqual([])
      }),
      { numRuns: runs, endOnFailure: true },
    )
  },
)
