/** SQL of resources: what can be booked, its hours, prices, days and holidays. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Band, DayKind, Exception, Rules, Span } from './prices.ts'

export type Kind = 'ktv' | 'rehearsal' | 'studio' | 'performer' | 'other'
export type Rung = { hours: number; bp: number }
export type ResourceRow = Rules & {
  id: string
  no: number
  page: string
  pageName: string
  pageHandle: string
  kind: Kind
  title: string
  about: string
  place: string
  address: string
  city: string
  country: string
  equipment: string[]
  pictures: string[]
  accent: string | null
  currency: string
  noShow: number | null
  ladder: Rung[]
  asks: boolean
  authors: number
  state: 'draft' | 'open' | 'closed'
  feed: string | null
  offer: string | null
  venue: { id: string; name: string } | null
  days: { day: string; kind: DayKind; zh: string; en: string }[]
  own: { day: string; hours: Span[] | null; holiday: boolean | null; note: string }[]
  createdAt: Date
}
type Raw = Omit<ResourceRow, 'exceptions' | 'holidays' | 'bands'> & { bands: (Omit<Band, 'amount'> & { amount: string })[] }

const columns = (
  from: string,
  to: string,
): RawBuilder<unknown> => sql`r.id, r.no, r.page, p.name as "pageName", p.handle as "pageHandle", r.kind, r.title, r.about,
  r.place, r.address, r.city, r.country, r.zone, r.capacity, r.equipment, r.pictures, (select accent from media.public_image where asset = r.pictures[1]) as accent,
  r.currency, r.step, r.shortest, r.longest, r.before, r.after, r.lead, r.ahead, r.deposit, r.least, r.no_show as "noShow", r.ladder, r.asks, r.authors, r.state, r.feed,
  r.created_at as "createdAt",
  (select o.id from shop.public_offer o where o.kind = 'booking' and o.subject = r.id and o.state = 'open' limit 1) as offer,
  case when r.kind <> 'performer' then (select jsonb_build_object('id', v.id, 'name', v.name) from seating.public_venue v
    where v.page = r.page and v.city = r.city and v.state = 'open' order by v.name, v.id limit 1) end as venue,
  (select coalesce(jsonb_agg(jsonb_build_object('weekday', weekday, 'opens', opens, 'closes', closes) order by weekday, opens), '[]') from bookings.hours where resource = r.id) as hours,
  (select coalesce(jsonb_agg(jsonb_build_object('title', title, 'priority', priority, 'weekdays', to_jsonb(weekdays), 'holidays', holidays, 'opens', opens, 'closes', closes,
      'fromDay', from_day, 'toDay', to_day, 'unit', unit, 'amount', amount::text) order by place), '[]') from bookings.band where resource = r.id) as bands,
  (select coalesce(jsonb_agg(jsonb_build_object('day', day, 'hours', hours, 'holiday', holiday, 'note', note) order by day), '[]')
    from bookings.exception where resource = r.id and day between ${from}::date and ${to}::date) as own,
  (select coalesce(jsonb_agg(jsonb_build_object('day', day, 'kind', kind, 'zh', name ->> 'zh', 'en', name ->> 'en') order by day), '[]')
    from bookings.holiday where country = r.country and day between ${from}::date and ${to}::date) as days`
const tables = sql`bookings.resource r join people.public_page p on p.id = r.page`

const rowOf = ({ bands, ...row }: Raw): ResourceRow => ({
  ...row,
  bands: bands.map(band => ({ ...band, amount: BigInt(band.amount) })),
  exceptions: new Map<string, Exception>(row.own.map(({ day, ...rest }) => [day, rest])),
  holidays: new Map(row.days.map(({ day, kind }) => [day, kind])),
})

/** Days a reading covers: a range of them, `2026-11-21`. */
export type Days = { from: string; to: string }
export async function readResources(db: Read | Tx, ids: readonly string[], days: Days): Promise<Map<string, ResourceRow>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Raw>`select ${columns(days.from, days.to)} from ${tables} where r.id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, rowOf(row)]))
}
export async function resourcesOf(db: Read | Tx, page: string, days: Days, all: boolean): Promise<ResourceRow[]> {
  const { rows } = await sql<Raw>`
    select ${columns(days.from, days.to)} from ${tables} where r.page = ${page} ${all ? sql`` : sql`and r.state = 'open'`} order by r.title, r.id limit 200`.execute(
    db,
  )
  return rows.map(rowOf)
}
export type Wanted = { kind: string | null; city: string | null; people: number | null; page: string | null; q: string | null }
/** Open ones, newest first. */
export async function listResources(
  db: Read,
  wanted: Wanted,
  days: Days,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<ResourceRow[]> {
  const { kind, city, people, page, q } = wanted
  const like = q === null ? null : `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<Raw>`
    select ${columns(days.from, days.to)} from ${tables}
    where r.state = 'open' ${kind === null ? sql`` : sql`and r.kind = ${kind}`} ${city === null ? sql`` : sql`and r.city = ${city}`}
      ${people === null ? sql`` : sql`and r.capacity >= ${people}`} ${page === null ? sql`` : sql`and (r.page = ${page} or p.handle = ${page})`}
      ${like === null ? sql`` : sql`and (r.title ilike ${like} or r.place ilike ${like} or r.city ilike ${like} or p.name ilike ${like} or p.handle ilike ${like})`}
      ${after === null ? sql`` : sql`and (r.created_at, r.id) < (${after.at}, ${after.id})`}
    order by r.created_at desc, r.id desc limit ${limit}`.execute(db)
  return rows.map(rowOf)
}
export async function listCities(db: Read): Promise<string[]> {
  const { rows } = await sql<{ city: string }>`
    select city from bookings.resource where state = 'open' and city <> '' group by city order by count(*) desc, city limit 50`.execute(db)
  return rows.map(row => row.city)
}
/** Locks in the order of their ids: whoever takes or frees a time of a resource holds its lock. */
export async function lockResources(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`select id from bookings.resource where id = any(${[...new Set(ids)]}::text[]) order by id for no key update`.execute(tx)
}

export type Given = Omit<
  ResourceRow,
  | 'no'
  | 'pageName'
  | 'pageHandle'
  | 'pictures'
  | 'accent'
  | 'state'
  | 'feed'
  | 'offer'
  | 'venue'
  | 'days'
  | 'own'
  | 'createdAt'
  | 'exceptions'
  | 'holidays'
>
export async function insertResource(tx: Tx, row: Given, by: string, at: Date): Promise<boolean> {
  const made = await sql`
    insert into bookings.resource (id, page, kind, title, zone, capacity, currency, step, shortest, longest, created_by, created_at, changed_at)
    values (${row.id}, ${row.page}, ${row.kind}, ${row.title}, ${row.zone}, ${row.capacity}, ${row.currency}, ${row.step}, ${row.shortest}, ${row.longest}, ${by}, ${at}, ${at})
    on conflict (id) do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}
/** Writes all of it anew: fields, hours, prices. */
export async function updateResource(tx: Tx, row: Given, at: Date): Promise<void> {
  await sql`
    update bookings.resource set kind = ${row.kind}, title = ${row.title}, about = ${row.about}, place = ${row.place}, address = ${row.address}, city = ${row.city},
      country = ${row.country}, zone = ${row.zone}, capacity = ${row.capacity}, equipment = ${row.equipment}, currency = ${row.currency}, step = ${row.step},
      shortest = ${row.shortest}, longest = ${row.longest}, before = ${row.before}, after = ${row.after}, lead = ${row.lead}, ahead = ${row.ahead}, deposit = ${row.deposit},
      least = ${row.least}, no_show = ${row.noShow}, ladder = ${JSON.stringify(row.ladder)}::jsonb, asks = ${row.asks}, authors = ${row.authors},
      version = version + 1, changed_at = ${at}
    where id = ${row.id}`.execute(tx)
  await sql`delete from bookings.hours where resource = ${row.id}`.execute(tx)
  await sql`delete from bookings.band where resource = ${row.id}`.execute(tx)
  await sql`
    insert into bookings.hours (resource, weekday, opens, closes)
    select ${row.id}, weekday, opens, closes from jsonb_to_recordset(${JSON.stringify(row.hours)}::jsonb) as x(weekday smallint, opens smallint, closes smallint)`.execute(
    tx,
  )
  const bands = row.bands.map((band, place) => ({ ...band, place, amount: band.amount.toString() }))
  await sql`
    insert into bookings.band (resource, place, title, priority, weekdays, holidays, opens, closes, from_day, to_day, unit, amount)
    select ${row.id}, place, title, priority, (select coalesce(array_agg(v::smallint), '{}') from jsonb_array_elements_text(weekdays) v), holidays, opens, closes, "fromDay", "toDay", unit, amount
    from jsonb_to_recordset(${JSON.stringify(bands)}::jsonb) as x(place smallint, title text, priority smallint, weekdays jsonb, holidays text, opens smallint, closes smallint,
      "fromDay" date, "toDay" date, unit smallint, amount bigint)`.execute(tx)
}
export async function setResourceState(tx: Tx, id: string, state: 'open' | 'closed', at: Date): Promise<void> {
  await sql`update bookings.resource set state = ${state}, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function setPictures(tx: Tx, id: string, pictures: readonly string[], at: Date): Promise<void> {
  await sql`update bookings.resource set pictures = ${[...pictures]}::text[], changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function putException(tx: Tx, resource: string, day: string, given: Exception): Promise<void> {
  await sql`
    insert into bookings.exception (resource, day, hours, holiday, note)
    values (${resource}, ${day}, ${given.hours === null ? null : JSON.stringify(given.hours)}::jsonb, ${given.holiday}, ${given.note})
    on conflict (resource, day) do update set hours = excluded.hours, holiday = excluded.holiday, note = excluded.note`.execute(tx)
}
export async function dropException(tx: Tx, resource: string, day: string): Promise<boolean> {
  const gone = await sql`delete from bookings.exception where resource = ${resource} and day = ${day}`.execute(tx)
  return gone.numAffectedRows === 1n
}
/** The address of its calendar: made when it is first asked for, or anew. */
export async function feedToken(tx: Tx, id: string, token: string, renew: boolean): Promise<string> {
  const { rows } = await sql<{ feed: string }>`
    update bookings.resource set feed = case when feed is null or ${renew} then ${token} else feed end where id = ${id} returning feed`.execute(
    tx,
  )
  return rows[0]!.feed
}
export async function resourceOfFeed(db: Read, token: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from bookings.resource where feed = ${token}`.execute(db)
  return rows[0]?.id
}

export type Holiday = { day: string; kind: DayKind; zh: string; en: string }
export async function listHolidays(db: Read, country: string, year: number): Promise<Holiday[]> {
  const { rows } = await sql<Holiday>`
    select day, kind, name ->> 'zh' as zh, name ->> 'en' as en from bookings.holiday
    where country = ${country} and day between make_date(${year}, 1, 1) and make_date(${year}, 12, 31) order by day`.execute(db)
  return rows
}
export async function putHoliday(tx: Tx, country: string, given: Holiday): Promise<void> {
  await sql`
    insert into bookings.holiday (country, day, kind, name) values (${country}, ${given.day}, ${given.kind}, ${JSON.stringify({ zh: given.zh, en: given.en })}::jsonb)
    on conflict (country, day) do update set kind = excluded.kind, name = excluded.name`.execute(tx)
}
export async function dropHoliday(tx: Tx, country: string, day: string): Promise<boolean> {
  const gone = await sql`delete from bookings.holiday where country = ${country} and day = ${day}`.execute(tx)
  return gone.numAffectedRows === 1n
}

export type PageRow = { id: string; name: string; handle: string; picture: string | null; owner: string | null }
export async function readPage(db: Read, page: string): Promise<PageRow | undefined> {
  const { rows } =
    await sql<PageRow>`select id, name, handle, picture, owner from people.public_page where id = ${page} or handle = ${page} order by (id = ${page}) desc limit 1`.execute(
      db,
    )
  return rows[0]
}
export async function venuesOf(db: Read, page: string): Promise<{ id: string; name: string; city: string }[]> {
  const { rows } = await sql<{ id: string; name: string; city: string }>`
    select id, name, city from seating.public_venue where page = ${page} and state = 'open' order by name, id limit 20`.execute(db)
  return rows
}
export type Place = { id: string; name: string; handle: string; resources: number; asks: number; today: number }
/** Pages someone edits, those that let something first. */
export async function placesOf(db: Read, person: string, from: Date, to: Date): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select p.id, p.name, p.handle, (select count(*)::int from bookings.resource r where r.page = p.id) as resources,
      (select count(*)::int from bookings.booking b where b.page = p.id and b.state = 'asked') as asks,
      (select count(*)::int from bookings.booking b where b.page = p.id and b.kind <> 'block' and b.state in ('confirmed', 'arrived') and b.starts_at between ${from} and ${to}) as today
    from people.public_page_editor e join people.public_page p on p.id = e.page where e.person = ${person} order by 4 desc, 2, 1 limit 100`.execute(
    db,
  )
  return rows
}
