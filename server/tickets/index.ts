/** The door of tickets. Shows issue and void them, and say what a show is (`registerShows`); the door marks them used. */
export { issue, ticketsOf, voidTickets, type NewTicket } from './issuing.ts'
export { guestsOf, registerShows, showOf, showsOf, type FreedTicket, type Guest, type ShowFacts, type ShowSource } from './source.ts'
export { countHeld, tierCounts, type TicketRow, type TierCount } from './store.ts'
