/** SQL of exceptions and of what people and rules decide about them. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
export type State = 'open' | 'proposed' | 'explained' | 'matched' | 'booked'
export type Kind = 'missing_here' | 'missing_there' | 'amount_differs' | 'fee_differs' | 'currency_differs' | 'duplicate' | 'unknown'
export type SideRow = {
  id: string
  type: string
  reference: string | null
  ref: string | null
  amount: bigint
  fee: bigint | null
  currency: string
  at: string
  report: string | null
  transfer: string | null
}
export type ExceptionRow = {
  id: string
  source: string
  kind: Kind
  state: State
  currency: string
  effect: bigint
  reason: string | null
  proposedBy: string | null
  proposerName: string | null
  rule: string | null
  openedAt: Date
  closedAt: Date | null
  line: bigint | null
  account: bigint | null
  version: bigint | null
  /** As JSON: numbers as text. */
  there: (Omit<SideRow, 'amount' | 'fee'> & { amount: string; fee: string | null }) | null
  here: (Omit<SideRow, 'amount' | 'fee'> & { amount: string; fee: string | null }) | null
}
// A matched line's other side is the fact that it tells.
const all = sql`
  select e.id, e.source, e.kind, e.state, e.currency, e.effect, e.reason, e.proposed_by as "proposedBy", p.name as "proposerName", e.rule, e.opened_at as "openedAt",
    e.closed_at as "closedAt", e.line, f.account, f.version,
    case when l.id is not null then jsonb_build_object('id', l.id::text, 'type', l.type, 'reference', l.reference, 'ref', nullif(l.ref, ''), 'amount', l.amount::text, 'fee', l.fee::text,
      'currency', l.currency, 'at', l.at, 'report', l.report, 'transfer', null) end as there,
    case when f.account is not null then jsonb_build_object('id', f.account || '/' || f.version, 'type', f.type, 'reference', f.reference, 'ref', null, 'amount', f.amount::text, 'fee', f.fee::text,
      'currency', f.currency, 'at', f.at, 'report', null, 'transfer', f.transfer::text) end as here
  from reconciliation.exception e left join reconciliation.line l on l.id = e.line
  left join reconciliation.fact f on (f.account, f.version) = (e.fact_account, e.fact_version)
  left join people.public_party p on p.id = e.proposed_by`

export type ExceptionFilter = { state: State | null; kind: Kind | null; source: string | null }
export async function listExceptions(
  db: Db,
  filter: ExceptionFilter,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<ExceptionRow[]> {
  const { state, kind, source } = filter
  const { rows } = await sql<ExceptionRow>`${all}
    where ${state === null ? sql`e.closed_at is null` : sql`e.state = ${state}`} and ${kind === null ? sql`true` : sql`e.kind = ${kind}`}
      and ${source === null ? sql`true` : sql`e.source = ${source}`} and ${after === undefined ? sql`true` : sql`(e.opened_at, e.id) < (${after[0]}, ${after[1]})`}
    order by e.opened_at desc, e.id desc limit ${limit}`.execute(db)
  return rows
}

export async function readException(db: Db, id: string): Promise<ExceptionRow | undefined> {
  return (await sql<ExceptionRow>`${all} where e.id = ${id}`.execute(db)).rows[0]
}

export type DecisionRow = { action: string; by: string | null; reason: string; at: Date }
export async function decisionsOf(db: Db, exception: string): Promise<DecisionRow[]> {
  const { rows } = await sql<DecisionRow>`
    select d.action, p.name as by, d.reason, d.at from reconciliation.decision d left join people.public_party p on p.id = d.by
    where d.exception = ${exception} order by d.id`.execute(db)
  return rows
}
export const insertDecision = async (
  tx: Tx,
  d: { exception: string; action: string; by: string | null; reason: string; at: Date },
): Promise<void> => {
  await sql`insert into reconciliation.decision (exception, action, by, reason, at) values (${d.exception}, ${d.action}, ${d.by}, ${d.reason}, ${d.at})`.execute(
    tx,
  )
}

/** What could be the other side of an open line or fact: open too, of this currency, the nearest amount and time first. */
export async function candidatesOf(db: Db, e: ExceptionRow, limit: number): Promise<SideRow[]> {
  const side = e.there ?? e.here
  if (side === null) return []
  const near = (amount: bigint, at: string) =>
    sql`order by abs(amount - ${amount}), abs(extract(epoch from at - ${at}::timestamptz)) limit ${limit}`
  const { rows } =
    e.there !== null
      ? await sql<SideRow>`
          select account || '/' || version as id, type, reference, null as ref, amount, fee, currency, at::text as at, null as report, transfer::text as transfer
          from reconciliation.fact where source = ${e.source} and state = 'open' and currency = ${side.currency} ${near(BigInt(side.amount), side.at)}`.execute(
          db,
        )
      : await sql<SideRow>`
          select id::text as id, type, reference, nullif(ref, '') as ref, amount, fee, currency, at::text as at, report, null as transfer
          from reconciliation.line where source = ${e.source} and state = 'open' and currency = ${side.currency} ${near(BigInt(side.amount), side.at)}`.execute(
          db,
        )
  return rows
}

/** Links an open line with an open fact of the same source and currency; false when they are not such. */
export async function link(tx: Tx, source: string, line: bigint, fact: { account: bigint; version: bigint }): Promise<boolean> {
  const told = await sql`
    update reconciliation.fact f set state = 'matched', line = l.id from reconciliation.line l
    where f.account = ${fact.account} and f.version = ${fact.version} and f.source = ${source} and f.state = 'open'
      and l.id = ${line} and l.source = ${source} and l.state = 'open' and l.currency = f.currency`.execute(tx)
  if (told.numAffectedRows !== 1n) return false
  await sql`update reconciliation.line set state = 'matched' where id = ${line}`.execute(tx)
  return true
}

export type Change = { state: State; reason: string | null; proposedBy: string | null; rule?: string | null; closedAt: Date | null }
export const changeException = async (tx: Tx, id: string, c: Change): Promise<void> => {
  await sql`update reconciliation.exception set state = ${c.state}, reason = ${c.reason}, proposed_by = ${c.proposedBy}, rule = coalesce(${c.rule ?? null}, rule), closed_at = ${c.closedAt} where id = ${id}`.execute(
    tx,
  )
}

/** What was open of these exceptions' two sides is booked now. */
export const markBooked = async (tx: Tx, ids: readonly string[]): Promise<void> => {
  const these = sql`${[...ids]}::text[]`
  await sql`update reconciliation.line l set state = 'booked' from reconciliation.exception e where e.id = any(${these}) and l.id = e.line and l.state = 'open'`.execute(
    tx,
  )
  await sql`update reconciliation.fact f set state = 'booked' from reconciliation.exception e
    where e.id = any(${these}) and f.account = e.fact_account and f.version = e.fact_version and f.state = 'open'`.execute(tx)
}

/** The planet's own money of a currency: commission, costs, and what others owe it. */
export async function ownMoney(db: Db, currency: string): Promise<bigint> {
  const { rows } = await sql<{ own: bigint }>`
    select coalesce(sum(balance), 0)::bigint as own from ledger.public_account where asset = ${currency} and (owner = 'planet' or purpose = 'receivable')`.execute(
    db,
  )
  return rows[0]!.own
}
/** Decisions that spend own money follow one another until their transactions end: those about refunds hold the same lock (refunds/store-money.ts). */
export const lockOwnMoney = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(5015, 1)`.execute(tx)
}

export type RuleRow = { id: string; kind: Kind; type: string | null; most: bigint | null; action: 'costs' | 'sweep'; active: boolean }
export async function listRules(db: Db): Promise<RuleRow[]> {
  return (await sql<RuleRow>`select id, kind, type, most, action, active from reconciliation.rule order by id`.execute(db)).rows
}
export async function changeRule(
  tx: Tx,
  r: { id: string; active: boolean; most: bigint | null | undefined; by: string; reason: string; at: Date },
): Promise<RuleRow | undefined> {
  const { rows } = await sql<RuleRow>`
    update reconciliation.rule set active = ${r.active}, most = case when ${r.most === undefined} then most else ${r.most ?? null}::bigint end,
      changed_by = ${r.by}, reason = ${r.reason}, changed_at = ${r.at}
    where id = ${r.id} returning id, kind, type, most, action, active`.execute(tx)
  return rows[0]
}
