/** Imports of uploads, and how far any import is. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { catalogue } from '../../shared/catalogue.ts'
import { Fault, fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { dropUpload, uploadedFile, uploadFailed, uploadStored } from '../media/index.ts'
import { finish, importFiles, type Listed } from './importing.ts'
import * as store from './store-import.ts'
import * as filed from './store-known.ts'
import type { ItemOutcome } from './store-import.ts'
import { mayEdit } from './store-write.ts'
import { isBeside, isSound, lookBeside, type BesideFile } from './walk.ts'

type Entries = typeof catalogue.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Operators see every import; others their own. */
async function load(db: Read, viewer: Viewer, id: string): Promise<Ok<'GET /imports/:id'>> {
  const row = await store.readImport(db, id, viewer.roles.includes('operator') ? null : viewer.id)
  if (row === undefined) throw fault('not_found')
  return row
}

export const getImport = (db: Read, viewer: Viewer, { id }: Input<'GET /imports/:id'>): Promise<Ok<'GET /imports/:id'>> =>
  load(db, viewer, id)

export async function getImportItems(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /imports/:id/items'>,
): Promise<Ok<'GET /imports/:id/items'>> {
  const head = await store.readImportHead(db, input.id)
  if (head === undefined || (head.person !== viewer.id && !viewer.roles.includes('operator'))) throw fault('not_found')
  const after = fromCursor(input.cursor, [z.number().int()])?.[0] ?? null
  return pageOf(
    await store.listItems(db, input.id, input.state ?? null, after, input.limit + 1),
    input.limit,
    ({ file, state, reason, track }) => ({ file, state, reason, track }),
    row => toCursor(row.position),
  )
}

export async function getMyImports(db: Read, viewer: Viewer, input: Input<'GET /me/imports'>): Promise<Ok<'GET /me/imports'>> {
  const rows = await store.listImports(db, viewer.id, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.startedAt, row.id),
  )
}

/** Begins an import of uploads that are whole. With the same id again it is the same import. */
export async function startImport(tx: Tx, viewer: Viewer, input: Input<'POST /imports'>): Promise<Ok<'POST /imports'>> {
  const id = input.id ?? newId('imp')
  const before = await store.readImportHead(tx, id)
  if (before !== undefined) {
    if (before.person !== viewer.id) throw fault('conflict', 'key_reused')
    return load(tx, viewer, id)
  }
  if (input.page !== null && !(await mayEdit(tx, viewer, input.page)))
    throw (await store.readPageOwner(tx, input.page)) === undefined ? fault('not_found') : fault('forbidden', 'own_page_only')
  const uploads = [...new Set(input.uploads)]
  const items: { position: number; file: string; upload: string }[] = []
  for (const [position, upload] of uploads.entries())
    items.push({ position, file: (await store.uploadName(tx, viewer.id, upload)) ?? refuse(), upload })
  if (!(await store.insertImport(tx, { id, person: viewer.id, page: input.page, source: 'upload', root: null }, clock.now())))
    return startImport(tx, viewer, { ...input, id })
  await store.insertItems(tx, id, items)
  await enqueue(
    tx,
    'catalogue.import',
    { import: id },
    { key: `catalogue.import:${id}`, queue: `catalogue.import:${viewer.id}`, maxAttempts: 5 },
  )
  return load(tx, viewer, id)
}
const refuse = (): never => {
  throw fault('not_found')
}

/** What has not begun stays out; what is stored stays. */
export async function cancelImport(
  tx: Tx,
  viewer: Viewer,
  { id }: Input<'POST /imports/:id/cancel'>,
): Promise<Ok<'POST /imports/:id/cancel'>> {
  await load(tx, viewer, id)
  await store.endImport(tx, id, 'cancelled', clock.now())
  return load(tx, viewer, id)
}

/** The work of an import of uploads; run again after a crash it goes on with what is open. */
export async function runImport({ db, log, config, signal }: JobContext, { import: id }: { import: string }): Promise<void> {
  const head = await store.readImportHead(db.write, id)
  if (head === undefined || head.source !== 'upload' || head.state !== 'running' || head.person === null) return
  const person = head.person
  const page = head.page === null ? null : ((await store.readPageOwner(db.read, head.page)) ?? null)
  const files: Listed[] = []
  const beside: BesideFile[] = []
  const uploadOf = new Map<number, string>()
  const others: ItemOutcome[] = []
  const names = new Set<string>()
  for (const { position, file, upload } of await store.readOpenItems(db.write, id)) {
    if (upload === null) continue
    uploadOf.set(position, upload)
    try {
      const there = await db.transaction(tx => uploadedFile(tx, config, person, upload))
      if (!isSound(there.name) && isBeside(there.name)) {
        beside.push({ name: there.name, absolute: there.path, sizeBytes: there.sizeBytes, modifiedMs: 0 })
        others.push({ position, state: 'unchanged', change: null, reason: null, track: null })
        continue
      }
      // Two files of one name (two discs) stay two.
      const path = names.has(file) ? `${position}/${file}` : file
      names.add(file)
      files.push({ position, path, name: there.name, absolute: there.path, sizeBytes: there.sizeBytes, modifiedMs: 0 })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      others.push({
        position,
        state: 'failed',
        change: null,
        reason: error.kind === 'not_found' ? 'the upload is no longer there' : 'the upload is not finished',
        track: null,
      })
    }
  }
  const about = await lookBeside(beside)
  const tools = { db, log, signal }
  const folders = new Map([
    ['', about],
    ...files.filter(file => file.path.includes('/')).map(file => [file.path.slice(0, file.path.indexOf('/')), about] as const),
  ])
  await importFiles(tools, {
    id,
    root: `upload:${person}:${id}`,
    owner: page === null ? person : page.owner,
    page,
    visibility: 'draft',
    rootName: 'Untitled',
    aboveRoot: 'uploads',
    folders,
    files,
    same: new Set(),
    sources: new Map((await filed.readSources(db.read, `upload:${person}:${id}`)).map(row => [row.path, row])),
  })
  await db.transaction(tx => store.updateItems(tx, id, others))
  // Stopped while the process ends: the next attempt goes on.
  if (signal.aborted) throw new Error('stopped before the import was finished')
  for (const { upload, asset, reason } of await store.readUploadOutcomes(db.write, id)) {
    await db.transaction(tx => (asset !== null ? uploadStored(tx, upload, asset) : uploadFailed(tx, upload, reason ?? 'not used')))
    await dropUpload(config, upload)
  }
  await finish(tools, id)
}
