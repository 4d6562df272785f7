/** Subsonic as a phone asks it: lists, search, everything page by page, and the sound, on 2,000 real files' worth of rows. Signed in by token and salt each time. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildApp } from '../server/app.ts'
import { addRelease } from '../server/catalogue/index.ts'
import { readConfig } from '../server/foundation/config.ts'
import { openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import { makeAppKey, makePerson, openPage } from '../server/people/index.ts'
import { indexReleases } from '../server/search/index.ts'
import { load } from './_load.ts'
import { median, type Bench } from './_bench.ts'

const albums = 200
const perAlbum = 10
/** About a minute of Opus: small enough that the calls are measured, not the loopback. */
const soundBytes = 512 * 1024

export default {
  name: 'subsonic',
  about: 'albums, search, full sync and streams for apps, 2,000 tracks (figures, no bar)',
  async run(ctx) {
    const database = await ctx.freshDatabase()
    const { db } = database
    const config = readConfig({}, { home: join(ctx.tmp, 'home'), port: 0, logLevel: 'fatal', rateLimits: true, secret: 'b'.repeat(40) })
    const log = makeLog('fatal')
    openFiles(config)
    ctx.say(`writing ${albums * perAlbum} tracks…`)
    const secret = await db.transaction(async tx => {
      const person = await makePerson(tx, { name: 'Ann', email: 'ann@test.example', password: { hash: 'none' } })
      return (await makeAppKey(tx, config, person, { name: 'Phone', scopes: ['listen', 'library', 'submit'] })).secret
    })
    const assets = Array.from({ length: albums * perAlbum }, (_, n) => `ast_${String(n).padStart(26, '0')}`)
    await db.pool.query(
      `insert into media.asset (id, kind, sha256, size_bytes, mime, key, name, created_at)
       select id, 'audio', encode(sha256(id::bytea), 'hex'), $2, 'audio/ogg', 'originals/' || right(id, 8), right(id, 4) || '.opus', now() from unnest($1::text[]) id`,
      [assets, soundBytes],
    )
    await db.pool.query(`insert into media.processing (asset, state, queued_at, ended_at) select id, 'done', now(), now() from media.asset`)
    await db.pool
      .query(`insert into media.audio (asset, duration_ms, samples, sample_rate, channels, loudness_lufs, loudness_range_lu, true_peak_dbtp, waveform, preview_start_ms, measured_at)
        select id, 60000, 2880000, 48000, 2, -12, 5, -1, decode(repeat('00', 1800), 'hex'), 0, now() from media.asset`)
    const folder = join(config.home, 'files/originals')
    mkdirSync(folder, { recursive: true })
    const bytes = Buffer.alloc(soundBytes, 7)
    for (const asset of assets) writeFileSync(join(folder, asset.slice(-8)), bytes)
    const artists = await db.transaction(async tx => {
      const made: string[] = []
      for (let n = 0; n < 40; n++)
        made.push(await openPage(tx, { kind: 'artist', name: `Artist ${String.fromCharCode(65 + (n % 26))}${n}`, owner: null }))
      return made
    })
    const releases: string[] = []
    const tracks: string[] = []
    for (let n = 0; n < albums; n++) {
      const page = artists[n % artists.length]!
      const made = await db.transaction(tx =>
        addRelease(tx, {
          page,
          title: `Album ${n} of waves`,
          kind: 'album',
          artists: [page],
          visibility: 'public',
          genre: `Genre ${n % 12}`,
          releasedOn: `${1980 + (n % 40)}`,
          tracks: Array.from({ length: perAlbum }, (_, i) => ({
            title: `Song ${i} on ${n}`,
            artists: [page],
            asset: assets[n * perAlbum + i]!,
            durationMs: 60_000,
          })),
        }),
      )
      releases.push(made.id)
      tracks.push(...made.tracks)
    }
    await db.transaction(tx => indexReleases(tx, releases))
    await db.pool.query('vacuum analyze')
    const app = await buildApp({ config, db, log, url: database.url, close: async () => undefined })
    await app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.server.address() as AddressInfo
    const salt = 'benchsalt'
    const token = createHash('md5')
      .update(secret + salt)
      .digest('hex')
    const path = (call: string, more: Record<string, string | number>): string =>
      `/rest/${call}.view?${new URLSearchParams({ u: 'ann@test.example', t: token, s: salt, v: '1.16.1', c: 'bench', f: 'json', ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)])) }).toString()}`
    const asked = {
      albumList2: ['newest', 'alphabeticalByName', 'random', 'byYear'].map(type =>
        path('getAlbumList2', { type, size: 50, ...(type === 'byYear' ? { fromYear: 1990, toYear: 2010 } : {}) }),
      ),
      search3: ['wave', 'song 3', 'album 12', 'artist b'].map(query => path('search3', { query })),
      stream: tracks.slice(0, 200).map(id => path('stream', { id })),
    }
    const figures: Record<string, number> = { tracks: tracks.length }
    try {
      const rounds = ctx.quick ? 1 : 3
      const seconds = ctx.quick ? 1 : 3
      for (const [name, paths] of Object.entries(asked)) {
        await load({ port, paths, seconds: 1, connections: 8 })
        const rates: number[] = []
        const cpu: number[] = []
        for (let i = 0; i < rounds; i++) {
          const before = process.cpuUsage()
          const found = await load({ port, paths, seconds, connections: 8 })
          const used = process.cpuUsage(before)
          if (found.failed > 0) throw new Error(`${name}: ${found.failed} requests failed`)
          rates.push(found.perSecond)
          cpu.push((used.user + used.system) / 1000 / found.requests)
          figures[`${name}P99Ms`] = found.p99Ms
        }
        figures[`${name}PerSecond`] = median(rates)
        figures[`${name}CpuMs`] = median(cpu)
        ctx.say(`${name}: ${Math.round(median(rates))}/s`)
      }
      const from = performance.now()
      const seen = new Set<string>()
      for (let offset = 0; ; offset += 500) {
        const answer = await fetch(
          `http://127.0.0.1:${port}${path('search3', { query: '""', artistCount: 500, artistOffset: offset, albumCount: 500, albumOffset: offset, songCount: 500, songOffset: offset })}`,
        )
        const body = (await answer.json()) as { 'subsonic-response': { searchResult3: { song: { id: string }[] } } }
        const page = body['subsonic-response'].searchResult3.song
        for (const song of page) seen.add(song.id)
        if (page.length === 0) break
      }
      if (seen.size !== tracks.length) throw new Error(`the full sync gave ${seen.size} of ${tracks.length} songs`)
      figures['fullSyncSeconds'] = (performance.now() - from) / 1000
    } finally {
      await app.server.close()
      await database.close()
    }
    return { figures, ratios: {} }
  },
} satisfies Bench
