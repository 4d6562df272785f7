/** What is on the shelf, and every change of it with its cause. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { goods } from '../../shared/goods.ts'
import { z } from 'zod'
import { clock, newId } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl } from '../media/index.ts'
import { allowPage } from './products.ts'
import {
  insertMovements,
  listMovements,
  listStock,
  lockShelf,
  moveShelf,
  readMovement,
  readStock,
  setShelf,
  type NewMovement,
  type Shelf,
  type StockShown,
} from './store-stock.ts'
import type { SoldRow } from './store-sold.ts'

type Entries = typeof goods.entries
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Row = Ok<'POST /variants/:variant/movements'>

const shown = (row: StockShown): Row => ({
  variant: row.variant,
  product: row.product,
  title: row.title,
  detail: row.options.length === 0 ? null : row.options.join(' / '),
  picture: row.picture === null ? null : coverUrl(row.picture, 300),
  sku: row.sku,
  stock: row.stock,
  reserved: row.reserved,
  available: row.stock === null ? null : row.stock - row.reserved,
  low: row.low,
})

export async function getStock(db: Read, viewer: Viewer, input: Input<'GET /pages/:page/stock'>): Promise<Ok<'GET /pages/:page/stock'>> {
  await allowPage(db, viewer, input.page)
  const after = fromCursor(input.cursor, [z.string(), z.string()])
  const rows = await listStock(db, input.page, { q: input.q, low: input.low === true, after, limit: input.limit + 1 })
  return pageOf(rows, input.limit, shown, row => toCursor(row.title, row.variant))
}

export async function getMovements(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /variants/:variant/movements'>,
): Promise<Ok<'GET /variants/:variant/movements'>> {
  const row = await readStock(db, input.variant)
  if (row === undefined) throw fault('not_found')
  await allowPage(db, viewer, row.page)
  const [before] = fromCursor(input.cursor, [z.string()]) ?? []
  const rows = await listMovements(db, input.variant, before, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    one => one,
    one => toCursor(one.id),
  )
}

/** Counted, received, lost: by a difference or by what is there. The same id again is the same movement. */
export async function moveStock(tx: Tx, viewer: Viewer, input: Input<'POST /variants/:variant/movements'>): Promise<Row> {
  const { variant, id, change, cause, note = '' } = input
  const row = await readStock(tx, variant)
  if (row === undefined) throw fault('not_found')
  await allowPage(tx, viewer, row.page)
  if ((change === undefined) === (input.count === undefined) || change === 0)
    throw fault('invalid', 'product_invalid', { fields: { change: 'product_invalid' } })
  if (row.bundle) throw fault('invalid', 'product_invalid', { fields: { variant: 'product_invalid' } })
  const { stock, reserved } = (await lockShelf(tx, [variant])).get(variant)!
  const before = await readMovement(tx, id)
  if (before !== undefined) {
    const same =
      before.variant === variant &&
      before.note === note &&
      before.by === viewer.id &&
      (change === undefined ? (input.count ?? 0) === before.after : before.change === change)
    if (!same) throw fault('conflict', 'key_reused')
    return shown((await readStock(tx, variant))!)
  }
  const after = change === undefined ? (input.count ?? null) : (stock ?? 0) + change
  if (after !== null && after < reserved) throw fault('conflict', 'stock_spoken_for', { fields: { count: 'stock_spoken_for' } })
  await setShelf(tx, variant, after)
  const differs = (after ?? 0) - (stock ?? 0)
  if (differs !== 0)
    await insertMovements(tx, [
      {
        id,
        variant,
        change: differs,
        after: after ?? 0,
        cause: after === null ? 'unlimited' : cause,
        note,
        by: viewer.id,
        at: clock.now(),
      },
    ])
  return shown((await readStock(tx, variant))!)
}

/** Pieces come back on the shelf, with their line as the cause. */
export async function putBack(
  tx: Tx,
  rows: readonly { line: string; takes: SoldRow['takes']; pieces: number }[],
  by: string | null,
  at: Date,
): Promise<void> {
  const shelf = await lockShelf(
    tx,
    rows.flatMap(row => row.takes.map(t => t.variant)),
  )
  const moves: { variant: string; stock: number }[] = []
  const movements: NewMovement[] = []
  for (const { line, takes, pieces } of rows)
    for (const { variant, each } of takes) {
      const here = shelf.get(variant)!
      const change = each * pieces
      if (here.stock === null || change === 0) continue
      here.stock += change
      moves.push({ variant, stock: change })
      movements.push({ id: newId('stk', at), variant, change, after: here.stock, cause: 'back', line, by, at })
    }
  await moveShelf(tx, moves)
  await insertMovements(tx, movements)
}

/** These pieces leave the shelf: each with its movement. `shelf` are their locked variants. */
export async function leaveShelf(
  tx: Tx,
  rows: readonly { line: string; takes: SoldRow['takes']; pieces: number; by?: string | null }[],
  shelf: ReadonlyMap<string, Shelf>,
  at: Date,
): Promise<void> {
  const moves: { variant: string; stock: number; reserved: number }[] = []
  const movements: NewMovement[] = []
  for (const { line, takes, pieces, by } of rows)
    for (const { variant, each } of takes) {
      const change = each * pieces
      if (change === 0) continue
      moves.push({ variant, stock: -change, reserved: -change })
      const here = shelf.get(variant)!
      here.reserved -= change
      if (here.stock === null) continue
      here.stock -= change
      movements.push({ id: newId('stk', at), variant, change: -change, after: here.stock, cause: 'sent', line, by: by ?? null, at })
    }
  await moveShelf(tx, moves)
  await insertMovements(tx, movements)
}
