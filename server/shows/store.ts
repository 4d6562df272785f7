/** SQL of shows, their line-up and tiers. */
import { sql, type RawBuilder } from 'kysely'
import type { RealName } from '../tickets/index.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type ShowState = 'draft' | 'announced' | 'on_sale' | 'postponed' | 'cancelled' | 'over'
/** So many per cent go back until so many days before. */
export type Step = { days: number; percent: number }
export type ActRow = { page: string | null; name: string; picture: string | null }
export type ShowRow = {
  id: string
  page: string
  pageName: string
  pageHandle: string
  pagePicture: string | null
  /** The page's owner, who gets the money. */
  owner: string | null
  title: string
  series: string | null
  about: string
  rules: string
  picture: string | null
  accent: string | null
  venue: string | null
  place: string
  address: string
  city: string
  country: string
  latitude: number | null
  longitude: number | null
  zone: string
  doorsAt: Date | null
  startsAt: Date
  endsAt: Date
  minAge: number
  state: ShowState
  sale: 'direct' | 'lottery'
  currency: string
  map: string | null
  mapVersion: number | null
  hall: string | null
  mostEach: number
  realName: RealName
  ladder: Step[]
  waitingList: boolean
  transfer: boolean
  resale: boolean
  reentry: boolean
  renameHours: number
  groups: string[]
  wasAt: Date | null
  dateOpen: boolean
  askUntil: Date | null
  reason: string
  closedBy: string | null
  hidden: boolean
  version: number
  createdAt: Date
  changedAt: Date
  acts: ActRow[]
  /** The viewer edits its page. */
  mayEdit: boolean
}
/** A card's figures of what everybody can buy. */
export type CardRow = ShowRow & {
  low: bigint | null
  high: bigint | null
  capacity: number
  free: number
  sold: number
  /** The first moment at which something can be bought, and whether something can be by now. */
  opensAt: Date | null
  going: boolean
}

const fields: RawBuilder<unknown> = sql`s.id, s.page, p.name as "pageName", p.handle as "pageHandle", p.picture as "pagePicture", p.owner, s.title, s.series, s.about, s.rules,
  s.picture, (select accent from media.public_image where asset = s.picture) as accent, s.venue, s.place, s.address, s.city, s.country, s.latitude, s.longitude, s.zone,
  s.doors_at as "doorsAt", s.starts_at as "startsAt", s.ends_at as "endsAt", s.min_age::int as "minAge", s.state, s.sale, s.currency, s.map, s.map_version as "mapVersion", s.hall, s.most_each::int as "mostEach",
  s.real_name as "realName", s.ladder, s.waiting_list as "waitingList", s.transfer, s.resale, s.reentry, s.rename_hours::int as "renameHours", s.groups, s.was_at as "wasAt",
  s.date_open as "dateOpen", s.ask_until as "askUntil", s.reason, s.closed_by as "closedBy", s.hidden, s.version, s.created_at as "createdAt", s.changed_at as "changedAt",
  (select coalesce(json_agg(json_build_object('page', a.page, 'name', coalesce(x.name, a.name), 'picture', x.picture) order by a.place), '[]')
    from shows.act a left join people.public_page x on x.id = a.page where a.show = s.id) as acts`
const edits = (viewer: string | null): RawBuilder<unknown> =>
  viewer === null
    ? sql`false as "mayEdit"`
    : sql`exists (select from people.public_page_editor e where e.page = s.page and e.person = ${viewer}) as "mayEdit"`
const tables = sql`shows.show s join people.public_page p on p.id = s.page`
const figures = (
  viewer: string | null,
): RawBuilder<unknown> => sql`f.low, f.high, coalesce(f.capacity, 0)::int as capacity, coalesce(f.free, 0)::int as free,
  coalesce(f.sold, 0)::int as sold, f.opens as "opensAt",
  ${viewer === null ? sql`false` : sql`exists (select from tickets.public_ticket k where k.show = s.id and k.holder = ${viewer} and k.state <> 'void')`} as going`
const figured = sql`left join lateral (
  select min(t.price) as low, max(t.price) as high, sum(o.capacity) as capacity, sum(o.free) as free, sum(o.sold) as sold, min(coalesce(t.opens_at, 'epoch'::timestamptz)) as opens
  from shows.tier t left join seating.public_pool o on o.hall = s.hall and o.tier = t.id where t.show = s.id and not t.secret and t.state = 'open') f on true`

export async function readShows(db: Read | Tx, ids: readonly string[], viewer: string | null = null): Promise<ShowRow[]> {
  const { rows } =
    await sql<ShowRow>`select ${fields}, ${edits(viewer)} from ${tables} where s.id = any(${[...ids]}::text[]) order by s.id`.execute(db)
  return rows
}
export const readShow = async (db: Read | Tx, id: string, viewer: string | null = null): Promise<ShowRow | undefined> =>
  (await readShows(db, [id], viewer))[0]
/** The show's own row, locked. */
export async function lockShow(tx: Tx, id: string): Promise<void> {
  await sql`select from shows.show where id = ${id} for update`.execute(tx)
}
/** Whoever edits a show or its tiers takes turns with the others. */
export async function listCards(
  db: Read | Tx,
  viewer: string | null,
  choice: {
    ids?: readonly string[]
    words?: readonly string[]
    city?: string | undefined
    from?: string | undefined
    to?: string | undefined
    page?: string | undefined
    venue?: string | undefined
    series?: { page: string; name: string; but: string }
    past?: boolean | undefined
    /** Of pages the viewer edits, drafts too. */
    own?: boolean
  },
  after: { at: Date; id: string } | null,
  limit: number,
  now: Date,
): Promise<CardRow[]> {
  const { words = [], city, from, to, page, venue, series, past = false, own = false, ids } = choice
  const down = past || own
  const where: RawBuilder<unknown>[] = [
    own
      ? sql`exists (select from people.public_page_editor e where e.page = s.page and e.person = ${viewer})`
      : sql`s.state <> 'draft' and not s.hidden`,
    ...(own || ids !== undefined ? [] : [past ? sql`s.ends_at <= ${now}` : sql`s.ends_at > ${now}`]),
    ...(ids === undefined ? [] : [sql`s.id = any(${[...ids]}::text[])`]),
    ...words.map(word => sql`s.words like ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`}`),
    ...(city === undefined ? [] : [sql`s.city = ${city}`]),
    ...(from === undefined ? [] : [sql`(s.starts_at at time zone s.zone)::date >= ${from}::date`]),
    ...(to === undefined ? [] : [sql`(s.starts_at at time zone s.zone)::date <= ${to}::date`]),
    ...(page === undefined ? [] : [sql`(s.page = ${page} or exists (select from shows.act a where a.show = s.id and a.page = ${page}))`]),
    ...(venue === undefined ? [] : [sql`s.venue = ${venue}`]),
    ...(series === undefined ? [] : [sql`s.page = ${series.page} and s.series = ${series.name} and s.id <> ${series.but}`]),
    ...(after === null
      ? []
      : [down ? sql`(s.starts_at, s.id) < (${after.at}, ${after.id})` : sql`(s.starts_at, s.id) > (${after.at}, ${after.id})`]),
  ]
  const order = down ? sql`s.starts_at desc, s.id desc` : sql`s.starts_at, s.id`
  const { rows } = await sql<CardRow>`select ${fields}, ${edits(viewer)}, ${figures(viewer)} from ${tables} ${figured}
    where ${sql.join(where, sql` and `)} order by ${order} limit ${limit}`.execute(db)
  return rows
}
export async function listCities(db: Read, now: Date): Promise<{ city: string; shows: number }[]> {
  const { rows } = await sql<{ city: string; shows: number }>`
    select city, count(*)::int as shows from shows.show where state not in ('draft', 'cancelled') and not hidden and ends_at > ${now} group by city order by 2 desc, 1 limit 60`.execute(
    db,
  )
  return rows
}

type Given = Omit<
  ShowRow,
  | 'pageName'
  | 'pageHandle'
  | 'pagePicture'
  | 'owner'
  | 'accent'
  | 'picture'
  | 'state'
  | 'hall'
  | 'wasAt'
  | 'dateOpen'
  | 'askUntil'
  | 'reason'
  | 'closedBy'
  | 'hidden'
  | 'version'
  | 'createdAt'
  | 'changedAt'
  | 'acts'
  | 'mayEdit'
> & { words: string; acts: readonly { page: string | null; name: string }[] }
export type { Given as GivenShow }
const values = (
  row: Given,
  at: Date,
): RawBuilder<unknown> => sql`title = ${row.title}, series = ${row.series}, about = ${row.about}, rules = ${row.rules}, venue = ${row.venue},
  place = ${row.place}, address = ${row.address}, city = ${row.city}, country = ${row.country}, latitude = ${row.latitude}, longitude = ${row.longitude}, zone = ${row.zone},
  doors_at = ${row.doorsAt}, starts_at = ${row.startsAt}, ends_at = ${row.endsAt}, min_age = ${row.minAge}, sale = ${row.sale}, currency = ${row.currency}, map = ${row.map}, map_version = ${row.mapVersion},
  most_each = ${row.mostEach}, real_name = ${row.realName}, ladder = ${JSON.stringify(row.ladder)}::jsonb, waiting_list = ${row.waitingList}, transfer = ${row.transfer},
  resale = ${row.resale}, reentry = ${row.reentry}, rename_hours = ${row.renameHours}, groups = ${row.groups}, words = ${row.words}, changed_at = ${at}`
/** False when the id is taken. */
export async function insertShow(tx: Tx, row: Given, by: string, at: Date): Promise<boolean> {
  const made =
    await sql`insert into shows.show (id, page, title, place, city, country, zone, starts_at, ends_at, created_by, created_at, changed_at)
    values (${row.id}, ${row.page}, ${row.title}, ${row.place}, ${row.city}, ${row.country}, ${row.zone}, ${row.startsAt}, ${row.endsAt}, ${by}, ${at}, ${at}) on conflict (id) do nothing`.execute(
      tx,
    )
  if (made.numAffectedRows !== 1n) return false
  await updateShow(tx, row, at)
  return true
}
export async function updateShow(tx: Tx, row: Given, at: Date): Promise<void> {
  await sql`update shows.show set ${values(row, at)}, version = version + 1 where id = ${row.id}`.execute(tx)
  await sql`delete from shows.act where show = ${row.id}`.execute(tx)
  if (row.acts.length > 0)
    await sql`insert into shows.act (show, place, page, name) select ${row.id}, a.n, a.page, a.name
      from unnest(${row.acts.map((_, n) => n + 1)}::int[], ${row.acts.map(act => act.page)}::text[], ${row.acts.map(act => act.name)}::text[]) as a(n, page, name)`.execute(
      tx,
    )
}
export async function setPicture(tx: Tx, id: string, picture: string, at: Date): Promise<void> {
  await sql`update shows.show set picture = ${picture}, changed_at = ${at}, version = version + 1 where id = ${id}`.execute(tx)
}
export async function setHidden(tx: Tx, ids: readonly string[], hidden: boolean): Promise<void> {
  await sql`update shows.show set hidden = ${hidden} where id = any(${[...ids]}::text[])`.execute(tx)
}
export async function setState(
  tx: Tx,
  id: string,
  to: { state: ShowState; hall?: string; reason?: string; by?: string; at: Date },
): Promise<void> {
  await sql`update shows.show set state = ${to.state}, hall = coalesce(${to.hall ?? null}, hall), reason = coalesce(${to.reason ?? null}, reason), closed_by = ${to.by ?? null}::text, changed_at = ${to.at},
    version = version + 1 where id = ${id}`.execute(tx)
}
export async function putOff(
  tx: Tx,
  id: string,
  to: { startsAt: Date; endsAt: Date; doorsAt: Date | null; dateOpen: boolean; askUntil: Date; reason: string; at: Date },
): Promise<void> {
  await sql`update shows.show set state = 'postponed', was_at = coalesce(was_at, starts_at), starts_at = ${to.startsAt}, ends_at = ${to.endsAt}, doors_at = ${to.doorsAt},
    date_open = ${to.dateOpen}, ask_until = ${to.askUntil}, reason = ${to.reason}, changed_at = ${to.at}, version = version + 1 where id = ${id}`.execute(
    tx,
  )
}
/** Shows whose time has come: over, or asked about long enough. */
export async function dueShows(db: Read, now: Date): Promise<{ id: string; over: boolean }[]> {
  const { rows } = await sql<{ id: string; over: boolean }>`
    select id, ends_at <= ${now} and not date_open as over from shows.show
    where (state in ('announced', 'on_sale', 'postponed') and ends_at <= ${now} and not date_open) or (state = 'postponed' and not date_open and ask_until <= ${now}) limit 500`.execute(
    db,
  )
  return rows
}

export type TierRow = {
  id: string
  show: string
  place: number
  name: string
  about: string
  price: bigint
  /** Given: places; null: seats of the sections. */
  places: number | null
  sections: string[] | null
  colour: string | null
  opensAt: Date | null
  closesAt: Date | null
  mostEach: number | null
  secret: boolean
  earlyAt: Date | null
  earlyGroups: string[]
  /** So many hours before opensAt for members of the show's page; 0: with everyone. */
  memberHours: number
  state: 'open' | 'closed'
  offer: string | null
  /** Of the hall, 0 before it is open. */
  capacity: number
  sold: number
  held: number
  free: number
  blocked: number
  /** How many wait, and the least that one of them would take; null: nobody waits. */
  waiting: number
  wait: number | null
}
const tierFields = sql`t.id, t.show, t.place::int as place, t.name, t.about, t.price, t.capacity as places, t.sections, t.colour, t.opens_at as "opensAt", t.closes_at as "closesAt",
  t.most_each::int as "mostEach", t.secret, t.early_at as "earlyAt", t.early_groups as "earlyGroups", t.member_hours::int as "memberHours", t.state, t.offer, coalesce(o.capacity, 0) as capacity,
  coalesce(o.sold, 0) as sold, coalesce(o.held, 0) as held, coalesce(o.free, 0) as free, coalesce(o.blocked, 0) as blocked, w.waiting, w.wait`
const tierTables = sql`shows.tier t join shows.show s on s.id = t.show left join seating.public_pool o on o.hall = s.hall and o.tier = t.id
  left join lateral (select count(*)::int as waiting, min(case when w.fewer then 1 else w.count end)::int as wait from shows.waiting w where w.tier = t.id and w.state = 'waiting') w on true`
export async function tiersOf(db: Read | Tx, shows: readonly string[]): Promise<TierRow[]> {
  const { rows } =
    await sql<TierRow>`select ${tierFields} from ${tierTables} where t.show = any(${[...shows]}::text[]) order by t.show, t.place`.execute(
      db,
    )
  return rows
}
export async function readTiers(db: Read | Tx, ids: readonly string[]): Promise<TierRow[]> {
  const { rows } = await sql<TierRow>`select ${tierFields} from ${tierTables} where t.id = any(${[...ids]}::text[]) order by t.id`.execute(
    db,
  )
  return rows
}
export type GivenTier = Pick<
  TierRow,
  | 'id'
  | 'name'
  | 'about'
  | 'price'
  | 'places'
  | 'sections'
  | 'colour'
  | 'opensAt'
  | 'closesAt'
  | 'mostEach'
  | 'secret'
  | 'earlyAt'
  | 'earlyGroups'
  | 'memberHours'
  | 'state'
>
/** All tiers of a show in their order; those that are not given go. False when an id is another show's. */
export async function saveTiers(tx: Tx, show: string, tiers: readonly GivenTier[]): Promise<boolean> {
  await sql`delete from shows.tier where show = ${show} and id <> all(${tiers.map(tier => tier.id)}::text[])`.execute(tx)
  const rows = tiers.map((tier, n) => ({ ...tier, n: n + 1, price: tier.price.toString() }))
  const made =
    await sql`insert into shows.tier (id, show, place, name, about, price, capacity, sections, colour, opens_at, closes_at, most_each, secret, early_at, early_groups, member_hours, state)
    select id, ${show}, n, name, about, price, places, sections, colour, "opensAt", "closesAt", "mostEach", secret, "earlyAt", "earlyGroups", "memberHours", state
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, n int, name text, about text, price bigint, places int, sections text[], colour text, "opensAt" timestamptz,
      "closesAt" timestamptz, "mostEach" int, secret boolean, "earlyAt" timestamptz, "earlyGroups" text[], "memberHours" int, state text)
    on conflict (id) do update set place = excluded.place, name = excluded.name, about = excluded.about, price = excluded.price, capacity = excluded.capacity,
      sections = excluded.sections, colour = excluded.colour, opens_at = excluded.opens_at, closes_at = excluded.closes_at, most_each = excluded.most_each, secret = excluded.secret,
      early_at = excluded.early_at, early_groups = excluded.early_groups, member_hours = excluded.member_hours, state = excluded.state where tier.show = excluded.show`.execute(
      tx,
    )
  return made.numAffectedRows === BigInt(tiers.length)
}
export async function setOffers(tx: Tx, offers: readonly { tier: string; offer: string }[]): Promise<void> {
  await sql`update shows.tier t set offer = x.offer from unnest(${offers.map(o => o.tier)}::text[], ${offers.map(o => o.offer)}::text[]) as x(tier, offer)
    where t.id = x.tier and t.offer is distinct from x.offer`.execute(tx)
}

export type GroupRow = { id: string; name: string; handle: string }
/** Groups by id; and those a page's editor may choose: the page's own, and where they are a host. */
export async function groupsByIds(db: Read | Tx, ids: readonly string[]): Promise<GroupRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<GroupRow>`select id, name, handle from groups.public_group where id = any(${[...ids]}::text[])`.execute(db)
  return rows
}
export async function groupsOfEditor(db: Read | Tx, page: string, person: string): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    select g.id, g.name, g.handle from groups.public_group g where g.page = ${page}
    union select g.id, g.name, g.handle from groups.public_group g join groups.public_member m on m.group_id = g.id where m.person = ${person} and m.role in ('owner', 'host')
    order by 2 limit 100`.execute(db)
  return rows
}
/** A membership of the page that can be bought now. */
export async function membershipOf(db: Read | Tx, page: string): Promise<{ id: string; title: string } | null> {
  const { rows } = await sql<{ id: string; title: string }>`
    select id, title from services.public_product where page = ${page} and kind = 'membership' and state = 'open' order by id limit 1`.execute(
    db,
  )
  return rows[0] ?? null
}
/** Which of these groups a person is in. */
export async function groupsOfPerson(db: Read | Tx, person: string, groups: readonly string[]): Promise<Set<string>> {
  if (groups.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select group_id as id from groups.public_member where person = ${person} and group_id = any(${[...groups]}::text[])`.execute(db)
  return new Set(rows.map(row => row.id))
}
export async function pagesThere(db: Read | Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{
    id: string
    name: string
  }>`select id, name from people.public_page where id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row.name]))
}
/** The newest version of a map of this venue that shows can use; null: none. */
export async function versionOfMap(db: Read | Tx, map: string, venue: string): Promise<number | null> {
  const { rows } = await sql<{
    version: number
  }>`select version from seating.public_map_version where map = ${map} and venue = ${venue}`.execute(db)
  return rows[0]?.version ?? null
}
