/** SQL of gift cards and of what orders spent of them. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
export type GiftRow = {
  id: string
  line: string
  buyer: string
  amount: bigint
  currency: string
  design: string
  toName: string
  toMail: string | null
  fromName: string
  message: string
  deliverAt: Date | null
  deliveredAt: Date | null
  tail: string | null
  owner: string | null
  state: 'waiting' | 'active' | 'void'
  createdAt: Date
  /** By the ledger. */
  left: bigint
  /** Something was ever paid with it. */
  spent: boolean
}
const columns: RawBuilder<unknown> = sql`g.id, g.line, g.buyer, g.amount, g.currency, g.design, g.to_name as "toName", g.to_mail as "toMail", g.from_name as "fromName", g.message,
  g.deliver_at as "deliverAt", g.delivered_at as "deliveredAt", g.code_tail as tail, g.owner, g.state, g.created_at as "createdAt",
  coalesce((select a.balance from ledger.public_account a where a.owner = 'gift:' || g.id and a.purpose = 'available' and a.asset = g.currency), 0)::bigint as left,
  exists (select from coupons.gift_spend s where s.card = g.id and s.back < s.amount) as spent`

export async function readGift(db: Read | Tx, id: string, lock = false): Promise<GiftRow | undefined> {
  if (lock) await sql`select 1 from coupons.gift_card where id = ${id} for no key update`.execute(db)
  const { rows } = await sql<GiftRow>`select ${columns} from coupons.gift_card g where g.id = ${id}`.execute(db)
  return rows[0]
}
export async function giftByHash(db: Read | Tx, hash: string): Promise<GiftRow | undefined> {
  const { rows } = await sql<GiftRow>`select ${columns} from coupons.gift_card g where g.code_hash = ${hash}`.execute(db)
  return rows[0]
}
/** By id, or by the hash of a code; locked in id order. */
export async function lockGifts(tx: Tx, ids: readonly string[], hashes: readonly string[]): Promise<(GiftRow & { hash: string | null })[]> {
  await sql`select 1 from coupons.gift_card g where g.id = any(${list(ids)}) or g.code_hash = any(${list(hashes)}) order by g.id for no key update`.execute(
    tx,
  )
  const { rows } = await sql<GiftRow & { hash: string | null }>`
    select ${columns}, g.code_hash as hash from coupons.gift_card g where g.id = any(${list(ids)}) or g.code_hash = any(${list(hashes)}) order by g.id`.execute(
    tx,
  )
  return rows
}
type After = readonly [Date, string] | undefined
const past = (after: After): RawBuilder<unknown> =>
  after === undefined ? sql`` : sql`and (g.created_at, g.id) < (${after[0]}, ${after[1]})`
export async function listGifts(
  db: Read,
  person: string | null,
  after: After,
  limit: number,
): Promise<(GiftRow & { buyerName: string })[]> {
  const { rows } = await sql<GiftRow & { buyerName: string }>`
    select ${columns}, coalesce((select name from people.public_party where id = g.buyer), '') as "buyerName" from coupons.gift_card g
    where ${person === null ? sql`true` : sql`(g.buyer = ${person} or g.owner = ${person})`} ${past(after)} order by g.created_at desc, g.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}

export type NewGift = Pick<
  GiftRow,
  'id' | 'line' | 'buyer' | 'amount' | 'currency' | 'design' | 'toName' | 'toMail' | 'fromName' | 'message' | 'deliverAt'
> & {
  place: number
}
export async function insertGifts(tx: Tx, cards: readonly NewGift[], at: Date): Promise<void> {
  if (cards.length === 0) return
  await sql`
    insert into coupons.gift_card (id, line, place, buyer, amount, currency, design, to_name, to_mail, from_name, message, deliver_at, created_at, changed_at)
    select id, line, place, buyer, amount, currency, design, "toName", "toMail", "fromName", message, "deliverAt", ${at}, ${at}
    from jsonb_to_recordset(${JSON.stringify(cards.map(card => ({ ...card, amount: card.amount.toString() })))}::jsonb) as c(id text, line text, place smallint, buyer text, amount bigint, currency text,
      design text, "toName" text, "toMail" text, "fromName" text, message text, "deliverAt" timestamptz)
    on conflict (line, place) do nothing`.execute(tx)
}
export async function giftsOfLines(db: Read | Tx, lines: readonly string[]): Promise<GiftRow[]> {
  const { rows } =
    await sql<GiftRow>`select ${columns} from coupons.gift_card g where g.line = any(${list(lines)}) order by g.line, g.place`.execute(db)
  return rows
}
/** Those of these cards that wait: gives which. */
export async function activateGifts(tx: Tx, cards: readonly string[], at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update coupons.gift_card set state = 'active', changed_at = ${at} where id = any(${list(cards)}) and state = 'waiting' returning id`.execute(
    tx,
  )
  return rows.map(row => row.id)
}
export async function voidGifts(tx: Tx, lines: readonly string[], at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update coupons.gift_card set state = 'void', changed_at = ${at} where line = any(${list(lines)}) and state <> 'void' returning id`.execute(
    tx,
  )
  return rows.map(row => row.id)
}
/** A card that was taken back and got money again is good again. */
export const reviveGifts = async (tx: Tx, ids: readonly string[], at: Date): Promise<void> => {
  await sql`update coupons.gift_card set state = 'active', changed_at = ${at} where id = any(${list(ids)}) and state = 'void'`.execute(tx)
}
export async function setCode(tx: Tx, id: string, code: { hash: string; tail: string }, at: Date): Promise<void> {
  await sql`update coupons.gift_card set code_hash = ${code.hash}, code_tail = ${code.tail}, changed_at = ${at} where id = ${id}`.execute(
    tx,
  )
}
export async function setDelivered(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update coupons.gift_card set delivered_at = ${at}, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function setAddress(tx: Tx, id: string, mail: string, at: Date): Promise<void> {
  await sql`update coupons.gift_card set to_mail = ${mail}, deliver_at = null, delivered_at = null, changed_at = ${at} where id = ${id}`.execute(
    tx,
  )
}
/** False when somebody else keeps it. */
export async function keepGift(tx: Tx, id: string, person: string, at: Date): Promise<boolean> {
  const done =
    await sql`update coupons.gift_card set owner = ${person}, owned_at = ${at}, changed_at = ${at} where id = ${id} and owner is null`.execute(
      tx,
    )
  return done.numAffectedRows === 1n
}
/** Should have been mailed an hour ago. */
export async function undelivered(db: Read, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from coupons.gift_card where state = 'active' and to_mail is not null and delivered_at is null and owner is null and coalesce(deliver_at, created_at) < ${before} order by id limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.id)
}

export type Spend = { card: string; amount: bigint; back: bigint }
export async function spendsOf(tx: Tx, order: string): Promise<Spend[]> {
  const { rows } =
    await sql<Spend>`select card, amount, back from coupons.gift_spend where "order" = ${order} order by card for update`.execute(tx)
  return rows
}
export async function insertSpends(tx: Tx, order: string, spends: readonly { card: string; amount: bigint }[], at: Date): Promise<void> {
  // What an order with this id had before and gave back wholly is forgotten.
  await sql`delete from coupons.gift_spend where "order" = ${order} and back = amount`.execute(tx)
  await sql`
    insert into coupons.gift_spend ("order", card, amount, at) select ${order}, c, a, ${at} from unnest(${list(spends.map(s => s.card))}, ${spends.map(s => s.amount)}::bigint[]) as x(c, a)`.execute(
    tx,
  )
}
/** More than was spent is refused by the database. */
export async function addBack(tx: Tx, order: string, backs: readonly { card: string; amount: bigint }[]): Promise<void> {
  await sql`
    update coupons.gift_spend s set back = s.back + b.amount from unnest(${list(backs.map(b => b.card))}, ${backs.map(b => b.amount)}::bigint[]) as b(card, amount)
    where s."order" = ${order} and s.card = b.card`.execute(tx)
}
export type Move = { at: Date; amount: bigint; back: bigint; order: string; number: string | null }
export async function movesOf(db: Read, card: string, viewer: string): Promise<Move[]> {
  const { rows } = await sql<Move>`
    select s.at, s.amount, s.back, s."order", case when o.buyer = ${viewer} then o.number end as number
    from coupons.gift_spend s join shop.public_order o on o.id = s."order" where s.card = ${card} order by s.at desc limit 200`.execute(db)
  return rows
}
/** What providers keep of these lines. */
export async function feesOf(tx: Tx, lines: readonly string[]): Promise<Map<string, { fee: bigint; amount: bigint; currency: string }>> {
  const { rows } = await sql<{ id: string; fee: bigint; amount: bigint; currency: string }>`
    select id, fee, amount, currency from shop.public_line where id = any(${list(lines)})`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}
export type GiftSums = { sold: bigint; owed: bigint; held: bigint; cards: number }
/** Owed: what active cards and unpaid orders with them are good for by our own tables; held: what lies in the ledger for them. */
export async function giftSums(db: Read, currency: string): Promise<GiftSums> {
  const { rows } = await sql<GiftSums>`
    select coalesce(sum(g.amount) filter (where g.state <> 'void'), 0)::bigint as sold, count(*) filter (where g.state <> 'void')::int as cards,
      (coalesce(sum(g.amount) filter (where g.state = 'active'), 0) - coalesce((select sum(s.amount - s.back) from coupons.gift_spend s join coupons.gift_card c on c.id = s.card where c.state = 'active' and c.currency = ${currency}), 0))::bigint as owed,
      coalesce((select sum(a.balance) from ledger.public_account a where a.owner like 'gift:gft\_%' and a.purpose = 'available' and a.asset = ${currency}), 0)::bigint as held
    from coupons.gift_card g where g.currency = ${currency}`.execute(db)
  return rows[0]!
}
/** Pages of these parties. */
export async function pagesOfOwners(db: Read, owners: readonly string[]): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{
    id: string
    name: string
  }>`select id, name from people.public_page where owner = any(${list(owners)}) order by name, id limit 100`.execute(db)
  return rows
}
export async function pageName(db: Read | Tx, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`select name from people.public_page where id = ${id}`.execute(db)
  return rows[0]?.name
}
