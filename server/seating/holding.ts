/**
 * Holding places of a hall. Those who come at the same time share one transaction: the tiers of their halls are locked in order, what is free is read, each is
 * given or refused in the order in which they came, and one statement writes it all. Several processes do the same: the database's locks and constraints decide;
 * memory only gathers, and remembers for a moment which tier had nothing left.
 */
import { createHash } from 'node:crypto'
import { Fault, fault } from '../../shared/faults.ts'
import { bestSeats, brokenTables, orphansOf, type Layout } from '../../shared/seating-choice.ts'
import { clock } from '../foundation/clock.ts'
import { afterCommit, type Db, type Tx } from '../foundation/db.ts'
import { gather, type Gathered } from '../foundation/gather.ts'
import { layoutFor } from './layouts.ts'
import { freeSeats, lockPools, readHalls, type HallRow, type Pool } from './store-halls.ts'
import { aliveOf, lapsed, letGo, partsOfHolds, readHolds, takeAll, type Part, type Taken } from './store-holds.ts'
import { tellSeats, type Changed } from './telling.ts'

/** So many of a tier (the best seats that are free, where it has seats), or these seats. */
export type Want = { tier: string; count: number } | { seats: readonly string[] }
export type HoldAsk = {
  /** Made by the client: the same again is the same hold. */
  id: string
  hall: string
  person: string
  wants: readonly Want[]
  until: Date
  /** How many places of this hall the person may hold at once, orders not counted. */
  most?: number
  /** The buyer's hold that this one takes the place of: its seats are free for it, and it ends when this one is given. */
  replaces?: string
  /** Staff (guest lists): may leave single seats. */
  loose?: boolean
}
export type HeldPart = { tier: string; count: number; seats: readonly string[] }
/** `repeat`: it was there already. */
export type Held = { id: string; hall: string; person: string; until: Date; parts: readonly HeldPart[]; repeat?: true }

const together = 500
const mostPlaces = 200
/** So long a tier that had nothing left is not asked again, in ms. */
const rememberedMs = 250

const requestOf = (ask: HoldAsk): string =>
  createHash('sha256')
    .update(JSON.stringify([ask.person, ask.hall, ask.wants]))
    .digest('hex')

/** What one transaction knows of a hall. */
type World = {
  hall: HallRow
  pools: Map<string, Pool>
  layout: Layout | null
  /** Place in the layout → its tier, for seats that are free now. */
  free: Map<number, string>
}

async function look(tx: Tx, asks: readonly HoldAsk[], now: Date): Promise<{ worlds: Map<string, World>; expired: readonly Part[] }> {
  const ids = [...new Set(asks.map(ask => ask.hall))].toSorted()
  const halls = await readHalls(tx, ids)
  let pools = await lockPools(tx, ids)
  // What lapsed is free for who comes now; the sweep would come a little later.
  const over = await lapsed(tx, now, 500, ids)
  const expired = over.length === 0 ? [] : await letGo(tx, over, 'expired', now)
  if (expired.length > 0) pools = await lockPools(tx, ids)
  const worlds = new Map<string, World>()
  for (const hall of halls.values())
    worlds.set(hall.id, {
      hall,
      pools: new Map(),
      layout: hall.map === null ? null : await layoutFor(tx, hall.map, hall.version!),
      free: new Map(),
    })
  for (const pool of pools.values()) worlds.get(pool.hall)?.pools.set(pool.tier, pool)
  const seated = [...worlds.values()].filter(world => world.layout !== null && [...world.pools.values()].some(pool => pool.seated))
  if (seated.length > 0)
    for (const { hall, tier, keys } of await freeSeats(
      tx,
      seated.map(world => world.hall.id),
    )) {
      const world = worlds.get(hall)!
      for (const key of keys) {
        const place = world.layout!.index.get(key)
        if (place !== undefined) world.free.set(place, tier)
      }
    }
  return { worlds, expired }
}

/** Decides one ask and notes in `world` what it takes; a Fault changes nothing. */
function decide(world: World, ask: HoldAsk): HeldPart[] | Fault {
  const counts = new Map<string, number>()
  const chosen = new Map<number, string>()
  const { layout } = world
  const rule = world.hall.orphans && ask.loose !== true
  for (const want of ask.wants) {
    if ('seats' in want) {
      for (const key of want.seats) {
        const place = layout?.index.get(key)
        const tier = place === undefined ? undefined : world.free.get(place)
        if (place === undefined || tier === undefined || chosen.has(place))
          return fault('conflict', 'seat_taken', { fields: { seat: key } })
        chosen.set(place, tier)
      }
      continue
    }
    const pool = world.pools.get(want.tier)
    if (pool === undefined) return fault('not_found')
    if (!pool.seated) counts.set(want.tier, (counts.get(want.tier) ?? 0) + want.count)
    else {
      const places =
        pool.free < want.count
          ? null
          : bestSeats(layout!, place => world.free.get(place) === want.tier && !chosen.has(place), want.count, { orphans: rule })
      if (places === null) return fault('conflict', 'sold_out', { fields: { tier: want.tier } })
      for (const place of places) chosen.set(place, want.tier)
    }
  }
  for (const [tier, count] of counts) if (world.pools.get(tier)!.free < count) return fault('conflict', 'sold_out', { fields: { tier } })
  if (chosen.size > 0) {
    const places = new Set(chosen.keys())
    if (ask.loose !== true && brokenTables(layout!, places).length > 0) return fault('conflict', 'table_whole')
    const picked = ask.wants.some(want => 'seats' in want)
    if (rule && picked) {
      const [alone] = orphansOf(layout!, place => world.free.has(place), places)
      if (alone !== undefined) return fault('conflict', 'orphan_seat', { fields: { seat: layout!.seats[alone]!.key } })
    }
  }
  const parts = new Map<string, { tier: string; count: number; seats: string[] }>()
  for (const [place, tier] of chosen) {
    const part = parts.get(tier) ?? { tier, count: 0, seats: [] }
    part.count++
    part.seats.push(layout!.seats[place]!.key)
    parts.set(tier, part)
    world.free.delete(place)
  }
  for (const [tier, count] of counts) parts.set(tier, { tier, count, seats: [] })
  for (const { tier, count } of parts.values()) {
    const pool = world.pools.get(tier)!
    pool.free -= count
    pool.held += count
  }
  return [...parts.values()]
}

/** The places of a hold that is replaced are there for who replaces it; `back` takes that away again. */
function lend(world: World, parts: readonly Part[], back: boolean): void {
  for (const part of parts) {
    const pool = world.pools.get(part.tier)
    if (pool === undefined) continue
    pool.free += back ? -part.count : part.count
    for (const key of part.seats) {
      const place = world.layout?.index.get(key)
      if (place === undefined) continue
      if (back) world.free.delete(place)
      else world.free.set(place, part.tier)
    }
  }
}

const sound = (ask: HoldAsk): boolean => {
  const counts = ask.wants.map(want => ('seats' in want ? want.seats.length : want.count))
  const sum = counts.reduce((all, one) => all + one, 0)
  return counts.every(one => Number.isInteger(one) && one > 0) && sum > 0 && sum <= mostPlaces
}
const placesOf = (ask: HoldAsk): number => ask.wants.reduce((sum, want) => sum + ('seats' in want ? want.seats.length : want.count), 0)

/** Answers those whose hold there is already. */
async function answerKnown(tx: Tx, asks: readonly HoldAsk[], out: Map<HoldAsk, Held | Fault>): Promise<void> {
  const ids = asks.map(ask => ask.id)
  const known = new Map((await readHolds(tx, ids)).map(row => [row.id, row]))
  if (known.size === 0) return
  const parts = Map.groupBy(await partsOfHolds(tx, [...known.keys()]), part => part.hold)
  for (const ask of asks) {
    const row = known.get(ask.id)
    if (row === undefined) continue
    const own = parts.get(ask.id) ?? []
    if (row.person !== ask.person || row.request !== requestOf(ask)) out.set(ask, fault('conflict', 'key_reused'))
    else if (own.some(part => part.state === 'released' || part.state === 'expired')) out.set(ask, fault('conflict', 'hold_over'))
    else
      out.set(ask, {
        id: row.id,
        hall: row.hall,
        person: row.person,
        until: row.until,
        parts: own.map(({ tier, count, seats }) => ({ tier, count, seats })),
        repeat: true,
      })
  }
}

/**
 * Holds for many, within the caller's transaction; answers for each in order. An id that is known gives what it gave before while it is still held.
 * `over`: what memory knows to be gone; not asked again.
 */
export async function holdIn(
  tx: Tx,
  asks: readonly HoldAsk[],
  gone?: (ask: HoldAsk) => Fault | null,
  left?: (world: { hall: string; tier: string; free: number }) => void,
): Promise<(Held | Fault)[]> {
  const now = clock.now()
  const out = new Map<HoldAsk, Held | Fault>()
  await answerKnown(tx, asks, out)
  const open: HoldAsk[] = []
  for (const ask of asks) {
    if (out.has(ask)) continue
    const refused = sound(ask) ? (gone?.(ask) ?? null) : fault('invalid')
    if (refused === null) open.push(ask)
    else out.set(ask, refused)
  }
  if (open.length > 0) await give(tx, open, now, out, left)
  return asks.map(ask => out.get(ask)!)
}

async function give(
  tx: Tx,
  asked: readonly HoldAsk[],
  now: Date,
  out: Map<HoldAsk, Held | Fault>,
  left?: (world: { hall: string; tier: string; free: number }) => void,
): Promise<void> {
  const { worlds, expired } = await look(tx, asked, now)
  // Another process may have been quicker with the same: under the locks that is seen.
  await answerKnown(tx, asked, out)
  const asks = asked.filter(ask => !out.has(ask))
  const limited = asks.filter(ask => ask.most !== undefined || ask.replaces !== undefined)
  const alive = new Map<string, Part[]>()
  for (const [hall, own] of Map.groupBy(limited, ask => ask.hall))
    for (const part of await aliveOf(tx, hall, [...new Set(own.map(ask => ask.person))], now)) {
      const key = `${hall} ${part.person}`
      alive.set(key, [...(alive.get(key) ?? []), part])
    }
  const taken: Taken[] = []
  const ended: Part[] = []
  for (const ask of asks) {
    const world = worlds.get(ask.hall)
    if (world === undefined) {
      out.set(ask, fault('not_found'))
      continue
    }
    const key = `${ask.hall} ${ask.person}`
    const own = alive.get(key) ?? []
    const before = ask.replaces === undefined ? [] : own.filter(part => part.hold === ask.replaces && part.line === null)
    const others = own.filter(part => !before.includes(part) && part.line === null)
    if (ask.most !== undefined && others.reduce((sum, part) => sum + part.count, 0) + placesOf(ask) > ask.most) {
      out.set(ask, fault('conflict', 'too_many_held'))
      continue
    }
    lend(world, before, false)
    const parts = decide(world, ask)
    if (parts instanceof Fault) {
      lend(world, before, true)
      out.set(ask, parts)
      continue
    }
    ended.push(...before)
    const fresh = parts.map(part => ({ ...part, seats: [...part.seats] }))
    taken.push({ hold: ask.id, hall: ask.hall, person: ask.person, until: ask.until, request: requestOf(ask), parts: fresh })
    // Who asks twice in one batch is counted.
    const held = fresh.map(part => ({
      ...part,
      hold: ask.id,
      hall: ask.hall,
      person: ask.person,
      state: 'held' as const,
      back: 0,
      line: null,
      until: ask.until,
    }))
    alive.set(key, [...others, ...own.filter(part => part.line !== null), ...held])
    out.set(ask, { id: ask.id, hall: ask.hall, person: ask.person, until: ask.until, parts: fresh })
  }
  // What was held and replaced within this batch was never written.
  const fresh = new Set(taken.map(one => one.hold))
  const gone = new Set(ended.filter(part => fresh.has(part.hold)).map(part => part.hold))
  const written = taken.filter(one => !gone.has(one.hold))
  await letGo(
    tx,
    ended.filter(part => !fresh.has(part.hold)),
    'released',
    now,
  )
  if (written.length > 0) await takeAll(tx, written, now)
  for (const world of worlds.values())
    for (const pool of world.pools.values()) left?.({ hall: world.hall.id, tier: pool.tier, free: pool.free })
  const changed: Changed[] = [
    ...[...expired, ...ended].map(part => ({ hall: part.hall, tier: part.tier, seats: part.seats })),
    ...written.flatMap(one => one.parts.map(part => ({ hall: one.hall, tier: part.tier, seats: part.seats }))),
  ]
  tellSeats(tx, changed)
}

type Door = { hold: Gathered<HoldAsk, Held | Fault | 'again'>; empty: Map<string, { free: number; until: number }> }
const doors = new WeakMap<Db['transaction'], Door>()
function doorOf(transaction: Db['transaction']): Door {
  const found = doors.get(transaction)
  if (found !== undefined) return found
  const empty: Door['empty'] = new Map()
  const gone = (ask: HoldAsk): Fault | null => {
    for (const want of ask.wants) {
      if ('seats' in want) continue
      const known = empty.get(`${ask.hall} ${want.tier}`)
      if (known !== undefined && known.until > clock.ticks() && known.free < want.count && ask.replaces === undefined)
        return fault('conflict', 'sold_out', { fields: { tier: want.tier } })
    }
    return null
  }
  const door: Door = {
    empty,
    hold: gather<HoldAsk, Held | Fault | 'again'>(together, async asks => {
      // Of one id the second waits for what becomes of the first.
      const seen = new Set<string>()
      const first = asks.filter(({ id }) => !seen.has(id) && seen.add(id))
      const news: { hall: string; tier: string; free: number }[] = []
      const answers = await transaction(tx => {
        news.length = 0
        return holdIn(tx, first, gone, one => void news.push(one))
      })
      const until = clock.ticks() + rememberedMs
      for (const { hall, tier, free } of news)
        if (free < 10) empty.set(`${hall} ${tier}`, { free, until })
        else empty.delete(`${hall} ${tier}`)
      const by = new Map(first.map((ask, index) => [ask, answers[index]!]))
      return asks.map(ask => by.get(ask) ?? 'again')
    }),
  }
  doors.set(transaction, door)
  return door
}

/** After the commit: places of these tiers came back, so nobody is refused from memory. */
export function forgetEmpty(tx: Tx, tiers: readonly { hall: string; tier: string }[]): void {
  afterCommit(tx, ({ transaction }) => {
    const known = doors.get(transaction)?.empty
    for (const { hall, tier } of tiers) known?.delete(`${hall} ${tier}`)
  })
}

/** Holds places until a time. Throws `sold_out`, `seat_taken`, `orphan_seat`, `table_whole`, `too_many_held`, `hold_over`, `key_reused`. */
export async function hold(db: Pick<Db, 'transaction'>, ask: HoldAsk): Promise<Held> {
  const { hold: ring } = doorOf(db.transaction)
  let answer = await ring(ask)
  while (answer === 'again') answer = await ring(ask)
  if (answer instanceof Fault) throw answer
  return answer
}
