/** Traps of docs/trials.md that no room can try alone: keys used for something else, what is told too early, who leaves in the middle, lists that move. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from './foundation/clock.ts'
import { until } from './foundation/testing.ts'
import { addProvider, providerOf } from './payments/index.ts'
import { codeOf, cooledMethod, earn } from './payouts/payouts.testing.ts'
import { bought, sellShared } from './refunds/refunds.testing.ts'
import { settlers } from './shop/payee.ts'
import { writeOrders } from './shop/index.ts'
import { orderIs, place, sell, type OrderJson } from './shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from './testing.ts'

let planet: TestPlanet
let seller: Person
let fan: Person
let other: Person
let finance: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, fan, other] = [await planet.signUp('Seller'), await planet.signUp('Fan'), await planet.signUp('Other')]
  finance = await planet.staff('finance')
})
afterAll(() => planet.close())

const one = async (text: string, values: unknown[] = []): Promise<number> =>
  Number((await planet.db.pool.query<{ many: string }>(`select count(*) as many from ${text}`, values)).rows[0]!.many)
/** Connections of this database that are in the middle of something. */
const busy = (): Promise<number> => one(`pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`)

test('trap 16: a key used for something else is refused, at every door that takes one; the same again, twenty at once, is one', async () => {
  const [first, second] = [await sell(planet, seller), await sell(planet, seller)]
  const { offer } = await sellShared(planet, seller, [[seller.id, 10_000]])
  const paid = await bought(fan, [[offer, 5000n]])
  const again = await bought(other, [[offer, 5000n]])
  await earn(planet, [[seller.id, 50_000n]])
  const hold = { owner: seller.id, asset: 'CNY', amount: '100', reason: 'review', note: 'a look' }
  const doors: [who: Person, path: string, kind: 'ord' | 'rfq' | 'hld' | 'bat', body: object, changed: object][] = [
    [fan, '/orders', 'ord', { lines: [{ offer: first.offer, quantity: 1 }] }, { lines: [{ offer: second.offer, quantity: 1 }] }],
    [fan, '/refunds', 'rfq', { line: paid.line, reason: 'mistake', amount: '7' }, { line: paid.line, reason: 'mistake', amount: '8' }],
    [seller, `/lines/${again.line}/refund`, 'rfq', { reason: 'goodwill', amount: '7' }, { reason: 'goodwill', amount: '8' }],
    [finance, '/console/holds', 'hld', hold, { ...hold, amount: '101' }],
    [finance, '/console/payout-batches', 'bat', { currency: 'CNY', day: '2026-11-30' }, { currency: 'USD', day: '2026-11-30' }],
  ]
  for (const [who, path, kind, body, changed] of doors) {
    const id = newId(kind)
    const answers = await Promise.all(Array.from({ length: 20 }, () => who.call<{ id: string }>('POST', path, { id, ...body })))
    expect([path, ...new Set(answers.map(answer => answer.id))]).toEqual([path, id])
    expect([path, await codeOf(who.call('POST', path, { id, ...changed }))]).toEqual([path, '409 key_reused'])
  }
  expect(await one(`payments.refund where key like 'refund:%' and subject = $1`, [again.line])).toBe(1)
  await finance.call('POST', `/console/payout-batches/${(await finance.call<{ items: { id: string }[] }>('GET', '/console/payout-batches')).items[0]!.id}/cancel`, { reason: 'a trial' }) // prettier-ignore
})

test('trap 2: two lines of one basket that want the same thing are seen together, in whatever order', async () => {
  const [mine, another] = [await sell(planet, seller), await sell(planet, seller)]
  for (const offers of [
    [mine.offer, mine.offer],
    [mine.offer, another.offer, mine.offer],
  ])
    // prettier-ignore
    expect(await codeOf(place(fan, offers))).toBe('409 already_owned')
  expect(await one('shop.line where offer = $1', [mine.offer])).toBe(0)
})

test('trap 17: what is undone tells nobody: no event, no job, no waking', async () => {
  const { offer } = await sell(planet, seller)
  let woken = 0
  const wake = (): void => void (woken += 1)
  settlers.add(wake)
  // A job of the sale before this may end meanwhile: what counts is that none is new.
  const jobs = async (): Promise<string[]> =>
    (await planet.db.pool.query<{ id: string }>('select id::text from graphile_worker.jobs')).rows.map(row => row.id)
  // What gathered becomes jobs within a second: seen together, so that nothing is between the two.
  const due = `(select id from graphile_worker.jobs where run_at <= now() union all select id from house.gathered) due`
  await until(async () => (await one(due)) === 0, 'the jobs of before')
  const before = [await one('house.event'), await one('payments.payment')]
  const jobsBefore = await jobs()
  class Undone extends Error {}
  await expect(
    planet.db.transaction(async tx => {
      await writeOrders(tx, [{ buyer: fan.id, input: { lines: [{ offer, quantity: 1 }] }, at: new Date() }])
      throw new Undone()
    }),
  ).rejects.toThrow(Undone)
  settlers.delete(wake)
  expect([await one('house.event'), await one('payments.payment')]).toEqual(before)
  expect((await jobs()).filter(id => !jobsBefore.includes(id))).toEqual([])
  expect(woken).toBe(0)
})

test('trap 18: whoever leaves in the middle leaves no lock behind; what they asked for happened once or not at all', async () => {
  const offers = (await Promise.all(Array.from({ length: 6 }, () => sell(planet, seller)))).map(sold => sold.offer)
  const ids = Array.from({ length: 60 }, () => newId('ord'))
  const gone = await Promise.allSettled(
    ids.map((id, n) =>
      fetch(`${planet.url}/api/v1/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: fan.cookie },
        body: JSON.stringify({ id, lines: [{ offer: offers[n % 6], quantity: 1 }] }),
        signal: AbortSignal.timeout(1 + (n % 20) * 3),
      }),
    ),
  )
  expect(gone.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
  const placed = await Promise.all(ids.map((id, n) => place(fan, [offers[n % 6]!], { id })))
  expect(placed.map(order => order.id)).toEqual(ids)
  expect(await one('shop."order" where id = any($1)', [ids])).toBe(60)
  expect(await one('payments.payment where subject = any($1)', [ids])).toBe(60)
  await until(async () => (await busy()) === 0, 'nobody to hold a transaction open')
})

test('trap 18: while a provider lets us wait, nothing is locked', async () => {
  const { offer } = await sellShared(planet, seller, [[seller.id, 10_000]])
  const { line, order } = await bought(fan, [[offer, 9000n]])
  const usual = providerOf('sandbox')
  let let_go = (): void => undefined
  const gate = new Promise<void>(resolve => (let_go = resolve))
  let asked = 0
  // A provider on a slow line: the sandbox, whose answer to a refund takes its time.
  addProvider({
    ...usual,
    refund: async (door, refund) => {
      asked += 1
      await gate
      return usual.refund(door, refund)
    },
  })
  try {
    const give = (amount: string): Promise<{ state: string }> =>
      seller.call('POST', `/lines/${line}/refund`, { reason: 'goodwill', amount })
    expect((await give('1000')).state).toBe('done')
    await until(() => asked > 0, 'the provider to be asked')
    // Others work on meanwhile; a transaction that waited for the provider would be open as long as it does.
    await until(async () => (await busy()) === 0, 'nobody to hold a transaction open')
    // The same payment, order, line and accounts are free for the next.
    expect((await give('500')).state).toBe('done')
    expect((await fan.call<OrderJson>('GET', `/orders/${order.id}`)).state).toBe('settled')
    expect(await one(`payments.refund where subject = $1 and state = 'asked'`, [line])).toBe(2)
  } finally {
    let_go()
    addProvider(usual)
  }
  await until(async () => (await one(`payments.refund where subject = $1 and state = 'done'`, [line])) === 2, 'both refunds to be through')
})

test('trap 19: lists that people pay from repeat and skip nothing while they grow', async () => {
  const crowd = Array.from({ length: 40 }, () => newId('usr'))
  await earn(planet, crowd.map(owner => [owner, 20_000n])) // prettier-ignore
  await cooledMethod(planet, seller)
  // A payout run, while more comes in for the same and for others.
  const [batch] = await Promise.all([
    finance.call<{ id: string }>('POST', '/console/payout-batches', { currency: 'CNY', day: '2026-12-31' }),
    ...Array.from({ length: 10 }, (_, n) => earn(planet, [[crowd[n]!, 1n], [newId('usr'), 20_000n]])), // prettier-ignore
  ])
  const whole = await finance.call<{ items: { party: string }[]; leftOut: { party: string }[] }>(
    'GET',
    `/console/payout-batches/${batch.id}`,
  )
  const listed = [...whole.items, ...whole.leftOut].map(item => item.party)
  expect(new Set(listed).size).toBe(listed.length)
  expect(crowd.filter(owner => !listed.includes(owner))).toEqual([])
  await finance.call('POST', `/console/payout-batches/${batch.id}/cancel`, { reason: 'a trial' })

  // Sales, while more is sold.
  const offers = (await Promise.all(Array.from({ length: 12 }, () => sell(planet, seller, { price: 100n })))).map(sold => sold.offer)
  const fans = [await planet.signUp('A'), await planet.signUp('B')]
  const buy = async (who: Person, offer: string): Promise<unknown> => bought(who, [[offer, 100n]])
  await Promise.all(offers.map(offer => buy(fans[0]!, offer)))
  const before = await seller.call<{ items: { line: string }[] }>('GET', '/me/sales?limit=100')
  const seen: string[] = []
  let buying: Promise<unknown> = Promise.resolve()
  for (let cursor: string | null = ''; cursor !== null;) {
    const offer = offers.pop()
    if (offer !== undefined) buying = Promise.all([buying, buy(fans[1]!, offer)])
    const page: { items: { line: string }[]; next: string | null } = await seller.call(
      'GET',
      `/me/sales?limit=5${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...page.items.map(item => item.line))
    cursor = page.next
  }
  await buying
  expect(new Set(seen).size).toBe(seen.length)
  expect(before.items.map(item => item.line).filter(line => !seen.includes(line))).toEqual([])
  await orderIs(fans[0]!, (await fans[0]!.call<{ items: OrderJson[] }>('GET', '/me/orders?limit=1')).items[0]!.id, 'settled')
})
