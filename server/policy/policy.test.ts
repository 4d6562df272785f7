/** Policy through the door: strict until two operators say otherwise; and what people declare of themselves. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packOf, packs, type Policy } from '../../shared/policy.ts'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { policyOf, unfit } from './index.ts'
import { ageOn } from './policy.ts'

let planet: TestPlanet
let one: Person
let two: Person
beforeAll(async () => {
  planet = await startPlanet()
  ;[one, two] = (await Promise.all([planet.staff('operator'), planet.staff('operator')])) as [Person, Person]
})
afterAll(() => planet.close())

const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status: number; problem: { code: string } }) => `${error.status} ${error.problem.code}`,
  )
const base = '/console/policy'

test('strict by default; one proposes, another decides, once; it holds at once', async () => {
  expect(await planet.stranger.call('GET', '/policy')).toEqual({ policy: packs.strict, version: 0, since: null })
  expect(await refused(planet.stranger.call('GET', base))).toBe('401 unauthenticated')
  expect(await refused((await planet.staff('finance')).call('GET', base))).toBe('403 forbidden')
  const ask = { id: newId('prp'), values: packs.standard, reason: 'Raffles may cost points here' }
  expect(await refused(one.call('POST', `${base}/changes`, { ...ask, values: packs.strict }))).toBe('422 nothing_changed')
  expect(await refused(one.call('POST', `${base}/changes`, { ...ask, values: { ...packs.standard, pointsPurchase: 'allowed' } }))).toBe(
    '400 invalid',
  )
  expect(await one.call('POST', `${base}/changes`, ask)).toMatchObject({ state: 'open', mayDecide: false })
  expect(await one.call('POST', `${base}/changes`, ask)).toMatchObject({ id: ask.id, state: 'open' })
  expect(await refused(one.call('POST', `${base}/changes`, { ...ask, reason: 'Another reason' }))).toBe('409 key_reused')
  expect(await refused(two.call('POST', `${base}/changes`, { ...ask, id: newId('prp') }))).toBe('409 proposal_waits')
  expect(await policyOf(planet.db.read)).toEqual(packs.strict)
  const decide = { decision: 'confirmed', reason: 'Seen and agreed' }
  expect(await refused(one.call('POST', `${base}/changes/${ask.id}/decide`, decide))).toBe('403 four_eyes')
  const answers = await Promise.all(
    [decide, decide, { ...decide, decision: 'declined' }].map(body => refused(two.call('POST', `${base}/changes/${ask.id}/decide`, body))),
  )
  expect(answers.filter(answer => answer === '409 proposal_decided').length).toBeGreaterThanOrEqual(1)
  const state = await two.call<{ policy: Policy; version: number; changes: { state: string }[] }>('GET', base)
  if (state.changes[0]!.state === 'confirmed') {
    expect(await policyOf(planet.db.read)).toEqual(packs.standard)
    expect(packOf(state.policy)).toBe('standard')
    expect(state.version).toBe(1)
  } else expect(await policyOf(planet.db.read)).toEqual(packs.strict)
})

test('the database refuses what no pack may say, one’s own decision, and another decision later', async () => {
  const values = JSON.stringify({ ...packs.strict, pointsTransfer: 'allowed' })
  const add = (given: string, decided = 'null, null, null') =>
    planet.db.pool.query(
      `insert into policy.change (id, values, reason, proposed_by, proposed_at, state, decided_by, decided_at, decision)
        values ('${newId('prp')}', $1::jsonb, 'why not', 'a', now(), '${decided.startsWith('null') ? 'open' : 'declined'}', ${decided})`,
      [given],
    )
  await expect(add(values)).rejects.toThrow(/change_never/)
  await expect(add(JSON.stringify(packs.strict), `'a', now(), 'so be it'`)).rejects.toThrow(/change_four_eyes/)
  await expect(planet.db.pool.query(`update policy.change set reason = 'another'`)).rejects.toThrow(/refused/)
  await expect(planet.db.pool.query(`delete from policy.change`)).rejects.toThrow(/refused/)
})

test('a date of birth is said once; ages and regions let through whom they should', async () => {
  const fan = await planet.signUp('Fan')
  const may = (minAge: number, regions: string[] = []) =>
    unfit(planet.db.write, fan.id, { minAge, regions }, new Date('2026-11-20T13:00:00Z'))
  expect(await may(0)).toBeNull()
  expect(await may(18)).toBe('age_unknown')
  expect(await may(0, ['CN'])).toBe('region_unknown')
  expect(await refused(fan.call('PUT', '/me/declared', { bornOn: '1899-01-01' }))).toBe('400 invalid')
  expect(await refused(fan.call('PUT', '/me/declared', { bornOn: '2999-01-01' }))).toBe('400 invalid')
  expect(await fan.call('PUT', '/me/declared', { bornOn: '2008-11-20', region: 'CN' })).toEqual({ bornOn: '2008-11-20', region: 'CN' })
  expect(await refused(fan.call('PUT', '/me/declared', { bornOn: '1990-01-01' }))).toBe('409 born_on_fixed')
  expect(await fan.call('PUT', '/me/declared', { bornOn: '2008-11-20', region: 'TW' })).toEqual({ bornOn: '2008-11-20', region: 'TW' })
  expect(await may(18, ['TW', 'CN'])).toBeNull()
  expect(await may(19)).toBe('too_young')
  expect(await may(18, ['CN'])).toBe('region_not_served')
  expect(await refused(planet.stranger.call('GET', '/me/declared'))).toBe('401 unauthenticated')
  expect([ageOn('2008-02-29', '2026-02-28'), ageOn('2008-02-29', '2026-03-01'), ageOn('2008-11-20', '2026-11-19')]).toEqual([17, 18, 17])
})
