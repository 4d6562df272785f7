/**
 * From a payout back to its sales. What a party has available is a queue: every credit joins at the back, every debit takes from the front. So a payout
 * of X out of a balance of B covers the oldest X of that B: counting back from its entry, the newest B − X of the credits stay, the X before them are what it
 * paid out, the outermost two perhaps in part. It follows from the entries by version alone, for good: no two payouts cover the same money. What came back of
 * an earlier payout is a credit like any other and names that payout.
 */
import { z } from 'zod'
import type { Decoded } from '../../shared/contract.ts'
import type { Currency } from '../../shared/money.ts'
import type { Covered } from '../../shared/statements.ts'
import { fromCursor, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import { creditsBefore, versionOf, type CreditRow, type PayoutRow } from './store.ts'

type Item = Decoded<typeof Covered>
const step = 500

/** Pure: what of these credits (newest first) lies in the window that skips `skip` and takes `take`. Both shrink as credits pass. */
export function cover(credits: readonly CreditRow[], window: { skip: bigint; take: bigint }): { row: CreditRow; covered: bigint }[] {
  const out: { row: CreditRow; covered: bigint }[] = []
  for (const row of credits) {
    if (window.take === 0n) break
    const skipped = row.amount < window.skip ? row.amount : window.skip
    window.skip -= skipped
    const left = row.amount - skipped
    const covered = left < window.take ? left : window.take
    window.take -= covered
    if (covered > 0n) out.push({ row, covered })
  }
  return out
}

const payoutIn = (cause: string): string | null => /^payout:(pyo_[0-9a-z]{26})$/.exec(cause)?.[1] ?? null

/** A page of what a payout covers, newest first; the cursor holds where the walk stopped. */
export async function coversOf(
  db: Read,
  payout: PayoutRow,
  cursor: string | undefined,
  limit: number,
): Promise<{ covers: Item[]; next: string | null }> {
  if (payout.transfer === null || payout.balanceBefore === null) return { covers: [], next: null }
  const number = z.string().regex(/^\d{1,18}$/)
  const at = fromCursor(cursor, [number, number, number])
  const from = at === undefined ? await versionOf(db, payout.transfer, payout.party) : BigInt(at[0])
  if (from === undefined) return { covers: [], next: null }
  const window =
    at === undefined ? { skip: payout.balanceBefore - payout.amount, take: payout.amount } : { skip: BigInt(at[1]), take: BigInt(at[2]) }
  const money = (amount: bigint) => ({ amount, currency: payout.currency as Currency })
  const covers: Item[] = []
  let version = from
  while (window.take > 0n && covers.length < limit) {
    const credits = await creditsBefore(db, payout.party, payout.currency, version, step)
    if (credits.length === 0) break
    for (const credit of credits) {
      if (window.take === 0n || covers.length === limit) break
      version = credit.version
      for (const { row, covered } of cover([credit], window))
        covers.push({
          version: Number(row.version),
          transfer: String(row.transfer),
          at: row.at,
          kind: row.kind,
          cause: row.cause,
          subject: row.subject,
          note: row.note,
          step: row.step,
          whole: money(row.amount),
          covered: money(covered),
          payout: row.kind === 'payout_returned' ? payoutIn(row.cause) : null,
        })
    }
  }
  return { covers, next: window.take > 0n && covers.length === limit ? toCursor(version, window.skip, window.take) : null }
}
