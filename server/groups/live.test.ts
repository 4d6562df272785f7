/** What open pages of a group hear, and that going, being taken out and being banned ends it at once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addGroup, join } from './groups.testing.ts'
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { ban } from '../moderation/index.ts'
import { listenTo } from '../notices/live.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let host: Person
beforeAll(async () => {
  planet = await startPlanet()
  host = await planet.signUp('Host')
})
afterAll(() => planet.close())

const soon = (): { startsAt: string; endsAt: string } => {
  const at = new Date(Date.now() + 3_600_000).toISOString()
  return { startsAt: at, endsAt: at }
}
const happen = (group: string): Promise<unknown> =>
  host.call('POST', `/groups/${group}/schedule`, { event: newId('gev'), kind: 'other', title: 'Soon', timeZone: 'UTC', ...soon() })
const topic = (group: string): string => `group:${group}`

test('members of a closed circle hear of it, strangers are refused the topic', async () => {
  const group = await addGroup(host, { visibility: 'members' })
  const [fan, stranger] = [await planet.signUp('Fan'), await planet.signUp('Stranger')]
  await join(fan, group)
  const [inside, outside] = [await listenTo(planet, fan, topic(group)), await listenTo(planet, stranger, `me,${topic(group)}`)]
  await until(() => [inside, outside].every(one => one.events.some(event => event.event === 'ready')), 'ready')
  expect(outside.events[0]!.data).toEqual({ topics: ['me'], refused: [topic(group)] })
  await happen(group)
  await until(() => inside.messages().length === 1, 'the message')
  expect(outside.messages()).toEqual([])
  for (const stream of [inside, outside]) stream.close()
})

test.each([
  ['leaves', (group: string, fan: Person) => fan.call('DELETE', `/groups/${group}/membership`)],
  ['is taken out', (group: string, fan: Person) => host.call('POST', `/groups/${group}/members/${fan.id}/remove`, { reason: 'x' })],
  [
    'is banned',
    (group: string, fan: Person) =>
      planet.db.transaction(tx => ban(tx, { person: fan.id, group, reason: 'spam', words: 'Spam.', by: host.id, until: null })),
  ],
] as const)('who %s hears no more, now, and cannot come back to it', async (_, end) => {
  const group = await addGroup(host, { visibility: 'members' })
  const fan = await planet.signUp('Fan')
  await join(fan, group)
  const stream = await listenTo(planet, fan, topic(group))
  await until(() => stream.events.some(event => event.event === 'ready'), 'ready')
  await end(group, fan)
  await until(() => stream.events.some(event => event.event === 'cut') || stream.ended(), 'the cut')
  await happen(group)
  const again = await listenTo(planet, fan, `me,${topic(group)}`)
  await until(() => again.events.some(event => event.event === 'ready'), 'ready again')
  expect(again.events[0]!.data).toMatchObject({ refused: [topic(group)] })
  expect(stream.messages()).toEqual([])
  for (const one of [stream, again]) one.close()
})
