/** A group as it is shown. */
import type { Decoded } from '../../shared/contract.ts'
import { levelFrom, type groups } from '../../shared/groups.ts'
import type { Read } from '../foundation/db.ts'
import { clock } from '../foundation/clock.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { can } from './policy.ts'
import type { Seen } from './standing.ts'
import { readAround } from './store.ts'

const dayMs = 86_400_000
type Shown = Decoded<(typeof groups.entries)['GET /groups/:id']['ok']>

/** Days that a page must still be followed before one may join. */
export function waitDays(followDays: number, followedAt: Date | null, now: Date): number {
  if (followDays === 0) return 0
  if (followedAt === null) return followDays
  return Math.max(0, Math.ceil((followedAt.getTime() + followDays * dayMs - now.getTime()) / dayMs))
}

export async function showGroup(db: Read, viewer: Viewer | null, { group, standing }: Seen, invited = false): Promise<Shown> {
  const around = await readAround(db, group.id, viewer?.id ?? null)
  const wait = waitDays(group.followDays, around.followedAt, clock.now())
  return {
    id: group.id,
    handle: group.handle,
    name: group.name,
    kind: group.kind,
    visibility: group.visibility,
    joining: group.joining,
    picture: pictureAddress(group.picture),
    cover: pictureAddress(group.cover, 640),
    members: group.members,
    page: around.page && { ...around.page, picture: pictureAddress(around.page.picture) },
    demo: group.demo,
    role: standing.role,
    about: group.about,
    questions: group.questions,
    followDays: group.followDays,
    timeZone: group.timeZone,
    letters: group.letters,
    state: group.state,
    createdAt: group.createdAt,
    agency:
      around.agency !== null && (group.agencyConfirmedAt !== null || can.host(standing))
        ? { ...around.agency, confirmedAt: group.agencyConfirmedAt }
        : null,
    hosts: around.hosts,
    charter: around.charter && { ...around.charter, at: new Date(around.charter.at) },
    you: {
      member: standing.member,
      role: standing.role,
      artist: standing.artist,
      banned: standing.banned,
      level: standing.level,
      activity: standing.activity,
      nextLevel: standing.level === 0 ? null : (levelFrom[standing.level] ?? null),
      since: standing.since,
      charter: standing.charter,
      request: around.request && { id: around.request.id, at: new Date(around.request.at) },
      waitDays: standing.member ? 0 : wait,
    },
    can: {
      read: can.read(viewer, group, standing),
      join: viewer !== null && group.state === 'open' && !standing.member && !standing.banned && (group.joining !== 'invite' || invited),
      write: can.write(group, standing),
      host: can.host(standing),
      own: can.own(standing),
      answer: standing.artist,
    },
  }
}
