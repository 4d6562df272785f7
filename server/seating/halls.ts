/**
 * Halls: the capacity of one thing sold by places, and its way from free to held to sold and back. Every function takes many at once, within the caller's
 * transaction, and locks the tiers it changes in the order of their ids.
 */
import { fault } from '../../shared/faults.ts'
import type { Fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { forgetEmpty } from './holding.ts'
import { layoutFor } from './layouts.ts'
import {
  dropPools,
  dropSeats,
  freeSeats,
  lockHall,
  lockPools,
  putHall,
  putPools,
  putSeats,
  readHalls,
  readPools,
  readSeats,
  setBlocked,
  setCapacity,
  type Pool,
} from './store-halls.ts'
import {
  bind,
  extend,
  lapsed,
  letGo,
  partsOfHolds,
  partsOfLines,
  sell,
  soldSeats,
  takeAgain,
  takeBack,
  unbind,
  type Back,
  type Part,
} from './store-holds.ts'
import { tellSeats } from './telling.ts'

export type GivenHall = {
  id: string
  /** What is sold in it: sho_… */
  cause: string
  map?: { id: string; version: number } | null
  /** No choice may leave a single free seat alone (on unless told). */
  orphans?: boolean
  pools: readonly ({ tier: string; capacity: number } | { tier: string; seats: readonly string[] })[]
}
const poolKey = (one: { hall: string; tier: string }): string => `${one.hall} ${one.tier}`
/** A tier that had less than this left is waited for by somebody: its news is told to other rooms. */
const scarce = 10

/**
 * Opens a hall, or changes it to what is given now: tiers, capacities, seats, a newer version of the map. What is held or sold keeps its place and tier, else
 * `places_taken`; `seats_unknown` when a seat is not on the map, is in two tiers, or a table that is sold whole would be in two.
 */
export async function openHall(tx: Tx, given: GivenHall): Promise<void> {
  const map = given.map ?? null
  const before = await lockHall(tx, given.id)
  if (before !== undefined && before.cause !== given.cause) throw fault('conflict', 'key_reused')
  await lockPools(tx, [given.id])
  const layout = map === null ? null : await layoutFor(tx, map.id, map.version)
  const wanted = new Map<string, string>()
  const pools = new Map<string, { seated: boolean; capacity: number }>()
  for (const pool of given.pools) {
    if (pools.has(pool.tier)) throw fault('unprocessable', 'seats_unknown')
    pools.set(pool.tier, 'seats' in pool ? { seated: true, capacity: pool.seats.length } : { seated: false, capacity: pool.capacity })
    if (!('seats' in pool)) continue
    for (const key of pool.seats) {
      if (layout?.index.has(key) !== true || wanted.has(key)) throw fault('unprocessable', 'seats_unknown', { fields: { seat: key } })
      wanted.set(key, pool.tier)
    }
  }
  for (const run of layout?.runs ?? []) {
    // A table that is sold whole is in one tier with all its chairs, or in none.
    const keys = run.map(place => layout!.seats[place]!)
    if (keys[0]!.whole !== null && new Set(keys.map(seat => wanted.get(seat.key))).size > 1)
      throw fault('unprocessable', 'seats_unknown', { fields: { seat: keys[0]!.key } })
  }
  await putHall(
    tx,
    { id: given.id, cause: given.cause, map: map?.id ?? null, version: map?.version ?? null, orphans: given.orphans ?? true },
    clock.now(),
  )
  const seats = before === undefined ? [] : await readSeats(tx, given.id)
  const stuck = seats.find(seat => (seat.state === 'held' || seat.state === 'sold') && wanted.get(seat.key) !== seat.tier)
  if (stuck !== undefined) throw fault('conflict', 'places_taken', { fields: { seat: stuck.key } })
  const old = await readPools(tx, [given.id])
  for (const pool of old) {
    const next = pools.get(pool.tier)
    const used = pool.sold + pool.held
    if (used > 0 && (next === undefined || next.seated !== pool.seated || next.capacity < used))
      throw fault('conflict', 'places_taken', { fields: { tier: pool.tier } })
  }
  await dropSeats(
    tx,
    given.id,
    seats.filter(seat => !wanted.has(seat.key)).map(seat => seat.key),
  )
  await putSeats(
    tx,
    given.id,
    [...wanted].map(([key, tier]) => ({ key, tier })),
  )
  await dropPools(
    tx,
    given.id,
    old.filter(pool => !pools.has(pool.tier)).map(pool => pool.tier),
  )
  const blocked = new Map<string, number>()
  for (const seat of seats) {
    const tier = wanted.get(seat.key)
    if (seat.state === 'blocked' && tier !== undefined) blocked.set(tier, (blocked.get(tier) ?? 0) + 1)
  }
  await putPools(
    tx,
    given.id,
    [...pools].map(([tier, { seated, capacity }]) => ({
      hall: given.id,
      tier,
      seated,
      capacity: capacity - (blocked.get(tier) ?? 0),
      blocked: blocked.get(tier) ?? 0,
      sold: 0,
      held: 0,
      free: 0,
    })),
  )
  tellSeats(tx, [{ hall: given.id, tier: '', seats: [] }])
  if (before === undefined) return
  forgetEmpty(
    tx,
    given.pools.map(({ tier }) => ({ hall: given.id, tier })),
  )
  await tellAll(tx, [{ type: 'places_returned', hall: given.id }])
}

/** A standing tier becomes larger or smaller; not smaller than what is held and sold. */
export async function resize(tx: Tx, given: { hall: string; tier: string; capacity: number }): Promise<void> {
  const pool = (await lockPools(tx, [given.hall], new Set([poolKey(given)]))).get(poolKey(given))
  if (pool === undefined) throw fault('not_found')
  if (!(await setCapacity(tx, given.hall, given.tier, given.capacity)))
    throw fault('conflict', 'places_taken', { fields: { tier: given.tier } })
  await told(tx, [{ ...pool, seats: [] }], new Map([[poolKey(given), pool]]))
}

/** Seats out of the sale, or back into it; only those that are free (or blocked). Gives those that changed. */
export async function block(tx: Tx, given: { hall: string; seats: readonly string[]; blocked: boolean }): Promise<string[]> {
  const pools = await lockPools(tx, [given.hall])
  const done = await setBlocked(tx, given.hall, given.seats, given.blocked)
  if (done.length > 0) {
    tellSeats(tx, [{ hall: given.hall, tier: '', seats: done }])
    forgetEmpty(tx, [...pools.values()])
    if (!given.blocked && [...pools.values()].some(pool => pool.free < scarce))
      await tellAll(tx, [{ type: 'places_returned', hall: given.hall }])
  }
  return done
}

/** Pages see it; rooms that keep waiting lists hear of tiers that were scarce. `pools` are as they were before. */
async function told(
  tx: Tx,
  back: readonly { hall: string; tier: string; seats: readonly string[] }[],
  pools: ReadonlyMap<string, Pool>,
): Promise<void> {
  if (back.length === 0) return
  tellSeats(tx, back)
  forgetEmpty(tx, back)
  const halls = new Set(back.filter(one => (pools.get(poolKey(one))?.free ?? 0) < scarce).map(one => one.hall))
  await tellAll(
    tx,
    [...halls].map(hall => ({ type: 'places_returned' as const, hall })),
  )
}
const lockFor = (tx: Tx, parts: readonly { hall: string; tier: string }[]): Promise<Map<string, Pool>> =>
  lockPools(tx, [...new Set(parts.map(part => part.hall))], new Set(parts.map(poolKey)))

/** Gives back what these holds still hold and no order has; nothing happens to the rest. */
export async function releaseHold(tx: Tx, holds: readonly string[], person?: string): Promise<void> {
  const mine = (part: Part): boolean => part.state === 'held' && part.line === null && (person === undefined || part.person === person)
  const pools = await lockFor(tx, (await partsOfHolds(tx, holds)).filter(mine))
  await told(tx, await letGo(tx, (await partsOfHolds(tx, holds)).filter(mine), 'released', clock.now()), pools)
}
/** The same for lines of orders that ended unpaid, once. */
export async function releaseLines(tx: Tx, lines: readonly string[]): Promise<void> {
  const pools = await lockFor(tx, await partsOfLines(tx, lines))
  await told(
    tx,
    await letGo(
      tx,
      (await partsOfLines(tx, lines)).filter(part => part.state === 'held'),
      'released',
      clock.now(),
    ),
    pools,
  )
}
/** Longer, as long as it is held; gives the holds that still are. */
export const extendHold = (tx: Tx, all: readonly { hold: string; until: Date }[]): Promise<Set<string>> =>
  all.length === 0 ? Promise.resolve(new Set()) : extend(tx, all, clock.now())

export type Bound = { hold: string; tier: string; person: string; line: string; count: number; until: Date }
/** An order's lines take over what a buyer holds of a tier, all of it, until the order ends. Gives, by line, why not: `hold_over`, `hold_used`, `hold_differs`. */
export async function bindHold(tx: Tx, all: readonly Bound[]): Promise<Map<string, Fault>> {
  const out = new Map<string, Fault>()
  const holds = [...new Set(all.map(one => one.hold))]
  await lockFor(tx, await partsOfHolds(tx, holds))
  const parts = new Map((await partsOfHolds(tx, holds)).map(part => [`${part.hold} ${part.tier}`, part]))
  const now = clock.now()
  const good: Bound[] = []
  for (const one of all) {
    const part = parts.get(`${one.hold} ${one.tier}`)
    if (part?.person !== one.person || part.state !== 'held' || part.until <= now) out.set(one.line, fault('conflict', 'hold_over'))
    else if (part.line !== null && part.line !== one.line) out.set(one.line, fault('conflict', 'hold_used'))
    else if (part.count !== one.count) out.set(one.line, fault('conflict', 'hold_differs'))
    else {
      good.push(one)
      part.line = one.line
    }
  }
  if (good.length > 0) await bind(tx, good, now)
  return out
}

/** Lines whose order was never written (another thing in the basket was refused) let go of the hold: it is its buyer's again, as long as it was agreed. */
export const unbindLines = (tx: Tx, lines: readonly string[]): Promise<void> => unbind(tx, lines, clock.now())

/** Are the places of these lines, whose hold has lapsed, still free? Holds them again if so; all or none. Lines whose hold still stands are kept longer. */
export async function holdAgain(tx: Tx, lines: readonly string[], until: Date): Promise<boolean> {
  const first = await partsOfLines(tx, lines)
  const pools = await lockFor(tx, first)
  const parts = await partsOfLines(tx, lines)
  if (new Set(parts.map(part => part.line)).size < new Set(lines).size) return false
  const gone = parts.filter(part => part.state === 'released' || part.state === 'expired')
  const counts = new Map<string, number>()
  for (const part of gone) counts.set(poolKey(part), (counts.get(poolKey(part)) ?? 0) + part.count)
  for (const [key, count] of counts) if ((pools.get(key)?.free ?? 0) < count) return false
  if (gone.some(part => part.seats.length > 0)) {
    const free = new Set(
      (await freeSeats(tx, [...new Set(gone.map(part => part.hall))])).flatMap(({ hall, tier, keys }) =>
        keys.map(key => `${hall} ${tier} ${key}`),
      ),
    )
    if (gone.some(part => part.seats.some(key => !free.has(`${part.hall} ${part.tier} ${key}`)))) return false
  }
  const now = clock.now()
  if (gone.length > 0) await takeAgain(tx, gone, until, now)
  await extend(
    tx,
    parts.map(part => ({ hold: part.hold, until })),
    now,
  )
  tellSeats(tx, gone)
  return true
}

export type Sold = { hold: string; hall: string; tier: string; count: number; seats: readonly string[] }
/** What these lines have bound is sold. A line that is missing in the answer lost its places (its hold lapsed and somebody else has them): refund it. */
export async function sellHold(tx: Tx, lines: readonly string[]): Promise<Map<string, Sold>> {
  await lockFor(tx, await partsOfLines(tx, lines))
  const parts = await partsOfLines(tx, lines)
  const lost = parts.filter(part => part.state === 'released' || part.state === 'expired')
  const late = new Set<string>()
  for (const part of lost) if (await holdAgain(tx, [part.line!], clock.now())) late.add(part.line!)
  const good = parts.filter(part => part.state === 'held' || late.has(part.line!))
  if (good.length > 0) await sell(tx, good, clock.now())
  tellSeats(tx, good)
  return new Map(
    parts
      .filter(part => part.state === 'sold' || good.includes(part))
      .map(({ line, hold, hall, tier, count, seats }) => [line!, { hold, hall, tier, count, seats }]),
  )
}

/**
 * Places that were sold come back to the sale: these seats or so many of a line, once; all that is left of it without both. A seat that came back before, or was
 * sold anew, stays as it is. Gives, by line, how many came back.
 */
export async function giveBack(
  tx: Tx,
  all: readonly { line: string; seats?: readonly string[]; count?: number }[],
): Promise<Map<string, number>> {
  const lines = all.map(one => one.line)
  const pools = await lockFor(tx, await partsOfLines(tx, lines))
  const parts = new Map((await partsOfLines(tx, lines)).map(part => [part.line!, part]))
  const still = await soldSeats(
    tx,
    [...parts.values()].filter(part => part.seats.length > 0).map(part => part.hold),
  )
  const back: Back[] = []
  const out = new Map<string, number>()
  for (const { line, seats, count } of all) {
    const part = parts.get(line)
    if (part?.state !== 'sold') continue
    const theirs = part.seats.filter(key => still.get(`${part.hall} ${key}`) === part.hold)
    const given = part.seats.length === 0 ? [] : seats === undefined ? theirs.slice(0, count) : theirs.filter(key => seats.includes(key))
    const n = part.seats.length > 0 ? given.length : Math.min(count ?? part.count, part.count - part.back)
    if (n === 0) continue
    for (const key of given) still.delete(`${part.hall} ${key}`)
    part.back += n
    back.push({ hold: part.hold, hall: part.hall, tier: part.tier, count: n, seats: given })
    out.set(line, (out.get(line) ?? 0) + n)
  }
  if (back.length === 0) return out
  const joined = [...Map.groupBy(back, one => `${one.hold} ${one.tier}`).values()].map(own => ({
    ...own[0]!,
    count: own.reduce((sum, one) => sum + one.count, 0),
    seats: own.flatMap(one => one.seats),
  }))
  await takeBack(tx, joined, clock.now())
  await told(tx, joined, pools)
  return out
}

/** Holds that ran out come back to the sale; each once, whoever sweeps. Gives how many. */
export const sweepHolds = async (db: Pick<Db, 'transaction'>, most = 500): Promise<number> =>
  db.transaction(async tx => {
    const now = clock.now()
    const found = await lapsed(tx, now, most)
    if (found.length === 0) return 0
    const pools = await lockFor(tx, found)
    const gone = await letGo(tx, found, 'expired', now)
    await told(tx, gone, pools)
    return gone.length
  })

/** How seats are called on tickets and to screen readers. */
export type SeatName = { section: string; row: string; number: string }
export async function seatNames(db: Read | Tx, hall: string, keys: readonly string[]): Promise<Map<string, SeatName>> {
  const row = (await readHalls(db, [hall])).get(hall)
  if (row?.map == null) return new Map()
  const layout = await layoutFor(db, row.map, row.version!)
  return new Map(
    keys.flatMap(key => {
      const place = layout.index.get(key)
      if (place === undefined) return []
      const { section, row: rowName, number } = layout.seats[place]!
      return [[key, { section, row: rowName, number }] as const]
    }),
  )
}
/** Numbers of the tiers of halls. */
export const poolsOf = (db: Read | Tx, halls: readonly string[]): Promise<Pool[]> => readPools(db, halls)
/** What a hold has, and until when; for its owner’s pages and for checks of orders. */
export const partsHeld = (db: Read | Tx, holds: readonly string[]): Promise<Part[]> => partsOfHolds(db, holds)
