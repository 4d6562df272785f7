/** SQL of comments and their replies. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { authorColumns, authorTables, countsOf, type AuthorRow, type Counts, type Hidden, type ReactionKind } from './store.ts'

export type CommentRow = AuthorRow & {
  id: string
  post: string
  parent: string | null
  at: Date
  editedAt: Date | null
  text: string
  picture: string | null
  hidden: Hidden
  deleted: boolean
  comments: number
  counts: Counts
  mine: ReactionKind | null
}
export type CommentHead = {
  id: string
  post: string
  parent: string | null
  author: string
  artist: boolean
  hidden: Hidden
  announced: boolean
  deleted: boolean
  text: string
  picture: string | null
}

export async function readComments(db: Read, viewer: string | null, ids: readonly string[]): Promise<CommentRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<CommentRow>`
    select c.id, c.post, c.parent, c.at, c.edited_at as "editedAt", c.text, c.picture, c.hidden, c.deleted_at is not null as deleted, ${authorColumns('c')},
      coalesce(t.comments, 0) as comments, ${countsOf('t')} as counts,
      (select r.kind from feed.comment_reaction r where r.comment = c.id and r.person = ${viewer}) as mine
    from unnest(${[...ids]}::text[]) with ordinality w(id, nr) join feed.comment c on c.id = w.id join feed.post p on p.id = c.post join feed.place l on l.id = p.place
      ${authorTables('c')} left join feed.comment_tally t on t.comment = c.id
    order by w.nr`.execute(db)
  return rows
}
export async function readCommentHead(db: Read, id: string, options: { lock?: boolean } = {}): Promise<CommentHead | undefined> {
  const { rows } = await sql<CommentHead>`
    select id, post, parent, author, artist, hidden, announced_at is not null as announced, deleted_at is not null as deleted, text, picture
    from feed.comment where id = ${id} ${options.lock === true ? sql`for no key update` : sql``}`.execute(db)
  return rows[0]
}

/** What stands in a list: what is there, one's own that waits, and what is gone but has answers below it. */
const listed = (viewer: string | null): RawBuilder<boolean> =>
  sql<boolean>`((c.deleted_at is null and (c.hidden is null or c.author = ${viewer})) or exists (
    select 1 from feed.comment a where a.parent = c.id and a.deleted_at is null and a.hidden is null))`

export type Listed = { id: string; at: Date; score: number }
export type Sort = 'old' | 'new'
export async function listComments(
  db: Read,
  viewer: string | null,
  post: string,
  sort: Sort,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
  /** Only those that found no response: what comes behind the top ones. */
  silent = false,
): Promise<Listed[]> {
  const sign = sql.raw(sort === 'old' ? '>' : '<')
  const way = sql.raw(sort === 'old' ? 'asc' : 'desc')
  const { rows } = await sql<Listed>`
    select c.id, c.at, 0 as score from feed.comment c
    where c.post = ${post} and c.parent is null and ${listed(viewer)} and ${after === undefined ? sql`true` : sql`(c.at, c.id) ${sign} (${after[0]}::timestamptz, ${after[1]})`}
      and ${silent ? sql`not exists (select 1 from feed.comment_tally t where t.comment = c.id and t.score > 0)` : sql`true`}
    order by c.at ${way}, c.id ${way} limit ${limit}`.execute(db)
  return rows
}
/** Those with most response first. */
export async function listTop(
  db: Read,
  viewer: string | null,
  post: string,
  after: readonly [score: number, id: string] | undefined,
  limit: number,
): Promise<Listed[]> {
  const { rows } = await sql<Listed>`
    select c.id, c.at, t.score from feed.comment_tally t join feed.comment c on c.id = t.comment
    where t.post = ${post} and t.score > 0 and ${listed(viewer)} and ${after === undefined ? sql`true` : sql`(t.score, t.comment) < (${after[0]}::int, ${after[1]})`}
    order by t.score desc, t.comment desc limit ${limit}`.execute(db)
  return rows
}
const seenReply = (viewer: string | null): RawBuilder<boolean> =>
  sql<boolean>`c.deleted_at is null and (c.hidden is null or c.author = ${viewer})`
export async function listReplies(
  db: Read,
  viewer: string | null,
  parent: string,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<Listed[]> {
  const { rows } = await sql<Listed>`
    select c.id, c.at, 0 as score from feed.comment c
    where c.parent = ${parent} and ${seenReply(viewer)} and ${after === undefined ? sql`true` : sql`(c.at, c.id) > (${after[0]}::timestamptz, ${after[1]})`}
    order by c.at, c.id limit ${limit}`.execute(db)
  return rows
}
/** The first two replies of each. */
export async function listFirstReplies(db: Read, viewer: string | null, parents: readonly string[]): Promise<string[]> {
  if (parents.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select r.id from unnest(${[...parents]}::text[]) with ordinality w(id, nr) cross join lateral (
      select c.id, c.at from feed.comment c where c.parent = w.id and ${seenReply(viewer)} order by c.at, c.id limit 2) r
    order by w.nr, r.at, r.id`.execute(db)
  return rows.map(row => row.id)
}

export type NewComment = {
  id: string
  post: string
  parent: string | null
  author: string
  artist: boolean
  at: Date
  text: string
  picture: string | null
  held: boolean
}
export async function insertComment(tx: Tx, made: NewComment): Promise<boolean> {
  const { rows } = await sql`
    insert into feed.comment (id, post, parent, author, artist, at, text, picture, hidden, announced_at)
    values (${made.id}, ${made.post}, ${made.parent}, ${made.author}, ${made.artist}, ${made.at}, ${made.text}, ${made.picture},
      ${made.held ? 'held' : null}, ${made.held ? null : made.at})
    on conflict do nothing returning id`.execute(tx)
  return rows.length > 0
}
/** Counts a comment that appears (1) or goes (-1): below its post, and below the comment it answers. The post's row is locked until the end. */
export async function countComment(tx: Tx, of: { post: string; parent: string | null; artist: boolean }, by: 1 | -1): Promise<void> {
  const artist = of.artist ? by : 0
  await sql`insert into feed.post_tally (post, comments, artist_comments) values (${of.post}, ${Math.max(0, by)}, ${Math.max(0, artist)})
    on conflict (post) do update set comments = feed.post_tally.comments + ${by}, artist_comments = feed.post_tally.artist_comments + ${artist}`.execute(
    tx,
  )
  if (of.parent === null) return
  await sql`insert into feed.comment_tally (comment, post, comments) values (${of.parent}, ${of.post}, ${Math.max(0, by)})
    on conflict (comment) do update set comments = feed.comment_tally.comments + ${by}`.execute(tx)
}
/** Locks the counts below a post, so that comments are written one after the other. */
export async function lockTally(tx: Tx, post: string): Promise<void> {
  await sql`insert into feed.post_tally (post) values (${post}) on conflict (post) do update set comments = feed.post_tally.comments`.execute(
    tx,
  )
}
export async function updateComment(tx: Tx, id: string, text: string, at: Date): Promise<void> {
  await sql`insert into feed.edit (comment, text, at) select id, text, ${at} from feed.comment where id = ${id}`.execute(tx)
  await sql`update feed.comment set text = ${text}, edited_at = ${at} where id = ${id}`.execute(tx)
}
export async function setCommentDeleted(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update feed.comment set deleted_at = ${at} where id = ${id}`.execute(tx)
}
export async function setCommentHidden(tx: Tx, id: string, hidden: Hidden, shownAt: Date | null): Promise<void> {
  await sql`update feed.comment set hidden = ${hidden} ${shownAt === null ? sql`` : sql`, announced_at = ${shownAt}`} where id = ${id}`.execute(
    tx,
  )
}
