/** Who may see and do what in a group: pure. */
import type { Viewer } from '../foundation/session.ts'
import type { Group, Standing } from './store.ts'

const inside = (standing: Standing): boolean => standing.member || standing.artist
const operator = (viewer: Viewer | null): boolean => viewer?.roles.includes('operator') === true
type Of = Pick<Group, 'state' | 'visibility'>

export const can = {
  /** Its name, picture and how to join. One that was closed stays readable for who was in it. */
  find: (viewer: Viewer | null, group: Of, standing: Standing): boolean =>
    inside(standing) || operator(viewer) || (group.state === 'open' && group.visibility !== 'invite'),
  /** What is written in it. */
  read: (viewer: Viewer | null, group: Of, standing: Standing): boolean =>
    inside(standing) || operator(viewer) || (group.state === 'open' && group.visibility === 'public'),
  write: (group: Of, standing: Standing): boolean => inside(standing) && group.state === 'open' && !standing.banned,
  host: (standing: Standing): boolean => (standing.role !== null && standing.role !== 'member') || standing.artist,
  own: (standing: Standing): boolean => standing.role === 'owner' || standing.artist,
}
