/** SQL of halls: their tiers and seats. Whatever changes a tier's numbers or its seats holds the tier's lock. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type HallRow = { id: string; cause: string; map: string | null; version: number | null; orphans: boolean }
export type Pool = {
  hall: string
  tier: string
  seated: boolean
  capacity: number
  sold: number
  held: number
  free: number
  blocked: number
}
export type SeatState = 'free' | 'held' | 'sold' | 'blocked'
const list = (items: readonly string[]) => sql`${[...items]}::text[]`
const ints = (items: readonly number[]) => sql`${[...items]}::int[]`
const poolColumns = sql`hall, tier, seated, capacity, sold, held, free, blocked`

export async function readHalls(db: Read | Tx, ids: readonly string[]): Promise<Map<string, HallRow>> {
  const { rows } = await sql<HallRow>`select id, cause, map, version, orphans from seating.hall where id = any(${list(ids)})`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
/** Locks halls themselves: only for changing what they are made of. */
export async function lockHall(tx: Tx, id: string): Promise<HallRow | undefined> {
  const { rows } = await sql<HallRow>`select id, cause, map, version, orphans from seating.hall where id = ${id} for update`.execute(tx)
  return rows[0]
}
export async function putHall(tx: Tx, row: HallRow, at: Date): Promise<void> {
  await sql`insert into seating.hall (id, cause, map, version, orphans, created_at) values (${row.id}, ${row.cause}, ${row.map}, ${row.version}, ${row.orphans}, ${at})
    on conflict (id) do update set map = excluded.map, version = excluded.version, orphans = excluded.orphans where hall.cause = excluded.cause`.execute(
    tx,
  )
}

/** Locks tiers in the order of their ids: all of these halls, or those named as `hall tier`. */
export async function lockPools(tx: Tx, halls: readonly string[], only?: ReadonlySet<string>): Promise<Map<string, Pool>> {
  const pairs = only === undefined ? undefined : [...only]
  const { rows } = await sql<Pool>`select ${poolColumns} from seating.pool where hall = any(${list(halls)})
    ${pairs === undefined ? sql`` : sql`and hall || ' ' || tier = any(${list(pairs)})`} order by hall, tier for update`.execute(tx)
  return new Map(rows.map(row => [`${row.hall} ${row.tier}`, row]))
}
export async function readPools(db: Read | Tx, halls: readonly string[]): Promise<Pool[]> {
  const { rows } = await sql<Pool>`select ${poolColumns} from seating.pool where hall = any(${list(halls)}) order by hall, tier`.execute(db)
  return rows
}
export async function putPools(tx: Tx, hall: string, pools: readonly Pool[]): Promise<void> {
  if (pools.length === 0) return
  await sql`insert into seating.pool (hall, tier, seated, capacity, sold, held, free, blocked)
    select ${hall}, tier, seated, capacity, 0, 0, capacity, blocked
    from unnest(${list(pools.map(p => p.tier))}, ${pools.map(p => p.seated)}::bool[], ${ints(pools.map(p => p.capacity))}, ${ints(pools.map(p => p.blocked))}) as x(tier, seated, capacity, blocked)
    on conflict (hall, tier) do update set seated = excluded.seated, capacity = excluded.capacity, free = excluded.capacity - pool.sold - pool.held, blocked = excluded.blocked`.execute(
    tx,
  )
}
export async function dropPools(tx: Tx, hall: string, tiers: readonly string[]): Promise<void> {
  if (tiers.length > 0) await sql`delete from seating.pool where hall = ${hall} and tier = any(${list(tiers)})`.execute(tx)
}

export async function readSeats(
  db: Read | Tx,
  hall: string,
): Promise<{ key: string; tier: string; state: SeatState; hold: string | null }[]> {
  const { rows } = await sql<{
    key: string
    tier: string
    state: SeatState
    hold: string | null
  }>`select key, tier, state, hold from seating.seat where hall = ${hall} order by key`.execute(db)
  return rows
}
/** States as few long texts: a hall has thousands of seats. `mine`: of holds of that person. */
export async function readStates(
  db: Read | Tx,
  hall: string,
  person: string | null,
): Promise<{ key: string; tier: string; state: SeatState; mine: boolean }[]> {
  const { rows } = await sql<{ tier: string; state: SeatState; mine: boolean; keys: string }>`
    select s.tier, s.state, s.hold is not null and h.id is not null as mine, string_agg(s.key, ' ') as keys
    from seating.seat s left join seating.hold h on h.id = s.hold and h.person = ${person} and h.hall = ${hall}
    where s.hall = ${hall} group by 1, 2, 3`.execute(db)
  return rows.flatMap(({ keys, tier, state, mine }) => keys.split(' ').map(key => ({ key, tier, state, mine })))
}
/** Seats that are free, by tier: under the locks of the tiers this is the truth. */
export async function freeSeats(tx: Tx, halls: readonly string[]): Promise<{ hall: string; tier: string; keys: string[] }[]> {
  const { rows } = await sql<{ hall: string; tier: string; keys: string }>`
    select hall, tier, string_agg(key, ' ') as keys from seating.seat where hall = any(${list(halls)}) and state = 'free' group by 1, 2`.execute(
    tx,
  )
  return rows.map(row => ({ ...row, keys: row.keys.split(' ') }))
}
export async function putSeats(tx: Tx, hall: string, seats: readonly { key: string; tier: string }[]): Promise<void> {
  if (seats.length === 0) return
  await sql`insert into seating.seat (hall, key, tier) select ${hall}, key, tier
    from unnest(${list(seats.map(s => s.key))}, ${list(seats.map(s => s.tier))}) as x(key, tier)
    on conflict (hall, key) do update set tier = excluded.tier where seat.tier <> excluded.tier`.execute(tx)
}
export async function dropSeats(tx: Tx, hall: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0)
    await sql`delete from seating.seat where hall = ${hall} and key = any(${list(keys)}) and state in ('free', 'blocked')`.execute(tx)
}

/** Takes free seats out of the sale or puts them back; the tiers' locks are held. Gives those that changed. */
export async function setBlocked(tx: Tx, hall: string, keys: readonly string[], blocked: boolean): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    with s as (update seating.seat set state = ${blocked ? 'blocked' : 'free'} where hall = ${hall} and key = any(${list(keys)}) and state = ${blocked ? 'free' : 'blocked'}
        returning key, tier),
      p as (update seating.pool p set capacity = capacity + d.n, free = free + d.n, blocked = blocked - d.n
        from (select tier, count(*)::int * ${blocked ? -1 : 1} as n from s group by 1) d where p.hall = ${hall} and p.tier = d.tier)
    select key from s order by key`.execute(tx)
  return rows.map(row => row.key)
}
/** Makes a standing tier larger or smaller; the database refuses less than is held and sold. */
export async function setCapacity(tx: Tx, hall: string, tier: string, capacity: number): Promise<boolean> {
  const { numAffectedRows } = await sql`update seating.pool set capacity = ${capacity}, free = ${capacity} - sold - held
    where hall = ${hall} and tier = ${tier} and not seated and sold + held <= ${capacity}`.execute(tx)
  return numAffectedRows === 1n
}
