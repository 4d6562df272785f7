/** Writing history: orders of the past, placed, paid and settled by the same code as today's, for the demo world and for taking over another shop's books. */
import { Fault, fault } from '../../shared/faults.ts'
import type { Money } from '../../shared/money.ts'
import type { Tx } from '../foundation/db.ts'
import { payPast } from '../payments/index.ts'
import type { Address } from './kinds.ts'
import { writeOrders } from './placing.ts'
import { settleDue } from './settle.ts'
import { linesOf } from './store-orders.ts'

const soonMs = 45_000

/**
 * An order that was placed at `at`, paid through the sandbox 45 seconds later and settled right then. Same rules and faults as `POST /orders`. About
 * 25 statements. Gives the order's id.
 */
export async function recordPastOrder(
  tx: Tx,
  past: {
    id?: string
    buyer: string
    lines: readonly { offer: string; quantity?: number; price?: Money; choice?: Record<string, unknown> }[]
    address?: Address
    codes?: string[]
    at: Date
  },
): Promise<string> {
  const { buyer, at, address, codes } = past
  const lines = past.lines.map(line => ({ quantity: 1, ...line }))
  const [placed] = await writeOrders(tx, [
    {
      buyer,
      input: {
        ...(past.id === undefined ? {} : { id: past.id }),
        lines,
        ...(address === undefined ? {} : { address }),
        ...(codes === undefined ? {} : { codes }),
      },
      at,
      provider: 'sandbox',
    },
  ])
  if (placed instanceof Fault) throw placed
  if (placed === undefined || placed === 'alone') throw fault('conflict', 'key_reused')
  if (placed.payment === null) return placed.id
  const paidAt = new Date(at.getTime() + soonMs)
  await payPast(tx, { payment: placed.payment, description: placed.number, returnUrl: `/orders/${placed.id}`, at: paidAt })
  await settleDue(tx, paidAt, 1000, await linesOf(tx, placed.id))
  return placed.id
}
