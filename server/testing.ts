/** For tests of the whole planet through its door: an app on a port of its own, with its own database and home, and people who are signed in. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp, jobs, type App } from './app.ts'
import { readConfig, type Config } from './foundation/config.ts'
import { clock, randomToken } from './foundation/clock.ts'
import type { Db } from './foundation/db.ts'
import { openFiles } from './foundation/files.ts'
import { startWorker } from './foundation/jobs.ts'
import { makeLog } from './foundation/log.ts'
import { testDatabase, until } from './foundation/testing.ts'

export type Person = {
  id: string
  name: string
  email: string
  cookie: string
  /** Calls an address of this planet; JSON bodies may be given as objects. */
  fetch: (path: string, init?: Omit<RequestInit, 'body'> & { json?: unknown; body?: string | Uint8Array | FormData }) => Promise<Response>
  /** Calls an entry below /api/v1 and gives its JSON; throws with the Problem when refused. */
  call: <T = Record<string, never>>(method: string, path: string, json?: unknown) => Promise<T>
}
export type TestPlanet = {
  url: string
  db: Db
  home: string
  config: Config
  app: App
  stranger: Person
  signUp: (name?: string) => Promise<Person>
  staff: (role: 'operator' | 'finance' | 'reviewer') => Promise<Person>
  close: () => Promise<void>
}

export const password = 'a-long-test-password'

const marginMs = 75_000
/** For tests of what belongs to one day: when it is about to end, in UTC or in Shanghai, waits for the next one. */
export const farFromMidnight = (): Promise<boolean> =>
  until(
    () => [0, 8].every(hours => (clock.now().getTime() + hours * 3_600_000) % 86_400_000 < 86_400_000 - marginMs),
    'midnight to be over',
  )

/** Starts a planet; `work` runs its background jobs in this process too. */
export async function startPlanet(
  options: { work?: boolean; web?: boolean; config?: Partial<Config>; max?: number } = {},
): Promise<TestPlanet> {
  const database = await testDatabase({ max: options.max ?? 12 })
  const home = mkdtempSync(join(tmpdir(), 'planet-test-'))
  const config = readConfig(
    {},
    { home, demo: false, port: 0, logLevel: 'fatal', rateLimits: false, secret: 'x'.repeat(40), ...options.config },
  )
  openFiles(config)
  const log = makeLog(config.logLevel)
  const app = await buildApp(
    { config, db: database.db, log, url: database.url, close: async () => undefined },
    options.web ? { web: 'built' } : {},
  )
  await app.server.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`
  config.url = url
  const worker = options.work ? await startWorker({ db: database.db, log, config, jobs, concurrency: 2 }) : undefined

  const person = (who: Pick<Person, 'id' | 'name' | 'email' | 'cookie'>): Person => {
    const send: Person['fetch'] = (path, { json, ...init } = {}) =>
      fetch(url + path, {
        redirect: 'manual',
        ...init,
        headers: {
          ...(who.cookie ? { cookie: who.cookie } : {}),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(init.headers as Record<string, string>),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      })
    return {
      ...who,
      fetch: send,
      call: async <T>(method: string, path: string, json?: unknown) => {
        const answer = await send(`/api/v1${path}`, { method, ...(json === undefined ? {} : { json }) })
        const body = (await answer.json()) as T
        if (!answer.ok)
          throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(body)}`), {
            status: answer.status,
            problem: body,
          })
        return body
      },
    }
  }
  const stranger = person({ id: '', name: '', email: '', cookie: '' })
  const signUp = async (name = 'Someone'): Promise<Person> => {
    const email = `${randomToken(8)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x')}@test.example`
    const answer = await stranger.fetch('/api/auth/sign-up/email', {
      method: 'POST',
      json: { name, email, password },
      headers: { origin: url },
    })
    if (!answer.ok) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`)
    const cookie = answer.headers
      .getSetCookie()
      .map(line => line.split(';')[0]!)
      .join('; ')
    const body = (await answer.json()) as { user: { id: string } }
    return person({ id: body.user.id, name, email, cookie })
  }
  return {
    url,
    db: database.db,
    home,
    config,
    app,
    stranger,
    signUp,
    staff: async role => {
      const one = await signUp(`Staff ${role}`)
      await database.db.pool.query('update people.person set roles = array[$1] where id = $2', [role, one.id])
      return one
    },
    close: async () => {
      await worker?.stop()
      await app.server.close()
      await database.close()
      // A child of the media engine that ends at this moment may still write there.
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
