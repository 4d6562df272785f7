/** The finance desk's list of orders. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { console_ } from '../../shared/console.ts'
import type { Currency } from '../../shared/money.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { listOrders } from './store.ts'

type Entry = (typeof console_.entries)['GET /console/orders']

export async function getOrders(db: Read, _viewer: Viewer, input: InputOf<Entry['input']>): Promise<Decoded<Entry['ok']>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listOrders(db, input.state ?? null, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ total, currency, buyer, ...row }) => ({ ...row, buyer: buyer ?? '', total: { amount: total, currency: currency as Currency } }),
    row => toCursor(row.at, row.id),
  )
}
