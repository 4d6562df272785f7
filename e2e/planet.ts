/** A planet as an operator runs it: a process of its own with a home of its own, started, killed and started again by a story. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const main = join(import.meta.dirname, '../server/main.ts')
const flags = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=1024']

export type Running = {
  url: string
  pid: number
  /** How it ended, if it has, and the last it said on stderr. */
  ended: () => string | undefined
  /** What it wrote down of its errors, the last of it. */
  errors: () => string
  kill: () => Promise<void>
  stop: () => Promise<number | null>
}
export type Command = { code: number; out: string; err: string }
export type OwnPlanet = {
  home: string
  /** Starts a process: `start` unless told another command that serves (`serve --no-work`), here or on another port (two processes on one database). */
  start: (options?: { command?: readonly string[]; port?: number; env?: Record<string, string> }) => Promise<Running>
  /** Runs `planet …` on this home. */
  run: (...args: string[]) => Promise<Command>
  remove: () => Promise<void>
}

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
const given = new Set<number>()
/**
 * A port nobody listens on. Not one the system would give away: a planet that was killed wants its own back, which a connection or the story beside may have
 * got since. Stories that run at the same time never choose the same.
 */
export async function freePort(): Promise<number> {
  const lane = Number(process.env['VITEST_POOL_ID'] ?? 0) % 8
  for (;;) {
    const port = 16_000 + 8 * randomInt(2000) + lane
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

export async function ownPlanet(env: Record<string, string> = {}): Promise<OwnPlanet> {
  const home = mkdtempSync(join(tmpdir(), 'planet-story-'))
  const port = await freePort()
  const all = {
    ...process.env,
    NODE_ENV: 'production',
    DATABASE_URL: '',
    PLANET_HOME: home,
    PORT: String(port),
    PLANET_LOG: 'error',
    PLANET_RATE_LIMITS: 'off',
    ...env,
  }
  const running = new Set<ChildProcess>()
  const ended = (child: ChildProcess): Promise<number | null> =>
    new Promise(resolve =>
      child.exitCode !== null || child.signalCode !== null ? resolve(child.exitCode) : child.once('exit', code => resolve(code)),
    )
  const run: OwnPlanet['run'] = (...args) =>
    new Promise(resolve => {
      execFile(process.execPath, [...flags, main, ...args], { env: all, maxBuffer: 1 << 26 }, (error, out, err) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out, err }),
      )
    })
  return {
    home,
    run,
    start: ({ command = ['start'], port: other = port, env: more = {} } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...flags, main, ...command], {
          env: { ...all, PORT: String(other), ...more },
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        running.add(child)
        let said = ''
        let wrong = ''
        child.stderr!.setEncoding('utf8').on('data', (text: string) => (wrong = (wrong + text).slice(-4000)))
        child.once('exit', code => {
          running.delete(child)
          reject(new Error(`the planet ended with ${code}: ${wrong}`))
        })
        child.stdout!.setEncoding('utf8').on('data', (text: string) => {
          said = (said + text).slice(-20_000)
          if (!/Planet is up:|Working\./.test(said)) return
          resolve({
            url: `http://127.0.0.1:${other}`,
            pid: child.pid!,
            ended: () => (running.has(child) ? undefined : `ended with ${child.exitCode ?? child.signalCode}: ${wrong}`),
            errors: () => said + wrong,
            kill: async () => {
              child.kill('SIGKILL')
              await ended(child)
            },
            stop: () => {
              child.kill('SIGTERM')
              return ended(child)
            },
          })
        })
      }),
    remove: async () => {
      for (const child of running) {
        child.kill('SIGTERM')
        await ended(child)
      }
      // A story that killed its planet leaves its PostgreSQL: a command that opens the home and leaves is the last one out.
      await run('migrate')
      rmSync(home, { recursive: true, force: true })
    },
  }
}
