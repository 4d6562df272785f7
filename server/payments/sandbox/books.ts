/** The sandbox's own books: what moved in what it holds for the merchant, and sending money to others' accounts with it or to the merchant's bank. */
import { clock, randomToken } from '../../foundation/clock.ts'
import type { Db } from '../../foundation/db.ts'
import type { PayoutAnswer, PayoutRequest, Report, ReportRow } from '../providers.ts'
import { booksBetween, booksUntil, endPayout, makePayout, readPayout, type SandboxPayout } from './store.ts'

const dayMs = 24 * 3600_000

/** One day (UTC) of these merchants, and what is held for them at its end. */
export async function reportOf(db: Db, merchants: readonly string[], day: string): Promise<Report> {
  const from = new Date(`${day}T00:00:00.000Z`)
  const to = new Date(from.getTime() + dayMs)
  const rows = await booksBetween(db.read, merchants, from, to)
  return { rows: rows.map(row => ({ ...row, type: row.type as ReportRow['type'] })), closing: await booksUntil(db.read, merchants, to) }
}

const answerOf = ({ state, ref, problem }: SandboxPayout): PayoutAnswer => ({ state, ref, problem })

/**
 * Sends money, once per key. For trying things out the account's name decides: `…fail…` is refused, `…slow…` is on its way until one asks, `…return…` goes out
 * and comes back when one asks; all others have it at once.
 */
export async function payOut(db: Db, merchant: string, { key, amount, currency, account, name }: PayoutRequest): Promise<PayoutAnswer> {
  const failed = account.includes('fail')
  const state = failed ? 'failed' : /slow|return/.test(account) ? 'sent' : 'paid'
  const payout = {
    key,
    merchant,
    ref: `po_${randomToken(18)}`,
    amount,
    currency,
    account,
    name,
    problem: failed ? 'account_unknown' : null,
  }
  return answerOf(await db.transaction(tx => makePayout(tx, { ...payout, state }, clock.now())))
}

export async function payOutState(db: Db, key: string): Promise<PayoutAnswer> {
  const found = await db.transaction(async tx => {
    const before = await readPayout(tx, key)
    if (before?.state !== 'sent') return before
    const back = before.account.includes('return')
    await endPayout(tx, key, back ? 'failed' : 'paid', back ? 'account_closed' : null, clock.now())
    return readPayout(tx, key)
  })
  return found === undefined ? { state: 'failed', ref: '', problem: 'unknown' } : answerOf(found)
}
