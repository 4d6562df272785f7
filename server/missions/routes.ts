import { missions } from '../../shared/missions.ts'
import { handlers } from '../foundation/http.ts'
import { changeMission, dropMission, endMission, getDesk, makeMission, openMission, payWaiting } from './missions.ts'
import { addPartner, dropPartner, getCode, getPartners, newSecret, takeCall } from './partners.ts'
import { acceptProof, getOwnProofs, getPicture, getProofs, refuseProof, sendProof, withdrawProof } from './proofs.ts'
import { checkIn, getMissions } from './showing.ts'

export const routes = handlers(missions, {
  'GET /groups/:id/missions': getMissions,
  'POST /groups/:id/check-in': checkIn,
  'GET /groups/:id/missions/desk': getDesk,
  'POST /missions': makeMission,
  'PATCH /missions/:id': changeMission,
  'DELETE /missions/:id': dropMission,
  'POST /missions/:id/open': openMission,
  'POST /missions/:id/end': endMission,
  'POST /missions/:id/pay': payWaiting,
  'POST /missions/:id/proofs': sendProof,
  'GET /missions/:id/proofs': getOwnProofs,
  'GET /groups/:id/proofs': getProofs,
  'GET /proofs/:id/picture': getPicture,
  'POST /proofs/:id/accept': acceptProof,
  'POST /proofs/:id/refuse': refuseProof,
  'POST /proofs/:id/withdraw': withdrawProof,
  'GET /groups/:id/partners': getPartners,
  'POST /groups/:id/partners': addPartner,
  'POST /partners/:id/secret': newSecret,
  'DELETE /partners/:id': dropPartner,
  'POST /missions/:id/code': getCode,
  'POST /missions/calls': takeCall,
})
