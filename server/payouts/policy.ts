/** Why something is paid out or not: pure, so that the page of a payee, a batch and a test ask the same question. */
import type { Currency } from '../../shared/money.ts'
import type { MethodRow, Schedule } from './store-methods.ts'

export type Reason = { code: WaitCode; until: Date | null }
export type WaitCode =
  | 'below_threshold'
  | 'no_method'
  | 'method_asked'
  | 'method_cooling'
  | 'method_check'
  | 'provider_cannot'
  | 'owes'
  | 'not_asked'
  | 'paid_this_month'
  | 'waits_approval'
  | 'batch_full'

/** The least that is paid out unless finance says otherwise: what a transfer is worth making for (minor units). */
export const usualThresholds: Record<Currency, bigint> = {
  CNY: 10_000n,
  USD: 2_000n,
  EUR: 2_000n,
  GBP: 2_000n,
  HKD: 10_000n,
  TWD: 50_000n,
  SGD: 2_500n,
  KRW: 20_000n,
  JPY: 2_000n,
  KWD: 5_000n,
}
export const usualCoolingDays = 3

export type Facts = {
  available: bigint
  threshold: bigint
  method: MethodRow | undefined
  /** A new account that waits for an operator. */
  asked: boolean
  /** Whether money can be sent by that route now. */
  canSend: boolean
  /** A refund or dispute it could not cover is undecided, or it owes the planet. */
  owes: boolean
  schedule: Schedule
  askedToBePaid: boolean
  paidThisMonth: boolean
  listed: boolean
  now: Date
}

/** The first of next month, UTC. */
export const nextMonth = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1))

/** All that stands between this money and its owner, the most telling first; empty: the next batch pays it out. */
export function reasonsFor(facts: Facts): Reason[] {
  const { method, now } = facts
  const reasons: Reason[] = []
  const because = (code: WaitCode, until: Date | null = null): void => void reasons.push({ code, until })
  if (facts.listed) return [{ code: 'waits_approval', until: null }]
  if (facts.available < facts.threshold) because('below_threshold')
  if (method === undefined) because(facts.asked ? 'method_asked' : 'no_method')
  else if (method.state === 'check') because('method_check')
  else if (method.usableFrom > now) because('method_cooling', method.usableFrom)
  else if (!facts.canSend) because('provider_cannot')
  if (facts.owes) because('owes')
  if (reasons.length > 0 || facts.askedToBePaid) return reasons
  if (facts.schedule === 'on_demand') because('not_asked')
  else if (facts.paidThisMonth) because('paid_this_month', nextMonth(now))
  return reasons
}

/** `•••• 4321`: enough to know one's own account by. */
export const masked = (account: string): string => `•••• ${account.slice(-4)}`

/** An account's number as it is stored: without blanks and dashes; what providers know people by stays as it was typed. */
export const tidyAccount = (route: string, text: string): string =>
  route === 'bank' ? text.replace(/[\s-]/g, '').toUpperCase() : text.trim()

/** Whether a bank could have such an account: letters and digits, and an IBAN with its own check digits. */
export function soundAccount(account: string): boolean {
  if (!/^[A-Z0-9]{4,34}$/.test(account)) return false
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{10,}$/.test(account)) return true
  const turned = account.slice(4) + account.slice(0, 4)
  const digits = turned.replace(/[A-Z]/g, letter => String(letter.charCodeAt(0) - 55))
  return BigInt(digits) % 97n === 1n
}
