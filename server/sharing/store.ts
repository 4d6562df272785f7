/** SQL of what is shared: when things that the API has shown came and changed. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

export type Times = { id: string; came: Date; changed: Date }

export async function releaseTimes(db: Read, ids: readonly string[]): Promise<Map<string, Times>> {
  const { rows } = await sql<Times>`select release as id, since as came, since as changed from catalogue.public_release_since
    where release = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
export async function showTimes(db: Read, ids: readonly string[]): Promise<Map<string, Times>> {
  const { rows } =
    await sql<Times>`select id, created_at as came, changed_at as changed from shows.public_show where id = any(${[...ids]}::text[])`.execute(
      db,
    )
  return new Map(rows.map(row => [row.id, row]))
}
