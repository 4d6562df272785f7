/** For tests of what is sold by places: a venue with a published map, and halls of both sorts. */
import type { Plan } from '../../shared/seating-plan.ts'
import { newId } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import type { Person } from '../testing.ts'
import { openHall } from './halls.ts'

/** Four rows of ten, a table for four that is sold whole, a floor for fifty. */
export const smallPlan: Plan = {
  form: 1,
  width: 2000,
  height: 2000,
  focus: { x: 1000, y: 200 },
  categories: [
    { key: 'a', name: 'Stalls', colour: 0 },
    { key: 'b', name: 'Tables', colour: 1 },
    { key: 'c', name: 'Floor', colour: 2 },
  ],
  items: [
    { id: 'stage', kind: 'stage', name: 'Stage', x: 1000, y: 150, turn: 0, shape: 'rect', width: 800, height: 200 },
    {
      id: 'r',
      kind: 'rows',
      name: 'Stalls',
      x: 1000,
      y: 600,
      turn: 0,
      category: 'a',
      rows: Array.from({ length: 4 }, () => ({ seats: 10 })),
      seatGap: 55,
      rowGap: 90,
      curve: 0,
      rowNames: { style: 'letters', from: 1, backwards: false, skip: true },
      seatNames: { style: 'plain', from: 1, backwards: false },
      marks: {},
    },
    {
      id: 't',
      kind: 'table',
      name: 'Table 1',
      x: 500,
      y: 1300,
      turn: 0,
      category: 'b',
      shape: 'round',
      chairs: 4,
      width: 120,
      height: 120,
      whole: true,
      marks: {},
    },
    {
      id: 'f',
      kind: 'area',
      name: 'Floor',
      x: 1400,
      y: 1500,
      turn: 0,
      category: 'c',
      shape: 'rect',
      width: 600,
      height: 400,
      capacity: 50,
    },
  ],
}
export const venueInput = {
  name: '浅水湾文化中心',
  country: 'CN',
  city: '上海',
  address: '北苏州路 1 号',
  zone: 'Asia/Shanghai',
  capacity: 94,
}

export type Venue = { page: string; venue: string; map: string }
export async function makeVenue(who: Person, plan: Plan = smallPlan): Promise<Venue> {
  const [page, venue, map] = [newId('pag'), newId('ven'), newId('map')]
  await who.call('POST', '/pages', { id: page, kind: 'business', name: 'House', handle: `h-${page.slice(-10)}` })
  await who.call('PUT', `/pages/${page}/venues/${venue}`, venueInput)
  await who.call('PUT', `/venues/${venue}/maps/${map}`, { name: 'Seated' })
  const { revision } = await who.call<{ revision: number }>('PUT', `/maps/${map}/draft`, { revision: 0, plan })
  await who.call('POST', `/maps/${map}/publish`, { revision })
  return { page, venue, map }
}

export const keysOf = (rows: readonly number[], seats = 10): string[] =>
  rows.flatMap(row => Array.from({ length: seats }, (_, seat) => `r-${row}-${seat}`))

/** Tiers: `front` two rows of seats, `back` two more, `table` with its chairs, `floor` standing. */
export async function makeHall(db: Db, map: string | null, floor = 50, orphans = true): Promise<string> {
  const id = newId('hal')
  await db.transaction(tx =>
    openHall(tx, {
      id,
      cause: newId('sho').replace('sho', 'tst'),
      orphans,
      map: map === null ? null : { id: map, version: 1 },
      pools: [
        ...(map === null
          ? []
          : [
              { tier: 'front', seats: keysOf([0, 1]) },
              { tier: 'back', seats: keysOf([2, 3]) },
              { tier: 'table', seats: ['t-0-0', 't-0-1', 't-0-2', 't-0-3'] },
            ]),
        { tier: 'floor', capacity: floor },
      ],
    }),
  )
  return id
}
