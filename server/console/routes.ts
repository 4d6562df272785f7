import { console_ } from '../../shared/console.ts'
import { handlers } from '../foundation/http.ts'
import { getBalancesOf, getLooks, getOrder, openAccount, openTransfer } from './accounts.ts'
import { getAccounts, getIncome, getOverview } from './books.ts'
import { askAudit, getAudit, getAudits } from './checks.ts'
import { decide, getHolds, place, release } from './holds.ts'
import { getOrders } from './orders.ts'
import { getSite } from './site.ts'
import { getJobs, retry } from './work.ts'

export const routes = handlers(console_, {
  'GET /site': getSite,
  'GET /console/overview': getOverview,
  'GET /console/accounts': getAccounts,
  'GET /console/income': getIncome,
  'GET /console/balances': getBalancesOf,
  'GET /console/balances/:id': openAccount,
  'GET /console/transfers/:id': openTransfer,
  'GET /console/orders/:id': getOrder,
  'GET /console/holds': getHolds,
  'POST /console/holds': place,
  'POST /console/holds/:id/release': release,
  'POST /console/appeals/:id/decide': decide,
  'GET /me/looks': getLooks,
  'GET /console/audit': getAudit,
  'GET /console/audits': getAudits,
  'POST /console/audit': askAudit,
  'GET /console/orders': getOrders,
  'GET /console/jobs': getJobs,
  'POST /console/jobs/:id/retry': retry,
})
