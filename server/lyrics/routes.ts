import { lyrics } from '../../shared/lyrics.ts'
import { handlers } from '../foundation/http.ts'
import {
  accept,
  ask,
  getContribution,
  getMine,
  getReports,
  getWaiting,
  propose,
  refuse,
  report,
  revise,
  settle,
  withdraw,
} from './contributions.ts'
import { sendFile } from './files.ts'
import { getSheet, getVersions, lock, restore, setPart, suggestPinyin } from './sheet.ts'
import { getLyrics, setLyrics } from './words.ts'

export const routes = handlers(lyrics, {
  'GET /tracks/:id/lyrics': getLyrics,
  'PUT /tracks/:id/lyrics': setLyrics,
  'GET /tracks/:id/lyrics/file': sendFile,
  'GET /tracks/:id/lyrics/sheet': getSheet,
  'PUT /tracks/:id/lyrics/parts': setPart,
  'GET /tracks/:id/lyrics/versions': getVersions,
  'POST /tracks/:id/lyrics/restore': restore,
  'PUT /tracks/:id/lyrics/lock': lock,
  'POST /lyrics/pinyin': suggestPinyin,
  'POST /tracks/:id/lyrics/contributions': propose,
  'GET /me/lyrics-contributions': getMine,
  'GET /lyrics/contributions': getWaiting,
  'GET /lyrics/contributions/:id': getContribution,
  'PUT /lyrics/contributions/:id': revise,
  'POST /lyrics/contributions/:id/accept': accept,
  'POST /lyrics/contributions/:id/refuse': refuse,
  'POST /lyrics/contributions/:id/ask': ask,
  'POST /lyrics/contributions/:id/withdraw': withdraw,
  'POST /tracks/:id/lyrics/reports': report,
  'GET /lyrics/reports': getReports,
  'POST /lyrics/reports/:id/settle': settle,
})
