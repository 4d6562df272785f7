/** An invitation, as whom it was sent to sees it. It belongs to who holds the link. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { enrolment } from '../../shared/enrolment.ts'
import { clock } from '../foundation/clock.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { groupOf, joinNow } from '../groups/index.ts'
import { grantPoints } from '../points/index.ts'
import { joinedBy, pointsKey } from './lists.ts'
import * as store from './store.ts'
import { lineOf } from './tokens.ts'

type Entries = typeof enrolment.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

function lineOrNotFound(secret: string, token: string): { list: string; n: number } {
  const line = lineOf(secret, token)
  if (line === null) throw fault('not_found')
  return line
}

export async function getInvitation(
  { read, config }: StreamContext,
  _: Viewer | null,
  { token }: Input<'GET /invitations/:token'>,
): Promise<Ok<'GET /invitations/:token'>> {
  const { list, n } = lineOrNotFound(config.secret, token)
  const found = await store.readInvitation(read, list, n, false)
  const group = found && (await groupOf(read, found.group))
  if (!found?.state || !group) throw fault('not_found')
  return {
    group: { id: group.id, name: group.name, handle: group.handle },
    name: found.name,
    since: found.since,
    points: found.points,
    state: found.state === 'waiting' || found.state === 'sent' ? 'open' : found.state,
  }
}

export const acceptInvitation = (
  { write, config }: StreamContext,
  viewer: Viewer,
  { token }: Input<'POST /invitations/:token/accept'>,
): Promise<Ok<'POST /invitations/:token/accept'>> =>
  write(async tx => {
    const { list, n } = lineOrNotFound(config.secret, token)
    const found = await store.readInvitation(tx, list, n, true)
    if (!found?.state) throw fault('not_found')
    if (found.state === 'joined' && found.person === viewer.id) return { group: found.group, points: found.points }
    if ((found.state !== 'waiting' && found.state !== 'sent') || (await store.joinedBefore(tx, list, viewer.id)))
      throw fault('conflict', 'invitation_over')
    // Who came by another list of the group brought their points then.
    const brought = await store.broughtBefore(tx, found.group, viewer.id)
    await joinNow(tx, { group: found.group, person: viewer.id, how: joinedBy(list) })
    await store.settleLine(tx, list, n, { state: 'joined', person: viewer.id, at: clock.now() })
    if (found.points === 0 || brought) return { group: found.group, points: 0 }
    const key = pointsKey(list, n)
    const granted = await grantPoints(tx, [
      { group: found.group, person: viewer.id, points: found.points, key, cause: `enrolment:${list}`, note: 'enrolment' },
    ])
    return { group: found.group, points: granted.get(key)?.granted ?? 0 }
  })

export const declineInvitation = (
  { write, config }: StreamContext,
  _: Viewer | null,
  { token }: Input<'POST /invitations/:token/decline'>,
): Promise<{ ok: true }> =>
  write(async tx => {
    const { list, n } = lineOrNotFound(config.secret, token)
    const found = await store.readInvitation(tx, list, n, true)
    if (!found?.state || found.state === 'joined') throw fault('not_found')
    if (found.state !== 'declined') await store.settleLine(tx, list, n, { state: 'declined', person: null, at: clock.now() })
    return { ok: true as const }
  })
