import { payouts } from '../../shared/payouts.ts'
import { handlers } from '../foundation/http.ts'
import { approve, cancel, composeBatch, submit } from './batches.ts'
import { getBatch, getBatches } from './desk.ts'
import { sendFile } from './files.ts'
import {
  addMethod,
  changeSchedule,
  changeTaxProfile,
  closeMethod,
  confirmMethod,
  decideMethod,
  getAskedMethods,
  getMethods,
} from './methods.ts'
import { confirmSent, returnPayout } from './outcomes.ts'
import { close, getMonths, propose, withdraw } from './periods.ts'
import { changeSettings, getSettings } from './settings.ts'
import { askPayout, getPayout, getPayouts, getStanding } from './standing.ts'
import { getPeriod, getPeriods, sendCsv, sendPdf } from './statements.ts'

export const routes = handlers(payouts, {
  'GET /me/payouts/standing': getStanding,
  'GET /me/payouts': getPayouts,
  'POST /me/payouts': askPayout,
  'GET /payouts/:id': getPayout,
  'PUT /me/payout-schedule': changeSchedule,
  'PUT /me/tax-profile': changeTaxProfile,
  'GET /me/payout-methods': getMethods,
  'POST /me/payout-methods': addMethod,
  'POST /me/payout-methods/:id/confirm': confirmMethod,
  'DELETE /me/payout-methods/:id': closeMethod,
  'GET /me/periods': getPeriods,
  'GET /me/periods/:month': getPeriod,
  'GET /me/periods/:month/pdf': sendPdf,
  'GET /me/periods/:month/csv': sendCsv,
  'GET /console/payout-settings': getSettings,
  'PUT /console/payout-settings': changeSettings,
  'GET /console/payout-methods': getAskedMethods,
  'POST /console/payout-methods/:id/decide': decideMethod,
  'GET /console/payout-batches': getBatches,
  'POST /console/payout-batches': composeBatch,
  'GET /console/payout-batches/:id': getBatch,
  'POST /console/payout-batches/:id/submit': submit,
  'POST /console/payout-batches/:id/approve': approve,
  'POST /console/payout-batches/:id/cancel': cancel,
  'GET /console/payout-batches/:id/file': sendFile,
  'POST /console/payout-batches/:id/confirm': confirmSent,
  'POST /console/payouts/:id/return': returnPayout,
  'GET /console/periods': getMonths,
  'POST /console/periods': propose,
  'POST /console/periods/:month/close': close,
  'POST /console/periods/:month/withdraw': withdraw,
})
