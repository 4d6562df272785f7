/** The door of tickets. Shows issue and void them, and say what a show is (`registerShows`); the door marks them used. It sells kind `resale`. */
import { registerTopic } from '../foundation/live.ts'
import { registerKind } from '../shop/index.ts'
import { resale } from './reselling.ts'

registerKind(resale)
registerTopic('resale', async () => true)

export { checks } from './checks.ts'
export { issue, ticketsOf, voidTickets, type NewTicket } from './issuing.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export { findSigner, proves, readSigner, type Signer } from './signing.ts'
export {
  guestsOf,
  registerShows,
  showOf,
  showsOf,
  type FreedTicket,
  type Guest,
  type RealName,
  type ShowFacts,
  type ShowSource,
} from './source.ts'
export { countHeld, setUsed, tierCounts, type TicketRow, type TierCount } from './store.ts'
