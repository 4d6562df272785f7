/** The planet's clock jumps: two hours on, a day back, across the night when summer time ends. Nothing is settled twice, nothing ends too early or twice, ids stay ids. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '../../server/foundation/clock.ts'
import { until } from '../../server/foundation/testing.ts'
import { seal } from '../../server/ledger/index.ts'
import { allChecks, runChecks } from '../../server/console/index.ts'
import { expireOrders, settleAll } from '../../server/shop/index.ts'
import { decide, orderIs, place, sell, type OrderJson } from '../../server/shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../../server/testing.ts'
import { makeLog } from '../../server/foundation/log.ts'

const hour = 3_600_000
const day = 24 * hour
const zone = process.env['TZ']
let planet: TestPlanet
let seller: Person
let fan: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  seller = await planet.signUp('Seller')
  fan = await planet.signUp('Fan')
})
afterAll(async () => {
  clock.shift(0)
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
  await planet.close()
})

const expire = (): Promise<number> => planet.db.transaction(tx => expireOrders(tx))
const settle = (): Promise<number> => settleAll(planet.db.transaction, makeLog('silent'))
const wish = async (price = 3800n): Promise<string> => (await sell(planet, seller, { price })).offer
const count = async (text: string, values: unknown[] = []): Promise<number> =>
  Number((await planet.db.pool.query<{ many: string }>(`select count(*) as many from ${text}`, values)).rows[0]!.many)

async function whole(): Promise<void> {
  await seal(planet.db)
  // What is in the future by the real clock is not wrong here: the planet's own is meant.
  const broken = (await runChecks(planet.db.read, allChecks)).filter(check => !check.ok && check.name !== 'rooms.time')
  expect(broken.map(({ name, findings }) => [name, findings])).toEqual([])
}
/** Paid and settled: once, whatever the clock says. */
async function once(order: OrderJson): Promise<void> {
  await orderIs(fan, order.id, 'settled')
  expect(await count(`ledger.transfer where kind = 'pay' and cause = $1`, [`order:${order.id}`])).toBe(1)
  expect(await count(`ledger.transfer where kind = 'settle' and cause = $1`, [`line:${order.lines[0]!.id}`])).toBe(1)
}

test('two hours on: what waited too long ends, once; money that comes after it is still taken', async () => {
  const [late, paid] = [await place(fan, [await wish()]), await place(fan, [await wish()])]
  await decide(fan, paid)
  await once(paid)
  clock.shift(2 * hour)
  expect(await expire()).toBe(1)
  expect(await expire()).toBe(0)
  await orderIs(fan, late.id, 'expired')
  const next = await place(fan, [await wish()])
  expect(next.id > late.id).toBe(true)
  await decide(fan, next)
  await once(next)
  await whole()
})

test('a day back: nothing that was settled is settled again, what is placed now does not end by itself, pages of the statement repeat nothing', async () => {
  clock.shift(0)
  const before = await place(fan, [await wish()])
  await decide(fan, before)
  await once(before)
  clock.shift(-day)
  await settle()
  const order = await place(fan, [await wish()])
  expect(await expire()).toBe(0)
  expect(Date.parse(order.expiresAt!)).toBe(
    Date.parse((await fan.call<OrderJson & { createdAt: string }>('GET', `/orders/${order.id}`)).createdAt) + hour / 2,
  )
  await decide(fan, order)
  // The job that settles is due by the real clock; here it is asked for.
  await until(
    async () => (await settle()) >= 0 && (await fan.call<OrderJson>('GET', `/orders/${order.id}`)).state === 'settled',
    'to be settled',
  )
  await once(order)
  const versions: number[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: { version: number }[]; next: string | null } = await seller.call(
      'GET',
      `/me/statement?limit=2${cursor && `&cursor=${cursor}`}`,
    )
    versions.push(...page.items.map(item => item.version))
    cursor = page.next
  }
  expect(versions).toEqual(versions.map((_, index) => versions.length - index))
  clock.shift(0)
  await settle()
  await once(order)
  await whole()
})

test('across the end of summer time: half an hour stays half an hour', async () => {
  process.env['TZ'] = 'Europe/Berlin'
  // 2026-10-25 02:45 summer time; a quarter of an hour later it is 02:00 again.
  const moment = Date.parse('2026-10-25T00:45:00Z')
  clock.shift(moment - Date.now())
  expect(clock.now().getHours()).toBe(2)
  const [order, other] = [await place(fan, [await wish()]), await place(fan, [await wish()])]
  expect(Math.abs(Date.parse(order.expiresAt!) - moment - hour / 2)).toBeLessThan(60_000)
  clock.shift(moment + 20 * 60_000 - Date.now())
  expect(clock.now().getHours()).toBe(2)
  expect(await expire()).toBe(0)
  await decide(fan, order)
  await until(
    async () => (await settle()) >= 0 && (await fan.call<OrderJson>('GET', `/orders/${order.id}`)).state === 'settled',
    'to be settled',
  )
  await once(order)
  clock.shift(moment + 31 * 60_000 - Date.now())
  expect(await expire()).toBe(1)
  await orderIs(fan, other.id, 'expired')
  clock.shift(0)
  await whole()
})
