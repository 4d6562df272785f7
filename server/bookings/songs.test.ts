/** Songs sung in a room, and calendars in and out. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { recordSignedSheet } from '../rights/index.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { held, sell, settleNow } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { readOutside } from './calendars.ts'
import { checks, turnClock } from './index.ts'
import { mine, on, openPlace, openRoom, order, pay, refused, slot, type BookingJson, type Place } from './bookings.testing.ts'

let planet: TestPlanet
let place: Place
let guest: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  place = await openPlace(planet)
  guest = await planet.signUp('Guest')
  other = await planet.signUp('Other')
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  const found = await runChecks(planet.db.read, [...checks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})
const settle = () => settleNow(planet)
const get = (who: Person, id: string) => who.call<BookingJson>('GET', `/bookings/${id}`)

test('calendars: one’s own for other apps, one outside blocks; what was booked before stays and is told', async () => {
  const { host } = place
  const moon = await openRoom(place)
  const made = await pay(guest, await order(guest, [{ room: moon, choice: slot(12, 12, 14) }]))
  const { id } = (await mine(guest, made))[0]!
  const { path } = await host.call<{ path: string }>('POST', `/resources/${moon.id}/feed`)
  const feed = await (await planet.stranger.fetch(path)).text()
  expect([feed.includes(id), feed.includes('Guest')]).toEqual([true, false])
  expect((await host.call<{ path: string }>('POST', `/resources/${moon.id}/feed`)).path).toBe(path)
  await host.call('POST', `/resources/${moon.id}/feed`, { renew: true })
  expect((await planet.stranger.fetch(path)).status).toBe(404)
  expect((await (await guest.fetch(`/api/v1/bookings/${id}/event.ics`)).text()).includes('BEGIN:VEVENT')).toBe(true)

  const stamp = (when: string) => when.replace(/[-:]|\.\d+/g, '')
  const events = [[on(12, 13), on(12, 15)] as const, [on(13, 12), on(13, 14)] as const]
  const server = createServer((_request, response) =>
    response.end(
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n${events.map(([from, to], n) => `BEGIN:VEVENT\r\nUID:${n}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:${stamp(from)}\r\nDTEND:${stamp(to)}\r\nSUMMARY:outside\r\nEND:VEVENT\r\n`).join('')}END:VCALENDAR\r\n`,
    ),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const calendar = newId('cal')
  await host.call('POST', `/resources/${moon.id}/calendars`, { calendar, name: 'Elsewhere', url: `${origin}/x.ics` })
  // An address inside is none of ours to call, unless a test trusts it.
  await readOutside(planet.db, calendar, [])
  type Desk = { items: { id: string; calendars: { problem: string | null; events: number; clashes: number }[] }[] }
  const told = async () =>
    (await host.call<Desk>('GET', `/pages/${place.page}/resources`)).items.find(one => one.id === moon.id)!.calendars[0]!
  expect((await told()).problem).toMatch(/open internet/)
  await readOutside(planet.db, calendar, [origin])
  expect(await told()).toMatchObject({ problem: null, events: 2, clashes: 1 })
  expect((await get(guest, id)).state).toBe('confirmed')
  expect(await refused(order(other, [{ room: moon, choice: slot(13, 13, 15) }]))).toBe('409 slot_taken')
  await host.call('DELETE', `/resources/${moon.id}/calendars/${calendar}`)
  await order(other, [{ room: moon, choice: slot(13, 13, 15) }])
  server.close()
  await until(async () => !server.listening, 'the other calendar is closed')
})

test('songs: sung in a room in use, by anyone with its code; the authors’ share goes to the works by how often each was sung, to the fen', async () => {
  const { host } = place
  const [author, second] = [await planet.signUp('Author'), await planet.signUp('Second')]
  const music = await sell(planet, author, { price: null, tracks: 2 })
  await planet.db.transaction(tx =>
    recordSignedSheet(tx, {
      subject: music.tracks[0]!,
      kind: 'work',
      parties: [
        { party: author.id, role: 'composer', shareBp: 6000 },
        { party: second.id, role: 'lyricist', shareBp: 4000 },
      ],
      by: author.id,
      at: new Date(Date.now() - 1000),
    }),
  )
  const moon = await openRoom(place, { authors: 1000 })
  await pay(guest, await order(guest, [{ room: moon, choice: slot(14, 12, 14) }]))
  const made = (await guest.call<{ items: BookingJson[] }>('GET', '/me/bookings')).items.find(one => one.resource === moon.id)!
  const { id, code } = await get(guest, made.id)
  type Book = { now: { id: string; title: string } | null; waiting: { id: string }[]; sung: unknown[]; open: boolean }
  const put = (who: Person, track: string, more: object = {}, song = newId('sng')) =>
    who.call<Book>('POST', `/bookings/${id}/songs`, { song, track, ...more })
  expect(await refused(put(guest, music.tracks[0]!))).toBe('409 not_in_use')
  clock.shift(Date.parse(on(14, 11.5)) - Date.now())
  await host.call('POST', `/bookings/${id}/arrive`)
  expect(await refused(put(planet.stranger, music.tracks[0]!))).toBe('404 not_found')
  expect(await refused(put(planet.stranger, music.tracks[0]!, { key: 'ZZZZZZZZZZ' }))).toBe('404 not_found')
  expect(await refused(put(guest, newId('trk')))).toBe('404 not_found')
  const twice = newId('sng')
  await put(planet.stranger, music.tracks[0]!, { key: code, name: 'Li' }, twice)
  await put(planet.stranger, music.tracks[0]!, { key: code, name: 'Li' }, twice)
  expect(await refused(put(guest, music.tracks[1]!, {}, twice))).toBe('409 key_reused')
  await put(guest, music.tracks[1]!)
  await put(guest, music.tracks[1]!)
  const front = newId('sng')
  let book = await put(guest, music.tracks[0]!, { next: true }, front)
  expect([book.now!.id, book.waiting[0]!.id, book.waiting.length]).toEqual([twice, front, 3])
  // Sung twice by two phones at once, it counts once; what is dropped does not count.
  await Promise.all([1, 2].map(() => guest.call('POST', `/bookings/${id}/songs/${twice}/sung`)))
  await guest.call('POST', `/bookings/${id}/songs/${front}/sung`)
  book = await guest.call<Book>('GET', `/bookings/${id}/songs`)
  await planet.stranger.call('POST', `/bookings/${id}/songs/${book.now!.id}/sung`, { key: code })
  book = await guest.call<Book>('GET', `/bookings/${id}/songs`)
  await guest.call('DELETE', `/bookings/${id}/songs/${book.now!.id}`)
  book = await guest.call<Book>('GET', `/bookings/${id}/songs`)
  expect([book.sung.length, book.now]).toEqual([3, null])
  const before = await held(planet, author.id, 'available')
  clock.shift(Date.parse(on(14, 14.2)) - Date.now())
  await turnClock(planet.db)
  await settle()
  clock.shift(0)
  expect(await refused(put(guest, music.tracks[0]!))).toBe('409 not_in_use')
  // ¥200: fee 0.60 % and the commission off; 10 % of the rest by three songs: two of a work shared 60 : 40, one whose work nobody has shared out.
  const { rows } = await planet.db.pool.query<{ owner: string; amount: string; step: string }>(
    `select a.owner, e.amount::text, e.step from ledger.entry e join ledger.account a on a.id = e.account join ledger.transfer t on t.id = e.transfer
     where t.kind = 'settle' and t.cause = 'line:' || (select line from bookings.charge where booking = $1) and e.amount > 0`,
    [id],
  )
  const of = (owner: string) => Number(rows.filter(one => one.owner === owner).reduce((sum, one) => sum + BigInt(one.amount), 0n))
  const left = of(author.id) + of(second.id) + of(host.id)
  expect(of(author.id) + of(second.id)).toBe(Math.round(left / 10))
  expect(Math.abs(of(second.id) - (left / 10) * (0.8 / 3))).toBeLessThan(1)
  expect(
    rows
      .filter(one => one.step === 'split:owner:sung')
      .map(one => one.owner)
      .toSorted(),
  ).toEqual([author.id, second.id].toSorted())
  expect((await held(planet, author.id, 'available')) - before).toBe(BigInt(of(author.id)))
})
