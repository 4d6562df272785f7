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
  /** Where the payer goes afterwards: a path of ours. */
  returnUrl: string
  /** Until when it may be paid, as far as the provider can be told. */
  until: Date | null
  phone: boolean
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
  /** Whether this planet has a contract with it; always, unless told. */
  ready?: (config: Config) => boolean
  /** The currencies it takes; all, unless told. */
  currencies?: readonly string[]
  /** What it wants to hear when a notification is taken, as plain text; our JSON, unless told. */
  taken?: string
  /** Its page's address does not keep: it is made again for each visit. */
  freshPage?: boolean
  /** Who we are there; notifications for others are refused. */
  merchant: (config: Config) => string
  /**
   * Makes the charge, or finds the one made before for this payment, and says where its page is. Called outside of any transaction. A fault `gone`: it can never be paid
   * any more, the payer needs another payment.
   */
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
/** Until the process is told, only what needs no contract. */
let offered: string[] | undefined

/** Rooms add providers when they are loaded. */
export const addProvider = (provider: Provider): void => {
  all.set(provider.id, provider)
}
/** Any provider, also one that is not offered any more: what was paid there still lives. */
export function providerOf(id: string): Provider {
  const found = all.get(id)
  if (found === undefined) throw fault('not_found')
  return found
}
/** Every adapter there is, also those this planet has no contract with (see `isReady`). */
export const providers = (): Provider[] => [...all.values()]
export const isReady = (provider: Provider, config: Config): boolean => provider.ready?.(config) ?? true

/** The process learns which providers this planet has contracts with. */
export const offerProviders = (config: Config): void => {
  offered = [...all.values()].filter(provider => isReady(provider, config)).map(({ id }) => id)
}
const takes = ({ currencies }: Provider, currency: string): boolean => currencies === undefined || currencies.includes(currency)

/** How one can pay in this currency (in any), real providers first. */
export const providersFor = (currency?: string): Provider[] =>
  [...all.values()]
    .filter(({ id, sandbox }) => offered?.includes(id) ?? sandbox)
    .filter(provider => currency === undefined || takes(provider, currency))
    .sort((a, b) => Number(a.sandbox) - Number(b.sandbox) || (a.id < b.id ? -1 : 1))

/** The provider one asked for, or the first that takes the currency. Fault: conflict `provider_closed`. */
export function chooseProvider(currency: string, id?: string): string {
  const found = providersFor(currency).find(provider => id === undefined || provider.id === id)
  if (found === undefined) throw fault('conflict', 'provider_closed')
  return found.id
}
