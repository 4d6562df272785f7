/**
 * The database door: two pools of one PostgreSQL, one that may write and one that is read-only in Postgres too.
 * int8 is bigint, timestamptz is Date, date is text.
 */
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Log } from './log.ts'

/**
 * Kysely carries the `sql` tag and transactions here; all queries are written in SQL, so it need not know the tables. Telling it all of them cost the compiler ten
 * seconds at each comparison of a transaction with a connection.
 */
export type Database = Record<never, never>
/** What a query handler gets: a connection that Postgres refuses writes on. A transaction can be read from too. */
export type Read = Kysely<Database>
/** What a command handler gets: the one transaction of the request. */
export type Tx = Transaction<Database>

const parsers = new Map<number, (text: string) => unknown>([
  [20, BigInt],
  [1016, text => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt))],
  [1082, text => text],
  [1700, text => text],
])
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : parsers.get(oid)
    return own ?? pg.types.getTypeParser(oid, format as 'text')
  }) as typeof pg.types.getTypeParser,
}

/** Names each statement from its second use, so that Postgres plans it once per connection: about twice the throughput. */
class NamingClient extends pg.Client {
  readonly #seen = new Map<string, number>()
  // The base class has many overloads; the one used by Kysely and by us is (text, values).
  override query = ((first: unknown, values?: unknown, callback?: unknown): unknown => {
    // oxlint-disable-next-line typescript/unbound-method -- called with `this` right below
    const base = pg.Client.prototype.query as (...args: unknown[]) => unknown
    if (typeof first !== 'string' || !Array.isArray(values)) return base.call(this, first, values, callback)
    const seen = this.#seen.get(first)
    if (seen === undefined) {
      if (this.#seen.size < 1000) this.#seen.set(first, -this.#seen.size - 1)
      return base.call(this, first, values, callback)
    }
    if (seen < 0) this.#seen.set(first, -seen)
    return base.call(this, { name: `s${Math.abs(seen)}`, text: first, values }, callback)
  }) as pg.Client['query']
}

export type DbOptions = { url: string; readUrls?: string[]; max?: number; log?: Log; applicationName?: string }

export type Db = {
  write: Kysely<Database>
  read: Read
  /** The writing pool itself, for the job runner and LISTEN. */
  pool: pg.Pool
  url: string
  /** Runs `fn` in one transaction; tried again (at most 4 times in all) when Postgres reports a deadlock or a serialisation failure. */
  transaction: <T>(fn: (tx: Tx) => Promise<T>) => Promise<T>
  close: () => Promise<void>
}

function makePool(url: string, options: DbOptions, readOnly: boolean): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    Client: NamingClient as unknown as new () => pg.Client,
    max: options.max ?? 12,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 10_000,
    application_name: options.applicationName ?? 'planet',
    types,
    ...(readOnly ? { options: '-c default_transaction_read_only=on -c statement_timeout=20000' } : {}),
  })
  // Without a listener a connection that Postgres ends while idle would end the process.
  pool.on('error', error => options.log?.warn({ err: error }, 'database connection lost'))
  pool.on('connect', client => client.on('error', error => options.log?.warn({ err: error }, 'database connection lost')))
  return pool
}

const again = new Set(['40001', '40P01'])

type Late = (db: Db) => void
const late = new WeakMap<Tx, Late[]>()

/** Work in memory to do once this transaction is committed, never if it is not. For what must happen, write a job instead. */
export const afterCommit = (tx: Tx, work: Late): void => void late.get(tx)?.push(work)

export function openDb(options: DbOptions): Db {
  const pool = makePool(options.url, options, false)
  const readPool = makePool(options.readUrls?.[0] ?? options.url, options, true)
  const write = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const read = new Kysely<Database>({ dialect: new PostgresDialect({ pool: readPool }) })
  let closed: Promise<void> | undefined
  const db: Db = {
    write,
    read,
    pool,
    url: options.url,
    async transaction(fn) {
      for (let attempt = 1; ; attempt++) {
        try {
          const after: Late[] = []
          const result = await write.transaction().execute(tx => {
            late.set(tx, after)
            return fn(tx)
          })
          for (const work of after) work(db)
          return result
        } catch (error) {
          if (!again.has((error as { code?: string }).code ?? '')) throw error
          if (attempt < 4) continue
          options.log?.warn({ err: error }, 'a transaction met others in each of its attempts')
          throw error
        }
      }
    },
    close: () => (closed ??= Promise.all([write.destroy(), read.destroy()]).then(() => undefined)),
  }
  return db
}
