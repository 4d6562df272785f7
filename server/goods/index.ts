/** The door of goods: products, stock, sending and returns. Its kinds are `merch` and `shipping`; pages pack what they sell. */
import { mayEditPage } from '../people/index.ts'
import { registerPurpose, registerSender } from '../shipping/index.ts'
import { registerCarriages, registerKind } from '../shop/index.ts'
import { carriages, shippingOffer } from './carriage.ts'
import { merch } from './merch.ts'
import { parcelMoved } from './sendings.ts'

registerKind(merch)
registerKind(shippingOffer)
registerCarriages(carriages)
registerSender('pag', mayEditPage)
registerPurpose('order', parcelMoved)

export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export { saveZoneAs, shippingOf, type GivenZone } from './carriage.ts'
export { importProducts } from './importing.ts'
export { putProductAs, openProducts, showPicturesOf } from './products.ts'
export { productCards, productsOf, publicProduct, type Card as ProductCard, type Product } from './showing.ts'
