/** The desk of claims: what waits, what was decided. */
import { z } from 'zod'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { pageOfRow } from './showing.ts'
import { listQueue } from './store-objections.ts'
import type { Input, Ok } from './words.ts'

export async function getQueue(
  db: Read,
  _viewer: Viewer,
  { state, cursor, limit }: Input<'GET /console/page-claims'>,
): Promise<Ok<'GET /console/page-claims'>> {
  const rows = await listQueue(db, state, fromCursor(cursor, [cursorTime, z.string()]), limit + 1)
  return pageOf(
    rows,
    limit,
    row => ({
      id: row.id,
      page: pageOfRow(row),
      beneficiary: { id: row.beneficiary, name: row.beneficiaryName },
      state: row.state,
      at: row.at,
      since: row.since,
      endsAt: row.endsAt,
      found: row.found,
      files: row.files,
      objections: row.objections,
      rivals: row.rivals,
    }),
    row => toCursor(row.sort, row.id),
  )
}
