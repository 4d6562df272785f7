import { deals } from '../../shared/deals.ts'
import { handlers } from '../foundation/http.ts'
import { dropCost, getShow, putCost, putReceipt } from './desk.ts'
import { sendPaper } from './paper.ts'
import { decline, getDeal, getDeals, proposeSettlement, proposeTerms, sign, withdraw } from './papers.ts'

export const routes = handlers(deals, {
  'GET /me/deals': getDeals,
  'GET /shows/:show/deal': getShow,
  'GET /deals/:id': getDeal,
  'POST /shows/:show/deals': proposeTerms,
  'POST /shows/:show/settlement': proposeSettlement,
  'POST /deals/:id/sign': sign,
  'POST /deals/:id/decline': decline,
  'POST /deals/:id/withdraw': withdraw,
  'PUT /shows/:show/costs/:id': putCost,
  'DELETE /shows/:show/costs/:id': dropCost,
  'PUT /shows/:show/costs/:id/receipt': putReceipt,
  'GET /deals/:id/deal.pdf': sendPaper,
})
