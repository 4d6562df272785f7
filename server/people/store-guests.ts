/** SQL of guests: people who buy without an account. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Locale = 'en' | 'zh'
export type GuestRow = { id: string; name: string; contact: string; locale: Locale; at: Date }

/** `email` has to be there and be one's own: an address of the house that no mail goes to. */
export async function insertGuest(tx: Tx, guest: GuestRow): Promise<void> {
  await sql`
    insert into people.person (id, name, email, email_verified, locale, guest, contact, created_at, updated_at)
    values (${guest.id}, ${guest.name}, ${`${guest.id}@guest.invalid`}, false, ${guest.locale}, true, ${guest.contact}, ${guest.at}, ${guest.at})`.execute(
    tx,
  )
}

export async function renameGuest(tx: Tx, id: string, name: string, at: Date): Promise<void> {
  await sql`update people.person set name = ${name}, updated_at = ${at} where id = ${id} and guest`.execute(tx)
}

const columns = sql`id, name, contact, locale, created_at as at`
export async function readGuest(db: Read, id: string): Promise<GuestRow | undefined> {
  return (await sql<GuestRow>`select ${columns} from people.person where id = ${id} and guest and banned_at is null`.execute(db)).rows[0]
}
export async function lockGuest(tx: Tx, id: string): Promise<GuestRow | undefined> {
  return (await sql<GuestRow>`select ${columns} from people.person where id = ${id} and guest and banned_at is null for update`.execute(tx))
    .rows[0]
}

/** Guests who gave this address, the latest first. */
export async function guestsOfContact(db: Read, contact: string, most: number): Promise<GuestRow[]> {
  const { rows } = await sql<GuestRow>`
    select ${columns} from people.person where contact = ${contact} and guest and banned_at is null order by created_at desc, id desc limit ${most}`.execute(
    db,
  )
  return rows
}

/** The guest (locked) becomes a member under their contact; false when that address belongs to a member. */
export async function makeMember(
  tx: Tx,
  given: { person: string; account: string; passwordHash: string; name: string | null; at: Date },
): Promise<boolean> {
  // Two guests of one address at once: the second waits here and then finds it taken.
  await sql`select pg_advisory_xact_lock(hashtextextended('people.contact:' || contact, 0)) from people.person where id = ${given.person}`.execute(
    tx,
  )
  const { rows } = await sql`
    with made as (
      update people.person p set email = p.contact, contact = null, guest = false, email_verified = true, name = coalesce(${given.name}, p.name), updated_at = ${given.at}
      where p.id = ${given.person} and p.guest and not exists (select from people.person o where o.email = p.contact) returning p.id)
    insert into people.account (id, person, account_id, provider_id, password, created_at, updated_at)
    select ${given.account}, id, id, 'credential', ${given.passwordHash}, ${given.at}, ${given.at} from made returning id`.execute(tx)
  return rows.length > 0
}

export async function insertSession(
  tx: Tx,
  session: { id: string; person: string; token: string; expiresAt: Date; at: Date; address: string; device: string },
): Promise<void> {
  await sql`
    insert into people.session (id, person, token, expires_at, created_at, last_seen_at, remember, address, device)
    values (${session.id}, ${session.person}, ${session.token}, ${session.expiresAt}, ${session.at}, ${session.at}, true, ${session.address}, ${session.device})`.execute(
    tx,
  )
}
