/** SQL of what buyers send back. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { ReturnReason, ReturnState } from './policy.ts'
import type { Place } from './store-shipping.ts'

export type ReturnRow = {
  id: string
  line: string
  order: string
  page: string
  buyer: string
  buyerName: string
  quantity: number
  reason: ReturnReason
  words: string
  pictures: string[]
  state: ReturnState
  answer: string
  address: Place | null
  carrier: string | null
  tracking: string | null
  restocked: number
  amount: bigint | null
  until: Date | null
  createdAt: Date
  closedAt: Date | null
}
const columns: RawBuilder<unknown> = sql`c.id, c.line, c."order", c.page, c.buyer, coalesce(b.name, '') as "buyerName", c.quantity, c.reason, c.words, c.pictures, c.state, c.answer, c.address, c.carrier,
  c.tracking, c.restocked, c.amount, c.until, c.created_at as "createdAt", c.closed_at as "closedAt"`
const tables: RawBuilder<unknown> = sql`goods.comeback c left join people.public_party b on b.id = c.buyer`

export async function readReturn(db: Read | Tx, id: string, lock = false): Promise<ReturnRow | undefined> {
  if (lock) await sql`select from goods.comeback where id = ${id} for update`.execute(db)
  const { rows } = await sql<ReturnRow>`select ${columns} from ${tables} where c.id = ${id}`.execute(db)
  return rows[0]
}
export async function returnsOf(db: Read | Tx, lines: readonly string[]): Promise<ReturnRow[]> {
  const { rows } =
    await sql<ReturnRow>`select ${columns} from ${tables} where c.line = any(${[...lines]}::text[]) order by c.created_at desc, c.id desc`.execute(
      db,
    )
  return rows
}
/** Lines of which something is being sent back. */
export async function openReturns(db: Read | Tx, lines: readonly string[]): Promise<Set<string>> {
  if (lines.length === 0) return new Set()
  const { rows } = await sql<{
    line: string
  }>`select line from goods.comeback where line = any(${[...lines]}::text[]) and closed_at is null`.execute(db)
  return new Set(rows.map(row => row.line))
}
export async function listReturns(
  db: Read,
  by: { buyer: string } | { page: string; state: ReturnState | undefined },
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ReturnRow[]> {
  const where =
    'buyer' in by
      ? sql`c.buyer = ${by.buyer}`
      : sql`c.page = ${by.page} and ${by.state === undefined ? sql`true` : sql`c.state = ${by.state}`}`
  const { rows } = await sql<ReturnRow>`
    select ${columns} from ${tables} where ${where} ${after === undefined ? sql`` : sql`and (c.created_at, c.id) < (${after[0]}, ${after[1]})`}
    order by c.created_at desc, c.id desc limit ${limit}`.execute(db)
  return rows
}
export type NewReturn = Pick<ReturnRow, 'id' | 'line' | 'order' | 'page' | 'buyer' | 'quantity' | 'reason' | 'words'> & {
  until: Date
  at: Date
}
/** False when the id is taken, or another of this line is open. */
export async function insertReturn(tx: Tx, row: NewReturn): Promise<boolean> {
  const made = await sql`
    insert into goods.comeback (id, line, "order", page, buyer, quantity, reason, words, until, created_at, changed_at)
    values (${row.id}, ${row.line}, ${row.order}, ${row.page}, ${row.buyer}, ${row.quantity}, ${row.reason}, ${row.words}, ${row.until}, ${row.at}, ${row.at})
    on conflict do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}
export type ReturnChange = {
  state: ReturnState
  until: Date | null
  answer?: string
  address?: Place
  carrier?: string
  tracking?: string
  restocked?: number
  amount?: bigint
  by: string | null
}
export async function changeReturn(tx: Tx, id: string, to: ReturnChange, at: Date): Promise<void> {
  await sql`
    update goods.comeback set state = ${to.state}, until = ${to.until}, answer = coalesce(${to.answer ?? null}, answer),
      address = coalesce(${to.address === undefined ? null : JSON.stringify(to.address)}::jsonb, address), carrier = coalesce(${to.carrier ?? null}, carrier),
      tracking = coalesce(${to.tracking ?? null}, tracking), restocked = coalesce(${to.restocked ?? null}, restocked), amount = coalesce(${to.amount ?? null}::bigint, amount),
      decided_by = coalesce(${to.by}, decided_by), changed_at = ${at}, closed_at = ${to.until === null ? at : null}::timestamptz where id = ${id}`.execute(
    tx,
  )
}
export async function addReturnPicture(tx: Tx, id: string, asset: string, at: Date): Promise<void> {
  await sql`update goods.comeback set pictures = array_append(pictures, ${asset}), changed_at = ${at} where id = ${id} and not ${asset} = any(pictures)`.execute(
    tx,
  )
}
/** Those whose time is up. */
export async function overdueReturns(db: Read, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from goods.comeback where until <= ${now} order by until limit ${limit}`.execute(db)
  return rows.map(row => row.id)
}
/** What is read by the buyer when something that is not sent was paid. */
export async function handoversOf(db: Read | Tx, products: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{
    id: string
    handover: string
  }>`select id, handover from goods.product where id = any(${[...products]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row.handover]))
}
