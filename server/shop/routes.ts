import { shop } from '../../shared/shop.ts'
import { handlers, opensOwn } from '../foundation/http.ts'
import { getDownloads, sendTrack, sendZip } from './downloads.ts'
import { addOffer, changeOffer, getMyOffers, getOffer, getOffers, getPurchases } from './offers.ts'
import { cancelOrder, getMyOrders, getMySales, getOrder } from './orders.ts'
import { placeOrder } from './placing.ts'

import { getCart, putCart, quoteOrder } from './carts.ts'

export const routes = handlers(shop, {
  'GET /offers': getOffers,
  'GET /offers/:id': getOffer,
  'POST /offers': addOffer,
  'PATCH /offers/:id': changeOffer,
  'GET /me/offers': getMyOffers,
  'POST /orders': opensOwn(placeOrder),
  'POST /orders/quote': opensOwn(quoteOrder),
  'GET /orders/:id': getOrder,
  'POST /orders/:id/cancel': cancelOrder,
  'GET /me/orders': getMyOrders,
  'GET /me/cart': getCart,
  'PUT /me/cart': putCart,
  'GET /me/sales': getMySales,
  'GET /me/purchases': getPurchases,
  'GET /downloads/:line': getDownloads,
  'GET /downloads/:line/zip': sendZip,
  'GET /downloads/:line/tracks/:track': sendTrack,
})
