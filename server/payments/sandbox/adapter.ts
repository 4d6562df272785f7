/** Our side of the sandbox provider: how the planet talks to it and understands what it reports. */
import { z } from 'zod'
import { fault } from '../../../shared/faults.ts'
import type { Notice, Provider } from '../providers.ts'
import { payOut, payOutState, reportOf } from './books.ts'
import { closeCharge, createCharge, refundCharge } from './charges.ts'
import { checkSignature, merchantOf } from './signature.ts'
import { chargeFor } from './store.ts'

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(BigInt)
const Body = z.object({
  id: z.string().min(1).max(200),
  type: z.string().max(60),
  merchant: z.string().max(100),
  data: z.object({
    charge: z.string().min(1).max(200),
    reference: z.string().max(100).nullable(),
    amount: wholeNumber,
    currency: z.string().max(10),
    fee: wholeNumber.nullable().default(null),
    problem: z.string().max(60).nullable().default(null),
    refund: z
      .object({ key: z.string().max(100), amount: wholeNumber })
      .nullable()
      .default(null),
    dispute: z
      .object({
        ref: z.string().min(1).max(100),
        amount: wholeNumber,
        fee: wholeNumber,
        reason: z.string().min(1).max(60),
        respondBy: z.iso.datetime().transform(text => new Date(text)),
      })
      .nullable()
      .default(null),
  }),
})
const types: Record<string, Notice['type']> = {
  'charge.paid': 'paid',
  'charge.failed': 'failed',
  'charge.refunded': 'refunded',
  'charge.refund_failed': 'refund_failed',
  'charge.disputed': 'disputed',
  'charge.dispute_won': 'dispute_won',
  'charge.dispute_lost': 'dispute_lost',
}

/** The merchant name of payments of the past, which were never sent anywhere (past.ts). */
export const pastMerchant = 'past'

export const sandbox: Provider = {
  id: 'sandbox',
  name: 'Sandbox',
  sandbox: true,
  ready: config => config.sandbox,
  returnsFee: true,
  merchant: merchantOf,
  async open({ db, config }, { payment, amount, currency, description, merchantName, returnUrl }) {
    const charge = await createCharge(db, {
      merchant: merchantOf(config),
      reference: payment,
      amount,
      currency,
      merchantName,
      description,
      returnUrl,
    })
    return { charge: charge.ref, page: `/sandbox/pay/${charge.ref}` }
  },
  read(config, headers, rawBody) {
    const id = checkSignature(config, headers, rawBody)
    let raw: unknown
    try {
      raw = JSON.parse(rawBody)
    } catch {
      throw fault('invalid', 'invalid', { fields: { body: 'JSON' } })
    }
    const parsed = Body.safeParse(raw)
    if (!parsed.success || parsed.data.id !== id) throw fault('invalid', 'invalid', { fields: { body: 'notification' } })
    const { type, merchant, data } = parsed.data
    const { charge, reference, amount, currency, fee, problem, refund, dispute } = data
    // More fee than money is no fee we can book.
    if (fee !== null && fee > amount) throw fault('unprocessable', 'wrong_amount')
    return {
      id,
      type: types[type] ?? 'other',
      merchant: merchant === pastMerchant ? merchantOf(config) : merchant,
      charge,
      reference,
      amount,
      currency,
      fee,
      problem,
      refund: refund?.key ?? null,
      ...(dispute === null ? {} : { dispute }),
      body: raw as object,
    }
  },
  async refund({ db }, { key, charge, amount }) {
    await refundCharge(db, charge, key, amount)
    // Its notification says when it is done.
    return false
  },
  async query({ db, config }, { payment }) {
    const merchant = merchantOf(config)
    const charge = await chargeFor(db.read, merchant, payment)
    if (charge?.state !== 'paid') return null
    const { ref, amount, currency, fee } = charge
    const id = `query_${payment}`
    return {
      id,
      type: 'paid',
      merchant,
      charge: ref,
      reference: payment,
      amount,
      currency,
      fee,
      problem: null,
      refund: null,
      body: { id, asked: true },
    }
  },
  async close({ db }, { charge }) {
    if (charge !== null) await closeCharge(db, charge)
  },
  report: ({ db, config }, day) => reportOf(db, [merchantOf(config), pastMerchant], day),
  payOut: ({ db, config }, payout) => payOut(db, merchantOf(config), payout),
  payOutState: ({ db }, key) => payOutState(db, key),
}
