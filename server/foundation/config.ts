/** Every setting, read once and checked; a wrong value stops the start with one sentence. The table in docs/operate.md lists them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'

export type Config = {
  /** Folder of all state: database, files, secret. */
  home: string
  host: string
  port: number
  /** Public address without a slash at its end. */
  url: string
  /** Whether PLANET_URL was set (else the address is where we listen). */
  urlGiven: boolean
  /** Fill an empty planet with the demo world. */
  demo: boolean
  /** How many of the demo tracks to render; all unless a test or a bench asks for fewer. */
  demoTracks: number
  databaseUrl: string | undefined
  databaseReadUrls: string[]
  smtpUrl: string | undefined
  /** Peers whose forwarding headers are believed (addresses or CIDR). */
  trustedProxies: string[]
  logLevel: string
  /** Signs sessions and media addresses. Kept in the home folder, mode 0600. */
  secret: string
  /** Largest file one may upload, in bytes. */
  uploadLimitBytes: number
  /** Bytes of hot media kept in memory. */
  mediaCacheBytes: number
  rateLimits: boolean
  dev: boolean
}

/** A setting that cannot be used; its message is the sentence to show. */
export class ConfigError extends Error {}

function whole(name: string, value: string | undefined, usual: number, least: number, most: number): number {
  if (value === undefined || value === '') return usual
  const number = Number(value)
  if (!Number.isInteger(number) || number < least || number > most)
    throw new ConfigError(`${name} must be a whole number from ${least} to ${most}, not "${value}".`)
  return number
}

function secretOf(home: string, given: string | undefined): string {
  if (given !== undefined) {
    if (given.length < 32) throw new ConfigError('PLANET_SECRET must have at least 32 characters.')
    return given
  }
  const path = join(home, 'secret')
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    const made = randomBytes(32).toString('hex')
    try {
      writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx' })
      return made
    } catch {
      return readFileSync(path, 'utf8').trim()
    }
  }
}

/** Reads the environment. `overrides` are for tests and commands that differ from a plain start. */
export function readConfig(env: NodeJS.ProcessEnv = process.env, overrides: Partial<Config> = {}): Config {
  const home = overrides.home ?? (env['PLANET_HOME'] ? resolve(env['PLANET_HOME']) : join(import.meta.dirname, '../../planet-home'))
  try {
    mkdirSync(home, { recursive: true })
  } catch (error) {
    throw new ConfigError(`PLANET_HOME (${home}) cannot be made: ${(error as Error).message}.`)
  }
  const host = env['HOST'] || '127.0.0.1'
  const port = whole('PORT', env['PORT'], 3000, 0, 65535)
  const url = (env['PLANET_URL'] ?? `http://localhost:${port}`).replace(/\/+$/, '')
  if (!/^https?:\/\/[^/\s]+/.test(url)) throw new ConfigError(`PLANET_URL must be an http(s) address, not "${url}".`)
  const databaseUrl = env['DATABASE_URL'] || undefined
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new ConfigError('DATABASE_URL must start with postgres://.')
  return {
    home,
    host,
    port,
    url,
    urlGiven: env['PLANET_URL'] !== undefined,
    demo: env['PLANET_DEMO'] !== '0',
    demoTracks: whole('PLANET_DEMO_TRACKS', env['PLANET_DEMO_TRACKS'], 1000, 0, 1000),
    databaseUrl,
    databaseReadUrls: (env['DATABASE_READ_URLS'] ?? '').split(/[\s,]+/).filter(Boolean),
    smtpUrl: env['SMTP_URL'] || undefined,
    trustedProxies: (env['PLANET_TRUSTED_PROXIES'] ?? '').split(/[\s,]+/).filter(Boolean),
    logLevel: env['PLANET_LOG'] ?? 'info',
    secret: overrides.secret ?? secretOf(home, env['PLANET_SECRET']),
    uploadLimitBytes: whole('PLANET_UPLOAD_LIMIT_MB', env['PLANET_UPLOAD_LIMIT_MB'], 2048, 1, 1_000_000) * 1024 * 1024,
    mediaCacheBytes: whole('PLANET_MEDIA_CACHE_MB', env['PLANET_MEDIA_CACHE_MB'], 64, 0, 100_000) * 1024 * 1024,
    rateLimits: env['PLANET_RATE_LIMITS'] !== 'off',
    dev: false,
    ...overrides,
  }
}
