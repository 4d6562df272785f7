/** SQL of work made to order. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
export type JobState = 'working' | 'delivered' | 'accepted' | 'cancelled'
export type Answer = { label: string; answer: string }
export type JobRow = {
  line: string
  product: string
  page: string
  buyer: string
  title: string
  amount: bigint
  currency: string
  brief: Answer[]
  state: JobState
  dueAt: Date
  revisions: number
  revisionsUsed: number
  acceptDays: number
  acceptAt: Date | null
  at: Date
  closedAt: Date | null
  reason: string
}
export type JobShown = JobRow & { picture: string | null; pageName: string; buyerName: string }
const columns: RawBuilder<unknown> = sql`j.line, j.product, j.page, j.buyer, j.title, j.amount, j.currency, j.brief, j.state, j.due_at as "dueAt", j.revisions, j.revisions_used as "revisionsUsed",
  j.accept_days as "acceptDays", j.accept_at as "acceptAt", j.at, j.closed_at as "closedAt", j.reason`
const shown: RawBuilder<unknown> = sql`${columns}, p.picture, coalesce(g.name, '') as "pageName", coalesce(n.name, '') as "buyerName"`
const tables = sql`services.job j join services.product p on p.id = j.product left join people.public_page g on g.id = j.page left join people.public_party n on n.id = j.buyer`

export async function insertJobs(
  tx: Tx,
  jobs: readonly Omit<JobRow, 'state' | 'revisionsUsed' | 'acceptAt' | 'closedAt' | 'reason'>[],
): Promise<void> {
  await sql`
    insert into services.job (line, product, page, buyer, title, amount, currency, brief, due_at, revisions, accept_days, at, changed_at)
    select line, product, page, buyer, title, amount, currency, brief, "dueAt", revisions, "acceptDays", at, at
    from jsonb_to_recordset(${JSON.stringify(jobs.map(job => ({ ...job, amount: job.amount.toString() })))}::jsonb) as j(line text, product text, page text, buyer text, title text, amount bigint, currency text,
      brief jsonb, "dueAt" timestamptz, revisions int, "acceptDays" int, at timestamptz)`.execute(tx)
}
export async function readJob(db: Read | Tx, line: string): Promise<JobShown | undefined> {
  const { rows } = await sql<JobShown>`select ${shown} from ${tables} where j.line = ${line}`.execute(db)
  return rows[0]
}
export async function lockJob(tx: Tx, line: string): Promise<JobRow | undefined> {
  const { rows } = await sql<JobRow>`select ${columns} from services.job j where j.line = ${line} for update`.execute(tx)
  return rows[0]
}
export async function jobsOfLines(db: Read | Tx, lines: readonly string[]): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`select ${columns} from services.job j where j.line = any(${list(lines)})`.execute(db)
  return rows
}
export type JobChange = { state: JobState; dueAt?: Date; acceptAt?: Date | null; revised?: boolean; reason?: string }
/** Only from one of these states; false when it was in another. */
export async function moveJob(tx: Tx, line: string, from: readonly JobState[], to: JobChange, at: Date): Promise<boolean> {
  const closed = to.state === 'accepted' || to.state === 'cancelled'
  const done = await sql`
    update services.job set state = ${to.state}, changed_at = ${at}, accept_at = ${to.acceptAt ?? null}, closed_at = ${closed ? at : null}::timestamptz, due_at = coalesce(${to.dueAt ?? null}, due_at),
      revisions_used = revisions_used + ${to.revised ? 1 : 0}::int, reason = coalesce(${to.reason ?? null}, reason)
    where line = ${line} and state = any(${list(from)}) and revisions_used + ${to.revised ? 1 : 0}::int <= revisions`.execute(tx)
  return done.numAffectedRows === 1n
}
export const setReason = async (tx: Tx, line: string, reason: string): Promise<void> => {
  await sql`update services.job set reason = ${reason} where line = ${line}`.execute(tx)
}
/** Of lines that were refunded whole. */
export async function cancelJobs(tx: Tx, lines: readonly string[], at: Date): Promise<void> {
  await sql`update services.job set state = 'cancelled', changed_at = ${at}, closed_at = ${at}, accept_at = null where line = any(${list(lines)}) and state <> 'cancelled'`.execute(
    tx,
  )
}
export async function listJobs(
  db: Read,
  whose: { buyer: string } | { page: string; open: boolean },
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<JobShown[]> {
  const open = 'page' in whose && whose.open
  const mine =
    'buyer' in whose
      ? sql`j.buyer = ${whose.buyer}`
      : sql`j.page = ${whose.page} and j.state ${whose.open ? sql`in` : sql`not in`} ('working', 'delivered')`
  const past =
    after === undefined
      ? sql``
      : open
        ? sql`and (j.due_at, j.line) > (${after[0]}, ${after[1]})`
        : sql`and (j.at, j.line) < (${after[0]}, ${after[1]})`
  const { rows } = await sql<JobShown>`
    select ${shown} from ${tables} where ${mine} ${past} order by ${open ? sql`j.due_at, j.line` : sql`j.at desc, j.line desc`} limit ${limit}`.execute(
    db,
  )
  return rows
}
/** Working, and this much over their date. */
export async function overdueJobs(db: Read, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    line: string
  }>`select line from services.job where state = 'working' and due_at < ${before} order by due_at limit ${limit}`.execute(db)
  return rows.map(row => row.line)
}
/** Delivered, and nobody said no in time. */
export async function silentJobs(db: Read, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    line: string
  }>`select line from services.job where state = 'delivered' and accept_at <= ${at} order by accept_at limit ${limit}`.execute(db)
  return rows.map(row => row.line)
}

export type WordKind = 'message' | 'delivered' | 'revision' | 'accepted' | 'cancelled' | 'extended'
export type FileRow = { name: string; bytes: number; key: string }
export type WordRow = { key: string; job: string; what: WordKind; by: string | null; body: string; days: number | null; at: Date }
export async function insertWord(tx: Tx, word: Omit<WordRow, 'days'> & { days?: number }, files: readonly FileRow[] = []): Promise<void> {
  await sql`insert into services.word (key, job, what, by, body, days, at) values (${word.key}, ${word.job}, ${word.what}, ${word.by}, ${word.body}, ${word.days ?? null}, ${word.at})`.execute(
    tx,
  )
  if (files.length > 0)
    await sql`
      insert into services.file (word, place, name, size_bytes, key)
      select ${word.key}, p - 1, n, s, k from unnest(${list(files.map(f => f.name))}, ${files.map(f => f.bytes)}::bigint[], ${list(files.map(f => f.key))}) with ordinality as x(n, s, k, p)`.execute(
      tx,
    )
}
export async function readWord(db: Read | Tx, key: string): Promise<WordRow | undefined> {
  const { rows } = await sql<WordRow>`select key, job, what, by, body, days, at from services.word where key = ${key}`.execute(db)
  return rows[0]
}
export type WordShown = WordRow & { byName: string | null; files: { name: string; bytes: number }[] }
export async function wordsOf(db: Read | Tx, job: string): Promise<WordShown[]> {
  const { rows } = await sql<WordShown>`
    select w.key, w.job, w.what, w.by, w.body, w.days, w.at, n.name as "byName",
      (select coalesce(json_agg(json_build_object('name', f.name, 'bytes', f.size_bytes) order by f.place), '[]') from services.file f where f.word = w.key) as files
    from services.word w left join people.public_party n on n.id = w.by where w.job = ${job} order by w.place limit 1000`.execute(db)
  return rows
}
export async function readFile(db: Read, job: string, word: string, place: number): Promise<FileRow | undefined> {
  const { rows } = await sql<FileRow>`
    select f.name, f.size_bytes::int as bytes, f.key from services.file f join services.word w on w.key = f.word where w.job = ${job} and f.word = ${word} and f.place = ${place}`.execute(
    db,
  )
  return rows[0]
}
