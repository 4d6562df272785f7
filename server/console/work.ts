/** Background work that failed for good, and trying it again. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { console_ } from '../../shared/console.ts'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { listFailedJobs, retryJob } from './store.ts'

type Entries = typeof console_.entries

export async function getJobs(db: Read): Promise<Decoded<Entries['GET /console/jobs']['ok']>> {
  const rows = await listFailedJobs(db, 200)
  return { items: rows.map(row => ({ ...row, id: String(row.id), error: row.error.slice(0, 2000) })) }
}

export async function retry(
  tx: Tx,
  _viewer: Viewer,
  input: InputOf<Entries['POST /console/jobs/:id/retry']['input']>,
): Promise<{ ok: true }> {
  if (!(await retryJob(tx, input.id, clock.now()))) throw fault('not_found')
  return { ok: true }
}
