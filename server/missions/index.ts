/** The door of missions. */
export { checks } from './checks.ts'
export { recount, type Moment } from './counting.ts'
export { jobs, recountAll } from './jobs.ts'
export { makeMission, openMission } from './missions.ts'
export { mountMissions } from './partners.ts'
export { routes } from './routes.ts'
export { checkIn } from './showing.ts'
