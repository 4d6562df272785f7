/** A planet with the demo world's people, releases, offers and plays (no sound needed), served from this process on a durable database. */
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { buildApp } from '../server/app.ts'
import { fillWorld, makeHistory, worldState, type WorldState } from '../server/demo/index.ts'
import { readConfig, type Config } from '../server/foundation/config.ts'
import { openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import type { BenchContext } from './_bench.ts'

export type World = { port: number; url: string; state: WorldState; config: Config; close: () => Promise<void> }

export async function serveWorld(ctx: BenchContext, options: { web?: boolean } = {}): Promise<World> {
  const database = await ctx.freshDatabase()
  const config = readConfig({}, { home: join(ctx.tmp, 'home'), port: 0, logLevel: 'fatal', rateLimits: false, secret: 'b'.repeat(40) })
  const log = makeLog('fatal')
  openFiles(config)
  ctx.say('filling a demo world…')
  await fillWorld(database.db, { tracks: 0 })
  const state = (await worldState(database.db.read))!
  await makeHistory(database.db, state, log)
  // Plays and orders just written: what autovacuum would do in a minute.
  await database.db.pool.query('vacuum analyze')
  const app = await buildApp(
    { config, db: database.db, log, url: database.url, close: async () => undefined },
    options.web ? { web: 'built' } : {},
  )
  await app.server.listen({ host: '127.0.0.1', port: 0 })
  const port = (app.server.server.address() as AddressInfo).port
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    state,
    config,
    close: async () => {
      await app.server.close()
      await database.close()
    },
  }
}
