/**
 * Files of the planet: originals, renditions, covers. A folder below PLANET_HOME; keys are relative paths that only we make.
 * Whatever appears under a key is whole: it is written beside and renamed.
 */
import { constants, createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Config } from './config.ts'
import { randomToken } from './clock.ts'

export type FileStat = { sizeBytes: number; changedAt: Date }
export type ByteRange = { start?: number; end?: number }
export type Files = {
  /** Stores bytes under this key, replacing what was there. */
  put: (key: string, source: Uint8Array | Readable | AsyncIterable<Uint8Array>) => Promise<FileStat>
  /** Takes a file over: moved when `move`, else copied (as a clone where the file system can, so it costs no space). Never linked: an edit of the source must not reach the store. */
  adopt: (key: string, path: string, options?: { move?: boolean }) => Promise<FileStat>
  /** Bytes from `start` to `end` (both included). Fails with ENOENT when there is no such file. */
  open: (key: string, range?: ByteRange) => Readable
  /** A handle for reading by position; the caller closes it. */
  handle: (key: string) => Promise<FileHandle>
  stat: (key: string) => Promise<FileStat | null>
  remove: (key: string) => Promise<void>
  /** Removes everything below a folder of keys. */
  removeFolder: (prefix: string) => Promise<void>
  /** Where the file lies, for programs that need a path. */
  pathOf: (key: string) => string
  /** A folder for work in progress, on the same file system, so that results are published by rename. */
  scratch: (name: string) => string
}

const part = /^[a-z0-9][a-z0-9._-]{0,127}$/

/** Keys are made by us from ids, hashes and fixed names; anything else is a bug, loudly (traps 40). */
function checked(key: string): string {
  const parts = key.split('/')
  if (parts.length > 8 || parts.some(one => !part.test(one) || one.includes('..')))
    throw new Error(`not a file key: ${JSON.stringify(key)}`)
  return key
}

export function folderFiles(home: string): Files {
  const root = join(home, 'files')
  const pathOf = (key: string): string => join(root, checked(key))
  const statOf = async (path: string): Promise<FileStat> => {
    const found = await stat(path)
    return { sizeBytes: found.size, changedAt: found.mtime }
  }
  /** Runs `write` on a file beside the target and renames it over. */
  const whole = async (key: string, write: (beside: string) => Promise<void>): Promise<FileStat> => {
    const target = pathOf(key)
    const beside = `${target}.${randomToken(6).toLowerCase()}.part`
    await mkdir(dirname(target), { recursive: true })
    try {
      await write(beside)
      await rename(beside, target)
    } catch (error) {
      await rm(beside, { force: true })
      throw error
    }
    return statOf(target)
  }
  return {
    put: (key, source) =>
      whole(key, async beside => {
        await pipeline(source instanceof Uint8Array ? Readable.from([source]) : source, createWriteStream(beside, { flags: 'wx' }))
        await flush(beside)
      }),
    adopt: (key, path, options = {}) =>
      whole(key, async beside => {
        if (options.move) {
          try {
            await rename(path, beside)
            return
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
          }
        }
        await copyFile(path, beside, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
        await flush(beside)
        if (options.move) await rm(path, { force: true })
      }),
    open: (key, range = {}) =>
      createReadStream(pathOf(key), { start: range.start ?? 0, ...(range.end === undefined ? {} : { end: range.end }) }),
    handle: key => open(pathOf(key), 'r'),
    stat: async key => {
      try {
        return await statOf(pathOf(key))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    remove: async key => {
      await rm(pathOf(key), { force: true })
    },
    removeFolder: async prefix => {
      await rm(pathOf(prefix), { recursive: true, force: true })
    },
    pathOf,
    scratch: name => join(home, 'tmp', checked(name)),
  }
}

/** What was promised to be stored is on the disk, not only in its cache. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

let current: Files | undefined

/** Opens the file store of this home; called once by the roof (and by each test planet). */
export function openFiles(config: Pick<Config, 'home'>): Files {
  current = folderFiles(config.home)
  return current
}

const opened = (): Files => {
  if (current === undefined) throw new Error('the file store was not opened')
  return current
}
/** The file store of this process. */
export const files: Files = {
  put: (...given) => opened().put(...given),
  adopt: (...given) => opened().adopt(...given),
  open: (...given) => opened().open(...given),
  handle: (...given) => opened().handle(...given),
  stat: (...given) => opened().stat(...given),
  remove: (...given) => opened().remove(...given),
  removeFolder: (...given) => opened().removeFolder(...given),
  pathOf: (...given) => opened().pathOf(...given),
  scratch: (...given) => opened().scratch(...given),
}

/** Removes halves that a killed process left beside their targets, in one folder of keys. Only files older than a day. */
export async function sweepHalves(folder: string, olderThan: Date): Promise<number> {
  let swept = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile() || !entry.name.endsWith('.part')) continue
    const path = join(entry.parentPath, entry.name)
    if ((await stat(path)).mtime < olderThan) {
      await rm(path, { force: true })
      swept++
    }
  }
  return swept
}
