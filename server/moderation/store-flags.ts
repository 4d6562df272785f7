/** All SQL of what waits to be decided and of reports. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

/** After so long without a decision the planet's staff sees it too. */
export const staffAfterMs = 48 * 3_600_000

export type FlagRow = {
  id: string
  kind: string
  subject: string
  group: string | null
  groupName: string | null
  handle: string | null
  author: string | null
  authorName: string | null
  level: 'group' | 'planet'
  escalatedBy: string | null
  escalatedNote: string | null
  state: 'open' | 'decided'
  hold: string | null
  reports: number
  at: Date
  decidedAt: Date | null
  reasons: { reason: string; count: number }[]
}
const columns = sql`f.id, f.kind, f.subject, f.group_id as group, g.name as "groupName", g.handle, f.author, a.name as "authorName", f.level,
  e.name as "escalatedBy", f.escalated_note as "escalatedNote", f.state, f.hold, f.reports, f.opened_at as at, f.decided_at as "decidedAt",
  (select coalesce(jsonb_agg(jsonb_build_object('reason', x.reason, 'count', x.n) order by x.n desc, x.reason), '[]')
   from (select reason, count(*)::int as n from moderation.report where flag = f.id group by reason) x) as reasons`
const tables = sql`moderation.flag f left join groups.public_group g on g.id = f.group_id left join people.public_party a on a.id = f.author
  left join people.public_party e on e.id = f.escalated_by`

/** The open flag of a thing, made when there is none; its row is locked until the transaction ends. */
export async function openFlag(
  tx: Tx,
  given: { id: string; kind: string; subject: string; group: string | null; author: string | null; level: 'group' | 'planet'; at: Date },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into moderation.flag as f (id, kind, subject, group_id, author, level, opened_at)
    values (${given.id}, ${given.kind}, ${given.subject}, ${given.group}, ${given.author}, ${given.level}, ${given.at})
    on conflict (kind, subject) where state = 'open' do update set opened_at = f.opened_at returning id`.execute(tx)
  return rows[0]!.id
}
/** Notes what holds it; the first that held it stays. False: something held it before. */
export async function setHold(tx: Tx, id: string, hold: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update moderation.flag set hold = ${hold} where id = ${id} and state = 'open' and hold is null`.execute(tx)
  return numAffectedRows === 1n
}
/** Hands it to the planet's staff. False: they have it, or it is decided. */
export async function escalateFlag(tx: Tx, id: string, by: string | null, note: string | null): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update moderation.flag set level = 'planet', escalated_by = ${by}, escalated_note = ${note} where id = ${id} and level = 'group' and state = 'open'`.execute(
    tx,
  )
  return numAffectedRows === 1n
}
export async function lockFlag(tx: Tx, id: string): Promise<void> {
  await sql`select 1 from moderation.flag where id = ${id} for update`.execute(tx)
}
export async function closeFlag(tx: Tx, id: string, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update moderation.flag set state = 'decided', decided_at = ${at} where id = ${id} and state = 'open'`.execute(tx)
  return numAffectedRows === 1n
}
export async function readFlag(db: Read, id: string): Promise<FlagRow | undefined> {
  const { rows } = await sql<FlagRow>`select ${columns} from ${tables} where f.id = ${id}`.execute(db)
  return rows[0]
}
export type Asked = {
  scope: string
  staff: boolean
  viewer: string
  state: 'open' | 'decided'
  held: boolean | undefined
  kind: string | undefined
  now: Date
  after: readonly [Date, string] | undefined
  limit: number
}
/** A group's own for its hosts; for the planet's staff what is the planet's, and what a group left lying. Nobody finds what is said about them. */
const waitsFor = ({ scope, staff, viewer, now }: Pick<Asked, 'scope' | 'staff' | 'viewer' | 'now'>): RawBuilder<unknown> => {
  const own = sql`(f.author is null or f.author <> ${viewer})`
  if (scope !== '') return sql`f.group_id = ${scope} and ${own} and (${staff} or f.level = 'group')`
  return sql`${own} and (f.level = 'planet' or f.opened_at < ${new Date(now.getTime() - staffAfterMs)})`
}
/** Open ones: the oldest first. Decided ones: the newest first. */
export async function listFlags(db: Read, asked: Asked): Promise<FlagRow[]> {
  const { after } = asked
  const [stamp, place] = [after?.[0] ?? null, after?.[1] ?? null]
  const open = asked.state === 'open'
  const { rows } = await sql<FlagRow>`
    select ${columns} from ${tables} where f.state = ${asked.state} and ${waitsFor(asked)}
      and (${asked.held ?? null}::boolean is null or (f.hold is not null) = ${asked.held ?? null}::boolean) and (${asked.kind ?? null}::text is null or f.kind = ${asked.kind ?? null})
      and (${after === undefined} or ${open ? sql`(f.opened_at, f.id) > (${stamp}::timestamptz, ${place})` : sql`(f.decided_at, f.id) < (${stamp}::timestamptz, ${place})`})
    order by ${open ? sql`f.opened_at, f.id` : sql`f.decided_at desc, f.id desc`} limit ${asked.limit}`.execute(db)
  return rows
}
export async function countFlags(db: Read, given: Pick<Asked, 'scope' | 'staff' | 'viewer' | 'now'>): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from moderation.flag f where f.state = 'open' and ${waitsFor(given)}`.execute(db)
  return rows[0]!.n
}

/** What is known of somebody who reports: since when they are here, how many they reported of late, and how many of those came to nothing. */
export async function readReporter(
  db: Read,
  person: string,
  day: Date,
  quarter: Date,
): Promise<{ since: Date; today: number; kept: number; acted: number }> {
  const { rows } = await sql<{ since: Date; today: number; kept: number; acted: number }>`
    select s.since, (select count(*)::int from moderation.report where person = ${person} and at > ${day}) as today, x.kept, x.acted from people.public_since s,
      lateral (select (count(*) filter (where d.action = 'keep'))::int as kept, (count(*) filter (where d.action <> 'keep'))::int as acted
        from moderation.report r join moderation.decision d on d.flag = r.flag and d.action <> 'ban' where r.person = ${person} and r.at > ${quarter}) x
    where s.person = ${person}`.execute(db)
  return rows[0]!
}
export async function hasReported(db: Read, kind: string, subject: string, person: string): Promise<boolean> {
  const { rows } = await sql`select 1 from moderation.report where kind = ${kind} and subject = ${subject} and person = ${person}`.execute(
    db,
  )
  return rows.length > 0
}
export type NewReport = {
  kind: string
  subject: string
  person: string
  flag: string
  reason: string
  words: string
  weighty: boolean
  at: Date
}
/** Counts it; undefined: this person reported this thing before. */
export async function insertReport(tx: Tx, given: NewReport): Promise<{ reports: number; weighty: number } | undefined> {
  const { rows } = await sql<{ reports: number; weighty: number }>`
    with made as (
      insert into moderation.report (kind, subject, person, flag, reason, words, weighty, at)
      values (${given.kind}, ${given.subject}, ${given.person}, ${given.flag}, ${given.reason}, ${given.words}, ${given.weighty}, ${given.at})
      on conflict (kind, subject, person) do nothing returning flag, weighty)
    update moderation.flag f set reports = f.reports + 1, weighty = f.weighty + made.weighty::int from made where f.id = made.flag
    returning f.reports, f.weighty`.execute(tx)
  return rows[0]
}
export type SaidRow = { by: string; reason: string; words: string; at: Date }
export async function readReports(db: Read, flag: string): Promise<SaidRow[]> {
  const { rows } = await sql<SaidRow>`
    select p.name as by, r.reason, r.words, r.at from moderation.report r join people.public_party p on p.id = r.person where r.flag = ${flag} order by r.at limit 100`.execute(
    db,
  )
  return rows
}
export type MineRow = {
  kind: string
  subject: string
  reason: string
  words: string
  at: Date
  group: string | null
  groupName: string | null
  handle: string | null
  action: string | null
  decidedAt: Date | null
}
export async function listMyReports(
  db: Read,
  person: string,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<MineRow[]> {
  const { rows } = await sql<MineRow>`
    select r.kind, r.subject, r.reason, r.words, r.at, f.group_id as group, g.name as "groupName", g.handle, d.action, f.decided_at as "decidedAt"
    from moderation.report r join moderation.flag f on f.id = r.flag left join groups.public_group g on g.id = f.group_id
      left join moderation.decision d on d.flag = f.id and d.action <> 'ban'
    where r.person = ${person} and (${after === undefined} or (r.at, r.subject) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by r.at desc, r.subject desc limit ${limit}`.execute(db)
  return rows
}
