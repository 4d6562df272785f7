/** Who stands where in a group, and what they may therefore see and do: the door other rooms ask at. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import { registerTopic } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { can } from './policy.ts'
import { nowhere, readGroup, readPairs, readStandings, readStandingsIn, type Group, type Standing } from './store.ts'

/** A group by id or handle, whoever asks; undefined where there is none. */
export const groupOf = (db: Read, idOrHandle: string): Promise<Group | undefined> => readGroup(db, idOrHandle)

type Which = string | Pick<Group, 'id'>
const idOf = (group: Which): string => (typeof group === 'string' ? group : group.id)

/** Where a person stands in a group (by its id, or the group). */
export async function standing(db: Read, person: string | null, group: Which): Promise<Standing> {
  if (person === null) return nowhere
  return (await readStandings(db, person, [idOf(group)], clock.now())).get(idOf(group)) ?? nowhere
}
/** Where many persons stand in many groups, in the order given; one statement. */
export const standings = (db: Read, pairs: readonly { person: string; group: string }[]): Promise<Standing[]> =>
  readPairs(db, pairs, clock.now())
/** Where one person stands in many groups, by group id; one statement. */
export const standingsOf = (db: Read, person: string, groups: readonly string[]): Promise<Map<string, Standing>> =>
  readStandings(db, person, groups, clock.now())
/** Where many persons stand in one group, by person id; one statement. */
export const standingsIn = (db: Read, group: string, persons: readonly string[]): Promise<Map<string, Standing>> =>
  readStandingsIn(db, group, persons, clock.now())

export type Seen = { group: Group; standing: Standing }

/** A group whose outside (name, picture, how to join) the viewer sees, by id or handle; else `not_found`. */
export async function findGroup(db: Read, viewer: Viewer | null, idOrHandle: string): Promise<Seen> {
  const group = await readGroup(db, idOrHandle)
  if (group === undefined) throw fault('not_found')
  const stands = await standing(db, viewer?.id ?? null, group)
  if (!can.find(viewer, group, stands)) throw fault('not_found')
  return { group, standing: stands }
}

/** A group whose inside (posts, missions, schedule …) the viewer may read, by id or handle; else `not_found`. */
export async function seeGroup(db: Read, viewer: Viewer | null, idOrHandle: string): Promise<Seen> {
  const seen = await findGroup(db, viewer, idOrHandle)
  if (!can.read(viewer, seen.group, seen.standing)) throw fault('not_found')
  return seen
}

/** Members, and the artist of an official group, may act in it: else `members_only`, `banned`, `group_closed`, `charter_new` (accept it first). */
export async function allowMember(db: Read, viewer: Viewer, idOrHandle: string): Promise<Seen> {
  const seen = await seeGroup(db, viewer, idOrHandle)
  const { group, standing: stands } = seen
  if (stands.banned) throw fault('forbidden', 'banned')
  if (!stands.member && !stands.artist) throw fault('forbidden', 'members_only')
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
  if (!stands.artist && stands.role === 'member' && stands.charter < group.charter) throw fault('conflict', 'charter_new')
  return seen
}

/** Owner, hosts, and the artist of an official group: else `hosts_only` (or `not_found` where they see nothing). */
export async function allowHost(db: Read, viewer: Viewer, idOrHandle: string): Promise<Seen> {
  const seen = await findGroup(db, viewer, idOrHandle)
  if (!can.host(seen.standing)) throw fault('forbidden', 'hosts_only')
  return seen
}

/** The desk of a group as its hosts see it; operators may look, too. */
export async function seeDesk(db: Read, viewer: Viewer, idOrHandle: string): Promise<Seen> {
  const seen = await findGroup(db, viewer, idOrHandle)
  if (!can.host(seen.standing) && !viewer.roles.includes('operator')) throw fault('forbidden', 'hosts_only')
  return seen
}

/** The desk where only its owner (or the artist's editors) may act: else `owner_only`. */
export async function allowOwner(db: Read, viewer: Viewer, idOrHandle: string): Promise<Seen> {
  const seen = await findGroup(db, viewer, idOrHandle)
  if (!can.own(seen.standing)) throw fault('forbidden', 'owner_only')
  return seen
}

// Who may read what is written in a group hears of it at once.
registerTopic('group', async (read, viewer, id) => {
  const group = id.startsWith('grp_') ? await readGroup(read, id) : undefined
  return group !== undefined && can.read(viewer, group, await standing(read, viewer?.id ?? null, group))
})
