/** SQL of enrolment. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import type { RowOutcome } from '../../shared/enrolment.ts'
import type { Column, Line } from './reading.ts'

export type State = 'ready' | 'applying' | 'applied' | 'undone' | 'discarded'
export type ListRow = {
  id: string
  group: string
  file: string
  digest: string
  columns: Partial<Record<Column, string>>
  state: State
  by: string
  byName: string
  at: Date
  appliedAt: Date | null
}
export type LineRow = {
  n: number
  name: string
  email: string | null
  since: string | null
  points: number
  outcome: RowOutcome
  state: LineState | null
}
export type LineState = 'waiting' | 'sent' | 'joined' | 'declined' | 'withdrawn'
export type Sums = { list: string; outcome: RowOutcome; state: LineState | null; lines: number; points: number }

const list = sql`l.id, l.group_id as "group", l.file, l.digest, l.columns, l.state, l.by, coalesce(p.name, '') as "byName", l.at, l.applied_at as "appliedAt"`
const from = sql`enrolment.list l left join people.public_party p on p.id = l.by`

export async function readList(db: Read | Tx, id: string): Promise<ListRow | undefined> {
  const { rows } = await sql<ListRow>`select ${list} from ${from} where l.id = ${id}`.execute(db)
  return rows[0]
}
export async function lockList(tx: Tx, id: string): Promise<ListRow | undefined> {
  await sql`select 1 from enrolment.list where id = ${id} for update`.execute(tx)
  return readList(tx, id)
}
export async function listLists(db: Read, group: string): Promise<ListRow[]> {
  const { rows } = await sql<ListRow>`
    select ${list} from ${from} where l.group_id = ${group} and l.state <> 'discarded' order by l.at desc, l.id desc limit 50`.execute(db)
  return rows
}
export async function readSums(db: Read | Tx, lists: readonly string[]): Promise<Sums[]> {
  const { rows } = await sql<Sums>`
    select list, outcome, state, count(*)::int as lines, sum(points)::int as points from enrolment.line where list = any(${lists}::text[]) group by 1, 2, 3`.execute(
    db,
  )
  return rows
}

/** False when the id is known. */
export async function insertList(
  tx: Tx,
  row: { id: string; group: string; file: string; digest: string; columns: Partial<Record<Column, string>>; by: string; at: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into enrolment.list (id, group_id, file, digest, columns, state, by, at)
    values (${row.id}, ${row.group}, ${row.file}, ${row.digest}, ${jsonText(row.columns)}::jsonb, 'ready', ${row.by}, ${row.at}) on conflict (id) do nothing`.execute(
    tx,
  )
  return numAffectedRows === 1n
}
export async function insertLines(tx: Tx, id: string, group: string, lines: readonly Line[]): Promise<void> {
  await sql`
    insert into enrolment.line (list, n, group_id, name, email, mark, since, points, outcome)
    select ${id}, x.n, ${group}, x.name, x.email, x.mark, x.since, x.points, x.outcome
    from jsonb_to_recordset(${jsonText(lines)}::jsonb) as x(n int, name text, email text, mark text, since date, points int, outcome text)`.execute(
    tx,
  )
}
/** Lists of one group are applied one after the other: an address has one open invitation. */
export async function lockGroup(tx: Tx, group: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(7038, hashtext(${group}))`.execute(tx)
}
/** Lines whose address is asked already, came in already, or said no before, are not asked. */
export async function settleKnown(tx: Tx, id: string, group: string): Promise<void> {
  await sql`
    update enrolment.line w set outcome = case o.state when 'declined' then 'declined' else 'asked' end
    from enrolment.line o join enrolment.list e on e.id = o.list
    where w.list = ${id} and w.outcome = 'invite' and w.state is null and o.group_id = ${group} and o.mark = w.mark
      and (o.state in ('waiting', 'sent', 'declined') or (o.state = 'joined' and e.state <> 'undone'))`.execute(tx)
}
export async function listLines(db: Read, id: string, outcome: RowOutcome | null, after: number, limit: number): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select n, name, email, to_char(since, 'YYYY-MM-DD') as since, points, outcome, state from enrolment.line
    where list = ${id} and n > ${after} and ${outcome === null ? sql`true` : sql`outcome = ${outcome}`} order by n limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function openLines(tx: Tx, id: string, by: string, at: Date): Promise<void> {
  await sql`update enrolment.list set state = 'applying', declared_by = ${by}, applied_at = ${at} where id = ${id}`.execute(tx)
  await sql`update enrolment.line set state = 'waiting' where list = ${id} and outcome = 'invite'`.execute(tx)
}
export async function setState(tx: Tx, id: string, state: State): Promise<void> {
  await sql`update enrolment.list set state = ${state} where id = ${id}`.execute(tx)
}
export async function dropList(tx: Tx, id: string): Promise<void> {
  await sql`delete from enrolment.list where id = ${id}`.execute(tx)
}

/** Takes the next line to write to: from now on it counts as sent, so that a crash writes to nobody twice. */
export async function claimLine(
  tx: Tx,
  id: string,
  at: Date,
): Promise<{ n: number; name: string; email: string; points: number } | undefined> {
  const { rows } = await sql<{ n: number; name: string; email: string; points: number }>`
    update enrolment.line set state = 'sent', sent_at = ${at}
    where list = ${id} and n = (select n from enrolment.line where list = ${id} and state = 'waiting' order by n limit 1 for update skip locked)
    returning n, name, email, points`.execute(tx)
  return rows[0]
}
/** The letter was refused: it is written again later. */
export async function unclaimLine(tx: Tx, id: string, n: number): Promise<void> {
  await sql`update enrolment.line set state = 'waiting', sent_at = null where list = ${id} and n = ${n} and state = 'sent'`.execute(tx)
}
export async function markSent(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update enrolment.line set state = 'sent', sent_at = ${at} where list = ${id} and state = 'waiting'`.execute(tx)
}

export type Invitation = LineRow & { list: string; group: string; person: string | null; listState: State }
export async function readInvitation(db: Read | Tx, id: string, n: number, lock: boolean): Promise<Invitation | undefined> {
  const { rows } = await sql<Invitation>`
    select l.list, l.n, l.name, l.email, to_char(l.since, 'YYYY-MM-DD') as since, l.points, l.outcome, l.state, l.group_id as "group", l.person, e.state as "listState"
    from enrolment.line l join enrolment.list e on e.id = l.list where l.list = ${id} and l.n = ${n} ${lock ? sql`for update of l` : sql``}`.execute(
    db,
  )
  return rows[0]
}
/** False when this person joined by another line of the list already. */
export async function settleLine(
  tx: Tx,
  id: string,
  n: number,
  to: { state: 'joined' | 'declined' | 'withdrawn'; person: string | null; at: Date },
): Promise<void> {
  await sql`
    update enrolment.line set state = ${to.state}, person = ${to.person}, answered_at = ${to.at}, email = null, name = '' where list = ${id} and n = ${n}`.execute(
    tx,
  )
}
/** Whether someone came into the group by a list that still holds. */
export async function broughtBefore(tx: Tx, group: string, person: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from enrolment.line w join enrolment.list l on l.id = w.list where w.person = ${person} and w.group_id = ${group} and w.state = 'joined' and l.state <> 'undone'`.execute(
    tx,
  )
  return rows.length > 0
}
export async function joinedBefore(tx: Tx, id: string, person: string): Promise<boolean> {
  const { rows } = await sql`select 1 from enrolment.line where list = ${id} and person = ${person}`.execute(tx)
  return rows.length > 0
}
export async function withdrawOpen(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`
    update enrolment.line set state = 'withdrawn', answered_at = ${at}, email = null, name = '' where list = ${id} and state in ('waiting', 'sent')`.execute(
    tx,
  )
}
export async function readJoined(tx: Tx, id: string): Promise<{ n: number; person: string }[]> {
  const { rows } = await sql<{
    n: number
    person: string
  }>`select n, person from enrolment.line where list = ${id} and person is not null order by n`.execute(tx)
  return rows
}
/** Names and addresses of lists older than this are forgotten; what is open runs out. */
export async function forgetOld(tx: Tx, before: Date, at: Date): Promise<void> {
  await sql`
    update enrolment.line w set email = null, name = '', state = case when w.state in ('waiting', 'sent') then 'withdrawn' else w.state end,
      answered_at = case when w.state in ('waiting', 'sent') then ${at}::timestamptz else w.answered_at end
    from enrolment.list l where l.id = w.list and l.at < ${before} and (w.email is not null or w.name <> '')`.execute(tx)
}
