/** For tests: a fresh, migrated database cloned from a template, and waiting for a condition instead of sleeping. */
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { openDb, type Db } from './db.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of the throw-away cluster, with DATABASE where the name stands. */
    cluster: string
  }
}

export type TestDatabase = { url: string; db: Db; close: () => Promise<void> }

async function admin(text: string): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: inject('cluster').replace('DATABASE', 'postgres') })
  client.on('error', () => undefined)
  await client.connect()
  try {
    // PostgreSQL waits five seconds for others to leave a database; a busy machine may need longer.
    for (let left = 5; ; left--)
      try {
        // oxlint-disable-next-line no-await-in-loop -- again only where they are still there
        return void (await client.query(text))
      } catch (error) {
        if ((error as { code?: string }).code !== '55006' || left === 0) throw error
      }
  } finally {
    await client.end()
  }
}

/** A database of its own for this test file. */
export async function testDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`
  await admin(`create database ${name} template planet_template strategy file_copy`)
  const url = inject('cluster').replace('DATABASE', name)
  const db = openDb({ url, max: options.max ?? 6 })
  return {
    url,
    db,
    close: async () => {
      await db.close()
      await admin(`drop database ${name} with (force)`)
    },
  }
}

/** Asks again until `probe` gives something truthy; fails naming `what` when `withinMs` have passed. */
export async function until<T>(probe: () => T | Promise<T>, what: string, withinMs = 150_000): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs
  for (;;) {
    const got = await probe()
    if (got) return got
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

/** Milliseconds this computes, by the processor's clock: what else the machine does meanwhile does not count. */
export function computing(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
