/** The door of points: a currency of each group, issued against money put in for rewards. */
import { takeFor } from '../payments/index.ts'
import { payee } from './budgets.ts'

takeFor('budget', payee)

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
export { grantPoints, takeBackPoints, type GrantAsk, type Granted, type TakenBack, type WhyNot } from './granting.ts'
export { giveBackPoints, pointsOf, spendAll, spendPoints, type SpendAsk, type Spent } from './spending.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export { checks } from './checks.ts'
export { budgetOf } from './desk.ts'
