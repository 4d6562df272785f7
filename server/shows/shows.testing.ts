/** For tests of shows: a page with a show on sale, and buying tickets of it through the door. */
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { openPage } from '../people/index.ts'
import { decide, type OrderJson } from '../shop/shop.testing.ts'
import type { Person, TestPlanet } from '../testing.ts'

export type Tier = {
  id: string
  name: string
  state: string
  left: number | null
  waiting: number
  offer: string | null
  price: { amount: string; currency: string }
}
export type ShowJson = {
  id: string
  state: string
  tiers: Tier[]
  mine: {
    tickets: number
    more: number
    hold: string | null
    waiting: { id: string; state: string }[]
    asked: boolean
    keep: boolean | null
  }
  lottery: {
    state: string
    seed: string | null
    entrants: number
    me: { tier: string | null; drawn: number | null; waiting: string | null } | null
  } | null
}
export type HoldJson = {
  id: string
  until: string
  state: string
  lines: { tier: string; offer: string; quantity: number; seats: string[] }[]
  total: { amount: string }
}
export type Made = { page: string; show: string; tiers: Record<string, string> }
export const dayMs = 86_400_000

/** A show in `days` days with these tiers (places, fen), on sale unless told. */
export async function makeShow(
  planet: TestPlanet,
  host: Person,
  tiers: Record<string, { places: number; price?: number } & Record<string, unknown>>,
  more: Record<string, unknown> & { days?: number; open?: boolean } = {},
): Promise<Made> {
  const { days = 60, open = true, ...fields } = more
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: `北极星 ${host.name}`, owner: host.id }))
  const show = newId('sho')
  const starts = Date.now() + days * dayMs
  await host.call('PUT', `/shows/${show}`, {
    page,
    title: '极夜巡演',
    place: '万象剧场',
    city: '上海',
    country: 'CN',
    zone: 'Asia/Shanghai',
    startsAt: new Date(starts).toISOString(),
    endsAt: new Date(starts + 3 * 3_600_000).toISOString(),
    acts: [{ page, name: '' + host.name }, { name: 'Guest Band' }],
    ...fields,
  })
  const ids = Object.fromEntries(Object.keys(tiers).map(name => [name, newId('tir')]))
  await host.call('PUT', `/shows/${show}/tiers`, {
    tiers: Object.entries(tiers).map(([name, { places, price = 10_000, ...rest }]) => ({
      id: ids[name],
      name,
      price: String(price),
      capacity: places,
      ...rest,
    })),
  })
  if (open) await host.call('PUT', `/shows/${show}/state`, { state: 'on_sale' })
  return { page, show, tiers: ids }
}

export const take = (who: Person, show: string, tier: string, count: number, more: object = {}): Promise<HoldJson> =>
  who.call<HoldJson>('POST', `/shows/${show}/holds`, { hold: newId('sth'), wants: [{ tier, count }], ...more })
export const orderOf = (who: Person, hold: HoldJson, choice: object = {}): Promise<OrderJson> =>
  who.call<OrderJson>('POST', '/orders', {
    id: newId('ord'),
    lines: hold.lines.map(line => ({ offer: line.offer, quantity: line.quantity, choice: { hold: hold.id, ...choice } })),
  })
/** Holds, orders and pays. */
export async function buy(who: Person, show: string, tier: string, count: number): Promise<OrderJson> {
  const order = await orderOf(who, await take(who, show, tier, count))
  if (order.payUrl === null) return order
  await decide(who, order)
  return handed(who, order.id)
}
/** Paid, and its tickets are there. */
export const handed = (who: Person, id: string): Promise<OrderJson> =>
  until(async () => {
    const order = await who.call<Omit<OrderJson, 'lines'> & { lines: (OrderJson['lines'][number] & { progress: { code: string }[] })[] }>(
      'GET',
      `/orders/${id}`,
    )
    return order.lines.every(line => line.progress.some(step => step.code === 'tickets_ready')) ? order : undefined
  }, `the tickets of ${id}`)
export const numbers = async (planet: TestPlanet, tier: string): Promise<[capacity: number, sold: number, held: number, free: number]> => {
  const { rows } = await planet.db.pool.query<{ capacity: number; sold: number; held: number; free: number }>(
    'select capacity, sold, held, free from seating.pool where tier = $1',
    [tier],
  )
  const { capacity, sold, held, free } = rows[0]!
  return [capacity, sold, held, free]
}
