import { services } from '../../shared/services.ts'
import { handlers } from '../foundation/http.ts'
import { getMembers, getMine, giveBack } from './memberships.ts'
import { getDesk, getOpen, getService, putPicture, putService } from './products.ts'
import * as vouchers from './vouchers.ts'
import { accept, cancel, extend, getJob, getMyJobs, getPageJobs, say, sendFile } from './work.ts'

export const routes = handlers(services, {
  'GET /pages/:page/services': getOpen,
  'GET /services/:id': getService,
  'GET /pages/:page/services/desk': getDesk,
  'PUT /services/:id': putService,
  'PUT /services/:id/picture': putPicture,
  'GET /me/jobs': getMyJobs,
  'GET /pages/:page/jobs': getPageJobs,
  'GET /jobs/:line': getJob,
  'POST /jobs/:line/words': say,
  'GET /jobs/:line/files/:word/:place': sendFile,
  'POST /jobs/:line/accept': accept,
  'POST /jobs/:line/extend': extend,
  'POST /jobs/:line/cancel': cancel,
  'GET /me/memberships': getMine,
  'POST /memberships/:line/return': giveBack,
  'GET /pages/:page/members': getMembers,
  'GET /me/vouchers': vouchers.getMine,
  'GET /vouchers/:id': vouchers.getVoucher,
  'POST /vouchers/:id/return': vouchers.giveBack,
  'GET /pages/:page/vouchers': vouchers.getSold,
  'GET /pages/:page/vouchers/:code': vouchers.look,
  'POST /pages/:page/vouchers/:code/redeem': vouchers.redeem,
})
