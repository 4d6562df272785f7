import { points } from '../../shared/points.ts'
import { handlers } from '../foundation/http.ts'
import { fund, getDesk, getGrants, give, settle, takeBackOne, takeOutOne } from './desk.ts'
import { getEntries, getWallet, getWallets } from './wallets.ts'

export const routes = handlers(points, {
  'GET /me/points': getWallets,
  'GET /me/points/:group': getWallet,
  'GET /me/points/:group/entries': getEntries,
  'GET /groups/:id/points': getDesk,
  'PUT /groups/:id/points': settle,
  'POST /groups/:id/points/fundings': fund,
  'POST /groups/:id/points/taken-out': takeOutOne,
  'GET /groups/:id/points/grants': getGrants,
  'POST /groups/:id/points/grants': give,
  'POST /groups/:id/points/grants/:grant/take-back': takeBackOne,
})
