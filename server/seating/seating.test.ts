import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { registerHalls } from './gates.ts'
import { hold } from './holding.ts'
import { makeHall, makeVenue, smallPlan, venueInput, type Venue } from './seating.testing.ts'

let planet: TestPlanet
let owner: Person
let other: Person
let place: Venue
/** What the room of the shows would say. */
const gates = new Map<string, 'see' | 'desk'>()
beforeAll(async () => {
  planet = await startPlanet()
  ;[owner, other] = await Promise.all([planet.signUp('Owner'), planet.signUp('Other')])
  place = await makeVenue(owner)
  registerHalls('tst', async (_db, viewer) => gates.get(viewer?.id ?? '') ?? 'no')
})
afterAll(() => planet.close())

const refused = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; problem?: { code: string } }) => `${error.status} ${error.problem?.code}`,
  )

describe('venues', () => {
  it('are made and changed by who edits the page; others see what is shared', async () => {
    const id = newId('ven')
    const path = `/pages/${place.page}/venues/${id}`
    const made = await owner.call<{ zone: string; can: { edit: boolean } }>('PUT', path, { ...venueInput, name: 'Second', shared: true })
    expect(made).toMatchObject({ zone: 'Asia/Shanghai', can: { edit: true } })
    expect(await owner.call('PUT', path, { ...venueInput, name: 'Second', shared: true })).toEqual(made)
    expect(await refused(other.call('PUT', path, venueInput))).toBe('404 not_found')
    expect(await refused(planet.stranger.call('PUT', path, venueInput))).toBe('401 unauthenticated')
    expect(await refused(owner.call('PUT', path, { ...venueInput, zone: 'Moon/Crater' }))).toBe('422 zone_unknown')
    const page = newId('pag')
    await other.call('POST', '/pages', { id: page, kind: 'artist', name: 'Other', handle: `o-${page.slice(-10)}` })
    expect(await refused(other.call('PUT', `/pages/${page}/venues/${id}`, venueInput))).toBe('409 key_reused')
    const names = async (who: Person, query: string) =>
      (await who.call<{ items: { name: string }[] }>('GET', `/venues${query}`)).items.map(one => one.name)
    expect(await names(planet.stranger, '?search=sec')).toEqual(['Second'])
    expect(await names(planet.stranger, `?city=${encodeURIComponent('上海')}`)).toEqual(['Second'])
    expect(await names(planet.stranger, '?search=%25')).toEqual([])
    const usable = await other.call<{ items: { name: string; maps: unknown[] }[] }>('GET', `/pages/${page}/venues?usable=true`)
    expect(usable.items.map(one => one.name)).toEqual(['Second'])
    await owner.call('PUT', `/venues/${id}/state`, { state: 'archived' })
    expect(await refused(other.call('GET', `/venues/${id}`))).toBe('404 not_found')
    expect((await owner.call<{ state: string }>('GET', `/venues/${id}`)).state).toBe('archived')
    expect(await names(other, '')).toEqual([])
    expect(await refused(other.call('PUT', `/venues/${id}/state`, { state: 'open' }))).toBe('404 not_found')
  })
})

describe('maps', () => {
  it('are drawn in a draft that nobody overwrites unseen, and used in versions that never change', async () => {
    const map = newId('map')
    const path = `/venues/${place.venue}/maps/${map}`
    expect(await refused(other.call('PUT', path, { name: 'Standing' }))).toBe('404 not_found')
    type Seen = { revision: number; version: number | null; changed: boolean; seats: number; standing: number; versions: unknown[] }
    const made = await owner.call<Seen>('PUT', path, { name: 'Standing' })
    expect(made).toMatchObject({ revision: 0, version: null, changed: true, seats: 0 })
    expect(await refused(owner.call('POST', `/maps/${map}/publish`, { revision: 0 }))).toBe('422 map_broken')
    expect(await owner.call('PUT', `/maps/${map}/draft`, { revision: 0, plan: smallPlan })).toEqual({ revision: 1, changed: true })
    // The answer was lost and it is sent again; somebody else has an older one open.
    expect(await owner.call('PUT', `/maps/${map}/draft`, { revision: 0, plan: smallPlan })).toEqual({ revision: 1, changed: true })
    const without = { ...smallPlan, items: smallPlan.items.slice(0, 2) }
    expect(await refused(owner.call('PUT', `/maps/${map}/draft`, { revision: 0, plan: without }))).toBe('409 map_changed')
    expect(await refused(other.call('PUT', `/maps/${map}/draft`, { revision: 1, plan: without }))).toBe('404 not_found')
    expect(await refused(owner.call('POST', `/maps/${map}/publish`, { revision: 0 }))).toBe('409 map_changed')
    const published = await owner.call<Seen>('POST', `/maps/${map}/publish`, { revision: 1 })
    expect(published).toMatchObject({ version: 1, changed: false, seats: 44, standing: 50 })
    expect((await owner.call<Seen>('POST', `/maps/${map}/publish`, { revision: 1 })).version).toBe(1)
    await owner.call('PUT', `/maps/${map}/draft`, { revision: 1, plan: without })
    expect((await owner.call<Seen>('POST', `/maps/${map}/publish`, { revision: 2 })).versions.length).toBe(2)
    // Standing places among the seats of a category could not be sold: it is not published.
    const items = smallPlan.items.map(item => (item.kind === 'area' ? { ...item, category: 'a' } : item))
    await owner.call('PUT', `/maps/${map}/draft`, { revision: 2, plan: { ...smallPlan, items } })
    const mixed = await owner.fetch(`/api/v1/maps/${map}/publish`, { method: 'POST', json: { revision: 3 } })
    expect([mixed.status, await mixed.json()]).toEqual([
      422,
      expect.objectContaining({ code: 'map_broken', fields: { f: 'mixed_category' } }),
    ])
    await owner.call('PUT', `/maps/${map}/draft`, { revision: 3, plan: without })
    const first = await owner.call<{ plan: { items: unknown[] } }>('GET', `/maps/${map}/versions/1`)
    expect(first.plan).toEqual(smallPlan)
    expect(await refused(other.call('GET', `/maps/${map}/versions/1`))).toBe('404 not_found')
    await expect(planet.db.pool.query(`update seating.map_version set seats = 0`)).rejects.toThrow('never changed')
    const copy = newId('map')
    expect((await owner.call<Seen>('PUT', `/venues/${place.venue}/maps/${copy}`, { name: 'Copy', like: map })).seats).toBe(40)
    await owner.call('DELETE', `/maps/${map}`)
    expect(await refused(owner.call('GET', `/maps/${map}`))).toBe('404 not_found')
    expect(await refused(owner.call('PUT', path, { name: 'Again' }))).toBe('409 key_reused')
    // Shows that use it still know its seats.
    expect((await owner.call<{ version: number }>('GET', `/maps/${map}/versions/2`)).version).toBe(2)
  })
})

describe('halls', () => {
  it('are seen by whom their show is seen by; seats tell who has them, but not to others', async () => {
    const hall = await makeHall(planet.db, place.map)
    expect(await refused(other.call('GET', `/halls/${hall}`))).toBe('404 not_found')
    gates.set(other.id, 'see').set(owner.id, 'desk')
    const seen = await other.call<{ tiers: { tier: string; free: number }[]; tierAt: string; can: { desk: boolean } }>(
      'GET',
      `/halls/${hall}`,
    )
    expect(seen.tiers.map(one => `${one.tier} ${one.free}`)).toEqual(['back 20', 'floor 50', 'front 20', 'table 4'])
    expect(seen.tierAt).toBe(`${'2'.repeat(20)}${'0'.repeat(20)}3333`)
    expect(seen.can.desk).toBe(false)
    const until = new Date(clock.now().getTime() + 60_000)
    await hold(planet.db, { id: newId('sth'), hall, person: other.id, wants: [{ seats: ['r-0-0', 'r-0-1'] }], until })
    const states = async (who: Person) => (await who.call<{ seats: string }>('GET', `/halls/${hall}/seats`)).seats.slice(0, 4)
    expect(await states(other)).toBe('mmff')
    expect(await states(owner)).toBe('hhff')
    const block = { seats: ['r-0-1', 'r-0-2', 'x-0-0'], blocked: true }
    expect(await refused(other.call('PUT', `/halls/${hall}/blocks`, block))).toBe('404 not_found')
    expect(await owner.call('PUT', `/halls/${hall}/blocks`, block)).toEqual({ done: ['r-0-2'], kept: ['r-0-1', 'x-0-0'] })
    expect(await states(other)).toBe('mmbf')
  })
})
