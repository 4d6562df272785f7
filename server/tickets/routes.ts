import { tickets } from '../../shared/tickets.ts'
import { handlers } from '../foundation/http.ts'
import { acceptTransfer, dropTransfer, getTransfer, makeTransfer, putName } from './handing.ts'
import { sendAllPdf, sendEvent, sendPdf } from './paper.ts'
import { dropResale, putResale } from './reselling.ts'
import { getKeys, getMine, getResales, getTicket } from './showing.ts'
import { getWallet, putWallet, sendPass } from './wallet.ts'

export const routes = handlers(tickets, {
  'GET /me/tickets': getMine,
  'GET /tickets/:id': getTicket,
  'GET /tickets/keys': getKeys,
  'PUT /tickets/:id/name': putName,
  'POST /tickets/:id/transfers': makeTransfer,
  'DELETE /tickets/:id/transfers': dropTransfer,
  'GET /ticket-transfers/:token': getTransfer,
  'POST /ticket-transfers/:token/accept': acceptTransfer,
  'POST /tickets/:id/resale': putResale,
  'DELETE /tickets/:id/resale': dropResale,
  'GET /shows/:show/resale': getResales,
  'GET /tickets/:id/ticket.pdf': sendPdf,
  'GET /me/tickets.pdf': sendAllPdf,
  'GET /tickets/:id/ticket.pkpass': sendPass,
  'GET /tickets/:id/event.ics': sendEvent,
  'GET /desk/wallet': getWallet,
  'PUT /desk/wallet': putWallet,
})
