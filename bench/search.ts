/** Finding by every kind of query on 100,000 tracks, eight callers over HTTP; and what the index costs. */
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { buildApp } from '../server/app.ts'
import { newId } from '../server/foundation/clock.ts'
import { readConfig } from '../server/foundation/config.ts'
import type { Db } from '../server/foundation/db.ts'
import { openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import { beginAnew, rebuildPart } from '../server/search/index.ts'
import type { Bench } from './_bench.ts'
import { load } from './_load.ts'
import { chance, makeNames, type Names } from './_names.ts'

const callers = 8
type Sample = { title: string; artist: string; line: string | null }

/** `count` tracks on releases of ten by one artist in forty; words for every third of them. */
async function fill(db: Db, names: Names, count: number, samples: Sample[]): Promise<void> {
  const at = new Date(1_700_000_000_000)
  const insert = async (table: string, columns: string, rows: object[]): Promise<void> => {
    const list = columns.split(' ').map(column => column.split(':')[0]!)
    const typed = columns.split(' ').map(column => column.replace(':', ' '))
    await db.pool.query(
      `insert into ${table} (${list.join(', ')}) select ${list.join(', ')} from jsonb_to_recordset($1::jsonb) as x(${typed.join(', ')})`,
      [JSON.stringify(rows)],
    )
  }
  const artists: { id: string; name: string }[] = []
  for (let i = 0; i < count / 40; i++) artists.push({ id: newId('pag'), name: names.artist() })
  await insert(
    'people.page',
    'id:text kind:text name:text handle:text created_at:timestamptz',
    artists.map(({ id, name }) => ({ id, kind: 'artist', name, handle: id.slice(4), created_at: at })),
  )
  for (let made = 0; made < count; made += 1000) {
    const releases = Array.from({ length: 100 }, () => ({
      id: newId('rel'),
      artist: artists[names.pick(artists.length)]!,
      title: names.album(),
      year: 1960 + names.pick(65),
      genre: names.genre(),
    }))
    const tracks = releases.flatMap(release =>
      Array.from({ length: 10 }, (_, n) => ({ id: newId('trk'), recording: newId('rec'), release, number: n + 1, title: names.title() })),
    )
    await insert(
      'catalogue.release',
      'id:text page:text title:text kind:text released_on:date genre:text artists:jsonb created_at:timestamptz changed_at:timestamptz',
      releases.map(({ id, artist, title, year, genre }) => ({
        id,
        page: artist.id,
        title,
        kind: 'album',
        released_on: `${year}-05-05`,
        genre,
        artists: [artist],
        created_at: at,
        changed_at: at,
      })),
    )
    await insert(
      'catalogue.release_artist',
      'release:text position:smallint page:text',
      releases.map(({ id, artist }) => ({ release: id, position: 0, page: artist.id })),
    )
    await insert(
      'catalogue.recording',
      'id:text title:text duration_ms:int instrumental:bool has_lyrics:bool created_at:timestamptz',
      tracks.map(({ recording, title }) => ({
        id: recording,
        title,
        duration_ms: 200_000,
        instrumental: false,
        has_lyrics: false,
        created_at: at,
      })),
    )
    await insert(
      'catalogue.track',
      'id:text release:text recording:text number:smallint title:text artists:jsonb heat:bigint created_at:timestamptz',
      tracks.map(({ id, release, recording, number, title }) => ({
        id,
        release: release.id,
        recording,
        number,
        title,
        artists: [release.artist],
        heat: names.pick(10) === 0 ? names.pick(5000) : 0,
        created_at: at,
      })),
    )
    await insert(
      'catalogue.track_artist',
      'track:text position:smallint page:text role:text',
      tracks.map(({ id, release }) => ({ track: id, position: 0, page: release.artist.id, role: 'main' })),
    )
    const sung = tracks
      .filter((_, i) => i % 3 === 0)
      .map(track => ({ track, lines: Array.from({ length: 16 }, () => names.line(/\p{Script=Han}/u.test(track.title))) }))
    await insert(
      'catalogue.lyrics',
      'id:text recording:text language:text timing:text lines:jsonb changed_at:timestamptz',
      sung.map(({ track, lines }) => ({
        id: newId('lyr'),
        recording: track.recording,
        language: 'other',
        timing: 'line',
        lines: lines.map((text, i) => ({ text, startMs: i * 4000, endMs: i * 4000 + 4000, translation: null, words: [] })),
        changed_at: at,
      })),
    )
    for (let i = 0; i < 6; i++) {
      const one = sung[names.pick(sung.length)]!
      samples.push({ title: one.track.title, artist: one.track.release.artist.name, line: one.lines[names.pick(16)]! })
    }
  }
}

/** Queries of each kind about what is there. */
async function queriesOf(samples: readonly Sample[]): Promise<Record<string, string[]>> {
  const next = chance(7)
  const one = (): Sample => samples[Math.floor(next() * samples.length)]!
  const han = (text: string): boolean => /^\p{Script=Han}+/u.test(text)
  const bare = (text: string): string => text.replace(/ [-(].*$/, '')
  const { pinyin } = await import('pinyin-pro')
  const { Converter } = await import('opencc-js')
  const traditional = Converter({ from: 'cn', to: 'tw' })
  const said = (text: string, pattern: 'pinyin' | 'first'): string => pinyin(text, { toneType: 'none', pattern, type: 'array' }).join('')
  const many = (make: (sample: Sample) => string | null): string[] => {
    const list: string[] = []
    while (list.length < 200) {
      const query = make(one())
      if (query !== null && query !== '') list.push(query)
    }
    return list
  }
  const swapped = (text: string): string => {
    const at = 1 + Math.floor(next() * (text.length - 3))
    return text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2)
  }
  return {
    exact: many(({ title }) => title),
    artist: many(({ artist }) => artist),
    // As somebody types: the first one, two, three … letters.
    prefix: many(({ title }) => bare(title).slice(0, 1 + Math.floor(next() * 4))),
    pinyin: many(({ title }) => (han(title) ? said(bare(title), 'pinyin') : null)),
    initials: many(({ title }) => (han(title) ? said(bare(title), 'first') : null)),
    typo: many(({ title }) => (!han(title) && bare(title).length >= 6 ? swapped(bare(title)) : null)),
    wrongCharacter: many(({ title }) =>
      han(title) && bare(title).length >= 4 ? `${bare(title).slice(0, 2)}错${bare(title).slice(3)}` : null,
    ),
    traditional: many(({ title }) => (han(title) ? traditional(bare(title)) : null)),
    line: many(({ line }) =>
      line!
        .split(' ')
        .slice(0, han(line!) ? 1 : 4)
        .join(' '),
    ),
    artistTitle: many(({ artist, title }) => `${artist} ${bare(title)}`),
    initialsBoth: many(({ artist, title }) =>
      han(title) && han(artist) ? `${said(artist, 'first')} ${said(bare(title), 'first')}` : null,
    ),
    nothing: many(({ title }) => `${han(title) ? '魑魅魍魉' : 'xqzzyvw'}${Math.floor(next() * 1e6)}`),
  }
}

export default {
  name: 'search',
  about:
    'every kind of query on 100,000 tracks, 8 callers over HTTP: p95Ms (bar: ≤ 50), indexBytes, buildSeconds, growth from a tenth of it',
  async run(ctx) {
    const whole = ctx.quick ? 20_000 : 100_000
    const database = await ctx.freshDatabase()
    const { db } = database
    const config = readConfig({}, { home: join(ctx.tmp, 'home'), port: 0, logLevel: 'fatal', rateLimits: false, secret: 'b'.repeat(40) })
    const log = makeLog('fatal')
    openFiles(config)
    const app = await buildApp({ config, db, log, url: database.url, close: async () => undefined })
    await app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.server.address() as AddressInfo
    const figures: Record<string, number> = {}
    const samples: Sample[] = []
    const names = makeNames(1)
    try {
      for (const [name, count] of [
        ['tenth', whole / 10],
        ['whole', whole],
      ] as const) {
        ctx.say(`filling ${count} tracks…`)
        await fill(db, names, name === 'tenth' ? count : count - whole / 10, samples)
        await db.pool.query('vacuum analyze')
        const from = performance.now()
        await db.transaction(beginAnew)
        while (await rebuildPart(db));
        const seconds = (performance.now() - from) / 1000
        await db.pool.query('vacuum analyze')
        const { rows } = await db.pool.query<{ bytes: string }>(
          `select sum(pg_total_relation_size(c.oid))::text as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'search' and c.relkind = 'r'`,
        )
        const queries = await queriesOf(samples)
        const pathsOf = (list: readonly string[]): string[] => list.map(q => `/api/v1/search?q=${encodeURIComponent(q)}`)
        const mixed = pathsOf(Array.from({ length: 200 }, (_, i) => Object.values(queries).map(list => list[i]!)).flat())
        await load({ port, paths: mixed, seconds: ctx.quick ? 2 : 5, connections: callers })
        const scans = async (): Promise<number> =>
          Number(
            (
              await db.pool.query<{ n: string }>(
                `select (select sum(seq_scan) from pg_stat_user_tables where schemaname = 'search' and relname in ('entry', 'lyric', 'word'))::text as n from (select pg_stat_clear_snapshot(), pg_sleep(1.5)) w`,
              )
            ).rows[0]!.n,
          )
        if (name === 'whole') {
          figures['buildSeconds'] = seconds
          figures['indexBytes'] = Number(rows[0]!.bytes)
          for (const [kind, list] of Object.entries(queries)) {
            const scanned = await scans()
            const { p50Ms, p95Ms, failed } = await load({ port, paths: pathsOf(list), seconds: ctx.quick ? 1 : 3, connections: callers })
            if (failed > 0) throw new Error(`${kind}: ${failed} requests failed`)
            // Reads of a whole table of the index: PostgreSQL tells of them up to ten seconds late, so the kind before may be meant.
            const reads = (await scans()) - scanned
            if (reads > 0) ctx.say(`${kind}: ${reads} × a whole table of the index was read`)
            figures['wholeReads'] = (figures['wholeReads'] ?? 0) + reads
            figures[`${kind}P50Ms`] = p50Ms
            figures[`${kind}P95Ms`] = p95Ms
            ctx.say(`${kind}: p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms · ${list[0]}`)
          }
        }
        const before = process.cpuUsage()
        const all = await load({ port, paths: mixed, seconds: ctx.quick ? 3 : 10, connections: callers })
        const used = process.cpuUsage(before)
        if (name === 'tenth') figures['p95MsTenth'] = all.p95Ms
        else {
          figures['p50Ms'] = all.p50Ms
          figures['p95Ms'] = all.p95Ms
          figures['perSecond'] = all.perSecond
          figures['nodeCpuMs'] = (used.user + used.system) / 1000 / all.requests
        }
        ctx.say(
          `${count} tracks: built in ${seconds.toFixed(1)} s, p50 ${all.p50Ms.toFixed(1)} ms, p95 ${all.p95Ms.toFixed(1)} ms, ${Math.round(all.perSecond)}/s`,
        )
      }
    } finally {
      await app.server.close()
      await database.close()
    }
    return { figures, ratios: { growth: figures['p95Ms']! / figures['p95MsTenth']! } }
  },
} satisfies Bench
