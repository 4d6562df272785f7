/** SQL of playlists themselves, of who works on them and who follows them. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

export type Visibility = 'private' | 'link' | 'public'
export type CardRow = {
  id: string
  owner: string
  ownerName: string
  name: string
  note: string
  visibility: Visibility
  collaborative: boolean
  smart: boolean
  picture: string | null
  version: number
  entries: number
  followers: number
  createdAt: Date
  changedAt: Date
  role: 'owner' | 'collaborator' | null
  followed: boolean
  /** Up to four pictures of releases in it, from the top. */
  covers: string[]
}
export type PlaylistRow = CardRow & {
  invite: string | null
  rules: unknown
  /** Made of that one; null when the viewer cannot see it. */
  source: { id: string; name: string } | null
  durationMs: number
  collaborators: { id: string; name: string; since: string }[]
}

const columns = (
  viewer: string | null,
): RawBuilder<unknown> => sql`p.id, p.owner, o.name as "ownerName", p.name, p.note, p.visibility, p.collaborative,
  p.rules is not null as smart, p.picture, p.version::float8 as version, p.entries, p.followers, p.created_at as "createdAt", p.changed_at as "changedAt",
  case when p.owner = ${viewer} then 'owner'
    when exists (select 1 from playlists.collaborator c where c.playlist = p.id and c.person = ${viewer}) then 'collaborator' end as role,
  exists (select 1 from playlists.follower f where f.playlist = p.id and f.person = ${viewer}) as followed,
  array(
    select r.cover from (select e.track, e.place from playlists.entry e where e.playlist = p.id and e.removed_at is null order by e.place limit 24) e
    join catalogue.public_track t on t.id = e.track join catalogue.public_release r on r.id = t.release
    where r.cover is not null and r.visibility <> 'draft' group by r.cover order by min(e.place) limit 4) as covers`
const tables = sql`playlists.playlist p join people.public_party o on o.id = p.owner`
/** Whether a viewer finds it by its address. What was thrown away is there for nobody. */
const visible = (
  viewer: string | null,
): RawBuilder<boolean> => sql<boolean>`(p.dropped_at is null and (p.visibility <> 'private' or p.owner = ${viewer}
  or exists (select 1 from playlists.collaborator c where c.playlist = p.id and c.person = ${viewer})))`

/** A playlist as this viewer sees it, in one statement; undefined where they see none. `invite` opens a private one to whoever was given its address. */
export async function readPlaylist(
  db: Read,
  viewer: string | null,
  id: string,
  invite: string | null = null,
): Promise<PlaylistRow | undefined> {
  const { rows } = await sql<PlaylistRow>`
    select ${columns(viewer)}, p.invite, p.rules,
      (select json_build_object('id', p.id, 'name', p.name) from playlists.playlist q join playlists.playlist p on p.id = q.source where q.id = ${id} and ${visible(viewer)}) as source,
      (select coalesce(sum(e.duration_ms), 0)::float8 from playlists.entry e where e.playlist = p.id and e.removed_at is null) as "durationMs",
      (select coalesce(json_agg(json_build_object('id', c.person, 'name', n.name, 'since', c.since) order by c.since, c.person), '[]')
       from playlists.collaborator c join people.public_party n on n.id = c.person where c.playlist = p.id) as collaborators
    from ${tables} where p.id = ${id} and (${visible(viewer)} or (p.dropped_at is null and p.invite = ${invite}))`.execute(db)
  return rows[0]
}

/** Its version, for a view that waits for changes. */
export async function readVersion(db: Read, viewer: string | null, id: string): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`
    select p.version::float8 as version from playlists.playlist p where p.id = ${id} and ${visible(viewer)}`.execute(db)
  return rows[0]?.version
}

/** One's own, those one works on and those one follows, the latest changed first. */
export async function listMine(db: Read, person: string): Promise<CardRow[]> {
  const { rows } = await sql<CardRow>`
    select ${columns(person)} from ${tables}
    where p.dropped_at is null and (p.owner = ${person} or p.id in (select playlist from playlists.collaborator where person = ${person})
      or (p.visibility <> 'private' and p.id in (select playlist from playlists.follower where person = ${person})))
    order by p.changed_at desc, p.id desc limit 2000`.execute(db)
  return rows
}

export async function listPublic(
  db: Read,
  viewer: string | null,
  owner: string | null,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<CardRow[]> {
  const { rows } = await sql<CardRow>`
    select ${columns(viewer)} from ${tables}
    where p.visibility = 'public' and p.dropped_at is null and (p.entries > 0 or p.rules is not null) and ${owner === null ? sql`true` : sql`p.owner = ${owner}`}
      and ${after === undefined ? sql`true` : sql`(p.changed_at, p.id) < (${after[0]}, ${after[1]})`}
    order by p.changed_at desc, p.id desc limit ${limit}`.execute(db)
  return rows
}

export type Locked = {
  id: string
  owner: string
  visibility: Visibility
  collaborative: boolean
  invite: string | null
  smart: boolean
  entries: number
  version: number
  role: 'owner' | 'collaborator' | null
  seen: boolean
  dropped: boolean
}
/** Locks it, so that its changes follow each other; undefined where it is not there (what was thrown away is, for taking it back). */
export async function lockPlaylist(tx: Tx, viewer: string, id: string): Promise<Locked | undefined> {
  const { rows } = await sql<Locked>`
    select p.id, p.owner, p.visibility, p.collaborative, p.invite, p.rules is not null as smart, p.entries, p.version::float8 as version, p.dropped_at is not null as dropped,
      case when p.owner = ${viewer} then 'owner'
        when exists (select 1 from playlists.collaborator c where c.playlist = p.id and c.person = ${viewer}) then 'collaborator' end as role,
      ${visible(viewer)} as seen
    from playlists.playlist p where p.id = ${id} for update of p`.execute(tx)
  return rows[0]
}

export type NewPlaylist = {
  id: string
  owner: string
  name: string
  note: string
  visibility: Visibility
  rules: unknown
  source: string | null
  at: Date
}
export async function insertPlaylist(tx: Tx, made: NewPlaylist): Promise<'made' | 'taken'> {
  const { rows } = await sql`
    insert into playlists.playlist (id, owner, name, note, visibility, rules, source, created_at, changed_at)
    values (${made.id}, ${made.owner}, ${made.name}, ${made.note}, ${made.visibility}, ${made.rules === null ? null : jsonText(made.rules)}::jsonb, ${made.source}, ${made.at}, ${made.at})
    on conflict do nothing returning id`.execute(tx)
  return rows.length > 0 ? 'made' : 'taken'
}

export async function countOwned(db: Read, person: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from playlists.playlist where owner = ${person} and dropped_at is null`.execute(db)
  return rows[0]!.count
}

export type Change = {
  name?: string | undefined
  note?: string | undefined
  visibility?: Visibility | undefined
  collaborative?: boolean | undefined
  invite?: string | null | undefined
  picture?: string | null | undefined
  rules?: unknown
}
/** Changes what is given and steps the version; called with the playlist locked. Gives the new version. */
export async function updatePlaylist(tx: Tx, id: string, at: Date, change: Change = {}, more = 0): Promise<number> {
  const set = [
    sql`version = version + 1, changed_at = ${at}`,
    ...(change.name === undefined ? [] : [sql`name = ${change.name}`]),
    ...(change.note === undefined ? [] : [sql`note = ${change.note}`]),
    ...(change.visibility === undefined ? [] : [sql`visibility = ${change.visibility}`]),
    ...(change.collaborative === undefined ? [] : [sql`collaborative = ${change.collaborative}`]),
    ...(change.invite === undefined ? [] : [sql`invite = ${change.invite}`]),
    ...(change.picture === undefined ? [] : [sql`picture = ${change.picture}`]),
    ...(change.rules === undefined ? [] : [sql`rules = ${jsonText(change.rules)}::jsonb`]),
    ...(more === 0 ? [] : [sql`entries = entries + ${more}`]),
  ]
  const { rows } = await sql<{ version: number }>`
    update playlists.playlist set ${sql.join(set)} where id = ${id} returning version::float8 as version`.execute(tx)
  return rows[0]!.version
}

export async function setDropped(tx: Tx, id: string, at: Date | null): Promise<void> {
  await sql`update playlists.playlist set dropped_at = ${at}, version = version + 1 where id = ${id}`.execute(tx)
}

/** Deletes for good what was thrown away before this moment, playlists and entries. */
export async function deleteDropped(tx: Tx, before: Date): Promise<void> {
  await sql`delete from playlists.entry where removed_at < ${before}`.execute(tx)
  await sql`delete from playlists.playlist where dropped_at < ${before}`.execute(tx)
}

export async function insertCollaborator(tx: Tx, playlist: string, person: string, at: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into playlists.collaborator (playlist, person, since) values (${playlist}, ${person}, ${at}) on conflict do nothing returning person`.execute(
    tx,
  )
  return rows.length > 0
}
export async function deleteCollaborator(tx: Tx, playlist: string, person: string): Promise<boolean> {
  const { rows } =
    await sql`delete from playlists.collaborator where playlist = ${playlist} and person = ${person} returning person`.execute(tx)
  return rows.length > 0
}
export async function countCollaborators(db: Read, playlist: string): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*)::int as count from playlists.collaborator where playlist = ${playlist}`.execute(db)
  return rows[0]!.count
}

/** Follows, once however often it is asked; the count moves in the same statement. */
export async function insertFollower(tx: Tx, playlist: string, person: string, at: Date): Promise<void> {
  await sql`
    with made as (insert into playlists.follower (playlist, person, since) values (${playlist}, ${person}, ${at}) on conflict do nothing returning playlist)
    update playlists.playlist p set followers = p.followers + 1 from made where p.id = made.playlist`.execute(tx)
}
export async function deleteFollower(tx: Tx, playlist: string, person: string): Promise<void> {
  await sql`
    with gone as (delete from playlists.follower where playlist = ${playlist} and person = ${person} returning playlist)
    update playlists.playlist p set followers = p.followers - 1 from gone where p.id = gone.playlist`.execute(tx)
}

/** The person behind a page; undefined for pages of organisations and of nobody. */
export async function readPagePerson(db: Read, page: string): Promise<string | undefined> {
  const { rows } = await sql<{ owner: string }>`
    select owner from people.public_page where (id = ${page} or handle = ${page}) and owner like 'usr\_%'`.execute(db)
  return rows[0]?.owner
}

export async function isPicture(db: Read, asset: string): Promise<boolean> {
  const { rows } = await sql`select 1 from media.public_image where asset = ${asset}`.execute(db)
  return rows.length > 0
}
