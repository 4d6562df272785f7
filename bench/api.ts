/** The API's most asked entries beside a bare Fastify that sends JSON of the same size; the same process, the same load, in turns. */
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { load } from './_load.ts'
import { serveWorld } from './_world.ts'
import { median, type Bench } from './_bench.ts'

const connections = 16

export default {
  name: 'api',
  about: 'release, artist and list of 24 ÷ a bare Fastify JSON answer of the same size (bar: each ≥ 0.1)',
  async run(ctx) {
    const world = await serveWorld(ctx)
    const bare = fastify()
    const ids = Object.values(world.state.releases)
    const artists = Object.entries(world.state.pages)
      .filter(([key]) => !['label', 'venue', 'brand'].includes(key))
      .map(([, id]) => id)
    const asked: Record<string, string[]> = {
      release: ids.map(id => `/api/v1/releases/${id}`),
      artist: artists.map(id => `/api/v1/artists/${id}`),
      list24: ['/api/v1/releases?limit=24'],
    }
    const figures: Record<string, number> = {}
    const ratios: Record<string, number> = {}
    for (const [name, paths] of Object.entries(asked)) {
      // The bare answer is as large as ours are on the average: artists with many releases weigh more than the first one.
      const samples = await Promise.all(paths.map(async path => (await (await fetch(world.url + path)).json()) as unknown))
      const sizes = samples.map(sample => Buffer.byteLength(JSON.stringify(sample)))
      const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
      const sample = samples[sizes.indexOf(sizes.reduce((best, size) => (Math.abs(size - mean) < Math.abs(best - mean) ? size : best)))]
      figures[`${name}Bytes`] = mean
      bare.get(`/${name}`, async () => sample)
    }
    await bare.listen({ host: '127.0.0.1', port: 0 })
    const barePort = (bare.server.address() as AddressInfo).port
    try {
      const rounds = ctx.quick ? 1 : 3
      const seconds = ctx.quick ? 1 : 3
      for (const [name, paths] of Object.entries(asked)) {
        await load({ port: world.port, paths, seconds: 1, connections })
        const ours: number[] = []
        const theirs: number[] = []
        const cpu: number[] = []
        let p99 = 0
        for (let i = 0; i < rounds; i++) {
          const before = process.cpuUsage()
          const mine = await load({ port: world.port, paths, seconds, connections })
          const used = process.cpuUsage(before)
          if (mine.failed > 0) throw new Error(`${name}: ${mine.failed} requests failed`)
          ours.push(mine.perSecond)
          cpu.push((used.user + used.system) / 1000 / mine.requests)
          p99 = mine.p99Ms
          theirs.push((await load({ port: barePort, paths: [`/${name}`], seconds, connections })).perSecond)
        }
        figures[`${name}PerSecond`] = median(ours)
        figures[`${name}BarePerSecond`] = median(theirs)
        figures[`${name}CpuMs`] = median(cpu)
        figures[`${name}P99Ms`] = p99
        ratios[name] = median(ours.map((one, i) => one / theirs[i]!))
        ctx.say(`${name}: ${Math.round(median(ours))}/s, bare ${Math.round(median(theirs))}/s`)
      }
    } finally {
      await bare.close()
      await world.close()
    }
    return { figures, ratios }
  },
} satisfies Bench
