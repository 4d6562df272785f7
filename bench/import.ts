/**
 * Importing a folder until every track can be played (tags, covers, copies, database, measuring), beside ffmpeg decoding the same files once; and reading tags alone.
 * CPU time, not wall time: of this process, the engine's children, PostgreSQL's backends and the decoder.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { importFolder, importSounds } from '../server/catalogue/index.ts'
import { openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import { engine, measureAsset } from '../server/media/index.ts'
import { writeWav } from '../server/media/sound.testing.ts'
import { median, type Bench } from './_bench.ts'

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

/** Albums of FLAC and MP3 made here: a chord with a beat and some noise, so that neither silence nor a pure tone flatters a decoder. */
async function makeMusic(tmp: string, quick: boolean): Promise<string> {
  const folder = join(tmp, 'music')
  const albums = quick ? 2 : 4
  const songs = quick ? 3 : 6
  const seconds = quick ? 60 : 200
  const wav = (n: number): string => {
    const base = 110 * 2 ** (n / 7)
    return writeWav(
      join(tmp, `base${n}.wav`),
      seconds,
      (at, channel) =>
        0.2 * Math.sin(6.283 * base * at) +
        0.15 * Math.sin(6.283 * base * 1.5 * at + channel) +
        0.1 * Math.sin(6.283 * base * 4.01 * at) * Math.exp(-6 * (at % 0.5)) +
        0.02 * Math.sin(at * 1e5 * ((at * 977) % 1)),
    )
  }
  const bases = [wav(0), wav(3)]
  for (let album = 0; album < albums; album++) {
    mkdirSync(join(folder, `Album ${album}`), { recursive: true })
    for (let song = 0; song < songs; song++) {
      const format = album % 2 === 0 ? 'flac' : 'mp3'
      const tags = {
        title: `Song ${song}`,
        artist: `Artist ${album}`,
        album: `Album ${album}`,
        track: String(song + 1),
        composer: 'Someone',
        date: '2026',
        genre: 'Bench',
      }
      await engine().convert(bases[song % 2]!, join(folder, `Album ${album}`, `${song + 1}.${format}`), { format, tags })
    }
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
      if (ffmpeg)
        for (const path of files)
          execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-threads', '1', '-i', path, '-map', '0:a', '-f', 'null', '-'], {
            stdio: 'ignore',
          })
      else execFileSync(process.execPath, [join(import.meta.dirname, '_decode.child.ts'), ...files], { stdio: 'ignore' })
      theirs.push(cpuOf(['self']) - start)
    }
    await engine().close()
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
      },
      ratios: { vsDecode: median(ours.map((one, i) => one / theirs[i]!)) },
    }
  },
} satisfies Bench
