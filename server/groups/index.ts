/** The door of groups. */
export { allowHost, allowMember, findGroup, groupOf, seeDesk, seeGroup, standing, standings, standingsIn, type Seen } from './standing.ts'
export type { Group, Role, Standing } from './store.ts'
export { addActivity, joinNow, removeMember } from './members.ts'
