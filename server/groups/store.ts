/** SQL of groups themselves and of where a person stands in them. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

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

/** One row per pair of person and group, in their order. */
export async function readPairs(db: Read, pairs: readonly { person: string; group: string }[], now: Date): Promise<Standing[]> {
  if (pairs.length === 0) return []
  const { rows } = await sql<Standing>`
    select m.person is not null as member, m.role, coalesce(m.level, 0)::int as level, coalesce(m.activity, 0) as activity, m.since, coalesce(m.charter, 0) as charter,
      coalesce(g.kind = 'official', false) and exists (select 1 from people.public_page_editor e where e.page = g.page and e.person = x.person) as artist,
      exists (select 1 from moderation.public_ban b where b.person = x.person and (b.group_id is null or b.group_id = x.group_id)
        and b.from_at <= ${now} and (b.until_at is null or b.until_at > ${now})) as banned
    from unnest(${pairs.map(one => one.person)}::text[], ${pairs.map(one => one.group)}::text[]) with ordinality as x(person, group_id, n)
    left join groups.fan_group g on g.id = x.group_id
    left join groups.member m on m.group_id = x.group_id and m.person = x.person order by x.n`.execute(db)
  return rows
}
/** Where a person stands in each of these groups. */
export async function readStandings(db: Read, person: string, groups: readonly string[], now: Date): Promise<Map<string, Standing>> {
  const rows = await readPairs(
    db,
    groups.map(group => ({ person, group })),
    now,
  )
  return new Map(groups.map((group, n) => [group, rows[n]!]))
}
/** Where each of these persons stands in one group. */
export async function readStandingsIn(db: Read, group: string, persons: readonly string[], now: Date): Promise<Map<string, Standing>> {
  const rows = await readPairs(
    db,
    persons.map(person => ({ person, group })),
    now,
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

export type Change = Partial<
  Pick<Group, 'name' | 'about' | 'visibility' | 'joining' | 'questions' | 'followDays' | 'timeZone' | 'letters' | 'picture' | 'cover'>
> & { words?: string }
/** Changes what is given. */
export async function updateGroup(tx: Tx, id: string, at: Date, change: Change): Promise<void> {
  const has = (name: keyof Change): boolean => change[name] !== undefined
  await sql`update groups.fan_group set changed_at = ${at},
    name = ${has('name') ? change.name! : sql`name`}, words = ${has('words') ? change.words! : sql`words`}, about = ${has('about') ? change.about! : sql`about`},
    visibility = ${has('visibility') ? change.visibility! : sql`visibility`}, joining = ${has('joining') ? change.joining! : sql`joining`},
    questions = ${has('questions') ? sql`${jsonText(change.questions)}::jsonb` : sql`questions`},
    follow_days = ${has('followDays') ? change.followDays! : sql`follow_days`}, time_zone = ${has('timeZone') ? change.timeZone! : sql`time_zone`},
    letters = ${has('letters') ? change.letters! : sql`letters`}, picture = ${has('picture') ? change.picture! : sql`picture`},
    cover = ${has('cover') ? change.cover! : sql`cover`} where id = ${id}`.execute(tx)
}
/** Locks a group's row against changes meanwhile. */
export async function lockGroup(tx: Tx, id: string): Promise<void> {
  await sql`select 1 from groups.fan_group where id = ${id} for no key update`.execute(tx)
}
/** Closes or opens; false when it is so already. An official one whose page has another by now breaks `fan_group_official`. */
export async function setState(tx: Tx, id: string, state: 'open' | 'closed', at: Date): Promise<boolean> {
  const { rows } = await sql`update groups.fan_group set state = ${state}, closed_at = ${state === 'closed' ? at : null}, changed_at = ${at}
    where id = ${id} and state <> ${state} returning 1`.execute(tx)
  return rows.length > 0
}
export async function hasOfficial(db: Read, page: string): Promise<boolean> {
  const { rows } = await sql`select 1 from groups.fan_group where page = ${page} and kind = 'official' and state = 'open'`.execute(db)
  return rows.length > 0
}
export async function listCharters(db: Read, group: string): Promise<{ version: number; text: string; at: Date }[]> {
  const { rows } = await sql<{ version: number; text: string; at: Date }>`
    select version, text, at from groups.charter where group_id = ${group} order by version desc`.execute(db)
  return rows
}
/** The organisation behind a business page, by the page's id or handle. */
export async function agencyBehind(db: Read, page: string): Promise<string | undefined> {
  const { rows } = await sql<{ owner: string }>`
    select owner from people.public_page where (id = ${page} or handle = ${page}) and kind = 'business' and owner like 'org\_%'`.execute(db)
  return rows[0]?.owner
}
export async function setAgency(tx: Tx, id: string, agency: string | null, at: Date): Promise<void> {
  await sql`update groups.fan_group set agency = ${agency}, agency_asked_at = ${agency === null ? null : at}, agency_confirmed_at = null, agency_confirmed_by = null
    where id = ${id} and agency is distinct from ${agency}`.execute(tx)
}
/** Puts it on record; false when this organisation was not asked. */
export async function confirmAgency(tx: Tx, id: string, agency: string, by: string, at: Date): Promise<boolean> {
  const { rows } = await sql`
    update groups.fan_group set agency_confirmed_at = coalesce(agency_confirmed_at, ${at}), agency_confirmed_by = coalesce(agency_confirmed_by, ${by})
    where id = ${id} and agency = ${agency} returning 1`.execute(tx)
  return rows.length > 0
}
export async function isPage(db: Read, page: string): Promise<boolean> {
  const { rows } = await sql`select 1 from people.public_page where id = ${page}`.execute(db)
  return rows.length > 0
}

export type CardRow = Pick<
  Group,
  'id' | 'handle' | 'name' | 'kind' | 'visibility' | 'joining' | 'picture' | 'cover' | 'members' | 'demo' | 'createdAt'
> & {
  page: Around['page']
  role: Role | null
}
const cardColumns = (
  viewer: string | null,
): RawBuilder<unknown> => sql`g.id, g.handle, g.name, g.kind, g.visibility, g.joining, g.picture, g.cover, g.members, g.demo,
  g.created_at as "createdAt", (select json_build_object('id', p.id, 'name', p.name, 'handle', p.handle, 'picture', p.picture) from people.public_page p where p.id = g.page) as page,
  (select m.role from groups.member m where m.group_id = g.id and m.person = ${viewer}) as role`

/** Open groups that may be found. `asked` is a tsquery. */
export async function listGroups(
  db: Read,
  viewer: string | null,
  given: {
    asked: string | null
    kind: 'official' | 'fans' | null
    page: string | null
    sort: 'members' | 'new'
    after: readonly [number | Date, string] | undefined
    limit: number
  },
): Promise<CardRow[]> {
  const by = given.sort === 'members' ? sql`g.members` : sql`g.created_at`
  const { rows } = await sql<CardRow>`
    select ${cardColumns(viewer)} from groups.fan_group g
    where g.state = 'open' and g.visibility <> 'invite' and ${given.kind === null ? sql`true` : sql`g.kind = ${given.kind}`}
      and ${given.page === null ? sql`true` : sql`g.page = ${given.page}`}
      and ${given.asked === null ? sql`true` : sql`to_tsvector('simple', g.words) @@ to_tsquery('simple', ${given.asked})`}
      and ${given.after === undefined ? sql`true` : given.sort === 'members' ? sql`(g.members < ${given.after[0]} or (g.members = ${given.after[0]} and g.id > ${given.after[1]}))` : sql`(g.created_at, g.id) < (${given.after[0]}, ${given.after[1]})`}
    order by ${by} desc, g.id ${given.sort === 'members' ? sql`asc` : sql`desc`} limit ${given.limit}`.execute(db)
  return rows
}
export async function countGroups(db: Read, page: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from groups.fan_group where page = ${page} and state = 'open' and visibility <> 'invite'`.execute(db)
  return rows[0]!.count
}
/** Groups a person is in, the latest joined first. */
export async function listMine(db: Read, person: string): Promise<(CardRow & { level: number })[]> {
  const { rows } = await sql<CardRow & { level: number }>`
    select ${cardColumns(person)}, m.level::int as level from groups.member m join groups.fan_group g on g.id = m.group_id
    where m.person = ${person} order by m.since desc, m.group_id limit 500`.execute(db)
  return rows
}
export async function listWaiting(db: Read, person: string): Promise<(CardRow & { request: string; at: Date })[]> {
  const { rows } = await sql<CardRow & { request: string; at: Date }>`
    select ${cardColumns(person)}, r.id as request, r.at from groups.request r join groups.fan_group g on g.id = r.group_id
    where r.person = ${person} and r.state = 'waiting' and g.state = 'open' order by r.at desc, r.id limit 100`.execute(db)
  return rows
}
/** Open groups that named one of these organisations and wait for its yes. */
export async function listAgencies(
  db: Read,
  person: string,
  organisations: readonly string[],
): Promise<(CardRow & { organisation: string; organisationName: string })[]> {
  if (organisations.length === 0) return []
  const { rows } = await sql<CardRow & { organisation: string; organisationName: string }>`
    select ${cardColumns(person)}, g.agency as organisation, o.name as "organisationName" from groups.fan_group g join people.public_party o on o.id = g.agency
    where g.agency = any(${organisations}) and g.agency_confirmed_at is null and g.state = 'open' order by g.agency_asked_at desc, g.id limit 100`.execute(
    db,
  )
  return rows
}
export async function readGroups(db: Read, ids: readonly string[]): Promise<Group[]> {
  const { rows } = await sql<Group>`select ${groupColumns} from groups.fan_group g where g.id = any(${ids})`.execute(db)
  return rows
}
