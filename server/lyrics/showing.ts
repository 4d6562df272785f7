/** From rows to what the contract shows. Pure. */
import type { Viewer } from '../foundation/session.ts'
import { can, isOpen } from './policy.ts'
import type { ContributionRow } from './store-contributions.ts'
import type { Ok } from './words.ts'

export const showContribution = (row: ContributionRow, viewer: Viewer): Ok<'GET /me/lyrics-contributions'>['items'][number] => ({
  id: row.id,
  track: { id: row.track, title: row.title, artists: row.artists, durationMs: row.durationMs },
  kind: row.kind,
  language: row.language,
  timing: row.timing,
  state: row.state,
  by: { name: row.name, page: row.page },
  mine: row.person === viewer.id,
  note: row.note,
  licence: row.licence,
  reason: row.reason,
  reviewer: row.reviewerName,
  at: row.createdAt,
  decidedAt: row.decidedAt,
  stale: isOpen(row) && row.base !== row.shown,
  can: { review: isOpen(row) && can.review(row, viewer), revise: can.revise(row, viewer) },
})
