/** The door of storefront: shops of pages, the planet's shop, reviews. */
import './moderating.ts'

export { checks } from './checks.ts'
export { openStore } from './desk.ts'
export { jobs, startStorefrontWork } from './jobs.ts'
export { cardsOf, indexOffers, indexStale, type Card } from './listings.ts'
export { routes } from './routes.ts'
export { putSections as dressStore, setBanner as setStoreBanner } from './store.ts'
