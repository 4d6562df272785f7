/**
 * Importing a folder until every track can be played (tags, covers, copies, database, measuring), beside ffmpeg decoding the same files once; and reading tags alone.
 * CPU time, not wall time: of this process, the engine's children, PostgreSQL's backends and the decoder.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { importFolder, importSounds } from '../server/catalogue/index.ts'
import { demoTracks, renderTrackFile } from '../server/composer/index.ts'
import { openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import { engine, measureAsset } from '../server/media/index.ts'
import { median, type Bench } from './_bench.ts'
import { mpdScan } from './_library.ts'

const runFile = promisify(execFile)
const tick = 10 // milliseconds: CLK_TCK is 100 on Linux
/** CPU milliseconds of processes: their own and of children that ended. */
function cpuOf(pids: readonly (number | 'self')[]): number {
  let sum = 0
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      for (const at of [11, 12, 13, 14]) sum += Number(fields[at]) * tick
    } catch {
      // It ended; what it used is in its parent's sum.
    }
  }
  return sum
}
const haveFfmpeg = (): boolean => spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0

/** Music of the demo world, each track as FLAC and as MP3 (for a decoder a sustained chord is not music: it takes other paths). */
async function makeMusic(tmp: string, quick: boolean): Promise<string> {
  const folder = join(tmp, 'music')
  mkdirSync(join(folder, 'flac'), { recursive: true })
  mkdirSync(join(folder, 'mp3'))
  // Whole releases, as people have them: one cover for several tracks.
  const releases = [...new Set(demoTracks().map(track => track.release))].slice(0, quick ? 1 : 3)
  const chosen = demoTracks()
    .filter(track => releases.includes(track.release))
    .map(track => track.key)
  for (const [i, key] of chosen.entries()) {
    const flac = await renderTrackFile(key, join(folder, 'flac'))
    await engine().convert(flac, join(folder, 'mp3', `${i + 1}.mp3`), {
      format: 'mp3',
      tags: { title: key, artist: 'Someone', album: 'As MP3', track: String(i + 1), composer: 'Someone', date: '2026', genre: 'Bench' },
    })
  }
  return folder
}

export default {
  name: 'import',
  about:
    'whole import until playable ÷ ffmpeg decoding the same files once (lower is better, bar ≤ 3); figure tagsPerCpuSecond (bar ≥ 700); --folder=PATH for music of your own',
  async run(ctx) {
    openFiles({ home: join(ctx.tmp, 'home') })
    ctx.say('making music files…')
    const given = [...ctx.flags].find(flag => flag.startsWith('--folder='))?.slice('--folder='.length)
    const folder = given ?? (await makeMusic(ctx.tmp, ctx.quick))
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(item => item.isFile() && /\.(flac|mp3|ogg|opus|m4a|wav)$/.test(item.name))
      .map(item => join(item.parentPath, item.name))

    ctx.say('reading tags…')
    const rounds = Math.ceil((ctx.quick ? 600 : 4000) / files.length)
    const tags: number[] = []
    const lanes = async (work: (path: string) => Promise<unknown>, list: readonly string[]): Promise<void> => {
      let next = 0
      await Promise.all(
        [0, 1].map(async () => {
          while (next < list.length) await work(list[next++]!)
        }),
      )
    }
    await lanes(path => engine().inspect(path), files)
    for (let i = 0; i < 3; i++) {
      const list = Array.from({ length: rounds }, () => files).flat()
      const before = cpuOf(['self', ...engine().pids()])
      await lanes(path => engine().inspect(path), list)
      tags.push(list.length / ((cpuOf(['self', ...engine().pids()]) - before) / 1000))
    }

    const ffmpeg = haveFfmpeg()
    // Both children with their codecs loaded.
    await lanes(path => engine().analyse(path), files.slice(0, 4))
    const ours: number[] = []
    const theirs: number[] = []
    const tagSteps: number[] = []
    const measuring: number[] = []
    let minutes = 0
    let wallMs = 0
    let again = 0
    for (let i = 0; i < (ctx.quick ? 1 : 3); i++) {
      ctx.say(`round ${i + 1}: import`)
      rmSync(join(ctx.tmp, 'home/files'), { recursive: true, force: true })
      const database = await ctx.freshDatabase()
      const backends = async (): Promise<number[]> =>
        (await database.db.pool.query<{ pid: number }>(`select pid from pg_stat_activity where datname = current_database()`)).rows.map(
          row => row.pid,
        )
      const used = async (): Promise<number> => cpuOf(['self', ...engine().pids(), ...(await backends())])
      const tools = { db: database.db, log: makeLog('fatal') }
      const from = performance.now()
      const before = await used()
      const { id, ...counts } = await importFolder(tools, { folder, person: null, page: null })
      if (counts.new !== files.length) throw new Error(`imported ${JSON.stringify(counts)} of ${files.length}`)
      tagSteps.push((await used()) - before)
      const sounds = await importSounds(database.db.read, id)
      const beforeMeasuring = await used()
      await lanes(
        asset => measureAsset(database.db.transaction, asset),
        sounds.map(sound => sound.asset),
      )
      ours.push((await used()) - before)
      wallMs = performance.now() - from
      measuring.push((await used()) - beforeMeasuring)
      const length = await database.db.pool.query<{ ms: number }>('select sum(duration_ms)::float8 as ms from catalogue.recording')
      minutes = length.rows[0]!.ms / 60_000
      const second = performance.now()
      const unchanged = await importFolder(tools, { folder, person: null, page: null })
      again = performance.now() - second
      if (unchanged.unchanged !== files.length) throw new Error('a second import changed something')
      await database.close()
      ctx.say(`round ${i + 1}: decoding with ${ffmpeg ? 'ffmpeg' : 'node-av (no ffmpeg here)'}`)
      const start = cpuOf(['self'])
      // Two at a time, as ours: two threads of one core slow each other down.
      await lanes(
        path =>
          ffmpeg
            ? runFile('ffmpeg', ['-v', 'error', '-nostdin', '-threads', '1', '-i', path, '-map', '0:a', '-f', 'null', '-'])
            : runFile(process.execPath, [join(import.meta.dirname, '_decode.child.ts'), path]),
        files,
      )
      theirs.push(cpuOf(['self']) - start)
    }
    await engine().close()
    const mpd = await mpdScan(folder, ctx.tmp)
    return {
      figures: {
        files: files.length,
        minutesOfMusic: minutes,
        decoder: ffmpeg ? 'ffmpeg' : 'node-av',
        tagsPerCpuSecond: median(tags),
        importCpuMs: median(ours),
        withoutMeasuringCpuMs: median(tagSteps),
        measuringCpuMs: median(measuring),
        decodeCpuMs: median(theirs),
        wallMs,
        secondImportMs: again,
        // MPD reads tags only: beside withoutMeasuringCpuMs, which keeps copies and covers too.
        ...(mpd === null ? { mpd: 'not installed' } : { mpdScanCpuMs: mpd.cpuMs, mpdScanWallMs: mpd.wallMs }),
      },
      ratios: { vsDecode: median(ours.map((one, i) => one / theirs[i]!)) },
    }
  },
} satisfies Bench
