import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { addGroup, addPage, events, join, codeOf as code } from './groups.testing.ts'
import { clock, newId } from '../foundation/clock.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let artist: Person
let fan: Person
let other: Person
let group: string
beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet()
  artist = await planet.signUp('Artist')
  fan = await planet.signUp('Fan')
  other = await planet.signUp('Other')
  group = await addGroup(artist, { kind: 'official', page: await addPage(artist) })
  for (const who of [fan, other]) await join(who, group)
})
afterEach(() => clock.shift(0))
afterAll(() => planet.close())

const dayMs = 86_400_000
type Letter = {
  id: string
  text: string
  read: boolean
  shown: boolean
  pinned: boolean
  answer: { text: string } | null
  mayShow: boolean
}
const write = async (who: Person, more: object = {}): Promise<string> => {
  const letter = newId('ltr')
  await who.call('POST', `/groups/${group}/letters`, { letter, text: 'Your songs kept me company.', ...more })
  return letter
}
const list = (who: Person, which: string): Promise<{ items: Letter[]; unread: number; today: boolean }> =>
  who.call('GET', `/groups/${group}/letters?which=${which}`)

test('one a day, whatever the id; the same one again is the same', async () => {
  const letter = newId('ltr')
  const all = await Promise.all([1, 2, 3].map(() => code(write(fan, { letter }))))
  expect(all).toEqual(['ok', 'ok', 'ok'])
  expect(await code(write(fan))).toBe('letter_today')
  expect(await code(write(other, { letter }))).toBe('key_reused')
  expect((await list(fan, 'mine')).items).toHaveLength(1)
  expect(await list(fan, 'mine')).toMatchObject({ today: true, unread: 0 })
  await fan.call('DELETE', `/letters/${letter}`)
  expect(await code(write(fan))).toBe('letter_today')
  expect(await list(artist, 'inbox')).toMatchObject({ items: [], unread: 0 })
  clock.shift(dayMs)
  expect(await code(write(fan))).toBe('ok')
  const stranger = await planet.signUp('Stranger')
  expect(await code(write(stranger))).toBe('members_only')
  expect((await events(planet, 'letter_sent')).length).toBe(2)
})

test('read and answered by the artist’s side alone; the answer is told once', async () => {
  clock.shift(2 * dayMs)
  const letter = await write(fan)
  expect(await code(list(other, 'inbox'))).toBe('artist_only')
  expect(await code(planet.stranger.call('GET', `/groups/${group}/letters?which=mine`))).toBe('unauthenticated')
  for (const [what, body] of Object.entries({ read: {}, answer: { text: 'Mine' }, show: { shown: true } }))
    for (const who of [other, fan])
      expect([what, await code(who.call('POST', `/letters/${letter}/${what}`, body))]).toEqual([what, 'not_found'])
  expect(await code(other.call('PATCH', `/letters/${letter}`, { mayShow: true }))).toBe('not_found')
  expect(await code(other.call('DELETE', `/letters/${letter}`))).toBe('not_found')
  await artist.call('POST', `/letters/${letter}/read`)
  expect((await list(fan, 'mine')).items[0]).toMatchObject({ id: letter, read: true, answer: null })
  await artist.call('POST', `/letters/${letter}/answer`, { text: 'Thank you.' })
  await artist.call('POST', `/letters/${letter}/answer`, { text: 'Thank you!' })
  expect((await list(fan, 'mine')).items[0]!.answer).toMatchObject({ text: 'Thank you!' })
  expect(await events(planet, 'letter_answered')).toEqual([{ letter }])
  expect((await list(artist, 'unanswered')).items.map(one => one.id)).not.toContain(letter)
})

test('shown only when both want it, and no longer than the writer does; pinned ones first', async () => {
  clock.shift(3 * dayMs)
  const letter = await write(fan)
  const first = await write(other, { mayShow: true })
  expect(await code(artist.call('POST', `/letters/${letter}/show`, { shown: true }))).toBe('writer_keeps')
  await fan.call('PATCH', `/letters/${letter}`, { mayShow: true })
  expect((await list(planet.stranger, 'shown')).items).toEqual([])
  await artist.call('POST', `/letters/${first}/show`, { shown: true, pinned: true })
  clock.shift(3 * dayMs + 60_000)
  await artist.call('POST', `/letters/${letter}/show`, { shown: true })
  expect((await list(planet.stranger, 'shown')).items.map(one => one.id)).toEqual([first, letter])
  await fan.call('PATCH', `/letters/${letter}`, { mayShow: false })
  expect((await list(planet.stranger, 'shown')).items.map(one => one.id)).toEqual([first])
  await other.call('DELETE', `/letters/${first}`)
  expect((await list(planet.stranger, 'shown')).items).toEqual([])
  expect(await code(artist.call('POST', `/letters/${first}/answer`, { text: 'x' }))).toBe('not_found')
})

test('not where the artist takes none, nor in groups of fans', async () => {
  const fans = await addGroup(fan)
  expect(await code(fan.call('POST', `/groups/${fans}/letters`, { letter: newId('ltr'), text: 'x' }))).toBe('letters_closed')
  await artist.call('PATCH', `/groups/${group}`, { letters: false })
  clock.shift(5 * dayMs)
  expect(await code(write(fan))).toBe('letters_closed')
})
