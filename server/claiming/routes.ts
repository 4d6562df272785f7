import { claiming } from '../../shared/claiming.ts'
import { handlers } from '../foundation/http.ts'
import { claimPage, getClaim, getMine, sendFile } from './claims.ts'
import { announce, decide, refuse, withdraw } from './deciding.ts'
import { getQueue } from './desk.ts'
import { look } from './looking.ts'
import { getOnPage, object } from './objecting.ts'

export const routes = handlers(claiming, {
  'POST /pages/:page/claims': claimPage,
  'GET /me/page-claims': getMine,
  'GET /page-claims/:id': getClaim,
  'POST /page-claims/:id/withdraw': withdraw,
  'POST /page-claims/:id/look': look,
  'GET /page-claims/:id/files/:n': sendFile,
  'GET /pages/:page/claim': getOnPage,
  'POST /page-claims/:id/objections': object,
  'GET /console/page-claims': getQueue,
  'POST /console/page-claims/:id/announce': announce,
  'POST /console/page-claims/:id/refuse': refuse,
  'POST /console/page-claims/:id/decide': decide,
})
