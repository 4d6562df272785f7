/** SQL of bookings: taking a time, what pays for it, what happened to it. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { BillLine } from './prices.ts'
import type { Kind as ResourceKind, Rung } from './store.ts'

export type State = 'asked' | 'accepted' | 'pending' | 'confirmed' | 'arrived' | 'done' | 'no_show' | 'declined' | 'cancelled' | 'expired'
export type Purpose = 'first' | 'rest' | 'extend'
export type BookingRow = {
  id: string
  resource: string
  no: number
  page: string
  kind: 'order' | 'ask' | 'walk_in' | 'block'
  person: string | null
  personName: string | null
  order: string | null
  state: State
  startsAt: Date
  endsAt: Date
  takenFrom: Date
  takenTo: Date
  people: number
  name: string
  note: string
  answer: string
  currency: string
  amount: bigint
  atPlace: bigint
  bill: (Omit<BillLine, 'amount'> & { amount: string })[]
  ladder: Rung[]
  authors: number
  until: Date | null
  code: string
  request: string | null
  version: number
  createdAt: Date
  changedAt: Date
  arrivedAt: Date | null
  closedAt: Date | null
  title: string
  resourceKind: ResourceKind
  place: string
  address: string
  city: string
  zone: string
  picture: string | null
  accent: string | null
  noShow: number | null
  deposit: number
  pageName: string
  offer: string | null
  /** What orders cover of the price; what was really paid by them, less what went back. */
  covered: bigint
  paid: bigint
  songs: number
}

const columns: RawBuilder<unknown> = sql`b.id, b.resource, b.no, b.page, b.kind, b.person, (select name from people.public_party where id = b.person) as "personName",
  b."order", b.state, b.starts_at as "startsAt", b.ends_at as "endsAt", lower(b.taken) as "takenFrom", upper(b.taken) as "takenTo", b.people, b.name, b.note, b.answer,
  b.currency, b.amount, b.at_place as "atPlace", b.bill, b.ladder, b.authors, b.until, b.code, b.request, b.version, b.created_at as "createdAt", b.changed_at as "changedAt",
  b.arrived_at as "arrivedAt", b.closed_at as "closedAt",
  r.title, r.kind as "resourceKind", r.place, r.address, r.city, r.zone, r.pictures[1] as picture, (select accent from media.public_image where asset = r.pictures[1]) as accent,
  r.no_show as "noShow", r.deposit, p.name as "pageName",
  (select o.id from shop.public_offer o where o.kind = 'booking' and o.subject = r.id and o.state = 'open' limit 1) as offer,
  (select coalesce(sum(c.amount), 0)::int8 from bookings.charge c where c.booking = b.id and c.state = 'paid') as covered,
  (select coalesce(sum(l.amount - l.refunded), 0)::int8 from bookings.charge c join shop.public_line l on l.id = c.line
    where c.booking = b.id and l.state in ('held', 'settled')) as paid,
  (select count(*)::int from bookings.song s where s.booking = b.id and s.state = 'sung') as songs`
const tables = sql`bookings.booking b join bookings.resource r on r.id = b.resource join people.public_page p on p.id = b.page`
/** States in which a time is nobody else's. */
export const live = ['accepted', 'pending', 'confirmed', 'arrived', 'done', 'no_show'] as const
const isLive = sql`('accepted', 'pending', 'confirmed', 'arrived', 'done', 'no_show')`

export async function readBooking(db: Read | Tx, id: string): Promise<BookingRow | undefined> {
  const { rows } = await sql<BookingRow>`select ${columns} from ${tables} where b.id = ${id}`.execute(db)
  return rows[0]
}
export async function readBookings(db: Read | Tx, ids: readonly string[]): Promise<Map<string, BookingRow>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<BookingRow>`select ${columns} from ${tables} where b.id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
export async function resourcesOfBookings(db: Read | Tx, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{
    resource: string
  }>`select distinct resource from bookings.booking where id = any(${[...ids]}::text[])`.execute(db)
  return rows.map(row => row.resource)
}
export async function bookingsOfPerson(
  db: Read,
  person: string,
  when: 'coming' | 'past',
  now: Date,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<BookingRow[]> {
  const coming = when === 'coming'
  const { rows } = await sql<BookingRow>`
    select ${columns} from ${tables} where b.person = ${person} and b.kind in ('order', 'ask')
      and ${coming ? sql`b.ends_at > ${now} and b.state in ('asked', 'accepted', 'pending', 'confirmed', 'arrived')` : sql`(b.ends_at <= ${now} or b.state in ('done', 'no_show', 'declined', 'cancelled')) and b.state <> 'expired'`}
      ${after === null ? sql`` : coming ? sql`and (b.starts_at, b.id) > (${after.at}, ${after.id})` : sql`and (b.starts_at, b.id) < (${after.at}, ${after.id})`}
    order by ${coming ? sql`b.starts_at, b.id` : sql`b.starts_at desc, b.id desc`} limit ${limit}`.execute(db)
  return rows
}
export async function bookingsOfPage(
  db: Read,
  page: string,
  wanted: { state: string | null; q: string | null },
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<BookingRow[]> {
  const like = wanted.q === null ? null : `%${wanted.q.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<BookingRow>`
    select ${columns} from ${tables} where b.page = ${page} and b.kind <> 'block' ${wanted.state === null ? sql`and b.state <> 'expired'` : sql`and b.state = ${wanted.state}`}
      ${like === null ? sql`` : sql`and (b.code ilike ${like} or b.name ilike ${like} or exists (select from people.public_party q where q.id = b.person and q.name ilike ${like}))`}
      ${after === null ? sql`` : sql`and (b.starts_at, b.id) < (${after.at}, ${after.id})`}
    order by b.starts_at desc, b.id desc limit ${limit}`.execute(db)
  return rows
}
/** Everything that lies on these resources between two moments, asks too. */
export async function bookingsBetween(db: Read, resources: readonly string[], from: Date, to: Date): Promise<BookingRow[]> {
  const { rows } = await sql<BookingRow>`
    select ${columns} from ${tables} where b.resource = any(${[...resources]}::text[]) and b.taken && tstzrange(${from}, ${to})
      and (b.state in ${isLive} or b.state = 'asked') order by b.starts_at, b.id limit 2000`.execute(db)
  return rows
}
export async function bookingByCode(db: Read | Tx, page: string, code: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from bookings.booking where page = ${page} and code = ${code}`.execute(db)
  return rows[0]?.id
}
export async function togetherWith(db: Read | Tx, row: Pick<BookingRow, 'id' | 'order'>): Promise<{ id: string; title: string }[]> {
  if (row.order === null) return []
  const { rows } = await sql<{ id: string; title: string }>`
    select b.id, r.title from bookings.booking b join bookings.resource r on r.id = b.resource
    where b."order" = ${row.order} and b.id <> ${row.id} order by r.title, b.id limit 20`.execute(db)
  return rows
}

export type Taken = { resource: string; from: Date; to: Date }
/** When these resources cannot be had, by what was booked, blocked or stands in calendars outside; without bookings of these ids. */
export async function takenBetween(
  db: Read | Tx,
  resources: readonly string[],
  from: Date,
  to: Date,
  except: readonly string[] = [],
): Promise<Taken[]> {
  if (resources.length === 0) return []
  const { rows } = await sql<Taken>`
    select b.resource, lower(b.taken) as "from", upper(b.taken) as "to" from bookings.booking b
      where b.resource = any(${[...resources]}::text[]) and b.taken && tstzrange(${from}, ${to}) and b.state in ${isLive} and b.id <> all(${[...except]}::text[])
    union all
    select u.resource, lower(u.during), upper(u.during) from bookings.busy u where u.resource = any(${[...resources]}::text[]) and u.during && tstzrange(${from}, ${to})`.execute(
    db,
  )
  return rows
}
export async function isFree(tx: Tx, resource: string, from: Date, to: Date, except: string): Promise<boolean> {
  return (await takenBetween(tx, [resource], from, to, [except])).length === 0
}

export type NewBooking = {
  id: string
  resource: string
  no: number
  page: string
  kind: BookingRow['kind']
  person: string | null
  order: string | null
  state: State
  startsAt: Date
  endsAt: Date
  takenFrom: Date
  takenTo: Date
  people: number
  name: string
  note: string
  currency: string
  amount: bigint
  bill: readonly BillLine[]
  ladder: readonly Rung[]
  authors: number
  until: Date | null
  code: string
  request: string | null
}
export const billJson = (lines: readonly BillLine[]): unknown => lines.map(line => ({ ...line, amount: line.amount.toString() }))
/** Those that could be taken, in one statement: what somebody else has, or what a calendar outside blocks, is left out. The caller holds the locks of the resources. */
export async function insertBookings(tx: Tx, rows: readonly NewBooking[], at: Date): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const given = rows.map(row => ({ ...row, amount: row.amount.toString(), bill: billJson(row.bill) }))
  const made = await sql<{ id: string }>`
    insert into bookings.booking (id, resource, no, page, kind, person, "order", state, starts_at, ends_at, taken, people, name, note, currency, amount, bill, ladder, authors, until,
      code, request, arrived_at, created_at, changed_at)
    select id, resource, no, page, kind, person, "order", state, "startsAt", "endsAt", tstzrange("takenFrom", "takenTo"), people, name, note, currency, amount, bill, ladder, authors,
      until, code, request, case when state = 'arrived' then ${at}::timestamptz end, ${at}, ${at}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as x(id text, resource text, no integer, page text, kind text, person text, "order" text, state text,
      "startsAt" timestamptz, "endsAt" timestamptz, "takenFrom" timestamptz, "takenTo" timestamptz, people smallint, name text, note text, currency text, amount bigint, bill jsonb,
      ladder jsonb, authors smallint, until timestamptz, code text, request text)
    where not exists (select from bookings.busy u where u.resource = x.resource and u.during && tstzrange(x."takenFrom", x."takenTo"))
    order by no, "startsAt", id
    on conflict do nothing returning id`.execute(tx)
  return new Set(made.rows.map(row => row.id))
}
/** Changes of one booking whose resource is locked; calendars hear of it by its version. */
export async function changeBooking(
  tx: Tx,
  id: string,
  to: Partial<
    Pick<
      BookingRow,
      | 'state'
      | 'resource'
      | 'no'
      | 'startsAt'
      | 'endsAt'
      | 'takenFrom'
      | 'takenTo'
      | 'amount'
      | 'atPlace'
      | 'answer'
      | 'until'
      | 'order'
      | 'arrivedAt'
    >
  > & {
    bill?: readonly BillLine[]
    closed?: boolean
  },
  at: Date,
): Promise<void> {
  const set = [
    sql`version = version + 1`,
    sql`changed_at = ${at}`,
    ...(to.state === undefined ? [] : [sql`state = ${to.state}`]),
    ...(to.resource === undefined ? [] : [sql`resource = ${to.resource}, no = ${to.no}`]),
    ...(to.startsAt === undefined ? [] : [sql`starts_at = ${to.startsAt}`]),
    ...(to.endsAt === undefined ? [] : [sql`ends_at = ${to.endsAt}`]),
    ...(to.takenFrom === undefined ? [] : [sql`taken = tstzrange(${to.takenFrom}, ${to.takenTo})`]),
    ...(to.amount === undefined ? [] : [sql`amount = ${to.amount}`]),
    ...(to.atPlace === undefined ? [] : [sql`at_place = ${to.atPlace}`]),
    ...(to.answer === undefined ? [] : [sql`answer = ${to.answer}`]),
    ...(to.until === undefined ? [] : [sql`until = ${to.until}`]),
    ...(to.order === undefined ? [] : [sql`"order" = ${to.order}`]),
    ...(to.arrivedAt === undefined ? [] : [sql`arrived_at = ${to.arrivedAt}`]),
    ...(to.bill === undefined ? [] : [sql`bill = ${JSON.stringify(billJson(to.bill))}::jsonb`]),
    ...(to.closed === undefined ? [] : [sql`closed_at = ${at}`]),
  ]
  await sql`update bookings.booking set ${sql.join(set)} where id = ${id}`.execute(tx)
}

export type ChargeRow = {
  line: string
  booking: string
  purpose: Purpose
  amount: bigint
  until: Date | null
  adds: bigint
  bill: (Omit<BillLine, 'amount'> & { amount: string })[]
  state: 'waiting' | 'paid' | 'freed' | 'refunded'
}
const charge = sql`line, booking, purpose, amount, until, adds, bill, state`
export async function readCharges(db: Read | Tx, lines: readonly string[]): Promise<Map<string, ChargeRow>> {
  if (lines.length === 0) return new Map()
  const { rows } = await sql<ChargeRow>`select ${charge} from bookings.charge where line = any(${[...lines]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.line, row]))
}
export async function chargesOf(db: Read | Tx, booking: string): Promise<ChargeRow[]> {
  const { rows } = await sql<ChargeRow>`select ${charge} from bookings.charge where booking = ${booking} order by at, line`.execute(db)
  return rows
}
/** Gives the lines that are new; a booking's rest, or an extension that waits, is there once. */
export async function insertCharges(
  tx: Tx,
  rows: readonly {
    line: string
    booking: string
    purpose: Purpose
    amount: bigint
    until: Date | null
    adds: bigint
    bill: readonly BillLine[]
  }[],
  at: Date,
): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  // The checkout may let a line go and try it again in the same order.
  await sql`delete from bookings.charge where line = any(${rows.map(row => row.line)}::text[]) and state = 'freed'`.execute(tx)
  const given = rows.map(row => ({ ...row, amount: row.amount.toString(), adds: row.adds.toString(), bill: billJson(row.bill) }))
  const made = await sql<{ line: string }>`
    insert into bookings.charge (line, booking, purpose, amount, until, adds, bill, at)
    select line, booking, purpose, amount, until, adds, bill, ${at} from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as x(line text, booking text, purpose text, amount bigint, until timestamptz, adds bigint, bill jsonb)
    on conflict do nothing returning line`.execute(tx)
  return new Set(made.rows.map(row => row.line))
}
export async function setCharges(tx: Tx, lines: readonly string[], state: ChargeRow['state']): Promise<void> {
  await sql`update bookings.charge set state = ${state} where line = any(${[...lines]}::text[])`.execute(tx)
}

/** Lines that paid for it and have something left to give back; only of those is money refunded. */
export async function paidLines(db: Read | Tx, booking: string): Promise<{ line: string; left: bigint }[]> {
  const { rows } = await sql<{ line: string; left: bigint }>`
    select c.line, l.amount - l.refunded as left from bookings.charge c join shop.public_line l on l.id = c.line
    where c.booking = ${booking} and l.state in ('held', 'settled') and l.amount > l.refunded order by c.line`.execute(db)
  return rows
}

/** Keeps what a desk asked under a key; gives the request that was there before, if one was. */
export async function askedOnce(tx: Tx, row: { key: string; booking: string; request: string }, at: Date): Promise<string | undefined> {
  const made = await sql`
    insert into bookings.asked (key, booking, request, at) values (${row.key}, ${row.booking}, ${row.request}, ${at}) on conflict (key) do nothing`.execute(
    tx,
  )
  if (made.numAffectedRows === 1n) return undefined
  const { rows } = await sql<{ request: string }>`select request from bookings.asked where key = ${row.key}`.execute(tx)
  return rows[0]!.request
}

export type Noted = { booking: string; what: string; note?: string; by?: string | null }
export async function noteEvents(tx: Tx, events: readonly Noted[], at: Date): Promise<void> {
  if (events.length === 0) return
  await sql`
    insert into bookings.event (booking, what, note, by, at)
    select * , ${at}::timestamptz from unnest(${events.map(e => e.booking)}::text[], ${events.map(e => e.what)}::text[], ${events.map(e => e.note ?? '')}::text[], ${events.map(e => e.by ?? null)}::text[])`.execute(
    tx,
  )
}
export async function listEvents(db: Read | Tx, booking: string): Promise<{ what: string; note: string; at: Date }[]> {
  const { rows } = await sql<{
    what: string
    note: string
    at: Date
  }>`select what, note, at from bookings.event where booking = ${booking} order by place limit 100`.execute(db)
  return rows
}
/** What the clock does: bookings that are over, nobody came to, were not answered or not paid in time. */
export async function dueBookings(db: Read, now: Date, limit: number): Promise<{ id: string; what: 'done' | 'no_show' | 'expired' }[]> {
  const { rows } = await sql<{ id: string; what: 'done' | 'no_show' | 'expired' }>`
    select b.id, 'expired' as what from bookings.booking b where b.state in ('asked', 'accepted') and b.until <= ${now}
    union all
    select b.id, case when b.state = 'confirmed' and b.kind <> 'block' and r.no_show is not null and b.starts_at + make_interval(mins => r.no_show) < b.ends_at then 'no_show' else 'done' end
    from bookings.booking b join bookings.resource r on r.id = b.resource
    where b.state in ('confirmed', 'arrived') and (b.ends_at <= ${now}
      or (b.state = 'confirmed' and b.kind <> 'block' and r.no_show is not null and b.starts_at + make_interval(mins => r.no_show) <= ${now}))
    limit ${limit}`.execute(db)
  return rows
}
