/** The door of discovery. */
export { jobs, startDiscoveryWork } from './jobs.ts'
export { near } from './near.ts'
export { routes } from './routes.ts'
