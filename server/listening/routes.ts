import { listening } from '../../shared/listening.ts'
import { handlers } from '../foundation/http.ts'
import { getPlays, getRecent, reportPlay } from './plays.ts'
import { getPlace, getQueue, keepPlace, keepQueue, takeQueue } from './queue.ts'
import { withdrawPlays } from './withdrawing.ts'

export const routes = handlers(listening, {
  'POST /plays': reportPlay,
  'POST /plays/withdraw': withdrawPlays,
  'GET /me/plays': getPlays,
  'GET /me/recent': getRecent,
  'GET /me/queue': getQueue,
  'GET /me/queue/place': getPlace,
  'PUT /me/queue': keepQueue,
  'PUT /me/queue/place': keepPlace,
  'POST /me/queue/take': takeQueue,
})
