/** SQL of what stands beside posts: pictures and clips made for them, what is behind their links, and what moderation looks at. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type Attachment = { asset: string; kind: 'picture' | 'clip' }
export async function insertAttachment(
  tx: Tx,
  made: { asset: string; person: string; kind: 'picture' | 'clip'; upload: string; at: Date },
): Promise<void> {
  await sql`insert into feed.attachment (asset, person, kind, upload, at) values (${made.asset}, ${made.person}, ${made.kind}, ${made.upload}, ${made.at})
    on conflict do nothing`.execute(tx)
}
/** What was made of an upload before. */
export async function attachmentOf(db: Read, person: string, upload: string): Promise<Attachment | undefined> {
  const { rows } = await sql<Attachment>`select asset, kind from feed.attachment where upload = ${upload} and person = ${person}`.execute(
    db,
  )
  return rows[0]
}
export async function countAttachments(db: Read, person: string, since: Date): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*)::int as count from feed.attachment where person = ${person} and at > ${since}`.execute(db)
  return rows[0]!.count
}
/** Those of these that the person made as this kind. */
export async function ownAttachments(db: Read, person: string, kind: 'picture' | 'clip', assets: readonly string[]): Promise<Set<string>> {
  if (assets.length === 0) return new Set()
  const { rows } = await sql<{ asset: string }>`
    select distinct asset from feed.attachment where person = ${person} and kind = ${kind} and asset = any(${[...assets]})`.execute(db)
  return new Set(rows.map(row => row.asset))
}

/** Asks for what stands behind a link, unless it is known and not old; true when a job must look. */
export async function askPreview(tx: Tx, url: string, now: Date, oldBefore: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into feed.preview (url, asked_at) values (${url}, ${now})
    on conflict (url) do update set asked_at = excluded.asked_at where feed.preview.fetched_at < ${oldBefore} returning url`.execute(tx)
  return rows.length > 0
}
export type Fetched = { site: string; title: string; description: string; picture: string | null } | { reason: string }
export async function setPreview(tx: Tx, url: string, found: Fetched, at: Date): Promise<void> {
  if ('reason' in found)
    // What was known before stays shown.
    await sql`update feed.preview set state = case state when 'ready' then 'ready' else 'failed' end, reason = ${found.reason.slice(0, 300)}, fetched_at = ${at}
      where url = ${url}`.execute(tx)
  else
    await sql`update feed.preview set state = 'ready', site = ${found.site}, title = ${found.title}, description = ${found.description}, picture = ${found.picture},
      reason = null, fetched_at = ${at} where url = ${url}`.execute(tx)
}
/** Posts that wait for it, lately written. */
export async function postsWith(db: Read, url: string, since: Date): Promise<{ id: string; place: string }[]> {
  const { rows } = await sql<{ id: string; place: string }>`
    select id, place from feed.post where preview = ${url} and at > ${since} and deleted_at is null and hidden is null limit 100`.execute(
    db,
  )
  return rows
}

export type Looked = {
  id: string
  post: string
  group: string | null
  author: string
  text: string
  before: string[]
  pictures: string[]
  hidden: boolean
}
export async function lookAtPosts(db: Read, ids: readonly string[]): Promise<Looked[]> {
  const { rows } = await sql<Looked>`
    select p.id, p.id as post, l.group_id as "group", p.author, concat_ws(E'\n', nullif(p.text, ''), (
        select concat_ws(E'\n', nullif(q.question, ''), string_agg('· ' || o.text, E'\n' order by o.number)) from feed.poll q join feed.poll_option o on o.poll = q.id
        where q.post = p.id group by q.id)) as text,
      array(select e.text from feed.edit e where e.post = p.id order by e.id desc limit 5) as before, p.pictures, p.hidden is not null as hidden
    from feed.post p join feed.place l on l.id = p.place where p.id = any(${[...ids]}) and p.deleted_at is null`.execute(db)
  return rows
}
export async function lookAtComments(db: Read, ids: readonly string[]): Promise<Looked[]> {
  const { rows } = await sql<Looked>`
    select c.id, c.post, l.group_id as "group", c.author, c.text,
      array(select e.text from feed.edit e where e.comment = c.id order by e.id desc limit 5) as before,
      case when c.picture is null then '{}' else array[c.picture] end as pictures, c.hidden is not null as hidden
    from feed.comment c join feed.post p on p.id = c.post join feed.place l on l.id = p.place
    where c.id = any(${[...ids]}) and c.deleted_at is null and p.deleted_at is null`.execute(db)
  return rows
}

export type PageRow = { id: string; handle: string; name: string; picture: string | null; editor: boolean }
export async function readPage(db: Read, idOrHandle: string, person: string | null): Promise<PageRow | undefined> {
  const { rows } = await sql<PageRow>`
    select p.id, p.handle, p.name, p.picture, exists (select 1 from people.public_page_editor e where e.page = p.id and e.person = ${person}) as editor
    from people.public_page p where ${idOrHandle.startsWith('pag_') ? sql`p.id` : sql`p.handle`} = ${idOrHandle}`.execute(db)
  return rows[0]
}
/** Who of these follows a page. */
export async function followersAmong(db: Read, page: string, persons: readonly string[]): Promise<string[]> {
  if (persons.length === 0) return []
  const { rows } = await sql<{
    person: string
  }>`select person from people.public_follow where page = ${page} and person = any(${[...persons]})`.execute(db)
  return rows.map(row => row.person)
}
