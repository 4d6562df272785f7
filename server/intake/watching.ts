/** What the file system tells of watched folders: it only asks for a look; the look itself is a job, and comes now and then without being asked too. */
import type { FSWatcher } from 'chokidar'
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { later } from '../foundation/later.ts'
import type { Log } from '../foundation/log.ts'
import { askForScan } from './folders.ts'
import { readHeads } from './store.ts'

const chokidar = later<typeof import('chokidar')>('chokidar')

/** How long a file must stand still before it is looked at. */
const stillMs = 1500
const gatherMs = 500
const longestMs = 15_000
/** How soon a folder that was added or taken away is noticed. */
const lookEveryMs = 3000

/** Watches all folders that are there, also those added later by other processes. */
export function startWatching(db: Db, log: Log): { stop: () => Promise<void> } {
  const watchers = new Map<string, { path: string; watcher: FSWatcher; asked: ReturnType<typeof setTimeout> | undefined }>()
  let over = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = async (id: string): Promise<void> => {
    const there = watchers.get(id)
    watchers.delete(id)
    clearTimeout(there?.asked)
    await there?.watcher.close()
  }
  const begin = (id: string, path: string): void => {
    const watcher = chokidar().watch(path, {
      ignoreInitial: true,
      ignorePermissionErrors: true,
      ignored: (name: string) => /(^|\/)\.[^/]+$/.test(name.slice(path.length)),
      awaitWriteFinish: { stabilityThreshold: stillMs, pollInterval: 250 },
    })
    const there = { path, watcher, asked: undefined as ReturnType<typeof setTimeout> | undefined }
    watchers.set(id, there)
    // Many files at once are one look.
    let first: number | null = null
    const ask = (inMs: number): void => {
      first ??= clock.ticks()
      // A long copy is looked at while it goes on, too.
      if (there.asked !== undefined && clock.ticks() - first > longestMs) return
      clearTimeout(there.asked)
      there.asked = setTimeout(() => {
        there.asked = undefined
        first = null
        db.transaction(tx => askForScan(tx, id)).catch((error: unknown) =>
          log.warn({ err: error, path }, 'a watched folder cannot be looked at'),
        )
      }, inMs)
    }
    watcher.on('all', () => ask(gatherMs))
    // What came since the last look and before it stood is told by nothing else.
    watcher.on('ready', () => ask(gatherMs))
    // A file that goes before it stood still is told by nothing else.
    watcher.on('raw', () => ask(stillMs + 2 * gatherMs))
    // Too many folders for the kernel, a mount that went away: the look that comes now and then finds what this does not tell.
    watcher.on('error', error => log.warn({ err: error, path }, 'changes of a watched folder are seen late'))
  }
  const look = async (): Promise<void> => {
    try {
      const heads = await readHeads(db.read)
      const wanted = new Map(heads.filter(head => head.state === 'watching' || head.state === 'scanning').map(head => [head.id, head.path]))
      for (const [id, { path }] of watchers) if (wanted.get(id) !== path) await end(id)
      if (!over) for (const [id, path] of wanted) if (!watchers.has(id)) begin(id, path)
    } catch (error) {
      log.debug({ err: error }, 'watched folders cannot be read')
    }
    if (!over) timer = setTimeout(() => void look(), lookEveryMs).unref()
  }
  void look()
  return {
    stop: async () => {
      over = true
      clearTimeout(timer)
      await Promise.all([...watchers.keys()].map(end))
    },
  }
}
