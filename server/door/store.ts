/** SQL of doors and devices. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

/** What a person may do at the doors of a page’s shows: owners and managers everything, people of the door let in. */
export async function rightsAt(db: Read | Tx, page: string, person: string): Promise<{ keep: boolean; manage: boolean }> {
  const { rows } = await sql<{ manage: boolean; keep: boolean }>`
    select exists (select from people.public_page_editor where page = ${page} and person = ${person}) as manage,
      exists (select from people.public_page p join people.public_member m on m.organisation = p.owner where p.id = ${page} and m.person = ${person} and m.role in ('owner', 'manager', 'door')) as keep`.execute(
    db,
  )
  const { manage, keep } = rows[0]!
  return { manage, keep: keep || manage }
}
/** Shows of pages whose door one may keep: those that go on or come, soonest first; then what is over since that moment. */
export async function showsAtDoor(db: Read, person: string, from: Date, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from shows.public_show s where s.ends_at > ${from} and s.state <> 'draft' and s.page in (
      select page from people.public_page_editor where person = ${person}
      union select p.id from people.public_page p join people.public_member m on m.organisation = p.owner where m.person = ${person} and m.role in ('owner', 'manager', 'door'))
    order by s.ends_at <= ${now}, s.starts_at, s.id limit 200`.execute(db)
  return rows.map(row => row.id)
}

export type DoorRow = { id: string; show: string; name: string }
export async function doorsOf(db: Read | Tx, show: string): Promise<DoorRow[]> {
  return (await sql<DoorRow>`select id, show, name from door.door where show = ${show} and removed_at is null order by name`.execute(db))
    .rows
}
export async function readDoor(db: Read | Tx, id: string): Promise<(DoorRow & { removed: boolean }) | undefined> {
  const { rows } = await sql<
    DoorRow & { removed: boolean }
  >`select id, show, name, removed_at is not null as removed from door.door where id = ${id}`.execute(db)
  return rows[0]
}
/** False: someone has this name. */
export async function putDoorRow(tx: Tx, row: DoorRow & { by: string; at: Date }): Promise<boolean> {
  const taken =
    await sql`select 1 from door.door where show = ${row.show} and name = ${row.name} and removed_at is null and id <> ${row.id}`.execute(
      tx,
    )
  if (taken.rows.length > 0) return false
  const { rows } = await sql`
    insert into door.door (id, show, name, created_by, created_at) values (${row.id}, ${row.show}, ${row.name}, ${row.by}, ${row.at})
    on conflict (id) do update set name = excluded.name where door.show = excluded.show and door.removed_at is null returning id`.execute(
    tx,
  )
  return rows.length > 0
}
export async function removeDoor(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`with d as (update door.device set door = null where door = ${id})
    update door.door set removed_at = coalesce(removed_at, ${at}) where id = ${id}`.execute(tx)
}

export type DeviceRow = {
  id: string
  show: string
  door: string | null
  doorName: string | null
  name: string
  person: string | null
  personName: string | null
  madeBy: string
  codeUntil: Date | null
  browserHash: string | null
  enteredAt: Date | null
  seenAt: Date | null
  waiting: number
  revokedAt: Date | null
  scans: number
}
const device: RawBuilder<unknown> = sql`v.id, v.show, v.door, d.name as "doorName", v.name, v.person, p.name as "personName", v.made_by as "madeBy", v.code_until as "codeUntil",
  v.browser_hash as "browserHash", v.entered_at as "enteredAt", v.seen_at as "seenAt", v.waiting, v.revoked_at as "revokedAt"`
const tables: RawBuilder<unknown> = sql`door.device v left join door.door d on d.id = v.door left join people.public_party p on p.id = v.person`

export async function devicesOf(db: Read, show: string): Promise<DeviceRow[]> {
  const { rows } = await sql<DeviceRow>`
    select ${device}, (select count(*)::int from door.scan s where s.device = v.id) as scans from ${tables} where v.show = ${show} order by v.revoked_at is not null, v.created_at limit 200`.execute(
    db,
  )
  return rows
}
type By = { id: string } | { token: string } | { code: string }
export async function findDevice(db: Read | Tx, by: By): Promise<DeviceRow | undefined> {
  const which = 'id' in by ? sql`v.id = ${by.id}` : 'token' in by ? sql`v.token_hash = ${by.token}` : sql`v.code_hash = ${by.code}`
  return (await sql<DeviceRow>`select ${device}, 0 as scans from ${tables} where ${which}`.execute(db)).rows[0]
}
export async function insertDevice(
  tx: Tx,
  row: {
    id: string
    show: string
    door: string | null
    name: string
    person: string | null
    madeBy: string
    codeHash: string | null
    codeUntil: Date | null
    tokenHash: string
    at: Date
  },
): Promise<boolean> {
  const { rows } = await sql`
    insert into door.device (id, show, door, name, person, made_by, code_hash, code_until, token_hash, created_at, entered_at)
    values (${row.id}, ${row.show}, ${row.door}, ${row.name}, ${row.person}, ${row.madeBy}, ${row.codeHash}, ${row.codeUntil}, ${row.tokenHash}, ${row.at},
      ${row.person === null ? null : row.at}) on conflict do nothing returning id`.execute(tx)
  return rows.length > 0
}
/** The first browser that says the code has it. */
export async function takeCode(tx: Tx, id: string, browser: string, at: Date): Promise<boolean> {
  const { rows } = await sql`
    update door.device set browser_hash = ${browser}, entered_at = coalesce(entered_at, ${at}) where id = ${id} and (browser_hash is null or browser_hash = ${browser}) returning id`.execute(
    tx,
  )
  return rows.length > 0
}
export async function revokeDevice(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update door.device set revoked_at = coalesce(revoked_at, ${at}) where id = ${id}`.execute(tx)
}
export async function seeDevice(
  tx: Tx,
  id: string,
  seen: { at: Date; offset: number; waiting: number; door: string | null },
): Promise<void> {
  await sql`update door.device set seen_at = ${seen.at}, offset_ms = ${seen.offset}, waiting = ${seen.waiting}, door = coalesce(${seen.door}, door) where id = ${id}`.execute(
    tx,
  )
}
