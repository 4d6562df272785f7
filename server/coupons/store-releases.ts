/** SQL of codes that come with a record. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
export type SeriesRow = {
  id: string
  release: string
  page: string
  name: string
  until: Date | null
  made: number
  used: number
  stopped: boolean
  createdAt: Date
  title: string
  artists: string
  cover: string | null
}
const columns: RawBuilder<unknown> = sql`s.id, s.release, s.page, s.name, s.until, s.made, s.used, s.stopped_at is not null as stopped, s.created_at as "createdAt", coalesce(r.title, '') as title,
  coalesce((select string_agg(a ->> 'name', ', ') from jsonb_array_elements(r.artists) a), '') as artists, r.cover`
const tables = sql`coupons.release_series s left join catalogue.public_album r on r.id = s.release`

export async function readSeries(db: Read | Tx, id: string, lock = false): Promise<SeriesRow | undefined> {
  if (lock) await sql`select 1 from coupons.release_series where id = ${id} for no key update`.execute(db)
  const { rows } = await sql<SeriesRow>`select ${columns} from ${tables} where s.id = ${id}`.execute(db)
  return rows[0]
}
export async function listSeries(db: Read, page: string): Promise<SeriesRow[]> {
  const { rows } =
    await sql<SeriesRow>`select ${columns} from ${tables} where s.page = ${page} order by s.created_at desc, s.id desc limit 500`.execute(
      db,
    )
  return rows
}
export type ReleaseRow = { id: string; page: string; title: string }
export async function readRelease(db: Read | Tx, id: string): Promise<ReleaseRow | undefined> {
  const { rows } = await sql<ReleaseRow>`select r.id, r.page, r.title from catalogue.public_release r where r.id = ${id}`.execute(db)
  return rows[0]
}
/** False when the id is taken. */
export async function insertSeries(
  tx: Tx,
  row: { id: string; release: string; page: string; name: string; until: Date | null; by: string; at: Date },
): Promise<boolean> {
  const made = await sql`
    insert into coupons.release_series (id, release, page, name, until, created_by, created_at) values (${row.id}, ${row.release}, ${row.page}, ${row.name}, ${row.until}, ${row.by}, ${row.at})
    on conflict (id) do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}
export const updateSeries = async (tx: Tx, id: string, name: string, until: Date | null): Promise<void> => {
  await sql`update coupons.release_series set name = ${name}, until = ${until} where id = ${id}`.execute(tx)
}
export const stopSeries = async (tx: Tx, id: string, at: Date): Promise<void> => {
  await sql`update coupons.release_series set stopped_at = coalesce(stopped_at, ${at}) where id = ${id}`.execute(tx)
}
/** Gives how many were new. */
export async function insertReleaseCodes(tx: Tx, series: string, codes: readonly { id: string; code: string }[]): Promise<number> {
  const made = await sql`
    with new as (insert into coupons.release_code (id, series, code) select i, ${series}, c from unnest(${list(codes.map(c => c.id))}, ${list(codes.map(c => c.code))}) as x(i, c)
      on conflict (code) do nothing returning 1), counted as (select count(*)::int as many from new)
    update coupons.release_series s set made = s.made + counted.many from counted where s.id = ${series} returning counted.many`.execute(tx)
  return (made.rows as { many: number }[])[0]?.many ?? 0
}
export type CodeRow = SeriesRow & { code: string; codeId: string; person: string | null; usedAt: Date | null }
export async function findCode(db: Read | Tx, code: string): Promise<CodeRow | undefined> {
  const { rows } = await sql<CodeRow>`
    select ${columns}, c.code, c.id as "codeId", c.person, c.used_at as "usedAt" from ${tables} join coupons.release_code c on c.series = s.id where c.code = ${code}`.execute(
    db,
  )
  return rows[0]
}
/** Once: false when somebody was quicker. */
export async function takeReleaseCode(tx: Tx, id: string, series: string, person: string, at: Date): Promise<boolean> {
  const done = await sql`update coupons.release_code set person = ${person}, used_at = ${at} where id = ${id} and person is null`.execute(
    tx,
  )
  if (done.numAffectedRows !== 1n) return false
  await sql`update coupons.release_series set used = used + 1 where id = ${series}`.execute(tx)
  return true
}
export async function codesOfSeries(
  db: Read,
  series: string,
  after: string,
  limit: number,
): Promise<{ id: string; code: string; usedAt: Date | null }[]> {
  const { rows } = await sql<{ id: string; code: string; usedAt: Date | null }>`
    select id, code, used_at as "usedAt" from coupons.release_code where series = ${series} and id > ${after} order by id limit ${limit}`.execute(
    db,
  )
  return rows
}
export async function owns(db: Read | Tx, person: string, release: string): Promise<boolean> {
  const { rows } = await sql`select 1 from shop.public_ownership where person = ${person} and release = ${release}`.execute(db)
  return rows.length > 0
}
