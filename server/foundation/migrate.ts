/** Plain SQL migrations, forward only. Each runs in a transaction of its own and is remembered with its hash; an edited one is refused. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { ConfigError } from './config.ts'
import { migrateJobs } from './jobs.ts'

const folder = join(import.meta.dirname, '../../migrations')

export type Migration = { name: string; sql: string; hash: string }

export function migrationsHere(): Migration[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.sql'))
    .sort()
    .map(name => {
      const sql = readFileSync(join(folder, name), 'utf8')
      return { name, sql, hash: createHash('sha256').update(sql).digest('hex') }
    })
}

/** Brings the database up to date, or only `through` this migration; several processes may call it at once. Returns the names that ran now. */
export async function migrate(url: string, through?: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  const ran: string[] = []
  try {
    const version = await client.query<{ server_version_num: string }>('show server_version_num')
    if (Number(version.rows[0]!.server_version_num) < 180000) throw new ConfigError('Planet needs PostgreSQL 18 or newer.')
    // 8675309: any number, the same in every process, so that only one migrates.
    await client.query('select pg_advisory_lock(8675309)')
    await client.query(
      'create table if not exists public.migration (name text primary key, hash text not null, ran_at timestamptz not null default now())',
    )
    const before = new Map(
      (await client.query<{ name: string; hash: string }>('select name, hash from public.migration')).rows.map(row => [row.name, row.hash]),
    )
    const todo: Migration[] = []
    for (const migration of migrationsHere()) {
      if (through !== undefined && migration.name > through) break
      const hash = before.get(migration.name)
      if (hash === undefined) todo.push(migration)
      else if (hash !== migration.hash)
        throw new ConfigError(`Migration ${migration.name} was changed after it ran here; restore it and write a new one.`)
    }
    const jobs = await client.query(`select to_regnamespace('graphile_worker') is not null as there`)
    if (todo.length > 0 || !jobs.rows[0]!.there) await migrateJobs(url)
    for (const { name, sql, hash } of todo) {
      try {
        await client.query('begin')
        await client.query(sql)
        await client.query('insert into public.migration (name, hash) values ($1, $2)', [name, hash])
        await client.query('commit')
        ran.push(name)
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw new Error(`migration ${name}: ${(error as Error).message}`, { cause: error })
      }
    }
  } finally {
    await client.end().catch(() => undefined)
  }
  return ran
}
