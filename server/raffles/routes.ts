import { raffles } from '../../shared/raffles.ts'
import { handlers } from '../foundation/http.ts'
import { drawNow, outside, publishOne, putRaffle, voidOne } from './desk.ts'
import { enter } from './entering.ts'
import { getRaffle, getRaffles, sendFile } from './raffles.ts'

export const routes = handlers(raffles, {
  'GET /groups/:group/raffles': getRaffles,
  'GET /raffles/:id': getRaffle,
  'POST /raffles/:id/entries': enter,
  'GET /raffles/:id/raffle.json': sendFile,
  'PUT /groups/:group/raffles/:id': putRaffle,
  'POST /raffles/:id/publish': publishOne,
  'POST /raffles/:id/outside': outside,
  'POST /raffles/:id/draw': drawNow,
  'POST /raffles/:id/void': voidOne,
})
