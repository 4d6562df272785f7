/** SQL of who is in a group: members, their log, what they did. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import type { Role } from './store.ts'

/** How someone came in: `open`, `ask`, `invite`, `founded`, `demo`, `enrolment:enr_…`. */
export type How = string
/** Most activity that counts towards a level on one day. */
const mostPerDay = 100

/** Puts a person in; false when they are in already. What they did before they left counts again. */
export async function insertMember(
  tx: Tx,
  given: { group: string; person: string; role: Role; how: How; charter: number; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into groups.member (group_id, person, role, since, charter, activity, active_at, how)
    select ${given.group}, ${given.person}, ${given.role}, ${given.at}, ${given.charter},
      coalesce((select sum(a.amount) from groups.activity a where a.group_id = ${given.group} and a.person = ${given.person}), 0)::int, ${given.at}, ${given.how}
    on conflict (group_id, person) do nothing returning 1`.execute(tx)
  if (rows.length === 0) return false
  await sql`update groups.fan_group set members = members + 1 where id = ${given.group}`.execute(tx)
  await sql`insert into groups.member_log (group_id, person, what, at) values (${given.group}, ${given.person}, 'joined', ${given.at})`.execute(
    tx,
  )
  return true
}

/** Takes a member out (never the owner); false when they were not in. */
export async function deleteMember(
  tx: Tx,
  given: { group: string; person: string; what: 'left' | 'removed'; by: string | null; reason: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    delete from groups.member where group_id = ${given.group} and person = ${given.person} and role <> 'owner' returning 1`.execute(tx)
  if (rows.length === 0) return false
  await sql`update groups.fan_group set members = members - 1 where id = ${given.group}`.execute(tx)
  await sql`insert into groups.member_log (group_id, person, what, by, reason, at)
    values (${given.group}, ${given.person}, ${given.what}, ${given.by}, ${given.reason}, ${given.at})`.execute(tx)
  return true
}

/** Takes out plain members who came in that way and are in since; gives who went. */
export async function deleteMembersBy(tx: Tx, given: { group: string; persons: readonly string[]; how: How; at: Date }): Promise<string[]> {
  const { rows } = await sql<{ person: string }>`
    with gone as (
      delete from groups.member where group_id = ${given.group} and person = any(${given.persons}) and how = ${given.how} and role = 'member' returning person
    ), less as (update groups.fan_group set members = members - (select count(*) from gone)::int where id = ${given.group})
    insert into groups.member_log (group_id, person, what, reason, at) select ${given.group}, person, 'left', ${given.how}, ${given.at} from gone returning person`.execute(
    tx,
  )
  return rows.map(row => row.person)
}

export type Activity = { group: string; person: string; amount: number; key: string; at: Date }

/** Counts what members did, each key once, at most so much a day; rows of who is no member are left out. Two statements, however many. */
export async function insertActivity(tx: Tx, given: readonly Activity[]): Promise<void> {
  const rows = JSON.stringify(given.map(one => ({ g: one.group, p: one.person, a: one.amount, k: one.key, t: one.at })))
  const table = sql`json_to_recordset(${rows}::json) as x(g text, p text, a int, k text, t timestamptz)`
  await sql`select 1 from groups.member m where (m.group_id, m.person) in (select x.g, x.p from ${table}) order by m.group_id, m.person for update`.execute(
    tx,
  )
  await sql`
    with given as (
      select distinct on (x.g, x.p, x.k) x.g, x.p, x.a, x.k, x.t, (x.t at time zone f.time_zone)::date as day
      from ${table} join groups.member m on m.group_id = x.g and m.person = x.p join groups.fan_group f on f.id = x.g
      where not exists (select 1 from groups.activity o where o.group_id = x.g and o.person = x.p and o.key = x.k)
      order by x.g, x.p, x.k
    ), sized as (
      select g, p, k, t, day, least(a, ${mostPerDay}::int
        - coalesce((select sum(o.amount) from groups.activity o where o.person = given.p and o.group_id = given.g and o.day = given.day), 0)
        - coalesce(sum(a) over (partition by g, p, day order by k rows between unbounded preceding and 1 preceding), 0))::int as a
      from given
    ), kept as (
      insert into groups.activity (group_id, person, key, amount, day, at) select g, p, k, a, day, t from sized where a > 0
      on conflict do nothing returning group_id, person, amount, at
    )
    update groups.member m set activity = m.activity + s.amount, active_at = greatest(m.active_at, s.at)
    from (select group_id, person, sum(amount)::int as amount, max(at) as at from kept group by group_id, person) s
    where m.group_id = s.group_id and m.person = s.person`.execute(tx)
}

export type LogRow = { person: string; what: string; by: string | null; reason: string; at: Date }
/** The latest of a person in a group. */
export async function lastOf(db: Read, group: string, person: string): Promise<LogRow | undefined> {
  const { rows } = await sql<LogRow>`
    select person, what, by, reason, at from groups.member_log where group_id = ${group} and person = ${person} order by at desc, id desc limit 1`.execute(
    db,
  )
  return rows[0]
}

export async function acceptCharter(tx: Tx, group: string, person: string, version: number): Promise<void> {
  await sql`update groups.member set charter = greatest(charter, ${version}) where group_id = ${group} and person = ${person}`.execute(tx)
}

/** So many groups one is in. */
export async function countJoined(db: Read, person: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from groups.member where person = ${person}`.execute(db)
  return rows[0]!.count
}
/** Since when a person follows a page; undefined when they do not. */
export async function followedAt(db: Read, person: string, page: string): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date }>`select at from people.public_follow where person = ${person} and page = ${page}`.execute(db)
  return rows[0]?.at
}

/** Makes someone host, member or owner; the log says who did it. False when they are no member, or are it already. */
export async function setRole(tx: Tx, given: { group: string; person: string; role: Role; by: string; at: Date }): Promise<boolean> {
  const { rows } = await sql`
    update groups.member set role = ${given.role} where group_id = ${given.group} and person = ${given.person} and role <> ${given.role} returning 1`.execute(
    tx,
  )
  if (rows.length === 0) return false
  await sql`insert into groups.member_log (group_id, person, what, by, at)
    values (${given.group}, ${given.person}, ${given.role}, ${given.by}, ${given.at})`.execute(tx)
  return true
}
export async function ownerOf(db: Read, group: string): Promise<string | undefined> {
  const { rows } = await sql<{ person: string }>`select person from groups.member where group_id = ${group} and role = 'owner'`.execute(db)
  return rows[0]?.person
}

export type MemberRow = { id: string; name: string; role: Role; artist: boolean; level: number; activity: number; since: Date }
/** Members of a group; by parts of their name, or owner and hosts alone. */
export async function listMembers(
  db: Read,
  given: {
    group: string
    q: string | null
    sort: 'active' | 'new'
    staff: boolean
    after: readonly [number | Date, string] | undefined
    limit: number
  },
): Promise<MemberRow[]> {
  const by = given.sort === 'active' ? sql`m.activity` : sql`m.since`
  const after = given.after === undefined ? sql`true` : sql`(${by}, m.person) < (${given.after[0]}, ${given.after[1]})`
  const like = given.q === null ? sql`true` : sql`n.name ilike ${`%${given.q.replaceAll(/[\\%_]/g, found => `\\${found}`)}%`}`
  const { rows } = await sql<MemberRow>`
    select m.person as id, n.name, m.role, m.level::int as level, m.activity, m.since,
      exists (select 1 from groups.public_artist a where a.group_id = m.group_id and a.person = m.person) as artist
    from groups.member m join people.public_party n on n.id = m.person
    where m.group_id = ${given.group} and ${after} and ${like} and ${given.staff ? sql`m.role <> 'member'` : sql`true`}
    order by ${by} desc, m.person desc limit ${given.limit}`.execute(db)
  return rows
}

export type GroupLogRow = { id: string; person: string; name: string; what: LogWhat; by: string | null; reason: string; at: Date }
type LogWhat = 'joined' | 'left' | 'removed' | 'host' | 'member' | 'owner'
export async function listLog(db: Read, group: string, after: readonly [Date, string] | undefined, limit: number): Promise<GroupLogRow[]> {
  const { rows } = await sql<GroupLogRow>`
    select l.id::text as id, l.person, n.name, l.what, b.name as by, l.reason, l.at
    from groups.member_log l join people.public_party n on n.id = l.person left join people.public_party b on b.id = l.by
    where l.group_id = ${group} and ${after === undefined ? sql`true` : sql`(l.at, l.id) < (${after[0]}, ${after[1]}::bigint)`}
    order by l.at desc, l.id desc limit ${limit}`.execute(db)
  return rows
}

/** Asks to join; false when a request of theirs waits already, or this id is taken. */
export async function insertRequest(
  tx: Tx,
  given: { id: string; group: string; person: string; answers: readonly { question: string; answer: string }[]; charter: number; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into groups.request (id, group_id, person, answers, charter, at)
    values (${given.id}, ${given.group}, ${given.person}, ${jsonText(given.answers)}::jsonb, ${given.charter}, ${given.at})
    on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}
export type RequestRow = {
  id: string
  group: string
  person: string
  name: string
  joinedAt: Date
  answers: { question: string; answer: string }[]
  charter: number
  state: 'waiting' | 'accepted' | 'refused' | 'withdrawn' | 'expired'
  at: Date
  removedBefore: boolean
}
const requests = sql`select r.id, r.group_id as "group", r.person, n.name, s.since as "joinedAt", r.answers, r.charter, r.state, r.at,
    exists (select 1 from groups.member_log l where l.group_id = r.group_id and l.person = r.person and l.what = 'removed') as "removedBefore"
  from groups.request r join people.public_party n on n.id = r.person join people.public_since s on s.person = r.person`
export async function listRequests(
  db: Read,
  group: string,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<RequestRow[]> {
  const { rows } = await sql<RequestRow>`${requests}
    where r.group_id = ${group} and r.state = 'waiting' and ${after === undefined ? sql`true` : sql`(r.at, r.id) > (${after[0]}, ${after[1]})`}
    order by r.at, r.id limit ${limit}`.execute(db)
  return rows
}
export async function countRequests(db: Read, group: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from groups.request where group_id = ${group} and state = 'waiting'`.execute(db)
  return rows[0]!.count
}
/** One request, its row locked. */
export async function lockRequest(tx: Tx, id: string): Promise<RequestRow | undefined> {
  await sql`select 1 from groups.request where id = ${id} for update`.execute(tx)
  const { rows } = await sql<RequestRow>`${requests} where r.id = ${id}`.execute(tx)
  return rows[0]
}
/** Ends requests that wait: one by its id, or all of a person in a group. */
export async function endRequests(
  tx: Tx,
  which: { id: string } | { group: string; person: string },
  given: { state: 'accepted' | 'refused' | 'withdrawn'; by: string | null; reason?: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update groups.request set state = ${given.state}, decided_at = ${given.at}, decided_by = ${given.by}, reason = ${given.reason ?? ''}
    where state = 'waiting' and ${'id' in which ? sql`id = ${which.id}` : sql`group_id = ${which.group} and person = ${which.person}`} returning 1`.execute(
    tx,
  )
  return rows.length > 0
}
/** Requests nobody decided since. */
export async function expireRequests(tx: Tx, before: Date, at: Date): Promise<void> {
  await sql`update groups.request set state = 'expired', decided_at = ${at} where state = 'waiting' and at < ${before}`.execute(tx)
}

export type InviteRow = { token: string; by: string; at: Date; endsAt: Date | null; mostUses: number | null; uses: number }
const holds = (now: Date) =>
  sql`i.ended_at is null and (i.ends_at is null or i.ends_at > ${now}) and (i.most_uses is null or i.uses < i.most_uses)`
export async function inviteHolds(db: Read, group: string, token: string, now: Date): Promise<boolean> {
  const { rows } = await sql`select 1 from groups.invite i where i.token = ${token} and i.group_id = ${group} and ${holds(now)}`.execute(db)
  return rows.length > 0
}
/** Counts a use; false when it holds no more. */
export async function takeInvite(tx: Tx, group: string, token: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update groups.invite i set uses = uses + 1 where i.token = ${token} and i.group_id = ${group} and ${holds(now)} returning 1`.execute(tx)
  return rows.length > 0
}
export async function insertInvite(
  tx: Tx,
  given: { token: string; group: string; by: string; at: Date; endsAt: Date | null; mostUses: number | null },
): Promise<void> {
  await sql`insert into groups.invite (token, group_id, by, at, ends_at, most_uses)
    values (${given.token}, ${given.group}, ${given.by}, ${given.at}, ${given.endsAt}, ${given.mostUses})`.execute(tx)
}
export async function listInvites(db: Read, group: string, now: Date): Promise<InviteRow[]> {
  const { rows } = await sql<InviteRow>`
    select i.token, n.name as by, i.at, i.ends_at as "endsAt", i.most_uses as "mostUses", i.uses
    from groups.invite i join people.public_party n on n.id = i.by where i.group_id = ${group} and ${holds(now)} order by i.at desc, i.token`.execute(
    db,
  )
  return rows
}
export async function endInvite(tx: Tx, group: string, token: string, at: Date): Promise<boolean> {
  const { rows } = await sql`
    update groups.invite set ended_at = coalesce(ended_at, ${at}) where token = ${token} and group_id = ${group} returning 1`.execute(tx)
  return rows.length > 0
}
