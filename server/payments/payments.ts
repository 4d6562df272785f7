/** Asking for money, taking it, sending it back. What a payment is for belongs to another room: it registers as payee. */
import { fault } from '../../shared/faults.ts'
import { basisPointsOf } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { post, type AccountRef } from '../ledger/index.ts'
import { chooseProvider, providerOf } from './providers.ts'
import { closePayments, feeRate, hasDispute, insertPayments, insertRefund, lockPaymentsOf, type PaymentRow } from './store.ts'

/** A payment that was paid just now. `fee` is what the provider keeps of it, `late`: it had been closed before. */
export type Paid = {
  payment: string
  subject: string
  provider: string
  amount: bigint
  currency: string
  fee: bigint
  late: boolean
  at: Date
}

/** The room that a purpose belongs to. Its functions run in the transaction of the notification. */
export type Payee = {
  /** Takes the money of all these payments: posts it out of `clearing` to where it belongs. */
  paid: (tx: Tx, payments: readonly Paid[]) => Promise<void>
  /** A try to pay did not work; it may be tried again. */
  failed: (tx: Tx, payments: readonly { payment: string; subject: string; problem: string }[]) => Promise<void>
  /** Called after notifications that paid something are committed, in the process that took them. */
  committed?: () => void
  /** Another payment is asked for the same; from now on it is the one to pay. False when it is no longer wanted. */
  chosen: (tx: Tx, subject: string, payment: string) => Promise<boolean>
  /** For the provider's page: what is paid, where to go afterwards (a path), and whether (and until when) it is still wanted. */
  describe: (
    db: Read | Tx,
    subject: string,
  ) => Promise<{ description: string; path: string; open: boolean; until: Date | null } | undefined>
}
const payees = new Map<string, Payee>()
/** What one can pay for. */
export type Purpose = 'order' | 'budget'
export const takeFor = (purpose: Purpose, payee: Payee): void => {
  payees.set(purpose, payee)
}
export function payeeOf(purpose: string): Payee {
  const found = payees.get(purpose)
  if (found === undefined) throw new Error(`nobody takes money for ${purpose}`)
  return found
}

export const committed = (): void => {
  for (const payee of payees.values()) payee.committed?.()
}

/** Money at the provider: below zero by what it holds for us. */
export const clearing = (provider: string, currency: string): AccountRef => ({
  owner: `provider:${provider}`,
  purpose: 'clearing',
  asset: currency,
  floor: null,
})
/** What the provider keeps of payments. */
export const feeAccount = (provider: string, currency: string): AccountRef => ({
  owner: `provider:${provider}`,
  purpose: 'fee',
  asset: currency,
  floor: 0n,
})
/** Money on its way back to payers. */
export const refunding = (provider: string, currency: string): AccountRef => ({
  owner: `provider:${provider}`,
  purpose: 'refunding',
  asset: currency,
  floor: 0n,
})

/** What disputes took from us, as long as they are contested: below zero by that much. */
export const disputed = (provider: string, currency: string): AccountRef => ({
  owner: `provider:${provider}`,
  purpose: 'disputed',
  asset: currency,
  floor: null,
})
/** What the planet itself bears: fees lost on refunds, fees of disputes, roundings, losses. At or below zero. */
export const planetCosts = (currency: string): AccountRef => ({ owner: 'planet', purpose: 'costs', asset: currency, floor: null })

/** Writes the intents to be paid; a provider hears of one when its payer goes to pay (`/pay/<id>`). The ids are the caller's. */
export async function askPayments(
  tx: Tx,
  asks: readonly {
    id: string
    purpose: Purpose
    subject: string
    payer: string
    provider: string
    amount: bigint
    currency: string
    at: Date
  }[],
): Promise<void> {
  for (const { provider } of asks) providerOf(provider)
  if (asks.length > 0) await insertPayments(tx, asks)
}

/** Where one pays, on our side. */
export const payPath = (payment: string): string => `/pay/${payment}`

/**
 * Locks the payments of these subjects and closes those that are not paid. Call it before locking the subjects themselves: a notification locks in
 * that order too. Returns the payments as they were.
 */
export async function closePaymentsOf(tx: Tx, subjects: readonly string[]): Promise<PaymentRow[]> {
  const rows = await lockPaymentsOf(tx, subjects)
  const open = rows.filter(row => row.state === 'asked' || row.state === 'failed').map(row => row.id)
  if (open.length > 0) await closePayments(tx, open, clock.now())
  return rows
}

/** What the provider will keep of this amount, rounded half up; for previews. Never more than the amount. */
export async function feeOf(db: Read | Tx, provider: string, amount: bigint, at: Date): Promise<bigint> {
  const { rateBp, fixed } = await feeRate(db, provider, at)
  const fee = basisPointsOf(amount, rateBp) + (amount > 0n ? fixed : 0n)
  return fee < amount ? fee : amount
}

/**
 * The payment of this subject through this provider: the one that waits, or a new one; the others are closed, here and (by a job) at their providers. Money that
 * comes through two goes back once. `not`: one that can not be paid any more. Faults: `not_found` (also another payer's), conflict `already_paid`, `order_closed`, `provider_closed`.
 */
export async function payWith(tx: Tx, payer: string, subject: string, provider: string, not?: string): Promise<string> {
  // Read again once they are locked: another request may have added one meanwhile.
  await lockPaymentsOf(tx, [subject])
  const rows = await lockPaymentsOf(tx, [subject])
  const like = rows[0]
  if (like === undefined || like.payer !== payer) throw fault('not_found')
  if (rows.some(row => row.state === 'paid')) throw fault('conflict', 'already_paid')
  const found = rows.find(row => row.provider === provider && row.id !== not && (row.state === 'asked' || row.state === 'failed'))
  if (found === undefined) chooseProvider(like.currency, provider)
  const at = clock.now()
  const id = found?.id ?? newId('pay', at)
  const others = rows.filter(row => row.id !== id && (row.state === 'asked' || row.state === 'failed')).map(row => row.id)
  if (others.length > 0) await closePayments(tx, others, at)
  const { purpose, amount, currency } = like
  if (found === undefined) await insertPayments(tx, [{ id, purpose, subject, payer, provider, amount, currency, at }])
  if (!(await payeeOf(purpose).chosen(tx, subject, id))) throw fault('conflict', 'order_closed')
  return id
}

/** Locks the payments of these subjects, in id order, and reads them. Payments are locked before orders, lines and accounts. */
export const lockPaymentsFor = (tx: Tx, subjects: readonly string[]): Promise<PaymentRow[]> => lockPaymentsOf(tx, subjects)

/** Whether a provider gives its fee back with a refund, in proportion. */
export const returnsFee = (provider: string): boolean => providerOf(provider).returnsFee

/**
 * Sends part of a payment back: takes it out of `from` in the ledger at once, tells the provider by a job. The same `key` again has no further effect.
 * Faults: conflict `disputed` (the payer's bank takes it back already) and `refund_too_much`. `subject` is what is refunded (`lin_…`), `cause` the ledger's
 * cause, `fee`: what the provider kept of this part and was not booked yet (a held line's): it comes back by itself or is lost at the planet's cost.
 */
export async function refundPayment(
  tx: Tx,
  refund: {
    key: string
    payment: string
    provider: string
    subject: string
    release: string | null
    cause: string
    amount: bigint
    currency: string
    reason: string
    from: AccountRef
    fee?: bigint
    at?: Date
  },
): Promise<void> {
  if (refund.amount <= 0n) throw fault('invalid', 'invalid', { detail: 'a refund moves something' })
  const at = refund.at ?? clock.now()
  const id = newId('rfd', at)
  const made = await insertRefund(tx, { ...refund, id, at })
  if (made === 'over') throw fault('conflict', (await hasDispute(tx, refund.payment)) ? 'disputed' : 'refund_too_much')
  if (!made) return
  const { from, provider, currency, amount, cause, release, fee = 0n } = refund
  const lost = fee > 0n && !returnsFee(provider)
  await post(tx, [
    {
      key: `refund:${id}`,
      kind: 'refund',
      cause,
      subject: release,
      at,
      entries: [
        { account: from, amount: -amount },
        { account: refunding(provider, currency), amount, step: 'refund' },
      ],
    },
    ...(lost
      ? [
          {
            key: `fee_lost:${id}`,
            kind: 'fee_lost',
            cause,
            subject: release,
            at,
            entries: [
              { account: planetCosts(currency), amount: -fee },
              { account: feeAccount(provider, currency), amount: fee, step: 'provider_fee' },
            ],
          },
        ]
      : []),
  ])
  await enqueue(tx, 'payments.refund', { refund: id }, { maxAttempts: 25 })
}
