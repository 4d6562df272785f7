/** SQL of who is in a group: members, their log, what they did. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
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
