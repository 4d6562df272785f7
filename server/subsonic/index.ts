/** The door of subsonic. */
export { mountSubsonic } from './mount.ts'
export { calls } from './endpoints.ts'
export { streamsOf } from './sound.ts'
