import { shows } from '../../shared/shows.ts'
import { handlers, type StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { answer, getMine, refundTicket } from './back.ts'
import { sendCalendar } from './calendar.ts'
import { cancelShow, deskOf, getDesk, postpone, putLotteryTimes, putPicture, putShow, putTiers, setState, type Desk } from './desk.ts'
import { dropCode, dropGuest, getGuests, giveTickets, putCode, putGuest } from './guests.ts'
import { dropHold, getHold, takeHold } from './holding.ts'
import { enterLottery, leaveLottery, sendFile } from './lottery.ts'
import { sendBuyers } from './report.ts'
import { getCities, getMyShows, getShow, getShows, getTonight, type Input } from './showing.ts'
import { getMyWaiting, getWaiting, joinWaiting, leaveWaiting } from './waiting.ts'

/** The seed of a lottery is sealed with the planet's secret, which a command does not get. */
async function putState({ write, read, config }: StreamContext, viewer: Viewer, input: Input<'PUT /shows/:id/state'>): Promise<Desk> {
  await write(tx => setState(tx, config, viewer, input))
  return deskOf(read, viewer, input.id)
}

export const routes = handlers(shows, {
  'GET /shows': getShows,
  'GET /shows/cities': getCities,
  'GET /shows/tonight': getTonight,
  'GET /shows/:id': getShow,
  'GET /shows/:id/show.ics': sendCalendar,
  'POST /shows/:id/holds': takeHold,
  'GET /show-holds/:hold': getHold,
  'DELETE /show-holds/:hold': dropHold,
  'GET /me/waiting': getMyWaiting,
  'GET /waiting/:id': getWaiting,
  'POST /shows/:id/waiting': joinWaiting,
  'DELETE /waiting/:id': leaveWaiting,
  'PUT /shows/:id/lottery/entry': enterLottery,
  'DELETE /shows/:id/lottery/entry': leaveLottery,
  'GET /shows/:id/raffle.json': sendFile,
  'GET /shows/:id/mine': getMine,
  'POST /show-tickets/:ticket/refund': refundTicket,
  'POST /shows/:id/answer': answer,
  'GET /me/shows': getMyShows,
  'GET /shows/:id/desk': getDesk,
  'PUT /shows/:id': putShow,
  'PUT /shows/:id/tiers': putTiers,
  'PUT /shows/:id/picture': putPicture,
  'PUT /shows/:id/state': putState,
  'PUT /shows/:id/lottery': putLotteryTimes,
  'POST /shows/:id/postpone': postpone,
  'POST /shows/:id/cancel': cancelShow,
  'PUT /shows/:id/promos/:code': putCode,
  'DELETE /shows/:id/promos/:code': dropCode,
  'GET /shows/:id/guests': getGuests,
  'PUT /shows/:id/guests/:guest': putGuest,
  'DELETE /shows/:id/guests/:guest': dropGuest,
  'POST /shows/:id/free-tickets': giveTickets,
  'GET /shows/:id/buyers.csv': sendBuyers,
})
