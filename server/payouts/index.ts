/** The door of payouts: how money leaves, and what each month came to. */
export { routes } from './routes.ts'
export { jobs } from './jobs.ts'
export { getPayout } from './standing.ts'
export { checks } from './checks.ts'
