/** Open streams: what was published arrives after the commit and not without one; gaps, cuts, ends; many streams. */
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDb } from '../foundation/db.ts'
import { cut, limits, openLive, publish, publishAll, registerTopic, streamsOpen, topicOf } from '../foundation/live.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { listenTo } from './live.testing.ts'

let planet: TestPlanet
let lin: Person
let mei: Person
const closed = new Set<string>()
registerTopic('open', async () => true)
registerTopic('test', async (_read, viewer, id) => viewer !== null && !closed.has(`${id} ${viewer.id}`))

beforeAll(async () => {
  planet = await startPlanet()
  lin = await planet.signUp('Lin')
  mei = await planet.signUp('Mei')
})
afterAll(() => planet.close())

test('what is published arrives after the commit, in order, and nothing of what failed', async () => {
  const stream = await listenTo(planet, lin, 'me,test:a,test:b,nobody:x')
  await until(() => stream.events.some(event => event.event === 'ready'), 'ready')
  expect(stream.events[0]!.data).toEqual({ topics: ['me', 'test:a', 'test:b'], refused: ['nobody:x'] })
  await planet.db.transaction(async tx => {
    publish(tx, 'test:a', { kind: 'one' })
    publish(tx, topicOf(lin.id), { kind: 'two' })
    publish(tx, topicOf(mei.id), { kind: 'not hers' })
    publish(tx, 'test:c', { kind: 'not asked' })
  })
  await planet.db
    .transaction(async tx => {
      publish(tx, 'test:b', { kind: 'never' })
      throw new Error('no')
    })
    .catch(() => undefined)
  await planet.db.transaction(async tx => publish(tx, 'test:b', { kind: 'three' }))
  await until(() => stream.messages().length === 3, 'three messages')
  expect(stream.messages()).toEqual([
    { topic: 'test:a', message: { kind: 'one' } },
    { topic: 'me', message: { kind: 'two' } },
    { topic: 'test:b', message: { kind: 'three' } },
  ])
  stream.close()
})

const tellA = (kind: string): Promise<void> => planet.db.transaction(async tx => publish(tx, 'test:a', { kind }))
const ready = (stream: Awaited<ReturnType<typeof listenTo>>) => until(() => stream.events.some(event => event.event === 'ready'), 'ready')

test('who comes back hears what was missed; after a gap it is told to read anew', async () => {
  const first = await listenTo(planet, lin, 'test:a,test:there')
  await ready(first)
  // Before this process hears the others it cannot know what was missed: every return is a gap.
  const far = openDb({ url: planet.db.url, max: 1 })
  await until(async () => {
    await far.transaction(async tx => publish(tx, 'test:there', { kind: 'are you there' }))
    return first.messages().length > 0
  }, 'the listener')
  await far.close()
  await tellA('seen')
  await until(() => first.messages().some(told => JSON.stringify(told).includes('"seen"')), 'one')
  const last = first.events.at(-1)!.id
  const other = await listenTo(planet, mei, 'test:b')
  await ready(other)
  first.close()
  await tellA('missed 1')
  await tellA('missed 2')
  const back = await listenTo(planet, lin, 'test:a', last)
  await until(() => back.messages().length === 2, 'what was missed')
  expect(back.messages()).toEqual(['missed 1', 'missed 2'].map(kind => ({ topic: 'test:a', message: { kind } })))
  const lost = await listenTo(planet, lin, 'test:a', 'another-12')
  await until(() => lost.events.some(event => event.event === 'gap'), 'the gap')
  for (const stream of [back, lost, other]) stream.close()
})

test('a ban, a closed topic and the end of a session end or narrow a stream at once', async () => {
  const [one, two] = [await listenTo(planet, lin, 'me,test:a'), await listenTo(planet, mei, 'me,test:a')]
  await ready(one)
  await ready(two)
  await planet.db.transaction(async tx => cut(tx, { person: lin.id, topic: 'test:a' }))
  await until(() => one.events.some(event => event.event === 'cut'), 'the cut')
  await tellA('only for Mei')
  await until(() => two.messages().length === 1, 'the message')
  expect(one.messages()).toEqual([])
  await planet.db.transaction(async tx => cut(tx, { person: lin.id }))
  await until(() => one.ended(), 'the end')
  expect(two.ended()).toBe(false)
  await mei.fetch('/api/auth/sign-out', { method: 'POST', json: {}, headers: { origin: planet.url } })
  await until(() => two.ended(), 'the end with the session')
  await expect(listenTo(planet, mei, 'me')).rejects.toMatchObject({ status: 404 })
  // Of several devices only the one that is signed out.
  const again = await planet.signUp('Again')
  const [kept, ended] = [await listenTo(planet, again, 'me'), await listenTo(planet, lin, 'me')]
  await ready(kept)
  await lin.call('DELETE', `/me/sessions/${(await lin.call<{ items: { id: string }[] }>('GET', '/me/sessions')).items[0]!.id}`)
  await until(() => ended.ended(), 'the device to end')
  expect(kept.ended()).toBe(false)
  kept.close()
})

test('what another process says arrives, by batches, and not twice', async () => {
  const sam = await planet.signUp('Sam')
  const stream = await listenTo(planet, sam, 'me,test:a')
  await ready(stream)
  const far = openDb({ url: planet.db.url, max: 2 })
  const topics = [...Array.from({ length: 400 }, (_, n) => `test:${n}`), topicOf(sam.id)]
  await until(async () => {
    await far.transaction(async tx => publish(tx, 'test:a', { kind: 'are you there' }))
    return stream.messages().length > 0
  }, 'the listener')
  const before = stream.messages().length
  await far.transaction(async tx => publishAll(tx, topics, { kind: 'far' }))
  await far.transaction(async tx => publish(tx, 'test:a', { kind: 'end' }))
  await until(() => stream.messages().some(told => JSON.stringify(told).includes('"end"')), 'the end')
  expect(
    stream
      .messages()
      .slice(before)
      .filter(told => JSON.stringify(told).includes('"far"')),
  ).toEqual([{ topic: 'me', message: { kind: 'far' } }])
  await far.close()
  stream.close()
})

test('a slow reader is dropped, and nobody waits for it', async () => {
  const pat = await planet.signUp('Pat')
  let written = 0
  const out = Object.assign(new Writable({ highWaterMark: 1, write: () => undefined }), { writeHead: () => undefined })
  await openLive(
    {
      db: planet.db,
      out: out as unknown as ServerResponse,
      headers: {},
      viewer: { ...pat, locale: 'en', roles: [], session: 'ses_x' },
      topics: ['test:slow'],
      since: undefined,
    },
    () => written++,
  )
  expect(written).toBe(1)
  await until(() => streamsOpen(planet.db) === 1, 'the streams of before to be gone')
  const big = { kind: 'x'.repeat(5000) }
  for (let n = 0; n < (limits.unread / 5000) * 1.2; n++) await planet.db.transaction(async tx => publish(tx, 'test:slow', big))
  expect(out.destroyed).toBe(true)
  expect(streamsOpen(planet.db)).toBe(0)
})

test('a thousand open streams: all hear, for little memory', async () => {
  const many = await planet.signUp('Many')
  await until(() => streamsOpen(planet.db) === 0, 'the streams of before to be gone')
  const heard = { count: 0 }
  const sockets: Socket[] = []
  const { port } = new URL(planet.url)
  const heap = (): number => {
    ;(globalThis as { gc?: () => void }).gc?.()
    return process.memoryUsage().rss
  }
  const from = heap()
  // Strangers' streams of an open topic: one person may hold twenty.
  for (let n = 0; n < 1000; n++) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('GET /api/v1/live?topics=open:a HTTP/1.1\r\nhost: x\r\n\r\n')
    socket.on('data', chunk => (heard.count += chunk.toString().split('"kind":"all"').length - 1))
    sockets.push(socket)
  }
  await until(() => streamsOpen(planet.db) === 1000, 'a thousand streams')
  const bytes = heap() - from
  await planet.db.transaction(async tx => publish(tx, 'open:a', { kind: 'all' }))
  await until(() => heard.count === 1000, 'all to hear it')
  // About 10 MB here, both ends of each connection together.
  expect(bytes).toBeLessThan(60e6)
  for (const socket of sockets) socket.destroy()
  await until(() => streamsOpen(planet.db) === 0, 'them to be gone')
  // One person holds twenty: the oldest goes.
  const own: Awaited<ReturnType<typeof listenTo>>[] = []
  for (let n = 0; n < limits.streamsPerPerson + 2; n++) own.push(await listenTo(planet, many, 'me'))
  await until(() => own.filter(stream => stream.ended()).length === 2, 'the oldest to go')
  expect(own[0]!.ended() && own[1]!.ended()).toBe(true)
  for (const stream of own) stream.close()
})
