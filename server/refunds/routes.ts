import { refunds } from '../../shared/refunds.ts'
import { handlers, opensOwn } from '../foundation/http.ts'
import { addEvidence, getDisputes } from './disputes.ts'
import { getMyRefunds, getOrderRefunds, getRefundPolicy, getRefunds, previewRefund, setRefundPolicy } from './reading.ts'
import { approveRefund, askRefund, declineRefund, escalateRefund, getRefund, refundLine, refundOrder, withdrawRefund } from './requests.ts'
import { getReserve, getReserves, setReserve } from './reserve.ts'
import { decide, getOwed, getShortfalls } from './shortfalls.ts'

export const routes = handlers(refunds, {
  'GET /orders/:id/refunds': getOrderRefunds,
  'POST /refunds': askRefund,
  'GET /refunds/:id': getRefund,
  'POST /refunds/:id/withdraw': withdrawRefund,
  'POST /refunds/:id/approve': approveRefund,
  'POST /refunds/:id/decline': declineRefund,
  'POST /refunds/:id/escalate': escalateRefund,
  'GET /me/refunds': getMyRefunds,
  'GET /lines/:line/refund-preview': previewRefund,
  'POST /lines/:line/refund': refundLine,
  'POST /orders/:id/refund': opensOwn(refundOrder),
  'GET /me/owed': getOwed,
  'GET /me/reserve': getReserve,
  'GET /console/refunds': getRefunds,
  'GET /console/disputes': getDisputes,
  'POST /console/disputes/:id/evidence': addEvidence,
  'GET /console/shortfalls': getShortfalls,
  'POST /console/shortfalls/:id/decide': decide,
  'GET /console/reserves': getReserves,
  'PUT /console/reserves/:party': setReserve,
  'GET /console/refund-policy': getRefundPolicy,
  'PUT /console/refund-policy': setRefundPolicy,
})
