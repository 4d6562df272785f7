/** Shows at their desk: codes, names, guests, free tickets, seats of a map, schedules of groups; drafts are nobody else's. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { packs, type Policy } from '../../shared/policy.ts'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { checks as seatingChecks } from '../seating/index.ts'
import { makeVenue } from '../seating/seating.testing.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { decide } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'
import { dayMs, handed, makeShow, numbers, orderOf, take, type HoldJson, type ShowJson } from './shows.testing.ts'

let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[host, fan, other] = (await Promise.all(['Host', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  clock.shift(0)
  const found = await runChecks(planet.db.read, [...checks, ...seatingChecks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})
const page = (who: Person, show: string, code?: string): Promise<ShowJson> =>
  who.call<ShowJson>('GET', `/shows/${show}${code === undefined ? '' : `?code=${code}`}`)

test('seats and secrets: early access, codes, real names, guests and free tickets; drafts are nobody’s but the desk’s', async () => {
  const soon = new Date(Date.now() + dayMs).toISOString()
  const { show, tiers } = await makeShow(
    planet,
    host,
    { open: { places: 20 }, vip: { places: 3, secret: true }, later: { places: 5, opensAt: soon } },
    { realName: 'id', open: false },
  )
  expect(await refused(page(fan, show))).toBe('404 not_found')
  expect(await refused(planet.stranger.call('GET', `/shows/${show}/show.ics`))).toBe('404 not_found')
  await host.call('PUT', `/shows/${show}/promos/star2026`, { tiers: [tiers['vip']], most: 2 })
  await host.call('PUT', `/shows/${show}/state`, { state: 'announced' })
  expect(await refused(take(fan, show, tiers['open']!, 1))).toBe('409 not_on_sale_yet')
  await host.call('PUT', `/shows/${show}/state`, { state: 'on_sale' })
  expect((await page(fan, show)).tiers.map(tier => tier.state)).toEqual(['open', 'soon'])
  expect((await page(fan, show, 'STAR2026')).tiers).toHaveLength(3)
  expect(await refused(take(fan, show, tiers['vip']!, 1))).toBe('404 not_found')
  expect(await refused(take(fan, show, tiers['later']!, 1))).toBe('409 not_on_sale_yet')
  // The same hold at the same moment counts once.
  await host.call('PUT', `/shows/${show}/promos/friends`, { tiers: [tiers['vip']], most: 5 })
  const twice = { hold: newId('sth'), wants: [{ tier: tiers['vip'], count: 1 }], code: 'friends' }
  await Promise.all([1, 2, 3].map(() => other.call('POST', `/shows/${show}/holds`, twice)))
  await other.call('POST', `/shows/${show}/holds`, twice)
  const { promos } = await host.call<{ promos: { code: string; used: number }[] }>('GET', `/shows/${show}/desk`)
  expect(promos.find(one => one.code === 'FRIENDS')?.used).toBe(1)
  await other.call('DELETE', `/show-holds/${twice.hold}`)
  const vip = await take(fan, show, tiers['vip']!, 2, { code: 'star2026' })
  expect(await refused(take(other, show, tiers['vip']!, 1, { code: 'star2026' }))).toBe('409 promo_used')
  expect(await refused(orderOf(fan, vip))).toBe('422 name_needed')
  expect(await refused(orderOf(fan, vip, { names: [{ name: '张三', idTail: '123X' }] }))).toBe('422 name_needed')
  const order = await orderOf(fan, vip, {
    names: [
      { name: '张三', idTail: '123X' },
      { name: '李四', idTail: '4321' },
    ],
  })
  await decide(fan, order)
  await handed(fan, order.id)
  const { rows } = await planet.db.pool.query(`select name, id_tail from tickets.ticket where show = $1 order by name`, [show])
  expect(rows).toEqual([
    { name: '张三', id_tail: '123X' },
    { name: '李四', id_tail: '4321' },
  ])
  expect((await planet.db.pool.query(`select 1 from shows.reservation where names is not null and show = $1`, [show])).rowCount).toBe(0)
  const guest = newId('gst')
  const list = `/shows/${show}/guests/${guest}`
  expect(await refused(fan.call('PUT', list, { name: '妈妈', plus: 1 }))).toBe('403 own_page_only')
  await host.call('PUT', list, { name: '妈妈', plus: 1 })
  await host.call('PUT', list, { name: '妈妈', plus: 2, vip: true })
  expect((await host.call<{ items: { plus: number }[] }>('GET', `/shows/${show}/guests`)).items.map(one => one.plus)).toEqual([2])
  const given = { hold: newId('sth'), tier: tiers['open'], count: 2, name: '媒体' }
  const made = await Promise.all([1, 2].map(() => host.call<{ tickets: string[] }>('POST', `/shows/${show}/free-tickets`, given)))
  expect(made[0]).toEqual(made[1])
  expect(await numbers(planet, tiers['open']!)).toEqual([20, 2, 0, 18])
  type Desk = {
    report: { guests: number; tiers: { name: string; sold: number; holds: boolean; gross: { amount: string }; given: number }[] }
  }
  const desk = await host.call<Desk>('GET', `/shows/${show}/desk`)
  expect(desk.report.tiers.map(tier => [tier.name, tier.sold, tier.holds, tier.gross.amount, tier.given])).toEqual([
    ['open', 2, true, '0', 2],
    ['vip', 2, true, '20000', 0],
    ['later', 0, true, '0', 0],
  ])
  expect(desk.report.guests).toBe(3)
  const csv = await (await host.fetch(`/api/v1/shows/${show}/buyers.csv`)).text()
  expect(csv).toContain('张三')
  expect((await fan.fetch(`/api/v1/shows/${show}/buyers.csv`)).status).toBe(403)
  // What was promised stays; the list of tiers keeps what was sold.
  expect(
    await refused(host.call('PUT', `/shows/${show}/tiers`, { tiers: [{ id: tiers['open'], name: 'open', price: '1', capacity: 1 }] })),
  ).toBe('409 show_fixed')
  const all = Object.entries(tiers).map(([name, id]) => ({ id, name, price: '10000', capacity: 1 }))
  expect(await refused(host.call('PUT', `/shows/${show}/tiers`, { tiers: all }))).toBe('409 places_taken')
  const found = await fan.call<{ items: { id: string }[] }>('GET', '/shows?q=jiye')
  expect(found.items.some(one => one.id === show)).toBe(true)
  expect((await fan.call<{ items: { id: string }[] }>('GET', '/shows?q=wanxiang&city=北京')).items).toEqual([])
  const ics = await (await planet.stranger.fetch(`/api/v1/shows/${show}/show.ics`)).text()
  expect(ics).toContain('BEGIN:VEVENT')
})

test('seats of a map: best ones together or named ones, called as they are on the ticket; given back they can be had again', async () => {
  const { page, map, venue } = await makeVenue(host)
  const { show, tiers } = await makeShow(
    planet,
    host,
    { stalls: { places: 0, capacity: null, sections: ['a'], price: 5000 }, floor: { places: 5 } },
    { page, venue, map, days: 50 },
  )
  const stalls = tiers['stalls']!
  expect(await numbers(planet, stalls)).toEqual([40, 0, 0, 40])
  const hold = await take(fan, show, stalls, 2)
  expect(hold.lines[0]!.seats).toHaveLength(2)
  const named = await fan.call<HoldJson>('POST', `/shows/${show}/holds`, {
    hold: newId('sth'),
    wants: [{ tier: stalls, seats: ['r-0-4', 'r-0-5'] }],
  })
  // The one before is given back: one hold of a person and show.
  expect(await numbers(planet, stalls)).toEqual([40, 0, 2, 38])
  expect(
    await refused(other.call('POST', `/shows/${show}/holds`, { hold: newId('sth'), wants: [{ tier: stalls, seats: ['r-0-5'] }] })),
  ).toBe('409 seat_taken')
  const order = await orderOf(fan, named)
  await decide(fan, order)
  await handed(fan, order.id)
  const { rows } = await planet.db.pool.query<{ seat: string; seat_label: string; id: string }>(
    'select id, seat, seat_label from tickets.ticket where show = $1 order by seat',
    [show],
  )
  expect(rows.map(row => [row.seat, row.seat_label])).toEqual([
    ['r-0-4', 'Stalls A-5'],
    ['r-0-5', 'Stalls A-6'],
  ])
  // A tier of another's map, or a part twice, is refused; what is sold keeps its seats.
  const two = [stalls, newId('tir')].map(id => ({ id, name: 'x', price: '5000', sections: ['a'] }))
  expect(
    await refused(
      host.call('PUT', `/shows/${show}/tiers`, { tiers: [...two, { id: tiers['floor'], name: 'f', price: '1', capacity: 5 }] }),
    ),
  ).toBe('409 sections_taken')
  await fan.call('POST', `/show-tickets/${rows[0]!.id}/refund`)
  expect(await numbers(planet, stalls)).toEqual([40, 1, 0, 39])
  expect(
    (await fan.call<HoldJson>('POST', `/shows/${show}/holds`, { hold: newId('sth'), wants: [{ tier: stalls, seats: ['r-0-4'] }] })).state,
  ).toBe('held')
})

test('a show stands once on the schedule of the groups it names, and follows it', async () => {
  const group = newId('grp')
  await host.call('POST', '/groups', { id: group, name: 'Moon', handle: `m-${group.slice(-10)}`, timeZone: 'UTC' })
  const { show } = await makeShow(planet, host, { floor: { places: 5 } }, { groups: [group], days: 30 })
  type Events = { items: { id: string; title: string; state: string; startsAt: string }[] }
  const events = (): Promise<Events> => fan.call<Events>('GET', `/groups/${group}/schedule`)
  const [first] = await until(async () => {
    const { items } = await events()
    return items.length > 0 ? items : undefined
  }, 'the show is on the schedule')
  expect([first!.title, first!.state]).toEqual(['极夜巡演', 'planned'])
  await host.call('POST', `/shows/${show}/cancel`, { title: '极夜巡演', reason: '场馆关闭' })
  const after = await until(async () => {
    const { items } = await events()
    return items[0]?.state === 'cancelled' ? items : undefined
  }, 'the schedule says so')
  expect(after.map(one => one.id)).toEqual([first!.id])
})

test('codes end when they are said to; guests have a tier of the show and are changed, also on a full list', async () => {
  const { show, tiers } = await makeShow(planet, host, { open: { places: 5 }, vip: { places: 5, secret: true } })
  const away = await makeShow(planet, host, { floor: { places: 5 } })
  const closesAt = new Date(Date.now() + 3_600_000).toISOString()
  type Desk = { promos: { closesAt: string | null }[] }
  const desk = await host.call<Desk>('PUT', `/shows/${show}/promos/hour`, { tiers: [tiers['vip']], closesAt })
  expect(desk.promos.map(one => one.closesAt)).toEqual([closesAt])
  expect((await page(fan, show, 'HOUR')).tiers).toHaveLength(2)
  clock.shift(3_600_001)
  expect((await page(fan, show, 'HOUR')).tiers).toHaveLength(1)
  clock.shift(0)
  const guest = newId('gst')
  const at = `/shows/${show}/guests/${guest}`
  expect(await refused(host.call('PUT', at, { name: '林晚', tier: away.tiers['floor'] }))).toBe('404 not_found')
  await host.call('PUT', at, { name: '林晚', plus: 1, tier: tiers['vip'], note: '媒体' })
  await planet.db.pool.query(
    `insert into shows.guest (id, show, name, plus, note, vip, by, at, changed_at)
      select 'gst_' || lpad(n::text, 26, '0'), $1, 'G' || n, 0, '', false, $2, now(), now() from generate_series(1, 4999) n`,
    [show, host.id],
  )
  expect(await refused(host.call('PUT', `/shows/${show}/guests/${newId('gst')}`, { name: 'One more' }))).toBe('429 limited')
  const changed = { name: '林晚晚', plus: 0, tier: tiers['open'], note: '', vip: true }
  expect(await host.call('PUT', at, changed)).toEqual({ id: guest, ...changed })
  const { items } = await host.call<{ items: object[] }>('GET', `/shows/${show}/guests`)
  expect(items[0]).toEqual({ id: guest, ...changed })
})

test('large shows sell only with names, from as many places as the policy says; what was on sale before goes on, but no larger', async () => {
  const [one, two] = await Promise.all([planet.staff('operator'), planet.staff('operator')])
  const decide = async (values: Policy): Promise<void> => {
    const { id } = await one.call<{ id: string }>('POST', '/console/policy/changes', { values, reason: 'Names on tickets' })
    await two.call('POST', `/console/policy/changes/${id}/decide`, { decision: 'confirmed', reason: 'Agreed' })
  }
  const sell = (show: string): Promise<string> => refused(host.call('PUT', `/shows/${show}/state`, { state: 'on_sale' }))
  const sized = (show: string, id: string, capacity: number): Promise<string> =>
    refused(host.call('PUT', `/shows/${show}/tiers`, { tiers: [{ id, name: 'floor', price: '10000', capacity }] }))
  const both = { floor: { places: 4000 }, balcony: { places: 1000 } }
  const large = await makeShow(planet, host, both, { open: false })
  await host.call('PUT', `/shows/${large.show}/state`, { state: 'announced' })
  expect(await sell(large.show)).toBe('422 real_name_needed')
  expect((await page(fan, large.show)).state).toBe('announced')
  for (const realName of ['name', 'id']) {
    const named = await makeShow(planet, host, both, { open: false, realName })
    expect(await sell(named.show)).toBe('done')
  }
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 4999 } })
  expect(await sized(show, tiers['floor']!, 5000)).toBe('422 real_name_needed')
  expect(await numbers(planet, tiers['floor']!)).toEqual([4999, 0, 0, 4999])
  // A stricter rule later: what is on sale can be paused, changed and sold on.
  await decide({ ...packs.strict, regions: [], realNameFrom: 100 })
  expect(await sized(show, tiers['floor']!, 4999)).toBe('done')
  expect(await sized(show, tiers['floor']!, 4000)).toBe('done')
  expect(await sized(show, tiers['floor']!, 4001)).toBe('422 real_name_needed')
  await host.call('PUT', `/shows/${show}/state`, { state: 'announced' })
  expect(await sell(show)).toBe('done')
  await decide({ ...packs.strict, regions: [], realNameFrom: null })
  expect(await sell(large.show)).toBe('done')
})

test('whoever keeps a door finds what goes on first, then what comes, then what was last night', async () => {
  const keeper = await planet.signUp('Keeper')
  const times = (from: number, to: number): Record<string, unknown> => ({
    startsAt: new Date(Date.now() + from * 3_600_000).toISOString(),
    endsAt: new Date(Date.now() + to * 3_600_000).toISOString(),
  })
  const tier = { floor: { places: 5 } }
  const ids: string[] = []
  for (const [from, to] of [
    [5, 8],
    [-40, 30],
    [30, 33],
  ] as const)
    ids.push((await makeShow(planet, keeper, tier, times(from, to))).show)
  const last = await makeShow(planet, keeper, tier, times(5, 8))
  await planet.db.pool.query(
    `update shows.show set doors_at = null, starts_at = now() - interval '20 hours', ends_at = now() - interval '17 hours' where id = $1`,
    [last.show],
  )
  const { items } = await keeper.call<{ items: { id: string }[] }>('GET', '/me/doors')
  expect(items.map(item => item.id)).toEqual([ids[1], ids[0], ids[2], last.show])
})
