/** The door of claiming: whose page is this? */
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
