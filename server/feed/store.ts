/** SQL of posts: as they are shown, and as they are written. */
import { sql, type RawBuilder } from 'kysely'
import { reactionKinds } from '../../shared/feed-shapes.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type ReactionKind = (typeof reactionKinds)[number]
export type Counts = Record<ReactionKind, number>
export type Hidden = 'held' | 'hidden' | null
export type PollRow = {
  id: string
  question: string
  choices: number
  endsAt: string
  voters: number
  options: { number: number; text: string; votes: number; mine: boolean }[]
}
type PlaceName = { id: string; handle: string; name: string; picture: string | null }
export type AuthorRow = {
  author: string
  artist: boolean
  authorName: string
  authorPicture: string | null
  role: 'owner' | 'host' | 'member' | null
  level: number
  /** Whose voice it is, when it is the artist's. */
  voice: PlaceName | null
}
export type PostRow = AuthorRow & {
  id: string
  place: string
  group: PlaceName | null
  page: PlaceName | null
  at: Date
  editedAt: Date | null
  text: string
  pictures: string[]
  alts: string[]
  clip: string | null
  music: string | null
  commentsClosed: boolean
  pinned: boolean
  hidden: Hidden
  comments: number
  artistComments: number
  counts: Counts
  mine: ReactionKind | null
  poll: PollRow | null
  preview: {
    url: string
    site: string
    title: string
    description: string
    picture: string | null
    width: number | null
    height: number | null
  } | null
  /** Its group is not closed. */
  open: boolean
  /** The viewer edits the page it stands on. */
  editor: boolean
}

export const countsOf = (alias: string): RawBuilder<unknown> =>
  sql.raw(`json_build_object(${reactionKinds.map(kind => `'${kind}', coalesce(${alias}.${kind}, 0)`).join(', ')})`)
/** Who wrote `x`, in the group or on the page of place `l`. */
export const authorColumns = (x: string): RawBuilder<unknown> => {
  const row = sql.raw(x)
  return sql`${row}.author, ${row}.artist, coalesce((select n.name from people.public_party n where n.id = ${row}.author), '') as "authorName",
    (select f.picture from people.public_face f where f.person = ${row}.author limit 1) as "authorPicture", m.role, coalesce(m.level, 0)::int as level,
    case when ${row}.artist then (select json_build_object('id', v.id, 'handle', v.handle, 'name', v.name, 'picture', v.picture)
      from people.public_page v where v.id = coalesce(l.page, g.page)) end as voice`
}
/** Place, group and membership of who wrote `x`. */
export const authorTables = (x: string): RawBuilder<unknown> => {
  const row = sql.raw(x)
  return sql`left join groups.public_group g on g.id = l.group_id
    left join groups.public_member m on m.group_id = l.group_id and m.person = ${row}.author and not ${row}.artist`
}

/** Posts in the order of the ids, whatever their state; one statement, each row found by its key. */
export async function readPosts(db: Read, viewer: string | null, ids: readonly string[]): Promise<PostRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<PostRow>`
    select p.id, p.place, p.at, p.edited_at as "editedAt", p.text, p.pictures, p.alts, p.clip, p.music, p.comments_closed as "commentsClosed",
      p.pinned_at is not null as pinned, p.hidden, ${authorColumns('p')},
      case when g.id is not null then json_build_object('id', g.id, 'handle', g.handle, 'name', g.name, 'picture', g.picture) end as "group",
      coalesce(g.state = 'open', true) as open,
      (select json_build_object('id', a.id, 'handle', a.handle, 'name', a.name, 'picture', a.picture) from people.public_page a where a.id = l.page) as page,
      coalesce(t.comments, 0) as comments, coalesce(t.artist_comments, 0) as "artistComments", ${countsOf('t')} as counts,
      (select r.kind from feed.post_reaction r where r.post = p.id and r.person = ${viewer}) as mine,
      case when p.has_poll then ${pollOf(viewer)} end as poll,
      case when p.preview is not null then (
        select json_build_object('url', v.url, 'site', v.site, 'title', v.title, 'description', v.description, 'picture', v.picture, 'width', i.width, 'height', i.height)
        from feed.preview v left join media.public_image i on i.asset = v.picture where v.url = p.preview and v.state = 'ready') end as preview,
      l.page is not null and exists (select 1 from people.public_page_editor e where e.page = l.page and e.person = ${viewer}) as editor
    from unnest(${[...ids]}::text[]) with ordinality w(id, nr) join feed.post p on p.id = w.id join feed.place l on l.id = p.place ${authorTables('p')}
      left join feed.post_tally t on t.post = p.id
    where p.deleted_at is null order by w.nr`.execute(db)
  return rows
}
const pollOf = (viewer: string | null): RawBuilder<unknown> => sql`(
  select json_build_object('id', q.id, 'question', q.question, 'choices', q.choices, 'endsAt', q.ends_at, 'voters', q.voters, 'options', (
    select json_agg(json_build_object('number', o.number, 'text', o.text, 'votes', o.votes,
      'mine', exists (select 1 from feed.poll_vote b where b.poll = o.poll and b.number = o.number and b.person = ${viewer})) order by o.number)
    from feed.poll_option o where o.poll = q.id)) from feed.poll q where q.post = p.id)`

/** Just so much as access needs. */
export type PostHead = {
  id: string
  place: string
  author: string
  artist: boolean
  hidden: Hidden
  commentsClosed: boolean
  announced: boolean
  deleted: boolean
  text: string
  pictures: string[]
  clip: string | null
  music: string | null
}
export async function readHead(db: Read, id: string, options: { lock?: boolean } = {}): Promise<PostHead | undefined> {
  const { rows } = await sql<PostHead>`
    select id, place, author, artist, hidden, comments_closed as "commentsClosed", announced_at is not null as announced, deleted_at is not null as deleted,
      text, pictures, clip, music
    from feed.post where id = ${id} ${options.lock === true ? sql`for no key update` : sql``}`.execute(db)
  return rows[0]
}

/** Locks a place and gives the moment of what is posted now: behind everything that was posted there before. */
export async function momentAt(tx: Tx, place: string, now: Date): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`
    insert into feed.place (id, last_at) values (${place}, ${now})
    on conflict (id) do update set last_at = greatest(feed.place.last_at + interval '1 millisecond', excluded.last_at) returning last_at as at`.execute(
    tx,
  )
  return rows[0]!.at
}

export type NewPost = {
  id: string
  place: string
  author: string
  artist: boolean
  at: Date
  text: string
  pictures: readonly { id: string; alt: string }[]
  clip: string | null
  music: string | null
  preview: string | null
  poll: { id: string; question: string; options: readonly string[]; choices: number; endsAt: Date } | null
  commentsClosed: boolean
  held: boolean
  words: { folded: string; terms: readonly string[] }
}
/** False when there is a post of this id. */
export async function insertPost(tx: Tx, post: NewPost): Promise<boolean> {
  const { rows } = await sql`
    insert into feed.post (id, place, author, artist, at, text, pictures, alts, clip, has_poll, music, preview, comments_closed, hidden, announced_at)
    values (${post.id}, ${post.place}, ${post.author}, ${post.artist}, ${post.at}, ${post.text}, ${post.pictures.map(one => one.id)}::text[],
      ${post.pictures.map(one => one.alt)}::text[], ${post.clip}, ${post.poll !== null}, ${post.music}, ${post.preview}, ${post.commentsClosed},
      ${post.held ? 'held' : null}, ${post.held ? null : post.at})
    on conflict do nothing returning id`.execute(tx)
  if (rows.length === 0) return false
  await putWords(tx, post.id, post.words)
  if (post.poll !== null) {
    const { id, question, options, choices, endsAt } = post.poll
    await sql`insert into feed.poll (id, post, question, choices, ends_at) values (${id}, ${post.id}, ${question}, ${choices}, ${endsAt})`.execute(
      tx,
    )
    await sql`insert into feed.poll_option (poll, number, text) select ${id}, o.number, o.text from unnest(${[...options]}::text[]) with ordinality o(text, number)`.execute(
      tx,
    )
  }
  return true
}
export async function putWords(tx: Tx, post: string, { folded, terms }: NewPost['words']): Promise<void> {
  await sql`insert into feed.post_words (post, folded, terms) values (${post}, ${folded}, ${[...terms]}::text[])
    on conflict (post) do update set folded = excluded.folded, terms = excluded.terms`.execute(tx)
}
export const pollTaken = async (db: Read, id: string): Promise<boolean> =>
  (await sql`select 1 from feed.poll where id = ${id}`.execute(db)).rows.length > 0

/** Changes what is given; a new text keeps the former one. */
export async function updatePost(
  tx: Tx,
  id: string,
  at: Date,
  change: {
    text?: string | undefined
    pictures?: readonly { id: string; alt: string }[] | undefined
    music?: string | null | undefined
    preview?: string | null | undefined
    commentsClosed?: boolean | undefined
    edited: boolean
  },
): Promise<void> {
  if (change.text !== undefined)
    await sql`insert into feed.edit (post, text, at) select id, text, ${at} from feed.post where id = ${id} and text <> ${change.text}`.execute(
      tx,
    )
  const set = [
    ...(change.edited ? [sql`edited_at = ${at}`] : []),
    ...(change.text === undefined ? [] : [sql`text = ${change.text}`]),
    ...(change.pictures === undefined
      ? []
      : [sql`pictures = ${change.pictures.map(one => one.id)}::text[], alts = ${change.pictures.map(one => one.alt)}::text[]`]),
    ...(change.music === undefined ? [] : [sql`music = ${change.music}`]),
    ...(change.preview === undefined ? [] : [sql`preview = ${change.preview}`]),
    ...(change.commentsClosed === undefined ? [] : [sql`comments_closed = ${change.commentsClosed}`]),
  ]
  if (set.length > 0) await sql`update feed.post set ${sql.join(set)} where id = ${id}`.execute(tx)
}

export async function setDeleted(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update feed.post set deleted_at = ${at}, pinned_at = null where id = ${id}`.execute(tx)
  await sql`delete from feed.hot where post = ${id}`.execute(tx)
}
/** Takes off or shows again; the first showing is a new moment, so that it is not buried. */
export async function setHidden(tx: Tx, id: string, hidden: Hidden, shownAt: Date | null): Promise<void> {
  await sql`update feed.post set hidden = ${hidden} ${shownAt === null ? sql`` : sql`, at = ${shownAt}, announced_at = ${shownAt}`} where id = ${id}`.execute(
    tx,
  )
}

export async function setPinned(tx: Tx, id: string, at: Date | null): Promise<void> {
  await sql`update feed.post set pinned_at = ${at} where id = ${id} and deleted_at is null`.execute(tx)
}
export async function pinsOf(db: Read, place: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from feed.post where place = ${place} and pinned_at is not null and hidden is null order by pinned_at desc, id`.execute(db)
  return rows.map(row => row.id)
}

/** Names of persons and pages. */
export async function readNames(db: Read, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from people.public_party where id = any(${[...ids]}) union all select id, name from people.public_page where id = any(${[...ids]})`.execute(
    db,
  )
  return new Map(rows.map(row => [row.id, row.name]))
}
export type PlaylistRow = { id: string; name: string; owner: string; picture: string | null }
/** Public playlists, with the cover of what stands first in them where they have no picture. */
export async function readPlaylists(db: Read, ids: readonly string[]): Promise<PlaylistRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<PlaylistRow>`
    select p.id, p.name, o.name as owner, coalesce(p.picture, (
      select r.cover from playlists.public_playlist_entry e join catalogue.public_track t on t.id = e.track join catalogue.public_release r on r.id = t.release
      where e.playlist = p.id and r.cover is not null and r.visibility = 'public' order by e.place limit 1)) as picture
    from playlists.public_playlist p join people.public_party o on o.id = p.owner where p.id = any(${[...ids]})`.execute(db)
  return rows
}
export type ImageRow = { asset: string; width: number; height: number; accent: string }
export async function readImages(db: Read, assets: readonly string[]): Promise<Map<string, ImageRow>> {
  if (assets.length === 0) return new Map()
  const { rows } =
    await sql<ImageRow>`select asset, width, height, accent from media.public_image where asset = any(${[...assets]})`.execute(db)
  return new Map(rows.map(row => [row.asset, row]))
}
export async function readWaveforms(db: Read, assets: readonly string[]): Promise<Map<string, Buffer>> {
  if (assets.length === 0) return new Map()
  const { rows } = await sql<{
    asset: string
    waveform: Buffer
  }>`select asset, waveform from media.public_waveform where asset = any(${[...assets]})`.execute(db)
  return new Map(rows.map(row => [row.asset, row.waveform]))
}
