/**
 * `planet backup FILE` and `planet restore FILE`: the whole planet in one file: every row of one moment, the files, the secret. Plain parts (tar, gzip, JSON, COPY
 * text), so that it can be read without us. Works while the planet runs: PostgreSQL shows the backup one moment, whatever happens meanwhile.
 */
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip, constants } from 'node:zlib'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import * as tar from 'tar-stream'
import { z } from 'zod'
import info from '../package.json' with { type: 'json' }
import { clock } from './foundation/clock.ts'
import { ConfigError, type Config } from './foundation/config.ts'
import { migrate, migrationsHere } from './foundation/migrate.ts'
import { startPostgres } from './foundation/postgres.ts'
import { confirm, print, printError } from './foundation/progress.ts'
import { openHome, refuseWhileServed } from './home.ts'
import { reset } from './serve.ts'

const format = 'planet-backup/1'
const Head = z.object({
  format: z.literal(format),
  version: z.string(),
  at: z.string(),
  migrations: z.array(z.object({ name: z.string(), hash: z.string() })),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
  secret: z.string().nullable(),
})
type Head = z.infer<typeof Head>

/** Folders of the home that belong to the planet; the database has its own way, `tmp` is nobody's. */
const folders = ['files', 'uploads']
const partBytes = 16 * 1024 * 1024
const own = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' and not (n.nspname = 'public' and c.relname = 'migration')
  and not (n.nspname = 'graphile_worker' and c.relname = 'migrations')`

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Every table but partitions (their parents give all), a table before those that refer to it; columns the database does not compute itself. */
async function tablesOf(client: pg.Client): Promise<Head['tables']> {
  const { rows } = await client.query<{ name: string; columns: string[]; after: string[] }>(`
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
      (select coalesce(array_agg(quote_ident(a.attname) order by a.attnum), '{}') from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(array_agg(distinct quote_ident(fn.nspname) || '.' || quote_ident(f.relname)), '{}') from pg_constraint k join pg_class f on f.oid = k.confrelid
        join pg_namespace fn on fn.oid = f.relnamespace where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as after
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition and ${own} order by 1`)
  const placed = new Set<string>()
  const ordered: Head['tables'] = []
  while (ordered.length < rows.length) {
    const next = rows.filter(row => !placed.has(row.name) && row.after.every(name => placed.has(name)))
    // A circle of references: in the order of names, and restored with the checks off.
    if (next.length === 0) next.push(rows.find(row => !placed.has(row.name))!)
    for (const { name, columns } of next) {
      placed.add(name)
      ordered.push({ name, columns })
    }
  }
  return ordered
}

async function sequencesOf(client: pg.Client): Promise<Head['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and ${own} order by 1`,
  )
  const found: Head['sequences'] = []
  for (const { name } of rows) {
    const state = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${name}`,
    )
    found.push({ name, ...state.rows[0]! })
  }
  return found
}

/** Files below a folder with their names from there; halves of writes are left out. */
async function* filesBelow(folder: string): AsyncGenerator<{ name: string; path: string; bytes: number }> {
  if (!existsSync(folder)) return
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.part')) continue
    const path = join(entry.parentPath, entry.name)
    const found = await stat(path).catch(() => null)
    if (found !== null) yield { name: path.slice(folder.length + 1).replaceAll('\\', '/'), path, bytes: found.size }
  }
}

type Written = { rows: number; files: number }

/** Cuts a stream into buffers of about 16 MiB: a tar entry wants its length first, and memory stays small. */
async function* parts(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes < partBytes) continue
    yield Buffer.concat(chunks)
    chunks = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(chunks)
}

async function writeBackup(client: pg.Client, config: Config, pack: tar.Pack): Promise<Written> {
  const entry = (name: string, content: Buffer | string): Promise<void> =>
    new Promise((done, failed) => pack.entry({ name, mode: 0o600 }, content, error => (error ? failed(error) : done())))
  await client.query('begin isolation level repeatable read read only')
  const tables = await tablesOf(client)
  const secretFile = join(config.home, 'secret')
  const head: Head = {
    format,
    version: info.version,
    at: clock.now().toISOString(),
    migrations: (await client.query<Head['migrations'][number]>('select name, hash from public.migration order by name')).rows,
    tables,
    sequences: await sequencesOf(client),
    secret: existsSync(secretFile) ? readFileSync(secretFile, 'utf8').trim() : null,
  }
  await entry('planet.json', JSON.stringify(head, null, 1))
  let rows = 0
  for (const { name, columns } of tables) {
    const stream = client.query(copyTo(`copy (select ${columns.join(', ')} from ${name}) to stdout`))
    let part = 0
    for await (const bytes of parts(stream)) await entry(`tables/${name}/${String(++part).padStart(6, '0')}`, bytes)
    rows += stream.rowCount
  }
  await client.query('commit')
  let files = 0
  for (const folder of folders)
    for await (const file of filesBelow(join(config.home, folder))) {
      const sink = pack.entry({ name: `home/${folder}/${file.name}`, size: file.bytes, mode: 0o600 })
      // Of a file that grows meanwhile (an upload) what was there at first.
      if (file.bytes > 0) await pipeline(createReadStream(file.path, { end: file.bytes - 1 }), sink)
      else sink.end(Buffer.alloc(0))
      files++
    }
  return { rows, files }
}

const fileOf = (args: readonly string[], what: string): string => {
  const file = args.find(arg => !arg.startsWith('--'))
  if (file === undefined) throw new ConfigError(`Say which file: planet ${what} FILE.`)
  return resolve(process.cwd(), file)
}

/** `planet backup FILE`. The file appears whole or not at all; it holds the planet's secret, so only its owner may read it. */
export async function backupCommand(config: Config, args: readonly string[]): Promise<number> {
  const file = fileOf(args, 'backup')
  const home = await openHome(config)
  const client = await connect(home.url)
  const half = `${file}.part`
  try {
    const pack = tar.pack()
    const written = pipeline(pack, createGzip({ level: constants.Z_BEST_SPEED }), createWriteStream(half, { mode: 0o600 }))
    const made = writeBackup(client, config, pack).then(
      count => {
        pack.finalize()
        return count
      },
      (error: unknown) => {
        pack.destroy(error as Error)
        throw error
      },
    )
    const [count] = await Promise.all([made, written])
    await rename(half, file)
    await chmod(file, 0o600)
    const { size } = await stat(file)
    print(
      `Backed up ${count.rows} rows and ${count.files} files into ${file} (${Math.ceil(size / 1024)} KiB). It holds the planet's secret: keep it safe.`,
    )
    return 0
  } finally {
    await rm(half, { force: true })
    await client.end()
    await home.close()
  }
}

/** Refuses what this version could not bring back, before anything is touched. */
function checkHead(text: string): Head {
  const parsed = Head.safeParse(JSON.parse(text))
  if (!parsed.success) throw new ConfigError('This is not a backup of a planet.')
  const here = new Map(migrationsHere().map(migration => [migration.name, migration.hash]))
  for (const { name, hash } of parsed.data.migrations)
    if (here.get(name) !== hash)
      throw new ConfigError(
        `The backup was made by another version of Planet (${parsed.data.version}, migration ${name}); restore it with that version.`,
      )
  return parsed.data
}

async function* entriesOf(file: string): AsyncGenerator<{ name: string; entry: AsyncIterable<Buffer> }> {
  const extract = tar.extract()
  const fed = pipeline(createReadStream(file), createGunzip(), extract)
  fed.catch(() => undefined)
  for await (const entry of extract) yield { name: entry.header.name, entry: entry as AsyncIterable<Buffer> }
  await fed
}

async function headOf(file: string): Promise<Head> {
  try {
    for await (const { name, entry } of entriesOf(file)) {
      if (name !== 'planet.json') break
      const chunks: Buffer[] = []
      for await (const chunk of entry) chunks.push(chunk)
      return checkHead(Buffer.concat(chunks).toString('utf8'))
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new ConfigError(`There is no file ${file}.`)
  }
  throw new ConfigError('This is not a backup of a planet.')
}

/** Takes the guards off for the one transaction that fills an empty planet: the rows have passed them before. */
async function lowerGuards(client: pg.Client, tables: Head['tables']): Promise<() => Promise<void>> {
  await client.query('savepoint guards')
  try {
    await client.query('set local session_replication_role = replica')
    return async () => undefined
  } catch {
    // Not a superuser (a managed PostgreSQL): the owner may switch off the triggers; references hold by the order of tables.
    await client.query('rollback to savepoint guards')
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${own}`,
    )
    const names = rows.map(row => row.name).filter(name => tables.length > 0 && !name.startsWith('graphile_worker.'))
    for (const name of names) await client.query(`alter table ${name} disable trigger user`)
    return async () => {
      for (const name of names) await client.query(`alter table ${name} enable trigger user`)
    }
  }
}

async function load(client: pg.Client, config: Config, file: string, head: Head): Promise<Written> {
  const byName = new Map(head.tables.map(table => [table.name, table]))
  const count: Written = { rows: 0, files: 0 }
  await client.query('begin')
  const raise = await lowerGuards(client, head.tables)
  await client.query(`truncate ${head.tables.map(table => table.name).join(', ')}`)
  let open: { name: string; stream: Writable & { rowCount: number }; ended: Promise<void> } | undefined
  const finish = async (): Promise<void> => {
    if (open === undefined) return
    open.stream.end()
    await open.ended
    count.rows += open.stream.rowCount
    open = undefined
  }
  for await (const { name, entry } of entriesOf(file)) {
    const table = /^tables\/(.+)\/\d+$/.exec(name)?.[1]
    if (table !== undefined) {
      const known = byName.get(table)
      if (known === undefined) throw new ConfigError(`The backup holds rows of ${table}, which it does not list.`)
      if (open?.name !== table) {
        await finish()
        const stream = client.query(copyFrom(`copy ${table} (${known.columns.join(', ')}) from stdin`))
        open = { name: table, stream, ended: new Promise((done, failed) => stream.once('finish', done).once('error', failed)) }
        open.ended.catch(() => undefined)
      }
      const { stream, ended } = open
      for await (const chunk of entry)
        if (!stream.write(chunk)) await Promise.race([new Promise(done => stream.once('drain', done)), ended])
      continue
    }
    const path = /^home\/((?:files|uploads)\/.+)$/.exec(name)?.[1]
    if (path !== undefined) {
      if (path.split('/').some(part => part === '..' || part === '' || part === '.'))
        throw new ConfigError(`The backup holds a file with the name ${name}.`)
      const target = join(config.home, path)
      mkdirSync(dirname(target), { recursive: true })
      await pipeline(entry, createWriteStream(target))
      count.files++
      continue
    }
    for await (const _ of entry) continue
  }
  await finish()
  for (const { name, value, called } of head.sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [name, value, called])
  await raise()
  await client.query('commit')
  return count
}

/** `planet restore FILE`: this planet becomes the one in the file. All rows come in one transaction: a restore that is stopped leaves an empty planet. */
export async function restoreCommand(config: Config, args: readonly string[]): Promise<number> {
  const file = fileOf(args, 'restore')
  const head = await headOf(file)
  await refuseWhileServed(config)
  if (
    !args.includes('--yes') &&
    !(await confirm(`This replaces everything in ${config.databaseUrl ?? config.home} by the planet of ${head.at}. Go on?`))
  ) {
    printError('Nothing was changed. Say --yes to restore.')
    return 1
  }
  await reset(config)
  if (head.secret !== null) {
    rmSync(join(config.home, 'secret'), { force: true })
    writeFileSync(join(config.home, 'secret'), `${head.secret}\n`, { mode: 0o600 })
  }
  const url = config.databaseUrl ?? (await startPostgres({ home: config.home })).url
  await migrate(url, head.migrations.at(-1)?.name)
  const client = await connect(url)
  let count: Written
  try {
    count = await load(client, config, file, head)
  } finally {
    await client.end()
  }
  // What this version has added since, and the proof that the books came through whole.
  const home = await openHome(config)
  try {
    const { audit } = await import('./console/index.ts')
    const broken = (await audit(home.db)).filter(result => !result.ok)
    print(`Restored ${count.rows} rows and ${count.files} files of ${head.at}.`)
    for (const { name, findings } of broken) for (const finding of findings) printError(`${name}: ${finding}`)
    return broken.length === 0 ? 0 : 1
  } finally {
    await home.close()
  }
}
