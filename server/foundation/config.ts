/** Every setting, read once and checked; a wrong value stops the start with one sentence. The table in docs/operate.md lists them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
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
  /** Whom mails come from, `Name <address>`. */
  mailFrom: string
  /** Origins of push services that may lie inside our own network. */
  pushOrigins: string[]
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
  /** Folders of music that are watched. */
  music: string[]
  /** Payment providers with a contract of the planet's; undefined: not used. See docs/operate.md, "Payment providers". */
  stripe: { secretKey: string; webhookSecret: string; apiUrl: string } | undefined
  alipay: { appId: string; sellerId: string; privateKey: string; publicKey: string; gateway: string } | undefined
  /** Whether one may pay at the sandbox, which moves no money: as long as there is no real provider, unless told. */
  sandbox: boolean
  /** Whether browsers get the service worker (offline, installing); off removes it from those that have it. */
  serviceWorker: boolean
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

const httpUrl = (name: string, value: string): string => {
  if (!/^https?:\/\/[^/\s]+/.test(value)) throw new ConfigError(`${name} must be an http(s) address, not "${value}".`)
  return value.replace(/\/+$/, '')
}

function smtpUrl(value: string | undefined): string | undefined {
  if (!value) return undefined
  if (!/^smtps?:\/\/[^/\s]/.test(value)) throw new ConfigError('SMTP_URL must start with smtp:// or smtps://.')
  return value
}

/** Settings that only make sense together: all of them, or undefined when none is there. */
function together<K extends string>(what: string, values: Record<K, string | undefined>): Record<K, string> | undefined {
  const entries = Object.entries<string | undefined>(values)
  if (entries.every(([, value]) => !value)) return undefined
  const missing = entries.filter(([, value]) => !value).map(([name]) => name)
  if (missing.length > 0) throw new ConfigError(`${what} needs ${missing.join(' and ')} too.`)
  return values as Record<K, string>
}

/** A key from its setting or from the file that `NAME_FILE` names. */
function keyText(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const path = env[`${name}_FILE`]
  if (!path) return env[name] || undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`${name}_FILE (${path}) cannot be read: ${(error as Error).message}.`)
  }
}

/** An RSA key as PEM; given as PEM or as the bare base64 that Alipay's tools write. */
export function rsaKey(name: string, given: string, side: 'private' | 'public'): string {
  const text = given.replaceAll('\\n', '\n').trim()
  const body = text.replace(/\s+/g, '')
  const wrap = (label: string): string => `-----BEGIN ${label}-----\n${body.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END ${label}-----`
  const forms = text.startsWith('-----')
    ? [text]
    : side === 'private'
      ? [wrap('PRIVATE KEY'), wrap('RSA PRIVATE KEY')]
      : [wrap('PUBLIC KEY')]
  for (const form of forms)
    try {
      const key = side === 'private' ? createPrivateKey(form) : createPublicKey(form)
      if (key.asymmetricKeyType === 'rsa')
        return key
          .export({ type: side === 'private' ? 'pkcs8' : 'spki', format: 'pem' })
          .toString()
          .trim()
    } catch {
      continue
    }
  throw new ConfigError(`${name} must be an RSA ${side} key, as PEM or base64.`)
}

function readStripe(env: NodeJS.ProcessEnv): Config['stripe'] {
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET } = env
  const given = together('Stripe', { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET })
  if (given === undefined) return undefined
  return {
    secretKey: given.STRIPE_SECRET_KEY,
    webhookSecret: given.STRIPE_WEBHOOK_SECRET,
    apiUrl: httpUrl('STRIPE_API_URL', env['STRIPE_API_URL'] || 'https://api.stripe.com'),
  }
}

function readAlipay(env: NodeJS.ProcessEnv): Config['alipay'] {
  const { ALIPAY_APP_ID, ALIPAY_SELLER_ID } = env
  const keys = { ALIPAY_PRIVATE_KEY: keyText(env, 'ALIPAY_PRIVATE_KEY'), ALIPAY_PUBLIC_KEY: keyText(env, 'ALIPAY_PUBLIC_KEY') }
  const given = together('Alipay', { ALIPAY_APP_ID, ALIPAY_SELLER_ID, ...keys })
  if (given === undefined) return undefined
  return {
    appId: given.ALIPAY_APP_ID,
    sellerId: given.ALIPAY_SELLER_ID,
    privateKey: rsaKey('ALIPAY_PRIVATE_KEY', given.ALIPAY_PRIVATE_KEY, 'private'),
    publicKey: rsaKey('ALIPAY_PUBLIC_KEY', given.ALIPAY_PUBLIC_KEY, 'public'),
    gateway: httpUrl('ALIPAY_GATEWAY', env['ALIPAY_GATEWAY'] || 'https://openapi.alipay.com/gateway.do'),
  }
}

function onOff(name: string, value: string | undefined, usual: boolean): boolean {
  if (!value) return usual
  if (value !== 'on' && value !== 'off') throw new ConfigError(`${name} must be on or off, not "${value}".`)
  return value === 'on'
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
  const stripe = readStripe(env)
  const alipay = readAlipay(env)
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
    smtpUrl: smtpUrl(env['SMTP_URL']),
    mailFrom: env['MAIL_FROM'] || `Planet <no-reply@${new URL(url).hostname}>`,
    pushOrigins: (env['PLANET_PUSH_ORIGINS'] ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(origin => httpUrl('PLANET_PUSH_ORIGINS', origin)),
    trustedProxies: (env['PLANET_TRUSTED_PROXIES'] ?? '').split(/[\s,]+/).filter(Boolean),
    logLevel: env['PLANET_LOG'] ?? 'info',
    secret: overrides.secret ?? secretOf(home, env['PLANET_SECRET']),
    uploadLimitBytes: whole('PLANET_UPLOAD_LIMIT_MB', env['PLANET_UPLOAD_LIMIT_MB'], 2048, 1, 1_000_000) * 1024 * 1024,
    mediaCacheBytes: whole('PLANET_MEDIA_CACHE_MB', env['PLANET_MEDIA_CACHE_MB'], 64, 0, 100_000) * 1024 * 1024,
    rateLimits: env['PLANET_RATE_LIMITS'] !== 'off',
    music: (env['PLANET_MUSIC'] ?? '').split(':').filter(Boolean),
    stripe,
    alipay,
    sandbox: onOff('PLANET_SANDBOX', env['PLANET_SANDBOX'], stripe === undefined && alipay === undefined),
    serviceWorker: onOff('PLANET_SERVICE_WORKER', env['PLANET_SERVICE_WORKER'], true),
    dev: false,
    ...overrides,
  }
}
