/** The door of deals: a show’s money between its organiser and its artist. Late refunds take from a pot; who emptied it fills it again. */
import { registerPots } from '../refunds/index.ts'
import { coverPot } from './paying.ts'

registerPots(coverPot)

export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { proposeSettlement, proposeTerms, sign as signDeal } from './papers.ts'
export { routes } from './routes.ts'
