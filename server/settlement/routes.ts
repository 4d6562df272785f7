import { settlement } from '../../shared/settlement.ts'
import { handlers } from '../foundation/http.ts'
import { agreeToClaim, getClaims, getMyClaims } from './claims.ts'
import { getHolding } from './holding.ts'
import { getPlans, previewWaterfall } from './preview.ts'
import { confirm, decline, getProposals, previewChange, propose, withdraw } from './proposals.ts'

export const routes = handlers(settlement, {
  'GET /waterfall': previewWaterfall,
  'GET /commission-plans': getPlans,
  'GET /me/claims': getMyClaims,
  'POST /claims/:id/agree': agreeToClaim,
  'GET /console/settlement': getHolding,
  'GET /console/claims': getClaims,
  'GET /console/settlement/proposals': getProposals,
  'POST /console/settlement/proposals': propose,
  'POST /console/settlement/proposals/:id/confirm': confirm,
  'POST /console/settlement/proposals/:id/decline': decline,
  'POST /console/settlement/proposals/:id/withdraw': withdraw,
  'POST /console/settlement/preview': previewChange,
})
