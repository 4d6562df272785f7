import { lyrics } from '../../shared/lyrics.ts'
import { handlers } from '../foundation/http.ts'
import { getLyrics, setLyrics } from './words.ts'

export const routes = handlers(lyrics, {
  'GET /tracks/:id/lyrics': getLyrics,
  'PUT /tracks/:id/lyrics': setLyrics,
})
