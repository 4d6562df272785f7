import { coupons } from '../../shared/coupons.ts'
import { handlers } from '../foundation/http.ts'
import { addCodes, getCoupon, getCoupons, getUses, putCoupon, sendCodes } from './coupons.ts'
import { getDesk, getGift, getMine, getSale, keepMine, putSale, sendAgain, showCode } from './gifts.ts'
import { getSeries, look, putSeries, redeem, sendSeries, stop } from './redeeming.ts'

export const routes = handlers(coupons, {
  'GET /pages/:page/coupons': getCoupons,
  'PUT /coupons/:id': putCoupon,
  'GET /coupons/:id': getCoupon,
  'GET /coupons/:id/uses': getUses,
  'POST /coupons/:id/codes': addCodes,
  'GET /coupons/:id/codes.csv': sendCodes,
  'GET /gift-cards/sale': getSale,
  'GET /me/gift-cards': getMine,
  'GET /gift-cards/:id': getGift,
  'POST /gift-cards/:id/code': showCode,
  'POST /gift-cards/:id/keep': keepMine,
  'POST /gift-cards/:id/send': sendAgain,
  'POST /redeem/look': look,
  'POST /redeem': redeem,
  'GET /pages/:page/release-codes': getSeries,
  'PUT /release-codes/:id': putSeries,
  'POST /release-codes/:id/stop': stop,
  'GET /release-codes/:id/codes.csv': sendSeries,
  'GET /console/gift-cards': getDesk,
  'PUT /console/gift-cards/sale': putSale,
})
