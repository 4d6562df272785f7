/** SQL of coupons, their codes and uses. */
import { sql, type RawBuilder } from 'kysely'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
export type CouponRow = {
  id: string
  page: string
  name: string
  code: string | null
  percentBp: number | null
  amount: bigint | null
  currency: string
  mostOff: bigint | null
  least: bigint
  kinds: string[] | null
  offers: string[] | null
  opensAt: Date | null
  closesAt: Date | null
  usesMost: number | null
  eachMost: number | null
  firstOnly: boolean
  membersOnly: boolean
  stacks: boolean
  /** Without a code: it applies by itself, and buyers see its name. */
  automatic: boolean
  state: 'open' | 'closed'
  used: number
  createdAt: Date
}
const columns: RawBuilder<unknown> = sql`c.id, c.page, c.name, c.code, c.percent_bp as "percentBp", c.amount, c.currency, c.most_off as "mostOff", c.least, c.kinds, c.offers, c.opens_at as "opensAt",
  c.closes_at as "closesAt", c.uses_most as "usesMost", c.each_most as "eachMost", c.first_only as "firstOnly", c.members_only as "membersOnly", c.stacks, c.automatic, c.state, c.used, c.created_at as "createdAt"`

export type KnownCode = { page: string; code: string; coupon: string; series: boolean; order: string | null }
/** Open coupons that these codes stand for at these pages. */
export async function codesFor(tx: Tx, pairs: readonly { page: string; code: string }[]): Promise<KnownCode[]> {
  const { rows } = await sql<KnownCode>`
    with wanted as (select distinct page, code from unnest(${list(pairs.map(p => p.page))}, ${list(pairs.map(p => p.code))}) as w(page, code))
    select w.page, w.code, c.id as coupon, false as series, null as "order" from wanted w join coupons.coupon c on c.page = w.page and c.code = w.code and c.state = 'open'
    union all
    select w.page, w.code, c.id, true, k."order" from wanted w join coupons.code k on k.page = w.page and k.code = w.code join coupons.coupon c on c.id = k.coupon and c.state = 'open'`.execute(
    tx,
  )
  return rows
}
/** Open coupons of these pages that apply by themselves. */
export async function automaticsOf(tx: Tx, pages: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from coupons.coupon where page = any(${list(pages)}) and automatic and state = 'open'`.execute(tx)
  return rows.map(row => row.id)
}
/** In id order. Those that were closed meanwhile are missing. */
export async function lockCoupons(tx: Tx, ids: readonly string[]): Promise<Map<string, CouponRow>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<CouponRow>`
    select ${columns} from coupons.coupon c where c.id = any(${list(ids)}) and c.state = 'open' order by c.id for no key update`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}
export async function lockCoupon(tx: Tx, id: string): Promise<CouponRow | undefined> {
  const { rows } = await sql<CouponRow>`select ${columns} from coupons.coupon c where c.id = ${id} for no key update`.execute(tx)
  return rows[0]
}

/** Uses that count, by `coupon person`. */
export async function usesOf(tx: Tx, coupons: readonly string[], people: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ key: string; many: number }>`
    select coupon || ' ' || person as key, count(*)::int as many from coupons.use
    where coupon = any(${list(coupons)}) and person = any(${list(people)}) and ended_at is null group by 1`.execute(tx)
  return new Map(rows.map(row => [row.key, row.many]))
}
/** Who bought anything from a page before, by `person page`. */
export async function boughtAt(tx: Tx, people: readonly string[], pages: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select distinct buyer || ' ' || page as key from shop.public_line where buyer = any(${list(people)}) and page = any(${list(pages)}) and state in ('held', 'settled')`.execute(
    tx,
  )
  return new Set(rows.map(row => row.key))
}
/** Members now, by `person page`. */
export async function membersOf(tx: Tx, people: readonly string[], pages: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select person || ' ' || page as key from services.public_member where person = any(${list(people)}) and page = any(${list(pages)}) and until > ${clock.now()}`.execute(
    tx,
  )
  return new Set(rows.map(row => row.key))
}

/** Orders among these that use coupons already: they were placed at this very moment. */
export async function ordersUsing(tx: Tx, orders: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{
    order: string
  }>`select distinct "order" from coupons.use where "order" = any(${list(orders)}) and ended_at is null`.execute(tx)
  return new Set(rows.map(row => row.order))
}
/** `series`: the page whose code it is, to be marked as used. */
export type NewUse = { order: string; coupon: string; code: string; series: string | null; person: string; amount: bigint; at: Date }
/** Writes uses and counts them; the caller holds the locks of their coupons, and the database refuses one too many. */
export async function writeUses(tx: Tx, uses: readonly NewUse[]): Promise<void> {
  if (uses.length === 0) return
  await sql`
    update coupons.coupon c set used = c.used + u.many, changed_at = ${clock.now()}
    from (select coupon, count(*)::int as many from unnest(${list(uses.map(u => u.coupon))}) as u(coupon) group by 1) u where c.id = u.coupon`.execute(
    tx,
  )
  // An id whose order was never written, or was let go at once, may come again.
  await sql`
    insert into coupons.use ("order", coupon, code, person, amount, at)
    select * from unnest(${list(uses.map(u => u.order))}, ${list(uses.map(u => u.coupon))}, ${list(uses.map(u => u.code))}, ${list(uses.map(u => u.person))},
      ${uses.map(u => u.amount)}::bigint[], ${uses.map(u => u.at)}::timestamptz[])
    on conflict ("order", coupon) do update set code = excluded.code, person = excluded.person, amount = excluded.amount, at = excluded.at, ended_at = null
    where coupons.use.ended_at is not null`.execute(tx)
  const own = uses.filter(use => use.series !== null)
  if (own.length === 0) return
  await sql`
    update coupons.code k set "order" = u."order" from unnest(${list(own.map(u => u.series!))}, ${list(own.map(u => u.code))}, ${list(own.map(u => u.order))}) as u(page, code, "order")
    where k.page = u.page and k.code = u.code and k."order" is null`.execute(tx)
}
/** These orders use their coupons no more; once. */
export async function endUses(tx: Tx, orders: readonly string[]): Promise<void> {
  if (orders.length === 0) return
  await sql`
    select c.id from coupons.coupon c where c.id in (select coupon from coupons.use where "order" = any(${list(orders)}) and ended_at is null) order by c.id for no key update`.execute(
    tx,
  )
  await sql`
    with ended as (update coupons.use set ended_at = ${clock.now()} where "order" = any(${list(orders)}) and ended_at is null returning coupon, "order"),
      freed as (update coupons.code k set "order" = null from ended e where k.coupon = e.coupon and k."order" = e."order")
    update coupons.coupon c set used = c.used - e.many from (select coupon, count(*)::int as many from ended group by 1) e where c.id = e.coupon`.execute(
    tx,
  )
}
/**
 * The uses an order ended with count again, all or none: as long as each coupon has one left, in all, for this person and of this code. What it was promised
 * holds, also where the coupon is over or closed by now.
 */
export async function retakeUses(tx: Tx, order: string): Promise<boolean> {
  // Of an id that was tried more than once, those of the last time.
  const { rows } = await sql<{ id: string }>`
    select c.id from coupons.coupon c where c.id in (select u.coupon from coupons.use u where u."order" = ${order}
      and u.ended_at = (select max(ended_at) from coupons.use where "order" = ${order})) order by c.id for no key update`.execute(tx)
  const ids = rows.map(row => row.id)
  if (ids.length === 0) return true
  const gone = await sql`
    select 1 from coupons.use u join coupons.coupon c on c.id = u.coupon
      cross join lateral (select count(*) as many from coupons.use o where o.coupon = u.coupon and o.person = u.person and o.ended_at is null) own
    where u."order" = ${order} and u.coupon = any(${list(ids)}) and (c.used >= c.uses_most or own.many >= c.each_most
      or (c.first_only and (own.many > 0 or exists (select from shop.public_line l where l.buyer = u.person and l.page = c.page and l.state in ('held', 'settled'))))
      or exists (select from coupons.code k where k.coupon = u.coupon and k.code = u.code and k."order" is not null))`.execute(tx)
  if (gone.rows.length > 0) return false
  await sql`
    with again as (update coupons.use set ended_at = null where "order" = ${order} and coupon = any(${list(ids)}) returning coupon, code, "order"),
      taken as (update coupons.code k set "order" = a."order" from again a where k.coupon = a.coupon and k.code = a.code)
    update coupons.coupon set used = used + 1, changed_at = ${clock.now()} where id in (select coupon from again)`.execute(tx)
  return true
}

export type CouponShown = CouponRow & { given: bigint; codes: number; free: number; offerTitles: { id: string; title: string }[] | null }
const shown: RawBuilder<unknown> = sql`${columns}, coalesce((select sum(u.amount) from coupons.use u where u.coupon = c.id and u.ended_at is null), 0)::bigint as given,
  (select count(*)::int from coupons.code k where k.coupon = c.id) as codes, (select count(*)::int from coupons.code k where k.coupon = c.id and k."order" is null) as free,
  (select json_agg(json_build_object('id', w.id, 'title', coalesce(d.title, s.title, r.title, o.title, w.id)) order by w.n) from unnest(c.offers) with ordinality w(id, n)
    left join goods.public_product d on d.id = w.id left join shows.public_show s on s.id = w.id
    left join lateral (select p.title, p.release from shop.public_offer p where (p.id = w.id or p.subject = w.id) and p.page = c.page order by p.state = 'open' desc, p.id desc limit 1) o on true
    left join catalogue.public_album r on r.id = o.release) as "offerTitles"`
export async function readCoupon(db: Read, id: string): Promise<CouponShown | undefined> {
  const { rows } = await sql<CouponShown>`select ${shown} from coupons.coupon c where c.id = ${id}`.execute(db)
  return rows[0]
}
type After = readonly [Date, string] | undefined
export async function listCoupons(db: Read, page: string, after: After, limit: number): Promise<CouponShown[]> {
  const { rows } = await sql<CouponShown>`
    select ${shown} from coupons.coupon c where c.page = ${page} ${after === undefined ? sql`` : sql`and (c.created_at, c.id) < (${after[0]}, ${after[1]})`}
    order by c.created_at desc, c.id desc limit ${limit}`.execute(db)
  return rows
}
export type UseRow = { order: string; number: string; code: string; buyer: string; amount: bigint; at: Date; ended: boolean }
export async function listUses(db: Read, coupon: string, after: After, limit: number): Promise<UseRow[]> {
  const { rows } = await sql<UseRow>`
    select u."order", coalesce(o.number, '') as number, u.code, coalesce(o.buyer_name, '') as buyer, u.amount, u.at, u.ended_at is not null as ended
    from coupons.use u left join shop.public_order o on o.id = u."order" where u.coupon = ${coupon} and o.id is not null
      ${after === undefined ? sql`` : sql`and (u.at, u."order") < (${after[0]}, ${after[1]})`} order by u.at desc, u."order" desc limit ${limit}`.execute(
    db,
  )
  return rows
}
/** In which money a page sells: most of what it offers now, else of what it offered; undefined where it never did. */
export async function currencyOf(db: Read, page: string): Promise<string | undefined> {
  const { rows } = await sql<{ currency: string }>`
    select currency from shop.public_offer where page = ${page} group by currency order by count(*) filter (where state = 'open') desc, count(*) desc, currency limit 1`.execute(
    db,
  )
  return rows[0]?.currency
}
/** Which of these offers and things the page offers, or did. */
export async function ownOffers(db: Read, page: string, offers: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with asked as (select distinct id from unnest(${list(offers)}) a(id)),
      sold as (select a.id, a.id as subject from asked a union all select v.product, v.id from goods.public_variant v where v.product in (select id from asked)
        union all select t.show, t.id from shows.public_tier t where t.show in (select id from asked))
    select id from shop.public_offer where page = ${page} and id in (select id from asked)
    union select s.id from sold s join shop.public_offer o on o.subject = s.subject and o.page = ${page}`.execute(db)
  return rows.map(row => row.id)
}
/** The product of each of these variants, the show of each of these tiers. */
export async function thingsOf(db: Read, subjects: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; thing: string }>`
    select id, product as thing from goods.public_variant where id = any(${list(subjects)})
    union all select id, show from shows.public_tier where id = any(${list(subjects)})`.execute(db)
  return new Map(rows.map(row => [row.id, row.thing]))
}
/** Another open coupon of the page has this code, or one of its series. */
export async function codeTaken(db: Read, page: string, code: string, but: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from coupons.coupon where page = ${page} and code = ${code} and state = 'open' and id <> ${but}
    union all select 1 from coupons.code where page = ${page} and code = ${code} and coupon <> ${but}`.execute(db)
  return rows.length > 0
}

export type GivenRow = Omit<CouponRow, 'used' | 'createdAt'>
const setters = (
  row: GivenRow,
): RawBuilder<unknown> => sql`${row.name}, ${row.code}, ${row.percentBp}, ${row.amount}, ${row.currency}, ${row.mostOff}, ${row.least}, ${row.kinds}::text[], ${row.offers}::text[],
  ${row.opensAt}, ${row.closesAt}, ${row.usesMost}, ${row.eachMost}, ${row.firstOnly}, ${row.membersOnly}, ${row.stacks}, ${row.automatic}, ${row.state}`
const settable = sql`name, code, percent_bp, amount, currency, most_off, least, kinds, offers, opens_at, closes_at, uses_most, each_most, first_only, members_only, stacks, automatic, state`
/** False when the id is taken. */
export async function insertCoupon(tx: Tx, row: GivenRow, by: string, at: Date): Promise<boolean> {
  const made = await sql`
    insert into coupons.coupon (id, page, created_by, created_at, changed_at, ${settable}) values (${row.id}, ${row.page}, ${by}, ${at}, ${at}, ${setters(row)})
    on conflict (id) do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}
export async function updateCoupon(tx: Tx, row: GivenRow, at: Date): Promise<void> {
  await sql`update coupons.coupon set (changed_at, ${settable}) = (${at}, ${setters(row)}) where id = ${row.id}`.execute(tx)
}
/** Adds codes of a series; gives how many were new. The caller holds its coupon's lock. */
export async function insertCodes(tx: Tx, coupon: { id: string; page: string }, codes: readonly string[], at: Date): Promise<number> {
  const made = await sql`
    insert into coupons.code (page, code, coupon, created_at) select ${coupon.page}, c, ${coupon.id}, ${at} from unnest(${list(codes)}) c on conflict (page, code) do nothing`.execute(
    tx,
  )
  return Number(made.numAffectedRows ?? 0n)
}
export async function codesOf(
  db: Read,
  coupon: string,
  after: string,
  limit: number,
): Promise<{ code: string; number: string | null; at: Date | null }[]> {
  const { rows } = await sql<{ code: string; number: string | null; at: Date | null }>`
    select k.code, o.number, o.at from coupons.code k left join shop.public_order o on o.id = k."order" where k.coupon = ${coupon} and k.code > ${after} order by k.code limit ${limit}`.execute(
    db,
  )
  return rows
}
