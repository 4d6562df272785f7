import { rights } from '../../shared/rights.ts'
import { handlers } from '../foundation/http.ts'
import { declineSheet, getMySheets, getReleaseSplits, getSheet, proposeSheet, signSheet, withdrawSheet } from './sheets.ts'

export const routes = handlers(rights, {
  'POST /split-sheets': proposeSheet,
  'GET /split-sheets/:id': getSheet,
  'POST /split-sheets/:id/sign': signSheet,
  'POST /split-sheets/:id/decline': declineSheet,
  'POST /split-sheets/:id/withdraw': withdrawSheet,
  'GET /me/split-sheets': getMySheets,
  'GET /releases/:id/splits': getReleaseSplits,
})
