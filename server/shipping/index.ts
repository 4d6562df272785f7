/** The door of shipping: addresses, and parcels for whatever is sent. */
export { addressOf } from './addresses.ts'
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { followLink } from './carriers.ts'
export { arrived as parcelArrived, askParcels, cancelParcel, changeParcel } from './parcels.ts'
export { routes } from './routes.ts'
export { registerPurpose, registerSender } from './senders.ts'
export type { ParcelState, Place } from './store.ts'
