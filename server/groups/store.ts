/** SQL of groups themselves and of where a person stands in them. */
import { sql, type RawBuilder } from 'kysely'
import type { Read } from '../foundation/db.ts'

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

/** Where a person stands in each of these groups, in one statement. */
export async function readStandings(db: Read, person: string, groups: readonly string[]): Promise<Map<string, Standing>> {
  if (groups.length === 0) return new Map()
  const { rows } = await sql<Standing & { id: string }>`
    select g.id, m.person is not null as member, m.role, coalesce(m.level, 0)::int as level, coalesce(m.activity, 0) as activity, m.since, coalesce(m.charter, 0) as charter,
      g.kind = 'official' and exists (select 1 from people.public_page_editor e where e.page = g.page and e.person = ${person}) as artist, false as banned
    from groups.fan_group g left join groups.member m on m.group_id = g.id and m.person = ${person} where g.id = any(${groups})`.execute(db)
  return new Map(rows.map(({ id, ...standing }) => [id, standing]))
}

/** Where each of these persons stands in one group. */
export async function readStandingsIn(db: Read, group: string, persons: readonly string[]): Promise<Map<string, Standing>> {
  if (persons.length === 0) return new Map()
  const { rows } = await sql<Standing & { id: string }>`
    select p.id, m.person is not null as member, m.role, coalesce(m.level, 0)::int as level, coalesce(m.activity, 0) as activity, m.since, coalesce(m.charter, 0) as charter,
      g.kind = 'official' and exists (select 1 from people.public_page_editor e where e.page = g.page and e.person = p.id) as artist, false as banned
    from unnest(${persons}::text[]) as p(id) cross join groups.fan_group g left join groups.member m on m.group_id = g.id and m.person = p.id where g.id = ${group}`.execute(
    db,
  )
  return new Map(rows.map(({ id, ...standing }) => [id, standing]))
}
