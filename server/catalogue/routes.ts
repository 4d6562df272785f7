import { catalogue } from '../../shared/catalogue.ts'
import { handlers } from '../foundation/http.ts'
import { cancelImport, getImport, getImportItems, getMyImports, startImport } from './imports.ts'
import {
  changeRelease,
  changeTrack,
  getArtist,
  getGenres,
  getMyReleases,
  getRelease,
  getReleases,
  getTrack,
  getTracks,
  getWaveform,
  setCredits,
  streamTrack,
} from './releases.ts'

export const routes = handlers(catalogue, {
  'GET /releases': getReleases,
  'GET /releases/:id': getRelease,
  'PATCH /releases/:id': changeRelease,
  'GET /me/releases': getMyReleases,
  'GET /artists/:id': getArtist,
  'GET /tracks': getTracks,
  'GET /tracks/:id': getTrack,
  'PATCH /tracks/:id': changeTrack,
  'PUT /tracks/:id/credits': setCredits,
  'GET /tracks/:id/waveform': getWaveform,
  'GET /tracks/:id/stream': streamTrack,
  'GET /genres': getGenres,
  'POST /imports': startImport,
  'GET /imports/:id': getImport,
  'GET /imports/:id/items': getImportItems,
  'POST /imports/:id/cancel': cancelImport,
  'GET /me/imports': getMyImports,
})
