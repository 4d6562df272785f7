/** The door of immigration. */
export { everythingOf } from './archive.ts'
export { viewerFor } from './applying.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
