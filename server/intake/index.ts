/** The door of intake: folders that are watched, and sound that is alike. */
export { watchFolders } from './folders.ts'
export { jobs, startIntakeWork } from './jobs.ts'
export { routes } from './routes.ts'
export { startWatching } from './watching.ts'
