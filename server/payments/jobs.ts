import type { Jobs } from '../foundation/jobs.ts'
import { sendRefund } from './refunds.ts'
import { notifyMerchant } from './sandbox/notify.ts'

export const jobs = {
  'payments.refund': sendRefund,
  'payments.sandbox_notify': notifyMerchant,
} satisfies Jobs
