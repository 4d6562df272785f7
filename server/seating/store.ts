/** SQL of venues and maps. */
import { sql, type RawBuilder } from 'kysely'
import type { Plan } from '../../shared/seating-plan.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type GivenVenue = {
  id: string
  page: string
  name: string
  country: string
  region: string
  city: string
  address: string
  postcode: string
  zone: string
  latitude: number | null
  longitude: number | null
  capacity: number
  about: string
  access: string
  site: string
  shared: boolean
}
export type VenueRow = GivenVenue & {
  state: 'open' | 'archived'
  pageName: string
  pageHandle: string
  pictures: string[]
}
export type MapRow = {
  id: string
  venue: string
  venueName: string
  page: string
  name: string
  revision: number
  version: number | null
  seats: number
  standing: number
  changed: boolean
  changedAt: Date
}
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

const venueColumns: RawBuilder<unknown> = sql`v.id, v.page, v.name, v.country, v.region, v.city, v.address, v.postcode, v.zone, v.latitude, v.longitude, v.capacity, v.about, v.access,
  v.site, v.shared, v.state, g.name as "pageName", g.handle as "pageHandle",
  coalesce((select array_agg(p.asset order by p.place, p.asset) from seating.picture p where p.venue = v.id), '{}') as pictures`
const venueTables = sql`seating.venue v join people.public_page g on g.id = v.page`

export async function readVenue(db: Read | Tx, id: string): Promise<VenueRow | undefined> {
  const { rows } = await sql<VenueRow>`select ${venueColumns} from ${venueTables} where v.id = ${id}`.execute(db)
  return rows[0]
}
/** Those of a page; with `usable` others' that are shared, too. */
export async function venuesOf(db: Read, page: string, usable: boolean): Promise<VenueRow[]> {
  const { rows } = await sql<VenueRow>`select ${venueColumns} from ${venueTables}
    where v.page = ${page} ${usable ? sql`and v.state = 'open'` : sql``} order by v.state desc, v.name, v.id limit 500`.execute(db)
  if (!usable) return rows
  const { rows: others } = await sql<VenueRow>`select ${venueColumns} from ${venueTables}
    where v.shared and v.state = 'open' and v.page <> ${page} order by v.name, v.id limit 200`.execute(db)
  return [...rows, ...others]
}
export type VenueSearch = {
  search: string | null
  city: string | null
  after: { name: string; id: string } | null
  limit: number
}
export async function listVenues(db: Read, { search, city, after, limit }: VenueSearch): Promise<VenueRow[]> {
  const like = search === null ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<VenueRow>`select ${venueColumns} from ${venueTables} where v.shared and v.state = 'open'
    ${like === null ? sql`` : sql`and (v.name ilike ${like} or v.city ilike ${like} or v.address ilike ${like})`}
    ${city === null ? sql`` : sql`and lower(v.city) = lower(${city})`}
    ${after === null ? sql`` : sql`and (v.name, v.id) > (${after.name}, ${after.id})`} order by v.name, v.id limit ${limit}`.execute(db)
  return rows
}
export async function countVenues(db: Read | Tx, page: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from seating.venue where page = ${page}`.execute(db)
  return rows[0]!.n
}
export async function putVenue(tx: Tx, row: GivenVenue, by: string, at: Date): Promise<void> {
  await sql`
    insert into seating.venue (id, page, name, country, region, city, address, postcode, zone, latitude, longitude, capacity, about, access, site, shared, by, created_at, changed_at)
    values (${row.id}, ${row.page}, ${row.name}, ${row.country}, ${row.region}, ${row.city}, ${row.address}, ${row.postcode}, ${row.zone}, ${row.latitude}, ${row.longitude},
      ${row.capacity}, ${row.about}, ${row.access}, ${row.site}, ${row.shared}, ${by}, ${at}, ${at})
    on conflict (id) do update set name = excluded.name, country = excluded.country, region = excluded.region, city = excluded.city, address = excluded.address,
      postcode = excluded.postcode, zone = excluded.zone, latitude = excluded.latitude, longitude = excluded.longitude, capacity = excluded.capacity, about = excluded.about,
      access = excluded.access, site = excluded.site, shared = excluded.shared, changed_at = excluded.changed_at where venue.page = excluded.page`.execute(
    tx,
  )
}
export async function setVenueState(tx: Tx, id: string, state: 'open' | 'archived', at: Date): Promise<void> {
  await sql`update seating.venue set state = ${state}, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function addPicture(tx: Tx, venue: string, asset: string): Promise<void> {
  await sql`insert into seating.picture (venue, asset, place) select ${venue}, ${asset}, coalesce(max(place), -1) + 1 from seating.picture where venue = ${venue}
    on conflict (venue, asset) do nothing`.execute(tx)
}
export async function orderPictures(tx: Tx, venue: string, assets: readonly string[]): Promise<void> {
  await sql`delete from seating.picture where venue = ${venue} and asset <> all(${list(assets)})`.execute(tx)
  await sql`update seating.picture p set place = x.place from unnest(${list(assets)}) with ordinality as x(asset, place) where p.venue = ${venue} and p.asset = x.asset`.execute(
    tx,
  )
}

const mapColumns: RawBuilder<unknown> = sql`m.id, m.venue, v.name as "venueName", v.page, m.name, m.revision, n.version, coalesce(n.seats, m.seats) as seats,
  coalesce(n.standing, m.standing) as standing, n.hash is distinct from m.hash as changed, m.changed_at as "changedAt"`
const mapTables = sql`seating.map m join seating.venue v on v.id = m.venue
  left join lateral (select version, seats, standing, hash from seating.map_version n where n.map = m.id order by version desc limit 1) n on true`

export async function readMap(db: Read | Tx, id: string): Promise<(MapRow & { draft: Plan }) | undefined> {
  const { rows } = await sql<
    MapRow & { draft: Plan }
  >`select ${mapColumns}, m.draft from ${mapTables} where m.id = ${id} and m.removed_at is null`.execute(db)
  return rows[0]
}
export async function mapsOf(db: Read | Tx, venues: readonly string[]): Promise<MapRow[]> {
  const { rows } =
    await sql<MapRow>`select ${mapColumns} from ${mapTables} where m.venue = any(${list(venues)}) and m.removed_at is null order by m.created_at, m.id`.execute(
      db,
    )
  return rows
}
export async function lockMap(tx: Tx, id: string): Promise<{ id: string; venue: string; revision: number; hash: string } | undefined> {
  const { rows } = await sql<{ id: string; venue: string; revision: number; hash: string }>`
    select id, venue, revision, hash from seating.map where id = ${id} and removed_at is null for update`.execute(tx)
  return rows[0]
}
type Counted = { seats: number; standing: number; hash: string }
export async function putMap(
  tx: Tx,
  row: { id: string; venue: string; name: string; draft: Plan; by: string; at: Date } & Counted,
): Promise<void> {
  await sql`insert into seating.map (id, venue, name, draft, seats, standing, hash, created_at, changed_at, by)
    values (${row.id}, ${row.venue}, ${row.name}, ${JSON.stringify(row.draft)}::jsonb, ${row.seats}, ${row.standing}, ${row.hash}, ${row.at}, ${row.at}, ${row.by})
    on conflict (id) do update set name = excluded.name, changed_at = excluded.changed_at where map.venue = excluded.venue`.execute(tx)
}
export async function saveDraft(tx: Tx, id: string, draft: Plan, counted: Counted, at: Date): Promise<void> {
  await sql`update seating.map set draft = ${JSON.stringify(draft)}::jsonb, seats = ${counted.seats}, standing = ${counted.standing}, hash = ${counted.hash},
    revision = revision + 1, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function removeMap(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update seating.map set removed_at = ${at} where id = ${id}`.execute(tx)
}
export async function publishDraft(tx: Tx, id: string, by: string, at: Date): Promise<void> {
  await sql`insert into seating.map_version (map, version, plan, seats, standing, hash, by, at)
    select m.id, coalesce((select max(version) from seating.map_version n where n.map = m.id), 0) + 1, m.draft, m.seats, m.standing, m.hash, ${by}, ${at}
    from seating.map m where m.id = ${id}
      and m.hash is distinct from (select hash from seating.map_version n where n.map = m.id order by version desc limit 1)`.execute(tx)
}
export async function versionsOf(db: Read | Tx, map: string): Promise<{ version: number; seats: number; standing: number; at: Date }[]> {
  const { rows } = await sql<{ version: number; seats: number; standing: number; at: Date }>`
    select version, seats, standing, at from seating.map_version where map = ${map} order by version desc limit 100`.execute(db)
  return rows
}
export async function readPlan(db: Read | Tx, map: string, version: number): Promise<Plan | undefined> {
  const { rows } = await sql<{ plan: Plan }>`select plan from seating.map_version where map = ${map} and version = ${version}`.execute(db)
  return rows[0]?.plan
}
export async function venueOfMap(
  db: Read | Tx,
  map: string,
): Promise<{ venue: string; page: string; shared: boolean; state: string } | undefined> {
  const { rows } = await sql<{ venue: string; page: string; shared: boolean; state: string }>`
    select v.id as venue, v.page, v.shared, v.state from seating.map m join seating.venue v on v.id = m.venue where m.id = ${map}`.execute(
    db,
  )
  return rows[0]
}
export async function hasPage(db: Read | Tx, id: string): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`select 1 as one from people.public_page where id = ${id}`.execute(db)
  return rows.length > 0
}
