/** SQL of pages and following. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PageKind = 'person' | 'artist' | 'business'
export type Link = { label: string; url: string }
export type PageRow = {
  id: string
  kind: PageKind
  name: string
  handle: string
  city: string | null
  bioZh: string
  bioEn: string
  links: Link[]
  picture: string | null
  verified: boolean
  demo: boolean
  followers: number
  followed: boolean
  editable: boolean
  owner: string | null
  ownerName: string | null
}
export type PageCardRow = {
  id: string
  kind: PageKind
  name: string
  handle: string
  picture: string | null
  followers: number
  verified: boolean
}

/** A page by its id or its handle, as a person (null: nobody) sees it. */
export async function readPage(db: Read, idOrHandle: string, person: string | null): Promise<PageRow | undefined> {
  const { rows } = await sql<PageRow>`
    select p.id, p.kind, p.name, p.handle, p.city, p.bio_zh as "bioZh", p.bio_en as "bioEn", p.links, p.picture, p.verified, p.demo, p.followers,
      exists (select from people.follow f where f.page = p.id and f.person = ${person}) as followed,
      exists (select from people.public_page_editor e where e.page = p.id and e.person = ${person}) as editable,
      coalesce(p.owner_person, p.owner_organisation) as owner, coalesce(u.name, o.name) as "ownerName"
    from people.page p left join people.person u on u.id = p.owner_person left join people.organisation o on o.id = p.owner_organisation
    where ${idOrHandle.startsWith('pag_') ? sql`p.id = ${idOrHandle}` : sql`p.handle = ${idOrHandle.toLowerCase()}`}`.execute(db)
  return rows[0]
}

export async function listPages(
  db: Read,
  kind: PageKind | null,
  after: readonly [followers: number, id: string] | undefined,
  limit: number,
): Promise<PageCardRow[]> {
  const { rows } = await sql<PageCardRow>`
    select id, kind, name, handle, picture, followers, verified from people.page
    where ${kind === null ? sql`true` : sql`kind = ${kind}`}
      and ${after === undefined ? sql`true` : sql`followers <= ${after[0]} and (followers < ${after[0]} or id > ${after[1]})`}
    order by followers desc, id limit ${limit}`.execute(db)
  return rows
}

export async function listFollowed(
  db: Read,
  person: string,
  after: readonly [at: Date, page: string] | undefined,
  limit: number,
): Promise<(PageCardRow & { at: Date })[]> {
  const { rows } = await sql<PageCardRow & { at: Date }>`
    select p.id, p.kind, p.name, p.handle, p.picture, p.followers, p.verified, f.at from people.follow f join people.page p on p.id = f.page
    where f.person = ${person} and ${after === undefined ? sql`true` : sql`(f.at, f.page) < (${after[0]}, ${after[1]})`}
    order by f.at desc, f.page desc limit ${limit}`.execute(db)
  return rows
}

export type EditableRow = { id: string; name: string; handle: string; kind: PageKind; picture: string | null }
/** Pages of a person's own and of the organisations where they are owner or manager. */
export async function listEditable(db: Read, person: string): Promise<EditableRow[]> {
  const { rows } = await sql<EditableRow>`
    select id, name, handle, kind, picture from people.page
    where owner_person = ${person} or owner_organisation in (select organisation from people.member where person = ${person} and role in ('owner', 'manager'))
    order by name, id limit 1000`.execute(db)
  return rows
}

export async function isEditor(db: Read, page: string, person: string): Promise<boolean> {
  const { rows } = await sql`select 1 from people.public_page_editor where page = ${page} and person = ${person} limit 1`.execute(db)
  return rows.length > 0
}

export type NewPage = {
  id: string
  kind: PageKind
  name: string
  handle: string
  city: string | null
  bio: { zh: string; en: string }
  links: readonly Link[]
  picture: string | null
  verified: boolean
  demo: boolean
  owner: string | null
  at: Date
}
/** Which unique key refused, if any. */
export async function insertPage(tx: Tx, page: NewPage): Promise<'made' | 'taken'> {
  const { rows } = await sql`
    insert into people.page (id, kind, name, handle, city, bio_zh, bio_en, links, picture, verified, demo, owner_person, owner_organisation, created_at)
    values (${page.id}, ${page.kind}, ${page.name}, ${page.handle}, ${page.city}, ${page.bio.zh}, ${page.bio.en}, ${JSON.stringify(page.links)}::jsonb, ${page.picture},
      ${page.verified}, ${page.demo}, ${page.owner?.startsWith('usr_') ? page.owner : null}, ${page.owner?.startsWith('org_') ? page.owner : null}, ${page.at})
    on conflict do nothing returning id`.execute(tx)
  return rows.length > 0 ? 'made' : 'taken'
}

export type PageChange = {
  name?: string | undefined
  city?: string | null | undefined
  bio?: { zh: string; en: string } | undefined
  links?: readonly Link[] | undefined
  picture?: string | null | undefined
}
export async function updatePage(tx: Tx, id: string, change: PageChange): Promise<void> {
  const set = [
    ...(change.name === undefined ? [] : [sql`name = ${change.name}`]),
    ...(change.city === undefined ? [] : [sql`city = ${change.city}`]),
    ...(change.bio === undefined ? [] : [sql`bio_zh = ${change.bio.zh}, bio_en = ${change.bio.en}`]),
    ...(change.links === undefined ? [] : [sql`links = ${JSON.stringify(change.links)}::jsonb`]),
    ...(change.picture === undefined ? [] : [sql`picture = ${change.picture}`]),
  ]
  if (set.length === 0) return
  await sql`update people.page set ${sql.join(set)} where id = ${id}`.execute(tx)
}

export async function lockOwner(tx: Tx, page: string): Promise<{ owner: string | null } | undefined> {
  // Not against what only points at it: those who follow do not wait for a decision.
  const { rows } = await sql<{ owner: string | null }>`
    select coalesce(owner_person, owner_organisation) as owner from people.page where id = ${page} for no key update`.execute(tx)
  return rows[0]
}
/** Only where there is none. */
export async function setOwner(tx: Tx, page: string, owner: string): Promise<boolean> {
  const { rows } = await sql`
    update people.page set owner_person = ${owner.startsWith('usr_') ? owner : null}, owner_organisation = ${owner.startsWith('org_') ? owner : null}, verified = true
    where id = ${page} and owner_person is null and owner_organisation is null returning 1`.execute(tx)
  return rows.length > 0
}

/** Follows, once however often it is asked; the count moves in the same statement, so the two cannot part. */
export async function insertFollow(tx: Tx, person: string, page: string, at: Date): Promise<void> {
  await sql`
    with made as (insert into people.follow (person, page, at) values (${person}, ${page}, ${at}) on conflict do nothing returning page)
    update people.page p set followers = p.followers + 1 from made where p.id = made.page`.execute(tx)
}

export async function deleteFollow(tx: Tx, person: string, page: string): Promise<void> {
  await sql`
    with gone as (delete from people.follow where person = ${person} and page = ${page} returning page)
    update people.page p set followers = p.followers - 1 from gone where p.id = gone.page`.execute(tx)
}

export async function handleTaken(db: Read, handle: string): Promise<boolean> {
  const { rows } = await sql`select 1 from people.page where handle = ${handle}`.execute(db)
  return rows.length > 0
}

export async function isPicture(db: Read, asset: string): Promise<boolean> {
  const { rows } = await sql`select 1 from media.public_image where asset = ${asset}`.execute(db)
  return rows.length > 0
}
