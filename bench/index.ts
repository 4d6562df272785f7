/** `npm run bench -- NAME [--json] [--quick]`: runs one benchmark against its limit or peer in the same call. Without a name it lists them. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDb } from '../server/foundation/db.ts'
import { migrate } from '../server/foundation/migrate.ts'
import { startPostgres, type Postgres } from '../server/foundation/postgres.ts'
import type { Bench, BenchContext } from './_bench.ts'

const names = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts' && !file.startsWith('_'))
  .map(file => file.slice(0, -3))
  .sort()

const load = async (name: string): Promise<Bench> => ((await import(`./${name}.ts`)) as { default: Bench }).default

const round = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))

async function main(): Promise<number> {
  const args = process.argv.slice(2)
  const flags = new Set(args.filter(arg => arg.startsWith('--')))
  const name = args.find(arg => !arg.startsWith('--'))
  if (name === undefined || !names.includes(name)) {
    for (const one of names) process.stdout.write(`${one.padEnd(10)} ${(await load(one)).about}\n`)
    return name === undefined ? 0 : 1
  }
  const bench = await load(name)
  const tmp = join(import.meta.dirname, '../.planet', `bench-${process.pid}`)
  mkdirSync(tmp, { recursive: true })
  let postgres: Postgres | undefined
  const cluster = async (): Promise<Postgres> =>
    (postgres ??= await startPostgres({ home: tmp, settings: { max_connections: '300', shared_buffers: '512MB', max_wal_size: '8GB' } }))
  let count = 0
  const context: BenchContext = {
    flags,
    quick: flags.has('--quick'),
    say: text => process.stderr.write(`${text}\n`),
    tmp,
    clusterUrl: async database => (await cluster()).urlOf(database),
    freshDatabase: async options => {
      const running = await cluster()
      const database = `b${++count}`
      const admin = new pg.Client({ connectionString: running.urlOf('postgres') })
      await admin.connect()
      await admin.query(`create database ${database}`)
      await admin.end()
      const url = running.urlOf(database)
      await migrate(url)
      const db = openDb({ url, max: options?.max ?? 12 })
      return { url, db, close: () => db.close() }
    },
  }
  const stop = async () => {
    await postgres?.stop()
    rmSync(tmp, { recursive: true, force: true })
  }
  process.once('SIGINT', () => void stop().then(() => process.exit(130)))
  try {
    const { figures, ratios } = await bench.run(context)
    const machine = {
      cpu: cpus()[0]?.model ?? '',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    }
    for (const [kind, values] of [
      ['ratio', ratios],
      ['figure', figures],
    ] as const)
      for (const [key, value] of Object.entries(values))
        process.stderr.write(`${kind.padEnd(7)} ${key.padEnd(28)} ${typeof value === 'number' ? round(value) : value}\n`)
    const rounded = <T extends number | string>(values: Record<string, T>) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeof value === 'number' ? round(value) : value]))
    if (flags.has('--json'))
      process.stdout.write(`${JSON.stringify({ bench: name, figures: rounded(figures), ratios: rounded(ratios), machine })}\n`)
    return 0
  } finally {
    await stop()
  }
}

if (import.meta.main) process.exitCode = await main()
