import { enrolment } from '../../shared/enrolment.ts'
import { handlers } from '../foundation/http.ts'
import { acceptInvitation, declineInvitation, getInvitation } from './answering.ts'
import {
  applyEnrolment,
  discardEnrolment,
  getEnrolment,
  getEnrolments,
  getLines,
  linksFile,
  readEnrolment,
  undoEnrolment,
} from './lists.ts'

export const routes = handlers(enrolment, {
  'GET /groups/:group/enrolments': getEnrolments,
  'POST /groups/:group/enrolments': readEnrolment,
  'GET /enrolments/:id': getEnrolment,
  'GET /enrolments/:id/rows': getLines,
  'POST /enrolments/:id/apply': applyEnrolment,
  'POST /enrolments/:id/undo': undoEnrolment,
  'DELETE /enrolments/:id': discardEnrolment,
  'GET /enrolments/:id/links.csv': linksFile,
  'GET /invitations/:token': getInvitation,
  'POST /invitations/:token/accept': acceptInvitation,
  'POST /invitations/:token/decline': declineInvitation,
})
