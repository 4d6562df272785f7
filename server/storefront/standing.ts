/** How far a shop has come towards partner terms. */
import type { Decoded } from '../../shared/contract.ts'
import type { Currency } from '../../shared/money.ts'
import type { Application } from '../../shared/storefront-shapes.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { lastApplication, readRule, type ApplicationRow } from './store-partners.ts'
import { salesOf } from './store.ts'

export const applicationOf = (row: ApplicationRow): Decoded<typeof Application> => ({
  id: row.id,
  page: row.page,
  shop: row.shop,
  seller: { id: row.seller, name: row.sellerName ?? row.seller },
  plan: row.plan,
  note: row.note,
  months: row.months,
  turnover: { amount: row.turnover, currency: row.currency as Currency },
  at: row.at,
  state: row.state,
  reason: row.reason,
  holdsFrom: row.holdsFrom,
})

/** Whole months between two moments: the 31st of January to the 28th of February is one where the month has no more days. */
export function monthsBetween(from: Date, to: Date): number {
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth()
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate()
  const anniversary = Math.min(from.getUTCDate(), lastDay)
  return Math.max(0, to.getUTCDate() < anniversary ? months - 1 : months)
}

/** How far a shop has come, and whether it may ask now. */
export async function standing(
  db: Read | Tx,
  store: { page: string; openedAt: Date },
  at: Date,
): Promise<{ can: boolean; months: number; turnover: bigint; currency: string; application: ApplicationRow | undefined }> {
  const rule = await readRule(db, at)
  const currency = rule?.currency ?? 'CNY'
  const turnover = (await salesOf(db, store.page, at)).find(one => one.currency === currency)?.all ?? 0n
  const months = monthsBetween(store.openedAt, at)
  const application = await lastApplication(db, store.page)
  const open = application !== undefined && ['asked', 'proposed'].includes(application.state)
  const given = application?.state === 'confirmed'
  return {
    can: rule !== undefined && !open && !given && months >= rule.months && turnover >= rule.turnover,
    months,
    turnover,
    currency,
    application,
  }
}
