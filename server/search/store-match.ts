/** SQL that finds a known thing again from what others say of it. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

export type AllKind = 'artist' | 'release' | 'track'

/** Everything public of one kind in a stable order: the oldest first, so that what is added while one pages comes at the end. */
export async function listAll(db: Read, kind: AllKind, limit: number, offset: number): Promise<string[]> {
  const from =
    kind === 'release'
      ? sql`select r.id from catalogue.public_release r where r.visibility = 'public'`
      : kind === 'track'
        ? sql`select t.id from catalogue.public_track t join catalogue.public_release r on r.id = t.release where r.visibility = 'public'`
        : sql`select p.id from people.public_page p where exists (
            select 1 from catalogue.public_release_artist x join catalogue.public_release r on r.id = x.release where x.page = p.id and r.visibility = 'public')
          or exists (select 1 from catalogue.public_track_artist x join catalogue.public_track t on t.id = x.track join catalogue.public_release r on r.id = t.release
            where x.page = p.id and r.visibility = 'public')`
  const { rows } = await sql<{ id: string }>`${from} order by 1 limit ${limit} offset ${offset}`.execute(db)
  return rows.map(row => row.id)
}

/** Public things whose name holds the words. */
export async function listNamed(db: Read, kind: AllKind, words: readonly string[], limit: number, offset: number): Promise<string[]> {
  const like = words.map(word => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`)
  const from =
    kind === 'release'
      ? sql`select r.id from catalogue.public_release r where r.visibility = 'public' and r.title ilike all(${like}::text[])`
      : kind === 'track'
        ? sql`select t.id from catalogue.public_track t join catalogue.public_release r on r.id = t.release where r.visibility = 'public' and t.title ilike all(${like}::text[])`
        : sql`select p.id from people.public_page p where p.name ilike all(${like}::text[])`
  const { rows } = await sql<{ id: string }>`${from} order by 1 limit ${limit} offset ${offset}`.execute(db)
  return rows.map(row => row.id)
}

export type MatchRow = { n: number; track: string }
/** Public tracks of the same name by an artist of the same name, letter case aside. */
export async function matchNames(db: Read, wanted: readonly { n: number; title: string; artist: string }[]): Promise<MatchRow[]> {
  const { rows } = await sql<MatchRow>`
    select distinct on (w.n) w.n, t.id as track from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(n int, title text, artist text)
    join catalogue.public_track t on lower(t.title) = lower(w.title) join catalogue.public_release r on r.id = t.release and r.visibility = 'public'
    where exists (select 1 from catalogue.public_track_artist x join people.public_page p on p.id = x.page where x.track = t.id and lower(p.name) = lower(w.artist))
    order by w.n, t.id`.execute(db)
  return rows
}
