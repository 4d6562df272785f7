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
  type: 'paid' | 'failed' | 'refunded' | 'other'
  merchant: string
  charge: string
  reference: string | null
  amount: bigint
  currency: string
  fee: bigint | null
  problem: string | null
  refund: string | null
  body: object
}
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
  read: (config: Config, headers: Headers, rawBody: string) => Notice
  /** Sends money back; `key` makes a repeat harmless. True when it is done already, false when a notification will say so. */
  refund: (door: ProviderDoor, refund: { key: string; charge: string; amount: bigint; currency: string }) => Promise<boolean>
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
