/** For tests of goods and of what is sold beside them: a page with a zone, products, and orders for them. */
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { openPage } from '../people/index.ts'
import { decide, orderIs, type OrderJson } from '../shop/shop.testing.ts'
import type { Person, TestPlanet } from '../testing.ts'

export const address = {
  name: 'Li Lei',
  phone: '13800000000',
  country: 'CN',
  region: '上海市',
  city: '上海',
  line: '静安路 1 号',
  postcode: '200040',
}
export type Shop = { page: string; zone: string; rate: string }
export type Made = {
  id: string
  variants: { id: string; offer: string | null; stock: number | null; reserved: number; available: number | null }[]
}

/** A page that sends within China for ¥8, free from ¥200. */
export async function openShop(planet: TestPlanet, owner: Person, name = `Shop of ${owner.name}`): Promise<Shop> {
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name, owner: owner.id }))
  const zone = newId('zon')
  const rate = newId('rat')
  await owner.call('PUT', `/zones/${zone}`, {
    page,
    name: 'China',
    countries: ['CN'],
    rates: [{ id: rate, name: 'Standard', way: 'flat', base: '800', freeFrom: '20000', minDays: 2, maxDays: 5 }],
  })
  await owner.call('PUT', `/pages/${page}/shipping`, {
    handlingDays: 2,
    returnDays: 14,
    returnPaidBy: 'buyer',
    returnAddress: { ...address, name: 'Shop' },
    lowAt: 2,
  })
  return { page, zone, rate }
}
type Variant = {
  options?: string[]
  price?: string
  stock?: number | null
  sku?: string
  weightG?: number
  parts?: { variant: string; quantity: number }[]
}
/** A product that is for sale. */
export async function sellGoods(owner: Person, page: string, variants: readonly Variant[], more: object = {}): Promise<Made> {
  const id = newId('prd')
  await owner.call('PUT', `/goods/${id}`, {
    page,
    title: 'T-shirt',
    options: variants.length > 1 ? ['Size'] : [],
    variants: variants.map(v => ({ id: newId('var'), price: '9900', stock: 10, ...v })),
    ...more,
  })
  return owner.call<Made>('PUT', `/goods/${id}/state`, { state: 'open' })
}
export const wayOf = async (planet: TestPlanet, rate: string): Promise<string> =>
  (
    await planet.db.pool.query<{ id: string }>(`select id from shop.offer where kind = 'shipping' and subject = $1 and state = 'open'`, [
      rate,
    ])
  ).rows[0]!.id

/** Orders these with the page's way of sending; `pay` waits until it is paid. */
export async function order(
  planet: TestPlanet,
  buyer: Person,
  shop: Shop,
  lines: readonly { offer: string | null; quantity?: number }[],
  options: { pay?: boolean; id?: string } = {},
): Promise<OrderJson> {
  const way = await wayOf(planet, shop.rate)
  const placed = await buyer.call<OrderJson>('POST', '/orders', {
    ...(options.id === undefined ? {} : { id: options.id }),
    lines: [...lines.map(line => ({ quantity: 1, ...line })), { offer: way, quantity: 1 }],
    address,
  })
  if (options.pay === false) return placed
  await decide(buyer, placed)
  const paid = await orderIs(buyer, placed.id, 'paid', 'settled')
  await handedOver(planet, placed.id)
  return paid
}
/** The settler has seen to all of its lines. */
export const handedOver = (planet: TestPlanet, id: string): Promise<true> =>
  until(async () => {
    const { rows } = await planet.db.pool.query<{ n: number }>(
      `select count(*)::int as n from shop.line where "order" = $1 and (state = 'waiting' or (state = 'held' and fulfilled_at is null))`,
      [id],
    )
    return rows[0]!.n === 0 ? (true as const) : undefined
  }, `order ${id} is handed over`)
/** How a call was refused: `409 goods_gone`; `done` when it was not. */
export const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; problem?: { code: string }; message?: string }) =>
      error.problem === undefined ? (error.message ?? 'broken') : `${error.status} ${error.problem.code}`,
  )
