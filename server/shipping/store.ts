/** All SQL of addresses and parcels. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type ParcelState = 'to_pack' | 'sent' | 'arrived' | 'returned' | 'cancelled'
/** Where something goes. */
export type Place = { name: string; phone: string; country: string; region: string; city: string; line: string; postcode: string }
export type AddressRow = Place & { id: string; person: string; usual: boolean }
export type ParcelRow = {
  id: string
  purpose: 'reward' | 'order'
  subject: string
  sender: string
  person: string
  personName: string
  title: string
  quantity: number
  address: Place | null
  state: ParcelState
  carrier: string | null
  tracking: string | null
  createdAt: Date
  sentAt: Date | null
  closedAt: Date | null
  steps: { state: ParcelState; note: string; at: string }[]
}

const addressColumns = sql`id, person, name, phone, country, region, city, line, postcode, usual`
export async function listAddresses(db: Read, person: string): Promise<AddressRow[]> {
  const { rows } = await sql<AddressRow>`
    select ${addressColumns} from shipping.address where person = ${person} order by usual desc, created_at desc, id desc`.execute(db)
  return rows
}
export async function readAddress(db: Read, id: string): Promise<AddressRow | undefined> {
  const { rows } = await sql<AddressRow>`select ${addressColumns} from shipping.address where id = ${id}`.execute(db)
  return rows[0]
}
/** One change of a person's book at a time. */
export async function lockBook(tx: Tx, person: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('shipping:' || ${person}, 0))`.execute(tx)
}
export async function saveAddress(tx: Tx, row: AddressRow, at: Date): Promise<void> {
  if (row.usual) await sql`update shipping.address set usual = false where person = ${row.person} and usual and id <> ${row.id}`.execute(tx)
  await sql`
    insert into shipping.address (id, person, name, phone, country, region, city, line, postcode, usual, created_at, changed_at)
    values (${row.id}, ${row.person}, ${row.name}, ${row.phone}, ${row.country}, ${row.region}, ${row.city}, ${row.line}, ${row.postcode}, ${row.usual}, ${at}, ${at})
    on conflict (id) do update set name = excluded.name, phone = excluded.phone, country = excluded.country, region = excluded.region, city = excluded.city,
      line = excluded.line, postcode = excluded.postcode, usual = excluded.usual, changed_at = excluded.changed_at`.execute(tx)
}
export async function deleteAddress(tx: Tx, person: string, id: string): Promise<boolean> {
  const { rows } = await sql<{
    usual: boolean
  }>`delete from shipping.address where id = ${id} and person = ${person} returning usual`.execute(tx)
  if (rows[0]?.usual === true)
    await sql`update shipping.address set usual = true
      where id = (select id from shipping.address where person = ${person} order by created_at desc, id desc limit 1)`.execute(tx)
  return rows.length > 0
}

const parcelColumns: RawBuilder<unknown> = sql`p.id, p.purpose, p.subject, p.sender, p.person, n.name as "personName", p.title, p.quantity, p.address, p.state, p.carrier,
  p.tracking, p.created_at as "createdAt", p.sent_at as "sentAt", p.closed_at as "closedAt",
  (select coalesce(json_agg(json_build_object('state', s.state, 'note', s.note, 'at', to_char(s.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by s.place), '[]')
    from shipping.step s where s.parcel = p.id) as steps`
const parcelTables = sql`shipping.parcel p join people.public_party n on n.id = p.person`

export async function readParcel(db: Read, id: string): Promise<ParcelRow | undefined> {
  const { rows } = await sql<ParcelRow>`select ${parcelColumns} from ${parcelTables} where p.id = ${id}`.execute(db)
  return rows[0]
}
export type Locked = Pick<ParcelRow, 'id' | 'purpose' | 'subject' | 'sender' | 'person' | 'state' | 'carrier' | 'tracking'>
/** Locks parcels in the order of their ids. */
export async function lockParcels(tx: Tx, ids: readonly string[]): Promise<Locked[]> {
  const { rows } = await sql<Locked>`
    select id, purpose, subject, sender, person, state, carrier, tracking from shipping.parcel where id = any(${[...ids]}::text[]) order by id for update`.execute(
    tx,
  )
  return rows
}
export async function lockParcelOf(tx: Tx, purpose: string, subject: string): Promise<Locked | undefined> {
  const { rows } = await sql<Locked>`
    select id, purpose, subject, sender, person, state, carrier, tracking from shipping.parcel where purpose = ${purpose} and subject = ${subject} for update`.execute(
    tx,
  )
  return rows[0]
}
export type NewParcel = Pick<ParcelRow, 'id' | 'purpose' | 'subject' | 'sender' | 'person' | 'title' | 'quantity'> & {
  address: Place
  at: Date
}
export async function insertParcels(tx: Tx, parcels: readonly NewParcel[]): Promise<void> {
  const rows = JSON.stringify(parcels)
  await sql`
    insert into shipping.parcel (id, purpose, subject, sender, person, title, quantity, address, created_at, changed_at)
    select id, purpose, subject, sender, person, title, quantity, address, at, at
    from jsonb_to_recordset(${rows}::jsonb) as x(id text, purpose text, subject text, sender text, person text, title text, quantity int, address jsonb, at timestamptz)`.execute(
    tx,
  )
  await sql`
    insert into shipping.step (parcel, state, at)
    select id, 'to_pack', at from jsonb_to_recordset(${rows}::jsonb) as x(id text, at timestamptz)`.execute(tx)
}
/** The caller holds its lock and knows that the step is one that can be taken. */
export async function moveParcel(
  tx: Tx,
  id: string,
  to: { state: ParcelState; note?: string; by: string | null; carrier?: string; tracking?: string },
  at: Date,
): Promise<void> {
  const closes = to.state === 'arrived' || to.state === 'cancelled'
  await sql`
    update shipping.parcel set state = ${to.state}, changed_at = ${at}, closed_at = ${closes ? at : null}::timestamptz,
      sent_at = case when ${to.state} = 'sent' then ${at}::timestamptz else sent_at end,
      carrier = coalesce(${to.carrier ?? null}, carrier), tracking = coalesce(${to.tracking ?? null}, tracking)
    where id = ${id}`.execute(tx)
  await sql`insert into shipping.step (parcel, state, note, by, at) values (${id}, ${to.state}, ${to.note ?? ''}, ${to.by}, ${at})`.execute(
    tx,
  )
}
/** Another number for one that is on its way already. */
export async function renumber(tx: Tx, id: string, carrier: string, tracking: string, at: Date): Promise<void> {
  await sql`update shipping.parcel set carrier = ${carrier}, tracking = ${tracking}, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function readdress(tx: Tx, id: string, address: Place, at: Date): Promise<void> {
  await sql`update shipping.parcel set address = ${JSON.stringify(address)}::jsonb, changed_at = ${at} where id = ${id}`.execute(tx)
}

export async function refill(
  tx: Tx,
  purpose: string,
  subject: string,
  { title, quantity }: { title: string; quantity: number },
  at: Date,
): Promise<void> {
  await sql`update shipping.parcel set title = ${title}, quantity = ${quantity}, changed_at = ${at} where purpose = ${purpose} and subject = ${subject} and state in ('to_pack', 'returned')`.execute(
    tx,
  )
}

export async function listParcels(
  db: Read,
  sender: string,
  state: ParcelState,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ParcelRow[]> {
  const { rows } = await sql<ParcelRow>`
    select ${parcelColumns} from ${parcelTables} where p.sender = ${sender} and p.state = ${state}
      ${after === undefined ? sql`` : sql`and (p.created_at, p.id) > (${after[0]}, ${after[1]})`}
    order by p.created_at, p.id limit ${limit}`.execute(db)
  return rows
}
export async function countParcels(db: Read, sender: string): Promise<{ to_pack: number; sent: number; returned: number }> {
  const { rows } = await sql<{ to_pack: number; sent: number; returned: number }>`
    select count(*) filter (where state = 'to_pack')::int as to_pack, count(*) filter (where state = 'sent')::int as sent,
      count(*) filter (where state = 'returned')::int as returned
    from shipping.parcel where sender = ${sender} and state in ('to_pack', 'sent', 'returned')`.execute(db)
  return rows[0]!
}
/** On their way for longer than that, oldest first. */
export async function longSent(db: Read, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from shipping.parcel where state = 'sent' and sent_at < ${before} order by sent_at limit ${limit}`.execute(db)
  return rows.map(row => row.id)
}
/** Where parcels went is nobody's business any more when all was done that long ago. */
export async function forgetAddresses(tx: Tx, before: Date, at: Date): Promise<number> {
  const done = await sql`
    update shipping.parcel set address = null, forgotten_at = ${at} where closed_at < ${before} and forgotten_at is null`.execute(tx)
  return Number(done.numAffectedRows ?? 0)
}
