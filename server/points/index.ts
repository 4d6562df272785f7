/** The door of points: a currency of each group, issued against money put in for rewards. */
import { takeDisputesFor, takeFor } from '../payments/index.ts'
import { disputes, payee } from './budgets.ts'

takeFor('budget', payee)
takeDisputesFor('budget', disputes)

export {
  fundByPayment,
  fundFromBalance,
  fundPast,
  openBudget,
  payOut,
  takePayoutBack,
  worthOf,
  type FundAsk,
  type PayOutAsk,
} from './budgets.ts'
export { takeOut, type TakeOutAsk } from './taking-out.ts'
export { grantPoints, takeBackPoints, type GrantAsk, type Granted, type TakenBack, type WhyNot } from './granting.ts'
export { giveBackPoints, pointsOf, spendAll, spendPoints, type SpendAsk, type Spent } from './spending.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export { checks } from './checks.ts'
export { budgetOf } from './desk.ts'
