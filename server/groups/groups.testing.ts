/** For tests of this room and of those above: groups with people in them. */
import { expect } from 'vitest'
import { checks } from './checks.ts'
import { newId } from '../foundation/clock.ts'
import type { Person, TestPlanet } from '../testing.ts'

type Given = {
  kind?: 'official' | 'fans'
  name?: string
  page?: string
  visibility?: string
  joining?: string
  charter?: string
  about?: string
}
/** Opens a group of this person; gives its id. */
export async function addGroup(owner: Person, given: Given = {}): Promise<string> {
  const id = newId('grp')
  const handle = `g-${id.slice(-10)}`
  await owner.call('POST', '/groups', { id, handle, name: 'Tide Watchers', ...given })
  return id
}
/** An artist's page of this person. */
export async function addPage(
  owner: Person,
  kind: 'artist' | 'business' = 'artist',
  name = 'Tide',
  organisation?: string,
): Promise<string> {
  const id = newId('pag')
  const body = { id, kind, name, handle: `p-${id.slice(-10)}`, ...(organisation === undefined ? {} : { organisation }) }
  return (await owner.call<{ id: string }>('POST', '/pages', body)).id
}
export const join = (who: Person, group: string, more: object = {}): Promise<{ you: { member: boolean } }> =>
  who.call('POST', `/groups/${group}/join`, more)
/** The events of a kind that were told, oldest first. */
export async function events(planet: TestPlanet, type: string): Promise<Record<string, unknown>[]> {
  const { rows } = await planet.db.pool.query<{ body: Record<string, unknown> }>(
    'select body from house.event where type = $1 order by at, id',
    [type],
  )
  return rows.map(row => row.body)
}
/** The code of a refusal; `ok` without one. */
export const codeOf = (of: Promise<unknown>): Promise<string> =>
  of.then(
    () => 'ok',
    (error: unknown) => {
      const { problem, code } = error as { problem?: { code: string }; code?: string }
      const found = problem?.code ?? code
      if (found === undefined) throw error
      return found
    },
  )
/** All checks of this room find nothing. */
export async function audit(planet: TestPlanet): Promise<void> {
  for (const { name, run } of checks) expect({ name, found: await run(planet.db.read) }).toEqual({ name, found: [] })
}
