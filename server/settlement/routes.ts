import { settlement } from '../../shared/settlement.ts'
import { handlers } from '../foundation/http.ts'
import { getPlans, previewWaterfall } from './preview.ts'

export const routes = handlers(settlement, {
  'GET /waterfall': previewWaterfall,
  'GET /commission-plans': getPlans,
})
