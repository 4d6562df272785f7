import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { providerOf } from '../payments/index.ts'
import { orderIs, sell } from '../shop/shop.testing.ts'
import { round } from './index.ts'
import { allHolds, balance, balances, bought, refusal, sellShared, spend, type RefundJson, payLater } from './refunds.testing.ts'

let planet: TestPlanet
let seller: Person
let second: Person
let third: Person
let stranger: Person
let finance: Person
let offer: string
let release: string
let receivers: string[]
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, second, third, stranger] = (await Promise.all(['Seller', 'Second', 'Third', 'Stranger'].map(name => planet.signUp(name)))) as [
    Person,
    Person,
    Person,
    Person,
  ]
  finance = await planet.staff('finance')
  receivers = [seller.id, second.id, third.id]
  const sold = await sellShared(planet, seller, [[seller.id, 3333], [second.id, 3333], [third.id, 3334]]) // prettier-ignore
  ;({ offer, release } = sold)
})
afterEach(async () => {
  clock.shift(0)
  await allHolds(planet)
})
afterAll(() => planet.close())

const again = async (price = 3800n): Promise<{ line: string; order: string; buyer: Person }> => {
  const fan = await planet.signUp('Fan')
  const { line, order } = await bought(fan, [[offer, price]])
  return { line, order: order.id, buyer: fan }
}
const ask = (who: Person, line: string, more: object = {}): Promise<RefundJson> =>
  who.call('POST', '/refunds', { line, reason: 'mistake', note: 'Please', ...more })
const give = (who: Person, line: string, more: object = {}): Promise<RefundJson> =>
  who.call('POST', `/lines/${line}/refund`, { reason: 'goodwill', ...more })
const owned = async (who: Person): Promise<boolean> =>
  (await who.call<{ items: { id: string }[] }>('GET', '/me/purchases')).items.some(item => item.id === release)

test('asked for, approved: everyone ends where they were, to the fen; the money goes back and the music too', async () => {
  const before = [
    ...(await balances(planet, receivers)),
    await balance(planet, 'planet', 'commission'),
    await balance(planet, 'provider:sandbox', 'fee'),
  ]
  const { line, order, buyer: fan } = await again()
  expect(await owned(fan)).toBe(true)
  const asked = await ask(fan, line)
  expect(asked).toMatchObject({ state: 'asked', amount: { amount: '3800' }, can: { withdraw: true, approve: false } })
  expect(await refusal(ask(fan, line))).toBe('refund_asked')
  // Ask and answer once each, however often.
  const repeat = await ask(fan, line, { id: asked.id })
  expect(repeat).toEqual(asked)
  expect(await refusal(ask(fan, line, { id: asked.id, note: 'Other words' }))).toBe('key_reused')
  const queue = await seller.call<{ items: RefundJson[] }>('GET', '/me/refunds?state=asked')
  expect(queue.items.map(item => item.id)).toEqual([asked.id])
  expect(queue.items[0]!.can).toMatchObject({ approve: true, decline: true, withdraw: false })
  const done = await seller.call<RefundJson>('POST', `/refunds/${asked.id}/approve`, {})
  expect(done).toMatchObject({ state: 'done', amount: { amount: '3800' }, refunded: { amount: '3800' } })
  expect(await seller.call('POST', `/refunds/${asked.id}/approve`, {})).toEqual(done)
  expect(await refusal(seller.call('POST', `/refunds/${asked.id}/decline`, { answer: 'No' }))).toBe('already_decided')
  expect([
    ...(await balances(planet, receivers)),
    await balance(planet, 'planet', 'commission'),
    await balance(planet, 'provider:sandbox', 'fee'),
  ]).toEqual(before)
  expect(await fan.call('GET', `/orders/${order}`)).toMatchObject({
    state: 'refunded',
    lines: [{ state: 'refunded', refunded: { amount: '3800' } }],
  })
  expect(await owned(fan)).toBe(false)
  await until(
    async () =>
      (await fan.call<{ lines: { returns: { state: string }[] }[] }>('GET', `/orders/${order}/refunds`)).lines[0]!.returns[0]?.state ===
      'done',
    'the provider sent it back',
  )
  // The receivers see why.
  const statement = await second.call<{ items: { kind: string; cause: string; amount: { amount: string } }[] }>('GET', '/me/statement')
  expect(statement.items[0]).toMatchObject({ kind: 'clawback', cause: `refund:${asked.id}`, amount: { amount: '-1196' } })
})

test('in parts, to the last fen; never more than is left', async () => {
  const before = await balances(planet, receivers)
  const { line, buyer: fan } = await again(101n)
  for (const amount of [1n, 33n, 50n]) {
    expect(await give(seller, line, { amount: amount.toString() })).toMatchObject({ state: 'done' })
    expect(await owned(fan)).toBe(true)
  }
  expect(await refusal(give(seller, line, { amount: '18' }))).toBe('refund_too_much')
  expect(await refusal(give(seller, line, { amount: '-1' }))).toBe('refund_too_much')
  expect(await refusal(give(seller, line, { amount: '0' }))).toBe('refund_too_much')
  const preview = await seller.call<{
    gives: { gives: { amount: string }; after: { amount: string } }[]
    waits: boolean
    missing: unknown[]
  }>('GET', `/lines/${line}/refund-preview`)
  expect(preview.gives.reduce((sum, one) => sum + BigInt(one.gives.amount), 0n)).toBe(17n)
  expect(preview.gives.every(one => one.after.amount === '0')).toBe(true)
  expect([preview.waits, preview.missing]).toEqual([false, []])
  expect(await finance.call('GET', `/lines/${line}/refund-preview`)).toMatchObject({ missing: [] })
  expect(await give(seller, line)).toMatchObject({ state: 'done', amount: { amount: '17' } })
  expect(await balances(planet, receivers)).toEqual(before)
  expect(await refusal(give(seller, line))).toBe('nothing_to_refund')
  expect(await owned(fan)).toBe(false)
})

test('twenty at once give back no more than there is; one id at once is one refund (traps 9, 16)', async () => {
  const { line } = await again(1000n)
  const answers = await Promise.all(Array.from({ length: 20 }, () => refusal(give(seller, line, { amount: '300' }))))
  expect(answers.filter(one => one === 'ok')).toHaveLength(3)
  expect(new Set(answers)).toEqual(new Set(['ok', 'refund_too_much']))
  const { line: other } = await again(1000n)
  const id = newId('rfq')
  const same = await Promise.all(Array.from({ length: 8 }, () => give(seller, other, { id, amount: '300' })))
  expect(new Set(same.map(one => one.id))).toEqual(new Set([id]))
  expect(await give(seller, other)).toMatchObject({ amount: { amount: '700' } })
  expect(await refusal(give(seller, line, { id }))).toBe('key_reused')
})

test('strangers: not asked for, not seen, not given', async () => {
  const { line, order, buyer: fan } = await again()
  const asked = await ask(fan, line)
  for (const call of [
    () => ask(stranger, line),
    () => give(stranger, line),
    () => stranger.call('GET', `/refunds/${asked.id}`),
    () => stranger.call('POST', `/refunds/${asked.id}/approve`, {}),
    () => stranger.call('POST', `/refunds/${asked.id}/decline`, { answer: 'No' }),
    () => stranger.call('POST', `/refunds/${asked.id}/withdraw`),
    () => stranger.call('GET', `/orders/${order}/refunds`),
    () => stranger.call('GET', `/lines/${line}/refund-preview`),
    () => stranger.call('POST', `/orders/${order}/refund`, { reason: 'goodwill', lines: [{ id: newId('rfq'), line }] }),
    () => seller.call('POST', `/refunds/${asked.id}/withdraw`),
    // A receiver who does not own the page.
    () => give(second, line),
  ])
    expect(await refusal(call())).toBe('not_found')
  // The buyer does not decide about their own money.
  expect(await refusal(fan.call('POST', `/refunds/${asked.id}/approve`, {}))).toBe('forbidden')
  expect(await refusal(give(fan, line))).toBe('forbidden')
  expect(await refusal(finance.call('POST', `/refunds/${asked.id}/approve`, {}))).toBe('reason_needed')
  for (const address of ['/console/refunds', '/console/disputes', '/console/shortfalls', '/console/reserves'])
    expect(await refusal(seller.call('GET', address))).toBe('forbidden')
  expect(await fan.call('POST', `/refunds/${asked.id}/withdraw`)).toMatchObject({ state: 'withdrawn' })
  expect(await fan.call('POST', `/refunds/${asked.id}/withdraw`)).toMatchObject({ state: 'withdrawn' })
  expect(await refusal(seller.call('POST', `/refunds/${asked.id}/approve`, {}))).toBe('already_decided')
})

test('declined with a reason; too late; downloaded; the seller may always', async () => {
  const { line, buyer: fan } = await again()
  const asked = await ask(fan, line)
  expect(await refusal(seller.call('POST', `/refunds/${asked.id}/decline`, {}))).toBe('invalid')
  const declined = await seller.call<RefundJson>('POST', `/refunds/${asked.id}/decline`, { answer: 'It plays well' })
  expect(declined).toMatchObject({ state: 'declined', answer: 'It plays well' })
  expect((await fan.call<RefundJson>('GET', `/refunds/${asked.id}`)).answer).toBe('It plays well')
  clock.shift(15 * 86_400_000)
  expect(await refusal(ask(fan, line))).toBe('refund_too_late')
  await finance.call('PUT', '/console/refund-policy', { days: 30 })
  expect(await finance.call('GET', '/console/refund-policy')).toEqual({ days: 30 })
  const late = await ask(fan, line)
  await fan.call('POST', `/refunds/${late.id}/withdraw`)
  clock.shift(0)
  await finance.call('PUT', '/console/refund-policy', { days: 14 })
  await planet.db.pool.query('update shop.line set downloaded_at = now() where id = $1', [line])
  expect(await refusal(ask(fan, line))).toBe('refund_downloaded')
  expect(await give(seller, line)).toMatchObject({ state: 'done', can: { approve: false } })
})

test('what the seller declined the buyer puts before the planet: once, in time, with a reason; nobody else', async () => {
  const { line, order, buyer: fan } = await again()
  const asked = await ask(fan, line, { amount: '1000' })
  const escalate = (who: Person, id = asked.id, reason = 'Silence from second 3') =>
    who.call<RefundJson>('POST', `/refunds/${id}/escalate`, { reason })
  expect(asked.can['escalate']).toBe(false)
  expect(await refusal(escalate(fan))).toBe('refund_asked')
  await seller.call('POST', `/refunds/${asked.id}/decline`, { answer: 'It plays well' })
  expect((await fan.call<RefundJson>('GET', `/refunds/${asked.id}`)).can['escalate']).toBe(true)
  expect((await seller.call<RefundJson>('GET', `/refunds/${asked.id}`)).can['escalate']).toBe(false)
  for (const who of [stranger, seller, finance]) expect(await refusal(escalate(who))).toBe('not_found')
  expect(await refusal(escalate(fan, asked.id, ' '))).toBe('invalid')
  clock.shift(14 * 86_400_000 + 3_600_000)
  expect(await refusal(escalate(fan))).toBe('refund_too_late')
  clock.shift(13 * 86_400_000)
  // Eight at once are one; other words are not it.
  const all = await Promise.all(Array.from({ length: 8 }, () => escalate(fan)))
  expect(new Set(all.map(one => one.id)).size).toBe(1)
  const made = all[0]!
  expect(made).toMatchObject({ state: 'escalated', asked: { amount: '1000' }, can: { withdraw: true, escalate: false } })
  expect(await refusal(escalate(fan, asked.id, 'Another reason'))).toBe('key_reused')
  const { lines } = await fan.call<{ lines: { requests: RefundJson[] }[] }>('GET', `/orders/${order}/refunds`)
  expect(lines[0]!.requests.map(one => [one.state, one.can['escalate']])).toEqual([['declined', false], ['escalated', false]]) // prettier-ignore
  // It lies where silence would have put it; the seller may still give, not refuse.
  const desk = await finance.call<{ items: RefundJson[] }>('GET', '/console/refunds?state=escalated')
  expect(desk.items.map(one => one.id)).toContain(made.id)
  expect(await refusal(seller.call('POST', `/refunds/${made.id}/decline`, { answer: 'No' }))).toBe('forbidden')
  await finance.call('POST', `/refunds/${made.id}/decline`, { answer: 'We heard it, too' })
  // The planet's no is the last word.
  expect((await fan.call<RefundJson>('GET', `/refunds/${made.id}`)).can['escalate']).toBe(false)
  expect(await refusal(escalate(fan, made.id))).toBe('already_decided')
  clock.shift(0)

  // Silence of the planet grants it; escalating and giving at the same moment end as one refund.
  const other = await again()
  const second = await ask(other.buyer, other.line)
  await seller.call('POST', `/refunds/${second.id}/decline`, { answer: 'No' })
  const both = await Promise.all([refusal(escalate(other.buyer, second.id)), refusal(give(seller, other.line))])
  expect(both[1]).toBe('ok')
  expect(['ok', 'nothing_to_refund', 'already_decided']).toContain(both[0])
  const third = await again()
  const mine = await ask(third.buyer, third.line)
  await seller.call('POST', `/refunds/${mine.id}/decline`, { answer: 'No' })
  const waits = await escalate(third.buyer, mine.id)
  clock.shift(15 * 86_400_000)
  await round(planet.db, makeLog('fatal'))
  await round(planet.db, makeLog('fatal'))
  expect(await third.buyer.call('GET', `/refunds/${waits.id}`)).toMatchObject({
    state: 'done',
    answerCode: 'timeout',
    refunded: { amount: '3800' },
  })
})

test('every state that waits has an end: the seller, then finance, then it is granted', async () => {
  const { line, buyer: fan } = await again()
  const asked = await ask(fan, line, { amount: '1000' })
  const log = makeLog('fatal')
  clock.shift(8 * 86_400_000)
  await round(planet.db, log)
  const escalated = await finance.call<RefundJson>('GET', `/refunds/${asked.id}`)
  expect(escalated).toMatchObject({ state: 'escalated', can: { approve: true, decline: true } })
  expect(await refusal(seller.call('POST', `/refunds/${asked.id}/decline`, { answer: 'No' }))).toBe('forbidden')
  clock.shift(23 * 86_400_000)
  await round(planet.db, log)
  await round(planet.db, log)
  expect(await fan.call('GET', `/refunds/${asked.id}`)).toMatchObject({
    state: 'done',
    answerCode: 'timeout',
    refunded: { amount: '1000' },
  })
})

test('an order of several: each line by itself; one that cannot stops no other (trap 9)', async () => {
  const fan = await planet.signUp('Fan')
  const more = await sellShared(planet, seller, [[second.id, 10_000]])
  const foreign = await sellShared(planet, third, [[third.id, 10_000]])
  const { order, lines } = await bought(fan, [[offer, 1000n], [more.offer, 500n], [foreign.offer, 700n]]) // prettier-ignore
  const ids = lines.map(() => newId('rfq'))
  const body = { reason: 'mistake', lines: [{ id: ids[0], line: lines[0], amount: '2000' }, { id: ids[1], line: lines[1] }, { id: ids[2], line: lines[2] }] } // prettier-ignore
  const { items } = await seller.call<{ items: { line: string; problem: string | null; state: string | null }[] }>(
    'POST',
    `/orders/${order.id}/refund`,
    body,
  )
  expect(items.map(item => item.problem ?? item.state)).toEqual(['refund_too_much', 'done', 'not_found'])
  expect(await seller.call('POST', `/orders/${order.id}/refund`, body)).toEqual({ items })
  expect(await fan.call('GET', `/orders/${order.id}`)).toMatchObject({
    state: 'settled',
    lines: [{ state: 'settled', refunded: { amount: '0' } }, { state: 'refunded' }, { state: 'settled' }],
  })
})

test('before settlement: out of escrow, the fee shrinks in proportion, the rest settles', async () => {
  const before = await balances(planet, receivers)
  const fan = await planet.signUp('Fan')
  // As a ticket: its money waits until the show.
  const { line, order } = await payLater(planet, () => bought(fan, [[offer, 1000n]], 'paid'))
  const fee = async () => (await planet.db.pool.query<{ fee: bigint }>('select fee from shop.line where id = $1', [line])).rows[0]!.fee
  expect([await balance(planet, `escrow:${line}`, 'escrow'), await fee()]).toEqual([1000n, 6n])
  const preview = await seller.call<{ gives: { kind: string }[] }>('GET', `/lines/${line}/refund-preview?amount=250`)
  expect(preview.gives).toMatchObject([{ kind: 'escrow', before: { amount: '1000' }, gives: { amount: '250' }, after: { amount: '750' } }])
  await give(seller, line, { amount: '250' })
  // 6 × 750 ÷ 1000 = 4.5, half up.
  expect([await balance(planet, `escrow:${line}`, 'escrow'), await fee(), await balances(planet, receivers)]).toEqual([750n, 5n, before])
  await planet.db.pool.query(`with moved as (update shop.line set due_at = now() - interval '1 minute' where id = $1 returning id, due_at)
    insert into shop.due (due_at, line) select due_at, id from moved`, [line]) // prettier-ignore
  await planet.db.pool.query(`select graphile_worker.add_job('shop.settle')`)
  await orderIs(fan, order.id, 'settled')
  // 750 − 5 − 5 % of 745 (37) = 708 by thirds.
  expect(await balances(planet, receivers)).toEqual([before[0]! + 236n, before[1]! + 236n, before[2]! + 236n])
  await allHolds(planet)
  await give(seller, line, { amount: '749' })
  await give(seller, line)
  expect(await balances(planet, receivers)).toEqual(before)
  expect(await fan.call('GET', `/orders/${order.id}`)).toMatchObject({ state: 'refunded' })
})

test('of an organisation its owner, managers and finance decide; nobody else', async () => {
  const { id } = await seller.call<{ id: string }>('POST', '/organisations', { name: 'Label', kind: 'label' })
  const [money, door] = await Promise.all([planet.signUp('Money'), planet.signUp('Door')])
  await seller.call('POST', `/organisations/${id}/members`, { email: money.email, role: 'finance' })
  await seller.call('POST', `/organisations/${id}/members`, { email: door.email, role: 'door' })
  const { offer: ours } = await sell(planet, seller, { price: 500n, organisation: id })
  const fan = await planet.signUp('Fan')
  const { line } = await bought(fan, [[ours, 500n]])
  const asked = await ask(fan, line)
  expect(await refusal(door.call('GET', `/refunds/${asked.id}`))).toBe('not_found')
  expect((await door.call<{ items: unknown[] }>('GET', '/me/refunds')).items).toEqual([])
  expect((await money.call<{ items: RefundJson[] }>('GET', '/me/refunds')).items[0]).toMatchObject({ id: asked.id, can: { approve: true } })
  // Withdrawn and granted at the same moment: one of them.
  const ends = await Promise.all([
    refusal(fan.call('POST', `/refunds/${asked.id}/withdraw`)),
    refusal(money.call('POST', `/refunds/${asked.id}/approve`, {})),
  ])
  expect(ends.filter(end => end === 'ok')).toHaveLength(1)
  expect(await balance(planet, id)).toBe(ends[1] === 'ok' ? 0n : 472n)
})

test('a provider that keeps its fee: the planet bears it, settled or not', async () => {
  const before = [...(await balances(planet, receivers)), await balance(planet, 'planet', 'commission')]
  const [costs, fees] = [await balance(planet, 'planet', 'costs'), await balance(planet, 'provider:sandbox', 'fee')]
  const sandbox = providerOf('sandbox')
  sandbox.returnsFee = false
  try {
    const { line } = await again(1000n)
    await give(seller, line, { amount: '400' })
    await give(seller, line)
    expect([await balance(planet, 'planet', 'costs'), await balance(planet, 'provider:sandbox', 'fee')]).toEqual([costs - 6n, fees + 6n])
    const later = await planet.signUp('Fan')
    const { line: waiting } = await payLater(planet, () => bought(later, [[offer, 1000n]], 'paid'))
    await give(seller, waiting, { amount: '400' })
    await give(seller, waiting)
    expect([await balance(planet, 'planet', 'costs'), await balance(planet, 'provider:sandbox', 'fee')]).toEqual([costs - 12n, fees + 12n])
    expect([...(await balances(planet, receivers)), await balance(planet, 'planet', 'commission')]).toEqual(before)
  } finally {
    sandbox.returnsFee = true
  }
})

test('nobody of the staff decides about their own: not who bought, not who owes', async () => {
  const own = await planet.staff('finance')
  const { line } = await bought(own, [[offer, 1000n]])
  const asked = await ask(own, line)
  expect(asked.can).toMatchObject({ approve: false, withdraw: true })
  const listed = await own.call<{ items: RefundJson[] }>('GET', '/console/refunds?state=asked')
  expect(listed.items.find(item => item.id === asked.id)!.can).toMatchObject({ approve: false, decline: false })
  expect(await refusal(own.call('POST', `/refunds/${asked.id}/approve`, { answer: 'Mine' }))).toBe('forbidden')
  expect(await refusal(give(own, line, { note: 'Mine' }))).toBe('forbidden')
  await finance.call('POST', `/refunds/${asked.id}/approve`, { answer: 'Yours' })

  const { offer: mine } = await sellShared(planet, own, [[own.id, 10_000]]) // prettier-ignore
  const { line: sold } = await bought(await planet.signUp('Fan'), [[mine, 1000n]])
  await spend(planet, own.id, await balance(planet, own.id))
  expect(await give(own, sold)).toMatchObject({ state: 'short' })
  const { items } = await finance.call<{ items: { id: string }[] }>('GET', '/console/shortfalls?state=open')
  const decide = (who: Person, decision: string) =>
    refusal(who.call('POST', `/console/shortfalls/${items[0]!.id}/decide`, { decision, reason: 'So be it' }))
  expect(await decide(own, 'borne')).toBe('four_eyes')
  expect(await decide(finance, 'refuse')).toBe('ok')
})
