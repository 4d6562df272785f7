/** SQL of holds: who has what until when. All set-based: a statement for many buyers, under the locks of the tiers they want. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PartState = 'held' | 'sold' | 'released' | 'expired'
export type Part = {
  hold: string
  hall: string
  person: string
  tier: string
  state: PartState
  count: number
  back: number
  seats: string[]
  line: string | null
  until: Date
}
export type HoldRow = { id: string; hall: string; person: string; until: Date; request: string }
const list = (items: readonly string[]) => sql`${[...items]}::text[]`
const ints = (items: readonly number[]) => sql`${[...items]}::int[]`
const columns = sql`p.hold, p.hall, h.person, p.tier, p.state, p.count, p.back, p.seats, p.line, p.until`

export async function readHolds(db: Read | Tx, ids: readonly string[]): Promise<HoldRow[]> {
  const { rows } = await sql<HoldRow>`select id, hall, person, until, request from seating.hold where id = any(${list(ids)})`.execute(db)
  return rows
}
export async function partsOfHolds(db: Read | Tx, holds: readonly string[]): Promise<Part[]> {
  const { rows } =
    await sql<Part>`select ${columns} from seating.hold_part p join seating.hold h on h.id = p.hold where p.hold = any(${list(holds)}) order by p.hold, p.tier`.execute(
      db,
    )
  return rows
}
export async function partsOfLines(db: Read | Tx, lines: readonly string[]): Promise<Part[]> {
  const { rows } =
    await sql<Part>`select ${columns} from seating.hold_part p join seating.hold h on h.id = p.hold where p.line = any(${list(lines)}) order by p.hold, p.tier`.execute(
      db,
    )
  return rows
}
/** What somebody holds in a hall now and has not ordered yet. */
export async function aliveOf(db: Read | Tx, hall: string, persons: readonly string[], at: Date): Promise<Part[]> {
  const { rows } = await sql<Part>`select ${columns} from seating.hold h join seating.hold_part p on p.hold = h.id
    where h.hall = ${hall} and h.person = any(${list(persons)}) and p.state = 'held' and p.until > ${at} order by p.hold, p.tier`.execute(
    db,
  )
  return rows
}
/** Held longer than agreed, oldest first: of these halls, or of all. */
export async function lapsed(db: Read | Tx, at: Date, most: number, halls?: readonly string[]): Promise<Part[]> {
  const { rows } = await sql<Part>`select ${columns} from seating.hold_part p join seating.hold h on h.id = p.hold
    where p.state = 'held' and p.until <= ${at} ${halls === undefined ? sql`` : sql`and p.hall = any(${list(halls)})`} order by p.until limit ${most}`.execute(
    db,
  )
  return rows
}

type Change = { hall: string; tier: string; n: number }
const summed = (parts: readonly { hall: string; tier: string; count: number }[]): Change[] => {
  const by = new Map<string, Change>()
  for (const { hall, tier, count } of parts) {
    const one = by.get(`${hall} ${tier}`)
    if (one === undefined) by.set(`${hall} ${tier}`, { hall, tier, n: count })
    else one.n += count
  }
  return [...by.values()]
}
const changes = (all: readonly Change[]) =>
  sql`unnest(${list(all.map(c => c.hall))}, ${list(all.map(c => c.tier))}, ${ints(all.map(c => c.n))}) as d(hall, tier, n)`

/** Their seats, named one by one: Postgres finds each by its key. */
const seatsOf = (parts: readonly { hold: string; hall: string; tier: string; seats: readonly string[] }[]) => {
  const all = parts.flatMap(part => part.seats.map(key => ({ key, part })))
  return sql`unnest(${list(all.map(one => one.part.hall))}, ${list(all.map(one => one.key))}, ${list(all.map(one => one.part.hold))},
    ${list(all.map(one => one.part.tier))}) as d(hall, key, hold, tier)`
}

const seatCount = (parts: readonly { seats: readonly string[] }[]): number => parts.reduce((sum, part) => sum + part.seats.length, 0)

export type Taken = {
  hold: string
  hall: string
  person: string
  until: Date
  request: string
  parts: { tier: string; count: number; seats: string[] }[]
}
/** Writes what was decided under the locks: one statement, whatever the number of buyers. Fails as a whole when anything of it is not free. */
export async function takeAll(tx: Tx, taken: readonly Taken[], at: Date): Promise<void> {
  const parts = taken.flatMap(({ hold, hall, until, parts: own }) => own.map(part => ({ ...part, hold, hall, until })))
  const pools = summed(parts)
  const { rows } = await sql<{ pools: number; seats: number }>`
    with p as (update seating.pool p set free = p.free - d.n, held = p.held + d.n from ${changes(pools)} where p.hall = d.hall and p.tier = d.tier returning 1),
      s as (update seating.seat s set state = 'held', hold = d.hold
        from ${seatsOf(parts)}
        where s.hall = d.hall and s.key = d.key and s.tier = d.tier and s.state = 'free' returning 1),
      h as (insert into seating.hold (id, hall, person, until, request, created_at)
        select id, hall, person, until, request, ${at} from unnest(${list(taken.map(t => t.hold))}, ${list(taken.map(t => t.hall))}, ${list(taken.map(t => t.person))},
          ${taken.map(t => t.until)}::timestamptz[], ${list(taken.map(t => t.request))}) as x(id, hall, person, until, request)),
      q as (insert into seating.hold_part (hold, hall, tier, count, seats, until, at)
        select hold, hall, tier, count, string_to_array(seats, ' '), until, ${at}
        from unnest(${list(parts.map(p => p.hold))}, ${list(parts.map(p => p.hall))}, ${list(parts.map(p => p.tier))}, ${ints(parts.map(p => p.count))},
          ${list(parts.map(p => p.seats.join(' ')))}, ${parts.map(p => p.until)}::timestamptz[]) as x(hold, hall, tier, count, seats, until))
    select (select count(*)::int from p) as pools, (select count(*)::int from s) as seats`.execute(tx)
  if (rows[0]?.pools !== pools.length || rows[0].seats !== seatCount(parts)) throw new Error('places were taken that are not there')
}
/** Held again what had lapsed or was let go: pools and seats are free (the caller looked under the locks). */
export async function takeAgain(tx: Tx, parts: readonly Part[], until: Date, at: Date): Promise<void> {
  const pools = summed(parts)
  const { rows } = await sql<{ seats: number; parts: number }>`
    with p as (update seating.pool p set free = p.free - d.n, held = p.held + d.n from ${changes(pools)} where p.hall = d.hall and p.tier = d.tier),
      s as (update seating.seat s set state = 'held', hold = d.hold
        from ${seatsOf(parts)}
        where s.hall = d.hall and s.key = d.key and s.state = 'free' returning 1),
      q as (update seating.hold_part q set state = 'held', until = ${until}, at = ${at}
        from unnest(${list(parts.map(p => p.hold))}, ${list(parts.map(p => p.tier))}) as d(hold, tier)
        where q.hold = d.hold and q.tier = d.tier and q.state in ('released', 'expired') returning 1)
    select (select count(*)::int from s) as seats, (select count(*)::int from q) as parts`.execute(tx)
  if (rows[0]?.seats !== seatCount(parts) || rows[0].parts !== parts.length) throw new Error('places were taken again that are not there')
}
/** Lets go of what is held, once: whatever is not held any more is left alone; as expired only what lapsed. Gives what came back. */
export async function letGo(tx: Tx, parts: readonly Part[], how: 'released' | 'expired', at: Date): Promise<Part[]> {
  if (parts.length === 0) return []
  const { rows } = await sql<Part>`
    with q as (update seating.hold_part q set state = ${how}, at = ${at}
        from unnest(${list(parts.map(p => p.hold))}, ${list(parts.map(p => p.tier))}) as d(hold, tier)
        where q.hold = d.hold and q.tier = d.tier and q.state = 'held' ${how === 'expired' ? sql`and q.until <= ${at}` : sql``}
        returning q.hold, q.hall, q.tier, q.state, q.count, q.back, q.seats, q.line, q.until),
      s as (update seating.seat s set state = 'free', hold = null from q join ${seatsOf(parts)} on d.hold = q.hold and d.tier = q.tier
        where s.hall = d.hall and s.key = d.key and s.hold = d.hold and s.state = 'held'),
      p as (update seating.pool p set held = p.held - d.n, free = p.free + d.n
        from (select hall, tier, sum(count)::int as n from q group by 1, 2) d where p.hall = d.hall and p.tier = d.tier)
    select q.*, '' as person from q`.execute(tx)
  return rows
}
export async function sell(tx: Tx, parts: readonly Part[], at: Date): Promise<void> {
  const { rows } = await sql<{ parts: number }>`
    with q as (update seating.hold_part q set state = 'sold', at = ${at}
        from unnest(${list(parts.map(p => p.hold))}, ${list(parts.map(p => p.tier))}) as d(hold, tier)
        where q.hold = d.hold and q.tier = d.tier and q.state = 'held' returning 1),
      s as (update seating.seat s set state = 'sold' from ${seatsOf(parts)} where s.hall = d.hall and s.key = d.key and s.hold = d.hold and s.state = 'held'),
      p as (update seating.pool p set held = p.held - d.n, sold = p.sold + d.n from ${changes(summed(parts))} where p.hall = d.hall and p.tier = d.tier)
    select count(*)::int as parts from q`.execute(tx)
  if (rows[0]?.parts !== parts.length) throw new Error('something was sold that is not held')
}
export type Back = { hold: string; hall: string; tier: string; count: number; seats: string[] }
/** Sold places come back to the sale. The database refuses more than were sold. */
export async function takeBack(tx: Tx, all: readonly Back[], at: Date): Promise<void> {
  await sql`
    with q as (update seating.hold_part q set back = q.back + d.n, at = ${at}
        from unnest(${list(all.map(b => b.hold))}, ${list(all.map(b => b.tier))}, ${ints(all.map(b => b.count))}) as d(hold, tier, n)
        where q.hold = d.hold and q.tier = d.tier and q.state = 'sold'),
      s as (update seating.seat s set state = 'free', hold = null
        from ${seatsOf(all)}
        where s.hall = d.hall and s.key = d.key and s.hold = d.hold and s.state = 'sold')
    update seating.pool p set sold = p.sold - d.n, free = p.free + d.n from ${changes(summed(all))} where p.hall = d.hall and p.tier = d.tier`.execute(
    tx,
  )
}
/** Which of these seats are still theirs. */
export async function soldSeats(tx: Tx, holds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{
    hall: string
    key: string
    hold: string
  }>`select hall, key, hold from seating.seat where hold = any(${list(holds)}) and state = 'sold'`.execute(tx)
  return new Map(rows.map(row => [`${row.hall} ${row.key}`, row.hold]))
}
export async function bind(tx: Tx, all: readonly { hold: string; tier: string; line: string; until: Date }[], at: Date): Promise<void> {
  await sql`
    with q as (update seating.hold_part q set line = d.line, until = greatest(q.until, d.until), at = ${at}
        from unnest(${list(all.map(b => b.hold))}, ${list(all.map(b => b.tier))}, ${list(all.map(b => b.line))}, ${all.map(b => b.until)}::timestamptz[]) as d(hold, tier, line, until)
        where q.hold = d.hold and q.tier = d.tier and q.state = 'held')
    select 1`.execute(tx)
}
/** Only what is still held, and never to an earlier time. Gives the holds. */
export async function extend(tx: Tx, all: readonly { hold: string; until: Date }[], at: Date): Promise<Set<string>> {
  const { rows } = await sql<{ hold: string }>`
    with d as (select * from unnest(${list(all.map(b => b.hold))}, ${all.map(b => b.until)}::timestamptz[]) as x(hold, until)),
      q as (update seating.hold_part q set until = greatest(q.until, d.until) from d where q.hold = d.hold and q.state = 'held' and q.until > ${at} returning q.hold),
      h as (update seating.hold h set until = greatest(h.until, d.until) from d where h.id = d.hold and exists (select from q where q.hold = h.id))
    select distinct hold from q`.execute(tx)
  return new Set(rows.map(row => row.hold))
}
/** What orders that were never written had bound is their buyers' hold again, until the time that was agreed with them. */
export async function unbind(tx: Tx, lines: readonly string[], at: Date): Promise<void> {
  await sql`update seating.hold_part q set line = null, until = h.until, at = ${at} from seating.hold h
    where h.id = q.hold and q.line = any(${list(lines)}) and q.state = 'held'`.execute(tx)
}
