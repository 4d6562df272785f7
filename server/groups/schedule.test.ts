import ICAL from 'ical.js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addGroup, events, join, codeOf as code, audit } from './groups.testing.ts'
import { clock, newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
let group: string
beforeAll(async () => {
  planet = await startPlanet()
  host = await planet.signUp('Host')
  fan = await planet.signUp('Fan')
  other = await planet.signUp('Other')
  group = await addGroup(host)
  await join(fan, group)
})
afterEach(() => clock.shift(0))
afterAll(async () => {
  await audit(planet)
  await planet.close()
})

const hourMs = 3_600_000
type Event = {
  id: string
  title: string
  going: number
  attended: number
  state: string
  you: { going: boolean; attended: boolean }
  can: Record<string, boolean>
}
const add = async (more: object = {}, to = group): Promise<string> => {
  const event = newId('gev')
  const startsAt = new Date(Date.now() + hourMs / 2)
  await host.call('POST', `/groups/${to}/schedule`, {
    event,
    kind: 'show',
    title: 'Harbour night',
    startsAt: startsAt.toISOString(),
    endsAt: new Date(startsAt.getTime() + 2 * hourMs).toISOString(),
    timeZone: 'Asia/Shanghai',
    place: '上海 · 港口',
    ...more,
  })
  return event
}

describe('the schedule', () => {
  test('hosts put events on it, once; who reads the group sees them, members’ events only members', async () => {
    const event = newId('gev')
    await Promise.all([add({ event }), add({ event }).catch(() => undefined)])
    const inner = await add({ title: 'Members’ tea', audience: 'members' })
    expect(
      await code(
        fan.call('POST', `/groups/${group}/schedule`, {
          event: newId('gev'),
          kind: 'show',
          title: 'Mine',
          startsAt: new Date(),
          endsAt: new Date(),
          timeZone: 'UTC',
        }),
      ),
    ).toBe('hosts_only')
    const seen = async (who: Person): Promise<string[]> =>
      (await who.call<{ items: Event[] }>('GET', `/groups/${group}/schedule`)).items.map(one => one.id)
    expect(await seen(planet.stranger)).toEqual([event])
    expect((await seen(fan)).toSorted()).toEqual([event, inner].toSorted())
    expect(await code(other.call('GET', `/schedule/${inner}`))).toBe('not_found')
    expect((await events(planet, 'schedule_changed')).filter(one => one['event'] === event)).toHaveLength(1)
    expect((await fan.call<{ items: Event[] }>('GET', '/me/schedule')).items.map(one => one.id)).toContain(inner)
    expect(await code(add({ startsAt: new Date().toISOString(), endsAt: new Date(0).toISOString() }))).toBe('ends_before')
    expect(await code(add({ link: 'javascript:alert(1)' }))).toBe('invalid')
    expect(await code(add({ timeZone: 'Mars/Olympus' }))).toBe('invalid')
  })

  test('one means to come, once; a cancelled one nobody can', async () => {
    const event = await add()
    await Promise.all([1, 2].map(() => fan.call('PUT', `/schedule/${event}/going`)))
    expect(await fan.call<Event>('GET', `/schedule/${event}`)).toMatchObject({ going: 1, you: { going: true } })
    expect(await code(other.call('PUT', `/schedule/${event}/going`))).toBe('members_only')
    await fan.call('DELETE', `/schedule/${event}/going`)
    await host.call('PATCH', `/schedule/${event}`, { state: 'cancelled' })
    expect(await code(fan.call('PUT', `/schedule/${event}/going`))).toBe('event_over')
    expect(await code(fan.call('PATCH', `/schedule/${event}`, { title: 'x' }))).toBe('hosts_only')
  })
})

describe('calendars', () => {
  const read = async (path: string): Promise<ICAL.Event[]> => {
    const answer = await planet.stranger.fetch(path)
    expect(answer.headers.get('content-type')).toContain('text/calendar')
    const component = new ICAL.Component(ICAL.parse(await answer.text()) as unknown[] as [string, never[], never[]])
    return component.getAllSubcomponents('vevent').map(one => new ICAL.Event(one))
  }

  test('of a group anyone reads: times, place, cancelled ones, a version that grows, text that stays text', async () => {
    const mine = await addGroup(host, { name: 'Calendar' })
    const startsAt = new Date(Math.floor(Date.now() / 1000) * 1000 + hourMs)
    const event = await add(
      {
        title: 'A, b; c\\n "d"',
        note: 'BEGIN:VALARM\nEND:VEVENT',
        startsAt: startsAt.toISOString(),
        endsAt: new Date(startsAt.getTime() + hourMs).toISOString(),
      },
      mine,
    )
    await add({ title: 'Secret', audience: 'members' }, mine)
    const day = await add(
      { title: 'Birthday', kind: 'birthday', allDay: true, startsAt: '2027-01-17T16:00:00.000Z', endsAt: '2027-01-17T16:00:00.000Z' },
      mine,
    )
    await host.call('PATCH', `/schedule/${event}`, { place: 'Elsewhere' })
    await host.call('PATCH', `/schedule/${event}`, { place: 'Elsewhere', state: 'cancelled' })
    const found = await read(`/api/v1/groups/${mine}/events.ics`)
    expect(found).toHaveLength(2)
    const one = found.find(each => each.uid.startsWith(event))!
    expect(one.summary).toContain('A, b; c')
    expect(one.description).toContain('BEGIN:VALARM\nEND:VEVENT')
    expect(one.startDate.toJSDate()).toEqual(startsAt)
    expect(one.location).toBe('Elsewhere')
    expect(one.sequence).toBe(2)
    expect(one.component.getFirstPropertyValue('status')).toBe('CANCELLED')
    // All of 18 January in Shanghai.
    const birthday = found.find(each => each.uid.startsWith(day))!
    expect([birthday.startDate.toString(), birthday.endDate.toString()]).toEqual(['2027-01-18', '2027-01-19'])
  })

  test('of a person by a secret address: all their groups, until they leave; a new address ends the old', async () => {
    const mine = await addGroup(host, { visibility: 'members' })
    await join(fan, mine)
    const inner = await add({ title: 'Inside', audience: 'members' }, mine)
    expect((await planet.stranger.fetch(`/api/v1/groups/${mine}/events.ics`)).status).toBe(404)
    const { path } = await fan.call<{ path: string }>('POST', '/me/calendar', {})
    expect((await fan.call<{ path: string }>('POST', '/me/calendar', {})).path).toBe(path)
    const alone = (await fan.call<{ path: string }>('POST', '/me/calendar', { group: mine })).path
    expect((await read(path)).some(one => one.uid.startsWith(inner))).toBe(true)
    expect(await read(alone)).toHaveLength(1)
    await fan.call('DELETE', `/groups/${mine}/membership`)
    expect((await read(path)).some(one => one.uid.startsWith(inner))).toBe(false)
    expect(await read(alone)).toHaveLength(0)
    const next = (await fan.call<{ path: string }>('POST', '/me/calendar', { renew: true })).path
    expect(next).not.toBe(path)
    expect((await planet.stranger.fetch(path)).status).toBe(404)
    expect((await planet.stranger.fetch(next)).status).toBe(200)
  })
})

describe('attendance', () => {
  const screen = (event: string, who = host): Promise<{ code: string }> => who.call('GET', `/schedule/${event}/code`)

  test('by the code that shows now or the one before, once, told once; a wrong one is not guessed', async () => {
    const event = await add({ attendance: true })
    expect(await code(screen(event, fan))).toBe('hosts_only')
    const shown = (await screen(event)).code
    expect(await code(other.call('POST', `/schedule/${event}/attend`, { code: shown }))).toBe('members_only')
    clock.shift(30_000)
    expect((await screen(event)).code).not.toBe(shown)
    await Promise.all([1, 2, 3].map(() => code(fan.call('POST', `/schedule/${event}/attend`, { code: shown }))))
    expect(await fan.call<Event>('GET', `/schedule/${event}`)).toMatchObject({ attended: 1, you: { attended: true } })
    expect((await events(planet, 'event_attended')).filter(one => one['event'] === event)).toEqual([{ event, person: fan.id }])
    await join(other, group)
    clock.shift(90_000)
    expect(await code(other.call('POST', `/schedule/${event}/attend`, { code: shown }))).toBe('wrong_code')
    const tries = []
    for (let i = 0; i < 8; i++) tries.push(await code(other.call('POST', `/schedule/${event}/attend`, { code: String(i).repeat(6) })))
    expect(tries.at(-1)).toBe('limited')
    const { items } = await host.call<{ items: { person: { id: string }; how: string }[] }>('GET', `/schedule/${event}/attendance`)
    expect(items).toMatchObject([{ person: { id: fan.id }, how: 'code' }])
    expect(await code(fan.call('GET', `/schedule/${event}/attendance`))).toBe('hosts_only')
  })

  test('only around the event; a host vouches for others, never for themselves', async () => {
    const event = await add({
      attendance: true,
      startsAt: new Date(Date.now() + 3 * hourMs).toISOString(),
      endsAt: new Date(Date.now() + 4 * hourMs).toISOString(),
    })
    const shown = (await screen(event)).code
    expect(await code(fan.call('POST', `/schedule/${event}/attend`, { code: shown }))).toBe('attendance_closed')
    expect(await code(host.call('POST', `/schedule/${event}/attendance`, { person: fan.id }))).toBe('attendance_closed')
    clock.shift(3.5 * hourMs)
    await Promise.all([1, 2].map(() => host.call('POST', `/schedule/${event}/attendance`, { person: fan.id })))
    expect(await code(host.call('POST', `/schedule/${event}/attendance`, { person: host.id }))).toBe('own_attendance')
    expect(await code(fan.call('POST', `/schedule/${event}/attendance`, { person: other.id }))).toBe('hosts_only')
    expect((await fan.call<Event>('GET', `/schedule/${event}`)).attended).toBe(1)
    clock.shift(5.5 * hourMs)
    expect(await code(host.call('POST', `/schedule/${event}/attend`, { code: (await screen(event)).code }))).toBe('attendance_closed')
    const plain = await add()
    expect(await code(screen(plain))).toBe('attendance_off')
  })
})
