/** Bans: of a group by its hosts, of the planet by two of the staff. By the person's id, so a new name or joining again changes nothing; nothing is deleted. */
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import { cut } from '../foundation/live.ts'
import { banPerson } from '../people/index.ts'
import { isHost } from './policy.ts'
import { readPlace } from './store.ts'
import { bansInForce, closePast, endBan, insertBan, lockedNow, lockPerson, readBan } from './store-bans.ts'
import { insertDecision } from './store-decisions.ts'

/** Whether someone may not take part: in a group (also when the whole planet bans them), or, without a group, anywhere. */
export async function bannedFrom(read: Read, person: string, group: string | null): Promise<{ until: Date | null; reason: string } | null> {
  const [found] = await bansInForce(read, person, group, clock.now())
  return found === undefined ? null : { until: found.until, reason: found.reason }
}

export type GivenBan = {
  id?: string
  person: string
  group: string
  reason: string
  words: string
  by: string
  /** Null: until it is lifted. */
  until: Date | null
  /** What was looked at when it was decided. */
  flag?: string
  /** Decided by the planet's staff, who do not look after the group: then hosts do not decide an appeal. */
  level?: 'group' | 'planet'
}
/** Bans from a group, at once, with its statement of reasons. Faults: own_decision, cannot_ban, already_banned, key_reused. */
export async function ban(tx: Tx, given: GivenBan): Promise<string> {
  const now = clock.now()
  const { id = newId('ban', now), person, group, by, until } = given
  if (person === by) throw fault('forbidden', 'own_decision')
  await lockPerson(tx, person)
  const known = await readBan(tx, id)
  if (known !== undefined) {
    if (known.person !== person || known.scope !== group || known.proposedBy !== by) throw fault('conflict', 'key_reused')
    return id
  }
  const place = await readPlace(tx, group, person)
  if (place === undefined) throw fault('not_found')
  // Who looks after a group gives that up first.
  if (isHost(place)) throw fault('unprocessable', 'cannot_ban')
  await closePast(tx, person, group, now)
  const decision = newId('dcn', now)
  await insertDecision(tx, {
    id: decision,
    flag: given.flag ?? null,
    kind: 'person',
    subject: person,
    group,
    level: given.level ?? 'group',
    author: person,
    action: 'ban',
    reason: given.reason,
    words: given.words,
    facts: { text: '', pictures: [], url: `/groups/${place.handle}`, reports: 0, hold: null },
    by,
    second: '',
    at: now,
  })
  const seconds = until === null ? null : Math.max(1, Math.round((until.getTime() - now.getTime()) / 1000))
  const made = await insertBan(tx, {
    id,
    person,
    scope: group,
    reason: given.reason,
    words: given.words,
    locks: false,
    seconds,
    by,
    at: now,
    from: now,
    until,
    decision,
  })
  if (!made) throw fault('conflict', 'already_banned')
  await begin(tx, { person, scope: group, decision, id, until, locks: false })
  return id
}

/** What happens when a ban begins to hold. */
export async function begin(
  tx: Tx,
  given: { id: string; person: string; scope: string; decision: string; until: Date | null; locks: boolean },
): Promise<void> {
  const group = given.scope === '' ? null : given.scope
  if (given.locks) await banPerson(tx, given.person, true)
  cut(tx, group === null ? { person: given.person } : { person: given.person, topic: `group:${group}` })
  if (given.until !== null && given.locks)
    await enqueue(tx, 'moderation.unlock', { ban: given.id }, { runAt: given.until, key: `unlock:${given.id}` })
  await tell(tx, { type: 'person_banned', person: given.person, group })
  await tell(tx, { type: 'decision_made', decision: given.decision, person: given.person })
}

/** Ends a ban; false when it was over already. */
export async function unban(tx: Tx, given: { id: string; by: string | null; words: string | null }): Promise<boolean> {
  const now = clock.now()
  const row = await readBan(tx, given.id)
  if (row === undefined) throw fault('not_found')
  await lockPerson(tx, row.person)
  if (!(await endBan(tx, row.id, given.by, given.words, now))) return false
  if (row.locks) await release(tx, row.person)
  return true
}
/** Lets someone sign in again when nothing else keeps them out. */
export async function release(tx: Tx, person: string): Promise<void> {
  if (!(await lockedNow(tx, person, clock.now()))) await banPerson(tx, person, false)
}
