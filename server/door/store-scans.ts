/** SQL of scans and admissions. All changes of a show's admissions happen under the lock of its row in door.state. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type Verdict = 'admitted' | 'double' | 'undone' | 'left' | 'refused' | 'void' | 'unknown' | 'nothing' | 'old_code'
export type ScanRow = {
  id: string
  show: string
  device: string
  door: string | null
  kind: 'admit' | 'undo' | 'exit' | 'refused'
  subject: string
  slot: number
  how: string
  why: string
  of: string | null
  saidAt: Date
  at: Date
  verdict: Verdict
}
export type AdmissionRow = {
  scan: string
  subject: string
  slot: number
  at: Date
  door: string
  device: string
  ended: 'undone' | 'left' | 'beaten' | null
  seq: bigint
}
const admission: RawBuilder<unknown> = sql`a.scan, a.subject, a.slot, a.at, coalesce(d.name, '') as door, v.name as device, a.ended, a.seq`
const tables: RawBuilder<unknown> = sql`door.admission a join door.device v on v.id = a.device left join door.door d on d.id = a.door`

/** The last number of changes, locked until the end of the transaction. */
export async function lockState(tx: Tx, show: string): Promise<bigint> {
  const { rows } = await sql<{ seq: bigint }>`
    insert into door.state (show) values (${show}) on conflict (show) do update set seq = state.seq returning seq`.execute(tx)
  return rows[0]!.seq
}
export async function setState(tx: Tx, show: string, seq: bigint): Promise<void> {
  await sql`update door.state set seq = ${seq} where show = ${show}`.execute(tx)
}
export async function stateOf(db: Read | Tx, show: string): Promise<bigint> {
  return (await sql<{ seq: bigint }>`select seq from door.state where show = ${show}`.execute(db)).rows[0]?.seq ?? 0n
}

export async function scansBefore(tx: Tx, ids: readonly string[]): Promise<Map<string, ScanRow>> {
  const { rows } = await sql<ScanRow>`
    select id, show, device, door, kind, subject, slot, how, why, of, said_at as "saidAt", at, verdict from door.scan where id = any(${[...ids]}::text[])`.execute(
    tx,
  )
  return new Map(rows.map(row => [row.id, row]))
}
export async function insertScans(tx: Tx, rows: readonly ScanRow[], receivedAt: Date): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into door.scan (id, show, device, door, kind, subject, slot, how, why, of, said_at, at, received_at, verdict)
    select id, show, device, door, kind, subject, slot, how, why, of, "saidAt", at, ${receivedAt}, verdict
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(id text, show text, device text, door text, kind text, subject text, slot int, how text, why text, of text, "saidAt" timestamptz,
      at timestamptz, verdict text)`.execute(tx)
}
/** Those who are in, of these tickets and guests. */
export async function liveOf(db: Read | Tx, subjects: readonly string[]): Promise<AdmissionRow[]> {
  const { rows } = await sql<AdmissionRow>`
    select ${admission} from ${tables} where a.subject = any(${[...subjects]}::text[]) and a.ended is null order by a.subject, a.slot`.execute(
    db,
  )
  return rows
}
/** Who of these is in, or was and went out: not who was let in by mistake. */
export async function everIn(tx: Tx, subjects: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ subject: string }>`
    select distinct subject from door.admission where subject = any(${[...subjects]}::text[]) and (ended is null or ended = 'left')`.execute(
    tx,
  )
  return new Set(rows.map(row => row.subject))
}
export async function admissionsOf(db: Read | Tx, show: string, after: bigint, live = false): Promise<AdmissionRow[]> {
  const { rows } = await sql<AdmissionRow>`
    select ${admission} from ${tables} where a.show = ${show} and a.seq > ${after} ${live ? sql`and a.ended is null` : sql``} order by a.seq, a.scan limit 100000`.execute(
    db,
  )
  return rows
}
export type Ended = { scan: string; ended: 'undone' | 'left' | 'beaten'; at: Date; seq: bigint }
export async function endAdmissions(tx: Tx, ended: readonly Ended[]): Promise<void> {
  if (ended.length === 0) return
  await sql`
    update door.admission a set ended = e.ended, ended_at = e.at, seq = e.seq
    from unnest(${ended.map(one => one.scan)}::text[], ${ended.map(one => one.ended)}::text[], ${ended.map(one => one.at)}::timestamptz[], ${ended.map(one => one.seq)}::int8[]) as e(scan, ended, at, seq)
    where a.scan = e.scan and a.ended is null`.execute(tx)
}
export async function insertAdmissions(
  tx: Tx,
  rows: readonly {
    scan: string
    show: string
    subject: string
    slot: number
    device: string
    door: string | null
    at: Date
    seq: bigint
    ended: string | null
    endedAt: Date | null
  }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into door.admission (scan, show, subject, slot, device, door, at, seq, ended, ended_at)
    select scan, show, subject, slot, device, door, at, seq, ended, "endedAt"
    from jsonb_to_recordset(${JSON.stringify(rows.map(row => ({ ...row, seq: row.seq.toString() })))}::jsonb)
      as a(scan text, show text, subject text, slot int, device text, door text, at timestamptz, seq bigint, ended text, "endedAt" timestamptz)`.execute(
    tx,
  )
}
export type ConflictRow = { subject: string; won: string; lost: string; at: Date; seq: bigint }
export async function insertConflicts(tx: Tx, show: string, rows: readonly ConflictRow[]): Promise<void> {
  for (const row of rows)
    await sql`insert into door.conflict (show, subject, won, lost, seq, at) values (${show}, ${row.subject}, ${row.won}, ${row.lost}, ${row.seq}, ${row.at}) on conflict (lost) do nothing`.execute(
      tx,
    )
}
/** With when and where the one that stands was, and when the other one. */
export type ToldConflict = ConflictRow & { wonAt: Date; wonDoor: string; wonDevice: string; lostAt: Date }
export async function conflictsOf(db: Read | Tx, show: string, after: bigint): Promise<ToldConflict[]> {
  const { rows } = await sql<ToldConflict>`
    select c.subject, c.won, c.lost, c.at, c.seq, w.at as "wonAt", coalesce(d.name, '') as "wonDoor", v.name as "wonDevice", l.at as "lostAt"
    from door.conflict c join door.scan w on w.id = c.won join door.scan l on l.id = c.lost join door.device v on v.id = w.device left join door.door d on d.id = w.door
    where c.show = ${show} and c.seq > ${after} order by c.id limit 1000`.execute(db)
  return rows
}

export type DoorTicketRow = {
  id: string
  code: string
  turn: number
  state: 'good' | 'void'
  tier: string
  tierName: string
  seat: string | null
  name: string | null
  idTail: string | null
  holder: string | null
  mark: string
}
const ticket: RawBuilder<unknown> = sql`t.id, t.code, t.turn, case when t.state = 'void' then 'void' else 'good' end as state, t.tier, t.tier_name as "tierName", t.seat_label as seat,
  t.name, t.id_tail as "idTail", p.name as holder, t.mark`
export async function doorTickets(db: Read | Tx, show: string, since: Date | null): Promise<DoorTicketRow[]> {
  const { rows } = await sql<DoorTicketRow>`
    select ${ticket} from tickets.public_ticket t left join people.public_party p on p.id = t.holder
    where t.show = ${show} ${since === null ? sql`` : sql`and t.changed_at > ${since}`} order by t.id`.execute(db)
  return rows
}
export async function ticketStates(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { show: string; turn: number; state: 'issued' | 'offered' | 'used' | 'void' }>> {
  const { rows } = await sql<{ id: string; show: string; turn: number; state: 'issued' | 'offered' | 'used' | 'void' }>`
    select id, show, turn, state from tickets.public_ticket where id = any(${[...ids]}::text[])`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}
export async function insideBy(
  db: Read | Tx,
  show: string,
): Promise<{ tiers: Map<string, number>; guests: number; doors: Map<string, number> }> {
  const { rows } = await sql<{ tier: string | null; door: string | null; count: number }>`
    select t.tier, a.door, count(*)::int as count from door.admission a left join tickets.public_ticket t on t.id = a.subject where a.show = ${show} and a.ended is null group by 1, 2`.execute(
    db,
  )
  const tiers = new Map<string, number>()
  const doors = new Map<string, number>()
  let guests = 0
  for (const { tier, door, count } of rows) {
    if (tier === null) guests += count
    else tiers.set(tier, (tiers.get(tier) ?? 0) + count)
    if (door !== null) doors.set(door, (doors.get(door) ?? 0) + count)
  }
  return { tiers, guests, doors }
}
export type ShownScan = ScanRow & { doorName: string; deviceName: string; who: string | null }
export async function lastScans(db: Read, show: string, ids: readonly string[] | null, limit: number): Promise<ShownScan[]> {
  const { rows } = await sql<ShownScan>`
    select s.id, s.show, s.device, s.door, s.kind, s.subject, s.slot, s.how, s.why, s.of, s.said_at as "saidAt", s.at, s.verdict, coalesce(d.name, '') as "doorName", v.name as "deviceName",
      coalesce(t.name, p.name, t.tier_name) as who
    from door.scan s join door.device v on v.id = s.device left join door.door d on d.id = s.door left join tickets.public_ticket t on t.id = s.subject
      left join people.public_party p on p.id = t.holder
    where s.show = ${show} ${ids === null ? sql`` : sql`and s.id = any(${[...ids]}::text[])`} order by s.received_at desc, s.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}
