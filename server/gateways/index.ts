/** The door of gateways: registers the providers this house can talk to. Which of them a planet uses is a matter of its settings. */
import { addProvider } from '../payments/index.ts'
import { alipay } from './alipay.ts'
import { stripe } from './stripe.ts'

addProvider(stripe)
addProvider(alipay)

export { alipay, stripe }
