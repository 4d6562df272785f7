/** The door of coupons: codes for less, gift cards, codes that come with a record. */
import { registerCredits, registerDiscounts, registerKind } from '../shop/index.ts'
import { discounts } from './discounting.ts'
import { credits, giftCard } from './gift-kind.ts'

registerDiscounts(discounts)
registerCredits(credits)
registerKind(giftCard)

export { checks } from './checks.ts'
export { putCoupon } from './coupons.ts'
export { makeReady } from './gift-kind.ts'
export { giftAccount, openGiftSale } from './gifts.ts'
export { jobs } from './jobs.ts'
export { makeSeries } from './redeeming.ts'
export { routes } from './routes.ts'
