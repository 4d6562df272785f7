/** SQL of offers and ownership. Orders: store-orders.ts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { ForSale } from './kinds.ts'
import { losslessTypes } from './store-downloads.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`
/** As `list`, for ids of our own making: nothing in them needs quoting, and there are many. */
const ids = (items: readonly string[]) => sql`${`{${items.join(',')}}`}::text[]`

export type Basket = { buyer: string; order: string | null; offers: readonly string[] }
const nobody = sql`(null::int, null::text, null::text, null::text)`

/**
 * What is in these baskets as their buyers see it now: for each the offers by id, and whether its order exists already (as of the same moment: what that
 * changed is seen only with it). Rows of parameters, their number a power of two: Postgres then keeps a few plans instead of making one each time.
 */
export async function loadForSale(db: Db, baskets: readonly Basket[]): Promise<{ offers: Map<string, ForSale>; placed: boolean }[]> {
  const wanted = baskets.flatMap(({ buyer, order, offers }, n) =>
    [...new Set(offers)].map(offer => sql`(${n}::int, ${buyer}::text, ${order}::text, ${offer}::text)`),
  )
  const padded = [...wanted, ...Array.from({ length: 2 ** Math.ceil(Math.log2(wanted.length)) - wanted.length }, () => nobody)]
  const rows = await sql<ForSale & { n: number; placed: boolean }>`
    select w.n, o.id, o.kind, o.subject, o.release, o.page, o.pricing, o.amount, o.currency, o.state, coalesce(r.title, o.title) as title, o.detail, coalesce(r.visibility, 'public') as visibility,
      coalesce(r.cover, o.picture) as cover, i.accent, p.name as seller, p.owner, o.opens_at as "opensAt", o.closes_at as "closesAt", o.most_each as "mostEach", r.released_on as "releasedOn",
      coalesce((select string_agg(n.name, ', ' order by a.position) from catalogue.public_release_artist a join people.public_page n on n.id = a.page where a.release = o.release), '') as artists,
      exists (select from shop.ownership s where s.person = w.buyer and s.release = o.release) as owned,
      exists (select from rights.public_waiting s where s.release = o.release) as waiting,
      exists (select from shop."order" b where b.id = w.id) as placed
    from (values ${sql.join(padded)}) as w(n, buyer, id, offer)
    join shop.offer o on o.id = w.offer
    left join catalogue.public_release r on r.id = o.release
    join people.public_page p on p.id = o.page
    left join media.public_image i on i.asset = coalesce(r.cover, o.picture)`.execute(db)
  const found = baskets.map(() => ({ offers: new Map<string, ForSale>(), placed: false }))
  for (const row of rows.rows) {
    const basket = found[row.n]!
    basket.offers.set(row.id, row)
    basket.placed ||= row.placed
  }
  return found
}

export type OfferRow = {
  id: string
  kind: 'digital'
  release: string
  page: string
  pricing: 'fixed' | 'name_your_price' | 'free'
  amount: bigint
  currency: string
  opensAt: Date | null
  closesAt: Date | null
  formats: string[]
  state: 'open' | 'closed'
  sold: number
  createdAt: Date
  seller: string
  owned: boolean
  mayEdit: boolean
  visibility: string
}
const offerColumns = (viewer: string | null) => sql`
  o.id, o.kind, o.release, o.page, o.pricing, o.amount, o.currency, o.opens_at as "opensAt", o.closes_at as "closesAt", o.formats, o.state, o.sold, o.created_at as "createdAt",
  p.name as seller, r.visibility,
  exists (select from shop.ownership w where w.person = ${viewer} and w.release = o.release) as owned,
  exists (select from people.public_page_editor e where e.page = o.page and e.person = ${viewer}) as "mayEdit"`
const offerTables = sql`shop.offer o join people.public_page p on p.id = o.page join catalogue.public_release r on r.id = o.release`

export async function readOffer(db: Db, id: string, viewer: string | null, lock = false): Promise<OfferRow | undefined> {
  return (
    await sql<OfferRow>`select ${offerColumns(viewer)} from ${offerTables} where o.id = ${id} ${lock ? sql`for no key update of o` : sql``}`.execute(
      db,
    )
  ).rows[0]
}

/** Open offers of public releases, newest or best-selling first. `seller`: a page, or whoever owns pages. */
export async function listOffers(
  db: Db,
  viewer: string | null,
  options: { sort: 'new' | 'popular'; seller: string | null; after: { key: Date | number; id: string } | null; limit: number },
): Promise<OfferRow[]> {
  const { sort, seller, after, limit } = options
  const key = sort === 'new' ? sql`o.created_at` : sql`o.sold`
  const rows = await sql<OfferRow>`
    select ${offerColumns(viewer)} from ${offerTables}
    where o.state = 'open' and r.visibility = 'public'
      ${seller === null ? sql`` : sql`and (o.page = ${seller} or p.owner = ${seller})`}
      ${after === null ? sql`` : sql`and (${key}, o.id) < (${after.key}, ${after.id})`}
    order by ${key} desc, o.id desc limit ${limit}`.execute(db)
  return rows.rows
}

/** Offers of the pages this person may edit, newest first. */
export async function offersOfEditor(db: Db, person: string, after: { at: Date; id: string } | null, limit: number): Promise<OfferRow[]> {
  const rows = await sql<OfferRow>`
    select ${offerColumns(person)} from ${offerTables}
    where o.page in (select page from people.public_page_editor where person = ${person})
      ${after === null ? sql`` : sql`and (o.created_at, o.id) < (${after.at}, ${after.id})`}
    order by o.created_at desc, o.id desc limit ${limit}`.execute(db)
  return rows.rows
}

export type NewOffer = {
  id: string
  release: string
  page: string
  pricing: string
  amount: bigint
  currency: string
  opensAt: Date | null
  closesAt: Date | null
  formats: readonly string[]
  by: string
  at: Date
}
/** False when the release has an open offer already, or the id was used. */
export async function insertOffer(tx: Tx, o: NewOffer): Promise<boolean> {
  const made = await sql`
    insert into shop.offer (id, release, subject, page, pricing, amount, currency, opens_at, closes_at, formats, created_by, created_at, changed_at)
    values (${o.id}, ${o.release}, ${o.release}, ${o.page}, ${o.pricing}, ${o.amount}, ${o.currency}, ${o.opensAt}, ${o.closesAt}, ${list(o.formats)}, ${o.by}, ${o.at}, ${o.at}) on conflict do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}

export const updateOffer = async (
  tx: Tx,
  id: string,
  change: Pick<NewOffer, 'pricing' | 'amount' | 'currency' | 'opensAt' | 'closesAt' | 'formats' | 'at'> & { state: string },
): Promise<void> => {
  await sql`update shop.offer set pricing = ${change.pricing}, amount = ${change.amount}, currency = ${change.currency}, opens_at = ${change.opensAt},
    closes_at = ${change.closesAt}, state = ${change.state}, formats = ${list(change.formats)}, changed_at = ${change.at} where id = ${id}`.execute(
    tx,
  )
}

export async function hasOtherOpenOffer(db: Db, release: string, id: string): Promise<boolean> {
  return (
    (await sql`select 1 from shop.offer where release = ${release} and kind = 'digital' and state = 'open' and id <> ${id}`.execute(db))
      .rows.length > 0
  )
}

export type ReleaseForSale = {
  id: string
  page: string
  title: string
  visibility: string
  owner: string | null
  mayEdit: boolean
  waiting: boolean
}
/** A release as its would-be seller sees it. */
export async function readRelease(db: Db, release: string, person: string): Promise<ReleaseForSale | undefined> {
  const rows = await sql<ReleaseForSale>`
    select r.id, r.page, r.title, r.visibility, p.owner,
      exists (select from people.public_page_editor e where e.page = r.page and e.person = ${person}) as "mayEdit",
      exists (select from rights.public_waiting w where w.release = r.id) as waiting
    from catalogue.public_release r join people.public_page p on p.id = r.page where r.id = ${release}`.execute(db)
  return rows.rows[0]
}

/** True when every original of the release is lossless. */
export async function releaseIsLossless(db: Db, release: string): Promise<boolean> {
  const rows = await sql<{ lossless: boolean | null }>`
    select bool_and(a.mime = any(${[...losslessTypes]}::text[])) as lossless from catalogue.public_track t join media.public_audio a on a.asset = t.asset where t.release = ${release}`.execute(
    db,
  )
  return rows.rows[0]?.lossless === true
}

/** Open offers whose releases sound by this asset; their formats are looked at again when it has been measured. */
export async function offersByAsset(db: Db, asset: string): Promise<{ id: string; release: string; kind: string; formats: string[] }[]> {
  const rows = await sql<{ id: string; release: string; kind: string; formats: string[] }>`
    select o.id, o.release, o.kind, o.formats from shop.offer o where o.release in (select release from catalogue.public_track where asset = ${asset})`.execute(
    db,
  )
  return rows.rows
}
export const setFormats = async (tx: Tx, id: string, formats: readonly string[]): Promise<void> => {
  await sql`update shop.offer set formats = ${list(formats)} where id = ${id}`.execute(tx)
}

/** Of these releases those that are not out on that day, with the day they will be. */
export async function notOut(db: Db, releases: readonly string[], day: string): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; day: string }>`
    select id, released_on as day from catalogue.public_release where id = any(${list(releases)}) and released_on > ${day}::date`.execute(
    db,
  )
  return new Map(rows.rows.map(row => [row.id, row.day]))
}

// Ownership.

/** Who gets a release by which line (or exchange, or code). */
export type Owning = { id: string; buyer: string; release: string | null }

/** Makes the buyers owners; gives the lines that did. Who owned the release already keeps it by their first line. */
export async function grantOwnership(tx: Tx, lines: readonly Owning[], at: Date): Promise<Set<string>> {
  const made = await sql`
    insert into shop.ownership (person, release, line, at)
    select l.person, l.release, l.line, ${at} from unnest(${ids(lines.map(l => l.buyer))}, ${ids(lines.map(l => l.release!))}, ${ids(lines.map(l => l.id))}) as l(person, release, line)
    on conflict (person, release) do nothing`.execute(tx)
  const all = lines.map(line => line.id)
  if (made.numAffectedRows === BigInt(all.length)) return new Set(all)
  const rows = await sql<{
    line: string
  }>`select line from shop.ownership where line = any(${ids(all)}) and person = any(${ids(lines.map(l => l.buyer))})`.execute(tx)
  return new Set(rows.rows.map(row => row.line))
}

export const takeOwnership = async (tx: Tx, lines: readonly Owning[]): Promise<void> => {
  await sql`delete from shop.ownership where line = any(${list(lines.map(l => l.id))}) and person = any(${list(lines.map(l => l.buyer))})`.execute(
    tx,
  )
}

/** Of these lines those whose buyer owns the release already. */
export async function ownedAmong(db: Db, lines: readonly Owning[]): Promise<Set<string>> {
  const rows = await sql<{ line: string }>`
    select l.line from unnest(${list(lines.map(l => l.buyer))}, ${list(lines.map(l => l.release!))}, ${list(lines.map(l => l.id))}) as l(person, release, line)
    join shop.ownership w on w.person = l.person and w.release = l.release`.execute(db)
  return new Set(rows.rows.map(row => row.line))
}

/** What a person owns, newest first. */
export async function ownedBy(
  db: Db,
  person: string,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<{ release: string; line: string; at: Date }[]> {
  const rows = await sql<{ release: string; line: string; at: Date }>`
    select release, line, at from shop.ownership where person = ${person}
      ${after === null ? sql`` : sql`and (at, release) < (${after.at}, ${after.id})`}
    order by at desc, release desc limit ${limit}`.execute(db)
  return rows.rows
}

// Carts.

export type CartRow = { version: number; lines: unknown }
export async function readCart(db: Read | Tx, person: string): Promise<CartRow | undefined> {
  return (await sql<CartRow>`select version, lines from shop.cart where person = ${person}`.execute(db)).rows[0]
}

/** Writes the cart made from this version; false when another device was faster. Two at once: the second waits and finds another version. */
export async function writeCart(tx: Tx, person: string, from: number, lines: string, at: Date): Promise<boolean> {
  const made =
    from === 0
      ? await sql`insert into shop.cart (person, lines, version, changed_at) values (${person}, ${lines}::jsonb, 1, ${at}) on conflict do nothing`.execute(
          tx,
        )
      : await sql`update shop.cart set lines = ${lines}::jsonb, version = version + 1, changed_at = ${at} where person = ${person} and version = ${from}`.execute(
          tx,
        )
  return made.numAffectedRows === 1n
}

// Offers of every kind: what rooms that sell put up, and what a person has of them.

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
