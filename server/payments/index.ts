/** The door of payments: providers, payments and refunds. */
import { addProvider } from './providers.ts'
import { sandbox } from './sandbox/adapter.ts'

addProvider(sandbox)

export { routes } from './routes.ts'
export { jobs } from './jobs.ts'
export { mountPayments } from './mount.ts'
export { applyNotices, receive, type Outcome } from './notifications.ts'
export { payPast } from './past.ts'
export { takeDisputesFor, type Dispute, type DisputeHandler } from './disputes.ts'
export { retryRefund } from './refunds.ts'
export {
  askPayments,
  clearing,
  closePaymentsOf,
  disputed,
  feeAccount,
  feeOf,
  lockPaymentsFor,
  payPath,
  planetCosts,
  refundPayment,
  refunding,
  returnsFee,
  takeFor,
  type Paid,
  type Payee,
} from './payments.ts'
export {
  addProvider,
  providerOf,
  providers,
  type ChargeRequest,
  type Notice,
  type Provider,
  type Report,
  type ReportRow,
} from './providers.ts'
export { merchantOf as sandboxMerchant, signedHeaders as sandboxHeaders } from './sandbox/signature.ts'
export { checks } from './checks.ts'
