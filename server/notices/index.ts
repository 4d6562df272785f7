/** The door of notices: what people are told, and open pages hear. */
export { checks } from './checks.ts'
export { jobs, startNoticesWork } from './jobs.ts'
export { mountMail } from './mount.ts'
export { notify, notifyAll, spread, type Telling } from './notify.ts'
export { routes } from './routes.ts'
