import { fault } from '../../shared/faults.ts'
import { media } from '../../shared/media.ts'
import type { Read } from '../foundation/db.ts'
import { handlers } from '../foundation/http.ts'
import { enqueueProcessing } from './assets.ts'
import { readProcessing } from './store.ts'
import { getUpload, listUploads } from './uploads.ts'

const assetState = async (db: Read, asset: string) => {
  const row = await readProcessing(db, asset)
  if (row === undefined) throw fault('not_found')
  return { id: row.asset, state: row.state, progress: row.progress, reason: row.reason, durationMs: row.durationMs }
}

export const routes = handlers(media, {
  'GET /uploads': listUploads,
  'GET /uploads/:id': getUpload,
  'GET /assets/:id/processing': (db, _viewer, { id }) => assetState(db, id),
  'POST /assets/:id/process': async (tx, _viewer, { id }) => {
    await assetState(tx, id)
    await enqueueProcessing(tx, id, true)
    return { ok: true as const }
  },
})
