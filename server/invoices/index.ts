/** The door of invoices: papers of what was bought, and receipts by mail. */
export { checks } from './checks.ts'
export { issue } from './issuing.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
