/** SQL of tickets and what became of them. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type TicketState = 'issued' | 'offered' | 'used' | 'void'
export type StepKind = 'issued' | 'named' | 'handed' | 'offered' | 'kept' | 'sold_on' | 'used' | 'unused' | 'void'
export type TicketRow = {
  id: string
  show: string
  tier: string
  tierName: string
  line: string | null
  origin: string | null
  n: number
  holder: string | null
  mark: string
  seat: string | null
  seatLabel: string | null
  faceValue: bigint
  paid: bigint
  currency: string
  code: string
  turn: number
  state: TicketState
  name: string | null
  idTail: string | null
  replaces: string | null
  voidWhy: string | null
  issuedAt: Date
  changedAt: Date
  usedAt: Date | null
}

export const own: RawBuilder<unknown> = sql`t.id, t.show, t.tier, t.tier_name as "tierName", t.line, t.origin, t.n, t.holder, t.mark, t.seat, t.seat_label as "seatLabel",
  t.face_value as "faceValue", t.paid, t.currency, t.code, t.turn, t.state, t.name, t.id_tail as "idTail", t.replaces, t.void_why as "voidWhy", t.issued_at as "issuedAt",
  t.changed_at as "changedAt", t.used_at as "usedAt"`

/** In one statement, whatever their number. A piece of a line that has its ticket already is left out. */
export async function insertTickets(
  tx: Tx,
  rows: readonly (Omit<TicketRow, 'turn' | 'state' | 'voidWhy' | 'changedAt' | 'usedAt'> & { by: string | null })[],
): Promise<TicketRow[]> {
  if (rows.length === 0) return []
  const { rows: made } = await sql<TicketRow>`
    with given as (select * from jsonb_to_recordset(${JSON.stringify(
      rows.map(row => ({ ...row, faceValue: row.faceValue.toString(), paid: row.paid.toString() })),
    )}::jsonb) as g(id text, show text, tier text, "tierName" text, line text, origin text, n int, holder text, mark text, seat text, "seatLabel" text, "faceValue" bigint,
        paid bigint, currency text, code text, name text, "idTail" text, replaces text, "issuedAt" timestamptz, by text)),
      t as (insert into tickets.ticket (id, show, tier, tier_name, line, origin, n, holder, mark, seat, seat_label, face_value, paid, currency, code, name, id_tail, replaces, issued_at,
          changed_at)
        select id, show, tier, "tierName", line, origin, n, holder, mark, seat, "seatLabel", "faceValue", paid, currency, code, name, "idTail", replaces, "issuedAt", "issuedAt"
          from given on conflict (line, n) where line is not null do nothing returning *),
      s as (insert into tickets.step (ticket, kind, turn, by, at) select t.id, 'issued', 1, given.by, t.issued_at from t join given on given.id = t.id)
    select ${own} from t order by t.id`.execute(tx)
  return made
}

export type Which = { ids: readonly string[] } | { lines: readonly string[] } | { show: string }
const where = (which: Which): RawBuilder<unknown> =>
  'ids' in which
    ? sql`t.id = any(${[...which.ids]}::text[])`
    : 'lines' in which
      ? sql`t.line = any(${[...which.lines]}::text[])`
      : sql`t.show = ${which.show}`

/** Voids what is not void and was not used (unless `used` too); gives those that became void now. Locks in id order. */
export async function voidRows(tx: Tx, which: Which, why: string, at: Date, by: string | null, used: boolean): Promise<TicketRow[]> {
  const { rows } = await sql<TicketRow>`
    with found as (select t.id from tickets.ticket t where ${where(which)} and t.state in ('issued', 'offered'${used ? sql`, 'used'` : sql``}) order by t.id for update),
      t as (update tickets.ticket t set state = 'void', void_why = ${why}, voided_at = ${at}, changed_at = ${at} from found where t.id = found.id returning t.*),
      s as (insert into tickets.step (ticket, kind, turn, by, at) select id, 'void', turn, ${by}, ${at} from t),
      x as (update tickets.transfer x set state = 'withdrawn', closed_at = ${at} from t where x.ticket = t.id and x.state = 'open'),
      r as (update tickets.resale r set state = 'withdrawn', line = null, closed_at = ${at} from t where r.ticket = t.id and r.state in ('open', 'reserved'))
    select ${own} from t order by t.id`.execute(tx)
  return rows
}

export async function readTickets(db: Read | Tx, which: Which, lock = false): Promise<TicketRow[]> {
  const { rows } =
    await sql<TicketRow>`select ${own} from tickets.ticket t where ${where(which)} order by t.id ${lock ? sql`for update` : sql``}`.execute(
      db,
    )
  return rows
}
export const readTicket = async (db: Read | Tx, id: string, lock = false): Promise<TicketRow | undefined> =>
  (await readTickets(db, { ids: [id] }, lock))[0]

type Change = Partial<Pick<TicketRow, 'state' | 'turn' | 'code' | 'holder' | 'name' | 'idTail' | 'usedAt'>>
/** Changes one ticket that is locked, with the step that says why. */
export async function changeTicket(tx: Tx, row: TicketRow, change: Change, step: StepKind, by: string | null, at: Date): Promise<void> {
  const next = { ...row, ...change }
  await sql`with t as (update tickets.ticket set state = ${next.state}, turn = ${next.turn}, code = ${next.code}, holder = ${next.holder}, name = ${next.name}, id_tail = ${next.idTail},
      used_at = ${next.usedAt}, changed_at = ${at} where id = ${row.id})
    insert into tickets.step (ticket, kind, turn, by, at) values (${row.id}, ${step}, ${next.turn}, ${by}, ${at})`.execute(tx)
}

/** Admitted at a door, or not after all. Set-based; gives those it changed. */
export async function setUsed(tx: Tx, ids: readonly string[], used: boolean, by: string | null, at: Date): Promise<string[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    with found as (select id from tickets.ticket where id = any(${[...ids]}::text[]) and state = any(${used ? ['issued', 'offered'] : ['used']}::text[]) order by id for update),
      t as (update tickets.ticket t set state = ${used ? 'used' : 'issued'}, used_at = ${used ? at : null}, changed_at = ${at} from found where t.id = found.id returning t.id, t.turn),
      s as (insert into tickets.step (ticket, kind, turn, by, at) select id, ${used ? 'used' : 'unused'}, turn, ${by}, ${at} from t),
      x as (update tickets.transfer x set state = 'withdrawn', closed_at = ${at} from t where ${used} and x.ticket = t.id and x.state = 'open'),
      r as (update tickets.resale r set state = 'withdrawn', line = null, closed_at = ${at} from t where ${used} and r.ticket = t.id and r.state in ('open', 'reserved'))
    select id from t`.execute(tx)
  return rows.map(row => row.id)
}

/** Tickets of one person: by show, of those that were given (the shows know which are to come). */
export async function showsOfHolder(db: Read, holder: string): Promise<string[]> {
  const { rows } = await sql<{ show: string }>`
    select show from tickets.ticket where holder = ${holder} group by show order by max(issued_at) desc limit 2000`.execute(db)
  return rows.map(row => row.show)
}
export async function ticketsOfHolder(db: Read, holder: string, shows: readonly string[]): Promise<TicketRow[]> {
  const { rows } = await sql<TicketRow>`
    select ${own} from tickets.ticket t where t.holder = ${holder} and t.show = any(${[...shows]}::text[])
      order by t.show, t.state = 'void', t.seat_label nulls last, t.id limit 5000`.execute(db)
  return rows
}
/** How many of one person count towards a limit: of a show, by tier. Also those that were sold on do not. */
export async function countHeld(db: Read | Tx, show: string, holder: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ tier: string; count: number }>`
    select tier, count(*)::int as count from tickets.ticket where show = ${show} and holder = ${holder} and state <> 'void' group by tier`.execute(
    db,
  )
  return new Map(rows.map(row => [row.tier, row.count]))
}
export type TierCount = { tier: string; tierName: string; issued: number; used: number; void: number; offered: number }
export async function tierCounts(db: Read | Tx, show: string): Promise<TierCount[]> {
  const { rows } = await sql<TierCount>`
    select tier, min(tier_name) as "tierName", count(*) filter (where state <> 'void')::int as issued, count(*) filter (where state = 'used')::int as used,
      count(*) filter (where state = 'void')::int as void, count(*) filter (where state = 'offered')::int as offered
    from tickets.ticket where show = ${show} group by tier order by 2, 1`.execute(db)
  return rows
}
/** Names for these people. */
export async function namesOf(db: Read | Tx, people: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{
    id: string
    name: string
  }>`select id, name from people.public_party where id = any(${[...new Set(people)]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row.name]))
}
/** Orders and states of lines, and whether their money still waits. */
export async function linesOf(
  db: Read | Tx,
  lines: readonly string[],
): Promise<Map<string, { order: string; buyer: string; state: string; frozen: boolean; left: bigint }>> {
  const { rows } = await sql<{ id: string; order: string; buyer: string; state: string; frozen: boolean; left: bigint }>`
    select id, "order", buyer, state, frozen, amount - refunded as left from shop.public_line where id = any(${[...lines]}::text[])`.execute(
    db,
  )
  return new Map(rows.map(row => [row.id, row]))
}
/** ID tails are not kept longer than they are needed. */
export async function forgetTails(tx: Tx, shows: readonly string[]): Promise<void> {
  await sql`update tickets.ticket set id_tail = null where show = any(${[...shows]}::text[]) and id_tail is not null`.execute(tx)
}
export async function showsWithTails(db: Read): Promise<string[]> {
  const { rows } = await sql<{ show: string }>`select distinct show from tickets.ticket where id_tail is not null`.execute(db)
  return rows.map(row => row.show)
}
