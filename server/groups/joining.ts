/** Coming in: at once, by an invite, or by a request that a host decides; going. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock, newId, randomToken } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { screen } from '../moderation/index.ts'
import { findInvited, type Input, type Ok } from './groups.ts'
import { removeMember } from './members.ts'
import { showGroup, waitDays } from './show.ts'
import { allowHost, findGroup, seeDesk, standing } from './standing.ts'
import {
  countJoined,
  countRequests,
  endInvite,
  endRequests,
  followedAt,
  insertInvite,
  insertMember,
  insertRequest,
  listInvites,
  listRequests,
  lockRequest,
  takeInvite,
} from './store-members.ts'
import { lockGroup } from './store.ts'

/** So many groups one may be in, and so many invites of a group that hold. */
const mostJoined = 500
const mostInvites = 20
const dayMs = 86_400_000

export async function joinGroup(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:id/join'>): Promise<Ok<'POST /groups/:id/join'>> {
  const { group, standing: stands, invited } = await findInvited(tx, viewer, input.id, input.invite)
  const now = clock.now()
  const answer = async (): Promise<Ok<'POST /groups/:id/join'>> => showGroup(tx, viewer, await findGroup(tx, viewer, group.id), invited)
  if (stands.member) return answer()
  if (stands.banned) throw fault('forbidden', 'banned')
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
  if (input.charter !== group.charter) throw fault('conflict', 'charter_new', { fields: { charter: String(group.charter) } })
  if (input.invite !== undefined && !invited) throw fault('conflict', 'invite_over')
  if (group.joining === 'invite' && !invited && !stands.artist) throw fault('forbidden', 'invite_needed')
  if (group.followDays > 0 && !stands.artist) {
    const wait = waitDays(group.followDays, (await followedAt(tx, viewer.id, group.page!)) ?? null, now)
    if (wait > 0) throw fault('conflict', 'follow_first', { fields: { days: String(wait) } })
  }
  if ((await countJoined(tx, viewer.id)) >= mostJoined) throw fault('conflict', 'too_many_joined')
  if (group.joining === 'ask' && !invited && !stands.artist) {
    if (group.questions.some((_, n) => (input.answers[n] ?? '') === '')) throw fault('conflict', 'answers_missing')
    const answers = group.questions.map((question, n) => ({ question, answer: input.answers[n]! }))
    const text = answers.map(one => one.answer).join('\n')
    if (text !== '') await screen(tx, { kind: 'join', group: group.id, person: viewer.id, text, links: [], now })
    await insertRequest(tx, {
      id: input.request ?? newId('jrq'),
      group: group.id,
      person: viewer.id,
      answers,
      charter: group.charter,
      at: now,
    })
    publish(tx, `group:${group.id}`, { kind: 'requests', group: group.id })
    return answer()
  }
  const how = invited ? 'invite' : 'open'
  if (await insertMember(tx, { group: group.id, person: viewer.id, role: 'member', how, charter: group.charter, at: now })) {
    if (invited && !(await takeInvite(tx, group.id, input.invite!, now))) throw fault('conflict', 'invite_over')
    await endRequests(tx, { group: group.id, person: viewer.id }, { state: 'withdrawn', by: null, at: now })
    await tell(tx, { type: 'member_joined', group: group.id, person: viewer.id })
  }
  return answer()
}

export async function withdrawRequest(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /groups/:id/join'>,
): Promise<Ok<'DELETE /groups/:id/join'>> {
  const { group } = await findGroup(tx, viewer, input.id)
  await endRequests(tx, { group: group.id, person: viewer.id }, { state: 'withdrawn', by: viewer.id, at: clock.now() })
  return { ok: true }
}

export async function leaveGroup(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /groups/:id/membership'>,
): Promise<Ok<'DELETE /groups/:id/membership'>> {
  const { group, standing: stands } = await findGroup(tx, viewer, input.id)
  if (stands.role === 'owner') throw fault('conflict', 'owner_stays')
  await removeMember(tx, { group: group.id, person: viewer.id })
  return { ok: true }
}

export async function getRequests(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:id/requests'>,
): Promise<Ok<'GET /groups/:id/requests'>> {
  const { group } = await seeDesk(db, viewer, input.id)
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listRequests(db, group.id, after, input.limit + 1)
  return {
    ...pageOf(
      rows,
      input.limit,
      row => ({
        id: row.id,
        group: row.group,
        person: { id: row.person, name: row.name, joinedAt: row.joinedAt },
        answers: row.answers,
        at: row.at,
        removedBefore: row.removedBefore,
      }),
      row => toCursor(row.at, row.id),
    ),
    count: await countRequests(db, group.id),
  }
}

export async function decideRequest(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /join-requests/:id'>,
): Promise<Ok<'POST /join-requests/:id'>> {
  const request = await lockRequest(tx, input.id)
  if (request === undefined) throw fault('not_found')
  // Where a group is not seen, neither are its requests.
  const { group } = await allowHost(tx, viewer, request.group)
  const wanted = input.accept ? 'accepted' : 'refused'
  if (request.state !== 'waiting') {
    if (request.state === wanted) return { ok: true }
    throw fault('conflict', 'decided')
  }
  const at = clock.now()
  if (input.accept) {
    if (group.state === 'closed') throw fault('conflict', 'group_closed')
    if ((await standing(tx, request.person, group)).banned) throw fault('conflict', 'banned')
  }
  await endRequests(tx, { id: request.id }, { state: wanted, by: viewer.id, reason: input.reason, at })
  if (
    input.accept &&
    (await insertMember(tx, { group: group.id, person: request.person, role: 'member', how: 'ask', charter: request.charter, at }))
  )
    await tell(tx, { type: 'member_joined', group: group.id, person: request.person })
  await tell(tx, { type: 'request_decided', request: request.id, group: group.id, person: request.person, accepted: input.accept })
  publish(tx, `me:${request.person}`, { kind: 'groups', group: group.id })
  return { ok: true }
}

export async function getInvites(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:id/invites'>,
): Promise<Ok<'GET /groups/:id/invites'>> {
  const { group } = await allowHost(db, viewer, input.id)
  return { items: await listInvites(db, group.id, clock.now()) }
}
export async function addInvite(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:id/invites'>): Promise<Ok<'POST /groups/:id/invites'>> {
  const { group } = await allowHost(tx, viewer, input.id)
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
  await lockGroup(tx, group.id)
  const at = clock.now()
  if ((await listInvites(tx, group.id, at)).length >= mostInvites) throw fault('conflict', 'too_many_invites')
  const made = {
    token: randomToken(18),
    at,
    endsAt: input.days === null ? null : new Date(at.getTime() + input.days * dayMs),
    mostUses: input.uses,
  }
  await insertInvite(tx, { ...made, group: group.id, by: viewer.id })
  return { ...made, by: viewer.name, uses: 0 }
}
export async function dropInvite(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /groups/:id/invites/:token'>,
): Promise<Ok<'DELETE /groups/:id/invites/:token'>> {
  const { group } = await allowHost(tx, viewer, input.id)
  if (!(await endInvite(tx, group.id, input.token, clock.now()))) throw fault('not_found')
  return { ok: true }
}
