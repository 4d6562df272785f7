/** Maps of seats: the editor's draft and the versions that shows use. */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { countPlan, planProblems, type Plan } from '../../shared/seating-plan.ts'
import { limits, type MapCard, type seating } from '../../shared/seating.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayEditPage } from '../people/index.ts'
import {
  lockMap,
  mapsOf,
  publishDraft,
  putMap,
  readMap,
  readPlan,
  readVenue,
  removeMap,
  saveDraft,
  venueOfMap,
  versionsOf,
  type MapRow,
} from './store.ts'

type Entries = typeof seating.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
const mostMaps = 30

/** An empty hall with a stage: what a new map begins as. */
const empty: Plan = {
  form: 1,
  width: 3000,
  height: 2400,
  focus: { x: 1500, y: 300 },
  categories: [{ key: 'a', name: 'A', colour: 0 }],
  items: [{ id: 'stage', kind: 'stage', name: '', x: 1500, y: 200, turn: 0, shape: 'rect', width: 1200, height: 300 }],
}
const counted = (plan: Plan): { seats: number; standing: number; hash: string } => ({
  ...countPlan(plan),
  hash: createHash('sha256').update(JSON.stringify(plan)).digest('hex'),
})

export const mapCard = (row: MapRow): z.output<typeof MapCard> => ({
  id: row.id,
  name: row.name,
  version: row.version,
  seats: row.seats,
  standing: row.standing,
  changed: row.changed,
  changedAt: row.changedAt,
})
async function shown(db: Read | Tx, id: string): Promise<Ok<'GET /maps/:id'>> {
  const row = (await readMap(db, id))!
  return {
    ...mapCard(row),
    venue: { id: row.venue, name: row.venueName },
    revision: row.revision,
    draft: row.draft,
    versions: await versionsOf(db, id),
  }
}
/** The map, for who edits the page of its venue; for everybody else it is not there. */
async function own(db: Read | Tx, viewer: Viewer, id: string): Promise<void> {
  const at = await venueOfMap(db, id)
  if (at === undefined || !(await mayEditPage(db, viewer, at.page)) || (await readMap(db, id)) === undefined) throw fault('not_found')
}

export async function getMap(db: Read, viewer: Viewer, { id }: Input<'GET /maps/:id'>): Promise<Ok<'GET /maps/:id'>> {
  await own(db, viewer, id)
  return shown(db, id)
}

/** Whether shows of somebody who edits `pages` may be in this venue. */
export async function usableVenue(db: Read | Tx, viewer: Viewer, venue: string): Promise<boolean> {
  const row = await readVenue(db, venue)
  return row !== undefined && ((row.shared && row.state === 'open') || mayEditPage(db, viewer, row.page))
}

export async function getVersion(
  db: Read,
  viewer: Viewer,
  { id, version }: Input<'GET /maps/:id/versions/:version'>,
): Promise<Ok<'GET /maps/:id/versions/:version'>> {
  const at = await venueOfMap(db, id)
  if (at === undefined || !(await usableVenue(db, viewer, at.venue))) throw fault('not_found')
  const plan = await readPlan(db, id, version)
  if (plan === undefined) throw fault('not_found')
  return { id, version, venue: at.venue, plan }
}
/** The plan of a version, for rooms above. */
export const planFor = (db: Read | Tx, map: string, version: number): Promise<Plan | undefined> => readPlan(db, map, version)

export async function putMapOf(
  tx: Tx,
  viewer: Viewer,
  { venue, id, name, like }: Input<'PUT /venues/:venue/maps/:id'>,
): Promise<Ok<'PUT /venues/:venue/maps/:id'>> {
  const place = await readVenue(tx, venue)
  if (place === undefined || !(await mayEditPage(tx, viewer, place.page))) throw fault('not_found')
  const before = await venueOfMap(tx, id)
  if (before !== undefined && (before.venue !== venue || (await readMap(tx, id)) === undefined)) throw fault('conflict', 'key_reused')
  let draft = empty
  if (before === undefined) {
    if ((await mapsOf(tx, [venue])).length >= mostMaps) throw fault('conflict', 'too_many_maps')
    if (like !== undefined) {
      await own(tx, viewer, like)
      draft = (await readMap(tx, like))!.draft
    }
  }
  await putMap(tx, { id, venue, name, draft, by: viewer.id, at: clock.now(), ...counted(draft) })
  return shown(tx, id)
}

/** The same content again is no new revision: a retry after a lost answer is harmless. */
export async function putDraft(
  tx: Tx,
  viewer: Viewer,
  { id, revision, plan }: Input<'PUT /maps/:id/draft'>,
): Promise<Ok<'PUT /maps/:id/draft'>> {
  await own(tx, viewer, id)
  const row = (await lockMap(tx, id))!
  const count = counted(plan)
  if (row.hash !== count.hash) {
    if (row.revision !== revision) throw fault('conflict', 'map_changed')
    if (count.seats > limits.seats) throw fault('unprocessable', 'map_too_large')
    await saveDraft(tx, id, plan, count, clock.now())
  }
  const now = (await readMap(tx, id))!
  return { revision: now.revision, changed: now.changed }
}

export async function publish(
  tx: Tx,
  viewer: Viewer,
  { id, revision }: Input<'POST /maps/:id/publish'>,
): Promise<Ok<'POST /maps/:id/publish'>> {
  await own(tx, viewer, id)
  const row = (await lockMap(tx, id))!
  if (row.revision !== revision) throw fault('conflict', 'map_changed')
  const { draft } = (await readMap(tx, id))!
  const problems = planProblems(draft, limits.seats)
  if (problems.length > 0)
    throw fault('unprocessable', 'map_broken', {
      fields: Object.fromEntries(problems.slice(0, 20).map(one => [one.item || 'map', one.code])),
    })
  await publishDraft(tx, id, viewer.id, clock.now())
  return shown(tx, id)
}

export async function deleteMap(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /maps/:id'>): Promise<{ ok: true }> {
  await own(tx, viewer, id)
  await removeMap(tx, id, clock.now())
  return { ok: true }
}
