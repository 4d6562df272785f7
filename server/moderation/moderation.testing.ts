/** For tests of moderation: a planet with a group, those who look after it, members, and notes: things that can be reported, kept in memory. */
import { afterAll, beforeAll } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { addGroup, addPage, join } from '../groups/groups.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { holdFor, registerSubject, screen } from './index.ts'

export type Flag = {
  id: string
  kind: string
  subject: string
  state: string
  level: string
  hold: string | null
  reports: number
  reasons: { reason: string; count: number }[]
  seen: { text: string; hidden: boolean } | null
  author: { id: string } | null
  said: { by: string | null; reason: string; words: string }[]
  before: { id: string }[]
  decision: { id: string; action: string; by: string } | null
  can: { decide: boolean; escalate: boolean; ban: boolean }
}
export type Statement = {
  id: string
  action: string
  reason: string
  words: string
  facts: { text: string; hold: string | null }
  ban: { until: string | null; ended: boolean; locks: boolean } | null
  appeal: { id: string; state: string; answer: string | null } | null
  can: { appeal: boolean }
}
export type Ban = { id: string; state: string; until: string | null; confirmedBy: string | null; can: { confirm: boolean; lift: boolean } }
export type List<T> = { items: T[]; next: string | null }

type Note = { group: string | null; author: string; text: string; hidden: boolean }
export const notes = new Map<string, Note>()
registerSubject('note', {
  look: async (_read, ids) =>
    new Map(ids.flatMap(id => (notes.has(id) ? [[id, { ...notes.get(id)!, pictures: [], url: `/notes/${id}` }] as const] : []))),
  hide: async (_tx, ids, hidden) => {
    for (const id of ids) if (notes.has(id)) notes.get(id)!.hidden = hidden
  },
})

export let planet: TestPlanet
export let owner: Person
export let host: Person
export let members: Person[]
export let stranger: Person
export let operator: Person
export let second: Person
export let reviewer: Person
export let group: string

/** They have been here for a while: they write faster and their word counts. */
export async function old(...people: Person[]): Promise<void> {
  await planet.db.pool.query(`update people.person set created_at = now() - interval '30 days' where id = any($1)`, [
    people.map(one => one.id),
  ])
}
export async function newGroup(): Promise<string> {
  const made = await addGroup(owner)
  await join(host, made)
  await owner.call('PATCH', `/groups/${made}/members/${host.id}`, { role: 'host' })
  for (const one of members) await join(one, made)
  return made
}
export const setUp = (options: { work?: boolean } = {}): void => {
  beforeAll(async () => {
    planet = await startPlanet(options)
    owner = await planet.signUp('Owner')
    host = await planet.signUp('Host')
    stranger = await planet.signUp('Stranger')
    members = []
    for (const name of ['Ana', 'Ben', 'Cat', 'Dan', 'Eve']) members.push(await planet.signUp(name))
    operator = await planet.staff('operator')
    second = await planet.staff('operator')
    reviewer = await planet.staff('reviewer')
    await old(owner, host, stranger, ...members, operator, second, reviewer)
    group = await newGroup()
  })
  afterAll(async () => planet?.close())
}
export { addPage }

/** Writes a note as another room would: looked at first, held when that says so. */
export const write = (
  who: Person,
  text: string,
  more: { group?: string | null; links?: string[]; now?: Date; edit?: boolean; kind?: string } = {},
): Promise<{ id: string; hold: string | null }> =>
  planet.db.transaction(async tx => {
    const { group: place = group, links = [], now = clock.now(), kind = 'note', edit = false } = more
    const { hold } = await screen(tx, { kind, group: place, person: who.id, text, links, now, edit })
    const id = newId('pst')
    notes.set(id, { group: place, author: who.id, text, hidden: false })
    if (hold !== null) await holdFor(tx, { kind, id, group: place, author: who.id, reason: hold })
    return { id, hold }
  })
export const report = (who: Person, subject: string, reason = 'spam', kind = 'note', words = ''): Promise<{ again: boolean }> =>
  who.call('POST', '/moderation/reports', { kind, subject, reason, words })
export const flags = async (who: Person, query: string): Promise<Flag[]> =>
  (await who.call<List<Flag>>('GET', `/moderation/flags?${query}`)).items
export const flagOf = async (who: Person, subject: string, query = `group=${group}`): Promise<Flag> => {
  const found = (await flags(who, query)).find(one => one.subject === subject)
  if (found === undefined) throw new Error('no such flag')
  return found
}
export const decide = (who: Person, flag: string, action: string, more: object = {}): Promise<Flag> =>
  who.call('POST', `/moderation/flags/${flag}/decide`, {
    decision: newId('dcn'),
    action,
    reason: 'spam',
    words: 'Advertising is not for here',
    ...more,
  })
/** The code of a refusal. */
export async function code(asked: Promise<unknown>): Promise<string> {
  try {
    await asked
  } catch (error) {
    return (error as { problem?: { code: string } }).problem?.code ?? (error as { code: string }).code
  }
  return 'taken'
}
export const audit = async (): Promise<string[]> => {
  const { checks } = await import('./index.ts')
  const found: string[] = []
  for (const check of checks) found.push(...(await check.run(planet.db.read)))
  return found
}
