import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { post } from '../ledger/index.ts'
import { makeOrganisation } from '../people/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { bank, books, codeOf, cooledMethod, earn, has, runBatch, type Batch } from './payouts.testing.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let cat: Person
let stranger: Person
let one: Person
let two: Person
let operator: Person
let label: string
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben, cat, stranger] = [
    await planet.signUp('Ann'),
    await planet.signUp('Ben'),
    await planet.signUp('Cat'),
    await planet.signUp('Eve'),
  ]
  ;[one, two, operator] = [await planet.staff('finance'), await planet.staff('finance'), await planet.staff('operator')]
  label = await planet.db.transaction(tx =>
    makeOrganisation(tx, {
      name: '=Tide',
      kind: 'label',
      members: [
        { person: ben.id, role: 'finance' },
        { person: cat.id, role: 'owner' },
      ],
    }),
  )
  await cooledMethod(planet, ann)
  await cooledMethod(planet, ben, { as: label, holder: '=Tide Records', account: 'DE89 3704 0044 0532 0130 00', country: 'DE' })
})
afterAll(() => planet.close())
afterEach(() => books(planet))

const compose = (who: Person, more: object = {}) =>
  who.call<{ id: string }>('POST', '/console/payout-batches', { currency: 'CNY', day: '2026-11-30', ...more })
const see = (id: string, who = one) => who.call<Batch>('GET', `/console/payout-batches/${id}`)
const act = (who: Person, id: string, what: string, more: object = {}) =>
  who.call('POST', `/console/payout-batches/${id}/${what}`, { reason: 'because', ...more })

test('a batch lists who is paid and who is not, moves nothing, and is exact before and after', async () => {
  await earn(planet, [
    [ann.id, 15_000n],
    [ben.id, 20_000n],
    [cat.id, 9_999n],
    [label, 30_001n],
  ])
  const id = newId('bat')
  expect(await codeOf(compose(stranger))).toBe('403 forbidden')
  await compose(one, { id })
  const batch = await see(id)
  expect(batch.items.map(item => [item.party, item.amount.amount, item.account])).toEqual([
    [label, '30001', '•••• 3000'],
    [ann.id, '15000', '•••• 5678'],
  ])
  expect(batch.leftOut.map(left => [left.party, left.amount.amount, left.reason])).toEqual([
    [ben.id, '20000', 'no_method'],
    [cat.id, '9999', 'below_threshold'],
  ])
  expect(batch.before).toMatchObject({ available: { amount: '75000' }, paying: { amount: '0' } })
  expect(batch.after).toMatchObject({ available: { amount: '29999' }, paying: { amount: '45001' } })
  expect(await has(planet, ann.id, 'available')).toBe(15_000)
  // The same again is the same; another with that id, or a second one beside it, is refused.
  expect(await compose(one, { id })).toEqual({ id })
  expect(await codeOf(compose(one, { id, day: '2026-12-01' }))).toBe('409 key_reused')
  expect(await codeOf(compose(two, { id }))).toBe('409 key_reused')
  expect(await codeOf(compose(two))).toBe('409 batch_open')
  expect(await ann.call('GET', '/me/payouts/standing')).toMatchObject({ items: [{ reasons: [{ code: 'waits_approval' }] }] })
  await act(one, id, 'cancel')
  await act(two, id, 'cancel')
  expect((await see(id)).items.map(item => item.state)).toEqual(['cancelled', 'cancelled'])
  expect(await codeOf(act(one, id, 'submit'))).toBe('409 conflict')
  expect(await has(planet, ann.id, 'available')).toBe(15_000)
})

test('two composed at once: one batch; the same id at once: one effect', async () => {
  const id = newId('bat')
  expect(await Promise.all([compose(one, { id }), compose(one, { id }), compose(one, { id })])).toEqual([{ id }, { id }, { id }])
  const others = await Promise.all([codeOf(compose(one)), codeOf(compose(two))])
  expect(others).toEqual(['409 batch_open', '409 batch_open'])
  await act(one, id, 'cancel')
})

test('four eyes: neither who composed nor who submitted can approve; two approvers at once move the money once', async () => {
  await one.call('PUT', '/console/payout-settings', {
    debtor: { name: 'Planet & Co', account: 'CN0001', bic: 'CMBCCNBS' },
    reason: 'our account',
  })
  expect(await codeOf(one.call('PUT', '/console/payout-settings', { debtor: { name: 'X', account: '<x>' }, reason: 'no' }))).toBe(
    '400 invalid',
  )
  const { id } = await compose(one)
  expect(await codeOf(act(two, id, 'approve'))).toBe('409 conflict')
  await act(two, id, 'submit')
  expect((await see(id, one)).can.approve).toBe(false)
  expect(await codeOf(act(one, id, 'approve'))).toBe('409 own_decision')
  expect(await codeOf(act(two, id, 'approve'))).toBe('409 own_decision')
  expect(await codeOf(act(stranger, id, 'approve'))).toBe('403 forbidden')
  await expect(
    planet.db.pool.query(`update payouts.batch set state = 'approved', approved_by = $2, approved_at = now() where id = $1`, [id, two.id]),
  ).rejects.toThrow(/batch_four_eyes/)
  const third = await planet.staff('finance')
  const answers = await Promise.all([
    codeOf(act(operator, id, 'approve')),
    codeOf(act(third, id, 'approve')),
    codeOf(act(operator, id, 'approve')),
  ])
  expect(answers.filter(answer => answer === 'ok').length).toBeGreaterThan(0)
  expect(new Set(answers.filter(answer => answer !== 'ok'))).toEqual(new Set(['409 conflict']))
  const batch = await see(id)
  expect(batch.items.map(item => item.state)).toEqual(['paying', 'paying'])
  expect([await has(planet, ann.id, 'available'), await has(planet, ann.id, 'paying')]).toEqual([0, 15_000])
  expect(await codeOf(act(one, id, 'cancel'))).toBe('409 conflict')

  // The file for the bank: whole numbers, formulas disarmed, the sum that was set at the approval.
  const answer = await one.fetch(`/api/v1/console/payout-batches/${id}/file`)
  const body = Buffer.from(await answer.arrayBuffer())
  const sum = createHash('sha256').update(body).digest('hex')
  const rows = parse(body, { bom: true, columns: true }) as Record<string, string>[]
  expect(rows.map(row => [row['holder'], row['account'], row['bank'], row['amount'], row['currency']])).toEqual([
    ["'=Tide Records", 'DE89370400440532013000', "'=招商银行", '300.01', 'CNY'],
    ['林溪', '6222000012345678', "'=招商银行", '150.00', 'CNY'],
  ])
  // What is set later does not change a file that was approved.
  await one.call('PUT', '/console/payout-settings', { debtor: { name: 'Elsewhere', account: 'CN0002' }, reason: 'moved' })
  const known = (await see(id)).files.find(file => file.format === 'csv')!
  expect(known).toMatchObject({ sha256: sum, payouts: 2, total: { amount: '45001' }, fetchedBy: 'Staff finance' })
  const xml = await (await two.fetch(`/api/v1/console/payout-batches/${id}/file?format=pain.001`)).text()
  expect(xml).toContain('<CtrlSum>450.01</CtrlSum>')
  expect(xml).toContain('<Dbtr><Nm>Planet &#38; Co</Nm></Dbtr>')
  expect(xml).toContain('<BICFI>CMBCCNBS</BICFI>')
  expect(xml).toContain('<IBAN>DE89370400440532013000</IBAN>')
  expect((await ann.fetch(`/api/v1/console/payout-batches/${id}/file`)).status).toBe(403)

  // Confirmed twice and at once: sent once.
  const paid = await Promise.all([act(one, id, 'confirm'), act(two, id, 'confirm')])
  expect(paid.map(one => (one as unknown as { paid: number }).paid).sort()).toEqual([0, 2])
  expect(await has(planet, 'bank:main', 'clearing')).toBe(45_001)
  expect((await see(id)).state).toBe('done')
  expect(await ann.call('GET', '/me/balances')).toMatchObject({ items: [{ available: { amount: '0' }, paid: { amount: '15000' } }] })
  expect(await codeOf(act(one, id, 'confirm', { payouts: [newId('pyo')] }))).toBe('404 not_found')
})

test('whoever has less by the time of the approval is dropped with the reason, the others are paid', async () => {
  await earn(planet, [
    [ann.id, 12_000n],
    [label, 12_000n],
  ])
  await ann.call('PUT', '/me/payout-schedule', { schedule: 'on_demand' })
  await ben.call('PUT', '/me/payout-schedule', { as: label, schedule: 'on_demand' })
  expect((await see((await compose(one)).id)).leftOut.filter(left => left.reason === 'not_asked')).toHaveLength(2)
  const { items } = await one.call<{ items: { id: string }[] }>('GET', '/console/payout-batches?limit=1')
  await act(one, items[0]!.id, 'cancel')
  for (const [who, as] of [
    [ann, undefined],
    [ben, label],
  ] as const) {
    await who.call('POST', '/me/payouts', { currency: 'CNY', ...(as ? { as } : {}) })
    await who.call('POST', '/me/payouts', { currency: 'CNY', ...(as ? { as } : {}) })
  }
  expect(await codeOf(stranger.call('POST', '/me/payouts', { currency: 'CNY' }))).toBe('409 below_threshold')
  expect(await codeOf(stranger.call('POST', '/me/payouts', { currency: 'CNY', as: label }))).toBe('404 not_found')
  const { id } = await compose(one)
  expect((await see(id)).items).toHaveLength(2)
  await act(one, id, 'submit')
  await planet.db.transaction(tx =>
    post(tx, [
      {
        key: `claw:${id}`,
        kind: 'clawback',
        cause: 'line:lin_x',
        entries: [
          { account: { owner: ann.id, purpose: 'available', asset: 'CNY' }, amount: -1n },
          { account: { owner: 'escrow:lin_x', purpose: 'escrow', asset: 'CNY' }, amount: 1n },
        ],
      },
    ]),
  )
  expect(await act(two, id, 'approve')).toEqual({ paying: 1, dropped: 1 })
  expect(await act(two, id, 'approve')).toEqual({ paying: 1, dropped: 1 })
  const batch = await see(id)
  expect(batch.items.map(item => [item.party, item.state, item.reason])).toEqual([
    [label, 'paying', null],
    [ann.id, 'dropped', 'balance_shrank'],
  ])
  expect([await has(planet, ann.id, 'available'), await has(planet, label, 'paying')]).toEqual([11_999, 12_000])
  // Who was paid has to ask anew; who was dropped has not.
  const asked = (who: Person, query = '') => who.call<{ items: { askedToBePaid: boolean }[] }>('GET', `/me/payouts/standing${query}`)
  expect([(await asked(ann)).items[0]!.askedToBePaid, (await asked(ben, `?as=${label}`)).items[0]!.askedToBePaid]).toEqual([true, false])
  await act(one, id, 'confirm')
})

test('an account that was changed or must be checked by then: dropped', async () => {
  const { id } = await compose(one)
  expect((await see(id)).items.map(item => item.party)).toEqual([ann.id])
  await act(one, id, 'submit')
  await ann.call('POST', '/me/payout-methods', bank({ account: '6222 9999 0000 1111' }))
  expect(await act(two, id, 'approve')).toEqual({ paying: 0, dropped: 1 })
  expect((await see(id)).items[0]).toMatchObject({ state: 'dropped', reason: 'method_changed' })
  expect(await has(planet, ann.id, 'available')).toBe(11_999)
  expect((await see(id)).state).toBe('done')
})

test('tax is withheld where a rule says so, none does at first', async () => {
  const dan = await planet.signUp('Dan')
  await cooledMethod(planet, dan, { currency: 'USD', country: 'US' })
  await dan.call('PUT', '/me/tax-profile', { country: 'US', kind: 'person', taxId: '12-345' })
  await earn(planet, [[dan.id, 10_001n]], { asset: 'USD' })
  expect(await codeOf(dan.call('PUT', '/console/payout-settings', { reason: 'mine' }))).toBe('403 forbidden')
  await one.call('PUT', '/console/payout-settings', {
    taxRule: { country: 'US', kind: 'person', code: 'us_w8', rateBp: 1500 },
    reason: 'treaty',
  })
  expect(await one.call('GET', '/console/payout-settings')).toMatchObject({ coolingDays: 3, taxRules: [{ code: 'us_w8', rateBp: 1500 }] })
  const batch = await runBatch(one, two, 'USD')
  expect(batch.items).toMatchObject([
    { amount: { amount: '10001' }, withheld: { amount: '1500' }, net: { amount: '8501' }, state: 'paying' },
  ])
  expect(await has(planet, 'tax:us_w8', 'payable', 'USD')).toBe(1500)
  expect(await has(planet, dan.id, 'paying', 'USD')).toBe(8501)
  expect(await codeOf(dan.call('POST', `/console/payouts/${batch.items[0]!.id}/return`, { code: 'other', reason: 'x' }))).toBe(
    '403 forbidden',
  )
  await one.call('POST', `/console/payouts/${batch.items[0]!.id}/return`, { code: 'wrong_account', reason: 'No such number' })
  await two.call('POST', `/console/payouts/${batch.items[0]!.id}/return`, { code: 'wrong_account', reason: 'No such number' })
  expect([await has(planet, dan.id, 'available', 'USD'), await has(planet, 'tax:us_w8', 'payable', 'USD')]).toEqual([10_001, 0])
})

test('thresholds are set by finance; the batch remembers which one held', async () => {
  await one.call('PUT', '/console/payout-settings', { threshold: { amount: '20000', currency: 'CNY' }, reason: 'dear bank' })
  await cooledMethod(planet, cat)
  await earn(planet, [[cat.id, 5_000n]])
  const { id } = await compose(one)
  expect((await see(id)).leftOut.find(left => left.party === cat.id)).toMatchObject({
    reason: 'below_threshold',
    amount: { amount: '14999' },
  })
  await act(one, id, 'cancel')
  await one.call('PUT', '/console/payout-settings', { threshold: { amount: '10000', currency: 'CNY' }, reason: 'cheap again' })
  expect(clock.now().getTime()).toBeGreaterThan(0)
  await runBatch(one, two)
  expect(await has(planet, cat.id, 'paying')).toBe(14_999)
})

test('whoever could not cover a refund is not paid until that is settled', async () => {
  const fay = await planet.signUp('Fay')
  await cooledMethod(planet, fay)
  await earn(planet, [[fay.id, 20_000n]])
  const short = () =>
    planet.db.pool.query(
      `insert into refunds.shortfall (id, kind, cause, line, owner, currency, amount, state, until, created_at) values ($1, 'refund', $2, 'lin_x', $3, 'CNY', 5, 'open', now() + interval '1 day', now())`,
      [newId('sht'), newId('rfq'), fay.id],
    )
  const settled = () => planet.db.pool.query(`update refunds.shortfall set state = 'covered', until = null, decided_at = now()`)
  await short()
  const first = await compose(one)
  expect((await see(first.id)).leftOut.find(left => left.party === fay.id)).toMatchObject({ reason: 'owes' })
  expect(await fay.call('GET', '/me/payouts/standing')).toMatchObject({ items: [{ reasons: [{ code: 'owes' }] }] })
  await act(one, first.id, 'cancel')
  await settled()
  const second = await compose(one)
  await act(one, second.id, 'submit')
  await short()
  await act(two, second.id, 'approve')
  expect((await see(second.id)).items.find(item => item.party === fay.id)).toMatchObject({ state: 'dropped', reason: 'owes' })
  expect(await has(planet, fay.id, 'available')).toBe(20_000)
  await settled()
})
