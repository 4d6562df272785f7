/** SQL of what the planet's shop finds: a row for each thing, made of its open offers. */
import { sql, type RawBuilder } from 'kysely'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type CardRow = {
  id: string
  kind: string
  title: string
  detail: string | null
  picture: string | null
  accent: string | null
  page: string
  seller: string
  amount: bigint
  most: bigint
  currency: string
  named: boolean
  sold: number
  left: number | null
  opensAt: Date | null
  closesAt: Date | null
  since: Date
  reviews: number
  stars: number
  /** How good it is, for the order (migrations/0041). */
  score: number
}
/** Pieces that can be had; null where one need not ask. Bundles take from their parts and say nothing of themselves. */
const left = sql`case when l.kind = 'merch' then (
  select case when count(*) filter (where v.stock is null) > 0 then null else coalesce(sum(v.stock - v.reserved), 0)::int end from goods.public_variant v where v.product = l.id and v.state = 'open') end`
const columns = sql`l.id, l.kind, l.title, l.detail, l.picture, i.accent, l.page, p.name as seller, l.amount, l.most, l.currency, l.named, l.sold, ${left} as left,
  l.opens_at as "opensAt", l.closes_at as "closesAt", l.since, coalesce(r.count, 0) as reviews, coalesce(r.stars, 0) as stars, l.score`
const tables = sql`storefront.listing l join people.public_page p on p.id = l.page left join media.public_image i on i.asset = l.picture left join storefront.rating r on r.subject = l.id`
/** What anyone may see: of public releases, of shows to come, of shops that are not closed. */
const seen =
  (): RawBuilder<unknown> => sql`(l.kind <> 'digital' or exists (select from catalogue.public_release c where c.id = l.id and c.visibility = 'public'))
  and (l.kind <> 'ticket' or l.closes_at is null or l.closes_at > ${clock.now()}) and not exists (select from storefront.store s where s.page = l.page and s.state = 'closed')`

export type Sort = 'new' | 'popular' | 'cheap' | 'dear' | 'rated'
export type Filter = {
  page?: string | null
  kinds?: readonly string[] | null
  tag?: string | null
  ids?: readonly string[] | null
  terms?: readonly string[]
  pieces?: readonly string[]
  /** Minor units of `currency`; the other currencies are left out. */
  price?: { currency: string; from: bigint | null; to: bigint | null } | null
  /** Also of a shop that is closed: for its own people. */
  own?: boolean
}
/** As text in a pattern of LIKE. */
const plain = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

function where({ page, kinds, tag, ids, terms = [], pieces = [], price, own }: Filter): RawBuilder<unknown> {
  const parts = [own === true ? sql`true` : seen()]
  if (page) parts.push(sql`l.page = ${page}`)
  if (kinds) parts.push(sql`l.kind = any(${list(kinds)})`)
  if (tag) parts.push(sql`${tag} = any(l.tags)`)
  if (ids) parts.push(sql`l.id = any(${list(ids)})`)
  if (terms.length > 0) parts.push(sql`l.terms @> ${list(terms)}`)
  for (const piece of pieces) parts.push(sql`(l.own || l.sound) like ${`%${plain(piece)}%`}`)
  if (price) parts.push(sql`l.currency = ${price.currency}`)
  if (price?.from != null) parts.push(sql`l.most >= ${price.from}`)
  if (price?.to != null) parts.push(sql`l.amount <= ${price.to}`)
  return sql.join(parts, sql` and `)
}
const keys: Record<Sort, { key: RawBuilder<unknown>; up: boolean }> = {
  new: { key: sql`l.since`, up: false },
  popular: { key: sql`l.sold`, up: false },
  cheap: { key: sql`l.amount`, up: true },
  dear: { key: sql`l.amount`, up: false },
  rated: { key: sql`l.score`, up: false },
}
export const keyOf = (row: CardRow, sort: Sort): Date | number | bigint =>
  sort === 'new' ? row.since : sort === 'popular' ? row.sold : sort === 'rated' ? row.score : row.amount

export async function listCards(
  db: Db,
  filter: Filter,
  { sort, after, limit }: { sort: Sort; after: { key: Date | number | bigint; id: string } | null; limit: number },
): Promise<CardRow[]> {
  const { key, up } = keys[sort]
  const rows = await sql<CardRow>`select ${columns} from ${tables} where ${where(filter)}
    ${after === null ? sql`` : sql`and (${key}, l.id) ${up ? sql`>` : sql`<`} (${after.key}, ${after.id})`}
    order by ${key} ${up ? sql`asc` : sql`desc`}, l.id ${up ? sql`asc` : sql`desc`} limit ${limit}`.execute(db)
  return rows.rows
}

export const countKinds = async (db: Db, page: string | null = null): Promise<{ kind: string; things: number }[]> =>
  (
    await sql<{ kind: string; things: number }>`
    select l.kind, count(*)::int as things from storefront.listing l where ${where({ page })} group by l.kind order by things desc, l.kind`.execute(
      db,
    )
  ).rows

/** The newest so many of each shop's things, for shops side by side. */
export async function picturesOf(db: Db, pages: readonly string[], most: number): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ page: string; pictures: string[] }>`
    select w.page, array_agg(n.picture) as pictures from unnest(${list(pages)}) as w(page)
    cross join lateral (select l.picture from storefront.listing l where l.page = w.page and l.picture is not null and ${seen()} order by l.since desc, l.id desc limit ${most}) n
    group by w.page`.execute(db)
  return new Map(rows.map(row => [row.page, row.pictures]))
}
export async function thingsIn(db: Db, pages: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ page: string; things: number }>`
    select l.page, count(*)::int as things from storefront.listing l where l.page = any(${list(pages)}) and ${seen()} group by l.page`.execute(
    db,
  )
  return new Map(rows.map(row => [row.page, row.things]))
}

// Making it.

/** What stands on the card of what was offered: the product of a variant, the show of a tier, else what the offer is of. */
const thingOf = sql`coalesce(v.product, t.show, o.subject)`
const offers = sql`shop.public_offer o left join goods.public_variant v on o.kind = 'merch' and v.id = o.subject left join shows.public_tier t on o.kind = 'ticket' and t.id = o.subject`
/** Offers that anyone may come upon, with what they are of: all variants of a product, tiers of a show that need no code, and what its room lists. */
const joined = sql`${offers}
  left join goods.public_product d on d.id = v.product left join shows.public_show w on w.id = t.show left join catalogue.public_release a on o.kind = 'digital' and a.id = o.subject`
const open = sql`o.state = 'open' and case o.kind when 'merch' then d.state = 'open' when 'ticket' then not t.secret and not w.hidden and w.state = 'on_sale'
    when 'digital' then o.listed and a.visibility = 'public' else o.listed end`

export async function thingsOf(db: Db, kind: string, subjects: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`select distinct ${thingOf} as id from ${offers} where o.kind = ${kind} and o.subject = any(${list(subjects)})`.execute(db)
  return rows.map(row => row.id)
}
export const thingsOfPage = async (db: Db, page: string): Promise<string[]> =>
  (await sql<{ id: string }>`select id from storefront.listing where page = ${page}`.execute(db)).rows.map(row => row.id)

export type Source = Omit<CardRow, 'accent' | 'left' | 'reviews' | 'stars' | 'score'> & { artists: string; tags: string[]; offers: number }
/** Things as their open offers say now. Those that are not for sale are not among them. */
export async function readSources(db: Db, things: readonly string[]): Promise<Source[]> {
  const { rows } = await sql<Source>`
    select distinct on (g.id) g.id, g.kind, g.page, p.name as seller, g.amount, g.most, g.currency, g.named, g.sold, g.offers, g."opensAt", g."closesAt", g.since,
      coalesce(d.title, a.title, w.title, g.title) as title,
      case when w.id is not null then concat_ws(' · ', to_char(w.starts_at at time zone w.zone, 'YYYY-MM-DD HH24:MI'), nullif(w.city, ''), nullif(w.place, ''))
        when d.id is null and a.id is null then g.detail end as detail,
      case when a.id is not null then a.cover when w.id is not null then coalesce(w.picture, g.picture) when d.id is not null then coalesce(d.pictures[1], g.picture) else g.picture end as picture,
      case when w.id is not null then coalesce((select string_agg(x.name, ' ' order by x.place) from shows.public_act x where x.show = w.id), '')
        else coalesce((select string_agg(n.name, ' ' order by x.position) from catalogue.public_release_artist x join people.public_page n on n.id = x.page where x.release = a.id), '') end as artists,
      coalesce(d.tags, '{}') as tags
    from (
      select ${thingOf} as id, o.kind, o.page, o.currency, min(o.amount) as amount, max(o.amount) as most, bool_or(o.pricing = 'name_your_price') as named, sum(o.sold)::int as sold,
        count(*)::int as offers, case when bool_and(o.opens_at is not null) then min(o.opens_at) end as "opensAt",
        case when bool_and(o.closes_at is not null) then max(o.closes_at) end as "closesAt", min(y.created_at) as since,
        (array_agg(o.title order by o.amount, o.id))[1] as title, (array_agg(o.detail order by o.amount, o.id))[1] as detail, (array_agg(o.picture order by o.amount, o.id))[1] as picture
      from ${joined} join shop.public_offer_age y on y.id = o.id
      where ${open} and o.subject = any(
        select unnest(${list(things)}) union all select x.id from goods.public_variant x where x.product = any(${list(things)})
        union all select x.id from shows.public_tier x where x.show = any(${list(things)}))
      group by ${thingOf}, o.kind, o.page, o.currency) g
    join people.public_page p on p.id = g.page
    left join goods.public_product d on g.kind = 'merch' and d.id = g.id
    left join catalogue.public_release a on g.kind = 'digital' and a.id = g.id
    left join shows.public_show w on g.kind = 'ticket' and w.id = g.id
    order by g.id, g.amount`.execute(db)
  return rows
}

export type Listed = Source & { own: string; sound: string; terms: readonly string[] }
export async function putListings(tx: Tx, rows: readonly Listed[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 500)
    await sql`
      insert into storefront.listing as l (id, kind, page, title, detail, picture, tags, amount, most, currency, named, offers, sold, opens_at, closes_at, since, own, sound, terms, score)
      select t.id, kind, page, title, detail, picture, tags, amount, most, currency, named, offers, sold, opens_at, closes_at, since, own, sound, terms,
        (coalesce(r.stars, 0) + 20) * 100000 / (coalesce(r.count, 0) + 5)
      from jsonb_to_recordset(${JSON.stringify(
        rows
          .slice(at, at + 500)
          .map(row => ({ ...row, amount: String(row.amount), most: String(row.most), opens_at: row.opensAt, closes_at: row.closesAt })),
      )}::jsonb) as t(id text, kind text, page text, title text, detail text, picture text, tags text[], amount bigint, most bigint, currency text, named boolean, offers int,
        sold int, opens_at timestamptz, closes_at timestamptz, since timestamptz, own text, sound text, terms text[])
      left join storefront.rating r on r.subject = t.id order by t.id
      on conflict (id) do update set kind = excluded.kind, page = excluded.page, title = excluded.title, detail = excluded.detail, picture = excluded.picture, tags = excluded.tags,
        amount = excluded.amount, most = excluded.most, currency = excluded.currency, named = excluded.named, offers = excluded.offers, sold = excluded.sold,
        opens_at = excluded.opens_at, closes_at = excluded.closes_at, since = excluded.since, own = excluded.own, sound = excluded.sound, terms = excluded.terms`.execute(
      tx,
    )
}
export const dropListings = async (tx: Tx, ids: readonly string[]): Promise<void> => {
  await sql`delete from storefront.listing where id = any(${list(ids)})`.execute(tx)
}

/** Things whose row says something else than their offers: missing, left over, or changed. */
export async function staleThings(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select coalesce(n.id, l.id) as id from (
      select ${thingOf} as id, min(o.amount) as amount, max(o.amount) as most, count(*)::int as offers from ${joined} where ${open} group by ${thingOf}) n
    full join storefront.listing l on l.id = n.id
    where l.id is null or n.id is null or (l.amount, l.most, l.offers) is distinct from (n.amount, n.most, n.offers) limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.id)
}
/** How often each was sold, as the offers say. */
export async function refreshSold(tx: Tx): Promise<void> {
  await sql`
    update storefront.listing l set sold = n.sold from (select ${thingOf} as id, sum(o.sold)::int as sold from ${joined} where ${open} and o.sold > 0 group by ${thingOf}) n
    where n.id = l.id and n.sold <> l.sold`.execute(tx)
}
