/** The door of the shop: offers, orders, settlement of lines. It takes the money of orders, and sells releases; other kinds register themselves. */
import { takeFor } from '../payments/index.ts'
import { digital } from './digital.ts'
import { registerKind } from './kinds.ts'
import { payee } from './payee.ts'

registerKind(digital)
takeFor('order', payee)

export { routes } from './routes.ts'
export { giveReleases, takeReleases } from './digital.ts'
export { jobs, startSettler, startShopWork } from './jobs.ts'
export { checks } from './checks.ts'
export { namedPrice } from './digital.ts'
export {
  registerCarriages,
  registerCredits,
  registerDiscounts,
  registerKind,
  type Address,
  type Basket,
  type Carriage,
  type Credits,
  type Discounts,
  type ForSale,
  type Kind,
  type Part,
  type Priced,
  type Progress,
  type Reduction,
  type SoldLine,
  type Wanted,
} from './kinds.ts'
export { creditOf } from './payee.ts'
export { boughtBefore, checkPrice, closeOffers, offersOf, putOffer, putOffers, settleAt, type Put } from './selling.ts'
export type { OfferOf } from './store.ts'
export { openOffer } from './offers.ts'
export { expireOrders } from './orders.ts'
export { placeOrder, writeOrders } from './placing.ts'
export { recordPastOrder } from './placing.ts'
export { escrow, feeAfter, leftOf, lockLines, lockLinesOf, takeBack, type Back, type OpenLine } from './returns.ts'
export { frozenDue, linesOf, setFrozen } from './store-orders.ts'
export { settleAll, settleDue } from './settle.ts'
