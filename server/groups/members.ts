/** Members: coming, going, being removed, what they do. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell, tellAll } from '../foundation/events.ts'
import { readGroup, type Role } from './store.ts'
import { deleteMember, deleteMembersBy, insertActivity, insertMember, type How } from './store-members.ts'

/** Makes a person a member without asking; false when they are one. For requests that were accepted, fan clubs that move, the demo world. Says `banned` of who is. */
export async function joinNow(tx: Tx, given: { group: string; person: string; how: How; role?: Role }): Promise<boolean> {
  const group = await readGroup(tx, given.group)
  if (group === undefined) throw fault('not_found')
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
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
  if (gone) await tell(tx, { type: 'member_left', group: given.group, person: given.person })
  return gone
}

/** Takes back memberships that came in one way (`enrolment:enr_…`); gives who was taken out. Whoever became a host stays. */
export async function withdrawMember(tx: Tx, given: { group: string; persons: readonly string[]; how: How }): Promise<string[]> {
  const gone = given.persons.length === 0 ? [] : await deleteMembersBy(tx, { ...given, at: clock.now() })
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
