/** vitest's global setup: one throw-away PostgreSQL for the run, with a migrated template database. What a killed run left is swept. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from './migrate.ts'
import { startPostgres, stopPostgres } from './postgres.ts'

const base = join(import.meta.dirname, '../../.planet')

async function sweep(): Promise<void> {
  for (const name of readdirSync(base)) {
    const pid = Number(/^test-(\d+)$/.exec(name)?.[1] ?? 0)
    if (pid === 0) continue
    try {
      process.kill(pid, 0)
    } catch {
      await stopPostgres(join(base, name))
      rmSync(join(base, name), { recursive: true, force: true })
    }
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  mkdirSync(base, { recursive: true })
  await sweep()
  const home = join(base, `test-${process.pid}`)
  mkdirSync(home, { recursive: true })
  const postgres = await startPostgres({ home, throwAway: true, settings: { max_connections: '400', shared_buffers: '256MB' } })
  const client = new pg.Client({ connectionString: postgres.urlOf('postgres') })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('create database planet_template')
  await client.end()
  await migrate(postgres.urlOf('planet_template'))
  project.provide('cluster', postgres.urlOf('DATABASE'))
  return async () => {
    await postgres.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
