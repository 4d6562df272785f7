import { immigration } from '../../shared/immigration.ts'
import { handlers } from '../foundation/http.ts'
import { exportSize, sendExport } from './archive.ts'
import {
  applyImmigration,
  beginImmigration,
  choosePieces,
  discardImmigration,
  getImmigration,
  getImmigrations,
  getPieces,
  undoImmigration,
} from './archives.ts'
import { answerInvitation, getInvitations } from './invitations.ts'

export const routes = handlers(immigration, {
  'GET /me/export': sendExport,
  'GET /me/export/size': exportSize,
  'POST /immigrations': beginImmigration,
  'GET /me/immigrations': getImmigrations,
  'GET /immigrations/:id': getImmigration,
  'GET /immigrations/:id/pieces': getPieces,
  'PATCH /immigrations/:id/pieces': choosePieces,
  'POST /immigrations/:id/apply': applyImmigration,
  'POST /immigrations/:id/undo': undoImmigration,
  'POST /immigrations/:id/discard': discardImmigration,
  'GET /me/invitations': getInvitations,
  'POST /me/invitations/:page': answerInvitation,
})
