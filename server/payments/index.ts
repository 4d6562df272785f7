/** The door of payments: providers, payments and refunds. */
import { addProvider } from './providers.ts'
import { sandbox } from './sandbox/adapter.ts'

addProvider(sandbox)

export { routes } from './routes.ts'
export { jobs, startPaymentsWork } from './jobs.ts'
export { mountPayments } from './mount.ts'
export { applyNotices, receive, type Outcome } from './notifications.ts'
export { disputePast, payPast, refundPast } from './past.ts'
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
  chooseProvider,
  isReady,
  offerProviders,
  providerOf,
  providers,
  providersFor,
  type ChargeRequest,
  type Headers,
  type Notice,
  type PayoutAnswer,
  type PayoutRequest,
  type Provider,
  type ProviderDoor,
  type Report,
  type ReportRow,
} from './providers.ts'
export { merchantOf as sandboxMerchant, signedHeaders as sandboxHeaders } from './sandbox/signature.ts'
export { checks } from './checks.ts'
