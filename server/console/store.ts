/** SQL of the console: the other rooms' public views, and the job tables. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type SiteCounts = { artists: number; releases: number; tracks: number; demoTracks: number; demoReady: number; demoFailed: number }
/** What anyone may know. A demo track is ready or failed as its sound is; one without sound is still to come. */
export async function countSite(db: Read): Promise<SiteCounts> {
  const { rows } = await sql<SiteCounts>`
    select (select count(*) from people.public_page where kind = 'artist')::int as artists,
      (select count(*) from catalogue.public_release where visibility = 'public')::int as releases,
      (select count(*) from catalogue.public_track t join catalogue.public_release r on r.id = t.release where r.visibility = 'public')::int as tracks,
      d.*
    from (
      select count(*)::int as "demoTracks", count(*) filter (where a.state = 'ready')::int as "demoReady", count(*) filter (where a.state = 'failed')::int as "demoFailed"
      from catalogue.public_track t join catalogue.public_release r on r.id = t.release and r.demo left join media.public_audio a on a.asset = t.asset
    ) d`.execute(db)
  return rows[0]!
}

/** Orders by state. */
export async function countOrders(db: Read): Promise<Map<string, number>> {
  const { rows } = await sql<{
    state: string
    count: number
  }>`select state, count(*)::int as count from shop.public_order group by state`.execute(db)
  return new Map(rows.map(row => [row.state, row.count]))
}

export type OrderRow = { id: string; number: string; at: Date; buyer: string; total: bigint; currency: string; state: string }
export async function listOrders(
  db: Read,
  state: string | null,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<OrderRow[]> {
  const { rows } = await sql<OrderRow>`
    select id, number, at, buyer_name as buyer, total, currency, state from shop.public_order
    where ${state === null ? sql`true` : sql`state = ${state}`} and ${after === undefined ? sql`true` : sql`at <= ${after[0]} and (at, id) < (${after[0]}, ${after[1]})`}
    order by at desc, id desc limit ${limit}`.execute(db)
  return rows
}

/** Waiting: to be tried now, later or again. Due: of these, now. Failed: tried as often as allowed. */
export async function countJobs(db: Read): Promise<{ waiting: number; due: number; failed: number }> {
  const { rows } = await sql<{ waiting: number; due: number; failed: number }>`
    select count(*) filter (where attempts < max_attempts)::int as waiting, count(*) filter (where attempts < max_attempts and run_at <= now())::int as due, count(*) filter (where attempts >= max_attempts and locked_at is null)::int as failed
    from graphile_worker.jobs`.execute(db)
  return rows[0]!
}

export type JobRow = { id: bigint; task: string; attempts: number; error: string; at: Date }
export async function listFailedJobs(db: Read, limit: number): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    select id, task_identifier as task, attempts, coalesce(last_error, '') as error, updated_at as at from graphile_worker.jobs
    where attempts >= max_attempts and locked_at is null order by updated_at desc, id desc limit ${limit}`.execute(db)
  return rows
}

/** Gives a job that failed for good all its tries again, from now; false when there is no such job. */
export async function retryJob(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql<{ id: bigint }>`
    select r.id from (select id from graphile_worker.jobs where id = ${id}::bigint and attempts >= max_attempts and locked_at is null) j,
      lateral graphile_worker.reschedule_jobs(array[j.id], run_at => ${now}::timestamptz, attempts => 0) r`.execute(tx)
  return rows.length > 0
}

export type Finding = { name: string; meaning: string; findings: string[] }
export async function insertAuditRun(
  tx: Tx,
  run: { at: Date; milliseconds: number; checks: number; findings: readonly Finding[] },
): Promise<void> {
  await sql`insert into console.audit_run (at, milliseconds, broken, checks, findings)
    values (${run.at}, ${run.milliseconds}, ${run.findings.map(({ name }) => name)}, ${run.checks}, ${JSON.stringify(run.findings)}::jsonb)`.execute(
    tx,
  )
}
export type AuditRun = { id: bigint; at: Date; milliseconds: number; checks: number; findings: Finding[] }
export async function listAuditRuns(db: Read, before: string | null, limit: number): Promise<AuditRun[]> {
  const { rows } = await sql<AuditRun>`
    select id, at, milliseconds, checks,
      -- Runs of before findings were kept know only names.
      case when findings = '[]' then coalesce((select jsonb_agg(jsonb_build_object('name', b, 'meaning', '', 'findings', '[]'::jsonb)) from unnest(broken) b), '[]') else findings end as findings
    from console.audit_run where ${before === null ? sql`true` : sql`id < ${before}::bigint`} order by id desc limit ${limit}`.execute(db)
  return rows
}
export async function lastRun(db: Read): Promise<{ broken: number; at: Date } | undefined> {
  return (
    await sql<{
      broken: number
      at: Date
    }>`select cardinality(broken) as broken, at from console.audit_run order by at desc limit 1`.execute(db)
  ).rows[0]
}
/** How many differences with providers and banks wait, and currencies whose newest proof is red. */
export async function countReconciliation(db: Read): Promise<{ exceptions: number; red: number }> {
  const { rows } = await sql<{ exceptions: number; red: number }>`
    select (select count(*)::int from reconciliation.public_exception where closed_at is null) as exceptions,
      (select count(*)::int from (select distinct on (currency) state from reconciliation.public_proof order by currency, day desc) p where p.state = 'red') as red`.execute(
    db,
  )
  return rows[0]!
}

/** Runs `read` on one snapshot, each of its statements for at most so long. Inside a transaction it stays in that one. */
export async function withTimeout<T>(db: Read, milliseconds: number, read: (db: Read) => Promise<T>): Promise<T> {
  if (db.isTransaction) return read(db)
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async tx => {
      await sql`select set_config('statement_timeout', ${String(milliseconds)}, true), set_config('work_mem', '96MB', true)`.execute(tx)
      return read(tx)
    })
}

/** Plays that were reported, and those of them that count. */
export async function countPlays(db: Read): Promise<number> {
  const { rows } = await sql<{ plays: number }>`select coalesce(sum(plays), 0)::float8 as plays from listening.public_track_plays`.execute(
    db,
  )
  return rows[0]!.plays
}

/** The house's own events have a partition for each of the next months. */
export async function makePartitions(tx: Tx): Promise<void> {
  await sql`select house.make_partitions('house.event', 3)`.execute(tx)
}
