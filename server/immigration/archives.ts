/** Archives as their owner sees them: begun, looked through, applied, undone, discarded. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { immigration } from '../../shared/immigration.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { wholeUploads } from '../media/index.ts'
import { mayEditPage } from '../people/index.ts'
import * as store from './store.ts'

type Entries = typeof immigration.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Shown = Ok<'GET /immigrations/:id'>

/** So long an applied archive can be undone. */
export const undoMs = 30 * 86_400_000

async function show(db: Read, rows: readonly store.ArchiveRow[]): Promise<Shown[]> {
  const summaries = await store.readSummary(
    db,
    rows.map(row => row.id),
  )
  return rows.map(row => {
    const summary = summaries.get(row.id) ?? []
    const sum = (of: (part: store.Summary) => number): number => summary.reduce((total, part) => total + of(part), 0)
    return {
      id: row.id,
      state: row.state,
      page: row.page,
      files: row.files,
      formats: row.formats,
      problem: row.problem,
      summary: summary.map(({ kind, outcome, pieces, usable }) => ({ kind, outcome, pieces, usable })),
      progress: { done: sum(part => part.done), failed: sum(part => part.failed), of: sum(part => part.taken) },
      startedAt: row.startedAt,
      appliedAt: row.appliedAt,
      undoUntil:
        row.state === 'applied' && row.appliedAt!.getTime() + undoMs > clock.now().getTime()
          ? new Date(row.appliedAt!.getTime() + undoMs)
          : null,
    }
  })
}

/** One of the viewer's own; another's is not found. */
async function own(row: store.ArchiveRow | undefined, viewer: Viewer): Promise<store.ArchiveRow> {
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  return row
}
const shown = async (db: Read, id: string): Promise<Shown> => (await show(db, [(await store.readArchive(db, id))!]))[0]!

const work = (tx: Tx, what: 'read' | 'apply' | 'undo', id: string): Promise<void> =>
  enqueue(tx, `immigration.${what}`, { archive: id }, { key: `immigration:${id}`, queue: 'immigration', maxAttempts: 5 })

export async function beginImmigration(tx: Tx, viewer: Viewer, input: Input<'POST /immigrations'>): Promise<Ok<'POST /immigrations'>> {
  const before = await store.readArchive(tx, input.id)
  if (before !== undefined) {
    if (before.person !== viewer.id) throw fault('conflict', 'key_reused')
    return shown(tx, input.id)
  }
  if (input.page !== null && !(await mayEditPage(tx, viewer, input.page)))
    throw (await store.readPageNames(tx, [input.page])).length === 0 ? fault('not_found') : fault('forbidden', 'own_page_only')
  const uploads = [...new Set(input.uploads)]
  const files = await wholeUploads(tx, viewer.id, uploads)
  if (await store.isBusy(tx, viewer.id)) throw fault('conflict', 'immigrations_open')
  const at = clock.now()
  if (!(await store.insertArchive(tx, { id: input.id, person: viewer.id, page: input.page, uploads, files, at }))) throw fault('conflict')
  await work(tx, 'read', input.id)
  return shown(tx, input.id)
}

export async function getImmigrations(db: Read, viewer: Viewer, input: Input<'GET /me/immigrations'>): Promise<Ok<'GET /me/immigrations'>> {
  const rows = await store.listArchives(db, viewer.id, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  const page = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.startedAt, row.id),
  )
  return { items: await show(db, page.items), next: page.next }
}

export async function getImmigration(db: Read, viewer: Viewer, { id }: Input<'GET /immigrations/:id'>): Promise<Shown> {
  return (await show(db, [await own(await store.readArchive(db, id), viewer)]))[0]!
}

export async function getPieces(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /immigrations/:id/pieces'>,
): Promise<Ok<'GET /immigrations/:id/pieces'>> {
  await own(await store.readArchive(db, input.id), viewer)
  const [after = -1] = fromCursor(input.cursor, [z.number().int()]) ?? []
  const rows = await store.listPieces(db, input.id, { kind: input.kind ?? null, outcome: input.outcome ?? null }, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.n),
  )
}

async function inState(tx: Tx, viewer: Viewer, id: string, states: readonly store.State[]): Promise<store.ArchiveRow> {
  const row = await own(await store.lockArchive(tx, id), viewer)
  if (!states.includes(row.state)) throw fault('conflict', 'not_ready')
  return row
}

export async function choosePieces(tx: Tx, viewer: Viewer, input: Input<'PATCH /immigrations/:id/pieces'>): Promise<Shown> {
  await inState(tx, viewer, input.id, ['ready'])
  await store.choosePieces(tx, input.id, { n: input.n ?? null, kind: input.kind ?? null, outcome: input.outcome ?? null }, input.take)
  return shown(tx, input.id)
}

export async function applyImmigration(tx: Tx, viewer: Viewer, { id }: Input<'POST /immigrations/:id/apply'>): Promise<Shown> {
  const row = await inState(tx, viewer, id, ['ready', 'applying', 'applied'])
  if (row.state === 'ready') {
    // Whoever no longer edits the page brings nothing onto it.
    if (row.page !== null && !(await mayEditPage(tx, viewer, row.page.id))) throw fault('forbidden', 'own_page_only')
    if (await store.isBusy(tx, viewer.id)) throw fault('conflict', 'immigrations_open')
    await store.move(tx, id, ['ready'], 'applying', clock.now())
    await work(tx, 'apply', id)
  }
  return shown(tx, id)
}

export async function undoImmigration(tx: Tx, viewer: Viewer, { id }: Input<'POST /immigrations/:id/undo'>): Promise<Shown> {
  const row = await inState(tx, viewer, id, ['applied', 'undoing', 'undone'])
  if (row.state === 'applied') {
    if (clock.now().getTime() > row.appliedAt!.getTime() + undoMs) throw fault('conflict', 'undo_over')
    if (await store.isBusy(tx, viewer.id)) throw fault('conflict', 'immigrations_open')
    await store.move(tx, id, ['applied'], 'undoing', clock.now())
    await work(tx, 'undo', id)
  }
  return shown(tx, id)
}

export async function discardImmigration(tx: Tx, viewer: Viewer, { id }: Input<'POST /immigrations/:id/discard'>): Promise<Shown> {
  const row = await inState(tx, viewer, id, ['ready', 'failed', 'reading', 'discarded'])
  if (row.state !== 'discarded') {
    await store.move(tx, id, ['ready', 'failed', 'reading'], 'discarded', clock.now())
    await enqueue(tx, 'immigration.forget', { archive: id })
  }
  return shown(tx, id)
}
