import { storefront } from '../../shared/storefront.ts'
import { handlers } from '../foundation/http.ts'
import { changeShop, dropBanner, getDesk, getMyShops, openShop, putBanner, setSections } from './desk.ts'
import { getKinds, getListings } from './listings.ts'
import { askPartner, declinePartner, getPartners, proposePartner, takeBackPartner } from './partners.ts'
import { addPicture, changeReview, dropReview, getMyReviews, getReviews, putAnswer, writeReview } from './reviews.ts'
import { getBeside, getProduct, getShop, getShops, getThings } from './shops.ts'
import { getRule, previewRule, putRule } from './rules.ts'
import { getTerms } from './terms.ts'

export const routes = handlers(storefront, {
  'GET /listings': getListings,
  'GET /listings/kinds': getKinds,
  'GET /shops': getShops,
  'GET /shops/:id': getShop,
  'GET /shops/:id/things': getThings,
  'GET /products/:id': getProduct,
  'GET /things/:id/beside': getBeside,
  'GET /selling-terms': getTerms,
  'POST /shops': openShop,
  'PATCH /shops/:id': changeShop,
  'PUT /shops/:id/banner': putBanner,
  'DELETE /shops/:id/banner': dropBanner,
  'PUT /shops/:id/sections': setSections,
  'GET /shops/:id/desk': getDesk,
  'GET /me/shops': getMyShops,
  'POST /shops/:id/partner': askPartner,
  'DELETE /shops/:id/partner': takeBackPartner,
  'GET /console/partners': getPartners,
  'POST /console/partners/:id/propose': proposePartner,
  'POST /console/partners/:id/decline': declinePartner,
  'GET /console/partner-rule': getRule,
  'GET /console/partner-rule/preview': previewRule,
  'PUT /console/partner-rule/:id': putRule,
  'GET /reviews': getReviews,
  'GET /me/reviews': getMyReviews,
  'POST /reviews': writeReview,
  'PATCH /reviews/:id': changeReview,
  'DELETE /reviews/:id': dropReview,
  'POST /reviews/:id/pictures': addPicture,
  'PUT /reviews/:id/answer': putAnswer,
})
