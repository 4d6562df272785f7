import { insight } from '../../shared/insight.ts'
import { handlers } from '../foundation/http.ts'
import { getDashboard, sendDashboard } from './groups.ts'
import { getEarnings, getMyMoney, getOrderMoney, getPayoutMoney, getPostings, getReleaseMoney } from './flows.ts'
import { getShowMoney } from './shows.ts'

export const routes = handlers(insight, {
  'GET /releases/:id/money': getReleaseMoney,
  'GET /shows/:id/money': getShowMoney,
  'GET /orders/:id/money': getOrderMoney,
  'GET /payouts/:id/money': getPayoutMoney,
  'GET /me/money': getMyMoney,
  'GET /money/postings': getPostings,
  'GET /me/earnings': getEarnings,
  'GET /groups/:id/dashboard': getDashboard,
  'GET /groups/:id/dashboard.csv': sendDashboard,
})
