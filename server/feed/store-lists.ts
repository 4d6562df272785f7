/** SQL of lists of posts: ids in their order, by keys of an index each. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type Place = readonly [at: Date, id: string]
export type Listed = { id: string; at: Date }
/** From the newest on, or what is older than `older`, or (oldest first) what is newer than `newer`. */
export type Window = { older?: Place | undefined; newer?: Place | undefined; limit: number }

const open = sql`p.deleted_at is null and p.hidden is null`
const within = ({ older, newer }: Window): RawBuilder<boolean> =>
  newer !== undefined
    ? sql<boolean>`(p.at, p.id) > (${newer[0]}::timestamptz, ${newer[1]})`
    : older !== undefined
      ? sql<boolean>`(p.at, p.id) < (${older[0]}::timestamptz, ${older[1]})`
      : sql<boolean>`true`
const direction = (window: Window): RawBuilder<unknown> => sql.raw(window.newer === undefined ? 'desc' : 'asc')
const order = (window: Window): RawBuilder<unknown> => sql`p.at ${direction(window)}, p.id ${direction(window)}`

const listed = async (db: Read, query: ReturnType<typeof sql<Listed>>): Promise<Listed[]> => (await query.execute(db)).rows

export const listPlace = (db: Read, place: string, artist: boolean, window: Window): Promise<Listed[]> =>
  listed(
    db,
    sql<Listed>`select p.id, p.at from feed.post p where p.place = ${place} and ${open} and ${artist ? sql`p.artist` : sql`true`} and ${within(window)}
      order by ${order(window)} limit ${window.limit}`,
  )

/** Of one member in one place, never what they said as the artist. */
export const listAuthor = (db: Read, place: string, author: string, window: Window): Promise<Listed[]> =>
  listed(
    db,
    sql<Listed>`select p.id, p.at from feed.post p where p.author = ${author} and p.place = ${place} and not p.artist and ${open} and ${within(window)}
      order by ${order(window)} limit ${window.limit}`,
  )

export const listOwn = (db: Read, author: string, window: Window): Promise<Listed[]> =>
  listed(
    db,
    sql<Listed>`select p.id, p.at from feed.post p where p.author = ${author} and p.deleted_at is null and ${within(window)}
      order by ${order(window)} limit ${window.limit}`,
  )

/** Groups a person is in (and not banned from, nor from the planet) and pages they follow. */
const places = (person: string, now: Date): RawBuilder<unknown> => sql`
  select m.group_id as id from groups.public_member m where m.person = ${person} and not exists (
    select 1 from moderation.public_ban b where b.person = ${person} and (b.group_id = m.group_id or b.group_id is null) and (b.until_at is null or b.until_at > ${now}))
  union all select f.page from people.public_follow f where f.person = ${person}`

/**
 * What one follows, merged when it is read. The first `limit` of many lists can only come from the `limit` lists that begin first: so one look at the head of each
 * list, and then `limit` posts of those few. `newer` leaves places alone where nothing came since.
 */
export const listFollowed = (db: Read, person: string, now: Date, window: Window): Promise<Listed[]> =>
  listed(
    db,
    sql<Listed>`
    with mine as materialized (${places(person, now)}),
    heads as materialized (
      select mine.id as place from mine ${window.newer === undefined ? sql`` : sql`join feed.place l on l.id = mine.id`} cross join lateral (
        select p.id, p.at from feed.post p where p.place = mine.id and ${open} and ${within(window)} order by ${order(window)} limit 1) p
      where ${window.newer === undefined ? sql`true` : sql`l.last_at >= ${window.newer[0]}`}
      order by ${order(window)} limit ${window.limit})
    select q.id, q.at from heads h cross join lateral (
      select p.id, p.at from feed.post p where p.place = h.place and ${open} and ${within(window)} order by ${order(window)} limit ${window.limit}) q
    order by q.at ${direction(window)}, q.id ${direction(window)} limit ${window.limit}`,
  )

/** How many of others came since, so many at most. */
export async function countFollowed(db: Read, person: string, now: Date, newer: Place, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with mine as materialized (${places(person, now)})
    select count(*)::int as count from (
      select 1 from mine join feed.place l on l.id = mine.id join feed.post p on p.place = l.id
      where l.last_at > ${newer[0]} and ${open} and (p.at, p.id) > (${newer[0]}::timestamptz, ${newer[1]}) and p.author <> ${person} limit ${most}) n`.execute(
    db,
  )
  return rows[0]!.count
}

const score = sql`(coalesce(t.heart + t.laugh + t.wow + t.cry + t.fire + t.clap, 0) + 3 * coalesce(t.comments, 0))`
export type Scored = Listed & { score: number }
/** Of the newest thousand since then, by response. */
export async function listPopular(
  db: Read,
  place: string,
  since: Date,
  after: readonly [score: number, id: string] | undefined,
  limit: number,
): Promise<Scored[]> {
  const { rows } = await sql<Scored>`
    select p.id, p.at, ${score}::int as score from (
      select p.id, p.at from feed.post p where p.place = ${place} and ${open} and p.at > ${since} order by p.at desc, p.id desc limit 1000) p
    left join feed.post_tally t on t.post = p.id
    where ${after === undefined ? sql`true` : sql`(${score}, p.id) < (${after[0]}::int, ${after[1]})`}
    order by ${score} desc, p.id desc limit ${limit}`.execute(db)
  return rows
}

export async function listHot(db: Read, after: readonly [score: number, id: string] | undefined, limit: number): Promise<Scored[]> {
  const { rows } = await sql<Scored>`
    select p.id, p.at, h.score::float8 as score from feed.hot h join feed.post p on p.id = h.post join feed.place l on l.id = p.place
    where ${open} and (l.page is not null or exists (
      select 1 from groups.public_group g where g.id = l.group_id and g.state = 'open' and g.visibility = 'public'))
      and ${after === undefined ? sql`true` : sql`(h.score, h.post) < (${after[0]}::real, ${after[1]})`}
    order by h.score desc, h.post desc limit ${limit}`.execute(db)
  return rows
}
/** Chooses anew what found most response: of the posts since then, fresh ones before old ones. */
export async function renewHot(tx: Tx, since: Date, now: Date, most: number): Promise<void> {
  await sql`delete from feed.hot`.execute(tx)
  await sql`
    insert into feed.hot (post, score)
    select p.id, (${score} / power(2 + extract(epoch from ${now}::timestamptz - p.at) / 3600, 1.3))::real as heat
    from feed.post p join feed.post_tally t on t.post = p.id join feed.place l on l.id = p.place
    where ${open} and p.at > ${since} and ${score} > 0 and (l.page is not null or exists (
      select 1 from groups.public_group g where g.id = l.group_id and g.state = 'open' and g.visibility = 'public'))
    order by heat desc, p.id desc limit ${most}`.execute(tx)
}

type Alternative = { all: string[]; contains: string[] }
const meets = ({ all, contains }: Alternative): RawBuilder<boolean> =>
  sql<boolean>`(w.terms @> ${all}::text[] and ${sql.join([sql`true`, ...contains.map(piece => sql`w.folded like ${`%${piece}%`}`)], sql` and `)})`
/** So many are found and sorted; what more posts have is so common that the newest of them are near. */
const mostFound = 2000
const mostWalked = 50_000

/** Posts of a place that meet any of the alternatives, newest first: by the index of terms, or, for what is said all the time, along the newest posts. */
export async function searchPlace(db: Read, place: string, asked: readonly Alternative[], window: Window): Promise<Listed[]> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from (
    ${sql.join(
      asked.map(one => sql`(select 1 from feed.post_words w where w.terms @> ${one.all}::text[] limit ${mostFound})`),
      sql` union all `,
    )}) n`.execute(db)
  if (rows[0]!.count >= mostFound)
    return listed(
      db,
      sql<Listed>`select p.id, p.at from (
        select p.id, p.at from feed.post p where p.place = ${place} and ${open} and ${within(window)} order by ${order(window)} limit ${mostWalked}) p
      where exists (select 1 from feed.post_words w where w.post = p.id and (${sql.join(asked.map(meets), sql` or `)}) offset 0)
      order by ${order(window)} limit ${window.limit}`,
    )
  return listed(
    db,
    sql<Listed>`select p.id, p.at from (${sql.join(
      asked.map(one => sql`select w.post from feed.post_words w where ${meets(one)}`),
      sql` union `,
    )}) w join feed.post p on p.id = w.post where p.place = ${place} and ${open} and ${within(window)} order by ${order(window)} limit ${window.limit}`,
  )
}

export type Nameable = { id: string; name: string; role: 'owner' | 'host' | 'member' }
/** Staff, who spoke lately, and (when a name was begun) the most active members. */
export async function listNameable(db: Read, group: string, more: boolean): Promise<Nameable[]> {
  const { rows } = await sql<Nameable>`
    with spoke as materialized (
      select distinct x.author from (select p.author from feed.post p where p.place = ${group} and ${open} and not p.artist order by p.at desc, p.id desc limit 200) x
    ), chosen as (
      select m.person, m.role, true as near, m.activity from groups.public_member m where m.group_id = ${group} and m.role <> 'member'
      union all select m.person, m.role, true, m.activity from spoke s join groups.public_member m on m.group_id = ${group} and m.person = s.author where m.role = 'member'
      union all (select m.person, m.role, false, m.activity from groups.public_member m where ${more} and m.group_id = ${group} order by m.activity desc, m.person limit 2000)
    )
    select c.person as id, n.name, min(c.role) as role from chosen c join people.public_party n on n.id = c.person
    group by c.person, n.name order by min(c.role) = 'member', bool_or(c.near) desc, max(c.activity) desc, c.person`.execute(db)
  return rows
}
/** Pictures that persons chose for themselves. */
export async function readFaces(db: Read, persons: readonly string[]): Promise<Map<string, string>> {
  if (persons.length === 0) return new Map()
  const { rows } = await sql<{
    person: string
    picture: string
  }>`select person, picture from people.public_face where person = any(${[...persons]})`.execute(db)
  return new Map(rows.map(row => [row.person, row.picture]))
}
