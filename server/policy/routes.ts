import { policy } from '../../shared/policy.ts'
import { handlers } from '../foundation/http.ts'
import { decide, getDesk, getPolicy, propose } from './policy.ts'

export const routes = handlers(policy, {
  'GET /policy': getPolicy,
  'GET /console/policy': getDesk,
  'POST /console/policy/changes': propose,
  'POST /console/policy/changes/:id/decide': decide,
})
