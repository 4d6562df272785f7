/** Imports: folders and uploads through the same steps. List, look (tags in the engine's own process), sort into albums, keep each album in one transaction. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, dirname } from 'node:path'
import { clock, newId } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import type { Log } from '../foundation/log.ts'
import { engine, hashFile, keepOriginal, MediaRefused, storeImage, type Inspection } from '../media/index.ts'
import { decodeText } from '../timedtext/index.ts'
import { albumFolder, albumsOf, folderOf, songOf, type Album, type Placed, type Song } from './album.ts'
import { keepAlbum, type Looked } from './keeping.ts'
import * as store from './store-import.ts'
import * as filed from './store-known.ts'
import type { ItemOutcome } from './store-import.ts'
import type { SourceRow } from './store-known.ts'
import { walk, wordEndings, type Beside, type FoundFile } from './walk.ts'

export type ImportProgress = { found: number; done: number; failed: number; file: string }
export type ImportCounts = { found: number; new: number; changed: number; unchanged: number; failed: number }
export type Listed = FoundFile & { position: number; name: string }
export type ImportTools = {
  db: Db
  log: Log
  signal?: AbortSignal | undefined
  /** A file that could not be imported, and why. */
  onFailure?: ((file: string, reason: string) => void) | undefined
  onProgress?: ((progress: ImportProgress) => void) | undefined
  /** Files that changed less than this long ago are left for the next time: they may not be whole yet. */
  settleMs?: number | undefined
}
/** What a look at a folder told besides the counts. */
export type FolderLook = {
  /** Files left for the next time. */
  unsettled: number
  /** Files that are not where they were. */
  missing: number
  /** All that was there is gone at once: a mount is away. Nothing is said of single files then. */
  away: boolean
}
type Given = {
  id: string
  root: string
  owner: string | null
  page: { id: string; name: string; kind: string } | null
  visibility: 'public' | 'draft'
  /** Names for files that say nothing: of the root, and of what is above it. */
  rootName: string
  aboveRoot: string
  folders: ReadonlyMap<string, Beside>
  files: readonly Listed[]
  /** Those among them that stand as they were. */
  same: ReadonlySet<string>
  sources: ReadonlyMap<string, SourceRow>
}

const stem = (path: string): string => path.replace(/\.[^./]+$/, '').toLowerCase()
const reasonOf = (error: unknown): string | undefined => {
  if (error instanceof MediaRefused) return error.message
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'it went away while it was read'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  return undefined
}

/** What lies beside a file, as one text: the file counts as changed when this does. */
function besideOf(folders: Given['folders'], path: string): string {
  const folder = folders.get(folderOf(path))
  const above = albumFolder(folderOf(path)) === folderOf(path) ? undefined : folders.get(albumFolder(folderOf(path)))
  return `${folder?.signature ?? ''}${above === undefined ? '' : `^${above.signature}`}${lyricsBeside(folder, path)?.signature ?? ''}`
}
const lyricsBeside = (folder: Beside | undefined, path: string) =>
  wordEndings.map(ending => folder?.lyrics.get(`${basename(stem(path))}${ending}`)).find(found => found !== undefined)

async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(lanes, items.length) }, async () => {
      while (next < items.length) await work(items[next++]!)
    }),
  )
}

/** Whether a folder is one of these, above one or below one: an album may lie in several. */
function nearFolders(folders: readonly string[]): (folder: string) => boolean {
  const above = (folder: string): string[] => {
    const list = ['']
    for (let i = folder.indexOf('/'); i >= 0; i = folder.indexOf('/', i + 1)) list.push(folder.slice(0, i))
    return [...list, folder]
  }
  const own = new Set(folders)
  const reach = new Set(folders.flatMap(above))
  return folder => reach.has(folder) || above(folder).some(one => one !== '' && own.has(one))
}

type Seen = { file: Listed; song: Song; inspection: Inspection }

/** Runs the steps for files that are listed in the import. Gives nothing: outcomes stand in the import's items. */
async function importFiles(tools: ImportTools, given: Given): Promise<void> {
  const { db, signal } = tools
  const byPath = new Map(given.files.map(file => [file.path, file]))
  const todo = given.files.filter(file => !given.same.has(file.path))
  const bySize = Map.groupBy(todo, file => file.sizeBytes)
  const missing = new Map<string, string>()
  const present = new Map<string, string>()
  for (const row of given.sources.values()) (byPath.has(row.path) ? present : missing).set(stem(row.path), row.path)
  const hashes = new Map<string, Promise<{ sha256: string; sizeBytes: number }>>()
  const hashOf = (file: Listed): Promise<{ sha256: string; sizeBytes: number }> => {
    const known = hashes.get(file.path) ?? hashFile(file.absolute)
    hashes.set(file.path, known)
    return known
  }
  let done = 0
  let failed = 0
  const tick = (file: string, bad = false): void => {
    done++
    if (bad) failed++
    tools.onProgress?.({ found: todo.length, done, failed, file })
  }
  const fail = async (bad: readonly { file: Listed; reason: string }[]): Promise<void> => {
    if (bad.length === 0) return
    await db.transaction(tx =>
      store.updateItems(
        tx,
        given.id,
        bad.map(({ file, reason }): ItemOutcome => ({ position: file.position, state: 'failed', change: null, reason, track: null })),
      ),
    )
    for (const { file, reason } of bad) {
      tools.onFailure?.(file.path, reason)
      tick(file.path, true)
    }
  }

  // One part of the tree at a time: what is stored stays stored, and memory holds one part's tags.
  const parts = Map.groupBy(todo, file => (file.path.includes('/') ? file.path.slice(0, file.path.indexOf('/')) : ''))
  const loose = parts.get('')
  // Files at the very top may belong to the albums below (discs in folders): with few files all is one part.
  const bunches = todo.length <= 3000 || loose !== undefined ? [todo] : [...parts.values()]
  for (const bunch of bunches) {
    if (signal?.aborted) return
    const seen = new Map<string, Seen>()
    const bad: { file: Listed; reason: string }[] = []
    await inLanes(bunch, availableParallelism() * 2, async file => {
      if (signal?.aborted) return
      try {
        seen.set(file.path, await look(given, file))
      } catch (error) {
        const reason = reasonOf(error)
        if (reason === undefined) throw error
        bad.push({ file, reason })
      }
    })
    await fail(bad)
    const near = nearFolders(bunch.map(file => albumFolder(folderOf(file.path))))
    const neighbours = given.files.filter(file => given.same.has(file.path) && near(albumFolder(folderOf(file.path))))
    const said =
      neighbours.length === 0
        ? []
        : await filed.readSaid(
            db.read,
            given.root,
            neighbours.map(file => file.path),
          )
    const placed: Placed[] = [
      ...said.map(row => ({ path: row.path, song: row.said })),
      ...[...seen.values()].map(({ file, song }) => ({ path: file.path, song })),
    ]
    for (const album of albumsOf(placed, given.rootName, given.aboveRoot)) {
      if (signal?.aborted || (await store.readImportHead(db.write, given.id))?.state !== 'running') return
      const mine = album.songs.map(song => seen.get(song.path)).filter(one => one !== undefined)
      if (mine.length === 0) continue
      await db.transaction(tx =>
        store.updateItems(
          tx,
          given.id,
          mine.map(({ file }): ItemOutcome => ({ position: file.position, state: 'working', change: null, reason: null, track: null })),
        ),
      )
      const looked = new Map<string, Looked>()
      const lost: { file: Listed; reason: string }[] = []
      for (const { file, song, inspection } of mine) {
        try {
          const kept = await keepOriginal(file.absolute, { known: await hashOf(file) })
          looked.set(file.path, { ...file, beside: besideOf(given.folders, file.path), song, inspection, kept })
        } catch (error) {
          const reason = reasonOf(error)
          if (reason === undefined) throw error
          lost.push({ file, reason })
        }
      }
      await fail(lost)
      if (looked.size === 0) continue
      const gone = new Set(lost.map(({ file }) => file.path))
      const whole: Album = { ...album, songs: album.songs.filter(song => !gone.has(song.path)) }
      const cover = await coverFor(tools, given, whole, mine)
      const { outcomes } = await db.transaction(async tx => {
        const kept = await keepAlbum(tx, {
          root: given.root,
          owner: given.owner,
          page: given.page,
          visibility: given.visibility,
          cover,
          album: whole,
          looked,
          sizeAt: path => byPath.get(path)?.sizeBytes,
          twinOf: path => (given.sources.has(path) ? undefined : missing.get(stem(path))),
          siblingOf: path => (given.sources.has(path) ? undefined : present.get(stem(path))),
          movedAway: async (row, path) => {
            const sha256 = given.sources.get(path)?.sha256
            for (const other of bySize.get(row.sizeBytes) ?? [])
              if (other.path !== path && (await hashOf(other)).sha256 === sha256) return true
            return false
          },
        })
        await store.updateItems(tx, given.id, kept.outcomes)
        return kept
      })
      for (const _ of outcomes) tick(album.title)
    }
  }
}

/** Text of a words file; null where it is none. */
function textOf(bytes: Buffer): string | null {
  try {
    return decodeText(bytes).replaceAll('\u0000', '')
  } catch {
    return null
  }
}

async function look(given: Given, file: Listed): Promise<Seen> {
  const inspection = await engine().inspect(file.absolute)
  const folder = given.folders.get(folderOf(file.path))
  const note = folder?.note ?? given.folders.get(albumFolder(folderOf(file.path)))?.note ?? null
  const song = songOf(file.path, inspection.tags, inspection.durationMs ?? 0, note)
  const words = lyricsBeside(folder, file.path)
  if (words !== undefined) song.lyrics = textOf(await readFile(words.absolute)) ?? song.lyrics
  return { file, song, inspection }
}

/** The picture inside the first file that has one, else the one beside them. A picture that cannot be used is no reason to refuse the music. */
async function coverFor({ db, log }: ImportTools, given: Given, album: Album, mine: readonly Seen[]): Promise<string | null> {
  const inside = mine.find(({ inspection }) => inspection.picture !== null)
  const folders = [...new Set(album.songs.map(song => folderOf(song.path))), album.folder]
  const beside = folders.map(folder => given.folders.get(folder)?.cover ?? null).find(cover => cover !== null)
  for (const source of [inside, beside]) {
    if (source == null) continue
    try {
      if (typeof source === 'string') return (await storeImage(db.transaction, source, basename(source))).asset
      const picture = await engine().picture(source.file.absolute)
      if (picture !== null) return (await storeImage(db.transaction, picture.data, 'cover')).asset
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      log.warn({ cover: typeof source === 'string' ? source : source.file.path, reason }, 'a cover cannot be used')
    }
  }
  return null
}

export type FolderImport = {
  folder: string
  person: string | null
  page: { id: string; name: string; kind: string; owner: string | null } | null
}

/**
 * Imports a folder, or brings it up to date. Run again at any time, also after a kill: what is stored is known by its files. Errors: the folder cannot be read,
 * or another import of it is running.
 */
export async function importFolder(
  tools: ImportTools,
  { folder, person, page }: FolderImport,
): Promise<ImportCounts & { id: string } & FolderLook> {
  const { db, signal } = tools
  const root = await realpath(folder)
  if (!(await stat(root)).isDirectory()) throw new Error(`${folder} is not a folder`)
  return store.withRootLock(db, root, async () => {
    const id = newId('imp')
    await db.transaction(async tx => {
      await store.closeLeftImports(tx, root, clock.now())
      await store.insertImport(tx, { id, person, page: page?.id ?? null, source: 'folder', root }, clock.now())
    })
    const walked = await walk(root, signal)
    const sources = new Map((await filed.readSources(db.write, root)).map(row => [row.path, row]))
    const since = clock.now().getTime() - (tools.settleMs ?? 0)
    const unsettled = new Set(
      tools.settleMs === undefined ? [] : walked.files.filter(file => file.modifiedMs > since).map(file => file.path),
    )
    // What is known stands as it is until it is whole.
    walked.files = walked.files.filter(file => !unsettled.has(file.path) || sources.has(file.path))
    const same = new Set<string>()
    for (const { path, sizeBytes, modifiedMs } of walked.files) {
      const row = sources.get(path)
      if (
        row !== undefined &&
        (unsettled.has(path) ||
          (row.sizeBytes === sizeBytes && row.modifiedMs === modifiedMs && row.beside === besideOf(walked.folders, path)))
      )
        same.add(path)
    }
    const files = walked.files.map((file, position) => ({ ...file, position, name: basename(file.path) }))
    const problems = walked.problems.map(({ path, reason }, i) => ({ position: files.length + i, file: path, upload: null, reason }))
    await db.transaction(async tx => {
      await store.setUntouched(tx, id, same.size)
      await store.insertItems(tx, id, [
        ...files.filter(file => !same.has(file.path)).map(({ position, path }) => ({ position, file: path, upload: null })),
        ...problems,
      ])
      await store.updateItems(
        tx,
        id,
        problems.map(({ position, reason }): ItemOutcome => ({ position, state: 'failed', change: null, reason, track: null })),
      )
    })
    for (const { file, reason } of problems) tools.onFailure?.(file, reason)
    await importFiles(tools, {
      id,
      root,
      owner: page === null ? person : page.owner,
      page,
      visibility: 'public',
      rootName: basename(root),
      aboveRoot: basename(dirname(root)),
      folders: walked.folders,
      files,
      same,
      sources,
    })
    const away = walked.files.length === 0 && unsettled.size === 0 && sources.size > 0
    const missing =
      signal?.aborted || away
        ? 0
        : await db.transaction(tx =>
            filed.markMissing(tx, root, {
              there: [...walked.files.map(file => file.path), ...unsettled],
              // What could not be looked at is not missing.
              unseen: walked.problems.map(problem => problem.path),
              at: clock.now(),
            }),
          )
    return { ...(await finish(tools, id)), unsettled: unsettled.size, missing, away }
  })
}

/** Notes the end of an import and counts. */
async function finish({ db, signal }: ImportTools, id: string): Promise<ImportCounts & { id: string }> {
  await db.transaction(tx => store.endImport(tx, id, signal?.aborted ? 'cancelled' : 'done', clock.now()))
  const row = (await store.readImport(db.write, id, null))!
  return { id, found: row.found, new: row.new, changed: row.changed, unchanged: row.unchanged, failed: row.failed }
}

export { besideOf, finish, importFiles }
