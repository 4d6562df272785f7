/** The door of seating: venues, maps, and the capacity of what is sold by places. */
export { checks } from './checks.ts'
export { registerHalls, type Gate } from './gates.ts'
export {
  bindHold,
  block,
  extendHold,
  giveBack,
  holdAgain,
  openHall,
  partsHeld,
  poolsOf,
  releaseHold,
  releaseLines,
  resize,
  seatNames,
  sellHold,
  sweepHolds,
  unbindLines,
  type Bound,
  type GivenHall,
  type SeatName,
  type Sold,
} from './halls.ts'
export { hold, holdIn, type Held, type HeldPart, type HoldAsk, type Want } from './holding.ts'
export { jobs, startSeatingWork } from './jobs.ts'
export { planFor, usableVenue } from './maps.ts'
export { routes } from './routes.ts'
export { addPicture as dressVenue } from './store.ts'
export type { Pool } from './store-halls.ts'
export type { Part } from './store-holds.ts'
