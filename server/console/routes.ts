import { console_ } from '../../shared/console.ts'
import { handlers } from '../foundation/http.ts'
import { getAccounts, getOverview } from './books.ts'
import { getAudit } from './checks.ts'
import { getOrders } from './orders.ts'
import { getSite } from './site.ts'
import { getJobs, retry } from './work.ts'

export const routes = handlers(console_, {
  'GET /site': getSite,
  'GET /console/overview': getOverview,
  'GET /console/accounts': getAccounts,
  'GET /console/audit': getAudit,
  'GET /console/orders': getOrders,
  'GET /console/jobs': getJobs,
  'POST /console/jobs/:id/retry': retry,
})
