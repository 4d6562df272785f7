/** SQL of partners, of the codes members show them, and of their calls. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PartnerRow = {
  id: string
  group: string
  name: string
  sealed: Buffer
  version: number
  createdAt: Date
  secretAt: Date
  calledAt: Date | null
  endedAt: Date | null
  calls: number
}
const columns = sql`p.id, p.group_id as "group", p.name, p.sealed, p.version, p.created_at as "createdAt", p.secret_at as "secretAt", p.called_at as "calledAt", p.ended_at as "endedAt",
  (select count(*)::int from missions.call c where c.partner = p.id) as calls`

export async function readPartner(db: Read, id: string, lock = false): Promise<PartnerRow | undefined> {
  const { rows } =
    await sql<PartnerRow>`select ${columns} from missions.partner p where p.id = ${id} ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}
export async function listPartners(db: Read, group: string): Promise<PartnerRow[]> {
  const { rows } =
    await sql<PartnerRow>`select ${columns} from missions.partner p where p.group_id = ${group} order by p.created_at desc, p.id desc limit 100`.execute(
      db,
    )
  return rows
}
export async function insertPartner(
  tx: Tx,
  row: { id: string; group: string; name: string; sealed: Buffer; by: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into missions.partner (id, group_id, name, sealed, by, created_at, secret_at) values (${row.id}, ${row.group}, ${row.name}, ${row.sealed}, ${row.by}, ${row.at}, ${row.at})
    on conflict (id) do nothing returning 1`.execute(tx)
  return rows.length > 0
}
export async function renewSecret(tx: Tx, id: string, sealed: Buffer, at: Date): Promise<void> {
  await sql`update missions.partner set sealed = ${sealed}, version = version + 1, secret_at = ${at} where id = ${id}`.execute(tx)
}
export async function endPartner(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update missions.partner set ended_at = ${at} where id = ${id} and ended_at is null`.execute(tx)
}

/** Codes of a person by partner. */
export async function readCodes(db: Read, person: string, partners: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ partner: string; code: string }>`
    select partner, code from missions.member_code where person = ${person} and partner = any(${[...partners]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.partner, row.code]))
}
export async function insertCode(tx: Tx, partner: string, person: string, code: string, at: Date): Promise<void> {
  await sql`insert into missions.member_code (partner, person, code, at) values (${partner}, ${person}, ${code}, ${at}) on conflict do nothing`.execute(
    tx,
  )
}
/** Who showed this code, if they are still a member of the partner's group. */
export async function personByCode(db: Read, partner: string, code: string): Promise<string | undefined> {
  const { rows } = await sql<{ person: string }>`
    select c.person from missions.member_code c join missions.partner p on p.id = c.partner join groups.public_member m on m.group_id = p.group_id and m.person = c.person
    where c.partner = ${partner} and c.code = ${code}`.execute(db)
  return rows[0]?.person
}
/** Takes a message once: `added`, or what its body was before. */
export async function insertCall(
  tx: Tx,
  row: { partner: string; message: string; person: string; body: string; at: Date },
): Promise<'added' | 'repeated' | 'other'> {
  const { rows } = await sql`
    insert into missions.call (partner, message, person, body, at) values (${row.partner}, ${row.message}, ${row.person}, ${row.body}, ${row.at}) on conflict do nothing returning 1`.execute(
    tx,
  )
  if (rows.length > 0) {
    await sql`update missions.partner set called_at = greatest(called_at, ${row.at}) where id = ${row.partner}`.execute(tx)
    return 'added'
  }
  const { rows: before } = await sql<{
    body: string
  }>`select body from missions.call where partner = ${row.partner} and message = ${row.message}`.execute(tx)
  return before[0]?.body === row.body ? 'repeated' : 'other'
}
