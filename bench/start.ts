/** How soon a planet that was up before is up again, and what it holds in memory when nobody asks for anything. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { median, type Bench } from './_bench.ts'

const root = join(import.meta.dirname, '..')
const main = join(root, 'server/main.ts')
// As run.mjs starts it.
const environment = { ...process.env, NODE_ENV: 'production', NODE_COMPILE_CACHE: join(root, '.planet/compiled') }

type Up = { child: ChildProcess; url: string; milliseconds: number }

function start(home: string, port: number): Promise<Up> {
  const from = performance.now()
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--max-old-space-size=1024', '--max-semi-space-size=8', main, 'start'],
    {
      env: { ...environment, PLANET_HOME: home, PORT: String(port), PLANET_DEMO_TRACKS: '2', PLANET_LOG: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const url = /Planet is up: (\S+)/.exec(said)?.[1]
      if (url) resolve({ child, url, milliseconds: performance.now() - from })
    })
    child.once('exit', code => reject(new Error(`the planet ended with ${code} before it was up`)))
  })
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.removeAllListeners('exit')
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

const rssMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

async function waitForMusic(url: string, seconds: number): Promise<number> {
  const from = performance.now()
  while (performance.now() - from < seconds * 1000) {
    const site = (await (await fetch(`${url}/api/v1/site`)).json()) as { progress: { ready: number } }
    if (site.progress.ready > 0) return performance.now() - from
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`no music after ${seconds} s`)
}

export default {
  name: 'start',
  about:
    'second start in ms (bar ≤ 2000) and resident memory when idle without PostgreSQL (bar ≤ 250 MB); first music after the first start',
  async run(ctx) {
    const home = join(ctx.tmp, 'home')
    const port = 4390
    const first = await start(home, port)
    ctx.say(`first start: ${Math.round(first.milliseconds)} ms`)
    const firstMusicMs = await waitForMusic(first.url, 120)
    ctx.say(`first music after ${Math.round(firstMusicMs)} ms`)
    // Let the rest of the world be made, so that the next starts find nothing to do.
    for (let i = 0; i < 600; i++) {
      const due = Number(/planet_jobs\{state="due"\} (\d+)/.exec(await (await fetch(`${first.url}/metrics`)).text())?.[1])
      if (due === 0) break
      await new Promise(resolve => setTimeout(resolve, 250))
    }
    await stop(first.child)
    const times: number[] = []
    const memory: number[] = []
    for (let i = 0; i < (ctx.quick ? 1 : 3); i++) {
      const up = await start(home, port)
      times.push(up.milliseconds)
      await fetch(`${up.url}/`)
      await new Promise(resolve => setTimeout(resolve, ctx.quick ? 3000 : 10_000))
      memory.push(rssMb(up.child.pid!))
      await stop(up.child)
    }
    return {
      figures: { firstStartMs: first.milliseconds, firstMusicMs, secondStartMs: median(times), idleRssMb: median(memory) },
      ratios: {},
    }
  },
} satisfies Bench
