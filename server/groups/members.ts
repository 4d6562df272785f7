/** Members: who they are, coming and going without a request, roles, what they do. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell, tellAll } from '../foundation/events.ts'
import { cut } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import type { Input, Ok } from './groups.ts'
import { can } from './policy.ts'
import { findGroup, seeDesk, standing } from './standing.ts'
import { lockGroup, readGroup, type Role } from './store.ts'
import {
  deleteMember,
  deleteMembersBy,
  insertActivity,
  insertMember,
  listLog,
  listMembers,
  ownerOf,
  setRole,
  type How,
} from './store-members.ts'

/** Makes a person a member without asking; false when they are one. For requests that were accepted, fan clubs that move, the demo world. Says `banned` of who is. */
export async function joinNow(tx: Tx, given: { group: string; person: string; how: How; role?: Role }): Promise<boolean> {
  const group = await readGroup(tx, given.group)
  if (group === undefined) throw fault('not_found')
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
  if ((await standing(tx, given.person, group)).banned) throw fault('forbidden', 'banned')
  const made = await insertMember(tx, { ...given, role: given.role ?? 'member', charter: group.charter, at: clock.now() })
  if (made) await tell(tx, { type: 'member_joined', group: given.group, person: given.person })
  return made
}

/** Takes a member out; false when they were none (or own it: a group is never without an owner). */
export async function removeMember(
  tx: Tx,
  given: { group: string; person: string; by?: string | null; reason?: string },
): Promise<boolean> {
  const by = given.by ?? null
  const gone = await deleteMember(tx, {
    group: given.group,
    person: given.person,
    what: by === null || by === given.person ? 'left' : 'removed',
    by,
    reason: given.reason ?? '',
    at: clock.now(),
  })
  if (gone) {
    await tell(tx, { type: 'member_left', group: given.group, person: given.person })
    // What they may hear of it is asked anew; of a group that anyone reads they may hear again.
    cut(tx, { person: given.person, topic: `group:${given.group}` })
  }
  return gone
}

/** Takes back memberships that came in one way (`enrolment:enr_…`); gives who was taken out. Whoever became a host stays. */
export async function withdrawMember(tx: Tx, given: { group: string; persons: readonly string[]; how: How }): Promise<string[]> {
  const gone = given.persons.length === 0 ? [] : await deleteMembersBy(tx, { ...given, at: clock.now() })
  for (const person of gone) cut(tx, { person, topic: `group:${given.group}` })
  await tellAll(
    tx,
    gone.map(person => ({ type: 'member_left' as const, group: given.group, person })),
  )
  return gone
}

/** Counts what members did towards their level (1 … 100 each), once per key; who is no member is left out. Set-based. */
export async function addActivity(
  tx: Tx,
  given: readonly { group: string; person: string; amount: number; key: string; at?: Date }[],
): Promise<void> {
  if (given.length > 0)
    await insertActivity(
      tx,
      given.map(one => ({ at: clock.now(), ...one })),
    )
}

export async function getMembers(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:id/members'>,
): Promise<Ok<'GET /groups/:id/members'>> {
  const { group, standing: stands } = await findGroup(db, viewer, input.id)
  if (!can.members(viewer, stands)) throw fault('forbidden', 'members_only')
  const after =
    input.sort === 'active' ? fromCursor(input.cursor, [z.number().int(), z.string()]) : fromCursor(input.cursor, [cursorTime, z.string()])
  const { q, sort, staff = false, limit } = input
  const rows = await listMembers(db, { group: group.id, q: q === undefined || q === '' ? null : q, sort, staff, after, limit: limit + 1 })
  return pageOf(
    rows,
    limit,
    ({ id, name, role, artist, level, since }) => ({
      id,
      name,
      role,
      artist,
      level,
      since,
      can: { remove: can.remove(stands, role, id === viewer.id), appoint: can.own(stands) && role !== 'owner' },
    }),
    row => toCursor(sort === 'active' ? row.activity : row.since, row.id),
  )
}

export async function appoint(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PATCH /groups/:id/members/:person'>,
): Promise<Ok<'PATCH /groups/:id/members/:person'>> {
  const { group, standing: stands } = await findGroup(tx, viewer, input.id)
  if (!can.own(stands)) throw fault('forbidden', 'owner_only')
  await lockGroup(tx, group.id)
  const other = await standing(tx, input.person, group)
  if (!other.member) throw fault('not_found')
  const at = clock.now()
  if (other.role === input.role) return { ok: true }
  if (other.role === 'owner') throw fault('conflict', 'owner_stays')
  if (input.role === 'owner') {
    const before = await ownerOf(tx, group.id)
    if (before !== undefined) await setRole(tx, { group: group.id, person: before, role: 'host', by: viewer.id, at })
  }
  await setRole(tx, { group: group.id, person: input.person, role: input.role, by: viewer.id, at })
  return { ok: true }
}

export async function takeOut(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/members/:person/remove'>,
): Promise<Ok<'POST /groups/:id/members/:person/remove'>> {
  const { group, standing: stands } = await findGroup(tx, viewer, input.id)
  if (!can.host(stands)) throw fault('forbidden', 'hosts_only')
  await lockGroup(tx, group.id)
  const other = await standing(tx, input.person, group)
  // Out already: a repeat.
  if (!other.member) return { ok: true }
  if (other.role === 'owner') throw fault('conflict', 'owner_stays')
  if (!can.remove(stands, other.role ?? 'member', input.person === viewer.id)) throw fault('forbidden', 'owner_only')
  await removeMember(tx, { group: group.id, person: input.person, by: viewer.id, reason: input.reason })
  return { ok: true }
}

export async function getLog(db: Read, viewer: Viewer, input: Input<'GET /groups/:id/log'>): Promise<Ok<'GET /groups/:id/log'>> {
  const { group } = await seeDesk(db, viewer, input.id)
  const after = fromCursor(input.cursor, [cursorTime, z.string().regex(/^\d{1,19}$/)])
  const rows = await listLog(db, group.id, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ person, name, what, by, reason, at }) => ({ person: { id: person, name }, what, by, reason, at }),
    row => toCursor(row.at, row.id),
  )
}
