import { rewards } from '../../shared/rewards.ts'
import { handlers, opensOwn } from '../foundation/http.ts'
import { addCodes, approveTerms, getRewards, putPicture, putReward, putState } from './desk.ts'
import { answerOne, cancel, claim, finishOne, getDesk, getExchange, getMine, refundOne, sendTable } from './exchanges.ts'
import { exchange } from './exchanging.ts'
import { getReward, getWindow } from './rewards.ts'
import { look, redeem } from './vouchers.ts'

export const routes = handlers(rewards, {
  'GET /groups/:group/rewards': getWindow,
  'GET /rewards/:id': getReward,
  'POST /rewards/:id/exchanges': opensOwn(exchange),
  'GET /me/exchanges': getMine,
  'GET /exchanges/:id': getExchange,
  'POST /exchanges/:id/cancel': cancel,
  'POST /exchanges/:id/claim': claim,
  'GET /groups/:group/desk/rewards': getRewards,
  'PUT /groups/:group/rewards/:id': putReward,
  'PUT /rewards/:id/picture': putPicture,
  'POST /rewards/:id/codes': addCodes,
  'POST /rewards/:id/approve': approveTerms,
  'PUT /rewards/:id/state': putState,
  'GET /groups/:group/desk/exchanges': getDesk,
  'GET /groups/:group/desk/exchanges.csv': sendTable,
  'POST /exchanges/:id/finish': finishOne,
  'POST /exchanges/:id/answer': answerOne,
  'POST /exchanges/:id/refund': refundOne,
  'GET /groups/:group/desk/vouchers/:code': look,
  'POST /groups/:group/desk/vouchers/:code/redeem': redeem,
})
