/** Money back for what this room sold: through the refunds' one way, held or settled. */
import type { Tx } from '../foundation/db.ts'
import { clock } from '../foundation/clock.ts'
import { giveRefund, type Give } from '../refunds/index.ts'
import type { SoldLine } from '../shop/index.ts'
import { amountsOf, salesOf } from './store.ts'

/** `amount` null: all that is left, never more than that: some of it may have gone back otherwise. Lines that cost nothing, or went back already, are left alone. Locks payment, order and line: before rows of this room. */
export async function refundLine(tx: Tx, given: Omit<Give, 'at'>): Promise<'done' | 'short' | 'nothing'> {
  const line = (await amountsOf(tx, [given.line])).get(given.line)
  if (line === undefined || line.amount === line.refunded || given.amount === 0n) return 'nothing'
  const left = line.amount - line.refunded
  return giveRefund(tx, { ...given, amount: given.amount === null || given.amount < left ? given.amount : left, at: clock.now() })
}
/** A line as its kind knows it. */
export async function kindOfLine(tx: Tx, line: string): Promise<SoldLine> {
  const [sale] = await salesOf(tx, [line])
  if (sale === undefined) throw new Error(`line ${line} was not sold here`)
  return {
    id: line,
    order: '',
    buyer: sale.buyer,
    release: null,
    offer: '',
    quantity: sale.quantity,
    subject: sale.product,
    page: sale.page,
    choice: null,
  }
}
