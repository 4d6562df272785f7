/** The sandbox's own books and files of a bank against the ledger, through the door. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { decide, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, jobs } from './index.ts'

let planet: TestPlanet
let buyer: Person
let finance: Person
let second: Person
let offers: string[]
const base = '/console/reconciliation'
let today: string
beforeAll(async () => {
  await farFromMidnight()
  today = new Date().toISOString().slice(0, 10)
  planet = await startPlanet({ work: true })
  buyer = await planet.signUp('Buyer')
  ;[finance, second] = [await planet.staff('finance'), await planet.staff('finance')]
  const seller = await planet.signUp('Seller')
  offers = []
  for (let n = 0; n < 6; n++) offers.push((await sell(planet, seller, { price: 3800n })).offer)
})
afterAll(async () => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.close()
})

const paid = async (offer: string): Promise<OrderJson> => {
  const order = await place(buyer, [offer])
  await decide(buyer, order)
  return orderIs(buyer, order.id, 'settled')
}
type Side = { id: string; type: string; reference: string | null; amount: { amount: string }; report: string | null }
type Exc = {
  id: string
  kind: string
  state: string
  effect: { amount: string; currency: string }
  there: Side | null
  here: Side | null
  rule: string | null
  closedAt: string | null
}
type Full = Exc & { decisions: { action: string; by: string | null; reason: string }[]; candidates: Side[] }
type Report = { id: string; lines: number; repeated: number; open: number; source: string }
type Proof = {
  state: string
  custody: string
  owed: string
  own: string
  sources: {
    source: string
    expected: string
    reported: string | null
    residual: string | null
    state: string
    items: { kind: string; count: number; amount: string }[]
  }[]
}

const exceptions = async (query = ''): Promise<Exc[]> => (await finance.call<{ items: Exc[] }>('GET', `${base}/exceptions${query}`)).items
const upload = (source: string, text: string, more: object = {}): Promise<Report> =>
  finance.call('POST', `${base}/reports`, { source, name: 'a.csv', text, ...more })
const proof = async (): Promise<Proof> =>
  (await finance.call<{ items: (Proof & { currency: string })[] }>('POST', '/console/proof', {})).items.find(one => one.currency === 'CNY')!
const status = async (who: Person, path: string, json: object): Promise<string> => {
  const answer = await who.fetch(`/api/v1${path}`, { method: 'POST', json })
  return answer.ok ? '200' : `${answer.status} ${((await answer.json()) as { code: string }).code}`
}
const fetched = async (): Promise<Report[]> => {
  const before = await finance.call<{ items: Report[] }>('GET', `${base}/reports?source=provider:sandbox`)
  await finance.call('POST', `${base}/fetch`, { source: 'provider:sandbox', day: today })
  await until(
    async () =>
      (await planet.db.pool.query(`select 1 from graphile_worker.jobs where task_identifier = 'reconciliation.fetch'`)).rowCount === 0,
    'the fetch',
  )
  const { items } = await finance.call<{ items: Report[] }>('GET', `${base}/reports?source=provider:sandbox`)
  return items.slice(0, items.length - before.items.length)
}

test('a day of the sandbox meets the ledger line by line; fetched again, nothing changes', async () => {
  for (const offer of offers.slice(0, 3)) await paid(offer)
  const [report] = await fetched()
  expect(report).toMatchObject({ source: 'provider:sandbox', lines: 3, open: 0, repeated: 0 })
  expect(await exceptions()).toEqual([])
  expect(await fetched()).toEqual([])
  const lines = await finance.call<{ items: { type: string; state: string; fee: { amount: string } }[] }>(
    'GET',
    `${base}/reports/${report!.id}/lines`,
  )
  expect(lines.items).toMatchObject(Array.from({ length: 3 }, () => ({ type: 'payment', state: 'matched', fee: { amount: '23' } })))
  const now = await proof()
  expect(now).toMatchObject({ state: 'good', custody: '11331' })
  expect(BigInt(now.owed) + BigInt(now.own)).toBe(11331n)
  expect(now.sources.find(one => one.source === 'provider:sandbox')).toMatchObject({
    expected: '11331',
    reported: '11331',
    residual: '0',
    items: [],
    state: 'good',
  })
  // One more sale: the same day fetched again brings the one new line.
  await paid(offers[3]!)
  const [again] = await fetched()
  expect(again).toMatchObject({ lines: 1, repeated: 3, open: 0 })
})

test('money that the sandbox has and the ledger has not, and the other way round, is listed and explains the proof', async () => {
  const { pool } = planet.db
  // A charge that nobody told us of: its notification is lost.
  const charge = `insert into payments.sandbox_charge (ref, merchant, reference, amount, currency, merchant_name, description, return_url, state, fee, created_at, paid_at)
    select 'ch_lost', merchant, 'pay_01jd0000000000000000000009', 5000, 'CNY', 'Planet', 'x', '/', 'paid', 30, now(), now() from payments.sandbox_charge limit 1`
  await pool.query(charge)
  await fetched()
  const [lost] = await exceptions()
  expect(lost).toMatchObject({
    kind: 'missing_here',
    effect: { amount: '4970' },
    there: { reference: 'pay_01jd0000000000000000000009' },
    here: null,
  })
  const told = await proof()
  expect(told.state).toBe('good')
  expect(told.sources[0]).toMatchObject({ residual: '0', items: [{ kind: 'missing_here', count: 1, amount: '4970' }] })
  // A balance that its own lines do not add up to is explained by nothing.
  await pool.query(`update reconciliation.closing set amount = amount + 7 where source = 'provider:sandbox'`)
  expect(await proof()).toMatchObject({ state: 'red', sources: [{ residual: '7', state: 'red' }] })
  await pool.query(`update reconciliation.closing set amount = amount - 7 where source = 'provider:sandbox'`)

  // Written off: by two people, once, although many press at the same time.
  const path = `${base}/exceptions/${lost!.id}`
  expect(await status(planet.stranger, `${path}/write-off`, { reason: 'x' })).toBe('401 unauthenticated')
  expect(await status(buyer, `${path}/write-off`, { reason: 'x' })).toBe('403 forbidden')
  expect(await status(finance, `${path}/confirm`, { reason: 'x' })).toBe('409 exception_closed')
  expect(await status(finance, `${path}/write-off`, { reason: '' })).toBe('400 invalid')
  expect(await status(finance, `${path}/write-off`, { reason: 'the payer cannot be found' })).toBe('200')
  expect(await status(finance, `${path}/confirm`, { reason: 'yes' })).toBe('403 second_person')
  expect(await status(second, `${path}/decline`, { reason: 'look again' })).toBe('200')
  expect(await status(finance, `${path}/write-off`, { reason: 'looked again' })).toBe('200')
  const tries = await Promise.all(Array.from({ length: 5 }, () => status(second, `${path}/confirm`, { reason: 'agreed' })))
  expect(tries.filter(one => one === '200')).toHaveLength(1)
  expect(tries.filter(one => one === '409 exception_closed')).toHaveLength(4)
  const full = await finance.call<Full>('GET', path)
  expect(full).toMatchObject({
    state: 'booked',
    decisions: [
      { action: 'propose' },
      { action: 'decline' },
      { action: 'propose' },
      { action: 'confirm', by: second.name, reason: 'agreed' },
    ],
  })
  const posted = await pool.query(`select kind, cause from ledger.transfer where key = $1`, [`exc:${lost!.id}`])
  expect(posted.rows).toEqual([{ kind: 'adjustment', cause: `exception:${lost!.id}` }])
  expect((await proof()).sources[0]).toMatchObject({ residual: '0', items: [] })
  expect(await status(finance, `${path}/explain`, { reason: 'too late' })).toBe('409 exception_closed')
})

test('a payment that we know and the provider does not is missing there after some days; what comes late ends it', async () => {
  const { pool } = planet.db
  const order = await paid(offers[4]!)
  const { rows } = await pool.query<{ reference: string }>(
    `update payments.sandbox_charge c set merchant = 'someone else' from payments.payment p where p.subject = $1 and c.reference = p.id returning c.reference`,
    [order.id],
  )
  await pool.query(`update reconciliation.source set patience_days = 0`)
  await fetched()
  await proof()
  const [missing] = await exceptions()
  expect(missing).toMatchObject({
    kind: 'missing_there',
    effect: { amount: '-3777' },
    there: null,
    here: { reference: rows[0]!.reference },
  })
  expect(await status(finance, `${base}/exceptions/${missing!.id}/explain`, { reason: 'asked the provider' })).toBe('200')
  expect(await exceptions('?state=explained')).toHaveLength(1)
  expect((await proof()).sources[0]).toMatchObject({ items: [{ kind: 'missing_there', amount: '-3777' }], residual: '0' })
  await pool.query(
    `update payments.sandbox_charge c set merchant = (select merchant from payments.sandbox_charge where reference <> c.reference and ref <> 'ch_lost' limit 1) where merchant = 'someone else'`,
  )
  const [late] = await fetched()
  expect(late).toMatchObject({ lines: 1, open: 0 })
  expect(await finance.call<Full>('GET', `${base}/exceptions/${missing!.id}`)).toMatchObject({
    state: 'matched',
    decisions: [{ action: 'explain' }, { action: 'auto', by: null }],
  })
  expect((await proof()).sources[0]).toMatchObject({ items: [], residual: '0' })
})

test('two books that differ by a fen of the fee are settled by the rule; a rule can be turned off, by an operator', async () => {
  const { pool } = planet.db
  const order = await paid(offers[5]!)
  const cheat = (fee: number) =>
    pool.query(`update payments.sandbox_charge c set fee = $2 from payments.payment p where p.subject = $1 and c.reference = p.id`, [
      order.id,
      fee,
    ])
  await cheat(24)
  await fetched()
  const [rounded] = (await exceptions('?state=booked')).filter(one => one.kind === 'fee_differs')
  expect(rounded).toMatchObject({ effect: { amount: '-1' }, rule: 'fee-rounding' })
  expect((await proof()).sources[0]).toMatchObject({ residual: '0', items: [] })
  const rule = { id: 'fee-rounding', active: false, reason: 'looking closer' }
  const patch = async (who: Person): Promise<number> =>
    (await who.fetch(`/api/v1${base}/rules/fee-rounding`, { method: 'PATCH', json: rule })).status
  expect([await patch(planet.stranger), await patch(finance), await patch(await planet.staff('operator'))]).toEqual([401, 403, 200])
  expect(
    (await finance.call<{ items: { id: string; active: boolean }[] }>('GET', `${base}/rules`)).items.find(one => one.id === 'fee-rounding'),
  ).toMatchObject({ active: false })
})

test('a bank statement: the same file twice, a wrong one, an overlapping one', async () => {
  const head = 'date,amount,balance,note'
  const lines = ['2026-11-18 10:00,100.00,100.00,a deposit', '2026-11-18 11:00,-2.50,97.50,=HYPERLINK("http://evil")']
  const file = [head, ...lines].join('\n')
  const before = await planet.db.pool.query(`select count(*) from reconciliation.line`)
  const wrong = await finance.fetch(`/api/v1${base}/reports`, {
    method: 'POST',
    json: { source: 'bank:main', name: 'b.csv', text: `${file}\n2026-11-18,much,,\n` },
  })
  expect([wrong.status, ((await wrong.json()) as { fields: object }).fields]).toEqual([422, { 'line 4': 'amount' }])
  expect((await planet.db.pool.query(`select count(*) from reconciliation.line`)).rows).toEqual(before.rows)
  expect(await status(finance, `${base}/reports`, { source: 'bank:other', name: 'x', text: file })).toBe('404 not_found')
  expect(await status(planet.stranger, `${base}/reports`, { source: 'bank:main', name: 'x', text: file })).toBe('401 unauthenticated')
  expect(await finance.call('POST', `${base}/preview`, { source: 'bank:main', text: file })).toMatchObject({
    remembered: false,
    columns: ['date', 'amount', 'balance', 'note'],
  })

  const many = await Promise.all(Array.from({ length: 4 }, () => upload('bank:main', file)))
  expect(new Set(many.map(({ id }) => id)).size).toBe(1)
  expect(many[0]).toMatchObject({ lines: 2, open: 2 })
  expect(await finance.call('POST', `${base}/preview`, { source: 'bank:main', text: file })).toMatchObject({ remembered: true })
  const overlapping = await upload(
    'bank:main',
    [head, lines[1]!, '2026-11-19 09:00,3.00,100.50,interest', '2026-11-19 09:00,3.00,103.50,interest'].join('\n'),
  )
  expect(overlapping).toMatchObject({ lines: 2, repeated: 1, open: 2 })
  const kinds = (await exceptions('?source=bank:main')).map(({ kind, effect }) => `${kind} ${effect.amount}`).toSorted()
  expect(kinds).toEqual(['duplicate 300', 'unknown -250', 'unknown 10000', 'unknown 300'])
  const csv = await (await finance.fetch(`/api/v1${base}/exceptions.csv`)).text()
  expect(csv).toContain(`'=HYPERLINK`)
  expect(csv).not.toMatch(/[,"]=HYPERLINK/)
})

test('the nights ask for every day that is missing, once, and prove the days that ended', async () => {
  const { pool } = planet.db
  const days = async (): Promise<string[]> =>
    (
      await pool.query<{ day: string }>(
        `select last_day::text as day from reconciliation.report where source = 'provider:sandbox' and origin = 'fetch' order by 1`,
      )
    ).rows.map(row => row.day)
  const known = await days()
  clock.shift(3 * 86_400_000)
  try {
    const context = { db: planet.db, read: planet.db.read, write: planet.db.transaction, log: makeLog('fatal'), config: planet.config }
    const run = (name: 'reconciliation.nightly' | 'reconciliation.prove') => (jobs[name] as (context: unknown) => Promise<void>)(context)
    const idle = () =>
      until(
        async () => (await pool.query(`select 1 from graphile_worker.jobs where task_identifier = 'reconciliation.fetch'`)).rowCount === 0,
        'the fetches',
      )
    await run('reconciliation.nightly')
    await idle()
    const after = await days()
    const [one, two] = [1, 2].map(n => new Date(Date.parse(`${today}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)) as [
      string,
      string,
    ]
    expect(after.filter(day => !known.includes(day))).toEqual([one, two])
    await run('reconciliation.nightly')
    await idle()
    expect(await days()).toEqual(after)
    await run('reconciliation.prove')
    const { days: proven } = await finance.call<{ days: { day: string; currency: string; state: string }[] }>('GET', '/console/proof')
    expect(proven.filter(one => one.currency === 'CNY').map(one => one.day)).toEqual(expect.arrayContaining([two, one, today]))
  } finally {
    clock.shift(0)
  }
})
