/** The door of groups. */
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export {
  allowHost,
  allowMember,
  allowOwner,
  findGroup,
  groupOf,
  seeDesk,
  seeGroup,
  standing,
  standings,
  standingsIn,
  standingsOf,
  type Seen,
} from './standing.ts'
export type { Group, Role, Standing } from './store.ts'
export { dressGroup, openGroup } from './groups.ts'
export { addActivity, joinNow, removeMember, withdrawMember } from './members.ts'
