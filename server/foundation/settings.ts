/** Small facts of this planet that outlive a start (`house.setting`). */
import { sql } from 'kysely'
import type { Read, Tx } from './db.ts'

export async function readSetting<T>(db: Read | Tx, name: string): Promise<T | undefined> {
  const found = await sql<{ value: T }>`select value from house.setting where name = ${name}`.execute(db)
  return found.rows[0]?.value
}

export async function writeSetting(tx: Tx, name: string, value: object | string | number | boolean): Promise<void> {
  await sql`insert into house.setting (name, value) values (${name}, ${JSON.stringify(value)}::jsonb)
    on conflict (name) do update set value = excluded.value, changed_at = now()`.execute(tx)
}

/** Writes a fact unless there is one already; gives the one that holds, also when two try at once. */
export async function keepSetting<T extends object>(tx: Tx, name: string, value: T): Promise<T> {
  await sql`insert into house.setting (name, value) values (${name}, ${JSON.stringify(value)}::jsonb) on conflict (name) do nothing`.execute(
    tx,
  )
  const found = await sql<{ value: T }>`select value from house.setting where name = ${name}`.execute(tx)
  return found.rows[0]!.value
}
