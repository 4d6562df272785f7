/** What every payment provider is to us. One adapter each; the rest of the planet never asks which one it is. */
import { fault } from '../../shared/faults.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'

export type ProviderDoor = { db: Db; config: Config }
/** What to charge: `payment` is our id and the provider's idempotency key. */
export type ChargeRequest = {
  payment: string
  amount: bigint
  currency: string
  description: string
  merchantName: string
  returnUrl: string
}
/** A notification whose signature was true. `reference` is our payment, `refund` our refund. `fee` is what the provider keeps, if it says so. */
export type Notice = {
  id: string
  type: 'paid' | 'failed' | 'refunded' | 'refund_failed' | 'disputed' | 'dispute_won' | 'dispute_lost' | 'other'
  merchant: string
  charge: string
  reference: string | null
  amount: bigint
  currency: string
  fee: bigint | null
  problem: string | null
  refund: string | null
  /** For the three kinds of disputes: the provider's name for it, what it took back of the charge, what it keeps for its trouble, until when to answer. */
  dispute?: { ref: string; amount: bigint; fee: bigint; reason: string; respondBy: Date | null }
  body: object
}
/** One line of a provider's own books. `amount`: what it changed in what the provider holds for us, before `fee` (minor units, signed). */
export type ReportRow = {
  type: 'payment' | 'refund' | 'chargeback' | 'chargeback_won' | 'payout' | 'payout_returned' | 'sweep' | 'fee' | 'adjustment'
  /** The provider's id of this line. */
  ref: string
  /** Our id as the provider knows it (pay_, rfd_, pyo_ …). */
  reference: string | null
  amount: bigint
  /** What the provider kept of it, ≥ 0 (below 0: gave back). */
  fee: bigint
  currency: string
  at: Date
}
/** The books of one day (UTC). `closing`: what the provider says it holds for us at its end, where it says so. */
export type Report = { rows: ReportRow[]; closing: { currency: string; amount: bigint }[] }
/** Money to be sent to someone: `account` is how the provider knows the receiver (an account id, a login). `key` makes a repeat harmless. */
export type PayoutRequest = { key: string; amount: bigint; currency: string; account: string; name: string; note: string }
export type PayoutAnswer = { state: 'sent' | 'paid' | 'failed'; ref: string; problem: string | null }
export type Headers = Record<string, string | string[] | undefined>
export type Provider = {
  id: string
  name: string
  sandbox: boolean
  /** Who we are there; notifications for others are refused. */
  merchant: (config: Config) => string
  /** Makes the charge, or finds the one made before for this payment, and says where its page is. Called outside of any transaction. */
  open: (door: ProviderDoor, request: ChargeRequest) => Promise<{ charge: string; page: string }>
  /** Checks signature and age of a notification; faults `bad_signature`, `invalid`. */
  read: (config: Config, headers: Headers, rawBody: string) => Notice | Promise<Notice>
  /** Sends money back; `key` makes a repeat harmless. True when it is done already, false when a notification will say so. A fault `unprocessable` is a final refusal. */
  refund: (door: ProviderDoor, refund: { key: string; charge: string; amount: bigint; currency: string }) => Promise<boolean>
  /** Whether the fee comes back with a refund, in proportion; else it is lost, and the planet bears it. */
  returnsFee: boolean
  /** Asks how a payment stands, for when its notification does not come. Null: still open. */
  query?: (door: ProviderDoor, payment: { payment: string; charge: string | null }) => Promise<Notice | null>
  /** Closes a charge that is no longer wanted. Harmless when it is paid, closed or unknown. */
  close?: (door: ProviderDoor, payment: { payment: string; charge: string | null }) => Promise<void>
  /** The provider's own books of one day (`YYYY-MM-DD`, UTC unless the provider keeps another; see the adapter). */
  report?: (door: ProviderDoor, day: string) => Promise<Report>
  /** Sends money to a receiver's account with this provider. */
  payOut?: (door: ProviderDoor, payout: PayoutRequest) => Promise<PayoutAnswer>
  /** How a payout that was sent stands. */
  payOutState?: (door: ProviderDoor, key: string) => Promise<PayoutAnswer>
}

const all = new Map<string, Provider>()

/** The roof and tests add providers; the sandbox is always there. */
export const addProvider = (provider: Provider): void => {
  all.set(provider.id, provider)
}
export const providers = (): Provider[] => [...all.values()]
export function providerOf(id: string): Provider {
  const found = all.get(id)
  if (found === undefined) throw fault('not_found')
  return found
}
