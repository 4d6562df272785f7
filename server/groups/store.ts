/** SQL of groups themselves and of where a person stands in them. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type Role = 'owner' | 'host' | 'member'
/** A group as the server knows it; `picture` and `cover` are assets. */
export type Group = {
  id: string
  handle: string
  name: string
  kind: 'official' | 'fans'
  page: string | null
  about: string
  visibility: 'public' | 'members' | 'invite'
  joining: 'open' | 'ask' | 'invite'
  questions: string[]
  followDays: number
  timeZone: string
  picture: string | null
  cover: string | null
  charter: number
  agency: string | null
  agencyConfirmedAt: Date | null
  letters: boolean
  state: 'open' | 'closed'
  members: number
  founder: string
  demo: boolean
  createdAt: Date
}
/** Where a person stands in a group. `artist`: edits the page of an official group. Level 0: not a member. */
export type Standing = {
  member: boolean
  role: Role | null
  artist: boolean
  level: number
  activity: number
  since: Date | null
  /** The charter they accepted last. */
  charter: number
  banned: boolean
}
export const nowhere: Standing = {
  member: false,
  role: null,
  artist: false,
  level: 0,
  activity: 0,
  since: null,
  charter: 0,
  banned: false,
}

export const groupColumns: RawBuilder<unknown> = sql`g.id, g.handle, g.name, g.kind, g.page, g.about, g.visibility, g.joining, g.questions, g.follow_days as "followDays",
  g.time_zone as "timeZone", g.picture, g.cover, g.charter, g.agency, g.agency_confirmed_at as "agencyConfirmedAt", g.letters, g.state, g.members, g.founder,
  g.demo, g.created_at as "createdAt"`

/** A group by id or handle. */
export async function readGroup(db: Read, idOrHandle: string): Promise<Group | undefined> {
  const { rows } = await sql<Group>`
    select ${groupColumns} from groups.fan_group g where ${idOrHandle.startsWith('grp_') ? sql`g.id` : sql`g.handle`} = ${idOrHandle}`.execute(
    db,
  )
  return rows[0]
}

/** One row per pair of person and group, in their order; groups that are not there have no `there`. */
export async function readPairs(db: Read, pairs: readonly { person: string; group: string }[]): Promise<Standing[]> {
  if (pairs.length === 0) return []
  const { rows } = await sql<Standing>`
    select m.person is not null as member, m.role, coalesce(m.level, 0)::int as level, coalesce(m.activity, 0) as activity, m.since, coalesce(m.charter, 0) as charter,
      coalesce(g.kind = 'official', false) and exists (select 1 from people.public_page_editor e where e.page = g.page and e.person = x.person) as artist,
      false as banned
    from unnest(${pairs.map(one => one.person)}::text[], ${pairs.map(one => one.group)}::text[]) with ordinality as x(person, group_id, n)
    left join groups.fan_group g on g.id = x.group_id
    left join groups.member m on m.group_id = x.group_id and m.person = x.person order by x.n`.execute(db)
  return rows
}
/** Where a person stands in each of these groups. */
export async function readStandings(db: Read, person: string, groups: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await readPairs(
    db,
    groups.map(group => ({ person, group })),
  )
  return new Map(groups.map((group, n) => [group, rows[n]!]))
}
/** Where each of these persons stands in one group. */
export async function readStandingsIn(db: Read, group: string, persons: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await readPairs(
    db,
    persons.map(person => ({ person, group })),
  )
  return new Map(persons.map((person, n) => [person, rows[n]!]))
}

/** What a group's page shows beside the group itself. */
export type Around = {
  page: { id: string; name: string; handle: string; picture: string | null } | null
  agency: { id: string; name: string } | null
  hosts: { id: string; name: string; role: Role }[]
  charter: { version: number; text: string; at: string } | null
  request: { id: string; at: string } | null
  followedAt: Date | null
}
export async function readAround(db: Read, group: string, person: string | null): Promise<Around> {
  const { rows } = await sql<Around>`
    select (select json_build_object('id', p.id, 'name', p.name, 'handle', p.handle, 'picture', p.picture) from people.public_page p where p.id = g.page) as page,
      (select json_build_object('id', o.id, 'name', o.name) from people.public_party o where o.id = g.agency) as agency,
      (select coalesce(json_agg(json_build_object('id', m.person, 'name', n.name, 'role', m.role) order by m.role desc, m.since, m.person), '[]')
       from groups.member m join people.public_party n on n.id = m.person where m.group_id = g.id and m.role <> 'member') as hosts,
      (select json_build_object('version', c.version, 'text', c.text, 'at', c.at) from groups.charter c where c.group_id = g.id and c.version = g.charter) as charter,
      (select json_build_object('id', r.id, 'at', r.at) from groups.request r where r.group_id = g.id and r.person = ${person} and r.state = 'waiting') as request,
      (select f.at from people.public_follow f where f.page = g.page and f.person = ${person}) as "followedAt"
    from groups.fan_group g where g.id = ${group}`.execute(db)
  return rows[0]!
}

/** Opens a group; `handle` or `id` when that is taken already, `official` when the page has one. */
export async function insertGroup(
  tx: Tx,
  given: Pick<Group, 'id' | 'handle' | 'name' | 'kind' | 'page' | 'about' | 'visibility' | 'joining' | 'timeZone' | 'founder' | 'demo'> & {
    words: string
    at: Date
  },
): Promise<'made' | 'id' | 'handle' | 'official'> {
  const { rows } = await sql`
    insert into groups.fan_group (id, handle, name, words, kind, page, about, visibility, joining, time_zone, founder, demo, created_at, changed_at)
    values (${given.id}, ${given.handle}, ${given.name}, ${given.words}, ${given.kind}, ${given.page}, ${given.about}, ${given.visibility}, ${given.joining},
      ${given.timeZone}, ${given.founder}, ${given.demo}, ${given.at}, ${given.at})
    on conflict do nothing returning 1`.execute(tx)
  if (rows.length > 0) return 'made'
  const why = await sql<{ id: boolean; handle: boolean }>`
    select coalesce(bool_or(g.id = ${given.id}), false) as id, coalesce(bool_or(g.handle = ${given.handle}), false) as handle
    from groups.fan_group g where g.id = ${given.id} or g.handle = ${given.handle}`.execute(tx)
  return why.rows[0]!.id ? 'id' : why.rows[0]!.handle ? 'handle' : 'official'
}

export async function countFounded(db: Read, person: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from groups.fan_group where founder = ${person} and state = 'open'`.execute(db)
  return rows[0]!.count
}

/** A new version of the charter; gives its number. The group's row is locked by it. */
export async function insertCharter(tx: Tx, given: { group: string; text: string; by: string; at: Date }): Promise<number> {
  const { rows } = await sql<{ charter: number }>`
    update groups.fan_group set charter = charter + 1, changed_at = ${given.at} where id = ${given.group} returning charter`.execute(tx)
  const version = rows[0]!.charter
  await sql`insert into groups.charter (group_id, version, text, by, at) values (${given.group}, ${version}, ${given.text}, ${given.by}, ${given.at})`.execute(
    tx,
  )
  return version
}
