/** The door of the doors: who was let in, by several devices that may be offline. */
import { registerTopic } from '../foundation/live.ts'
import { findShow } from './topics.ts'

registerTopic('door', findShow)

export { checks } from './checks.ts'
export { routes } from './routes.ts'
