/** `planet import FOLDER [--as PAGE] [--json] [--render] [--no-process] [--watch]`: real music from a folder, with the server running or not. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { jobs } from './app.ts'
import { failUnplayable, importFolder, importSounds, pageByIdOrHandle, takeSound } from './catalogue/index.ts'
import { clock } from './foundation/clock.ts'
import type { Config } from './foundation/config.ts'
import { startWorker } from './foundation/jobs.ts'
import { print, printError } from './foundation/progress.ts'
import { openHome, type Home } from './home.ts'
import { startWatching, watchFolders } from './intake/index.ts'
import { engine, measureAsset, MediaRefused, resumeProcessing } from './media/index.ts'
import { firstOperator } from './people/index.ts'

const usage = 'planet import FOLDER [--as PAGE] [--json] [--render] [--no-process] [--watch]'
/** One line for a terminal: names may hold anything. */
// oxlint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f]/g, '?')

function readArgs(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        as: { type: 'string' },
        json: { type: 'boolean' },
        render: { type: 'boolean' },
        'no-process': { type: 'boolean' },
        watch: { type: 'boolean' },
      },
    })
    return positionals.length === 1
      ? {
          folder: positionals[0]!,
          as: values.as,
          json: values.json === true,
          render: values.render === true,
          process: values['no-process'] !== true,
          watch: values.watch === true,
        }
      : undefined
  } catch {
    return undefined
  }
}

/** Says how far something is: in place on a terminal, else now and then. Always on standard error. */
function progressLine(): { say: (text: string) => void; end: () => void } {
  const terminal = process.stderr.isTTY
  let last = -Infinity
  let shown = false
  return {
    say: text => {
      const now = clock.ticks()
      if (now - last < (terminal ? 100 : 10_000)) return
      last = now
      shown = true
      if (terminal) process.stderr.write(`\r\u001b[2K${plain(text).slice(0, (process.stderr.columns ?? 80) - 1)}`)
      else printError(plain(text))
    },
    end: () => {
      if (terminal && shown) process.stderr.write('\r\u001b[2K')
      shown = false
    },
  }
}

/** Whether another process works the jobs of this database: it listens for them. */
async function someoneWorks(home: Home): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and (query like 'LISTEN "jobs:insert"%' or query like '%Keep alive%') limit 1`.execute(
    home.db.write,
  )
  return rows.length > 0
}

/** Decodes what was imported once, here: exact lengths, loudness, and what only decoding can tell. Afterwards it can be played as it came. */
async function measureHere({ db }: Home, id: string, line: ReturnType<typeof progressLine>, signal: AbortSignal): Promise<void> {
  const open = (await importSounds(db.read, id)).filter(sound => !sound.measured && sound.state !== 'failed').map(sound => sound.asset)
  let next = 0
  let done = 0
  const lane = async (): Promise<void> => {
    while (next < open.length && !signal.aborted) {
      const asset = open[next++]!
      try {
        await measureAsset(db.transaction, asset, signal)
      } catch (error) {
        // Why a file is refused stands with its sound.
        if (!(error instanceof MediaRefused)) throw error
      }
      await db.transaction(tx => takeSound(tx, asset))
      line.say(`Measuring: ${++done} of ${open.length}`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
}

/** Makes all formats of what was imported, here, until they are there or the process is asked to stop. */
async function renderHere(home: Home, id: string, line: ReturnType<typeof progressLine>, signal: AbortSignal): Promise<void> {
  await resumeProcessing(home.db.transaction)
  const worker = await startWorker({ db: home.db, log: home.log, config: home.config, jobs, concurrency: availableParallelism() + 1 })
  try {
    while (!signal.aborted) {
      const sounds = await importSounds(home.db.read, id)
      const over = sounds.filter(sound => sound.rendered || sound.state === 'failed').length
      if (over >= sounds.length) return
      const done = sounds.reduce((sum, sound) => sum + (sound.state === 'failed' ? 1 : sound.progress), 0)
      line.say(`Making formats: ${over} of ${sounds.length} (${Math.floor((done / sounds.length) * 100)} %)`)
      await new Promise(resolve => setTimeout(resolve, 250))
    }
  } finally {
    await worker.stop()
  }
}

/** From now on the folder is watched. Without a running planet this process watches it, until it is asked to stop. */
async function watchHere(home: Home, folder: string, page: string | null, signal: AbortSignal): Promise<void> {
  await watchFolders(home.db, [folder], page)
  if (await someoneWorks(home)) {
    printError('The folder is watched from now on.')
    return
  }
  printError('Watching the folder; the planet does so by itself while it runs. Ctrl-C ends this.')
  const worker = await startWorker({ db: home.db, log: home.log, config: home.config, jobs, concurrency: availableParallelism() + 1 })
  const watching = startWatching(home.db, home.log)
  await new Promise<void>(resolve => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))
  await watching.stop()
  await worker.stop()
}

/** The command. 0 when the import ran through, also with files that failed (each is named on standard error); 1 when it could not. */
export async function importCommand(config: Config, args: string[]): Promise<number> {
  const given = readArgs(args)
  if (given === undefined) {
    printError(usage)
    return 1
  }
  const from = clock.ticks()
  const stop = new AbortController()
  const stopNow = (): void => stop.abort()
  process.on('SIGINT', stopNow).on('SIGTERM', stopNow)
  const home = await openHome(config)
  const line = progressLine()
  try {
    const page = given.as === undefined ? null : await pageByIdOrHandle(home.db.read, given.as)
    if (page === undefined) {
      printError(`There is no page "${plain(given.as!)}".`)
      return 1
    }
    let counts
    try {
      counts = await importFolder(
        {
          db: home.db,
          log: home.log,
          signal: stop.signal,
          onFailure: (file, reason) => {
            line.end()
            printError(`${plain(join(given.folder, file))}: ${reason}`)
          },
          onProgress: ({ done, found, file }) => line.say(`Importing: ${done} of ${found} · ${file}`),
        },
        { folder: given.folder, person: (await firstOperator(home.db.read)) ?? null, page },
      )
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      const said =
        code === 'ENOENT'
          ? 'there is no such folder'
          : code === 'EACCES'
            ? 'permission denied'
            : code === 'ENOTDIR'
              ? 'it is not a folder'
              : code === 'import_running'
                ? 'another import of this folder is running'
                : undefined
      if (said === undefined) throw error
      printError(`${plain(given.folder)}: ${said}`)
      return 1
    }
    line.end()
    const { id, unsettled: _unsettled, missing, away, ...figures } = counts
    if (away) printError(`${plain(given.folder)}: everything that was in it is gone; is it mounted? Nothing was taken away.`)
    else if (missing > 0) printError(`${missing} files are not where they were. Their music stays.`)
    if (!given.json)
      print(
        `${figures.found} found: ${figures.new} new, ${figures.changed} changed, ${figures.unchanged} unchanged, ${figures.failed} failed.`,
      )
    if (given.process && !stop.signal.aborted && figures.new + figures.changed > 0) {
      // A running planet takes up the work by itself, the formats too.
      const working = await someoneWorks(home)
      if (!working) {
        await measureHere(home, id, line, stop.signal)
        if (given.render && !stop.signal.aborted) await renderHere(home, id, line, stop.signal)
        line.end()
        // What only decoding could tell.
        for (const { file, reason, change } of await home.db.transaction(tx => failUnplayable(tx, id))) {
          figures.failed++
          figures[change]--
          printError(`${plain(join(given.folder, file))}: ${reason}`)
        }
      }
      if (!given.json && (working || !given.render)) print('It can be played now; further formats are made while the planet runs.')
    }
    const seconds = Math.round(clock.ticks() - from) / 1000
    if (given.json) print(JSON.stringify({ ...figures, seconds }))
    if (given.watch && !stop.signal.aborted) {
      await watchHere(home, given.folder, page?.id ?? null, stop.signal)
      return 0
    }
    return stop.signal.aborted ? 1 : 0
  } finally {
    await engine().close()
    await home.close()
  }
}
