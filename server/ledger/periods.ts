/** Closing a period: from then on nothing is posted with a time inside it (the database holds to that). */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { closedUntil, insertPeriod, waitForPosters } from './store-holds.ts'

/**
 * Closes all time before `until`. Waits for who is posting. The same end again is harmless; an earlier one is conflict `period_closed`, one that has not
 * come yet invalid `period_not_over`. Ask for it first in a transaction: it holds up all who post until the transaction ends.
 */
export async function closePeriod(tx: Tx, until: Date, by: string): Promise<void> {
  if (until > clock.now()) throw fault('invalid', 'period_not_over')
  await waitForPosters(tx)
  const closed = await closedUntil(tx)
  if (closed !== null && closed.getTime() === until.getTime()) return
  if (closed !== null && closed > until) throw fault('conflict', 'period_closed', { detail: `closed until ${closed.toISOString()}` })
  await insertPeriod(tx, { until, by, at: clock.now() })
}
