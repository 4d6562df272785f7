/** SQL of sources, reports and their lines. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Mapping, Row } from './files.ts'

type Db = Read | Tx
const list = (items: readonly (string | null)[]) => sql`${[...items]}::text[]`

export type SourceRow = {
  id: string
  since: string | null
  fetchedTo: string | null
  patienceDays: number
  mapping: Mapping | null
  reportedTo: string | null
  exceptions: number
}

/** Sources are known as soon as money lies there or a provider is set up. */
export async function ensureSources(tx: Tx, known: readonly string[]): Promise<void> {
  await sql`
    insert into reconciliation.source (id)
    select id from (select unnest(${list(known)}) as id union select owner from ledger.public_account where purpose = 'clearing' and (owner like 'provider:%' or owner like 'bank:%')) s
    order by id on conflict (id) do nothing`.execute(tx)
}

export async function listSources(db: Db): Promise<SourceRow[]> {
  const { rows } = await sql<SourceRow>`
    select s.id, s.since, s.fetched_to as "fetchedTo", s.patience_days as "patienceDays", s.mapping,
      (select max(last_day) from reconciliation.report r where r.source = s.id) as "reportedTo",
      (select count(*)::int from reconciliation.exception e where e.source = s.id and e.closed_at is null) as exceptions
    from reconciliation.source s order by s.id`.execute(db)
  return rows
}

export async function readSource(db: Db, id: string): Promise<SourceRow | undefined> {
  return (await listSources(db)).find(source => source.id === id)
}

/** Takes the lock of all that is decided about a source. */
export async function lockSource(tx: Tx, id: string): Promise<boolean> {
  return (await sql`select 1 from reconciliation.source where id = ${id} for no key update`.execute(tx)).rows.length > 0
}

export const rememberMapping = async (tx: Tx, source: string, mapping: Mapping, by: string, at: Date): Promise<void> => {
  await sql`update reconciliation.source set mapping = ${JSON.stringify(mapping)}::jsonb, mapping_by = ${by}, mapping_at = ${at} where id = ${source}`.execute(
    tx,
  )
}

export type ReportRowOut = {
  id: string
  source: string
  firstDay: string
  lastDay: string
  origin: 'fetch' | 'file'
  name: string
  lines: number
  repeated: number
  open: number
  by: string | null
  at: Date
}
const reportColumns = sql`r.id, r.source, r.first_day as "firstDay", r.last_day as "lastDay", r.origin, r.name, r.lines, r.repeated,
  (select count(*)::int from reconciliation.line l where l.report = r.id and l.state = 'open') as open, p.name as by, r.at`
const reports = sql`reconciliation.report r left join people.public_party p on p.id = r.by`

export async function readReport(db: Db, id: string): Promise<ReportRowOut | undefined> {
  return (await sql<ReportRowOut>`select ${reportColumns} from ${reports} where r.id = ${id}`.execute(db)).rows[0]
}
export async function reportByDigest(db: Db, source: string, digest: string): Promise<ReportRowOut | undefined> {
  return (await sql<ReportRowOut>`select ${reportColumns} from ${reports} where r.source = ${source} and r.digest = ${digest}`.execute(db))
    .rows[0]
}
export async function listReports(
  db: Db,
  source: string | null,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<ReportRowOut[]> {
  const { rows } = await sql<ReportRowOut>`
    select ${reportColumns} from ${reports}
    where ${source === null ? sql`true` : sql`r.source = ${source}`} and ${after === undefined ? sql`true` : sql`(r.at, r.id) < (${after[0]}, ${after[1]})`}
    order by r.at desc, r.id desc limit ${limit}`.execute(db)
  return rows
}

export async function reportTotals(
  db: Db,
  id: string,
): Promise<{ type: Row['type']; currency: string; state: string; lines: number; amount: bigint; fee: bigint }[]> {
  const { rows } = await sql<{ type: Row['type']; currency: string; state: string; lines: number; amount: bigint; fee: bigint }>`
    select type, currency, state, count(*)::int as lines, sum(amount)::bigint as amount, coalesce(sum(fee), 0)::bigint as fee
    from reconciliation.line where report = ${id} group by type, currency, state order by currency, type, state`.execute(db)
  return rows
}
export async function reportClosings(db: Db, id: string): Promise<{ day: string; currency: string; amount: bigint }[]> {
  const { rows } = await sql<{ day: string; currency: string; amount: bigint }>`
    select day, currency, amount from reconciliation.closing where report = ${id} order by day desc, currency limit 200`.execute(db)
  return rows
}

export type LineRow = {
  id: bigint
  line: number
  type: Row['type']
  ref: string
  reference: string | null
  amount: bigint
  fee: bigint | null
  currency: string
  at: Date
  state: 'open' | 'matched' | 'booked'
  exception: string | null
  raw: Record<string, string>
}
export async function listLines(db: Db, report: string, state: string | null, after: number, limit: number): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select l.id, l.line, l.type, l.ref, l.reference, l.amount, l.fee, l.currency, l.at, l.state, l.raw,
      (select e.id from reconciliation.exception e where e.line = l.id order by e.closed_at is not null, e.id desc limit 1) as exception
    from reconciliation.line l where l.report = ${report} and l.line > ${after} and ${state === null ? sql`true` : sql`l.state = ${state}`}
    order by l.line limit ${limit}`.execute(db)
  return rows
}

/** How often each of these contents was reported before, in other reports of this source. */
export async function knownDigests(tx: Tx, source: string, digests: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ digest: string; count: number }>`
    select digest, count(*)::int as count from reconciliation.line where source = ${source} and digest = any(${list(digests)}) group by digest`.execute(
    tx,
  )
  return new Map(rows.map(row => [row.digest, row.count]))
}

export type NewReport = {
  id: string
  source: string
  firstDay: string
  lastDay: string
  origin: 'fetch' | 'file'
  name: string
  digest: string
  repeated: number
  by: string | null
  at: Date
}
export type NewLine = Row & { line: number; day: string; digest: string }

/** The source is locked. */
export async function insertReport(
  tx: Tx,
  r: NewReport,
  lines: readonly NewLine[],
  closings: readonly { day: string; currency: string; amount: bigint }[],
): Promise<void> {
  await sql`insert into reconciliation.report (id, source, first_day, last_day, origin, name, digest, lines, repeated, by, at)
    values (${r.id}, ${r.source}, ${r.firstDay}, ${r.lastDay}, ${r.origin}, ${r.name}, ${r.digest}, ${lines.length}, ${r.repeated}, ${r.by}, ${r.at})`.execute(
    tx,
  )
  await sql`update reconciliation.source set since = least(since, ${r.firstDay}::date),
    fetched_to = case when ${r.origin} = 'fetch' then greatest(fetched_to, ${r.lastDay}::date) else fetched_to end where id = ${r.source}`.execute(
    tx,
  )
  await sql`
    insert into reconciliation.line (report, line, source, day, type, ref, reference, amount, fee, currency, at, raw, digest)
    select ${r.id}, n.line, ${r.source}, n.day, n.type, n.ref, n.reference, n.amount, n.fee, n.currency, n.at, n.raw, n.digest
    from unnest(${lines.map(l => l.line)}::int[], ${list(lines.map(l => l.day))}::date[], ${list(lines.map(l => l.type))}, ${list(lines.map(l => l.ref))}, ${list(lines.map(l => l.reference))},
      ${lines.map(l => l.amount)}::bigint[], ${lines.map(l => l.fee)}::bigint[], ${list(lines.map(l => l.currency))}, ${lines.map(l => l.at)}::timestamptz[],
      ${lines.map(l => JSON.stringify(l.raw))}::jsonb[], ${list(lines.map(l => l.digest))})
      as n(line, day, type, ref, reference, amount, fee, currency, at, raw, digest) order by n.line`.execute(tx)
  for (const closing of closings)
    await sql`insert into reconciliation.closing (source, day, currency, amount, report) values (${r.source}, ${closing.day}::date, ${closing.currency}, ${closing.amount}, ${r.id})
      on conflict (source, currency, day) do update set amount = excluded.amount, report = excluded.report`.execute(tx)
}

/** Days of a source that a report should be asked for, oldest first: from the day after the last one, or from its first money on. */
export async function daysToFetch(db: Db, source: string, until: string, most: number): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    with start as (
      select coalesce(s.fetched_to + 1, (select min(t.at at time zone 'UTC')::date from ledger.public_account a
        join ledger.public_entry e on e.account = a.id and e.version = 1 join ledger.public_transfer t on t.id = e.transfer
        where a.owner = s.id and a.purpose = 'clearing')) as day
      from reconciliation.source s where s.id = ${source})
    select d::date::text as day from start, generate_series(greatest(start.day, ${until}::date - 400), ${until}::date, interval '1 day') d where start.day is not null order by 1 limit ${most}`.execute(
    db,
  )
  return rows.map(row => row.day)
}

export const markFetched = async (tx: Tx, source: string, day: string): Promise<void> => {
  await sql`update reconciliation.source set fetched_to = greatest(fetched_to, ${day}::date), since = least(since, ${day}::date) where id = ${source}`.execute(
    tx,
  )
}
