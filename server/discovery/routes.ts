import { discovery } from '../../shared/discovery.ts'
import { handlers } from '../foundation/http.ts'
import { getMix, getMixes } from './mixes.ts'
import { getRadio } from './radio.ts'
import { getSimilar, getSimilarArtists } from './similar.ts'

export const routes = handlers(discovery, {
  'GET /tracks/:id/similar': getSimilar,
  'GET /artists/:id/similar': getSimilarArtists,
  'GET /radio': getRadio,
  'GET /me/mixes': getMixes,
  'GET /me/mixes/:kind': getMix,
})
