/** The door of the demo world. */
export { jobs } from './jobs.ts'
export { demoPassword } from './people.ts'
export { makeHistory } from './history.ts'
export { fillWorld, worldState, type WorldState } from './world.ts'
