/** Open streams: what was published arrives after the commit and not without one; gaps, cuts, ends; many streams. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cut, publish, registerTopic, streamsOpen, topicOf } from '../foundation/live.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { listenTo, until } from './live.testing.ts'

let planet: TestPlanet
let lin: Person
let mei: Person
const closed = new Set<string>()
registerTopic('test', async (_read, viewer, id) => viewer !== null && !closed.has(`${id} ${viewer.id}`))

beforeAll(async () => {
  planet = await startPlanet()
  lin = await planet.signUp('Lin')
  mei = await planet.signUp('Mei')
})
afterAll(() => planet.close())

test('what is published arrives after the commit, in order, and nothing of what failed', async () => {
  const stream = await listenTo(planet, lin, 'me,test:a,test:b,nobody:x')
  await until(() => stream.events.some(event => event.event === 'ready'))
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
  await until(() => stream.messages().length === 3)
  expect(stream.messages()).toEqual([
    { topic: 'test:a', message: { kind: 'one' } },
    { topic: 'me', message: { kind: 'two' } },
    { topic: 'test:b', message: { kind: 'three' } },
  ])
  stream.close()
})
