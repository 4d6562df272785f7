/** The door of scrobbles: listening told from outside, and told to the outside. */
export { forgetListens } from './forgetting.ts'
export { jobs, startScrobblesWork } from './jobs.ts'
export { keepListens, matchLater } from './listens.ts'
export { mountScrobbles } from './mount.ts'
export { listenOf, Refusal, type Listen } from './protocol.ts'
export { routes } from './routes.ts'
