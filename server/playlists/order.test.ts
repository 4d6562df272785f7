/** Order: pure places, and moves of several people at once through the door. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { placesBetween } from './order.ts'
import { addMusic } from './playlists.testing.ts'

const place = fc.bigInt({ min: -(1n << 40n), max: 1n << 40n })

test('places lie between their neighbours, ascending, apart; or there is no room', () => {
  fc.assert(
    fc.property(
      fc.option(place),
      fc.option(fc.bigInt({ min: 1n, max: 1n << 30n })),
      fc.integer({ min: 1, max: 200 }),
      (before, width, count) => {
        const after = width === null ? null : (before ?? 0n) + width
        const places = placesBetween(before, after, count)
        if (places === undefined) {
          expect(before !== null && after !== null && after - before <= BigInt(count)).toBe(true)
          return
        }
        expect(places).toHaveLength(count)
        const all = [...(before === null ? [] : [before]), ...places, ...(after === null ? [] : [after])]
        for (const [i, one] of all.entries()) if (i > 0) expect(one > all[i - 1]!).toBe(true)
      },
    ),
  )
})

let planet: TestPlanet
let people: Person[]
let tracks: string[]
beforeAll(async () => {
  planet = await startPlanet({ max: 16 })
  people = [await planet.signUp('Ann'), await planet.signUp('Ben'), await planet.signUp('Cat')]
  tracks = (await addMusic(planet, people[0]!, 8)).tracks
})
afterAll(() => planet.close())

type Entry = { id: string; track: { id: string } | null }
const entries = async (who: Person, id: string): Promise<Entry[]> =>
  (await who.call<{ items: Entry[] }>('GET', `/playlists/${id}/entries?limit=500`)).items

async function common(): Promise<string> {
  const id = newId('pls')
  const [ann, ...others] = people
  await ann!.call('POST', '/playlists', { id, name: 'Ours', tracks })
  const { invite } = await ann!.call<{ invite: string }>('POST', `/playlists/${id}/invite`, {})
  for (const one of others) await one.call('POST', `/playlists/${id}/join`, { invite })
  return id
}

test('moves, additions and removals of three people at once: all see one order, nothing is lost or there twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          who: fc.nat(2),
          what: fc.constantFrom('move', 'move', 'move', 'add', 'remove', 'restore'),
          a: fc.nat(7),
          b: fc.nat(7),
          count: fc.integer({ min: 1, max: 3 }),
        }),
        {
          minLength: 3,
          maxLength: 14,
        },
      ),
      async steps => {
        const id = await common()
        const first = await entries(people[0]!, id)
        const added: string[] = []
        const answers = await Promise.all(
          steps.map(async ({ who, what, a, b, count }) => {
            const some = first.slice(a, a + count).map(one => one.id)
            const target = first[b]!.id
            const path = `/api/v1/playlists/${id}/entries`
            const fresh = newId('ple')
            const send = (to: string, json: object) => people[who]!.fetch(path + to, { method: 'POST', json })
            if (what === 'move') return send('/move', { entries: some, after: some.includes(target) ? null : target })
            if (what === 'remove') return send('/remove', { entries: some })
            if (what === 'restore') return send('/restore', { entries: some })
            added.push(fresh)
            return send('', { tracks: [tracks[a]], ids: [fresh], after: target, duplicates: 'allow' })
          }),
        )
        // A move of what someone else has just taken out is told so; everything else succeeds.
        for (const answer of answers) expect([200, 404]).toContain(answer.status)
        const seen = await Promise.all(people.map(one => entries(one, id)))
        expect(new Set(seen.map(list => list.map(one => one.id).join())).size).toBe(1)
        const ids = seen[0]!.map(one => one.id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(ids.filter(one => added.includes(one)).toSorted()).toEqual(added.toSorted())
        // Everything taken back, all that was ever there is there.
        await people[0]!.call('POST', `/playlists/${id}/entries/restore`, { entries: first.map(one => one.id) })
        const all = (await entries(people[1]!, id)).map(one => one.id)
        expect(all.toSorted()).toEqual([...first.map(one => one.id), ...added].toSorted())
        expect(await people[0]!.call('GET', `/playlists/${id}`)).toMatchObject({ entries: all.length })
      },
    ),
    { numRuns: 12 },
  )
})

/** The order that a move asks for. */
function moved(ids: readonly string[], one: string, after: string): string[] {
  const rest = ids.filter(id => id !== one)
  return rest.toSpliced(rest.indexOf(after) + 1, 0, one)
}

test('moved to one place again and again, the gaps are dealt anew and the order holds', async () => {
  const id = await common()
  let ids = (await entries(people[0]!, id)).map(one => one.id)
  for (let i = 0; i < 60; i++) {
    const one = ids[2 + (i % 5)]!
    await people[i % 3]!.call('POST', `/playlists/${id}/entries/move`, { entries: [one], after: ids[0] })
    ids = moved(ids, one, ids[0]!)
  }
  expect((await entries(people[0]!, id)).map(one => one.id)).toEqual(ids)
})

test('two who move different entries both get what they asked for', async () => {
  const id = await common()
  const ids = (await entries(people[0]!, id)).map(one => one.id)
  await Promise.all([
    people[1]!.call('POST', `/playlists/${id}/entries/move`, { entries: [ids[6]], after: null }),
    people[2]!.call('POST', `/playlists/${id}/entries/move`, { entries: [ids[1]], after: ids[7] }),
  ])
  expect((await entries(people[0]!, id)).map(one => one.id)).toEqual([ids[6], ids[0], ids[2], ids[3], ids[4], ids[5], ids[7], ids[1]])
})
