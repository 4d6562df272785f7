/** Coupons, gift cards and codes of records through the door: what they take off, who may, races, and money that comes back. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { openShop, sellGoods } from '../goods/goods.testing.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { decide, held, orderIs, place, sell, settleNow, type OrderJson, type Sold } from '../shop/shop.testing.ts'
import { makeShow, take } from '../shows/shows.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { reduce, type Piece } from './discounting.ts'
import { checks, makeReady } from './index.ts'
import { deliver } from './delivering.ts'

let planet: TestPlanet
let seller: Person
let fan: Person
let other: Person
let albums: Sold[]
beforeAll(async () => {
  planet = await startPlanet({ work: true, config: { logLevel: 'error' } })
  ;[seller, fan, other] = (await Promise.all(['Seller', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  albums = [await sell(planet, seller), await sell(planet, seller, { price: 1001n, title: 'Second' })]
  // One page sells both.
  await planet.db.pool.query('update shop.offer set page = $1 where id = $2', [albums[0]!.page, albums[1]!.offer])
  await planet.db.pool.query('update catalogue.release set page = $1 where id = $2', [albums[0]!.page, albums[1]!.release])
})
afterAll(() => planet.close())
afterEach(async () => {
  const found = await runChecks(planet.db.read, [...checks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; problem?: { code: string }; message: string }) =>
      error.problem === undefined ? error.message : `${error.status} ${error.problem.code}`,
  )
const coupon = async (given: object, who = seller, id = newId('cpn')): Promise<string> => {
  await who.call('PUT', `/coupons/${id}`, { page: albums[0]!.page, name: 'A coupon', eachMost: null, ...given })
  return id
}
const settle = () => settleNow(planet)
const pay = async (buyer: Person, order: OrderJson): Promise<void> => {
  await decide(buyer, order)
  await until(async () => ((await buyer.call<OrderJson>('GET', `/orders/${order.id}`)).state === 'placed' ? undefined : true), 'paid')
  await settle()
}

test('what a code takes off is divided to the minor unit, and nothing costs less than nothing', () => {
  let seed = 7
  const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most
  for (let round = 0; round < 500; round++) {
    const pieces = Array.from({ length: 1 + random(6) }, (_, n): Piece => ({
      id: `l${n}`,
      page: 'p',
      kind: n === 4 ? 'shipping' : 'merch',
      offer: `o${n}`,
      amount: BigInt(random(5000)),
    }))
    const left = new Map(pieces.map(piece => [piece.id, piece.amount - BigInt(random(Number(piece.amount) + 1))]))
    const percent = random(2) === 0
    const terms = {
      page: 'p',
      kinds: null,
      offers: null,
      percentBp: percent ? 1 + random(10_000) : null,
      amount: percent ? null : BigInt(1 + random(9000)),
      mostOff: percent && random(2) === 0 ? BigInt(1 + random(900)) : null,
      least: 0n,
    }
    const parts = reduce(terms, pieces, left)
    if (typeof parts === 'string') continue
    const own = pieces.filter(piece => parts.has(piece.id))
    expect(own.some(piece => piece.kind === 'shipping')).toBe(false)
    const all = own.reduce((sum, piece) => sum + left.get(piece.id)!, 0n)
    const off = [...parts.values()].reduce((a, b) => a + b, 0n)
    for (const [line, part] of parts) expect(part >= 0n && part <= left.get(line)!).toBe(true)
    const wanted = percent ? (all * BigInt(terms.percentBp!) + 5000n) / 10_000n : terms.amount!
    const capped = terms.mostOff !== null && wanted > terms.mostOff ? terms.mostOff : wanted
    expect(off).toBe(capped < all ? capped : all)
  }
})

test('a coupon: only its page makes it, once; it holds for whom and what it says, and the last use goes to one', async () => {
  const id = newId('cpn')
  const body = { page: albums[0]!.page, name: 'Spring', code: 'spring', percentBp: 1000, usesMost: 1, eachMost: 1 }
  expect(await refused(planet.stranger.call('PUT', `/coupons/${id}`, body))).toBe('401 unauthenticated')
  expect(await refused(fan.call('PUT', `/coupons/${id}`, body))).toBe('403 own_page_only')
  await seller.call('PUT', `/coupons/${id}`, body)
  await seller.call('PUT', `/coupons/${id}`, body)
  expect(await refused(fan.call('GET', `/coupons/${id}`))).toBe('404 not_found')
  expect(await refused(coupon({ code: 'SPRING', percentBp: 500 }))).toBe('409 code_taken')
  expect(await refused(coupon({ code: 'BOTH', percentBp: 500, amount: '100' }))).toBe('422 coupon_invalid')
  expect(await refused(place(fan, [albums[0]!.offer], { codes: ['nothing'] }))).toBe('422 code_unknown')

  const offers = [albums[0]!.offer, albums[1]!.offer]
  const tries = await Promise.all(
    [fan, other].flatMap(who =>
      [1, 2, 3].map(() =>
        place(who, offers, { codes: ['Spring '] }).then(
          order => ({ who, order }),
          () => undefined,
        ),
      ),
    ),
  )
  const got = tries.filter(one => one !== undefined)
  expect(got.length).toBe(1)
  // 48.01 less 10 %: 4.80, by largest remainder.
  expect(got[0]!.order.total.amount).toBe('4321')
  await got[0]!.who.call('POST', `/orders/${got[0]!.order.id}/cancel`)
  const again = await place(fan, offers, { codes: ['SPRING'] })
  expect(again.total.amount).toBe('4321')
  expect(await refused(seller.call('PUT', `/coupons/${id}`, { ...body, percentBp: 2000 }))).toBe('409 coupon_fixed')
  expect((await seller.call<{ used: number; given: { amount: string } }>('GET', `/coupons/${id}`)).given.amount).toBe('480')
  expect(await refused(place(other, offers, { codes: ['SPRING'] }))).toBe('422 coupon_used_up')
  await pay(fan, again)
  expect(
    (await seller.call<{ items: { number: string; ended: boolean }[] }>('GET', `/coupons/${id}/uses`)).items
      .filter(use => !use.ended)
      .map(use => use.number),
  ).toEqual([again.number])

  await coupon({ code: 'HELLO', amount: '300', firstOnly: true, stacks: true })
  await coupon({ code: 'MORE', percentBp: 5000, stacks: true, least: '1000' })
  await coupon({ code: 'ALONE', percentBp: 100 })
  await coupon({ code: 'LATE', percentBp: 100, closesAt: '2020-01-01T00:00:00.000Z' })
  await coupon({ code: 'RICH', percentBp: 100, least: '999999' })
  await coupon({ code: 'ONLYONE', percentBp: 100, offers: [albums[1]!.offer] })
  await coupon({ code: 'CLUB', percentBp: 100, membersOnly: true })
  const one = [albums[0]!.offer]
  const third = await sell(planet, seller, { price: 2000n, title: 'Third' })
  await planet.db.pool.query('update shop.offer set page = $1 where id = $2', [albums[0]!.page, third.offer])
  for (const [code, why] of Object.entries({
    LATE: 'coupon_over',
    RICH: 'coupon_least',
    ONLYONE: 'coupon_not_for',
    CLUB: 'coupon_members_only',
  }))
    expect(await refused(place(other, one, { codes: [code] }))).toBe(`422 ${why}`)
  expect(await refused(place(fan, [third.offer], { codes: ['HELLO'] }))).toBe('422 coupon_first_only')
  expect(await refused(place(other, one, { codes: ['HELLO', 'ALONE'] }))).toBe('422 coupon_alone')
  // 38.00: half, then three less.
  expect((await place(other, one, { codes: ['HELLO', 'MORE'] })).total.amount).toBe('1600')

  const series = await coupon({ code: null, amount: '100' })
  await seller.call('POST', `/coupons/${series}/codes`, { total: 30, prefix: 'vip' })
  await seller.call('POST', `/coupons/${series}/codes`, { total: 30, prefix: 'vip' })
  const table = await (await seller.fetch(`/api/v1/coupons/${series}/codes.csv`)).text()
  const codes = table
    .split('\r\n')
    .slice(1, -1)
    .map(line => line.split(',')[0]!)
  expect(codes.length).toBe(30)
  expect(codes[0]).toMatch(/^VIP-[0-9A-Z]{8}$/)
  expect((await place(fan, [third.offer], { codes: [codes[0]!] })).total.amount).toBe('1900')
  expect(await refused(place(other, [third.offer], { codes: [codes[0]!] }))).toBe('422 coupon_used_up')
})

type Card = { id: string; state: string; left: { amount: string } | null; can: { showCode: boolean } }
async function buyCard(buyer: Person, amount: string, choice: object = {}): Promise<Card> {
  const { sale } = await buyer.call<{ sale: { offer: string } }>('GET', '/gift-cards/sale')
  const before = new Set((await buyer.call<{ items: Card[] }>('GET', '/me/gift-cards')).items.map(one => one.id))
  const order = await buyer.call<OrderJson>('POST', '/orders', {
    lines: [{ offer: sale.offer, quantity: 1, price: { amount, currency: 'CNY' }, choice }],
  })
  await pay(buyer, order)
  const [line] = order.lines
  return until(async () => {
    // The job makes it ready; asked at the same time as here, it is filled up once.
    await planet.db.transaction(tx => makeReady(tx, [line!.id]))
    const card = (await buyer.call<{ items: Card[] }>('GET', '/me/gift-cards')).items.find(one => !before.has(one.id))
    return card?.state === 'active' ? card : undefined
  }, 'the card is ready')
}

test('a coupon for single things: a product with every variant, also those that come later, a show, a record; nothing else', async () => {
  const shop = await openShop(planet, seller, 'Things')
  const at = { page: shop.page, name: 'These' }
  const put = (id: string, given: object, who = seller) =>
    who.call<{ offers: { id: string; title: string }[] }>('PUT', `/coupons/${id}`, { ...at, eachMost: null, ...given })
  const shirt = await sellGoods(seller, shop.page, [{ price: '5000' }], { title: 'Shirt' })
  const cap = await sellGoods(seller, shop.page, [{ price: '3000' }], { title: 'Cap' })
  const foreign = await sellGoods(seller, (await openShop(planet, seller, 'Elsewhere')).page, [{}])
  const id = newId('cpn')
  const given = { code: 'SHIRTS', percentBp: 1000, offers: [shirt.id] }
  expect(await refused(put(id, given, fan))).toBe('403 own_page_only')
  expect(await refused(put(id, given, planet.stranger))).toBe('401 unauthenticated')
  for (const wrong of [[foreign.id], [shirt.id, newId('prd')], [foreign.variants[0]!.offer]])
    expect(await refused(put(id, { ...given, offers: wrong }))).toBe('422 coupon_invalid')
  expect(await refused(put(id, { ...given, offers: ['everything'] }))).toBe('400 invalid')
  const made = await put(id, given)
  expect(made.offers).toEqual([{ id: shirt.id, title: 'Shirt' }])
  expect(await put(id, given)).toEqual(made)
  const quote = (offers: readonly string[], who = fan) =>
    who.call<{ discount: { amount: string }; problem: { code: string } | null }>('POST', '/orders/quote', {
      lines: offers.map(offer => ({ offer, quantity: 1 })),
      codes: ['SHIRTS'],
    })
  const [first, hat] = [shirt.variants[0]!.offer!, cap.variants[0]!.offer!]
  expect((await quote([first, hat])).discount.amount).toBe('500')
  expect((await quote([hat])).problem?.code).toBe('coupon_not_for')
  // A second size, made after the coupon.
  const sizes = { options: ['Size'], title: 'Shirt', page: shop.page, currency: 'CNY' }
  const { variants } = await seller.call<{ variants: { id: string; offer: string }[] }>('PUT', `/goods/${shirt.id}`, {
    ...sizes,
    variants: ['S', 'XXL'].map((size, n) => ({
      id: n === 0 ? shirt.variants[0]!.id : newId('var'),
      options: [size],
      price: `${5000 + n * 1000}`,
      stock: 5,
    })),
  })
  expect((await quote([variants[1]!.offer])).discount.amount).toBe('600')
  // Single offers go on as before, beside things.
  expect((await put(id, { ...given, offers: [hat, shirt.id] })).offers).toEqual([
    { id: hat, title: 'Cap' },
    { id: shirt.id, title: 'Shirt' },
  ])
  expect((await quote([first, hat])).discount.amount).toBe('800')

  const { show, tiers, page } = await makeShow(planet, seller, { open: { price: 8000, places: 5 } })
  await coupon({ page, code: 'SHOW', percentBp: 2500, offers: [show] })
  const hold = await take(fan, show, tiers['open']!, 1)
  const lines = hold.lines.map(line => ({ offer: line.offer, quantity: 1, choice: { hold: hold.id } }))
  expect((await fan.call<OrderJson>('POST', '/orders', { lines, codes: ['SHOW'] })).total.amount).toBe('6000')
  const album = albums[0]!
  await coupon({ code: 'RECORD', percentBp: 1000, offers: [album.release] })
  expect((await place(await planet.signUp('Listener'), [album.offer], { codes: ['RECORD'] })).total.amount).toBe('3420')
})

test('a gift card is worth what was paid, pays once however many try, and gets back what is refunded', async () => {
  const staff = await planet.staff('operator')
  const { page } = await sell(planet, staff, { price: null })
  const sale = { page, amounts: ['5000', '10000'], least: '1000', most: '100000', open: true }
  expect(await refused(fan.call('PUT', '/console/gift-cards/sale', sale))).toBe('403 forbidden')
  expect(await refused(staff.call('PUT', '/console/gift-cards/sale', { ...sale, page: albums[0]!.page }))).toBe('403 own_page_only')
  await staff.call('PUT', '/console/gift-cards/sale', sale)
  const card = await buyCard(fan, '5000', { toName: 'Other', message: 'For you' })
  expect(card).toMatchObject({ state: 'active', left: { amount: '5000' } })
  expect(await held(planet, `gift:${card.id}`, 'available')).toBe(5000n)
  expect(await refused(other.call('GET', `/gift-cards/${card.id}`))).toBe('404 not_found')
  expect(await refused(other.call('POST', `/gift-cards/${card.id}/code`))).toBe('404 not_found')
  const first = await fan.call<{ code: string }>('POST', `/gift-cards/${card.id}/code`)
  const { code } = await fan.call<{ code: string }>('POST', `/gift-cards/${card.id}/code`)
  expect(await refused(other.call('POST', '/redeem/look', { code: first.code }))).toBe('404 code_unknown')
  expect(JSON.stringify((await planet.db.pool.query('select code_hash, code_tail, message from coupons.gift_card')).rows)).not.toContain(
    code.replaceAll('-', ''),
  )

  // 50.00, and four orders of 38.00 at once: one is paid whole, another gets the rest, nothing is spent twice.
  const buyers = await Promise.all([1, 2, 3, 4].map(n => planet.signUp(`Buyer ${n}`)))
  const orders = await Promise.all(
    buyers.map(who =>
      place(who, [albums[0]!.offer], { cards: [code.toLowerCase()] }).then(
        order => ({ who, order }),
        () => undefined,
      ),
    ),
  )
  const credits = orders.flatMap(one =>
    one === undefined ? [] : [Number((one.order as unknown as { credit: { amount: string } }).credit.amount)],
  )
  expect(credits.reduce((a, b) => a + b, 0)).toBe(5000)
  expect(await held(planet, `gift:${card.id}`, 'available')).toBe(0n)
  const whole = orders.find(one => one?.order.payUrl === null)!
  const part = orders.find(one => one !== undefined && one.order.payUrl !== null)!
  await part.who.call('POST', `/orders/${part.order.id}/cancel`)
  expect(await held(planet, `gift:${card.id}`, 'available')).toBe(1200n)
  await settle()
  const paid = await orderIs(whole.who, whole.order.id, 'settled')
  await seller.call('POST', `/orders/${paid.id}/refund`, { lines: [{ id: newId('rfq'), line: paid.lines[0]!.id }], reason: 'goodwill' })
  expect(await held(planet, `gift:${card.id}`, 'available')).toBe(5000n)

  // Into one account only.
  const taken = await Promise.all([other, fan].map(who => refused(who.call('POST', '/redeem', { code }))))
  expect(taken.toSorted()).toEqual(['409 gift_kept', 'done'])
  const owner = taken[0] === 'done' ? other : fan
  expect(await refused(place(owner === fan ? other : fan, [albums[0]!.offer], { cards: [code] }))).toMatch(/gift_kept|already_owned/)
  const order = await place(owner, [(await sell(planet, seller, { title: 'Fourth' })).offer], { cards: [card.id] })
  await settle()
  await orderIs(owner, order.id, 'settled')
  expect((await owner.call<{ moves: object[] }>('GET', `/gift-cards/${card.id}`)).moves.length).toBeGreaterThan(0)
  expect((await staff.call<{ owed: { amount: string }; held: { amount: string } }>('GET', '/console/gift-cards')).owed.amount).toBe('1200')
})

test('a gift card by mail: the code stands in the mail alone, and is good', async () => {
  const card = await buyCard(fan, '1000', { toName: 'Li', toMail: 'li@test.example', message: '生日 <b>快乐</b>' })
  await until(
    async () => ((await fan.call<{ deliveredAt: string | null }>('GET', `/gift-cards/${card.id}`)).deliveredAt === null ? undefined : true),
    'mailed',
  )
  // Again, as a job that was not marked as done: nothing is sent twice.
  await deliver({ write: planet.db.transaction, config: planet.config }, card.id)
  const mails = readdirSync(join(planet.home, 'mail')).filter(name => name.startsWith('gift-'))
  expect(mails.length).toBe(1)
  const raw = readFileSync(join(planet.home, 'mail', mails[0]!), 'utf8').replaceAll('=\n', '')
  const code = /\n([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\n/.exec(raw)?.[1]
  expect(raw.slice(raw.indexOf('<!doctype'))).not.toContain('<b>')
  expect(await other.call('POST', '/redeem/look', { code })).toMatchObject({ kind: 'gift_card', state: 'good', left: { amount: '1000' } })
})

test('codes that come with a record: each gives it to one person', async () => {
  const { release } = albums[1]!
  const id = newId('rdc')
  expect(await refused(fan.call('PUT', `/release-codes/${id}`, { release, name: 'LP', total: 3 }))).toBe('403 own_page_only')
  await seller.call('PUT', `/release-codes/${id}`, { release, name: 'LP', total: 3 })
  expect(await seller.call('PUT', `/release-codes/${id}`, { release, name: 'LP', total: 3 })).toMatchObject({ made: 3, used: 0 })
  const table = await (await seller.fetch(`/api/v1/release-codes/${id}/codes.csv`)).text()
  const codes = table
    .split('\r\n')
    .slice(1, -1)
    .map(line => line.split(',')[0]!)
  const [a, b] = await Promise.all([planet.signUp('A'), planet.signUp('B')])
  const got = await Promise.all(
    [a, b].map(who => refused(who.call('POST', '/redeem', { code: codes[0]!.toLowerCase().replaceAll('-', ' ') }))),
  )
  expect(got.toSorted()).toEqual(['409 code_used', 'done'])
  const winner = got[0] === 'done' ? a : b
  expect(await winner.call('POST', '/redeem', { code: codes[0] })).toMatchObject({ state: 'yours' })
  expect((await winner.call<{ items: object[] }>('GET', '/me/purchases')).items.length).toBe(1)
  // Who has it already keeps the next one for somebody else.
  expect(await refused(winner.call('POST', '/redeem', { code: codes[1] }))).toBe('409 already_owned')
  await seller.call('POST', `/release-codes/${id}/stop`)
  expect(await refused((winner === a ? b : a).call('POST', '/redeem', { code: codes[1] }))).toBe('409 code_over')
})
