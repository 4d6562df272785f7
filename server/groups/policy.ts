/** Who may see and do what in a group: pure. */
import type { Viewer } from '../foundation/session.ts'
import type { Group, Role, Standing } from './store.ts'

const inside = (standing: Standing): boolean => (standing.member && !standing.banned) || standing.artist
const operator = (viewer: Viewer | null): boolean => viewer?.roles.includes('operator') === true
type Of = Pick<Group, 'state' | 'visibility'>

export const can = {
  /** Its name, picture and how to join. One that was closed stays readable for who was in it. */
  find: (viewer: Viewer | null, group: Of, standing: Standing): boolean =>
    standing.member || standing.artist || operator(viewer) || (group.state === 'open' && group.visibility !== 'invite'),
  /** What is written in it. */
  read: (viewer: Viewer | null, group: Of, standing: Standing): boolean =>
    inside(standing) || operator(viewer) || (group.state === 'open' && group.visibility === 'public'),
  /** Who is in it. */
  members: (viewer: Viewer | null, standing: Standing): boolean => inside(standing) || operator(viewer),
  write: (group: Of, standing: Standing): boolean => inside(standing) && group.state === 'open',
  host: (standing: Standing): boolean => ((standing.role === 'owner' || standing.role === 'host') && !standing.banned) || standing.artist,
  own: (standing: Standing): boolean => (standing.role === 'owner' && !standing.banned) || standing.artist,
  /** Takes this member out: hosts plain members, the owner (or the artist's editors) hosts too; nobody the owner, nobody themselves. */
  remove: (standing: Standing, role: Role, self: boolean): boolean =>
    !self && role !== 'owner' && (role === 'host' ? can.own(standing) : can.host(standing)),
}
