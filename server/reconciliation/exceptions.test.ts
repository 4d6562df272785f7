/** A provider whose bill we write ourselves: every kind of difference, matched by hand, swept to the bank, and the ledger's other movements. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { bank, bought, sellShared, type Bought } from '../refunds/refunds.testing.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, prove, reconcile } from './index.ts'

let planet: TestPlanet
let finance: Person
let second: Person
let offer: string
const source = 'provider:sandbox'
const base = '/console/reconciliation'
let today: string
beforeAll(async () => {
  await farFromMidnight()
  today = new Date().toISOString().slice(0, 10)
  planet = await startPlanet({ work: true })
  ;[finance, second] = [await planet.staff('finance'), await planet.staff('finance')]
  const seller = await planet.signUp('Seller')
  offer = (await sellShared(planet, seller, [[seller.id, 10_000]])).offer
})
afterAll(async () => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.close()
})

type Side = { id: string; reference: string | null; amount: { amount: string; currency: string } }
type Exc = {
  id: string
  kind: string
  state: string
  effect: { amount: string }
  there: Side | null
  here: Side | null
  rule: string | null
}
type Full = Exc & { candidates: Side[]; decisions: { action: string }[] }
const sale = async (amount: bigint): Promise<Bought> => bought(await planet.signUp('Fan'), [[offer, amount]])
const mapping = {
  delimiter: ',',
  head: 1,
  comment: null,
  at: 'time',
  amount: 'amount',
  in: null,
  out: null,
  fee: 'fee',
  balance: null,
  type: 'type',
  ref: 'ref',
  reference: 'reference',
  currency: 'currency',
  usualCurrency: 'CNY',
  dates: 'ymd',
  zone: '+00:00',
  decimal: '.',
  types: { payment: 'payment', refund: 'refund', sweep: 'sweep', fee: 'fee', chargeback: 'chargeback', payout: 'payout' },
}
const bill = (lines: readonly string[], to = source): Promise<{ id: string; lines: number; open: number }> =>
  finance.call('POST', `${base}/reports`, {
    source: to,
    name: 'bill.csv',
    text: ['time,type,ref,reference,amount,fee,currency', ...lines].join('\n'),
    mapping,
  })
const line = (
  type: string,
  ref: string,
  reference: string,
  amount: string,
  fee = '0',
  currency = 'CNY',
  time = `${today} 00:00:00`,
): string => [time, type, ref, reference, amount, fee, currency].join(',')
const exceptions = async (query = ''): Promise<Exc[]> => (await finance.call<{ items: Exc[] }>('GET', `${base}/exceptions${query}`)).items
const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: { status: number; problem: { code: string } }) => `${error.status} ${error.problem.code}`,
  )

test('one bill with every kind of difference: each line is listed once, with its effect', async () => {
  const [a, b, c, d] = [await sale(1000n), await sale(2000n), await sale(3000n), await sale(4000n)]
  const report = await bill([
    line('payment', 't1', a.payment, '10.00', '0.06'),
    line('payment', 't1', a.payment, '10.00', '0.06'),
    line('payment', 't2', b.payment, '20.50', '0.12'),
    line('payment', 't3', c.payment, '30.00', '0.30'),
    line('payment', 't4', d.payment, '40.00', '0.24', 'USD'),
    line('payment', 't5', '', '99.00'),
    line('fee', 't6', '', '-500.00'),
  ])
  expect(report).toMatchObject({ lines: 7, open: 4 })
  const found = await exceptions()
  expect(found.map(({ kind, effect }) => `${kind} ${effect.amount}`).toSorted()).toEqual([
    'amount_differs 50',
    'currency_differs 3976',
    'duplicate 994',
    'fee_differs -12',
    'missing_here 9900',
    'unknown -50000',
  ])
  // Page by page each stands there once (they were found in one moment).
  const paged: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { items: Exc[]; next: string | null } = await finance.call(
      'GET',
      `${base}/exceptions?limit=2${next ? `&cursor=${next}` : ''}`,
    )
    paged.push(...page.items.map(one => one.id))
    next = page.next
  }
  expect(paged).toEqual(found.map(one => one.id))
  // Both sides stand there where there are two.
  const currency = found.find(({ kind }) => kind === 'currency_differs')!
  expect([currency.there?.amount, currency.here?.amount]).toEqual([
    { amount: '4000', currency: 'USD' },
    { amount: '4000', currency: 'CNY' },
  ])
  const twice = await bill([line('payment', 't1', a.payment, '10.00', '0.06'), line('payment', 't9', b.payment, '20.50', '0.12')])
  expect(twice).toMatchObject({ lines: 1, open: 1 })
})

test('matched by hand: only what belongs together, once; what then differs is listed as that', async () => {
  const e = await sale(9876n)
  await planet.db.transaction(tx => reconcile(tx, source))
  const [missing] = (await exceptions('?kind=missing_here')).filter(one => one.effect.amount === '9900')
  const full = await finance.call<Full>('GET', `${base}/exceptions/${missing!.id}`)
  const wanted = full.candidates.find(side => side.reference === e.payment)!
  expect(full.candidates[0]).toEqual(wanted)
  const match = (who: Person, counterpart: string) =>
    code(who.call('POST', `${base}/exceptions/${missing!.id}/match`, { counterpart, reason: 'same payer, same minute' }))
  expect(await match(planet.stranger, wanted.id)).toBe('401 unauthenticated')
  expect(await match(await planet.signUp('Fan'), wanted.id)).toBe('403 forbidden')
  expect(await match(finance, '1/999999')).toBe('409 not_a_counterpart')
  expect(await match(finance, missing!.there!.id)).toBe('409 not_a_counterpart')
  const answers = await Promise.all([match(finance, wanted.id), match(second, wanted.id), match(finance, wanted.id)])
  expect(answers.toSorted()).toEqual(['409 exception_closed', '409 exception_closed', 'ok'])
  const after = (await exceptions('?kind=amount_differs')).filter(one => one.here?.reference === e.payment || one.effect.amount === '83')
  // 99.00 without a fee against 98.76 less 0.59.
  expect(after).toMatchObject([{ effect: { amount: '83' }, state: 'open' }])
})

test('a sweep leaves the provider for the bank by a rule; the bank’s statement meets it', async () => {
  const report = await bill([line('sweep', 's1', '', '-50.00', '0.10')])
  expect(report).toMatchObject({ lines: 1, open: 0 })
  const [swept] = await exceptions('?state=booked')
  expect(swept).toMatchObject({ kind: 'unknown', rule: 'sweep-to-bank', effect: { amount: '-5010' } })
  const { rows } = await planet.db.pool.query<{ owner: string; purpose: string; amount: bigint }>(
    `select a.owner, a.purpose, e.amount from ledger.transfer t join ledger.entry e on e.transfer = t.id join ledger.account a on a.id = e.account
     where t.kind = 'sweep' order by 1, 2`,
  )
  expect(rows.map(({ owner, purpose, amount }) => `${owner} ${purpose} ${amount}`)).toEqual([
    'bank:main clearing -5000',
    'planet costs -10',
    'provider:sandbox clearing 5010',
  ])
  expect(await bill([line('', 'b1', 'POS 1234', '50.00')], 'bank:main')).toMatchObject({ lines: 1, open: 0 })
})

test('refunds and chargebacks meet the bill under the provider’s own names', async () => {
  const f = await sale(7000n)
  const refunded = await sale(8000n)
  await bank(finance, f.charge, 'dispute')
  const operator = await planet.staff('operator')
  await operator.call('POST', `/lines/${refunded.line}/refund`, { reason: 'goodwill', note: 'As agreed' })
  const rfd = await until(
    async () =>
      (
        await planet.db.pool.query<{ id: string }>(`select id from payments.refund where state = 'done' and payment = $1`, [
          refunded.payment,
        ])
      ).rows[0],
    'the refund',
  )
  const dp = await until(
    async () =>
      (await planet.db.pool.query<{ provider_ref: string }>(`select provider_ref from payments.dispute where payment = $1`, [f.payment]))
        .rows[0],
    'the dispute',
  )
  const report = await bill([
    line('payment', 'u1', f.payment, '70.00', '0.42'),
    line('chargeback', dp.provider_ref, f.payment, '-70.00', '15.00'),
    line('payment', 'u2', refunded.payment, '80.00', '0.48'),
    line('refund', 'u3', rfd.id, '-80.00', '-0.48'),
  ])
  expect(report).toMatchObject({ lines: 4, open: 0 })
  const kinds = (await exceptions()).filter(one => [f.payment, refunded.payment, rfd.id].includes(one.here?.reference ?? ''))
  expect(kinds).toEqual([])
  const [proof] = (await prove(planet.db, today)).filter(one => one.currency === 'CNY')
  const place = proof!.sources.find(one => one.source === source)!
  expect([place.disputed, place.residual]).toEqual([-7000n, '0'])
  expect(proof!.custody).toBe(proof!.owed + proof!.own)
  // The dispute cost more than was earned: others' money would be paying, and that is said.
  expect([
    proof!.own < 0n,
    proof!.state,
    (await checks.find(check => check.name === 'reconciliation.proof')!.run(planet.db.read)).length,
  ]).toEqual([true, 'red', 1])
  await sale(100_000n)
  expect((await prove(planet.db, today)).find(one => one.currency === 'CNY')).toMatchObject({ state: 'good' })
})

test('what others’ money would have to pay for is not written off', async () => {
  const [fee] = await exceptions('?kind=unknown')
  expect(fee).toMatchObject({ effect: { amount: '-50000' } })
  const act = (who: Person, what: string) =>
    code(who.call('POST', `${base}/exceptions/${fee!.id}/${what}`, { reason: 'they say it is so' }))
  expect([await act(finance, 'write-off'), await act(finance, 'write-off'), await act(second, 'write-off')]).toEqual([
    'ok',
    'ok',
    '409 exception_closed',
  ])
  expect(await act(second, 'confirm')).toBe('409 own_money_short')
  expect(await act(second, 'decline')).toBe('ok')
  expect(await act(planet.stranger, 'decline')).toBe('401 unauthenticated')
})
