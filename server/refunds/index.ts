/** The door of refunds. It answers for disputes of orders. */
import { takeDisputesFor } from '../payments/index.ts'
import { handler } from './disputes.ts'

takeDisputesFor('order', handler)

export { routes } from './routes.ts'
export { jobs, round, startRefundsWork } from './jobs.ts'
export { checks } from './checks.ts'
export { registerPots } from './pots.ts'
export { giveRefund, type Give } from './requests.ts'
export { ownMoney, recover } from './shortfalls.ts'
export { restIncome } from './reserve.ts'
