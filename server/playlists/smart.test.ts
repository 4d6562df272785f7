/** Rules: only what is listed is allowed, and each rule means what a slow, plain reading of it means. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Rules, type Rule, type RuleGroup } from '../../shared/playlist-rules.ts'
import { newId } from '../foundation/clock.ts'
import { addPlays } from '../listening/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { addMusic } from './playlists.testing.ts'
import { evaluate } from './store-smart.ts'

type Fact = {
  id: string
  title: string
  artist: string
  genre: string
  language: string
  year: number
  bpm: number
  duration: number
  plays: number
  rating: number
  favourite: boolean
  lyrics: boolean
}
let planet: TestPlanet
let ann: Person
let ben: Person
let facts: Fact[]

beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  const sets = [await addMusic(planet, ben, 8, 'Tide'), await addMusic(planet, ben, 8, 'Moon_50%')]
  const { pool } = planet.db
  facts = []
  const now = Date.now()
  for (const [n, id] of sets.flatMap(set => set.tracks).entries()) {
    const fact: Fact = {
      id,
      title: n < 8 ? `Tide ${n + 1}` : `Moon_50% ${n - 7}`,
      artist: n < 8 ? 'Tide' : 'Moon_50%',
      genre: ['Rock', 'Pop', 'Folk'][n % 3]!,
      language: ['zh', 'en'][n % 2]!,
      year: 1990 + n,
      bpm: 60 + n * 7,
      duration: 100 + n * 10,
      plays: n % 4,
      rating: n % 6,
      favourite: n % 5 === 0,
      lyrics: n % 2 === 1,
    }
    facts.push(fact)
    await pool.query(
      'update catalogue.release set genre = $2, released_on = $3 where id = (select release from catalogue.track where id = $1)',
      [id, fact.genre, `${fact.year}-06-01`],
    )
    await pool.query(
      'update catalogue.recording set bpm = $2, duration_ms = $3, language = $4, has_lyrics = $5 where id = (select recording from catalogue.track where id = $1)',
      [id, fact.bpm, fact.duration * 1000, fact.language, fact.lyrics],
    )
    if (fact.rating > 0) await ann.call('PUT', `/me/ratings/${id}`, { stars: fact.rating })
    if (fact.favourite) await ann.call('PUT', `/me/favourites/${id}`)
    await planet.db.transaction(tx =>
      addPlays(
        tx,
        Array.from({ length: fact.plays }, (_, i) => ({
          at: new Date(now - (n * 10 + i) * 3_600_000),
          person: ann.id,
          track: id,
          heardMs: 100_000,
        })),
      ),
    )
  }
})
afterAll(() => planet.close())

const word = fc.constantFrom('tide', 'MOON', '_', '%', '50%', '1', 'o', 'rock', 'pop', 'zh', 'nothing', "'; drop table x; --", '\\')
const number = fc.integer({ min: 0, max: 260 })
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({
    field: fc.constantFrom('title', 'artist', 'genre', 'language'),
    op: fc.constantFrom('has', 'has_not', 'is', 'is_not'),
    value: word,
  }),
  fc.record({
    field: fc.constantFrom('year', 'bpm', 'duration', 'plays', 'rating'),
    op: fc.constantFrom('is', 'over', 'under'),
    value: fc.oneof(number, fc.integer({ min: 1988, max: 2008 }), fc.nat(5)),
  }),
  fc.record({ field: fc.constantFrom('bpm', 'duration', 'plays', 'rating'), op: fc.constant('between'), value: number, to: number }),
  fc.record({ field: fc.constantFrom('favourite', 'lyrics'), op: fc.constant('is'), value: fc.boolean() }),
) as fc.Arbitrary<Rule>
const group = fc.record({
  match: fc.constantFrom('all', 'any'),
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
}) as fc.Arbitrary<RuleGroup>
const rules = fc.record({ match: fc.constantFrom('all', 'any'), rules: fc.array(fc.oneof(rule, group), { maxLength: 4 }) })

function holds(fact: Fact, one: Rule | RuleGroup): boolean {
  if ('rules' in one) return one.match === 'all' ? one.rules.every(part => holds(fact, part)) : one.rules.some(part => holds(fact, part))
  const own = fact[one.field as keyof Fact]
  if (typeof one.value === 'boolean') return own === one.value
  if (typeof own === 'string') {
    const [a, b] = [own.toLowerCase(), String(one.value).toLowerCase()]
    return { has: a.includes(b), has_not: !a.includes(b), is: a === b, is_not: a !== b }[one.op as 'has']
  }
  const [a, b] = [Number(own), Number(one.value)]
  if (one.op === 'between') return a >= Math.min(b, one.to) && a <= Math.max(b, one.to)
  return { is: a === b, over: a > b, under: a < b }[one.op as 'is']
}

test('a rule gives what a plain reading of it gives', async () => {
  await fc.assert(
    fc.asyncProperty(rules, async given => {
      const whole = Rules.parse({ ...given, order: { by: 'title', down: false }, limit: { tracks: 100 } })
      const found = (await evaluate(planet.db.read, ann.id, whole)).map(one => one.id)
      const parts = given.rules.map(one => (fact: Fact) => holds(fact, one as Rule))
      const expected = facts.filter(fact =>
        parts.length === 0 ? true : given.match === 'all' ? parts.every(part => part(fact)) : parts.some(part => part(fact)),
      )
      expect(found.toSorted()).toEqual(expected.map(fact => fact.id).toSorted())
    }),
    { numRuns: 200 },
  )
})

const base = { match: 'all', rules: [], order: { by: 'year', down: true }, limit: { tracks: 5 } }
test('what is not listed is refused', async () => {
  for (const bad of [
    { ...base, rules: [{ field: 'password', op: 'is', value: 'x' }] },
    { ...base, rules: [{ field: 'title', op: 'over', value: 'x' }] },
    { ...base, rules: [{ field: 'title', op: 'is', value: 'x', also: 1 }] },
    { ...base, rules: [{ field: 'year', op: 'is', value: '1990; drop table x' }] },
    { ...base, rules: [{ match: 'all', rules: [{ match: 'all', rules: [{ field: 'title', op: 'is', value: 'x' }] }] }] },
    { ...base, order: { by: 'created_at; drop table x', down: true } },
    { ...base, limit: { tracks: 100_000 } },
    { ...base, extra: true },
  ]) {
    const answer = await ann.fetch('/api/v1/playlists/preview', { method: 'POST', json: { rules: bad } })
    expect([JSON.stringify(bad), answer.status]).toEqual([JSON.stringify(bad), 400])
  }
})

test('order and limits: the newest years first; no more minutes than asked', async () => {
  const years = (await evaluate(planet.db.read, ann.id, Rules.parse(base))).map(one => facts.find(fact => fact.id === one.id)!.year)
  expect(years).toEqual([2005, 2004, 2003, 2002, 2001])
  const short = await evaluate(
    planet.db.read,
    ann.id,
    Rules.parse({ ...base, order: { by: 'duration', down: false }, limit: { minutes: 6 } }),
  )
  expect(short.map(one => one.durationMs)).toEqual([100_000, 110_000, 120_000])
})

test('a smart list follows one’s stars, is one’s own, and can be frozen', async () => {
  const id = newId('pls')
  const body = { id, name: 'Loved', rules: { ...base, rules: [{ field: 'rating', op: 'over', value: 4 }] } }
  await ann.call('POST', '/playlists', body)
  const entries = async (): Promise<string[]> =>
    (await ann.call<{ items: { id: string }[] }>('GET', `/playlists/${id}/entries`)).items.map(one => one.id)
  const before = await entries()
  const added = facts.find(fact => fact.rating === 1)!.id
  expect(before).not.toContain(added)
  await ann.call('PUT', `/me/ratings/${added}`, { stars: 5 })
  expect(await entries()).toContain(added)
  expect(await ann.call('GET', `/playlists/${id}`)).toMatchObject({ smart: true, entries: before.length + 1 })
  const status = async (who: Person, method: string, path: string, json: unknown): Promise<number> =>
    (await who.fetch(`/api/v1${path}`, { method, json })).status
  expect(await status(ann, 'POST', `/playlists/${id}/entries`, { tracks: [added] })).toBe(409)
  expect(await status(ann, 'POST', `/playlists/${id}/invite`, {})).toBe(409)
  await ann.call('PATCH', `/playlists/${id}`, { visibility: 'public' })
  // Others see what it gives its owner, but not by which rules.
  expect(await ben.call('GET', `/playlists/${id}`)).toMatchObject({ rules: null, entries: before.length + 1 })
  const as = newId('pls')
  await ann.call('POST', `/playlists/${id}/copy`, { as })
  await ann.call('PUT', `/me/ratings/${added}`, { stars: 0 })
  expect(await entries()).not.toContain(added)
  expect(await ann.call('GET', `/playlists/${as}`)).toMatchObject({ smart: false, entries: before.length + 1 })
})
