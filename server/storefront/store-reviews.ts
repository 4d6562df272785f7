/** SQL of reviews and ratings. The sums are kept by the database (migrations/0041). */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export async function readRating(db: Db, subject: string): Promise<{ count: number; stars: number; byStars: number[] } | undefined> {
  const { rows } = await sql<{
    count: number
    stars: number
    byStars: number[]
  }>`select count, stars, by_stars as "byStars" from storefront.rating where subject = ${subject}`.execute(db)
  return rows[0]
}

/** A line as its buyer could review it. `ready`: they have it: downloaded or delivered, or its money went on to the seller. */
export type BoughtRow = {
  line: string
  buyer: string
  thing: string
  kind: string
  page: string
  seller: string
  title: string
  detail: string | null
  picture: string | null
  at: Date
  ready: boolean
  /** The buyer sells it. */
  own: boolean
  reviewed: boolean
}
export const reviewable = ['digital', 'merch', 'service', 'booking', 'membership', 'ticket'] as const
const bought = sql`l.id as line, l.buyer, coalesce(d.product, t.show, l.subject) as thing, l.kind, l.page, p.name as seller, coalesce(g.title, l.title) as title, l.detail,
  coalesce(l.picture, (select cover from catalogue.public_release c where c.id = l.release)) as picture, l.paid_at as at,
  l.state = 'settled' or (l.state = 'held' and ((l.kind = 'digital' and l.fulfilled_at is not null) or (d.line is not null and (d.arrived > 0 or (not d.physical and l.fulfilled_at is not null)))))
    or (l.state = 'refunded' and (l.settled_at is not null or coalesce(d.arrived, 0) > 0)) as ready,
  exists (select from people.public_page_editor e where e.page = l.page and e.person = l.buyer) as own,
  exists (select from storefront.review r where r.line = l.id) as reviewed`
const boughtTables = sql`shop.public_line l join people.public_page p on p.id = l.page
  left join lateral (select s.line, s.product, s.arrived, q.physical from goods.public_sold s join goods.public_product q on q.id = s.product where s.line = l.id) d on l.kind = 'merch'
  left join goods.public_product g on g.id = d.product left join shows.public_tier t on l.kind = 'ticket' and t.id = l.subject`

export async function readBought(db: Db, line: string, buyer: string): Promise<BoughtRow | undefined> {
  return (
    await sql<BoughtRow>`select ${bought} from ${boughtTables} where l.id = ${line} and l.buyer = ${buyer} and l.paid_at is not null and l.kind = any(${list(reviewable)})`.execute(
      db,
    )
  ).rows[0]
}
/** What a person has and said nothing about yet, the newest first; of several lines of one thing the newest. */
export async function waitingFor(db: Db, buyer: string, limit: number): Promise<BoughtRow[]> {
  const { rows } = await sql<BoughtRow>`
    select * from (
      select distinct on (x.thing) x.* from (select ${bought} from ${boughtTables} where l.buyer = ${buyer} and l.paid_at is not null and l.amount > 0 and l.kind = any(${list(reviewable)})) x
      where x.ready and not x.own and not x.reviewed and not exists (select from storefront.review r where r.person = ${buyer} and r.subject = x.thing)
      order by x.thing, x.at desc) y order by y.at desc, y.line desc limit ${limit}`.execute(db)
  return rows
}

export type ReviewRow = {
  id: string
  line: string
  subject: string
  page: string
  kind: string
  title: string
  detail: string | null
  person: string
  personName: string | null
  stars: number
  text: string
  pictures: string[]
  request: string
  hidden: boolean
  answer: string | null
  answeredAt: Date | null
  shop: string
  mayAnswer: boolean
  at: Date
  changedAt: Date
}
const columns = (
  viewer: string | null,
) => sql`r.id, r.line, r.subject, r.page, r.kind, r.title, r.detail, r.person, n.name as "personName", r.stars, r.text, r.pictures, r.request, r.hidden,
  r.answer, r.answered_at as "answeredAt", coalesce(s.name, p.name) as shop, r.at, r.changed_at as "changedAt",
  exists (select from people.public_page_editor e where e.page = r.page and e.person = ${viewer}) as "mayAnswer"`
const tables = sql`storefront.review r join people.public_page p on p.id = r.page left join storefront.store s on s.page = r.page left join people.public_party n on n.id = r.person`

export async function readReview(db: Db, id: string, viewer: string | null, lock = false): Promise<ReviewRow | undefined> {
  return (
    await sql<ReviewRow>`select ${columns(viewer)} from ${tables} where r.id = ${id} ${lock ? sql`for update of r` : sql``}`.execute(db)
  ).rows[0]
}
export async function lookAtReviews(db: Db, ids: readonly string[]): Promise<ReviewRow[]> {
  return (await sql<ReviewRow>`select ${columns(null)} from ${tables} where r.id = any(${list(ids)})`.execute(db)).rows
}

export type ReviewSort = 'new' | 'best' | 'worst'
export async function listReviews(
  db: Db,
  viewer: string | null,
  of: {
    thing?: string | null
    page?: string | null
    person?: string | null
    stars?: number | null
    pictures?: boolean
    unanswered?: boolean
  },
  { sort, after, limit }: { sort: ReviewSort; after: { key: Date | number; at: Date; id: string } | null; limit: number },
): Promise<ReviewRow[]> {
  const parts = [
    of.person ? sql`true` : sql`not r.hidden`,
    ...(of.thing ? [sql`r.subject = ${of.thing}`] : []),
    ...(of.page ? [sql`r.page = ${of.page}`] : []),
    ...(of.person ? [sql`r.person = ${of.person}`] : []),
    ...(of.stars ? [sql`r.stars = ${of.stars}`] : []),
    ...(of.pictures ? [sql`r.pictures <> '{}'`] : []),
    ...(of.unanswered ? [sql`r.answer is null`] : []),
  ]
  const key = sort === 'best' ? sql`-r.stars` : sort === 'worst' ? sql`r.stars` : sql`0`
  const { rows } = await sql<ReviewRow>`
    select ${columns(viewer)} from ${tables} where ${sql.join(parts, sql` and `)}
      ${after === null ? sql`` : sql`and (${key} > ${after.key} or (${key} = ${after.key} and (r.at, r.id) < (${after.at}, ${after.id})))`}
    order by ${sort === 'new' ? sql`` : sql`${key},`} r.at desc, r.id desc limit ${limit}`.execute(db)
  return rows
}

export type NewReview = Pick<
  ReviewRow,
  'id' | 'line' | 'subject' | 'page' | 'kind' | 'title' | 'detail' | 'person' | 'stars' | 'text' | 'request' | 'at'
>
/** False when the line has one, or the id was used. */
export async function insertReview(tx: Tx, r: NewReview): Promise<boolean> {
  const made = await sql`
    insert into storefront.review (id, line, subject, page, kind, title, detail, person, stars, text, request, at, changed_at)
    values (${r.id}, ${r.line}, ${r.subject}, ${r.page}, ${r.kind}, ${r.title}, ${r.detail}, ${r.person}, ${r.stars}, ${r.text}, ${r.request}, ${r.at}, ${r.at})
    on conflict do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}
export async function updateReview(
  tx: Tx,
  id: string,
  change: { stars: number; text: string; pictures: readonly string[] },
  at: Date,
): Promise<void> {
  await sql`update storefront.review set stars = ${change.stars}, text = ${change.text}, pictures = ${list(change.pictures)}, changed_at = ${at} where id = ${id}`.execute(
    tx,
  )
}
export const deleteReview = async (tx: Tx, id: string): Promise<void> => {
  await sql`delete from storefront.review where id = ${id}`.execute(tx)
}
export async function answerReview(tx: Tx, id: string, answer: string | null, by: string, at: Date): Promise<void> {
  await sql`update storefront.review set answer = ${answer}, answered_by = ${answer === null ? null : by}, answered_at = ${answer === null ? null : at} where id = ${id}`.execute(
    tx,
  )
}
export async function hideReviews(tx: Tx, ids: readonly string[], hidden: boolean): Promise<void> {
  await sql`update storefront.review set hidden = ${hidden} where id = any(${list(ids)}) and hidden <> ${hidden}`.execute(tx)
}
