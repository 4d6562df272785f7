/** The door of royalties: pools, periods and what plays earn. */
export { checks } from './checks.ts'
export { jobs, round, startRoyaltiesWork } from './jobs.ts'
export { closeDue, giveHeld, openPeriods, step } from './periods.ts'
export { decidePool, proposePool } from './pools.ts'
export { routes } from './routes.ts'
