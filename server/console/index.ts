/** The door of the console: the operator's desk and what everyone may know of this planet. */
export { allChecks, audit, runChecks, thoroughChecks, type Check, type CheckResult } from './checks.ts'
export { describeChecks } from './queries.ts'
export { jobs, startNights } from './jobs.ts'
export { metrics } from './metrics.ts'
export { routes } from './routes.ts'
