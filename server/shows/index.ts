/** The door of shows: concerts and how their tickets are sold. It sells the kind `ticket`, and tells tickets, door and halls what a show is. */
import { registerTopic } from '../foundation/live.ts'
import { registerSubject } from '../moderation/index.ts'
import { registerHalls } from '../seating/index.ts'
import { registerKind } from '../shop/index.ts'
import { registerShows } from '../tickets/index.ts'
import { describe, freed, gate, guests, hears, subject } from './calendar.ts'
import { ticket } from './kind.ts'
import { leftFor } from './store-sale.ts'

registerKind(ticket)
registerShows({ describe, guests, freed, left: leftFor })
registerHalls('sho', gate)
registerSubject('show', subject)
registerTopic('show', hears)

export { checks } from './checks.ts'
export { jobs, tick as tickShow } from './jobs.ts'
export { routes } from './routes.ts'
export { refundShow } from './back.ts'
export { cancelShow, moveTo as moveShow, postpone, putShow, putTiers } from './desk.ts'
export { giveTickets, putCode, putGuest } from './guests.ts'
export { takeHold } from './holding.ts'
export { drawLottery } from './lottery.ts'
export { cardsOf as showCards, ownShow, seeShow } from './showing.ts'
export { setPicture as dressShow } from './store.ts'
export { serve as serveWaiting } from './waiting.ts'
