/** Services, memberships and vouchers through the door: ordering, handing over, time, money back, races. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { checks as refundChecks } from '../refunds/index.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { decide, held, orderIs, sell, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, isMember } from './index.ts'
import { sweep } from './jobs.ts'
import { addMonths } from './months.ts'

let planet: TestPlanet
let seller: Person
let fan: Person
let other: Person
let page: string
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, fan, other] = (await Promise.all(['Seller', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  ;({ page } = await sell(planet, seller, { price: null }))
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  const found = await runChecks(planet.db.read, [...checks, ...shopChecks, ...refundChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

const dayMs = 24 * 3600_000
const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; problem?: { code: string }; message: string }) =>
      error.problem === undefined ? error.message : `${error.status} ${error.problem.code}`,
  )
type Product = { id: string; offer: string; left: number | null }
const offer = async (kind: 'svc' | 'mbs' | 'vou', given: object): Promise<Product> => {
  const id = newId(kind)
  await seller.call('PUT', `/services/${id}`, {
    page,
    title: 'A thing',
    price: { amount: '10000', currency: 'CNY' },
    state: 'open',
    ...given,
  })
  return seller.call<Product>('GET', `/services/${id}`)
}
const order = (who: Person, { offer: id }: Product, more: object = {}): Promise<OrderJson> =>
  who.call<OrderJson>('POST', '/orders', { lines: [{ offer: id, quantity: 1, ...more }] })
const buy = async (who: Person, product: Product, more: object = {}): Promise<{ order: string; line: string }> => {
  const made = await order(who, product, more)
  await decide(who, made)
  const paid = await until(async () => {
    const now = await who.call<OrderJson & { lines: { progress: object[] }[] }>('GET', `/orders/${made.id}`)
    return now.state !== 'placed' && now.lines[0]!.progress.length > 0 ? now : undefined
  }, 'handed over')
  return { order: paid.id, line: paid.lines[0]!.id }
}
const word = (who: Person, line: string, what: string, text: string, id = newId('evt')) =>
  who.call<{ state: string; revisionsUsed: number }>('POST', `/jobs/${line}/words`, { id, what, text })
const available = (who: Person): Promise<bigint> => held(planet, who.id, 'available')

test('month ends are counted from the first day', () => {
  const day = (text: string) => new Date(`${text}T10:30:00.000Z`)
  for (const [from, months, to] of [
    ['2026-01-31', 1, '2026-02-28'],
    ['2026-01-31', 2, '2026-03-31'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2028-02-29', 12, '2029-02-28'],
    ['2028-02-29', 48, '2032-02-29'],
    ['2026-11-30', 3, '2027-02-28'],
    ['2026-12-15', 1, '2027-01-15'],
  ] as const)
    expect(addMonths(day(from), months)).toEqual(day(to))
})

test('work to order: asked for, delivered, made over, accepted; then the seller has the money', async () => {
  const questions = [
    { id: 'song', label: 'Which song?', kind: 'line', required: true },
    { id: 'how', label: 'How?', kind: 'choice', required: false, choices: ['warm', 'loud'] },
  ]
  const body = {
    page,
    title: 'Mixing',
    price: { amount: '10000', currency: 'CNY' },
    state: 'open',
    most: 1,
    revisions: 1,
    acceptDays: 3,
    questions,
  }
  const id = newId('svc')
  expect(await refused(planet.stranger.call('PUT', `/services/${id}`, body))).toBe('401 unauthenticated')
  expect(await refused(fan.call('PUT', `/services/${id}`, body))).toBe('403 own_page_only')
  await seller.call('PUT', `/services/${id}`, { ...body, state: 'draft' })
  expect(await refused(fan.call('GET', `/services/${id}`))).toBe('404 not_found')
  await seller.call('PUT', `/services/${id}`, body)
  const product = await fan.call<Product>('GET', `/services/${id}`)
  expect(await refused(order(fan, product))).toBe('422 brief_missing')
  expect(await refused(order(fan, product, { choice: { brief: { song: 'Moon', how: 'quiet' } } }))).toBe('422 brief_missing')
  // One in hand at a time: of three at once one is taken.
  const tries = await Promise.all(
    [1, 2, 3].map(() =>
      order(fan, product, { choice: { brief: { song: 'Moon' } } }).then(
        made => made,
        () => undefined,
      ),
    ),
  )
  const [placed] = tries.filter(one => one !== undefined)
  expect(tries.filter(one => one !== undefined).length).toBe(1)
  expect(await refused(order(other, product, { choice: { brief: { song: 'Sun' } } }))).toBe('409 sold_out')
  await fan.call('POST', `/orders/${placed!.id}/cancel`)
  const { line, order: which } = await buy(fan, product, { choice: { brief: { song: 'Moon' } } })
  expect(await refused(other.call('GET', `/jobs/${line}`))).toBe('404 not_found')
  expect(await fan.call('GET', `/jobs/${line}`)).toMatchObject({ state: 'working', brief: [{ label: 'Which song?', answer: 'Moon' }] })
  expect(await refused(fan.call('POST', `/jobs/${line}/accept`))).toBe('409 job_state')
  expect(await refused(fan.call('POST', `/jobs/${line}/cancel`, { reason: 'x' }))).toBe('409 job_state')
  const key = newId('evt')
  await word(seller, line, 'delivered', 'Here it is', key)
  await word(seller, line, 'delivered', 'Here it is', key)
  expect(await refused(word(seller, line, 'delivered', 'Another', key))).toBe('409 key_reused')
  expect(await word(fan, line, 'revision', 'Less bass')).toMatchObject({ state: 'working', revisionsUsed: 1 })
  // More days, pressed three times: once.
  type Due = { dueAt: string; words: { what: string }[] }
  const more = (who: Person, id: string, days: number) => who.call<Due>('POST', `/jobs/${line}/extend`, { id, days })
  const [{ dueAt }, asked] = [await fan.call<Due>('GET', `/jobs/${line}`), newId('evt')]
  expect(await refused(more(planet.stranger, asked, 5))).toBe('401 unauthenticated')
  expect(await refused(more(other, asked, 5))).toBe('404 not_found')
  expect(await refused(more(seller, asked, 5))).toBe('409 job_state')
  await Promise.all([1, 2, 3].map(() => more(fan, asked, 5)))
  const longer = await more(fan, asked, 5)
  expect(Date.parse(longer.dueAt) - Date.parse(dueAt)).toBe(5 * dayMs)
  expect(longer.words.filter(({ what }) => what === 'extended').length).toBe(1)
  expect(await refused(more(fan, asked, 6))).toBe('409 key_reused')
  expect(await refused(more(fan, key, 5))).toBe('409 key_reused')
  await word(seller, line, 'delivered', 'Less bass now')
  expect(await refused(word(fan, line, 'revision', 'More'))).toBe('409 no_revisions_left')
  expect((await Promise.all([1, 2].map(() => refused(fan.call('POST', `/jobs/${line}/accept`))))).toSorted()).toEqual(['done', 'done'])
  await orderIs(fan, which, 'settled')
  // 100.00 less 0.60 and 5 %.
  expect(await available(seller)).toBe(9443n)
  expect(await refused(seller.call('POST', `/jobs/${line}/cancel`, { reason: 'x' }))).toBe('409 job_state')
  expect((await fan.call<Product>('GET', `/services/${id}`)).left).toBe(1)
  const told = async (who: Person) =>
    (
      await planet.db.pool.query<{ what: string }>(
        'select distinct what from notices.notice where person = $1 and what like $2 order by 1',
        [who.id, 'work%'],
      )
    ).rows.map(row => row.what)
  await until(async () => (await told(seller)).length === 3 && (await told(fan)).length === 1, 'told')
  expect(await told(seller)).toEqual(['work_accepted', 'work_ordered', 'work_revision'])
  expect(await told(fan)).toEqual(['work_delivered'])
})

test('time decides where nobody does: silence accepts, lateness gives back', async () => {
  const product = await offer('svc', { days: 2, acceptDays: 3, questions: [] })
  const silent = await buy(fan, product)
  await word(seller, silent.line, 'delivered', 'Done')
  const late = await buy(fan, product)
  const ended = await buy(other, product)
  clock.shift(3 * dayMs)
  await sweep(planet.db)
  // Late by a day: the buyer can end it.
  expect(await other.call('POST', `/jobs/${ended.line}/cancel`, { reason: 'Too late' })).toMatchObject({ state: 'cancelled' })
  expect((await orderIs(other, ended.order, 'refunded')).state).toBe('refunded')
  expect((await fan.call<{ state: string }>('GET', `/jobs/${late.line}`)).state).toBe('working')
  clock.shift(17 * dayMs)
  await sweep(planet.db)
  expect((await fan.call<{ state: string }>('GET', `/jobs/${silent.line}`)).state).toBe('accepted')
  expect((await fan.call<{ state: string }>('GET', `/jobs/${late.line}`)).state).toBe('cancelled')
  expect((await orderIs(fan, late.order, 'refunded')).state).toBe('refunded')
  clock.shift(0)
})

test('a membership lasts as bought, goes on without a gap, and can be given back in its first days', async () => {
  const month = await offer('mbs', {
    period: 'month',
    price: { amount: '1500', currency: 'CNY' },
    perks: ['Early tickets'],
    earlyHours: 24,
  })
  const closed = await offer('svc', { membersOnly: true, questions: [] })
  expect(await refused(order(fan, closed))).toBe('403 service_members_only')
  expect(await isMember(planet.db.read, fan.id, page)).toBe(false)
  const first = await buy(fan, month, { quantity: 2 })
  expect(await isMember(planet.db.read, fan.id, page)).toBe(true)
  const second = await buy(fan, month)
  type Mine = { items: { since: string; until: string; lines: { line: string; canReturn: boolean }[] }[] }
  const [mine] = (await fan.call<Mine>('GET', '/me/memberships')).items
  expect(new Date(mine!.until)).toEqual(addMonths(new Date(mine!.since), 3))
  expect(await refused(other.call('POST', `/memberships/${second.line}/return`))).toBe('404 not_found')
  await Promise.all([1, 2].map(() => refused(fan.call('POST', `/memberships/${second.line}/return`))))
  await orderIs(fan, second.order, 'refunded')
  const [now] = (await fan.call<Mine>('GET', '/me/memberships')).items
  expect(new Date(now!.until)).toEqual(addMonths(new Date(mine!.since), 2))
  expect((await order(fan, closed)).state).toBe('placed')
  expect((await seller.call<{ active: number }>('GET', `/pages/${page}/members`)).active).toBe(1)
  clock.shift(8 * dayMs)
  expect(await refused(fan.call('POST', `/memberships/${first.line}/return`))).toBe('409 return_over')
  clock.shift(70 * dayMs)
  expect(await isMember(planet.db.read, fan.id, page)).toBe(false)
  await sweep(planet.db)
  clock.shift(0)
})

test('a voucher is redeemed once or in parts, by the page’s people; what is not used goes back', async () => {
  const parts = await offer('vou', { title: 'Ten drinks', worth: '12000', validDays: 30, price: { amount: '10000', currency: 'CNY' } })
  const { line } = await buy(fan, parts)
  type Mine = { items: { id: string; code: string; state: string }[] }
  const [mine] = (await fan.call<Mine>('GET', '/me/vouchers')).items
  const at = `/pages/${page}/vouchers/${mine!.code.toLowerCase()}`
  expect(await refused(other.call('GET', at))).toBe('404 not_found')
  expect(await refused(fan.call('POST', `${at}/redeem`, { id: newId('evt') }))).toBe('404 not_found')
  const key = newId('evt')
  expect(await seller.call('POST', `${at}/redeem`, { id: key, amount: '3000' })).toMatchObject({ left: { amount: '9000' } })
  expect(await seller.call('POST', `${at}/redeem`, { id: key, amount: '3000' })).toMatchObject({ left: { amount: '9000' } })
  // Five counters at once want 4,000 of 9,000.
  const tries = await Promise.all(
    [1, 2, 3, 4, 5].map(() => refused(seller.call('POST', `${at}/redeem`, { id: newId('evt'), amount: '4000' }))),
  )
  expect(tries.filter(one => one === 'done').length).toBe(2)
  expect(tries.filter(one => one === '422 voucher_short').length).toBe(3)
  // 1,000 of 12,000 were not used: of 100.00 that is 8.33.
  expect(await fan.call('POST', `/vouchers/${mine!.id}/return`)).toMatchObject({ state: 'void' })
  await until(
    async () =>
      (await planet.db.pool.query(`select 1 from shop.line where id = $1 and state = 'settled' and refunded = 833`, [line])).rows.length > 0
        ? true
        : undefined,
    'the rest is settled',
  )

  const once = await offer('vou', { title: 'A lesson', validDays: 10 })
  const used = await buy(fan, once, { quantity: 2 })
  const codes = (await fan.call<Mine>('GET', '/me/vouchers')).items.slice(0, 2).map(one => one.code)
  await seller.call('POST', `/pages/${page}/vouchers/${codes[0]}/redeem`, { id: newId('evt') })
  expect(await refused(seller.call('POST', `/pages/${page}/vouchers/${codes[0]}/redeem`, { id: newId('evt') }))).toBe(
    '409 voucher_redeemed',
  )
  clock.shift(11 * dayMs)
  expect(await refused(seller.call('POST', `/pages/${page}/vouchers/${codes[1]}/redeem`, { id: newId('evt') }))).toBe('409 voucher_over')
  await sweep(planet.db)
  await until(
    async () =>
      (await planet.db.pool.query(`select 1 from shop.line where id = $1 and state = 'settled' and refunded = 10000`, [used.line])).rows
        .length > 0
        ? true
        : undefined,
    'half went back',
  )
  clock.shift(0)
})

test('what a seller gave back of a voucher before is not given again: it can be given back, and runs out, all the same', async () => {
  const product = await offer('vou', { title: 'A drink', validDays: 10 })
  const { line, order: id } = await buy(fan, product, { quantity: 2 })
  await seller.call('POST', `/lines/${line}/refund`, { amount: '12000', reason: 'goodwill' })
  const { items } = await fan.call<{ items: { id: string }[] }>('GET', '/me/vouchers')
  expect(await fan.call('POST', `/vouchers/${items[0]!.id}/return`)).toMatchObject({ state: 'void' })
  await orderIs(fan, id, 'refunded')

  const again = await buy(fan, product, { quantity: 2 })
  await seller.call('POST', `/lines/${again.line}/refund`, { amount: '12000', reason: 'goodwill' })
  clock.shift(11 * dayMs)
  expect(await sweep(planet.db)).toMatchObject({ over: 1 })
  clock.shift(0)
  await orderIs(fan, again.order, 'refunded')
})
