/** The two sides of a show’s money: whoever runs the page that puts it on, and whoever acts for the artist of its papers. */
import { fault } from '../../shared/faults.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayActFor } from '../people/index.ts'
import { showOf, type ShowFacts } from '../tickets/index.ts'
import { currencyOf, dealsOfShow, isEditorOf, ownerOf, type DealRow } from './store.ts'

export type Side = 'organiser' | 'artist'
const runs = ['owner', 'manager', 'finance'] as const

export async function allowSide(
  db: Read | Tx,
  viewer: Viewer,
  id: string,
  only?: 'organiser',
): Promise<{ show: ShowFacts; side: Side; organiser: string; currency: string }> {
  const show = await showOf(db, id)
  const organiser = await ownerOf(db, show.page)
  if (organiser === null) throw fault('not_found')
  const currency = await currencyOf(db, id)
  if ((await isEditorOf(db, show.page, viewer.id)) || (await mayActFor(db, viewer, organiser, runs)))
    return { show, side: 'organiser', organiser, currency }
  if (only === undefined)
    for (const artist of new Set((await dealsOfShow(db, id)).filter(row => row.state !== 'withdrawn').map(row => row.artist)))
      if (await mayActFor(db, viewer, artist, runs)) return { show, side: 'artist', organiser, currency }
  throw fault('not_found')
}

/** The sides of a paper that the viewer sees it as. */
export async function sidesOf(
  db: Read | Tx,
  viewer: Viewer,
  row: DealRow,
  roles: readonly ('owner' | 'manager' | 'finance')[] = runs,
): Promise<Side[]> {
  const sides: Side[] = []
  if (await mayActFor(db, viewer, row.organiser, roles)) sides.push('organiser')
  if (await mayActFor(db, viewer, row.artist, roles)) sides.push('artist')
  return sides
}
