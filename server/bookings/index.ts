/** The door of bookings: rooms, studios and performers by the hour. */
import { registerKind } from '../shop/index.ts'
import { booking } from './selling.ts'

registerKind(booking)

export { checks } from './checks.ts'
export { arrive, addWalkIn } from './counter.ts'
export { keepPicture, putResource, putState } from './desk.ts'
export { jobs, startBookingsWork, turnClock } from './jobs.ts'
export { routes } from './routes.ts'
export { addSong, sung } from './songs.ts'
