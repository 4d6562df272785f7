/** The door of listening: plays and what a listener keeps. */
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { addPlays, recordPlay } from './plays.ts'
export { keepQueueOf, queueOf } from './queue.ts'
export { forgetOutside } from './store.ts'
export { routes } from './routes.ts'
export { noteDelivered, nowPlaying, nowPlayingOf, recordTold, recordToldMany, type Told } from './told.ts'
export { withdrawPlays } from './withdrawing.ts'
