/** Shops through the door: terms first, opening, shelves, finding by words, partner terms, and reviews by buyers alone. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { openPage } from '../people/index.ts'
import { putOffer } from '../shop/index.ts'
import { decide, orderIs, place, sell, type OrderJson, type Sold } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, indexOffers, indexStale } from './index.ts'
import { refused, type Cards, type Terms, type Desk, type Shop, type Review, type Reviews } from './storefront.testing.ts'

let planet: TestPlanet
let seller: Person
let fan: Person
let other: Person
let sold: Sold
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, fan, other] = (await Promise.all(['Luo', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  sold = await sell(planet, seller, { title: '夜航 Night Flight', price: 3800n })
  await index()
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  const found = await runChecks(planet.db.read, checks)
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

const index = () => planet.db.transaction(tx => indexStale(tx))
const found = async (query: string): Promise<string[]> =>
  (await planet.stranger.call<Cards>('GET', `/listings?${query}`)).items.map(one => one.title)
async function buy(who: Person, offer: string): Promise<string> {
  const order = await place(who, [offer])
  await decide(who, order)
  return (await orderIs(who, order.id, 'settled')).lines[0]!.id
}
/** Something of a kind that only needs its offer. */
const offer = (page: string, title: string, amount: bigint, more: object = {}): Promise<string> =>
  planet.db.transaction(async tx => {
    const subject = newId('svc')
    await putOffer(tx, { kind: 'service', subject, page, title, pricing: 'fixed', amount, currency: 'CNY', by: seller.id, ...more })
    await indexOffers(tx, [{ kind: 'service', subject }])
    return subject
  })

test('terms are read before a shop is opened; opening is free, once, and by its people', async () => {
  const { page } = sold
  // What a page sells is a shop before anybody opened one.
  expect(await planet.stranger.call<Shop>('GET', `/shops/${page}`)).toMatchObject({
    opened: false,
    sections: [{ key: 'digital', items: [{ title: '夜航 Night Flight' }] }],
  })
  const terms = await planet.stranger.call<Terms>('GET', '/selling-terms')
  expect(terms.categories.find(one => one.kind === 'merch')).toMatchObject({ commissionBp: 500, plan: 'standard', own: false })
  expect(terms.partner).toMatchObject({ months: 6, commissionBp: 300 })
  expect(await refused(fan.call('GET', `/selling-terms?page=${page}`))).toBe('404 not_found')
  const body = { page, name: '罗的小店', about: '从卧室寄出', terms: terms.digest }
  expect(await refused(planet.stranger.call('POST', '/shops', body))).toBe('401 unauthenticated')
  expect(await refused(fan.call('POST', '/shops', body))).toBe('403 own_page_only')
  expect(await refused(seller.call('POST', '/shops', { ...body, page: newId('pag') }))).toBe('404 not_found')
  expect(await refused(seller.call('POST', '/shops', { ...body, terms: 'a'.repeat(64) }))).toBe('409 terms_changed')
  expect(await refused(seller.call('GET', `/shops/${page}/desk`))).toBe('404 not_found')
  const desks = await Promise.all([1, 2, 3].map(() => seller.call<Desk>('POST', '/shops', body)))
  for (const desk of desks) expect(desk.shop).toMatchObject({ name: '罗的小店', state: 'open', things: 1, kinds: ['digital'] })
  expect(desks[0]!.todo).toEqual(['banner', 'returns', 'section'])
  expect(await refused(seller.call('POST', '/shops', { ...body, name: 'Another' }))).toBe('409 key_reused')
  const kept = await planet.db.pool.query<{ terms: { categories: unknown[] } }>('select terms from storefront.store where page = $1', [
    page,
  ])
  expect(kept.rows[0]!.terms.categories).toHaveLength(8)
  // What others may not do with it.
  for (const [method, path, json] of [
    ['PATCH', `/shops/${page}`, { name: 'Mine' }],
    ['PUT', `/shops/${page}/sections`, { version: 1, sections: [] }],
    ['DELETE', `/shops/${page}/banner`, undefined],
    ['GET', `/shops/${page}/desk`, undefined],
    ['POST', `/shops/${page}/partner`, {}],
    ['DELETE', `/shops/${page}/partner`, undefined],
  ] as const)
    expect([method, path, await refused(fan.call(method, path, json))]).toEqual([method, path, '403 own_page_only'])
  await seller.call('PATCH', `/shops/${page}`, { returns: '七天', notice: '周一发货' })
  expect(await seller.call<Desk>('GET', `/shops/${page}/desk`)).toMatchObject({ todo: ['banner', 'section'] })
  expect(await seller.call('GET', '/me/shops')).toMatchObject({ items: [{ page, shop: { name: '罗的小店', things: 1 } }] })
  expect((await planet.stranger.call<{ items: { name: string }[] }>('GET', '/shops?q=小店')).items.map(one => one.name)).toEqual([
    '罗的小店',
  ])
})

test('shelves: pinned and by themselves, in order; who was late is told; things of others are refused', async () => {
  const { page, release } = sold
  const a = await offer(page, 'Mixing, one song', 90_000n)
  const b = await offer(page, 'Mastering', 30_000n)
  const elsewhere = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Elsewhere', owner: other.id }))
  const foreign = await offer(elsewhere, 'Foreign', 100n)
  const shelf = (key: string, kind: string, more: object = {}): object => ({ key, kind, ...more })
  const put = (version: number, sections: object[]): Promise<Desk> =>
    seller.call<Desk>('PUT', `/shops/${page}/sections`, { version, sections })
  expect(await refused(put(1, [shelf('p', 'pinned', { things: [foreign] })]))).toBe('400 invalid')
  expect(await refused(put(1, [shelf('p', 'new'), shelf('p', 'best')]))).toBe('400 invalid')
  expect(await refused(put(1, [shelf('t', 'tag')]))).toBe('400 invalid')
  const desk = await put(1, [
    shelf('p', 'pinned', { title: '店主推荐', things: [b, release, b] }),
    shelf('s', 'service', { layout: 'strip' }),
    shelf('n', 'new'),
  ])
  expect(desk.sections.map(one => [one.key, one.things.map(thing => thing.id)])).toEqual([
    ['p', [b, release]],
    ['s', []],
    ['n', []],
  ])
  expect(await refused(put(1, []))).toBe('409 changed_meanwhile')
  const shop = await planet.stranger.call<Shop>('GET', `/shops/${page}`)
  expect(shop.sections.map(one => [one.key, one.items.map(item => item.id)])).toEqual([
    ['p', [b, release]],
    ['s', [b, a]],
    ['n', [b, a, release]],
  ])
  const things = (query: string) => planet.stranger.call<Cards>('GET', `/shops/${page}/things?${query}`)
  const first = await things('section=n&limit=2')
  expect(first.items.map(one => one.id)).toEqual([b, a])
  expect((await things(`section=n&limit=2&cursor=${first.next}`)).items.map(one => one.id)).toEqual([release])
  expect((await things('sort=cheap')).items.map(one => one.price.amount)).toEqual(['3800', '30000', '90000'])
  expect(await refused(things('section=zz'))).toBe('404 not_found')
  // A handle is as good as the id; a closed shop is its people's.
  const { handle } = await planet.stranger.call<{ handle: string }>('GET', `/pages/${page}`)
  expect((await planet.stranger.call<Shop>('GET', `/shops/${handle}`)).name).toBe('罗的小店')
  await seller.call('PATCH', `/shops/${page}`, { state: 'closed' })
  expect(await refused(planet.stranger.call('GET', `/shops/${page}`))).toBe('404 not_found')
  expect(await found('kind=service')).toEqual(['Foreign'])
  expect((await seller.call<Shop>('GET', `/shops/${page}`)).opened).toBe(true)
  await seller.call('PATCH', `/shops/${page}`, { state: 'open' })
})

test('the planet’s shop finds by words, pinyin, initials and seller; by price only within a currency; each thing once on all pages', async () => {
  for (const q of ['夜航', 'yehang', 'yh', 'night fl', 'NIGHT FLIGHT', '航', encodeURIComponent('Page of Luo')])
    expect([q, await found(`q=${q}`)]).toEqual([q, expect.arrayContaining(['夜航 Night Flight'])])
  for (const q of ['nothing', '%25', '_', '!!!', 'night sky']) expect([q, await found(`q=${q}`)]).toEqual([q, []])
  await offer(sold.page, 'In dollars', 500n, { currency: 'USD' })
  expect(await found('to=4000&sort=cheap')).toEqual(['Foreign', '夜航 Night Flight'])
  expect(await found('from=50000')).toEqual(['Mixing, one song'])
  expect(await found('currency=USD&sort=dear')).toEqual(['In dollars'])
  expect(await refused(planet.stranger.call('GET', '/listings?cursor=abc'))).toBe('400 invalid')
  for (const sort of ['new', 'popular', 'cheap', 'dear', 'rated']) {
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const got: Cards = await planet.stranger.call<Cards>('GET', `/listings?sort=${sort}&limit=2${next === '' ? '' : `&cursor=${next}`}`)
      seen.push(...got.items.map(one => one.id))
      next = got.next
    }
    expect([sort, new Set(seen).size, seen.length]).toEqual([sort, seen.length, sort === 'cheap' || sort === 'dear' ? 4 : 5])
  }
  // Taken down, it is gone; a price changed is found as it is; two of one kind and subject cannot be.
  const { offer: id } = sold
  await seller.call('PATCH', `/offers/${id}`, { price: { amount: '4200', currency: 'CNY' } })
  await index()
  expect((await planet.stranger.call<Cards>('GET', '/listings?q=yehang')).items[0]!.price.amount).toBe('4200')
  await seller.call('PATCH', `/offers/${id}`, { state: 'closed' })
  await index()
  expect(await found('q=yehang')).toEqual([])
  await seller.call('PATCH', `/offers/${id}`, { state: 'open' })
  await index()
  expect(await planet.stranger.call('GET', `/things/${sold.release}/beside`)).toMatchObject({
    returns: '七天',
    shop: { name: '罗的小店' },
    rating: { count: 0, average: null },
  })
  expect(await refused(planet.stranger.call('GET', `/things/${newId('rel')}/beside`))).toBe('404 not_found')
})

test('reviews: by who bought and has it, once, with an answer; the rating is their sum whatever happens to them', async () => {
  const { page, release, offer: id } = sold
  const order = await place(fan, [id])
  const line = order.lines[0]!.id
  expect(await refused(fan.call('POST', '/reviews', { line, stars: 5 }))).toBe('404 not_found')
  await decide(fan, order)
  await orderIs(fan, order.id, 'settled')
  expect(await refused(planet.stranger.call('POST', '/reviews', { line, stars: 5 }))).toBe('401 unauthenticated')
  expect(await refused(other.call('POST', '/reviews', { line, stars: 5 }))).toBe('404 not_found')
  expect(await refused(fan.call('POST', '/reviews', { line, stars: 6 }))).toBe('400 invalid')
  expect(await fan.call('GET', '/me/reviews')).toMatchObject({
    waiting: [{ line, thing: release, url: `/releases/${release}` }],
    items: [],
  })
  const mine = newId('rev')
  const body = { id: mine, line, stars: 4, text: '深夜听很好' }
  const answers = await Promise.all([1, 2, 3].map(() => fan.call<Review>('POST', '/reviews', body)))
  expect(new Set(answers.map(one => one.id))).toEqual(new Set([mine]))
  expect(await refused(fan.call('POST', '/reviews', { ...body, stars: 1 }))).toBe('409 key_reused')
  expect(await refused(other.call('POST', '/reviews', body))).toBe('409 key_reused')
  expect(await refused(fan.call('POST', '/reviews', { line, stars: 1 }))).toBe('409 reviewed')
  const second = await buy(other, id)
  await Promise.all(
    Array.from({ length: 4 }, (_, n) => refused(other.call('POST', '/reviews', { line: second, stars: 2, text: `Race ${n}` }))),
  ).then(all => expect(all.toSorted()).toEqual(['409 reviewed', '409 reviewed', '409 reviewed', 'done']))
  const read = (query = '') => planet.stranger.call<Reviews>('GET', `/reviews?thing=${release}${query}`)
  expect((await read()).rating).toEqual({ count: 2, average: 3, byStars: [0, 1, 0, 1, 0] })
  expect((await read('&sort=best&limit=1')).items.map(one => one.stars)).toEqual([4])
  const page1 = await read('&sort=worst&limit=1')
  expect((await read(`&sort=worst&limit=1&cursor=${page1.next}`)).items.map(one => one.stars)).toEqual([4])
  expect((await planet.stranger.call<Shop>('GET', `/shops/${page}`)).rating).toMatchObject({ count: 2, average: 3 })
  expect((await planet.stranger.call<Cards>('GET', '/listings?q=yehang')).items[0]!.rating).toEqual({ count: 2, average: 3 })
  expect(await refused(planet.stranger.call('GET', '/reviews'))).toBe('400 invalid')

  expect(await refused(other.call('PATCH', `/reviews/${mine}`, { stars: 1 }))).toBe('404 not_found')
  expect(await fan.call<Review>('PATCH', `/reviews/${mine}`, { stars: 5 })).toMatchObject({
    stars: 5,
    text: '深夜听很好',
    can: { edit: true, answer: false },
  })
  expect(await refused(fan.call('PUT', `/reviews/${mine}/answer`, { text: 'Mine' }))).toBe('403 own_page_only')
  expect((await seller.call<Desk>('GET', `/shops/${page}/desk`)).unanswered).toBe(2)
  await seller.call('PUT', `/reviews/${mine}/answer`, { text: '谢谢！' })
  expect((await read()).items.find(one => one.id === mine)).toMatchObject({ answer: { text: '谢谢！' } })
  expect((await planet.stranger.call<Reviews>('GET', `/reviews?shop=${page}&unanswered=true`)).items).toHaveLength(1)
  await seller.call('PUT', `/reviews/${mine}/answer`, { text: '' })

  // Moderation hides it: it counts for nothing until it is shown again.
  const { subjectOf } = await import('../moderation/subjects.ts')
  await planet.db.transaction(tx => subjectOf('review')!.hide!(tx, [mine], true))
  expect((await read()).rating).toEqual({ count: 1, average: 2, byStars: [0, 1, 0, 0, 0] })
  expect(await refused(fan.call('DELETE', `/reviews/${mine}`))).toBe('404 not_found')
  await planet.db.transaction(tx => subjectOf('review')!.hide!(tx, [mine], false))
  await fan.call('DELETE', `/reviews/${mine}`)
  expect((await read()).rating.count).toBe(1)
  await fan.call('POST', '/reviews', { line, stars: 3 })
  expect((await read()).rating).toMatchObject({ count: 2, average: 2.5 })
  // Who sells it has nothing to say about it.
  expect(await refused(seller.call('POST', '/reviews', { line: await buy(seller, id), stars: 5 }))).toBe('403 own_goods')
})

test('products: one card for all variants, what is left of them, the page of one, and words about what was bought of it', async () => {
  const { page } = sold
  const product = newId('prd')
  const [small, large] = [newId('var'), newId('var')]
  const body = {
    page,
    title: '手写歌词本',
    physical: false,
    handover: 'https://example.org/book',
    tags: ['纸'],
    options: ['尺寸'],
    variants: [
      { id: large, options: ['A4'], price: '6800', stock: 3 },
      { id: small, options: ['A5'], price: '3900', stock: 2 },
    ],
  }
  await seller.call('PUT', `/goods/${product}`, body)
  expect(await refused(planet.stranger.call('GET', `/products/${product}`))).toBe('404 not_found')
  expect(await seller.call('GET', `/products/${product}`)).toMatchObject({ state: 'draft', can: { edit: true } })
  await seller.call('PUT', `/goods/${product}/state`, { id: product, state: 'open' })
  // Pinned at once, before anything was looked at.
  const { version } = await seller.call<Desk>('GET', `/shops/${page}/desk`)
  await seller.call('PUT', `/shops/${page}/sections`, {
    version,
    sections: [
      { key: 'p', kind: 'pinned', things: [product] },
      { key: 't', kind: 'tag', tag: '纸' },
    ],
  })
  const card = async () => (await planet.stranger.call<Cards>('GET', '/listings?q=shouxie')).items[0]
  expect(await card()).toMatchObject({
    id: product,
    price: { amount: '3900' },
    upTo: { amount: '6800' },
    left: 5,
    soldOut: false,
    url: `/products/${product}`,
  })
  const { sections } = await planet.stranger.call<Shop>('GET', `/shops/${page}`)
  expect(sections.map(one => one.items.map(item => item.id))).toEqual([[product], [product]])
  const shown = await planet.stranger.call<{ variants: { id: string; available: number; offer: string }[]; handover?: string }>(
    'GET',
    `/products/${product}`,
  )
  expect(shown.variants.map(one => [one.id, one.available])).toEqual([
    [large, 3],
    [small, 2],
  ])
  expect(shown.handover).toBeUndefined()
  const lines = { lines: [{ offer: shown.variants[1]!.offer, quantity: 2 }] }
  const order = await fan.call<OrderJson>('POST', '/orders', lines)
  expect(await card()).toMatchObject({ left: 3 })
  await decide(fan, order)
  await orderIs(fan, order.id, 'paid', 'settled')
  await until(
    async () =>
      (await refused(fan.call('POST', '/reviews', { line: order.lines[0]!.id, stars: 5, text: '纸很好' }))) !== '409 review_not_yet',
    'it was handed over',
  )
  const { items, rating } = await planet.stranger.call<Reviews>('GET', `/reviews?thing=${product}`)
  expect([items.map(one => one.stars), rating.average]).toEqual([[5], 5])
  await seller.call('PUT', `/goods/${product}/state`, { id: product, state: 'archived' })
  await index()
  expect(await card()).toBeUndefined()
  expect(await planet.stranger.call('GET', `/products/${product}`)).toMatchObject({ state: 'archived', rating: { count: 1 } })
})

test('partner terms: asked for when the shop is old enough and has sold enough, proposed by one, confirmed by another, and then charged', async () => {
  const { page } = sold
  const finance = await planet.staff('finance')
  const second = await planet.staff('finance')
  const ask = (body: object = {}): Promise<Desk> => seller.call<Desk>('POST', `/shops/${page}/partner`, body)
  expect(await refused(ask())).toBe('422 partner_not_yet')
  await planet.db.pool.query(`update storefront.store set opened_at = opened_at - interval '200 days' where page = $1`, [page])
  expect(await refused(ask())).toBe('422 partner_not_yet')
  await planet.db.pool.query(`insert into storefront.partner_rule values ('partner', 6, 5000, 'CNY', 12, now() - interval '1 minute')`)
  expect((await seller.call<Desk>('GET', `/shops/${page}/desk`)).partner).toMatchObject({ can: true, months: 6 })
  const application = newId('prp')
  expect(await ask({ application, note: 'We sell well' })).toMatchObject({
    partner: { can: false, application: { id: application, state: 'asked' } },
  })
  expect(await ask({ application, note: 'We sell well' })).toMatchObject({ partner: { application: { id: application } } })
  expect(await refused(ask({ application, note: 'Other' }))).toBe('409 key_reused')
  expect(await refused(ask())).toBe('409 partner_asked')
  expect(await refused(seller.call('GET', '/console/partners'))).toBe('403 forbidden')
  expect(await finance.call('GET', '/console/partners?open=true')).toMatchObject({
    items: [{ id: application, shop: '罗的小店', state: 'asked' }],
  })
  expect(await refused(seller.call('POST', `/console/partners/${application}/propose`, { reason: 'good' }))).toBe('403 forbidden')
  expect(await finance.call('POST', `/console/partners/${application}/propose`, { reason: 'A good year' })).toMatchObject({
    state: 'proposed',
  })
  expect(await refused(seller.call('DELETE', `/shops/${page}/partner`))).toBe('409 proposal_decided')
  expect(await refused(finance.call('POST', `/console/settlement/proposals/${application}/confirm`, { reason: 'ok' }))).toMatch(/403|400/)
  await second.call('POST', `/console/settlement/proposals/${application}/confirm`, { reason: 'agreed' })
  expect(await finance.call('GET', '/console/partners?open=true')).toMatchObject({ items: [] })
  clock.shift(10 * 60_000)
  const desk = await seller.call<Desk>('GET', `/shops/${page}/desk`)
  expect(desk.partner.application).toMatchObject({ state: 'confirmed' })
  expect(desk.terms.categories.find(one => one.kind === 'merch')).toMatchObject({ plan: 'partner', commissionBp: 300, own: true })
  // What any sale becomes, by page and kind; of others it is not told.
  const steps = await seller.call<{ steps: { step: string; amount: { amount: string } }[] }>(
    'GET',
    `/waterfall?page=${page}&kind=merch&amount=10000`,
  )
  expect(steps.steps.map(one => [one.step, one.amount.amount])).toEqual([
    ['provider_fee', '60'],
    ['commission', '298'],
    ['split:owner', '9642'],
  ])
  expect(await refused(fan.call('GET', `/waterfall?page=${page}&kind=merch&amount=10000`))).toBe('404 not_found')
  expect(await refused(seller.call('GET', `/waterfall?amount=10000`))).toBe('400 invalid')
})

test('a partner question can be taken back or declined, with the reason told', async () => {
  const elsewhere = await sell(planet, other, { title: 'Elsewhere', price: 10_000n })
  const { digest } = await other.call<Terms>('GET', '/selling-terms')
  await other.call('POST', '/shops', { page: elsewhere.page, name: 'Else', terms: digest })
  await planet.db.pool.query(`update storefront.store set opened_at = opened_at - interval '400 days' where page = $1`, [elsewhere.page])
  await buy(fan, elsewhere.offer)
  await other.call('POST', `/shops/${elsewhere.page}/partner`, {})
  expect(await other.call<Desk>('DELETE', `/shops/${elsewhere.page}/partner`)).toMatchObject({
    partner: { can: true, application: { state: 'withdrawn' } },
  })
  const { partner } = await other.call<Desk>('POST', `/shops/${elsewhere.page}/partner`, { note: 'Again' })
  const finance = await planet.staff('finance')
  await finance.call('POST', `/console/partners/${partner.application!.id}/decline`, { reason: 'Not yet' })
  await finance.call('POST', `/console/partners/${partner.application!.id}/decline`, { reason: 'Not yet' })
  expect(await other.call<Desk>('GET', `/shops/${elsewhere.page}/desk`)).toMatchObject({
    partner: { can: true, application: { state: 'declined', reason: 'Not yet' } },
  })
})
