/** SQL of letters to the artist. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type LetterRow = {
  id: string
  group: string
  person: string
  name: string
  level: number
  text: string
  mayShow: boolean
  at: Date
  readAt: Date | null
  answer: string | null
  answeredAt: Date | null
  shownAt: Date | null
  pinnedAt: Date | null
  hiddenAt: Date | null
  takenBackAt: Date | null
}
const columns: RawBuilder<unknown> = sql`l.id, l.group_id as "group", l.person, n.name, coalesce(m.level, 0)::int as level, l.text, l.may_show as "mayShow", l.at,
  l.read_at as "readAt", l.answer, l.answered_at as "answeredAt", l.shown_at as "shownAt", l.pinned_at as "pinnedAt", l.hidden_at as "hiddenAt", l.taken_back_at as "takenBackAt"`
const tables = sql`groups.letter l join people.public_party n on n.id = l.person
  left join groups.member m on m.group_id = l.group_id and m.person = l.person`

export async function readLetter(db: Read, id: string): Promise<LetterRow | undefined> {
  const { rows } = await sql<LetterRow>`select ${columns} from ${tables} where l.id = ${id}`.execute(db)
  return rows[0]
}
export async function readLetters(db: Read, ids: readonly string[]): Promise<LetterRow[]> {
  const { rows } = await sql<LetterRow>`select ${columns} from ${tables} where l.id = any(${ids}) and l.taken_back_at is null`.execute(db)
  return rows
}
export async function lockLetter(tx: Tx, id: string): Promise<LetterRow | undefined> {
  await sql`select 1 from groups.letter where id = ${id} for update`.execute(tx)
  return readLetter(tx, id)
}

export type Which = 'shown' | 'mine' | 'inbox' | 'unread' | 'unanswered'
/** Letters of a group. What both sides show comes pinned ones first. */
export async function listLetters(
  db: Read,
  given: {
    group: string
    person: string | null
    which: Which
    after: readonly [number, Date, string] | undefined
    limit: number
  },
): Promise<LetterRow[]> {
  const shown = given.which === 'shown'
  const only = {
    shown: sql`l.shown_at is not null and l.hidden_at is null`,
    mine: sql`l.person = ${given.person}`,
    inbox: sql`l.hidden_at is null`,
    unread: sql`l.hidden_at is null and l.read_at is null`,
    unanswered: sql`l.hidden_at is null and l.answered_at is null`,
  }[given.which]
  const pinned = sql`case when l.pinned_at is null then 0 else 1 end`
  const at = shown ? sql`l.shown_at` : sql`l.at`
  const rank = shown ? pinned : sql`(l.at is null)::int`
  const after =
    given.after === undefined ? sql`true` : sql`(${rank}, ${at}, l.id) < (${given.after[0]}, ${given.after[1]}, ${given.after[2]})`
  const { rows } = await sql<LetterRow>`
    select ${columns} from ${tables} where l.group_id = ${given.group} and l.taken_back_at is null and ${only} and ${after}
    order by ${rank} desc, ${at} desc, l.id desc limit ${given.limit}`.execute(db)
  return rows
}
export async function countUnread(db: Read, group: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from groups.letter where group_id = ${group} and taken_back_at is null and hidden_at is null and read_at is null`.execute(
    db,
  )
  return rows[0]!.count
}
/** The day of a group at a moment; and whether this person wrote on it. */
export async function wroteToday(db: Read, group: string, person: string, now: Date): Promise<boolean> {
  const { rows } = await sql`select 1 from groups.letter l join groups.fan_group g on g.id = l.group_id
    where l.group_id = ${group} and l.person = ${person} and l.day = (${now}::timestamptz at time zone g.time_zone)::date`.execute(db)
  return rows.length > 0
}
/** Writes it; `day` when they wrote one today, `id` when the id is taken. A letter taken back is today's all the same. */
export async function insertLetter(
  tx: Tx,
  given: { id: string; group: string; person: string; text: string; mayShow: boolean; at: Date },
): Promise<'made' | 'day' | 'id'> {
  const { rows } = await sql`
    insert into groups.letter (id, group_id, person, day, text, may_show, at)
    select ${given.id}, g.id, ${given.person}, (${given.at}::timestamptz at time zone g.time_zone)::date, ${given.text}, ${given.mayShow}, ${given.at}
    from groups.fan_group g where g.id = ${given.group} on conflict do nothing returning 1`.execute(tx)
  if (rows.length > 0) return 'made'
  return (await readLetter(tx, given.id)) === undefined ? 'day' : 'id'
}
export type LetterChange = {
  mayShow?: boolean
  readAt?: Date
  readBy?: string
  answer?: string
  answeredAt?: Date
  answeredBy?: string
  shownAt?: Date | null
  pinnedAt?: Date | null
  takenBackAt?: Date
}
export async function updateLetter(tx: Tx, id: string, change: LetterChange): Promise<void> {
  const or = (name: keyof LetterChange, column: RawBuilder<unknown>): unknown => (change[name] === undefined ? column : change[name])
  await sql`update groups.letter set may_show = ${or('mayShow', sql`may_show`)}, read_at = ${or('readAt', sql`read_at`)}, read_by = ${or('readBy', sql`read_by`)},
    answer = ${or('answer', sql`answer`)}, answered_at = ${or('answeredAt', sql`answered_at`)}, answered_by = ${or('answeredBy', sql`answered_by`)},
    shown_at = ${or('shownAt', sql`shown_at`)}, pinned_at = ${or('pinnedAt', sql`pinned_at`)}, taken_back_at = ${or('takenBackAt', sql`taken_back_at`)}
    where id = ${id}`.execute(tx)
}
export async function hideLetters(tx: Tx, ids: readonly string[], at: Date | null): Promise<void> {
  await sql`update groups.letter set hidden_at = ${at} where id = any(${ids}) and (hidden_at is null) = ${at !== null}`.execute(tx)
}
