/** The door of reconciliation: reports, exceptions and the daily proof. */
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { prove, proveNow, type Proof } from './proof.ts'
export { fetchReport, reconcile } from './reports.ts'
export { routes } from './routes.ts'
