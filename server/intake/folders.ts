/** Watched folders: which there are, looking at them, and taking out what is gone for good. */
import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { Fault, fault } from '../../shared/faults.ts'
import type { intake } from '../../shared/intake.ts'
import {
  dropEmptyImport,
  forgetSources,
  hideRelease,
  importFolder,
  pageByIdOrHandle,
  removeRelease,
  removeTrack,
  silenceTrack,
} from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { firstOperator } from '../people/index.ts'
import * as store from './store.ts'

type Entries = typeof intake.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** A folder is looked at again this often, whatever the file system told: network mounts tell nothing. */
const againMs = 15 * 60_000
const awayMs = 60_000
/** Files changed less than this long ago may not be whole. */
const settleMs = 2000

const show = ({ person: _person, ...row }: store.FolderRow): Ok<'POST /folders'> => row
async function load(db: Read, id: string): Promise<Ok<'POST /folders'>> {
  const [row] = await store.readFolders(db, id)
  if (row === undefined) throw fault('not_found')
  return show(row)
}
export const getFolders = async (db: Read): Promise<Ok<'GET /folders'>> => ({ items: (await store.readFolders(db, null)).map(show) })

/** Asks for a look at a folder; asked often it is one look. */
export async function askForScan(tx: Tx, id: string, inMs = 0): Promise<void> {
  await enqueue(
    tx,
    'intake.scan',
    { folder: id },
    {
      key: `intake.scan:${id}`,
      queue: 'intake.scan',
      maxAttempts: 1000,
      ...(inMs > 0 ? { runAt: new Date(clock.now().getTime() + inMs) } : {}),
    },
  )
}
const askAgain = (tx: Tx, id: string, inMs: number): Promise<void> =>
  enqueue(
    tx,
    'intake.again',
    { folder: id },
    { key: `intake.again:${id}`, maxAttempts: 1000, runAt: new Date(clock.now().getTime() + inMs) },
  )

/** Watches a folder by its path. Undefined: it is watched already, by the same page or another. Errors: it lies in a watched folder, or one in it. */
async function addFolder(
  tx: Tx,
  given: { id: string; path: string; page: string | null; person: string | null },
): Promise<{ id: string; made: boolean }> {
  const nested = await store.readNested(tx, given.path)
  const there = nested.find(folder => folder.path === given.path)
  if (there !== undefined) return { id: there.id, made: false }
  if (nested.length > 0) throw fault('conflict', 'folder_nested')
  if (!(await store.insertFolder(tx, { ...given, at: clock.now() }))) return addFolder(tx, given)
  await askForScan(tx, given.id)
  return { id: given.id, made: true }
}

export async function postFolder(tx: Tx, viewer: Viewer, input: Input<'POST /folders'>): Promise<Ok<'POST /folders'>> {
  if (!input.path.startsWith('/') || resolve(input.path) === '/' || input.path.includes('\u0000'))
    throw fault('unprocessable', 'folder_refused')
  let path
  try {
    path = await realpath(input.path)
    if (!(await stat(path)).isDirectory()) throw fault('unprocessable', 'folder_missing')
  } catch (error) {
    throw error instanceof Fault ? error : fault('unprocessable', 'folder_missing')
  }
  // The system's own places hold no music of people.
  if (/^\/(?:proc|sys|dev|etc|boot|run)(?:\/|$)|^\/$/.test(path)) throw fault('unprocessable', 'folder_refused')
  if (input.page !== null && (await pageByIdOrHandle(tx, input.page)) === undefined) throw fault('not_found')
  const id = input.id ?? newId('wfd')
  const before = await store.readHead(tx, id)
  if (before !== undefined && before.path !== path) throw fault('conflict', 'key_reused')
  const made = await addFolder(tx, { id, path, page: input.page, person: viewer.id })
  return load(tx, made.id)
}

/** Watches the folders that the environment or a command names. A folder that is not there (yet) is away. */
export async function watchFolders(db: Db, paths: readonly string[], page: string | null = null): Promise<void> {
  for (const given of paths) {
    let path = resolve(given)
    try {
      path = await realpath(path)
    } catch {
      // A mount that is not there yet.
    }
    await db.transaction(async tx => {
      try {
        await addFolder(tx, { id: newId('wfd'), path, page, person: null })
      } catch (error) {
        // It lies in a folder that is watched: so it is watched.
        if (!(error instanceof Fault && error.code === 'folder_nested')) throw error
      }
    })
  }
}

export async function deleteFolder(tx: Tx, _viewer: Viewer, { id }: Input<'DELETE /folders/:id'>): Promise<Ok<'DELETE /folders/:id'>> {
  if (!(await store.deleteFolder(tx, id))) throw fault('not_found')
  return { ok: true }
}
export async function scanNow(tx: Tx, _viewer: Viewer, { id }: Input<'POST /folders/:id/scan'>): Promise<Ok<'POST /folders/:id/scan'>> {
  const folder = await load(tx, id)
  await askForScan(tx, id)
  return folder
}

export async function getFiles(db: Read, _viewer: Viewer, input: Input<'GET /folders/:id/files'>): Promise<Ok<'GET /folders/:id/files'>> {
  const head = await store.readHead(db, input.id)
  if (head === undefined) throw fault('not_found')
  const show = ({ file, reason, since, track }: store.FileRow) => ({ file, reason, since, track })
  if (input.state === 'missing')
    return pageOf(
      await store.listMissing(db, head.path, fromCursor(input.cursor, [z.string()])?.[0] ?? null, input.limit + 1),
      input.limit,
      show,
      row => toCursor(row.file),
    )
  const rows =
    head.import === null
      ? []
      : await store.listFailed(db, head.import, fromCursor(input.cursor, [z.number().int()])?.[0] ?? null, input.limit + 1)
  return pageOf(rows, input.limit, show, row => toCursor(row.position))
}

/** Takes out the tracks of missing files: what nobody has a right in and nobody heard goes, what was heard is hidden, what was sold or is shared stays. */
export async function forget(
  tx: Tx,
  _viewer: Viewer,
  { id, missing }: Input<'POST /folders/:id/forget'>,
): Promise<Ok<'POST /folders/:id/forget'>> {
  const head = await store.readHead(tx, id)
  if (head === undefined) throw fault('not_found')
  const gone = await store.readGone(tx, head.path)
  if (gone.length !== missing) throw fault('conflict', 'changed_meanwhile')
  const counts = { removed: 0, hidden: 0, kept: 0 }
  const settled: string[] = []
  const settle = (rows: readonly store.Gone[], how: keyof typeof counts): void => {
    counts[how] += rows.length
    if (how !== 'kept') settled.push(...rows.map(row => row.path))
  }
  for (const [release, rows] of Map.groupBy(gone, row => row.release)) {
    const lost = rows.filter(row => row.track !== null && !row.elsewhere)
    settled.push(...rows.filter(row => !lost.includes(row)).map(row => row.path))
    if (release === null || lost.length === 0) continue
    if (lost[0]!.whole) {
      const why = await removeRelease(tx, release)
      if (why === 'heard') await hideRelease(tx, release)
      settle(lost, why === 'removed' || why === 'gone' ? 'removed' : why === 'heard' ? 'hidden' : 'kept')
      continue
    }
    for (const row of lost) {
      const why = await removeTrack(tx, row.track!)
      if (why === 'heard') await silenceTrack(tx, row.track!)
      settle([row], why === 'removed' || why === 'gone' ? 'removed' : why === 'heard' ? 'hidden' : 'kept')
    }
  }
  await forgetSources(tx, head.path, settled)
  return counts
}

/** Looks at a folder: the job behind watching, asking, and the clock. Ended in between, it goes on with what is left. */
export async function scan(context: JobContext, { folder: id }: { folder: string }): Promise<void> {
  const { db, log, signal } = context
  const head = await store.readHead(db.write, id)
  if (head === undefined) return
  const from = clock.ticks()
  const page = head.page === null ? null : ((await pageByIdOrHandle(db.read, head.page)) ?? null)
  await db.transaction(async tx => {
    await store.setState(tx, id, head.state === 'away' ? 'away' : 'scanning', null, clock.now())
    await askAgain(tx, id, againMs)
  })
  try {
    const person = head.person ?? (await firstOperator(db.read)) ?? null
    const looked = await importFolder({ db, log, signal, settleMs }, { folder: head.path, person, page })
    if (signal.aborted) throw new Error('stopped before the folder was looked at')
    await db.transaction(async tx => {
      const kept = (await dropEmptyImport(tx, looked.id, head.import)) ? null : looked.id
      await store.setScanned(tx, id, {
        state: looked.away ? 'away' : 'watching',
        at: clock.now(),
        milliseconds: clock.ticks() - from,
        kept,
      })
      await askAgain(tx, id, looked.unsettled > 0 ? settleMs + 1000 : looked.away ? awayMs : againMs)
    })
  } catch (error) {
    const code = (error as { code?: string }).code ?? ''
    if (code === 'import_running') return db.transaction(tx => askAgain(tx, id, 5000))
    const away = code === 'ENOENT' || code === 'ENOTDIR' || code === 'EIO' || code === 'ESTALE' || code === 'ENODEV'
    if (!away && code !== 'EACCES' && code !== 'EPERM') throw error
    await db.transaction(async tx => {
      await store.setState(tx, id, away ? 'away' : 'failed', away ? null : 'permission denied', clock.now())
      await askAgain(tx, id, awayMs)
    })
  }
}
