/** What a rendered page costs: CPU of the process per page, and the script a first visit loads. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { load } from './_load.ts'
import { serveWorld } from './_world.ts'
import { median, type Bench } from './_bench.ts'

const dist = join(import.meta.dirname, '../web/dist/client')

/** Scripts a page asks for at once: tags and module preloads. */
const scriptsOf = (html: string): string[] => [
  ...new Set([...html.matchAll(/(?:<script[^>]+src|<link[^>]+rel="modulepreload"[^>]+href)="([^"]+\.js)"/g)].map(match => match[1]!)),
]

export default {
  name: 'page',
  about: 'CPU ms per rendered page (bar ≤ 2.5) and kB gzip of script at the first visit (bar ≤ 180)',
  async run(ctx) {
    const world = await serveWorld(ctx, { web: true })
    const figures: Record<string, number> = {}
    try {
      const pages: Record<string, string[]> = {
        home: ['/'],
        release: Object.values(world.state.releases).map(id => `/releases/${id}`),
        artist: [`/artists/${world.state.pages['linshen']}`, `/artists/${world.state.pages['ada']}`],
      }
      const costs: number[] = []
      for (const [name, paths] of Object.entries(pages)) {
        const html = await (await fetch(world.url + paths[0]!)).text()
        figures[`${name}HtmlKb`] = html.length / 1024
        figures[`${name}ScriptKbGz`] =
          scriptsOf(html).reduce((sum, src) => sum + gzipSync(readFileSync(join(dist, src)), { level: 9 }).length, 0) / 1024
        await load({ port: world.port, paths, seconds: ctx.quick ? 1 : 3, connections: 4 })
        const cpu: number[] = []
        for (let i = 0; i < (ctx.quick ? 1 : 3); i++) {
          const before = process.cpuUsage()
          const done = await load({ port: world.port, paths, seconds: ctx.quick ? 1 : 3, connections: 4 })
          const used = process.cpuUsage(before)
          if (done.failed > 0) throw new Error(`${name}: ${done.failed} pages failed`)
          cpu.push((used.user + used.system) / 1000 / done.requests)
          figures[`${name}PerSecond`] = done.perSecond
        }
        figures[`${name}CpuMs`] = median(cpu)
        costs.push(median(cpu))
        ctx.say(`${name}: ${median(cpu).toFixed(2)} ms, ${figures[`${name}ScriptKbGz`]!.toFixed(0)} kB script`)
      }
      // Each kind of page equally often.
      figures['cpuMsPerPage'] = costs.reduce((sum, cost) => sum + cost, 0) / costs.length
      figures['firstLoadKbGz'] = figures['homeScriptKbGz']!
    } finally {
      await world.close()
    }
    return { figures, ratios: {} }
  },
} satisfies Bench
