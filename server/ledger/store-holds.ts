/** SQL of holds, their parts and appeals, and of closed periods. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx

export type HoldRow = {
  /** `hld_…` */
  id: string
  owner: string
  owner_name: string | null
  asset: string
  cause: string
  reason: string
  note: string | null
  amount: bigint
  captured: bigint
  released: bigint
  at: Date
  until: Date | null
  placed_by: string | null
  /** The newest appeal. */
  appeal: string | null
  appeal_text: string | null
  appeal_at: Date | null
  appeal_decision: 'granted' | 'declined' | null
  appeal_reason: string | null
  appeal_decided_at: Date | null
}

const columns = sql`h.key as id, h.owner, s.code as asset, h.cause, h.reason, h.note, h.amount, h.captured, h.released, h.at, h.until, h.placed_by`

export type HoldQuery = {
  id?: string | undefined
  owner?: string | undefined
  asset?: string | undefined
  reason?: string | undefined
  cause?: string | undefined
  /** Only those with something still on hold (true), or nothing left (false). */
  open?: boolean | undefined
  /** Only those with an appeal that waits for a decision. */
  appealed?: boolean | undefined
  /** Only those before this id, newest first. */
  before?: string | undefined
  limit: number
}

/** Holds with their newest appeal, newest first. */
export async function readHolds(db: Db, q: HoldQuery): Promise<HoldRow[]> {
  const rows = await sql<HoldRow>`
    select ${columns}, p.name as owner_name, a.id as appeal, a.text as appeal_text, a.at as appeal_at, a.decision as appeal_decision,
      a.reason as appeal_reason, a.decided_at as appeal_decided_at
    from ledger.hold h join ledger.asset s on s.id = h.asset left join people.public_party p on p.id = h.owner
    left join lateral (select * from ledger.appeal where hold = h.id order by at desc, id desc limit 1) a on true
    where true ${q.id === undefined ? sql`` : sql`and h.key = ${q.id}`}
      ${q.owner === undefined ? sql`` : sql`and h.owner = ${q.owner}`} ${q.asset === undefined ? sql`` : sql`and s.code = ${q.asset}`}
      ${q.reason === undefined ? sql`` : sql`and h.reason = ${q.reason}`} ${q.cause === undefined ? sql`` : sql`and h.cause = ${q.cause}`}
      ${q.open === undefined ? sql`` : q.open ? sql`and h.captured + h.released < h.amount` : sql`and h.captured + h.released = h.amount`}
      ${q.appealed === true ? sql`and a.id is not null and a.decision is null` : sql``}
      ${q.before === undefined ? sql`` : sql`and h.id < (select id from ledger.hold where key = ${q.before})`}
    order by h.id desc limit ${q.limit}`.execute(db)
  return rows.rows
}

export type LockedHold = Pick<
  HoldRow,
  'id' | 'owner' | 'asset' | 'cause' | 'reason' | 'note' | 'amount' | 'captured' | 'released' | 'placed_by'
> & {
  number: bigint
}

export async function findHold(db: Db, id: string): Promise<LockedHold | undefined> {
  const rows = await sql<LockedHold>`
    select h.id as number, ${columns} from ledger.hold h join ledger.asset s on s.id = h.asset where h.key = ${id}`.execute(db)
  return rows.rows[0]
}

/** Locks these holds in one order and reads them. */
export async function lockHoldRows(tx: Tx, ids: readonly string[]): Promise<LockedHold[]> {
  const rows = await sql<LockedHold>`
    select h.id as number, ${columns} from ledger.hold h join ledger.asset s on s.id = h.asset
    where h.key = any(${[...ids]}::text[]) order by h.id for update of h`.execute(tx)
  return rows.rows
}

export type NewHold = {
  id: string
  owner: string
  asset: string
  cause: string
  reason: string
  note: string | null
  amount: bigint
  at: Date
  until: Date | null
  placedBy: string | null
}
export async function insertHold(tx: Tx, hold: NewHold): Promise<void> {
  await sql`
    insert into ledger.hold (key, owner, asset, cause, reason, note, amount, at, until, placed_by)
    select ${hold.id}, ${hold.owner}, s.id, ${hold.cause}, ${hold.reason}, ${hold.note}, ${hold.amount}, ${hold.at}, ${hold.until}, ${hold.placedBy}
    from ledger.asset s where s.code = ${hold.asset}`.execute(tx)
}

export type HoldPart = { transfer: bigint; captured: bigint; released: bigint; reason: string | null; by: string | null; at: Date }

/** The part of a hold that the transfer with this key moved. */
export async function findPart(tx: Tx, key: string): Promise<(HoldPart & { hold: string }) | undefined> {
  const rows = await sql<HoldPart & { hold: string }>`
    select h.key as hold, p.transfer, p.captured, p.released, p.reason, p.by, p.at
    from ledger.transfer t join ledger.hold_part p on p.transfer = t.id join ledger.hold h on h.id = p.hold where t.key = ${key}`.execute(
    tx,
  )
  return rows.rows[0]
}

export async function insertPart(tx: Tx, hold: bigint, part: HoldPart): Promise<void> {
  await sql`
    with part as (
      insert into ledger.hold_part (transfer, hold, captured, released, reason, by, at)
      values (${part.transfer}, ${hold}, ${part.captured}, ${part.released}, ${part.reason}, ${part.by}, ${part.at}) returning hold, captured, released)
    update ledger.hold h set captured = h.captured + part.captured, released = h.released + part.released from part where h.id = part.hold`.execute(
    tx,
  )
}

/** What became of a hold, oldest first. */
export async function readParts(db: Db, hold: string): Promise<HoldPart[]> {
  const rows = await sql<HoldPart>`
    select p.transfer, p.captured, p.released, p.reason, p.by, p.at
    from ledger.hold_part p join ledger.hold h on h.id = p.hold where h.key = ${hold} order by p.transfer`.execute(db)
  return rows.rows
}

/** Open holds whose time has passed. */
export async function dueHolds(db: Db, now: Date, most: number): Promise<string[]> {
  const rows = await sql<{ key: string }>`
    select key from ledger.hold where until <= ${now} and captured + released < amount order by until, id limit ${most}`.execute(db)
  return rows.rows.map(row => row.key)
}

export type AppealRow = {
  id: string
  hold: string
  by: string
  text: string
  at: Date
  decision: 'granted' | 'declined' | null
  reason: string | null
  decided_by: string | null
  decided_at: Date | null
}
const appealColumns = sql`a.id, h.key as hold, a.by, a.text, a.at, a.decision, a.reason, a.decided_by, a.decided_at`

/** Appeals to a hold, newest first. */
export async function readAppeals(db: Db, hold: string): Promise<AppealRow[]> {
  const rows = await sql<AppealRow>`
    select ${appealColumns} from ledger.appeal a join ledger.hold h on h.id = a.hold where h.key = ${hold} order by a.at desc, a.id desc`.execute(
    db,
  )
  return rows.rows
}

export async function findAppeal(db: Db, id: string): Promise<AppealRow | undefined> {
  const rows =
    await sql<AppealRow>`select ${appealColumns} from ledger.appeal a join ledger.hold h on h.id = a.hold where a.id = ${id}`.execute(db)
  return rows.rows[0]
}

/** False when one already waits for a decision. */
export async function insertAppeal(tx: Tx, appeal: { id: string; hold: bigint; by: string; text: string; at: Date }): Promise<boolean> {
  const rows = await sql`
    insert into ledger.appeal (id, hold, by, text, at) values (${appeal.id}, ${appeal.hold}, ${appeal.by}, ${appeal.text}, ${appeal.at})
    on conflict do nothing returning id`.execute(tx)
  return rows.rows.length === 1
}

export async function settleAppeal(
  tx: Tx,
  id: string,
  decided: { decision: 'granted' | 'declined'; reason: string; by: string; at: Date },
): Promise<void> {
  await sql`
    update ledger.appeal set decision = ${decided.decision}, reason = ${decided.reason}, decided_by = ${decided.by}, decided_at = ${decided.at}
    where id = ${id}`.execute(tx)
}

/** The end of the newest closed period; null when none was closed. */
export async function closedUntil(db: Db): Promise<Date | null> {
  const rows = await sql<{ until: Date }>`select until from ledger.period order by until desc limit 1`.execute(db)
  return rows.rows[0]?.until ?? null
}

export async function insertPeriod(tx: Tx, period: { until: Date; by: string; at: Date }): Promise<void> {
  await sql`insert into ledger.period (until, by, at) values (${period.until}, ${period.by}, ${period.at})`.execute(tx)
}

export const waitForPosters = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(5011, 2)`.execute(tx)
}

export type PeriodRow = { until: Date; by: string; by_name: string | null; at: Date }
/** Closed periods, newest first. */
export async function readPeriods(db: Db, limit = 100): Promise<PeriodRow[]> {
  const rows = await sql<PeriodRow>`
    select d.until, d.by, p.name as by_name, d.at from ledger.period d left join people.public_party p on p.id = d.by
    order by d.until desc limit ${limit}`.execute(db)
  return rows.rows
}
