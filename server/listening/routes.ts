import { listening } from '../../shared/listening.ts'
import { handlers } from '../foundation/http.ts'
import { addFavourite, getFavourite, getFavourites, getQueue, keepQueue, removeFavourite } from './library.ts'
import { getPlays, getRecent, reportPlay } from './plays.ts'

export const routes = handlers(listening, {
  'POST /plays': reportPlay,
  'GET /me/plays': getPlays,
  'GET /me/recent': getRecent,
  'GET /me/queue': getQueue,
  'PUT /me/queue': keepQueue,
  'GET /me/favourites': getFavourites,
  'PUT /me/favourites/:track': addFavourite,
  'DELETE /me/favourites/:track': removeFavourite,
  'GET /me/favourites/:track': getFavourite,
})
