import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { addProvider, providerOf } from '../payments/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { jobs } from './jobs.ts'
import { noteAnswer } from './outcomes.ts'
import { bank, books, codeOf, cooledMethod, dayMs, earn, has, runBatch, type Batch } from './payouts.testing.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let stranger: Person
let one: Person
let two: Person
let operator: Person
let context: JobContext
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben, stranger] = [await planet.signUp('Ann'), await planet.signUp('Ben'), await planet.signUp('Eve')]
  ;[one, two, operator] = [await planet.staff('finance'), await planet.staff('finance'), await planet.staff('operator')]
  const { db, config } = planet
  context = {
    db,
    read: db.read,
    write: db.transaction,
    config,
    log: planet.app.server.log as never,
    signal: new AbortController().signal,
    attempt: 1,
  }
})
afterAll(() => {
  clock.shift(0)
  return planet.close()
})
afterEach(() => books(planet))

type Payout = {
  id: string
  state: string
  reason: string | null
  note: string | null
  covers: { version: number; covered: { amount: string }; whole: { amount: string }; note: string; payout: string | null }[]
  next: string | null
}
const payoutOf = (batch: Batch, who: Person): string => batch.items.find(item => item.party === who.id)!.id
const see = (who: Person, id: string, query = '') => who.call<Payout>('GET', `/payouts/${id}${query}`)
/** A month further, so that those who are paid monthly are paid again. */
const nextDay = (months: number): string => new Date(Date.UTC(2027, months, 5)).toISOString().slice(0, 10)
const sandbox = (account: string) => ({ route: 'sandbox', account })

test('a provider pays out: handed over once, whoever runs the job and however often', async () => {
  await cooledMethod(planet, ann, sandbox('ann@sandbox'))
  await earn(planet, [[ann.id, 12_345n]])
  const batch = await runBatch(one, two, 'CNY', nextDay(0))
  const id = payoutOf(batch, ann)
  expect(batch.files).toEqual([])
  expect(await has(planet, ann.id, 'paying')).toBe(12_345)
  // Only the provider says what became of it.
  expect(await codeOf(one.call('POST', `/console/payouts/${id}/return`, { code: 'other', reason: 'no' }))).toBe('409 conflict')
  expect(await codeOf(one.call('POST', `/console/payout-batches/${batch.id}/confirm`, { payouts: [id], reason: 'no' }))).toBe(
    '409 conflict',
  )
  const waiting = await planet.db.pool.query(`select 1 from graphile_worker.jobs where task_identifier = 'payouts.send'`)
  expect(waiting.rowCount).toBe(1)
  await Promise.all([jobs['payouts.send'](context, { payout: id }), jobs['payouts.send'](context, { payout: id })])
  await jobs['payouts.send'](context, { payout: id })
  expect(await see(ann, id)).toMatchObject({ state: 'paid' })
  expect([await has(planet, ann.id, 'paying'), await has(planet, 'provider:sandbox', 'clearing')]).toEqual([
    0,
    -(12_345 + 124 + 618) + 12_345,
  ])
  // A late word to the contrary changes nothing.
  await planet.db.transaction(tx => noteAnswer(tx, id, { state: 'failed', ref: 'po_late', problem: 'late' }))
  expect(await see(ann, id)).toMatchObject({ state: 'paid' })
  const sent = await planet.db.pool.query(`select count(*)::int as many from payments.sandbox_payout`)
  expect(sent.rows[0].many).toBe(1)
})

test('its answer was lost, or it is slow: asked again, booked once; refused: back with the reason, the account is to be checked', async () => {
  const door = providerOf('sandbox')
  await cooledMethod(planet, ben, sandbox('slow@sandbox'))
  await earn(planet, [
    [ann.id, 20_000n],
    [ben.id, 30_000n],
  ])
  const batch = await runBatch(one, two, 'CNY', nextDay(1))
  // The connection breaks after the provider took it.
  addProvider({
    ...door,
    payOut: async (given, payout) => {
      await door.payOut!(given, payout)
      throw new Error('connection reset')
    },
  })
  await expect(jobs['payouts.send'](context, { payout: payoutOf(batch, ann) })).rejects.toThrow('connection reset')
  addProvider(door)
  expect(await has(planet, ann.id, 'paying')).toBe(20_000)
  for (let again = 0; again < 2; again++) await jobs['payouts.send'](context, { payout: payoutOf(batch, ann) })
  expect(await see(ann, payoutOf(batch, ann))).toMatchObject({ state: 'paid' })

  await jobs['payouts.send'](context, { payout: payoutOf(batch, ben) })
  expect(await see(ben, payoutOf(batch, ben))).toMatchObject({ state: 'paying' })
  const asked = await planet.db.pool.query<{ run_at: Date }>(
    `select run_at from graphile_worker.jobs where task_identifier = 'payouts.ask'`,
  )
  expect(asked.rows[0]!.run_at.getTime()).toBeGreaterThan(clock.now().getTime() + 30_000)
  for (let again = 0; again < 2; again++) await jobs['payouts.ask'](context, { payout: payoutOf(batch, ben), asked: 1 })
  expect(await see(ben, payoutOf(batch, ben))).toMatchObject({ state: 'paid' })
  expect((await one.call<Batch>('GET', `/console/payout-batches/${batch.id}`)).state).toBe('done')

  await cooledMethod(planet, ben, sandbox('fail@sandbox'))
  await earn(planet, [[ben.id, 10_000n]])
  const failed = payoutOf(await runBatch(one, two, 'CNY', nextDay(2)), ben)
  for (let again = 0; again < 2; again++) await jobs['payouts.send'](context, { payout: failed })
  expect(await see(ben, failed)).toMatchObject({ state: 'returned', reason: 'provider_refused', note: 'account_unknown' })
  expect([await has(planet, ben.id, 'available'), await has(planet, ben.id, 'paying')]).toEqual([10_000, 0])
  type Standing = { items: { reasons: { code: string }[]; method: { id: string; state: string } }[] }
  const standing = (await ben.call<Standing>('GET', '/me/payouts/standing')).items[0]!
  expect(standing).toMatchObject({ reasons: [{ code: 'method_check' }], method: { state: 'check' } })
  expect(await codeOf(stranger.call('POST', `/me/payout-methods/${standing.method.id}/confirm`))).toBe('404 not_found')
  await ben.call('POST', `/me/payout-methods/${standing.method.id}/confirm`)
  await ben.call('POST', `/me/payout-methods/${standing.method.id}/confirm`)
  expect((await ben.call<Standing>('GET', '/me/payouts/standing')).items[0]!.reasons).toEqual([])
})

test('from a payout back to its sales: the oldest income that was not paid out, exactly, also in part', async () => {
  const dan = await planet.signUp('Dan')
  await cooledMethod(planet, dan)
  await earn(planet, [[dan.id, 6_000n]], { title: 'first' })
  await earn(
    planet,
    [
      [dan.id, 4_000n],
      [dan.id, 1_000n, 'split:work:lyrics'],
    ],
    { title: 'second' },
  )
  const { id: composed } = await one.call<{ id: string }>('POST', '/console/payout-batches', { currency: 'CNY', day: nextDay(3) })
  await one.call('POST', `/console/payout-batches/${composed}/submit`, { reason: 'the month' })
  // What comes after the batch was composed belongs to the next payout, also when it was there at the approval.
  await earn(planet, [[dan.id, 24_000n]], { title: 'third' })
  await two.call('POST', `/console/payout-batches/${composed}/approve`, { reason: 'fine' })
  await earn(planet, [[dan.id, 1_000n]], { title: 'fourth' })
  const batch = await one.call<Batch>('GET', `/console/payout-batches/${composed}`)
  const id = payoutOf(batch, dan)
  const covers = (one: Payout) => one.covers.map(cover => [cover.note, cover.covered.amount])
  expect(covers(await see(dan, id))).toEqual([
    ['second', '1000'],
    ['second', '4000'],
    ['first', '6000'],
  ])
  // Page by page the same.
  const first = await see(dan, id, '?limit=1')
  const second = await see(dan, id, `?limit=1&cursor=${first.next}`)
  const third = await see(dan, id, `?limit=1&cursor=${second.next}`)
  expect([first, second, third].flatMap(covers)).toEqual(covers(await see(dan, id)))
  expect(third.next).toBeNull()
  expect(await codeOf(stranger.call('GET', `/payouts/${id}`))).toBe('404 not_found')
  expect(await codeOf(dan.call('GET', `/payouts/${newId('pyo')}`))).toBe('404 not_found')
  expect(covers(await see(one, id))).toHaveLength(3)

  // It is confirmed, then comes back: the next payout covers it again, by name, before what came later.
  await one.call('POST', `/console/payout-batches/${batch.id}/confirm`, { reason: 'sent' })
  expect(await has(planet, dan.id, 'available')).toBe(25_000)
  await one.call('POST', `/console/payouts/${id}/return`, { code: 'account_closed', reason: 'closed since May' })
  expect([await has(planet, dan.id, 'available'), await dan.call('GET', '/me/balances')]).toMatchObject([
    36_000,
    { items: [{ paid: { amount: '0' } }] },
  ])
  await cooledMethod(planet, dan, { account: '6222 0000 8888 8888' })
  const again = payoutOf(await runBatch(one, two, 'CNY', nextDay(4)), dan)
  expect((await see(dan, again)).covers.map(cover => [cover.note, cover.covered.amount, cover.payout])).toEqual([
    ['•••• 5678', '11000', id],
    ['fourth', '1000', null],
    ['third', '24000', null],
  ])
  const list = await dan.call<{ items: { id: string; state: string }[] }>('GET', '/me/payouts')
  expect(list.items.map(item => [item.id, item.state])).toEqual([
    [again, 'paying'],
    [id, 'returned'],
  ])
  expect((await stranger.call<{ items: [] }>('GET', '/me/payouts')).items).toEqual([])
})

test('a new account cools; the same one, better written, does not; another person’s id is taken', async () => {
  const fay = await planet.signUp('Fay')
  const id = newId('pym')
  type Method = { id: string; state: string; account: string; usableFrom: string }
  const add = (more: object, who = fay) => who.call<Method>('POST', '/me/payout-methods', bank(more))
  const made = await add({ id })
  expect(made).toMatchObject({ state: 'active', account: '•••• 5678' })
  expect(JSON.stringify(made)).not.toContain('62220000')
  expect(new Date(made.usableFrom).getTime()).toBeGreaterThan(clock.now().getTime() + 3 * dayMs - 60_000)
  expect((await Promise.all([add({ id }), add({ id })])).map(method => method.id)).toEqual([id, id])
  expect(await codeOf(add({ id, holder: 'Other' }))).toBe('409 key_reused')
  expect(await codeOf(add({ id }, stranger))).toBe('409 key_reused')
  expect(await codeOf(add({ account: 'DE00 3704 0044 0532 0130 00', country: 'DE' }))).toBe('400 invalid')
  expect(await codeOf(add({ bank: undefined }))).toBe('400 invalid')
  expect(await codeOf(add({ route: 'nobody' }))).toBe('400 provider_cannot')
  expect(await codeOf(add({ as: ann.id }))).toBe('404 not_found')
  const better = await add({ holder: '林 溪', branch: '南山支行' })
  expect(better.usableFrom).toBe(made.usableFrom)
  await earn(planet, [[fay.id, 50_000n]])
  type Standing = { items: { reasons: { code: string; until: string | null }[] }[] }
  expect((await fay.call<Standing>('GET', '/me/payouts/standing')).items[0]!.reasons).toEqual([
    { code: 'method_cooling', until: made.usableFrom },
  ])
  // Two at once: one stays in use.
  await Promise.all([add({ account: '1111222233334444' }), add({ account: '5555666677778888' })])
  const { items } = await fay.call<{ items: Method[] }>('GET', '/me/payout-methods')
  expect(items.filter(method => method.state === 'active')).toHaveLength(1)
  expect(await codeOf(stranger.call('DELETE', `/me/payout-methods/${items[0]!.id}`))).toBe('404 not_found')
  await expect(planet.db.pool.query(`update payouts.method set account = '9999' where id = $1`, [id])).rejects.toThrow(/another account/)
  await expect(planet.db.pool.query(`update payouts.method set usable_from = made_at where id = $1`, [items[0]!.id])).rejects.toThrow(
    /another account/,
  )
  for (const method of items) await fay.call('DELETE', `/me/payout-methods/${method.id}`)
  expect((await fay.call<Standing>('GET', '/me/payouts/standing')).items[0]!.reasons).toEqual([{ code: 'no_method', until: null }])
})

test('while income is disputed a new account waits for an operator; the old one stays in use (trap 22)', async () => {
  const { placeHold } = await import('../ledger/index.ts')
  const gus = await planet.signUp('Gus')
  const old = await cooledMethod(planet, gus)
  await earn(planet, [[gus.id, 40_000n]])
  await planet.db.transaction(tx =>
    placeHold(tx, { owner: gus.id, asset: 'CNY', cause: 'dispute:dsp_x', reason: 'dispute', amount: 15_000n, note: 'contested' }),
  )
  const id = newId('pym')
  const add = (more: object) =>
    gus.call<{ id: string; state: string }>('POST', '/me/payout-methods', bank({ account: '6222 7777 0000 0001', country: 'SG', ...more }))
  expect(await add({ id })).toMatchObject({ state: 'asked' })
  expect(await codeOf(add({}))).toBe('409 method_waits')
  type Standing = { items: { held: object; holds: object[]; method: { id: string }; asked: { id: string } | null; reasons: object[] }[] }
  const standing = (await gus.call<Standing>('GET', '/me/payouts/standing')).items[0]!
  expect(standing).toMatchObject({
    held: { amount: '15000' },
    holds: [{ reason: 'dispute', note: 'contested' }],
    method: { id: old },
    asked: { id },
    reasons: [],
  })
  expect(await one.call('GET', '/console/payout-methods')).toMatchObject({
    items: [{ id, name: 'Gus', account: '•••• 0001', before: { id: old } }],
  })
  const decide = (who: Person, allow: boolean) => who.call('POST', `/console/payout-methods/${id}/decide`, { allow, reason: 'called them' })
  expect(await codeOf(decide(one, true))).toBe('403 forbidden')
  expect(await codeOf(decide(gus, true))).toBe('403 forbidden')
  await Promise.all([decide(operator, true), decide(operator, true)])
  expect(await codeOf(decide(operator, false))).toBe('409 conflict')
  expect((await gus.call<Standing>('GET', '/me/payouts/standing')).items[0]).toMatchObject({
    method: { id, state: 'active' },
    asked: null,
    reasons: [{ code: 'method_cooling' }],
  })
  // Only what is not on hold is paid out.
  clock.shift(4 * dayMs)
  const batch = await runBatch(one, two, 'CNY', nextDay(5))
  clock.shift(0)
  expect(batch.items.find(item => item.party === gus.id)).toMatchObject({ amount: { amount: '25000' } })
})

test('that one’s own payout came back is for someone else to say', async () => {
  const own = await planet.staff('finance')
  await cooledMethod(planet, own)
  await earn(planet, [[own.id, 20_000n]])
  const batch = await runBatch(one, two, 'CNY', nextDay(8))
  const id = payoutOf(batch, own)
  await one.call('POST', `/console/payout-batches/${batch.id}/confirm`, { reason: 'sent' })
  const back = { code: 'other', reason: 'it came back' }
  expect(await codeOf(own.call('POST', `/console/payouts/${id}/return`, back))).toBe('403 four_eyes')
  expect(await has(planet, own.id, 'available')).toBe(0)
  await one.call('POST', `/console/payouts/${id}/return`, back)
  expect(await has(planet, own.id, 'available')).toBe(20_000)
})
