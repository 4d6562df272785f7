/**
 * A flash sale in which everything goes wrong that can: two planets on one database sell a hundred places to three times as many, each is killed in the middle and
 * starts again, payments come late, some after the place is somebody else's. In the end every place is sold once, to whoever paid, and all other money went back.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/foundation/clock.ts'
import { startPostgres, type Postgres } from '../../server/foundation/postgres.ts'
import { until } from '../../server/foundation/testing.ts'
import { freePort, ownPlanet, type OwnPlanet, type Running } from '../planet.ts'
import { limitMs, makeCrowd, proveBooks, rows, scale, type Crowd, type Order } from './crowd.ts'

const places = 100 * scale
const buyers = 300 * scale
const abreast = 60
const day = 86_400_000

let home: string
let postgres: Postgres
let planet: OwnPlanet
let first: Running
let second: Running
let ports: [number, number]
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'planet-flash-'))
  postgres = await startPostgres({ home })
  planet = await ownPlanet({ PLANET_DEMO: '0', DATABASE_URL: postgres.url })
  ports = [await freePort(), await freePort()]
  first = await planet.start({ command: ['serve'], port: ports[0] })
  second = await planet.start({ command: ['serve', '--no-work'], port: ports[1] })
})
afterAll(async () => {
  await planet?.remove()
  await postgres?.stop()
  rmSync(home, { recursive: true, force: true })
})

type Tier = { id: string; offer: string; left: number | null }
type Hold = { id: string; lines: { offer: string; quantity: number }[] }
/** What a buyer means to do; what became of it. */
type Buyer = {
  cookie: string
  means: 'pay' | 'delay' | 'late' | 'never' | 'leave'
  hold: string
  order: string
  charge?: string
  told?: string
}

const count = async (text: string, values: unknown[] = []): Promise<number> =>
  Number((await rows(postgres.url, `select count(*)::text as many from ${text}`, values))[0]!['many'])
async function pool(tier: string): Promise<Record<'capacity' | 'sold' | 'held' | 'free', number>> {
  const [row] = await rows(postgres.url, 'select capacity::text, sold::text, held::text, free::text from seating.pool where tier = $1', [
    tier,
  ])
  const [capacity, sold, held, free] = ['capacity', 'sold', 'held', 'free'].map(name => Number(row![name])) as [
    number,
    number,
    number,
    number,
  ]
  expect(sold + held + free).toBe(capacity)
  return { capacity, sold, held, free }
}

/** A guest: someone without an account, as most of such a crowd are. */
async function guest(n: number): Promise<string> {
  const { url } = n % 2 === 0 ? first : second
  const answer = await fetch(`${url}/api/v1/checkout/guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: `flash-${n}@test.example` }),
  })
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
}

async function openSale(crowd: Crowd): Promise<{ show: string; tier: Tier }> {
  const host = await crowd.join('host')
  const { id: page } = await crowd.call<{ id: string }>(host.cookie, 'POST', '/api/v1/pages', {
    kind: 'artist',
    name: '北极星',
    handle: 'polaris',
  })
  const [show, tier] = [newId('sho'), newId('tir')]
  const starts = Date.now() + 60 * day
  await crowd.call(host.cookie, 'PUT', `/api/v1/shows/${show}`, {
    page,
    title: '极夜',
    place: '万象剧场',
    city: '上海',
    country: 'CN',
    zone: 'Asia/Shanghai',
    startsAt: new Date(starts).toISOString(),
    endsAt: new Date(starts + 3 * 3_600_000).toISOString(),
    acts: [{ page, name: '北极星' }],
  })
  await crowd.call(host.cookie, 'PUT', `/api/v1/shows/${show}/tiers`, {
    tiers: [{ id: tier, name: 'Floor', price: '10000', capacity: places }],
  })
  await crowd.call(host.cookie, 'PUT', `/api/v1/shows/${show}/state`, { state: 'on_sale' })
  const { tiers } = await crowd.call<{ tiers: Tier[] }>('', 'GET', `/api/v1/shows/${show}`)
  return { show, tier: tiers[0]! }
}

test(
  'two planets sell out while each is killed, payments come late, and what is paid too late goes back',
  async () => {
    const crowd = await makeCrowd([first.url, second.url], postgres.url, 0, 'flash')
    const { show, tier } = await openSale(crowd)
    const kinds: Buyer['means'][] = ['pay', 'delay', 'pay', 'late', 'pay', 'never', 'pay', 'leave']
    const everyone: Buyer[] = []
    for (let n = 0; n < buyers; n += 20)
      everyone.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, async (_, i) => ({
            cookie: await guest(n + i),
            means: kinds[(n + i) % kinds.length]!,
            hold: newId('sth'),
            order: newId('ord'),
          })),
        )),
      )

    let done = 0
    /** From the map to the payment, as far as this buyer goes; whoever gets no answer asks again with the same keys. */
    async function go(one: Buyer): Promise<void> {
      const hold = await crowd.answer(one.cookie, 'POST', `/api/v1/shows/${show}/holds`, {
        hold: one.hold,
        wants: [{ tier: tier.id, count: 1 }],
      })
      if (hold.status !== 200) {
        one.told = (hold.body as { code: string }).code
        return
      }
      if (one.means === 'leave') return
      const { lines } = hold.body as Hold
      const order = await crowd.call<Order>(one.cookie, 'POST', '/api/v1/orders', {
        id: one.order,
        lines: lines.map(line => ({ offer: line.offer, quantity: line.quantity, choice: { hold: one.hold } })),
      })
      const page = await crowd.call<string>(one.cookie, 'GET', new URL(order.payUrl!, first.url).pathname)
      one.charge = page.split('/').at(-1)!
      if (one.means === 'pay' || one.means === 'delay') await pay(one)
    }
    const pay = (one: Buyer): Promise<unknown> =>
      crowd.call(one.cookie, 'POST', `/sandbox/api/charges/${one.charge}`, { outcome: one.means === 'delay' ? 'delay' : 'pay' })
    async function rush(all: readonly Buyer[]): Promise<void> {
      let next = 0
      await Promise.all(
        Array.from({ length: abreast }, async () => {
          for (let n = next++; n < all.length; n = next++) {
            await go(all[n]!)
            done += 1
          }
        }),
      )
    }
    const cancel = (one: Buyer): Promise<unknown> => crowd.call(one.cookie, 'POST', `/api/v1/orders/${one.order}/cancel`)
    /** While nobody works: what is paid is told to nobody, and what is cancelled is not closed at the provider. Whoever is killed for it comes back and works. */
    async function whileNobodyWorks(what: () => Promise<void>): Promise<void> {
      await first.kill()
      first = await planet.start({ command: ['serve', '--no-work'], port: ports[0] })
      await what()
      await first.kill()
      first = await planet.start({ command: ['serve'], port: ports[0] })
    }
    const killed = async (which: 'first' | 'second', at: number): Promise<void> => {
      await until(() => done >= at, `${at} buyers to be through`, 120_000)
      if (which === 'first') {
        await first.kill()
        first = await planet.start({ command: ['serve'], port: ports[0] })
      } else {
        await second.kill()
        second = await planet.start({ command: ['serve', '--no-work'], port: ports[1] })
      }
    }

    // The rush: a place for one in three.
    const wave = everyone.slice(0, (buyers * 4) / 5)
    await Promise.all([rush(wave), killed('first', 30), killed('second', 70)])
    expect(crowd.seen.lost).toBeGreaterThan(0)
    const refused = wave.filter(one => one.told !== undefined)
    expect([...new Set(refused.map(one => one.told))]).toEqual(['sold_out'])
    const busy = await pool(tier.id)
    expect(busy.capacity).toBe(places)
    expect(busy.held).toBeGreaterThan(0)

    // Whoever left the map or never pays: their minutes are over. Each place comes back once, and goes to the next.
    for (const one of wave.filter(other => other.means === 'never' && other.charge !== undefined)) await cancel(one)
    const gone = await rows(
      postgres.url,
      `update seating.hold_part set until = now() - interval '1 second' where state = 'held' and line is null and tier = $1 returning hold`,
      [tier.id],
    )
    expect(gone.length).toBeGreaterThan(0)
    await until(
      async () => (await count(`seating.hold_part where tier = $1 and state = 'expired'`, [tier.id])) === gone.length,
      'the sweep of holds',
      60_000,
    )
    // Some cancel, and pay in the other window all the same. The first of them find a place free again.
    const late = wave.filter(one => one.means === 'late' && one.charge !== undefined)
    expect(late.length).toBeGreaterThan(4)
    const [early, tooLate] = [late.slice(0, 2), late.slice(2)]
    await whileNobodyWorks(async () => {
      for (const one of early) await cancel(one)
      for (const one of early) await pay(one)
    })
    const ticketsOf = (some: readonly Buyer[]): Promise<number> =>
      count(`tickets.ticket t join shop.line l on l.id = t.origin where l."order" = any($1)`, [some.map(one => one.order)])
    await until(async () => (await ticketsOf(early)) === 2, 'tickets of the first who were late', 60_000)

    const again = everyone.slice(wave.length).concat(refused)
    const afresh = (one: Buyer): void => void Object.assign(one, { means: 'pay', told: undefined, hold: newId('sth'), order: newId('ord') })
    again.forEach(afresh)
    done = 0
    await Promise.all([rush(again), killed('first', 20)])
    await until(async () => (await pool(tier.id)).sold === places - tooLate.length, 'all but the last places to be paid for', 60_000)

    // The others cancel, their places go to the next, and then they pay: that goes back by itself.
    const last = again.filter(one => one.told === 'sold_out').slice(0, tooLate.length)
    expect(last.length).toBe(tooLate.length)
    last.forEach(afresh)
    await whileNobodyWorks(async () => {
      for (const one of tooLate) await cancel(one)
      expect((await pool(tier.id)).free).toBe(tooLate.length)
      await rush(last)
      for (const one of tooLate) await pay(one)
    })
    await until(async () => (await ticketsOf(last)) === last.length, 'the last tickets', 60_000)
    await until(
      async () =>
        (await count(
          `shop."order" where id = any($1) and state = 'refunded' and exists (select from payments.refund r where r.payment = shop."order".payment and r.state = 'done')`,
          [tooLate.map(one => one.order)],
        )) === tooLate.length,
      'the money of those who were too late to go back',
      90_000,
    )
    expect(await pool(tier.id)).toEqual({ capacity: places, sold: places, held: 0, free: 0 })

    // Every order that was charged has a ticket or its money back, never both, never twice.
    const wrong = await rows(
      postgres.url,
      `select * from (select o.id, o.state,
        (select count(*) from payments.sandbox_charge c where c.reference = o.payment and c.state = 'paid')::text as charged,
        (select count(*) from ledger.transfer t where t.kind = 'pay' and t.cause = 'order:' || o.id)::text as pays,
        (select count(*) from tickets.ticket k join shop.line l on l.id = k.origin where l."order" = o.id and k.state <> 'void')::text as tickets,
        (select count(*) from payments.refund r where r.payment = o.payment and r.state = 'done')::text as refunds
        from shop."order" o) x where not (charged = pays and charged::int = tickets::int + refunds::int and charged in ('0', '1'))`,
    )
    expect(wrong).toEqual([])
    expect(await count(`tickets.ticket where state <> 'void'`)).toBe(places)
    expect(await count(`(select origin from tickets.ticket group by origin having count(*) > 1) x`)).toBe(0)
    expect(crowd.strange).toEqual([])
    await proveBooks(planet.run)
  },
  limitMs,
)
