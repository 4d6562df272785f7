/** SQL of persons and their sessions. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Locale = 'en' | 'zh'
export type StaffRole = 'operator' | 'finance' | 'reviewer'
export type SessionPerson = {
  id: string
  name: string
  email: string
  locale: Locale
  roles: StaffRole[]
  session: string
  lastSeenAt: Date
  remember: boolean
  /** `email` is then the address they gave, which nobody has proven. */
  guest: boolean
}

/** The person of a session that still holds: not ended, not expired, not banned. */
export async function readSession(db: Read, token: string, now: Date): Promise<SessionPerson | undefined> {
  const { rows } = await sql<SessionPerson>`
    select p.id, p.name, coalesce(p.contact, p.email) as email, p.guest, p.locale, p.roles, s.id as session, s.last_seen_at as "lastSeenAt", s.remember
    from people.session s join people.person p on p.id = s.person
    where s.token = ${token} and s.expires_at > ${now} and p.banned_at is null`.execute(db)
  return rows[0]
}

/** Notes that a session was used; of several requests at once the first does it. */
export async function touchSession(db: Read, session: string, now: Date, ends: Date, unlessSince: Date): Promise<void> {
  await sql`update people.session set last_seen_at = ${now}, expires_at = ${ends} where id = ${session} and last_seen_at < ${unlessSince}`.execute(
    db,
  )
}

export type SessionRow = { id: string; device: string; address: string | null; createdAt: Date; lastSeenAt: Date; expiresAt: Date }
export async function listSessions(db: Read, person: string, now: Date): Promise<SessionRow[]> {
  const { rows } = await sql<SessionRow>`
    select id, coalesce(device, '') as device, nullif(address, '') as address, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt"
    from people.session where person = ${person} and expires_at > ${now} order by last_seen_at desc, id desc limit 200`.execute(db)
  return rows
}

export async function endSession(tx: Tx, person: string, session: string): Promise<boolean> {
  const { rows } = await sql`delete from people.session where id = ${session} and person = ${person} returning id`.execute(tx)
  return rows.length > 0
}

/** Ends all sessions of a person but one (or all); says how many. */
export async function endSessions(tx: Tx, person: string, but: string | null): Promise<number> {
  const { rows } = await sql`delete from people.session where person = ${person} and id is distinct from ${but} returning id`.execute(tx)
  return rows.length
}

export async function endExpiredSessions(tx: Tx, now: Date): Promise<void> {
  await sql`delete from people.session where expires_at < ${now}`.execute(tx)
  await sql`delete from people.verification where expires_at < ${now}`.execute(tx)
}

export async function isBanned(db: Read, person: string): Promise<boolean> {
  const { rows } = await sql<{ banned: boolean }>`select banned_at is not null as banned from people.person where id = ${person}`.execute(
    db,
  )
  return rows[0]?.banned ?? false
}

export async function setBanned(tx: Tx, person: string, at: Date | null): Promise<boolean> {
  const { rows } = await sql`update people.person set banned_at = ${at} where id = ${person} returning id`.execute(tx)
  return rows.length > 0
}

export async function setRoles(tx: Tx, person: string, roles: readonly StaffRole[]): Promise<void> {
  await sql`update people.person set roles = ${roles} where id = ${person}`.execute(tx)
}

export type PersonRow = { id: string; name: string; email: string; guest: boolean; locale: Locale; roles: StaffRole[] }
export async function readPerson(db: Read, id: string): Promise<PersonRow | undefined> {
  const { rows } =
    await sql<PersonRow>`select id, name, coalesce(contact, email) as email, guest, locale, roles from people.person where id = ${id}`.execute(
      db,
    )
  return rows[0]
}

/** The person who signed up with this address, whatever its capitals. */
export async function findPersonByEmail(db: Read, email: string): Promise<PersonRow | undefined> {
  const { rows } =
    await sql<PersonRow>`select id, name, email, guest, locale, roles from people.person where email = ${email.trim().toLowerCase()} and banned_at is null`.execute(
      db,
    )
  return rows[0]
}

export async function emailTaken(db: Read, email: string): Promise<boolean> {
  const { rows } = await sql`select 1 from people.person where email = ${email}`.execute(db)
  return rows.length > 0
}

export async function updatePerson(
  tx: Tx,
  id: string,
  change: { name?: string | undefined; locale?: Locale | undefined; at: Date },
): Promise<void> {
  await sql`update people.person set name = coalesce(${change.name ?? null}, name), locale = coalesce(${change.locale ?? null}, locale), updated_at = ${change.at} where id = ${id}`.execute(
    tx,
  )
}

/** Adds a person with a password; false when the address or the id is taken. */
export async function insertPerson(
  tx: Tx,
  person: {
    id: string
    account: string
    name: string
    email: string
    passwordHash: string
    roles: readonly StaffRole[]
    locale: Locale
    at: Date
  },
): Promise<boolean> {
  const { rows } = await sql`
    with made as (
      insert into people.person (id, name, email, email_verified, locale, roles, created_at, updated_at)
      values (${person.id}, ${person.name}, ${person.email.trim().toLowerCase()}, true, ${person.locale}, ${person.roles}, ${person.at}, ${person.at})
      on conflict do nothing returning id)
    insert into people.account (id, person, account_id, provider_id, password, created_at, updated_at)
    select ${person.account}, id, id, 'credential', ${person.passwordHash}, ${person.at}, ${person.at} from made returning id`.execute(tx)
  return rows.length > 0
}

/** Names of persons and organisations by id, for rooms that show whom something belongs to. */
export async function partyNames(db: Read, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from people.person where id = any(${[...ids]}) union all select id, name from people.organisation where id = any(${[...ids]})`.execute(
    db,
  )
  return new Map(rows.map(row => [row.id, row.name]))
}

export async function countPeople(db: Read): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from people.person`.execute(db)
  return rows[0]!.count
}

/** The operator who was there first; undefined on a planet without one. */
export async function firstOperator(db: Read): Promise<string | undefined> {
  const { rows } = await sql<{
    id: string
  }>`select id from people.person where 'operator' = any(roles) and banned_at is null order by created_at, id limit 1`.execute(db)
  return rows[0]?.id
}

export type DeclaredRow = { bornOn: string | null; region: string | null }
export async function readDeclared(db: Read | Tx, id: string): Promise<DeclaredRow> {
  const found = await sql<DeclaredRow>`select born_on::text as "bornOn", region from people.person where id = ${id}`.execute(db)
  return found.rows[0] ?? { bornOn: null, region: null }
}
/** False when another date was said before. */
export async function setBornOn(tx: Tx, id: string, bornOn: string, at: Date): Promise<boolean> {
  const done =
    await sql`update people.person set born_on = ${bornOn}::date, updated_at = ${at} where id = ${id} and (born_on is null or born_on = ${bornOn}::date) returning id`.execute(
      tx,
    )
  return done.rows.length > 0
}
export async function setRegion(tx: Tx, id: string, region: string | null, at: Date): Promise<void> {
  await sql`update people.person set region = ${region}, updated_at = ${at} where id = ${id}`.execute(tx)
}
