/** Background work: reading an archive, bringing it in, taking it out again. Each goes on where a killed one stopped. */
import { takeUpload } from '../media/index.ts'
import { clock } from '../foundation/clock.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { bringIn, viewerFor } from './applying.ts'
import { folderOf, forget, listFolders, openAll, takeIn, Unreadable } from './opening.ts'
import { readAll } from './reading.ts'
import * as store from './store.ts'
import { takeBack } from './undoing.ts'

type Payload = { archive: string }
const atOnce = 50

async function read(context: JobContext, { archive: id }: Payload): Promise<void> {
  const { db, read: reader, config, signal, log } = context
  const row = await store.readArchive(db.write, id)
  if (row?.state !== 'reading') return
  try {
    for (const [n, upload] of row.uploads.entries())
      await takeUpload(db.transaction, config, row.person, upload, from => takeIn(config, id, n, from))
    const brought = await openAll(config, id, row.files)
    const { pieces, formats } = await readAll({ read: reader, viewer: viewerFor(row.person), config, page: row.page, signal }, brought)
    const problem = pieces.some(piece => piece.outcome !== 'refused') ? null : { code: 'nothing_found', text: null }
    await db.transaction(async tx => {
      await store.replacePieces(tx, id, pieces, formats)
      await store.move(tx, id, ['reading'], problem === null ? 'ready' : 'failed', clock.now(), problem)
    })
    if (problem !== null) await forget(config, id)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    log.info({ archive: id, code: error.code }, 'an archive cannot be read')
    await db.transaction(tx => store.move(tx, id, ['reading'], 'failed', clock.now(), { code: error.code, text: error.about }))
    await forget(config, id)
  }
}

async function apply(context: JobContext, { archive: id }: Payload): Promise<void> {
  const { db, config, signal } = context
  const row = await store.readArchive(db.write, id)
  if (row?.state !== 'applying') return
  const viewer = viewerFor(row.person)
  for (;;) {
    const pieces = await store.openPieces(db.write, id, atOnce)
    if (pieces.length === 0) break
    for (const piece of pieces) {
      if (signal.aborted) throw new Error('stopped before all was brought in')
      await bringIn({ ...context, archive: row, viewer }, piece)
    }
  }
  await db.transaction(tx => store.move(tx, id, ['applying'], 'applied', clock.now()))
  // What came in is stored; what was brought is not needed any more.
  await forget(config, id)
}

async function undo(context: JobContext, { archive: id }: Payload): Promise<void> {
  const { db, signal } = context
  const row = await store.readArchive(db.write, id)
  if (row?.state !== 'undoing') return
  const viewer = viewerFor(row.person)
  for (;;) {
    const pieces = await store.donePieces(db.write, id, atOnce)
    if (pieces.length === 0) break
    for (const piece of pieces) {
      if (signal.aborted) throw new Error('stopped before all was taken out')
      await takeBack(context, row, viewer, piece)
    }
  }
  await db.transaction(tx => store.move(tx, id, ['undoing'], 'undone', clock.now()))
}

export const jobs = {
  'immigration.read': read,
  'immigration.apply': apply,
  'immigration.undo': undo,
  'immigration.forget': ({ config }: JobContext, { archive }: Payload) => forget(config, archive),
  /** Each night: folders of archives that are over, and what waited for an answer for ninety days. */
  'immigration.nightly': async ({ db, config }: JobContext) => {
    await db.transaction(tx => store.discardOld(tx, new Date(clock.now().getTime() - 90 * 86_400_000), clock.now()))
    for (const id of await listFolders(config)) {
      const row = await store.readArchive(db.write, id)
      if (!row || !['reading', 'ready', 'applying'].includes(row.state)) await forget(config, id)
    }
  },
} satisfies Jobs

export { folderOf }
