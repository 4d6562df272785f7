import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { post, type EntryInput, type TransferInput } from '../ledger/index.ts'
import { openPage } from '../people/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let open: string
let draft: string
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Tide', owner: ann.id }))
  ;[open, draft] = [newId('rel'), newId('rel')]
  for (const [id, title, visibility] of [
    [open, '夜航船', 'public'],
    [draft, 'Not yet', 'draft'],
  ])
    await planet.db.pool.query(
      `insert into catalogue.release (id, page, title, kind, visibility, created_at, changed_at) values ($1, $2, $3, 'album', $4, now(), now())`,
      [id, page, title, visibility],
    )
  const sales = [1, 2, 3].map(n => sale(open, n, new Date(Date.UTC(2026, 7 + n, 5))))
  await planet.db.transaction(tx => post(tx, [...sales, sale(draft, 4), refund(open), spend()]))
})
afterAll(() => planet.close())

const at = (owner: string, purpose: string) => ({ owner, purpose, asset: 'CNY' })
/** ¥38.00: 0.23 provider, 3.80 planet, 17 % of the rest to the work (Ben), 83 % to the master (Ann twice as much as Ben). */
const shares: EntryInput[] = [
  { account: at('provider:sandbox', 'fee'), amount: 23n, step: 'provider_fee' },
  { account: at('planet', 'commission'), amount: 380n, step: 'commission', share: 1000 },
]
function sale(release: string, n: number, when?: Date): TransferInput {
  return {
    key: `settle:${n}`,
    kind: 'settle',
    cause: `line:${n}`,
    subject: release,
    note: 'A sale',
    at: when,
    entries: [
      { account: { ...at('provider:sandbox', 'clearing') }, amount: -3800n },
      ...shares,
      { account: at(ben.id, 'available'), amount: 577n, step: 'split:work:lyrics', share: 10_000 },
      { account: at(ann.id, 'available'), amount: 1880n, step: 'split:master:vocals', share: 6666 },
      { account: at(ben.id, 'available'), amount: 940n, step: 'split:master:guitar', share: 3334 },
    ],
  }
}
const refund = (release: string): TransferInput => ({
  key: 'refund:1',
  kind: 'refund',
  cause: 'line:9',
  subject: release,
  entries: [
    { account: at('provider:sandbox', 'clearing'), amount: -100n },
    { account: at('provider:sandbox', 'refunding'), amount: 100n, step: 'refund' },
  ],
})
const spend = (): TransferInput => ({
  key: 'gift:1',
  kind: 'gift',
  cause: 'gift:1',
  entries: [
    { account: at(ben.id, 'available'), amount: -500n },
    { account: at(ann.id, 'available'), amount: 500n },
  ],
})

type Flow = {
  total: { amount: string }
  transfers: number
  nodes: { id: string; kind: string; code: string; label: string | null }[]
  links: { id: string; from: string; to: string; amount: string }[]
}
type Postings = { items: { receiver: string; amount: { amount: string }; step: string | null; transfer: string }[]; next: string | null }
const named = (flow: Flow) => {
  const name = (id: string) => {
    const node = flow.nodes.find(one => one.id === id)!
    return node.label ?? node.code
  }
  return Object.fromEntries(flow.links.map(link => [`${name(link.from)} → ${name(link.to)}`, Number(link.amount)]))
}

test('a release shows everyone where its money went; each link opens to the postings it is made of', async () => {
  const flow = await planet.stranger.call<Flow>('GET', `/releases/${open}/money`)
  expect(flow.transfers).toBe(3)
  expect(flow.total.amount).toBe('11400')
  expect(named(flow)).toEqual({
    'settle → provider_fee': 69,
    'provider_fee → sandbox': 69,
    'settle → commission': 1140,
    'commission → planet': 1140,
    'settle → split:master': 8460,
    'split:master → Ann': 5640,
    'split:master → Ben': 2820,
    'settle → split:work': 1731,
    'split:work → Ben': 1731,
  })
  expect(JSON.stringify(flow)).not.toMatch(/usr_/)
  for (const link of flow.links) {
    let sum = 0n
    let many = 0
    let next: string | null = null
    do {
      const list: Postings = await planet.stranger.call<Postings>(
        'GET',
        `/money/postings?release=${open}&link=${encodeURIComponent(link.id)}&limit=2${next === null ? '' : `&cursor=${next}`}`,
      )
      many += list.items.length
      for (const item of list.items) sum += BigInt(item.amount.amount)
      next = list.next
    } while (next !== null)
    expect(sum).toBe(BigInt(link.amount))
    expect(many).toBeGreaterThanOrEqual(3)
  }
})

test('a draft’s money is for those who edit it', async () => {
  expect((await ann.call<Flow>('GET', `/releases/${draft}/money`)).transfers).toBe(1)
  for (const path of [
    `/releases/${draft}/money`,
    `/releases/${newId('rel')}/money`,
    `/money/postings?release=${draft}&link=kind:settle%3Estep:commission`,
  ])
    for (const who of [ben, planet.stranger]) expect((await who.fetch(`/api/v1${path}`)).status).toBe(404)
})

test('one’s own money: from each release to what is left', async () => {
  const flow = await ben.call<Flow>('GET', '/me/money')
  expect(named(flow)).toEqual({
    '夜航船 → split:master': 2820,
    '夜航船 → split:work': 1731,
    'Not yet → split:master': 940,
    'Not yet → split:work': 577,
    'split:master → you': 3760,
    'split:work → you': 2308,
    'you → gift': 500,
    'you → available': 5568,
  })
  for (const link of flow.links.filter(one => one.to !== 'rest')) {
    const list = await ben.call<Postings>('GET', `/money/postings?link=${encodeURIComponent(link.id)}&limit=100`)
    const sum = list.items.reduce((total, item) => total + BigInt(item.amount.amount), 0n)
    expect(sum < 0n ? -sum : sum).toBe(BigInt(link.amount))
  }
  expect(named(await ann.call<Flow>('GET', '/me/money'))).toMatchObject({ 'gift → you': 500 })
  expect((await planet.stranger.fetch('/api/v1/money/postings?link=me%3Eout:gift')).status).toBe(401)
  for (const link of ['x', 'me', 'me>you', 'a>b>c', "step:'>me"])
    expect((await ben.fetch(`/api/v1/money/postings?link=${encodeURIComponent(link)}`)).status).toBe(404)
})

test('earnings by month and source', async () => {
  const { items } = await ben.call<{ items: { month: string; code: string; label: string; amount: { amount: string } }[] }>(
    'GET',
    `/me/earnings?to=2026-11-15T00:00:00.000Z`,
  )
  expect(items.map(({ month, code, label, amount }) => [month, code, label, amount.amount])).toEqual([
    ['2026-09', 'settle', '夜航船', '1517'],
    ['2026-10', 'settle', '夜航船', '1517'],
    ['2026-11', 'settle', '夜航船', '1517'],
  ])
})
