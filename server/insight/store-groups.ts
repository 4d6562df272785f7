/** SQL of a group's figures, read through the doors of other rooms. Days are the group's own. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

/** `from` and `to` are days, both included; their moments are worked out in the group's time zone. */
export type Range = { group: string; from: string; to: string; zone: string }
const start = ({ from, zone }: Range) => sql`(${from}::date::timestamp at time zone ${zone})`
const end = ({ to, zone }: Range) => sql`((${to}::date + 1)::timestamp at time zone ${zone})`
const dayOf = ({ zone }: Range) => sql`(at at time zone ${zone})::date::text`

export type DayCount = {
  day: string
  what: 'joined' | 'left' | 'active' | 'posts' | 'comments' | 'given' | 'spent' | 'ended'
  count: number
}

/** Comings and goings also after `to`: who was a member then is worked out backwards from now. */
export async function readGrowth(db: Read, q: Range): Promise<{ day: string; what: 'joined' | 'left'; count: number }[]> {
  const rows = await sql<{ day: string; what: 'joined' | 'left'; count: bigint }>`
    select ${dayOf(q)} as day, case what when 'joined' then 'joined' else 'left' end as what, count(*) as count from groups.public_member_log
    where group_id = ${q.group} and what in ('joined', 'left', 'removed') and at >= ${start(q)} group by 1, 2`.execute(db)
  return rows.rows.map(row => ({ ...row, count: Number(row.count) }))
}

export async function readDays(db: Read, q: Range): Promise<DayCount[]> {
  const within = sql`group_id = ${q.group} and at >= ${start(q)} and at < ${end(q)}`
  const rows = await sql<{ day: string; what: DayCount['what']; count: bigint }>`
    select day::text as day, 'active' as what, count(distinct person) as count from groups.public_activity
      where group_id = ${q.group} and day between ${q.from}::date and ${q.to}::date group by 1
    union all select ${dayOf(q)}, 'posts', count(*) from feed.public_post where ${within} group by 1
    union all select ${dayOf(q)}, 'comments', count(*) from feed.public_comment where ${within} group by 1
    union all select ${dayOf(q)}, 'given', sum(points)::bigint from points.public_grant where ${within} and taken_back_at is null group by 1
    union all select ${dayOf(q)}, 'spent', sum(points)::bigint from points.public_spend where ${within} and state <> 'returned' group by 1
    union all select (e.at at time zone ${q.zone})::date::text, 'ended', sum(e.amount)::bigint
      from ledger.public_account a join ledger.public_entry e on e.account = a.id and e.at >= ${start(q)} and e.at < ${end(q)} and e.amount > 0
      join ledger.public_transfer t on t.id = e.transfer and t.kind = 'points_end'
      where a.owner = ${q.group} and a.purpose = 'unissued' group by 1`.execute(db)
  return rows.rows.map(row => ({ ...row, count: Number(row.count) }))
}

/** How many different persons did something in the days up to `to`, so many days back. */
export async function readActive(db: Read, q: Range): Promise<{ day: number; week: number; month: number }> {
  const found = await sql<{ day: bigint; week: bigint; month: bigint }>`
    select count(distinct person) filter (where day = ${q.to}::date) as day, count(distinct person) filter (where day > ${q.to}::date - 7) as week, count(distinct person) as month
    from groups.public_activity where group_id = ${q.group} and day > ${q.to}::date - 30 and day <= ${q.to}::date`.execute(db)
  const { day, week, month } = found.rows[0]!
  return { day: Number(day), week: Number(week), month: Number(month) }
}

/** Of who came in a week, how many were active in it and in each week since; weeks begin on Monday. */
export async function readCohorts(db: Read, q: Range, weeks: number): Promise<{ week: string; nth: number; persons: number }[]> {
  const first = sql`(date_trunc('week', ${q.to}::date)::date - ${(weeks - 1) * 7}::int)`
  const rows = await sql<{ week: string; nth: number; persons: bigint }>`
    with came as (
      select person, date_trunc('week', min(at at time zone ${q.zone}))::date as week from groups.public_member_log
      where group_id = ${q.group} and what = 'joined' group by 1 having date_trunc('week', min(at at time zone ${q.zone}))::date >= ${first}),
    seen as (
      select distinct c.person, c.week, (date_trunc('week', a.day)::date - c.week) / 7 as nth from came c
      join groups.public_activity a on a.group_id = ${q.group} and a.person = c.person and a.day >= c.week and a.day <= ${q.to}::date)
    select week::text as week, -1 as nth, count(*) as persons from came where week <= ${q.to}::date group by 1
    union all select week::text, nth::int, count(*) from seen where nth >= 0 group by 1, 2 order by 1, 2`.execute(db)
  return rows.rows.map(row => ({ ...row, persons: Number(row.persons) }))
}

export type MissionSum = { id: string; zh: string; en: string; people: number; completions: number; points: number }
export async function readMissionSums(db: Read, q: Range): Promise<MissionSum[]> {
  const rows = await sql<Omit<MissionSum, 'people' | 'completions' | 'points'> & { people: bigint; completions: bigint; points: bigint }>`
    select m.id, m.name_zh as zh, m.name_en as en, count(distinct c.person) as people, count(c.key) as completions, coalesce(sum(c.granted), 0)::bigint as points
    from missions.public_mission m left join missions.public_completion c on c.mission = m.id and c.taken_at is null and c.at >= ${start(q)} and c.at < ${end(q)}
    where m.group_id = ${q.group} group by m.id, m.name_zh, m.name_en order by 5 desc, 1 limit 100`.execute(db)
  return rows.rows.map(row => ({ ...row, people: Number(row.people), completions: Number(row.completions), points: Number(row.points) }))
}

export type RewardSum = { id: string; title: string; exchanges: number; points: number; left: number | null }
export async function readRewardSums(db: Read, q: Range): Promise<RewardSum[]> {
  const rows = await sql<{ id: string; title: string; exchanges: bigint; points: bigint; left: number | null }>`
    select r.id, r.title, count(x.id) as exchanges, coalesce(sum(x.points), 0)::bigint as points, r.stock - r.taken as left
    from rewards.public_reward r left join rewards.public_exchange x on x.reward = r.id and x.at >= ${start(q)} and x.at < ${end(q)} and x.state <> 'cancelled'
    where r.group_id = ${q.group} group by r.id, r.title, r.stock, r.taken order by 3 desc, 1 limit 100`.execute(db)
  return rows.rows.map(row => ({
    ...row,
    exchanges: Number(row.exchanges),
    points: Number(row.points),
    left: row.left === null ? null : Number(row.left),
  }))
}
