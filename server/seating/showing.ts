/** Halls as buyers and staff see them. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { seating } from '../../shared/seating.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { registerTopic } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { gateOf } from './gates.ts'
import { block } from './halls.ts'
import { layoutFor } from './layouts.ts'
import { readHalls, readPools, readStates, type HallRow } from './store-halls.ts'
import { readPlan } from './store.ts'

type Entries = typeof seating.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

async function seen(db: Read | Tx, viewer: Viewer | null, id: string): Promise<{ hall: HallRow; desk: boolean }> {
  const hall = (await readHalls(db, [id])).get(id)
  const gate = hall === undefined ? 'no' : await gateOf(db, viewer, hall.cause)
  if (hall === undefined || gate === 'no') throw fault('not_found')
  return { hall, desk: gate === 'desk' }
}
registerTopic('hall', async (read, viewer, id) => {
  const hall = (await readHalls(read, [id])).get(id)
  return hall !== undefined && (await gateOf(read, viewer, hall.cause)) !== 'no'
})

const tiersOf = async (db: Read | Tx, id: string): Promise<Ok<'GET /halls/:id'>['tiers']> =>
  (await readPools(db, [id])).map(({ tier, capacity, free, seated }) => ({ tier, capacity, free, seated }))

export async function getHall(db: Read, viewer: Viewer | null, { id }: Input<'GET /halls/:id'>): Promise<Ok<'GET /halls/:id'>> {
  const { hall, desk } = await seen(db, viewer, id)
  const tiers = await tiersOf(db, id)
  const out = { id, orphans: hall.orphans, tiers, can: { desk } }
  if (hall.map === null) return { ...out, map: null, tierAt: '' }
  const [plan, layout, states] = await Promise.all([
    readPlan(db, hall.map, hall.version!),
    layoutFor(db, hall.map, hall.version!),
    readStates(db, id, null),
  ])
  const place = new Map(tiers.map(({ tier }, index) => [tier, index.toString(36)]))
  const of = new Map(states.map(seat => [seat.key, place.get(seat.tier) ?? '-']))
  return {
    ...out,
    map: { id: hall.map, version: hall.version!, plan: plan! },
    tierAt: layout.seats.map(seat => of.get(seat.key) ?? '-').join(''),
  }
}

const signs = { free: 'f', held: 'h', sold: 's', blocked: 'b' } as const
export async function getSeats(
  db: Read,
  viewer: Viewer | null,
  { id }: Input<'GET /halls/:id/seats'>,
): Promise<Ok<'GET /halls/:id/seats'>> {
  const { hall } = await seen(db, viewer, id)
  const at = clock.now()
  const tiers = await tiersOf(db, id)
  if (hall.map === null) return { at, tiers, seats: '' }
  const layout = await layoutFor(db, hall.map, hall.version!)
  const of = new Map(
    (await readStates(db, id, viewer?.id ?? null)).map(({ key, state, mine }) => [
      key,
      mine && state === 'held' ? 'm' : mine && state === 'sold' ? 'y' : signs[state],
    ]),
  )
  return { at, tiers, seats: layout.seats.map(seat => of.get(seat.key) ?? '-').join('') }
}

export async function putBlocks(
  tx: Tx,
  viewer: Viewer,
  { id, seats, blocked }: Input<'PUT /halls/:id/blocks'>,
): Promise<Ok<'PUT /halls/:id/blocks'>> {
  const { desk } = await seen(tx, viewer, id)
  if (!desk) throw fault('not_found')
  const done = await block(tx, { hall: id, seats, blocked })
  const changed = new Set(done)
  return { done, kept: [...new Set(seats)].filter(key => !changed.has(key)) }
}
