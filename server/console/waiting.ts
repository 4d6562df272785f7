/** What waits for someone: each queue of the rooms with how many, how much and until when. */
import type { Decoded } from '../../shared/contract.ts'
import type { Waiting } from '../../shared/console.ts'
import type { Read } from '../foundation/db.ts'
import { listHolds } from '../ledger/index.ts'
import { countWaiting } from './store-waiting.ts'

type Item = Decoded<typeof Waiting>

/** Queues where nothing is to be done: they empty themselves. */
const passing: ReadonlySet<string> = new Set(['unsettled', 'holds', 'refunds_sent', 'payouts_sent'])

/** All queues, also the empty ones: a desk says that nothing waits. */
export async function whatWaits(db: Read): Promise<Item[]> {
  const items = new Map<string, Item>()
  for (const { code, currency, count, amount, due } of await countWaiting(db)) {
    const item = items.get(code) ?? { code, count: 0, amounts: [], due: null, act: !passing.has(code) }
    items.set(code, item)
    item.count += count
    if (currency !== null && amount !== null && count > 0) item.amounts.push({ amount, currency })
    if (due !== null && (item.due === null || due < item.due)) item.due = due
  }
  const appeals = await listHolds(db, { appealed: true, limit: 200 })
  return [...items.values(), { code: 'appeals', count: appeals.length, amounts: [], due: null, act: true }]
}
