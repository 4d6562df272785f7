/** SQL of organisations and their members. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type OrgRole = 'owner' | 'manager' | 'finance' | 'door'
export type OrgKind = 'label' | 'agency' | 'venue' | 'brand' | 'studio' | 'other'
export type OrganisationRow = { id: string; name: string; kind: OrgKind; role: OrgRole | null; members: number }
export type MemberRow = { person: string; name: string; email: string; role: OrgRole; since: Date }

export async function listOrganisations(db: Read, person: string): Promise<OrganisationRow[]> {
  const { rows } = await sql<OrganisationRow>`
    select o.id, o.name, o.kind, m.role, (select count(*) from people.member where organisation = o.id)::int as members
    from people.member m join people.organisation o on o.id = m.organisation where m.person = ${person} order by o.name, o.id limit 500`.execute(
    db,
  )
  return rows
}

/** An organisation as a person sees it; their role is null when they do not belong to it. */
export async function readOrganisation(db: Read, id: string, person: string): Promise<OrganisationRow | undefined> {
  const { rows } = await sql<OrganisationRow>`
    select o.id, o.name, o.kind, (select role from people.member where organisation = o.id and person = ${person}) as role,
      (select count(*) from people.member where organisation = o.id)::int as members
    from people.organisation o where o.id = ${id}`.execute(db)
  return rows[0]
}

/** Everyone who changes who belongs to an organisation, or its roles, takes this first: two owners cannot both leave at once. */
export async function lockOrganisation(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await sql`select id from people.organisation where id = ${id} for update`.execute(tx)
  return rows.length > 0
}

/** False when the id is taken. */
export async function insertOrganisation(tx: Tx, organisation: { id: string; name: string; kind: OrgKind; at: Date }): Promise<boolean> {
  const { rows } = await sql`
    insert into people.organisation (id, name, kind, created_at) values (${organisation.id}, ${organisation.name}, ${organisation.kind}, ${organisation.at})
    on conflict do nothing returning id`.execute(tx)
  return rows.length > 0
}

export async function renameOrganisation(tx: Tx, id: string, name: string): Promise<void> {
  await sql`update people.organisation set name = ${name} where id = ${id}`.execute(tx)
}

export async function roleIn(db: Read, organisation: string, person: string): Promise<OrgRole | null> {
  const { rows } = await sql<{
    role: OrgRole
  }>`select role from people.member where organisation = ${organisation} and person = ${person}`.execute(db)
  return rows[0]?.role ?? null
}

export async function listMembers(db: Read, organisation: string): Promise<MemberRow[]> {
  const { rows } = await sql<MemberRow>`
    select m.person, p.name, p.email, m.role, m.since from people.member m join people.person p on p.id = m.person
    where m.organisation = ${organisation} order by m.since, m.person limit 1000`.execute(db)
  return rows
}

export async function readMember(db: Read, organisation: string, person: string): Promise<MemberRow | undefined> {
  const { rows } = await sql<MemberRow>`
    select m.person, p.name, p.email, m.role, m.since from people.member m join people.person p on p.id = m.person
    where m.organisation = ${organisation} and m.person = ${person}`.execute(db)
  return rows[0]
}

/** False when the person belongs to it already. */
export async function insertMember(tx: Tx, member: { organisation: string; person: string; role: OrgRole; at: Date }): Promise<boolean> {
  const { rows } = await sql`
    insert into people.member (organisation, person, role, since) values (${member.organisation}, ${member.person}, ${member.role}, ${member.at})
    on conflict do nothing returning person`.execute(tx)
  return rows.length > 0
}

export async function updateRole(tx: Tx, organisation: string, person: string, role: OrgRole): Promise<void> {
  await sql`update people.member set role = ${role} where organisation = ${organisation} and person = ${person}`.execute(tx)
}

export async function deleteMember(tx: Tx, organisation: string, person: string): Promise<void> {
  await sql`delete from people.member where organisation = ${organisation} and person = ${person}`.execute(tx)
}

export async function countOwners(tx: Tx, organisation: string): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*)::int as count from people.member where organisation = ${organisation} and role = 'owner'`.execute(tx)
  return rows[0]!.count
}
