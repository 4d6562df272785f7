/** The finance desk: any balance down to its postings, looks that are kept, holds by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { post } from '../ledger/index.ts'
import { decide, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let artist: Person
let fan: Person
let finance: Person
let second: Person
let order: OrderJson

type Account = { id: string; owner: string; purpose: string; balance: { amount: string }; party: { name: string } }
type Entry = { transfer: string; kind: string; amount: { amount: string }; balanceAfter: { amount: string } }

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[artist, fan] = [await planet.signUp('Lin Shen'), await planet.signUp('Fan')]
  ;[finance, second] = [await planet.staff('finance'), await planet.staff('finance')]
  const sold = await sell(planet, artist)
  order = await place(fan, [sold.offer])
  await decide(fan, order)
  await orderIs(fan, order.id, 'settled')
})
afterAll(() => planet.close())

const balances = (query: string) => finance.call<{ items: Account[]; next: string | null }>('GET', `/console/balances?${query}`)
const refused = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: { problem: { code: string } }) => error.problem.code,
  )
const openTo = (id: string) =>
  finance.call<{ account: Account; siblings: Account[]; kinds: string[]; items: Entry[] }>('GET', `/console/balances/${id}`)

test('a sum of the trial balance opens to accounts, an account to its postings, a posting to its order: three clicks', async () => {
  const { items: sums } = await finance.call<{
    items: { owner: string; purpose: string; accounts: number; balance: { amount: string } }[]
  }>('GET', '/console/accounts')
  const sum = sums.find(one => one.owner === 'person' && one.purpose === 'available')!
  const { items: accounts } = await balances('owner=person&purpose=available&asset=CNY')
  expect(accounts).toMatchObject([{ owner: artist.id, party: { kind: 'person', name: 'Lin Shen' }, balance: sum.balance }])
  const opened = await openTo(accounts[0]!.id)
  expect(opened.kinds).toEqual(['settle'])
  expect(opened.items.length).toBeGreaterThan(0)
  expect(opened.items[0]!.balanceAfter).toEqual(sum.balance)
  const transfer = await finance.call<{
    entries: { account: string; amount: { amount: string } }[]
    causes: { kind: string; id: string; label: string | null }[]
  }>('GET', `/console/transfers/${opened.items[0]!.transfer}`)
  expect(transfer.entries.reduce((total, entry) => total + BigInt(entry.amount.amount), 0n)).toBe(0n)
  expect(transfer.entries.map(entry => entry.account)).toContain(accounts[0]!.id)
  expect(transfer.causes).toEqual([
    { kind: 'line', id: order.lines[0]!.id, label: 'Slow Star' },
    { kind: 'order', id: order.id, label: order.number },
  ])
  const whole = await finance.call<{ trail: { transfer: string; kind: string }[]; payments: { provider: string }[] }>(
    'GET',
    `/console/orders/${order.id}`,
  )
  expect(whole.trail.map(one => one.kind)).toEqual(['pay', 'settle'])
  expect(whole.trail.map(one => one.transfer)).toContain(opened.items[0]!.transfer)
  expect(whole.payments).toMatchObject([{ provider: 'sandbox', state: 'paid' }])
})

test('accounts are found by name, id and line, page by page without repeats', async () => {
  for (const q of ['lin', artist.id, artist.id.slice(0, 12)])
    expect([q, (await balances(`purpose=available&q=${q}`)).items.map(one => one.owner)]).toEqual([q, [artist.id]])
  expect((await balances(`q=${order.lines[0]!.id}`)).items.map(one => one.owner)).toEqual([`escrow:${order.lines[0]!.id}`])
  expect((await balances('q=%25')).items).toEqual([])
  const all = (await balances('limit=100')).items.map(one => one.id)
  for (const sort of ['highest', 'lowest']) {
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await balances(`limit=2&sort=${sort}${cursor}`)
      seen.push(...page.items.map(one => one.id))
      cursor = page.next === null ? '' : `&cursor=${page.next}`
    } while (cursor !== '')
    expect(seen.toSorted()).toEqual(all.toSorted())
  }
  expect((await finance.fetch('/api/v1/console/balances?cursor=nonsense')).status).toBe(400)
})

test('a look at someone’s books is kept and they can see it; the house’s own accounts are nobody’s', async () => {
  const [house] = (await balances('owner=planet')).items
  await openTo(house!.id)
  const shown = () => artist.call<{ items: { by: string; what: string }[] }>('GET', '/me/looks')
  // Several looks in one hour are one.
  expect((await shown()).items).toEqual([expect.objectContaining({ by: 'Staff finance', what: 'account' })])
  expect((await fan.call<{ items: unknown[] }>('GET', '/me/looks')).items).toEqual([])
  await expect(planet.db.pool.query('delete from console.look')).rejects.toThrow(/refused/)
})

test('what the day says adds up', async () => {
  const day = await finance.call<{
    positions: {
      currency: string
      custody: { amount: string }
      owed: { amount: string }
      own: { amount: string }
      receivables: { amount: string }
    }[]
    waiting: { code: string; count: number }[]
  }>('GET', '/console/overview')
  const cny = day.positions.find(one => one.currency === 'CNY')!
  expect(BigInt(cny.custody.amount)).toBe(BigInt(cny.owed.amount) + BigInt(cny.own.amount) + BigInt(cny.receivables.amount))
  expect(cny.custody.amount).toBe('3777')
  expect(day.waiting.find(one => one.code === 'unsettled')).toMatchObject({ count: 0 })
  const { items } = await finance.call<{ items: { kind: string; amount: string }[] }>('GET', '/console/income')
  expect(items.find(one => one.kind === 'pay')).toMatchObject({ amount: '3800' })
  expect(items.find(one => one.kind === 'settle')).toMatchObject({ amount: '-23' })
  expect(items.find(one => one.kind === 'commission')).toMatchObject({ amount: '189' })
})

type Hold = {
  id: string
  open: { amount: string }
  can: { release: boolean; decide: boolean }
  appeal: { id: string } | null
  placedBy: string
}
const holdOf = (json: object) =>
  finance.call<Hold>('POST', '/console/holds', { owner: artist.id, reason: 'review', note: 'Looking into it', ...json })

test('a hold is placed once, seen by the payee, released in part, once', async () => {
  const [before] = (await balances(`owner=${artist.id}&purpose=available`)).items
  const id = newId('hld')
  const placed = await Promise.all([1, 2, 3].map(() => holdOf({ id, amount: '1000' })))
  expect(new Set(placed.map(one => one.id))).toEqual(new Set([id]))
  expect(placed[0]).toMatchObject({ open: { amount: '1000' }, placedBy: 'Staff finance', can: { release: true, decide: false } })
  const [after] = (await balances(`owner=${artist.id}&purpose=available`)).items
  expect(BigInt(before!.balance.amount) - BigInt(after!.balance.amount)).toBe(1000n)
  expect(await refused(holdOf({ amount: '99999999' }))).toBe('insufficient')
  expect(await refused(holdOf({ owner: newId('usr'), amount: '1' }))).toBe('not_found')
  expect(await refused(holdOf({ amount: '1', until: '2020-01-01T00:00:00.000Z' }))).toBe('until_past')
  expect(await refused(holdOf({ owner: fan.id }))).toBe('nothing_to_hold')
  expect(await artist.call('GET', '/me/holds')).toMatchObject({ items: [{ id, note: 'Looking into it', reason: 'review' }] })

  const release = (json: object) => finance.call<Hold>('POST', `/console/holds/${id}/release`, { reason: 'Half is fine', ...json })
  const answers = await Promise.all([1, 2, 3].map(() => release({ open: '1000', amount: '400' })))
  expect(answers.map(one => one.open.amount)).toEqual(['600', '600', '600'])
  expect(await refused(release({ open: '1000', amount: '300' }))).toBe('hold_changed')
  expect(await refused(release({ open: '600', amount: '601' }))).toBe('hold_too_small')
})

test('an appeal is decided by someone other than who placed the hold', async () => {
  const { items } = await finance.call<{ items: Hold[] }>('GET', '/console/holds?open=true')
  await artist.call('POST', `/me/holds/${items[0]!.id}/appeal`, { text: 'This is my rent.' })
  const waits = async (who: Person) => (await who.call<{ items: Hold[] }>('GET', '/console/holds?appealed=true')).items
  const [mine] = await waits(finance)
  expect(mine).toMatchObject({ can: { decide: false } })
  const decision = { decision: 'granted', reason: 'Agreed' }
  expect(await refused(finance.call('POST', `/console/appeals/${mine!.appeal!.id}/decide`, decision))).toBe('four_eyes')
  expect((await waits(second))[0]).toMatchObject({ can: { decide: true } })
  expect(await second.call('POST', `/console/appeals/${mine!.appeal!.id}/decide`, decision)).toMatchObject({ open: { amount: '0' } })
  expect(await waits(second)).toEqual([])
  expect((await artist.fetch('/api/v1/console/holds')).status).toBe(403)
})

test('who is of the staff does not release a hold on their own money', async () => {
  const entries = [
    { account: { owner: 'bank:main', purpose: 'clearing', asset: 'CNY' }, amount: -500n },
    { account: { owner: second.id, purpose: 'available', asset: 'CNY' }, amount: 500n },
  ]
  await planet.db.transaction(tx => post(tx, [{ key: 'own:1', kind: 'adjustment', cause: 'test:own', entries }]))
  const { id } = await holdOf({ owner: second.id, amount: '500' })
  const release = (who: Person) => refused(who.call('POST', `/console/holds/${id}/release`, { reason: 'Mine', open: '500' }))
  expect(await release(second)).toBe('four_eyes')
  expect(await release(finance)).toBe('done')
})
