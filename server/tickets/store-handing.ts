/** SQL of handing on and selling on. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { own, type TicketRow } from './store.ts'

export type TransferRow = {
  id: string
  ticket: string
  giver: string
  email: string | null
  state: 'open' | 'accepted' | 'withdrawn' | 'expired'
  createdAt: Date
  expiresAt: Date
  taker: string | null
}
const transfer: RawBuilder<unknown> = sql`x.id, x.ticket, x.giver, x.email, x.state, x.created_at as "createdAt", x.expires_at as "expiresAt", x.taker`

export async function insertTransfer(
  tx: Tx,
  row: { id: string; ticket: string; giver: string; email: string | null; tokenHash: string; at: Date; expiresAt: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into tickets.transfer (id, ticket, giver, email, token_hash, created_at, expires_at)
    values (${row.id}, ${row.ticket}, ${row.giver}, ${row.email}, ${row.tokenHash}, ${row.at}, ${row.expiresAt}) on conflict (id) do nothing returning id`.execute(
    tx,
  )
  return rows.length > 0
}
export async function readTransfer(db: Read | Tx, id: string): Promise<TransferRow | undefined> {
  return (await sql<TransferRow>`select ${transfer} from tickets.transfer x where x.id = ${id}`.execute(db)).rows[0]
}
export async function transferByToken(db: Read | Tx, tokenHash: string): Promise<TransferRow | undefined> {
  return (await sql<TransferRow>`select ${transfer} from tickets.transfer x where x.token_hash = ${tokenHash}`.execute(db)).rows[0]
}
export async function openTransfers(db: Read | Tx, tickets: readonly string[]): Promise<Map<string, TransferRow>> {
  const { rows } =
    await sql<TransferRow>`select ${transfer} from tickets.transfer x where x.ticket = any(${[...tickets]}::text[]) and x.state = 'open'`.execute(
      db,
    )
  return new Map(rows.map(row => [row.ticket, row]))
}
/** Under the lock of its ticket. */
export async function closeTransfer(
  tx: Tx,
  ticket: string,
  state: 'accepted' | 'withdrawn',
  taker: string | null,
  at: Date,
): Promise<boolean> {
  const { rows } = await sql`
    update tickets.transfer set state = ${state}, taker = ${taker}, closed_at = ${at} where ticket = ${ticket} and state = 'open' returning id`.execute(
    tx,
  )
  return rows.length > 0
}
export async function expireTransfers(tx: Tx, at: Date): Promise<number> {
  const { rows } =
    await sql`update tickets.transfer set state = 'expired', closed_at = ${at} where state = 'open' and expires_at <= ${at} returning id`.execute(
      tx,
    )
  return rows.length
}

export type ResaleRow = {
  id: string
  ticket: string
  show: string
  seller: string
  price: bigint
  faceValue: bigint
  currency: string
  offer: string | null
  state: 'open' | 'reserved' | 'sold' | 'withdrawn'
  line: string | null
  became: string | null
  paidBackAt: Date | null
}
const resale: RawBuilder<unknown> = sql`r.id, r.ticket, r.show, r.seller, r.price, r.face_value as "faceValue", r.currency, r.offer, r.state, r.line, r.became, r.paid_back_at as "paidBackAt"`

export async function insertResale(
  tx: Tx,
  row: Omit<ResaleRow, 'state' | 'line' | 'became' | 'paidBackAt'> & { at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into tickets.resale (id, ticket, show, seller, price, face_value, currency, offer, created_at)
    values (${row.id}, ${row.ticket}, ${row.show}, ${row.seller}, ${row.price}, ${row.faceValue}, ${row.currency}, ${row.offer}, ${row.at}) on conflict (id) do nothing returning id`.execute(
    tx,
  )
  return rows.length > 0
}
export async function setOffer(tx: Tx, id: string, offer: string): Promise<void> {
  await sql`update tickets.resale set offer = ${offer} where id = ${id}`.execute(tx)
}
export async function setPaidBack(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update tickets.resale set paid_back_at = ${at} where id = ${id}`.execute(tx)
}
export async function readResales(db: Read | Tx, ids: readonly string[], lock = false): Promise<ResaleRow[]> {
  const { rows } =
    await sql<ResaleRow>`select ${resale} from tickets.resale r where r.id = any(${[...ids]}::text[]) order by r.id ${lock ? sql`for update` : sql``}`.execute(
      db,
    )
  return rows
}
export async function liveResales(db: Read | Tx, tickets: readonly string[]): Promise<Map<string, ResaleRow>> {
  const { rows } = await sql<ResaleRow>`
    select ${resale} from tickets.resale r where r.ticket = any(${[...tickets]}::text[]) and r.state in ('open', 'reserved')`.execute(db)
  return new Map(rows.map(row => [row.ticket, row]))
}
/** Offers that were taken down with their tickets at this moment. */
export async function withdrawnAt(tx: Tx, tickets: readonly string[], at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from tickets.resale where ticket = any(${[...tickets]}::text[]) and state = 'withdrawn' and closed_at = ${at}`.execute(tx)
  return rows.map(row => row.id)
}
export async function withdrawResale(tx: Tx, ticket: string, at: Date): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    update tickets.resale set state = 'withdrawn', closed_at = ${at} where ticket = ${ticket} and state = 'open' returning id`.execute(tx)
  return rows[0]?.id
}
/** Each for its line, where it is free; gives the lines that have theirs. */
export async function reserveResales(tx: Tx, wanted: readonly { resale: string; line: string }[]): Promise<Set<string>> {
  const { rows } = await sql<{ line: string }>`
    with w as (select * from unnest(${wanted.map(one => one.resale)}::text[], ${wanted.map(one => one.line)}::text[]) as w(id, line)),
      found as (select r.id from tickets.resale r where r.id in (select id from w) and r.state = 'open' order by r.id for update)
    update tickets.resale r set state = 'reserved', line = w.line from w join found on found.id = w.id where r.id = w.id and r.state = 'open' returning r.line`.execute(
    tx,
  )
  return new Set(rows.map(row => row.line))
}
export async function releaseResales(tx: Tx, lines: readonly string[]): Promise<void> {
  await sql`update tickets.resale set state = 'open', line = null where line = any(${[...lines]}::text[]) and state = 'reserved'`.execute(
    tx,
  )
}
export async function reservedBy(tx: Tx, lines: readonly string[]): Promise<ResaleRow[]> {
  const { rows } = await sql<ResaleRow>`
    select ${resale} from tickets.resale r where r.line = any(${[...lines]}::text[]) and r.state = 'reserved' order by r.id for update`.execute(
    tx,
  )
  return rows
}
/** Old tickets become void (sold on); gives those that were still good. Locks in id order. */
export async function voidSold(tx: Tx, tickets: readonly string[], at: Date): Promise<TicketRow[]> {
  const { rows } = await sql<TicketRow>`
    with found as (select id from tickets.ticket where id = any(${[...tickets]}::text[]) and state = 'offered' order by id for update),
      t as (update tickets.ticket t set state = 'void', void_why = 'sold_on', voided_at = ${at}, changed_at = ${at} from found where t.id = found.id returning t.*),
      s as (insert into tickets.step (ticket, kind, turn, by, at) select id, 'sold_on', turn, holder, ${at} from t)
    select ${own} from t order by t.id`.execute(tx)
  return rows
}
export async function markSold(tx: Tx, sold: readonly { resale: string; became: string }[], at: Date): Promise<void> {
  await sql`
    update tickets.resale r set state = 'sold', became = s.became, closed_at = ${at}
    from unnest(${sold.map(one => one.resale)}::text[], ${sold.map(one => one.became)}::text[]) as s(id, became) where r.id = s.id`.execute(
    tx,
  )
}
export async function listResales(
  db: Read,
  show: string,
  after: readonly [bigint, string] | undefined,
  limit: number,
): Promise<(ResaleRow & { tierName: string; seatLabel: string | null })[]> {
  const { rows } = await sql<ResaleRow & { tierName: string; seatLabel: string | null }>`
    select ${resale}, t.tier_name as "tierName", t.seat_label as "seatLabel" from tickets.resale r join tickets.ticket t on t.id = r.ticket
    where r.show = ${show} and r.state = 'open' ${after === undefined ? sql`` : sql`and (r.price, r.id) > (${after[0]}, ${after[1]})`} order by r.price, r.id limit ${limit}`.execute(
    db,
  )
  return rows
}
