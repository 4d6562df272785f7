/** What becomes of claims: announced, objected to, decided by a second person, given once under any race. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { allHolds, announce, claim, dayMs, decide, object, onPage, orphan, ownerOf, refused, see, type Claim } from './claiming.testing.ts'
import { grantDue } from './deciding.ts'
import { sweep } from './jobs.ts'

let planet: TestPlanet
let ana: Person
let ben: Person
let cleo: Person
let one: Person
let two: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[ana, ben, cleo] = (await Promise.all(['Ana', 'Ben', 'Cleo'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  ;[one, two] = [await planet.staff('reviewer'), await planet.staff('operator')]
})
afterAll(() => planet.close())
afterEach(async () => {
  clock.shift(0)
  await allHolds(planet)
  // Each test has its five claims.
  await planet.db.pool.query(
    `update claiming.claim set state = 'withdrawn', closed_at = now(), contested_at = null, contested_why = null where state in ('review', 'announced', 'contested')`,
  )
})

type Notice = { what: string; facts: Record<string, string>; link: string }
const told = (who: Person, what: string, page: string): Promise<Notice> =>
  until(async () => {
    const { items } = await who.call<{ items: Notice[] }>('GET', '/me/notices?kind=claims')
    return items.find(item => item.what === what && item.link === `/claim/${page}`)
  }, `${what} of ${page}`)
const toCome = async (): Promise<{ page: string; made: Claim }> => {
  const page = await orphan(planet)
  return { page, made: await claim(ana, page) }
}
const announced = async (): Promise<{ page: string; made: Claim }> => {
  const { page, made } = await toCome()
  return { page, made: (await announce(one, made.id), made) }
}

describe('announced', () => {
  test('is told on the page and to the claimant; after fourteen days without a word the page is theirs', async () => {
    const { page, made } = await toCome()
    expect(await see(one, made.id)).toMatchObject({ view: 'staff', barred: null, can: { announce: true, refuse: true, decide: false } })
    const seen = await announce(one, made.id)
    expect(seen).toMatchObject({ state: 'announced', announcedBy: 'Staff reviewer', can: { announce: false, refuse: true } })
    expect(await announce(one, made.id)).toEqual(seen)
    expect(await refused(announce(two, made.id))).toBe('409 claim_state')
    expect(Date.parse(seen.endsAt!) - clock.now().getTime()).toBeGreaterThan(13.9 * dayMs)
    expect(await onPage(planet.stranger, page)).toMatchObject({
      free: true,
      claim: { id: made.id, state: 'announced', beneficiary: { id: ana.id }, can: { object: true } },
    })
    expect((await onPage(ana, page)).claim!.can.object).toBe(false)
    expect((await told(ana, 'page_claim_announced', page)).facts).toMatchObject({ on: seen.endsAt })
    clock.shift(13.9 * dayMs)
    expect(await sweep(planet.db)).toMatchObject({ given: 0 })
    expect(await planet.db.transaction(tx => grantDue(tx, made.id))).toBe(false)
    clock.shift(14 * dayMs + 60_000)
    expect(await refused(object(ben, made.id))).toBe('409 objection_over')
    expect(await sweep(planet.db)).toMatchObject({ given: 1 })
    expect(await sweep(planet.db)).toMatchObject({ given: 0 })
    clock.shift(0)
    expect(await ownerOf(ana, page)).toEqual({ owner: ana.id, verified: true })
    expect(await see(ana, made.id)).toMatchObject({ state: 'granted', can: { withdraw: false } })
    expect(await onPage(ben, page)).toMatchObject({ free: false, claim: null })
    expect(await refused(claim(ben, page))).toBe('409 page_owned')
    expect(await refused(ana.call('POST', `/page-claims/${made.id}/withdraw`, {}))).toBe('409 claim_state')
    expect(await ana.call('PATCH', `/pages/${page}`, { name: 'Ana’s Band' })).toMatchObject({ can: { edit: true } })
    await told(ana, 'page_claim_granted', page)
  })

  test('is refused with words, before or after it was announced; the claimant hears why', async () => {
    for (const ready of [toCome, announced]) {
      const { page, made } = await ready()
      const refuse = (reason: string) => two.call<Claim>('POST', `/console/page-claims/${made.id}/refuse`, { reason })
      expect(await refused(refuse(''))).toBe('400 invalid')
      for (let times = 0; times < 2; times++)
        expect(await refuse('Nothing shows it')).toMatchObject({ state: 'refused', reason: 'Nothing shows it' })
      expect(await refused(refuse('Another reason'))).toBe('409 claim_state')
      expect((await told(ana, 'page_claim_refused', page)).facts).toMatchObject({ reason: 'Nothing shows it' })
      clock.shift(15 * dayMs)
      expect(await sweep(planet.db)).toMatchObject({ given: 0 })
      clock.shift(0)
      expect(await ownerOf(ana, page)).toMatchObject({ owner: null })
    }
  })

  test('is the staff’s alone to say', async () => {
    const { made } = await toCome()
    const finance = await planet.staff('finance')
    for (const who of [ben, finance]) {
      expect(await refused(announce(who, made.id))).toBe('403 forbidden')
      expect(await refused(who.call('GET', '/console/page-claims'))).toBe('403 forbidden')
      expect(await refused(see(who, made.id))).toBe('404 not_found')
    }
    expect(await refused(announce(one, newId('pgc')))).toBe('404 not_found')
  })
})

describe('objections', () => {
  test('each person’s once, before the end, not by who claims it; then time does not decide any more', async () => {
    const { page, made } = await announced()
    expect(await refused(object(planet.stranger, made.id))).toBe('401 unauthenticated')
    expect(await refused(object(ana, made.id))).toBe('403 own_claim')
    const objection = newId('obj')
    const mine = await object(ben, made.id, { objection, links: ['https://ben.example'] })
    expect(mine).toMatchObject({
      view: 'objector',
      state: 'contested',
      contestedWhy: 'objection',
      words: null,
      code: null,
      links: [],
      files: [],
    })
    expect(mine.objections).toMatchObject([{ id: objection, mine: true, by: { id: ben.id } }])
    expect(await object(ben, made.id, { objection, links: ['https://ben.example'] })).toEqual(mine)
    expect(await refused(object(ben, made.id, { objection, words: 'Something else altogether now.' }))).toBe('409 key_reused')
    expect(await refused(object(cleo, made.id, { objection }))).toBe('409 key_reused')
    expect(await refused(object(ben, made.id))).toBe('409 objection_once')
    await object(cleo, made.id)
    expect((await see(cleo, made.id)).objections).toHaveLength(1)
    // The claimant reads the words and not the names; staff reads both.
    expect((await see(ana, made.id)).objections.map(({ by }) => by)).toEqual([null, null])
    expect((await see(two, made.id)).objections.map(({ by }) => by?.id)).toEqual([ben.id, cleo.id])
    expect(await onPage(ben, page)).toMatchObject({ objected: made.id, claim: { state: 'contested', can: { object: false } } })
    await told(ana, 'page_claim_objected', page)
    clock.shift(15 * dayMs)
    expect(await sweep(planet.db)).toMatchObject({ given: 0 })
  })

  test('none to what was never announced, nor by those it is for', async () => {
    const { made } = await toCome()
    expect(await refused(object(ben, made.id))).toBe('404 not_found')
    const { id: organisation } = await ana.call<{ id: string }>('POST', '/organisations', { name: 'Ana & Co', kind: 'label' })
    await ana.call('POST', `/organisations/${organisation}/members`, { email: ben.email, role: 'door' })
    const page = await orphan(planet)
    const forAll = await claim(ana, page, { organisation })
    await announce(one, forAll.id)
    expect((await onPage(ben, page)).claim!.can.object).toBe(false)
    expect(await refused(object(ben, forAll.id))).toBe('403 own_claim')
    clock.shift(14 * dayMs + 1000)
    await sweep(planet.db)
    expect(await ownerOf(cleo, page)).toEqual({ owner: organisation, verified: true })
  })

  test('are decided by another person than who announced it, with words to both sides', async () => {
    const { page, made } = await announced()
    await object(ben, made.id)
    expect(await see(one, made.id)).toMatchObject({ barred: 'announced', can: { decide: false, refuse: false } })
    expect(await see(two, made.id)).toMatchObject({ barred: null, can: { decide: true } })
    expect(await refused(decide(one, made.id, true))).toBe('403 second_person')
    expect(await refused(two.call('POST', `/console/page-claims/${made.id}/refuse`, { reason: 'Not so' }))).toBe('409 claim_state')
    expect(await refused(two.call('POST', `/console/page-claims/${made.id}/decide`, { grant: true, reason: 'For the claimant' }))).toBe(
      '400 invalid',
    )
    const seen = await decide(two, made.id, true)
    expect(seen).toMatchObject({ state: 'granted', reason: 'For the claimant', answer: 'For the others' })
    expect(await decide(two, made.id, true)).toEqual(seen)
    expect(await refused(decide(two, made.id, false))).toBe('409 claim_state')
    expect(await ownerOf(ana, page)).toEqual({ owner: ana.id, verified: true })
    expect(await see(ana, made.id)).toMatchObject({ reason: 'For the claimant', answer: null })
    expect(await see(ben, made.id)).toMatchObject({ reason: null, answer: 'For the others' })
    expect((await told(ben, 'page_claim_decided', page)).facts).toMatchObject({ title: 'granted', reason: 'For the others' })
    // Also where no code looks: the table itself refuses it.
    await expect(planet.db.pool.query('update claiming.claim set decided_by = announced_by where id = $1', [made.id])).rejects.toThrow(
      'check constraint',
    )
    await expect(planet.db.pool.query('update claiming.claim set announced_by = person where id = $1', [made.id])).rejects.toThrow(
      'check constraint',
    )
  })

  test('may be right: then the page stays without an owner', async () => {
    const { page, made } = await announced()
    await object(ben, made.id)
    expect(await decide(two, made.id, false)).toMatchObject({ state: 'refused', refusedWhy: 'staff' })
    expect(await ownerOf(ana, page)).toEqual({ owner: null, verified: false })
    expect((await told(ben, 'page_claim_decided', page)).facts).toMatchObject({ title: 'refused' })
    // They may try again, better.
    expect((await claim(ana, page)).state).toBe('review')
  })
})

describe('two who claim it', () => {
  test('the second makes it contested; who gets it, the other hears of it', async () => {
    const { page, made } = await announced()
    const second = await claim(ben, page)
    expect(await see(ana, made.id)).toMatchObject({ state: 'contested', contestedWhy: 'rival', rivals: [] })
    expect(await see(two, made.id)).toMatchObject({ rivals: [{ id: second.id }] })
    expect(await refused(announce(two, second.id))).toBe('409 claim_announced')
    await decide(two, made.id, true)
    expect(await see(ben, second.id)).toMatchObject({ state: 'refused', refusedWhy: 'given', reason: 'For the others' })
    expect((await told(ben, 'page_claim_refused', page)).facts).toMatchObject({ title: 'given' })
    expect(await ownerOf(ben, page)).toMatchObject({ owner: ana.id })
  })

  test('announced beside another it is contested at once; refused, the other has its turn', async () => {
    const { page, made } = await toCome()
    const second = await claim(ben, page)
    expect(await announce(one, made.id)).toMatchObject({ state: 'contested', contestedWhy: 'rival' })
    await decide(two, made.id, false)
    expect(await announce(one, second.id)).toMatchObject({ state: 'announced' })
    clock.shift(14 * dayMs + 1000)
    await sweep(planet.db)
    expect(await ownerOf(ben, page)).toMatchObject({ owner: ben.id })
  })
})

describe('nobody of the staff decides for themselves', () => {
  test('not their own, not their organisation’s, not what they objected to or claim too', async () => {
    const [mine, free] = [await orphan(planet), await orphan(planet)]
    const own = await claim(one, mine)
    expect(await see(one, own.id)).toMatchObject({ view: 'claimant', barred: 'own', can: { announce: false } })
    expect(await refused(announce(one, own.id))).toBe('403 own_claim')
    expect(await refused(one.call('POST', `/console/page-claims/${own.id}/refuse`, { reason: 'Mine' }))).toBe('403 own_claim')
    const { id: organisation } = await ana.call<{ id: string }>('POST', '/organisations', { name: 'With staff', kind: 'label' })
    await ana.call('POST', `/organisations/${organisation}/members`, { email: one.email, role: 'door' })
    const theirs = await claim(ana, free, { organisation })
    expect(await see(one, theirs.id)).toMatchObject({ barred: 'organisation' })
    expect(await refused(announce(one, theirs.id))).toBe('403 own_claim')
    // A third one announces; the second objects, or claims it too, and is out.
    const three = await planet.staff('reviewer')
    await announce(three, theirs.id)
    await object(two, theirs.id)
    expect(await see(two, theirs.id)).toMatchObject({ view: 'staff', barred: 'objected', can: { decide: false } })
    expect(await refused(decide(two, theirs.id, false))).toBe('403 own_claim')
    const { page, made } = await announced()
    await claim(two, page)
    expect(await see(two, made.id)).toMatchObject({ barred: 'rival' })
    expect(await refused(decide(two, made.id, false))).toBe('403 own_claim')
  })
})

test('whoever may not have it any more when the time is over waits for a person', async () => {
  const page = await orphan(planet)
  const { id: organisation } = await ben.call<{ id: string }>('POST', '/organisations', { name: 'Left', kind: 'label' })
  await ben.call('POST', `/organisations/${organisation}/members`, { email: ana.email, role: 'manager' })
  const made = await claim(ana, page, { organisation })
  await announce(one, made.id)
  await ben.call('DELETE', `/organisations/${organisation}/members/${ana.id}`)
  clock.shift(14 * dayMs + 1000)
  expect(await sweep(planet.db)).toMatchObject({ given: 0 })
  clock.shift(0)
  expect(await see(two, made.id)).toMatchObject({ state: 'contested', contestedWhy: 'standing' })
  expect(await refused(decide(two, made.id, true))).toBe('409 claimant_gone')
  expect(await decide(two, made.id, false)).toMatchObject({ state: 'refused' })
  expect(await ownerOf(ana, page)).toMatchObject({ owner: null })
})

test('the desk: those that wait longest first, page by page', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => planet.signUp()))
  const made: string[] = []
  for (const who of people) made.push((await claim(who, await orphan(planet))).id)
  const walk = async (state: string): Promise<string[]> => {
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { items, next }: { items: { id: string; since: string }[]; next: string | null } = await one.call(
        'GET',
        `/console/page-claims?state=${state}&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      )
      ids.push(...items.map(item => item.id))
      cursor = next
    }
    return ids
  }
  expect(await walk('review')).toEqual(made)
  await announce(one, made[1]!)
  await announce(one, made[3]!)
  expect(await walk('announced')).toEqual([made[1], made[3]])
  await object(ben, made[3]!)
  expect(await walk('contested')).toEqual([made[3]])
  await decide(two, made[3]!, false)
  expect(await walk('closed')).toContain(made[3])
  expect(await walk('review')).toEqual([made[0], made[2], made[4]])
  const { waiting } = await two.call<{ waiting: { code: string; count: number; act: boolean }[] }>('GET', '/console/overview')
  expect(waiting.find(({ code }) => code === 'page_claims')).toMatchObject({ count: 3, act: true })
})

describe('at the same moment', () => {
  const due = (id: string): Promise<boolean> => planet.db.transaction(tx => grantDue(tx, id))
  /** Ends the period in the table: what races is what happens at its end. */
  const end = (id: string) =>
    planet.db.pool.query(
      `update claiming.claim set announced_at = now() - interval '15 days', ends_at = now() - interval '1 second' where id = $1`,
      [id],
    )
  /** The same, a moment from now. */
  const soon = async (id: string): Promise<number> => {
    const at = new Date(Date.now() + 150)
    await planet.db.pool.query(`update claiming.claim set announced_at = now() - interval '14 days', ends_at = $2 where id = $1`, [id, at])
    return at.getTime()
  }

  test('two that give it give it once', async () => {
    const { page, made } = await announced()
    await end(made.id)
    const given = await Promise.all(Array.from({ length: 6 }, () => due(made.id)))
    expect(given.filter(Boolean)).toHaveLength(1)
    expect(await ownerOf(ana, page)).toMatchObject({ owner: ana.id })
    const { rows } = await planet.db.pool.query(
      `select count(*)::int as n from house.event where type = 'page_claim_changed' and body->>'claim' = $1 and body->>'state' = 'granted'`,
      [made.id],
    )
    expect(rows).toEqual([{ n: 1 }])
  })

  test('giving and withdrawing: one of the two, never both', async () => {
    for (let times = 0; times < 8; times++) {
      const { page, made } = await announced()
      await end(made.id)
      const calls = [() => due(made.id), () => refused(ana.call('POST', `/page-claims/${made.id}/withdraw`, {}))]
      await Promise.all((times % 2 ? calls.toReversed() : calls).map(call => call()))
      const { state } = await see(ana, made.id)
      const { owner } = await ownerOf(ana, page)
      expect([state, owner]).toEqual(state === 'granted' ? ['granted', ana.id] : ['withdrawn', null])
    }
  })

  test('giving by time and objecting: an objection that was taken is never passed over', async () => {
    for (let times = 0; times < 16; times++) {
      const { page, made } = await announced()
      const at = await soon(made.id)
      // Asked just before the end, decided just after it.
      const objecting = until(() => Date.now() >= at - 40, 'almost its end').then(async () => {
        while (Date.now() < at - times) await see(two, made.id)
        return refused(object(ben, made.id))
      })
      const giving = (async () => {
        while (!(await due(made.id)) && (await see(two, made.id)).state === 'announced');
      })()
      const [said] = await Promise.all([objecting, giving])
      const { state } = await see(two, made.id)
      expect([said, state, (await ownerOf(ana, page)).owner]).toEqual(
        said === 'done' ? ['done', 'contested', null] : ['409 objection_over', 'granted', ana.id],
      )
      if (state === 'contested') await decide(two, made.id, false)
    }
  })

  test('deciding twice, and differently: once', async () => {
    const { page, made } = await announced()
    await object(ben, made.id)
    const three = await planet.staff('operator')
    const outcomes = await Promise.all([
      refused(decide(two, made.id, true)),
      refused(decide(three, made.id, false)),
      refused(decide(two, made.id, true)),
    ])
    const { state } = await see(two, made.id)
    expect(outcomes[1] === 'done').toBe(state === 'refused')
    expect(await ownerOf(ana, page)).toMatchObject({ owner: state === 'granted' ? ana.id : null })
  })
})
