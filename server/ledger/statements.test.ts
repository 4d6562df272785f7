import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { makeOrganisation } from '../people/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { makePoster, post, type AccountRef, type TransferInput } from './index.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let cat: Person
let finance: Person
let label: string
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben, cat] = [await planet.signUp('Ann'), await planet.signUp('=Ben'), await planet.signUp('Cat')]
  finance = await planet.staff('finance')
  label = await planet.db.transaction(tx =>
    makeOrganisation(tx, { name: 'Tide Records', kind: 'label', members: [{ person: ben.id, role: 'owner' }] }),
  )
})
afterAll(() => planet.close())

const available = (owner: string): AccountRef => ({ owner, purpose: 'available', asset: 'CNY' })
let count = 0
/** A sale of ¥38.00: ¥0.23 to the provider, ¥3.80 to the planet, the rest to the parties. */
const sale = (parties: [owner: string, amount: bigint][], at?: Date): TransferInput => ({
  key: `settle:lin_test${++count}`,
  kind: 'settle',
  cause: `line:lin_test${count}`,
  subject: newId('rel'),
  note: '=夜航船',
  at,
  entries: [
    {
      account: { owner: `provider:sandbox`, purpose: 'clearing', asset: 'CNY' },
      amount: -403n - parties.reduce((sum, [, amount]) => sum + amount, 0n),
    },
    { account: { owner: 'provider:sandbox', purpose: 'fee', asset: 'CNY' }, amount: 23n, step: 'provider_fee' },
    { account: { owner: 'planet', purpose: 'commission', asset: 'CNY' }, amount: 380n, step: 'commission', share: 1000 },
    ...parties.map(([owner, amount]) => ({ account: available(owner), amount, step: 'split:master:vocals', share: 3333 })),
  ],
})
const postAll = (...transfers: TransferInput[]) => planet.db.transaction(tx => post(tx, transfers))
type Item = {
  version: number
  transfer: string
  kind: string
  amount: { amount: string; currency: string }
  balanceAfter: { amount: string }
  counterparty: { kind: string; name: string } | null
}
type List = { items: Item[]; next: string | null }

test('balances and the statement say what one got and why', async () => {
  await postAll(
    sale([
      [ann.id, 1131n],
      [ben.id, 1131n],
      [label, 1132n],
    ]),
  )
  expect(await ann.call('GET', '/me/balances')).toEqual({
    items: [
      {
        asset: 'CNY',
        held: { amount: '0', currency: 'CNY' },
        available: { amount: '1131', currency: 'CNY' },
        paid: { amount: '0', currency: 'CNY' },
      },
    ],
  })
  expect(await cat.call('GET', '/me/balances')).toMatchObject({ items: [{ asset: 'CNY', available: { amount: '0' } }] })
  const { items } = await ann.call<List>('GET', '/me/statement')
  expect(items).toMatchObject([
    {
      version: 1,
      kind: 'settle',
      amount: { amount: '1131', currency: 'CNY' },
      balanceAfter: { amount: '1131', currency: 'CNY' },
      cause: 'line:lin_test1',
      note: '=夜航船',
      step: 'split:master:vocals',
      shareBp: 3333,
      counterparty: { kind: 'provider', name: 'sandbox' },
    },
  ])
})

test('an organisation’s books are open to its owner and finance members, for others they do not exist', async () => {
  expect(await ben.call('GET', `/me/balances?as=${label}`)).toMatchObject({ items: [{ available: { amount: '1132' } }] })
  expect((await ben.call<List>('GET', `/me/statement?as=${label}`)).items).toHaveLength(1)
  for (const path of ['/me/balances', '/me/statement', '/me/statement.csv'])
    for (const as of [label, ben.id, newId('org')]) expect((await ann.fetch(`/api/v1${path}?as=${as}`)).status).toBe(404)
  expect((await planet.stranger.fetch('/api/v1/me/statement')).status).toBe(401)
})

test('a transfer is whole for each of its parties and the finance desk, and unknown to others', async () => {
  const { items } = await ann.call<List>('GET', '/me/statement')
  const id = items[0]!.transfer
  type Whole = { entries: { party: { kind: string; name: string }; amount: { amount: string }; step: string | null }[] }
  const mine = await ann.call<Whole>('GET', `/transfers/${id}`)
  expect(mine.entries.map(({ party, amount, step }) => [party.kind, party.name, amount.amount, step])).toEqual([
    ['provider', 'sandbox', '-3797', null],
    ['planet', '', '380', 'commission'],
    ['provider', 'sandbox', '23', 'provider_fee'],
    ['organisation', 'Tide Records', '1132', 'split:master:vocals'],
    ['you', 'Ann', '1131', 'split:master:vocals'],
    ['person', '=Ben', '1131', 'split:master:vocals'],
  ])
  expect(JSON.stringify(mine)).not.toMatch(/usr_|org_/)
  expect(mine.entries.reduce((sum, entry) => sum + Number(entry.amount.amount), 0)).toBe(0)
  expect((await ben.call<Whole>('GET', `/transfers/${id}`)).entries.filter(entry => entry.party.kind === 'you')).toHaveLength(2)
  expect((await finance.call<Whole>('GET', `/transfers/${id}`)).entries).toHaveLength(6)
  expect((await cat.fetch(`/api/v1/transfers/${id}`)).status).toBe(404)
  for (const bad of ['1', '9223372036854775808', '9999999999999999999', 'x', '-1'])
    expect((await ann.fetch(`/api/v1/transfers/${bad}`)).status).toBe(404)
})

test('paging shows every change once, also while new ones come in', async () => {
  const dan = await planet.signUp('Dan')
  const poster = makePoster(planet.db)
  const before = 130
  await postAll(...Array.from({ length: before }, (_, i) => sale([[dan.id, BigInt(i + 1)]])))
  const seen: Item[] = []
  let next: string | null = null
  let writing: Promise<unknown> = Promise.resolve()
  do {
    writing = Promise.all([writing, ...Array.from({ length: 5 }, () => poster.submit(sale([[dan.id, 7n]])))])
    const list: List = await dan.call<List>('GET', `/me/statement?limit=17${next === null ? '' : `&cursor=${next}`}`)
    seen.push(...list.items)
    next = list.next
    if (seen.length < 60) await writing
  } while (next !== null)
  await writing
  const versions = seen.map(item => item.version)
  expect(versions).toEqual(Array.from({ length: versions[0]! }, (_, i) => versions[0]! - i))
  expect(versions.at(-1)).toBe(1)
  for (let i = 0; i + 1 < seen.length; i++)
    expect(BigInt(seen[i]!.balanceAfter.amount) - BigInt(seen[i]!.amount.amount)).toBe(BigInt(seen[i + 1]!.balanceAfter.amount))
  expect((await dan.fetch('/api/v1/me/statement?cursor=nonsense')).status).toBe(400)
  expect((await dan.fetch('/api/v1/me/statement?limit=0')).status).toBe(400)
})

test('filters by time, kind and asset', async () => {
  const eve = await planet.signUp('Eve')
  const day = (n: number) => new Date(Date.UTC(2026, 9, n))
  await postAll(...[1, 2, 3, 4].map(n => sale([[eve.id, BigInt(n)]], day(n))), {
    ...sale([]),
    kind: 'payout',
    entries: [
      { account: available(eve.id), amount: -5n },
      { account: { owner: eve.id, purpose: 'paying', asset: 'CNY' }, amount: 5n },
    ],
  })
  const amounts = async (query: string) =>
    (await eve.call<List>('GET', `/me/statement?${query}`)).items.map(item => Number(item.amount.amount))
  expect(await amounts('')).toEqual([-5, 4, 3, 2, 1])
  expect(await amounts(`from=${day(2).toISOString()}&to=${day(4).toISOString()}`)).toEqual([3, 2])
  expect(await amounts('kind=payout')).toEqual([-5])
  expect(await amounts('purpose=paying')).toEqual([5])
  expect(await amounts('asset=EUR')).toEqual([])
  expect(await eve.call('GET', '/me/balances')).toMatchObject({ items: [{ available: { amount: '5' }, paid: { amount: '0' } }] })
})

test('the table for spreadsheets has every row, oldest first, with formulas disarmed', async () => {
  const answer = await ann.fetch('/api/v1/me/statement.csv')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="statement-CNY.csv"')
  const lines = (await answer.text()).trim().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toMatch(/^\d{4}-.*,settle,'=夜航船,split:master:vocals,33\.33,11\.31,CNY,11\.31,sandbox,line:lin_test1,rel_\w+,\d+$/)
  const gus = await planet.signUp('Gus')
  await postAll(...Array.from({ length: 1999 }, () => sale([[gus.id, 1n]])))
  await postAll(sale([[gus.id, 1n]]))
  const long = (await (await gus.fetch('/api/v1/me/statement.csv')).text()).trim().split('\r\n')
  expect(long).toHaveLength(2001)
  expect(long.at(-1)).toContain(',20.00,')
})
