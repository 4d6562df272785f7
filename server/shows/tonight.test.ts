/** The first screen's strip of shows: today in the zone of each show first, then the soonest; nothing that will not be. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { buy, makeShow } from './shows.testing.ts'

let planet: TestPlanet
let host: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  host = await planet.signUp('Host')
})
afterEach(() => clock.shift(0))
afterAll(() => planet.close())

type Teaser = { id: string; title: string; today: boolean; left: string | null; from: { amount: string } | null }
const tonight = async (who = planet.stranger): Promise<Teaser[]> => (await who.call<{ items: Teaser[] }>('GET', '/shows/tonight')).items
const year = new Date().getUTCFullYear() + 1
/** A moment of 10 March next year, UTC. */
const at = (hour: number, day = 10): string => new Date(Date.UTC(year, 2, day, hour)).toISOString()
const made = async (
  title: string,
  zone: string,
  startsAt: string,
  more: object = {},
): Promise<{ show: string; tiers: Record<string, string> }> => {
  const endsAt = new Date(new Date(startsAt).getTime() + 3 * 3_600_000).toISOString()
  return makeShow(
    planet,
    host,
    { floor: { places: 2, price: 8000 }, stage: { places: 2, price: 0 } },
    { title, zone, startsAt, endsAt, ...more },
  )
}

test('empty where nothing is on', async () => {
  expect(await tonight()).toEqual([])
})

test('today in the zone of each show comes first, whatever the clock says elsewhere; drafts, hidden, cancelled and past ones are not there', async () => {
  // At 20:00 UTC on the 10th it is the 11th, 05:00 in Tokyo and the 10th, 13:00 in Los Angeles.
  const angeles = await made('Angeles', 'America/Los_Angeles', at(4, 11))
  const tokyo = await made('Tokyo', 'Asia/Tokyo', at(9, 11))
  const london = await made('London tomorrow', 'Europe/London', at(1, 11))
  await made('Past', 'Europe/London', at(12))
  const running = await made('Running', 'Europe/London', at(18))
  await made('Draft', 'Europe/London', at(22), { open: false })
  for (const [title, state] of [
    ['Hidden', 'hidden = true'],
    ['Called off', `state = 'cancelled', reason = 'Gone'`],
    ['No date', `state = 'postponed', date_open = true`],
  ] as const) {
    const { show } = await made(title, 'Europe/London', at(21))
    await planet.db.pool.query(`update shows.show set ${state} where id = $1`, [show])
  }
  clock.shift(Date.UTC(year, 2, 10, 20) - Date.now())
  expect((await tonight()).map(({ id, title, today }) => [id, title, today])).toEqual([
    [running.show, 'Running', true],
    [angeles.show, 'Angeles', true],
    [tokyo.show, 'Tokyo', true],
    [london.show, 'London tomorrow', false],
  ])
})

test('one of several days is there while it goes on, until when is said; many short ones do not push it out', async () => {
  const days = await made('Festival', 'Europe/London', at(10, 8), { endsAt: at(20, 12) })
  const short = await made('Short', 'Europe/London', at(19))
  // Begun before midnight: it goes on.
  const night = await made('Night', 'Asia/Tokyo', at(14), { endsAt: at(20) })
  await planet.db.pool.query(
    `insert into shows.show select (jsonb_populate_record(s, jsonb_build_object('id', left(s.id, 27) || lpad(n::text, 3, '0'), 'hall', null, 'state', 'announced'))).*
       from shows.show s, generate_series(1, 30) n where s.id = $1`,
    [short.show],
  )
  clock.shift(Date.UTC(year, 2, 10, 18) - Date.now())
  const seen = await planet.stranger.call<{ items: (Teaser & { until: string | null })[] }>('GET', '/shows/tonight')
  expect(seen.items.length).toBe(8)
  expect(seen.items.slice(0, 3).map(({ id, today, until }) => [id === days.show || id === night.show, today, until])).toEqual([
    [true, true, at(20, 12)],
    [true, true, at(20)],
    [false, true, null],
  ])
  await planet.db.pool.query(`update shows.show set hidden = true where title in ('Festival', 'Short', 'Night')`)
})

test('the cheapest price of what everybody can buy, and whether there is anything left', async () => {
  const fan = await planet.signUp('Fan')
  const { show, tiers } = await makeShow(planet, host, {
    only: { places: 1, price: 5000 },
    secret: { places: 1, price: 100, secret: true },
  })
  const one = async (): Promise<Teaser> => (await tonight(fan)).find(item => item.id === show)!
  expect(await one()).toMatchObject({ from: { amount: '5000' }, today: false })
  expect((await one()).left).not.toBe('none')
  await buy(fan, show, tiers['only']!, 1)
  expect(await one()).toMatchObject({ left: 'none' })
})
