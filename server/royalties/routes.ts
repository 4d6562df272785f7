import { royalties } from '../../shared/royalties.ts'
import { handlers } from '../foundation/http.ts'
import { getMinutes, getPlayIncome } from './minutes.ts'
import { decidePool, getPool, getPools, proposeEnd, proposePool } from './pools.ts'

export const routes = handlers(royalties, {
  'GET /me/minutes': getMinutes,
  'GET /me/play-income': getPlayIncome,
  'GET /console/pools': getPools,
  'GET /console/pools/:id': getPool,
  'POST /console/pools': proposePool,
  'POST /console/pools/:id/end': proposeEnd,
  'POST /console/pools/:id/decide': decidePool,
})
