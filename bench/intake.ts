/** Ten thousand files from a folder to the pages: the first look, killed in the middle and gone on with; the second; the pages; beside MPD's scan of the same tree. */
import { spawn } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildApp } from '../server/app.ts'
import { readConfig } from '../server/foundation/config.ts'
import { openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import { engine } from '../server/media/index.ts'
import { rebuildPart, beginAnew } from '../server/search/index.ts'
import type { Bench } from './_bench.ts'
import { makeLibrary, mpdScan } from './_library.ts'
import { load } from './_load.ts'

type Counts = { found: number; new: number; changed: number; unchanged: number; failed: number; seconds: number }

export default {
  name: 'intake',
  about: '10,000 files: import, killed in the middle and gone on with, again, the pages (bar: p95 < 100 ms); MPD scanning the same tree',
  async run(ctx) {
    const count = ctx.quick ? 1000 : 10_000
    const folder = join(ctx.tmp, 'library')
    ctx.say(`making ${count} files…`)
    openFiles({ home: join(ctx.tmp, 'made') })
    await makeLibrary(folder, count)
    await engine().close()
    const home = join(ctx.tmp, 'home')
    const database = await ctx.freshDatabase()
    const planet = (killAt: number | null): Promise<{ counts: Counts | null; wallMs: number }> =>
      new Promise((resolve, reject) => {
        const from = performance.now()
        const child = spawn(
          process.execPath,
          [
            '--disable-warning=ExperimentalWarning',
            join(import.meta.dirname, '../server/main.ts'),
            'import',
            folder,
            '--json',
            '--no-process',
          ],
          {
            env: { ...process.env, DATABASE_URL: database.url, PLANET_HOME: home, PLANET_LOG: 'error' },
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        )
        let out = ''
        child.stdout.on('data', text => (out += String(text)))
        let stopped = false
        const watch =
          killAt === null
            ? undefined
            : setInterval(() => {
                database.db.pool
                  .query<{ n: number }>('select count(*)::int as n from catalogue.track')
                  .then(({ rows }) => {
                    if (rows[0]!.n >= killAt && !stopped) {
                      stopped = true
                      child.kill('SIGKILL')
                    }
                  })
                  .catch(() => undefined)
              }, 200)
        child.once('error', reject)
        child.once('exit', code => {
          clearInterval(watch)
          if (code !== 0 && !stopped) return reject(new Error(`the import ended with ${code}`))
          resolve({
            counts: stopped ? null : (JSON.parse(out.trim().split('\n').at(-1)!) as Counts),
            wallMs: performance.now() - from,
          })
        })
      })
    const tracks = async (): Promise<number> =>
      (await database.db.pool.query<{ n: number }>('select count(*)::int as n from catalogue.track')).rows[0]!.n
    const figures: Record<string, number | string> = { files: count }
    try {
      ctx.say('importing, to be killed in the middle…')
      const first = await planet(Math.floor(count * 0.4))
      const half = await tracks()
      ctx.say(`killed at ${half} tracks; going on…`)
      let second = await planet(null)
      let seconds = (first.wallMs + second.wallMs) / 1000
      // On a busy machine a file may not be read in time: the next look has it.
      for (let i = 0; i < 3 && second.counts!.failed > 0; i++) {
        second = await planet(null)
        seconds += second.wallMs / 1000
      }
      if ((await tracks()) !== count || second.counts!.new + second.counts!.unchanged + second.counts!.changed !== count)
        throw new Error(`${await tracks()} tracks of ${count} files: ${JSON.stringify(second.counts)}`)
      figures['killedAt'] = half
      figures['importSeconds'] = seconds
      figures['filesPerSecond'] = count / seconds
      const again = await planet(null)
      if (again.counts!.unchanged !== count) throw new Error(`a second import changed something: ${JSON.stringify(again.counts)}`)
      figures['againSeconds'] = again.counts!.seconds
      const mpd = await mpdScan(folder, ctx.tmp)
      figures['mpd'] = mpd === null ? 'not installed' : 'compared'
      if (mpd !== null) {
        if (mpd.songs !== count) throw new Error(`MPD found ${mpd.songs} of ${count}`)
        figures['mpdSeconds'] = mpd.wallMs / 1000
        figures['mpdCpuMs'] = mpd.cpuMs
      }
      ctx.say('pages…')
      await database.db.transaction(beginAnew)
      while (await rebuildPart(database.db));
      await database.db.pool.query('vacuum analyze')
      const config = readConfig({}, { home, port: 0, logLevel: 'fatal', rateLimits: false, secret: 'b'.repeat(40) })
      openFiles(config)
      const log = makeLog('fatal')
      const app = await buildApp({ config, db: database.db, log, url: database.url, close: async () => undefined })
      await app.server.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.server.address() as AddressInfo
      try {
        // Every release once, whatever one sorts by.
        const paths: string[] = []
        for (const sort of ['new', 'title']) {
          const seen = new Set<string>()
          for (let next: string | null = ''; next !== null;) {
            const path: string = `/api/v1/releases?sort=${sort}&limit=50${next === '' ? '' : `&cursor=${next}`}`
            paths.push(path)
            const answer = (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as {
              items: { id: string }[]
              next: string | null
            }
            for (const item of answer.items) seen.add(item.id)
            if (sort === 'new') paths.push(...answer.items.slice(0, 5).map(item => `/api/v1/releases/${item.id}`))
            next = answer.next
          }
          if (seen.size !== count / 10) throw new Error(`${seen.size} releases listed by ${sort}`)
        }
        await load({ port, paths, seconds: 1, connections: 8 })
        const pages = await load({ port, paths, seconds: ctx.quick ? 2 : 5, connections: 8 })
        if (pages.failed > 0) throw new Error(`${pages.failed} pages failed`)
        figures['pagesP50Ms'] = pages.p50Ms
        figures['pagesP95Ms'] = pages.p95Ms
      } finally {
        await app.server.close()
      }
    } finally {
      await database.close()
    }
    return { figures, ratios: {} }
  },
} satisfies Bench
