/** SQL of offers of every kind: what rooms that sell put up, and what a person has of them. Offers of releases as pages see them: store.ts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type PutOffer = {
  id: string
  kind: string
  subject: string
  page: string
  title: string
  detail: string | null
  picture: string | null
  pricing: 'fixed' | 'name_your_price' | 'free'
  amount: bigint
  currency: string
  opensAt: Date | null
  closesAt: Date | null
  mostEach: number | null
  listed: boolean
  state: 'open' | 'closed'
  by: string
  at: Date
}

/** Writes offers: new ones, or changes of those with the same id. Ids must differ. */
export async function upsertOffers(tx: Tx, offers: readonly PutOffer[]): Promise<void> {
  const column = <T>(of: (offer: PutOffer) => T): T[] => offers.map(of)
  await sql`
    insert into shop.offer as o (id, kind, subject, page, title, detail, picture, pricing, amount, currency, opens_at, closes_at, most_each, listed, state, created_by, created_at, changed_at)
    select id, kind, subject, page, title, detail, picture, pricing, amount, currency, opens_at, closes_at, most_each, listed, state, by, at, at
    from unnest(${list(column(o => o.id))}, ${list(column(o => o.kind))}, ${list(column(o => o.subject))}, ${list(column(o => o.page))}, ${list(column(o => o.title))}, ${column(o => o.detail)}::text[],
      ${column(o => o.picture)}::text[], ${list(column(o => o.pricing))}, ${column(o => o.amount)}::bigint[], ${list(column(o => o.currency))}, ${column(o => o.opensAt)}::timestamptz[],
      ${column(o => o.closesAt)}::timestamptz[], ${column(o => o.mostEach)}::int[], ${column(o => o.listed)}::bool[], ${list(column(o => o.state))}, ${list(column(o => o.by))}, ${column(o => o.at)}::timestamptz[])
      as t(id, kind, subject, page, title, detail, picture, pricing, amount, currency, opens_at, closes_at, most_each, listed, state, by, at)
    order by id
    on conflict (id) do update set title = excluded.title, detail = excluded.detail, picture = excluded.picture, pricing = excluded.pricing, amount = excluded.amount, currency = excluded.currency,
      opens_at = excluded.opens_at, closes_at = excluded.closes_at, most_each = excluded.most_each, listed = excluded.listed, state = excluded.state, changed_at = excluded.changed_at
    where o.kind = excluded.kind and o.subject = excluded.subject and o.page = excluded.page`.execute(tx)
}

export type OfferOf = {
  id: string
  kind: string
  subject: string
  page: string
  title: string
  detail: string | null
  picture: string | null
  pricing: 'fixed' | 'name_your_price' | 'free'
  amount: bigint
  currency: string
  state: 'open' | 'closed'
  opensAt: Date | null
  closesAt: Date | null
  mostEach: number | null
  listed: boolean
  sold: number
}

/** The newest offer of each of these subjects, an open one before closed ones. */
export async function offersBySubject(db: Read | Tx, kind: string, subjects: readonly string[], lock = false): Promise<OfferOf[]> {
  const rows = await sql<OfferOf>`
    select o.id, o.kind, o.subject, o.page, coalesce(o.title, '') as title, o.detail, o.picture, o.pricing, o.amount, o.currency, o.state, o.opens_at as "opensAt", o.closes_at as "closesAt",
      o.most_each as "mostEach", o.listed, o.sold
    from shop.offer o where o.kind = ${kind} and o.subject = any(${list(subjects)})
      and o.id = (select n.id from shop.offer n where n.kind = o.kind and n.subject = o.subject order by n.state = 'open' desc, n.created_at desc, n.id desc limit 1)
    order by o.id ${lock ? sql`for no key update` : sql``}`.execute(db)
  return rows.rows
}

export async function closeOffersOf(tx: Tx, kind: string, subjects: readonly string[], at: Date): Promise<void> {
  await sql`update shop.offer set state = 'closed', changed_at = ${at} where kind = ${kind} and subject = any(${list(subjects)}) and state = 'open'`.execute(
    tx,
  )
}

/** How many pieces of these offers each buyer has ordered (not cancelled, run out or sent back): by `buyer offer`. */
export async function piecesBefore(db: Read | Tx, wanted: readonly { buyer: string; offer: string }[]): Promise<Map<string, number>> {
  if (wanted.length === 0) return new Map()
  const rows = await sql<{ buyer: string; offer: string; many: number }>`
    select o.buyer, l.offer, sum(l.quantity)::int as many
    from (select distinct buyer, offer from unnest(${list(wanted.map(w => w.buyer))}, ${list(wanted.map(w => w.offer))}) as w(buyer, offer)) w
    join shop."order" o on o.buyer = w.buyer join shop.line l on l."order" = o.id and l.offer = w.offer
    where l.state in ('waiting', 'held', 'settled') group by o.buyer, l.offer`.execute(db)
  return new Map(rows.rows.map(row => [`${row.buyer} ${row.offer}`, row.many]))
}

/** The buyers one of whose orders may not be placed before another of theirs is: limits per person are counted under this lock, until the transaction ends. */
export async function lockBuyers(tx: Tx, buyers: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('shop.buyer ' || b, 0)) from (select distinct b from unnest(${list(buyers)}) b order by b) x`.execute(
    tx,
  )
}
