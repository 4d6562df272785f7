/** Organisations and who belongs to them. Someone who does not belong cannot tell one from one that does not exist. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { people } from '../../shared/people.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { can } from './policy.ts'
import { findPersonByEmail } from './store.ts'
import {
  countOwners,
  deleteMember,
  insertMember,
  insertOrganisation,
  listMembers,
  listOrganisations,
  lockOrganisation,
  readMember,
  readOrganisation,
  renameOrganisation,
  roleIn,
  updateRole,
  type OrganisationRow,
  type OrgRole,
} from './store-organisations.ts'

type Entries = typeof people.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

async function mine(db: Read, id: string, viewer: Viewer): Promise<OrganisationRow & { role: OrgRole }> {
  const found = await readOrganisation(db, id, viewer.id)
  if (found?.role == null) throw fault('not_found')
  return { ...found, role: found.role }
}

/** Locks an organisation the viewer belongs to, for changing who belongs; gives the viewer's role. */
async function lockMine(tx: Tx, id: string, viewer: Viewer): Promise<OrgRole> {
  await lockOrganisation(tx, id)
  const role = await roleIn(tx, id, viewer.id)
  if (role === null) throw fault('not_found')
  return role
}

export const getOrganisations = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/organisations'>> => ({
  items: await listOrganisations(db, viewer.id),
})

export const getOrganisation = (db: Read, viewer: Viewer, input: Input<'GET /organisations/:id'>): Promise<Ok<'GET /organisations/:id'>> =>
  mine(db, input.id, viewer)

export async function openOrganisation(tx: Tx, viewer: Viewer, input: Input<'POST /organisations'>): Promise<Ok<'POST /organisations'>> {
  const id = input.id ?? newId('org')
  const at = clock.now()
  if (!(await insertOrganisation(tx, { id, name: input.name, kind: input.kind, at }))) {
    // A retry of one's own is the same organisation; anyone else's id is simply taken.
    const found = await readOrganisation(tx, id, viewer.id)
    if (found?.role !== 'owner' || found.name !== input.name || found.kind !== input.kind) throw fault('conflict', 'key_reused')
    return found
  }
  await insertMember(tx, { organisation: id, person: viewer.id, role: 'owner', at })
  return mine(tx, id, viewer)
}

export async function changeOrganisation(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PATCH /organisations/:id'>,
): Promise<Ok<'PATCH /organisations/:id'>> {
  if (!can.manage(await lockMine(tx, input.id, viewer))) throw fault('forbidden')
  await renameOrganisation(tx, input.id, input.name)
  return mine(tx, input.id, viewer)
}

export async function getMembers(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /organisations/:id/members'>,
): Promise<Ok<'GET /organisations/:id/members'>> {
  await mine(db, input.id, viewer)
  return { items: await listMembers(db, input.id) }
}

export async function addMember(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /organisations/:id/members'>,
): Promise<Ok<'POST /organisations/:id/members'>> {
  if (!can.appoint(await lockMine(tx, input.id, viewer), input.role)) throw fault('forbidden')
  const person = await findPersonByEmail(tx, input.email)
  if (person === undefined) throw fault('not_found', 'no_such_person')
  if (!(await insertMember(tx, { organisation: input.id, person: person.id, role: input.role, at: clock.now() })))
    throw fault('conflict', 'already_member')
  return (await readMember(tx, input.id, person.id))!
}

export async function changeMember(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PATCH /organisations/:id/members/:person'>,
): Promise<Ok<'PATCH /organisations/:id/members/:person'>> {
  const role = await lockMine(tx, input.id, viewer)
  const member = await readMember(tx, input.id, input.person)
  if (member === undefined) throw fault('not_found')
  if (!can.appoint(role, member.role) || !can.appoint(role, input.role)) throw fault('forbidden')
  if (member.role === 'owner' && input.role !== 'owner' && (await countOwners(tx, input.id)) === 1) throw fault('conflict', 'last_owner')
  await updateRole(tx, input.id, input.person, input.role)
  return { ...member, role: input.role }
}

export async function removeMember(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /organisations/:id/members/:person'>,
): Promise<Ok<'DELETE /organisations/:id/members/:person'>> {
  const role = await lockMine(tx, input.id, viewer)
  const member = await readMember(tx, input.id, input.person)
  if (member === undefined) throw fault('not_found')
  if (member.person !== viewer.id && !can.appoint(role, member.role)) throw fault('forbidden')
  if (member.role === 'owner' && (await countOwners(tx, input.id)) === 1) throw fault('conflict', 'last_owner')
  await deleteMember(tx, input.id, input.person)
  return { ok: true }
}

/** Makes an organisation with its members, without a request: the demo world, commands, tests. */
export async function makeOrganisation(
  tx: Tx,
  given: { id?: string; name: string; kind: OrganisationRow['kind']; members: readonly { person: string; role: OrgRole }[] },
): Promise<string> {
  const id = given.id ?? newId('org')
  const at = clock.now()
  if (!given.members.some(member => member.role === 'owner')) throw fault('conflict', 'last_owner')
  if (!(await insertOrganisation(tx, { id, name: given.name, kind: given.kind, at }))) throw fault('conflict', 'key_reused')
  for (const member of given.members) await insertMember(tx, { organisation: id, ...member, at })
  return id
}

/** Whether the viewer may act for a person (only oneself) or an organisation (with one of these roles; owner and manager unless told). */
export async function mayActFor(
  db: Read,
  viewer: Viewer | null,
  owner: string | null,
  roles: readonly OrgRole[] = ['owner', 'manager'],
): Promise<boolean> {
  if (viewer === null || owner === null) return false
  if (owner.startsWith('usr_')) return owner === viewer.id
  const role = await roleIn(db, owner, viewer.id)
  return role !== null && roles.includes(role)
}

/** Persons and organisations one may act for with one of these roles: oneself first. */
export async function actsFor(db: Read, viewer: Viewer, roles: readonly OrgRole[] = ['owner', 'manager']): Promise<string[]> {
  const organisations = await listOrganisations(db, viewer.id)
  return [viewer.id, ...organisations.filter(o => o.role !== null && roles.includes(o.role)).map(o => o.id)]
}
