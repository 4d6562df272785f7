/** SQL of the waiting list, of the guest list and of lotteries. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { CardRow } from './store.ts'

export type WaitState = 'waiting' | 'offered' | 'bought' | 'missed' | 'left'
export type WaitRow = {
  id: string
  show: string
  tier: string
  person: string
  count: number
  fewer: boolean
  state: WaitState
  rank: bigint
  hold: string | null
  offered: number | null
  until: Date | null
  won: boolean
  at: Date
  ahead: number | null
}
const fields = sql`w.id, w.show, w.tier, w.person, w.count::int as count, w.fewer, w.state, w.rank, w.hold, w.offered, w.until, w.won, w.at,
  case when w.state = 'waiting' then (select count(*)::int from shows.waiting b where b.tier = w.tier and b.state = 'waiting' and (b.rank, b.id) < (w.rank, w.id)) end as ahead`

/** undefined: the id is taken. 'twice': one waits for this tier already. */
export async function insertWaiting(
  tx: Tx,
  row: Pick<WaitRow, 'id' | 'show' | 'tier' | 'person' | 'count' | 'fewer'> & { rank?: bigint; at: Date },
): Promise<boolean> {
  const made = await sql`insert into shows.waiting (id, show, tier, person, count, fewer, rank, at, changed_at)
    values (${row.id}, ${row.show}, ${row.tier}, ${row.person}, ${row.count}, ${row.fewer}, ${row.rank ?? BigInt(row.at.getTime()) * 1000n}, ${row.at}, ${row.at}) on conflict do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
export async function readWaiting(db: Read | Tx, id: string, lock = false): Promise<WaitRow | undefined> {
  if (lock) await sql`select from shows.waiting where id = ${id} for update`.execute(db)
  const { rows } = await sql<WaitRow>`select ${fields} from shows.waiting w where w.id = ${id}`.execute(db)
  return rows[0]
}
export async function waitingOf(db: Read | Tx, person: string, show?: string): Promise<WaitRow[]> {
  const { rows } =
    await sql<WaitRow>`select ${fields} from shows.waiting w where w.person = ${person} ${show === undefined ? sql`` : sql`and w.show = ${show}`}
    order by w.at desc, w.id desc limit 200`.execute(db)
  return rows
}
export async function setWaiting(
  tx: Tx,
  id: string,
  from: WaitState,
  to: 'waiting' | 'missed' | 'left' | 'bought',
  at: Date,
): Promise<boolean> {
  const done =
    await sql`update shows.waiting set state = ${to}, changed_at = ${at} ${to === 'waiting' ? sql`, hold = null, offered = null, until = null` : sql``}
    where id = ${id} and state = ${from}`.execute(tx)
  return done.numAffectedRows === 1n
}
/** The offers that stand on these holds are taken. */
export async function boughtOf(tx: Tx, holds: readonly string[], at: Date): Promise<void> {
  await sql`update shows.waiting set state = 'bought', changed_at = ${at} where hold = any(${[...holds]}::text[]) and state in ('offered', 'missed')`.execute(
    tx,
  )
}
/** The first in line who would take what is free. */
export async function nextWaiting(tx: Tx, tier: string, free: number): Promise<WaitRow | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from shows.waiting where tier = ${tier} and state = 'waiting' and (fewer or count <= ${free}) order by rank, id limit 1 for update`.execute(
    tx,
  )
  return rows[0] === undefined ? undefined : readWaiting(tx, rows[0].id)
}
export async function offerTo(tx: Tx, id: string, to: { hold: string; count: number; until: Date; won: boolean; at: Date }): Promise<void> {
  await sql`update shows.waiting set state = 'offered', hold = ${to.hold}, offered = ${to.count}, until = ${to.until}, won = ${to.won}, changed_at = ${to.at} where id = ${id}`.execute(
    tx,
  )
}
/** Offers of a tier, or all whose time is over; a hold that never came to be is made anew. */
export async function openOffers(db: Read | Tx, tier: string): Promise<(WaitRow & { holdState: string | null })[]> {
  const { rows } = await sql<
    WaitRow & { holdState: string | null }
  >`select ${fields}, (select state from seating.public_part p where p.hold = w.hold and p.tier = w.tier) as "holdState"
    from shows.waiting w where w.tier = ${tier} and w.state = 'offered' order by w.rank, w.id`.execute(db)
  return rows
}
/** Tiers where something is to be done: an offer ran out, or there is room for who waits. */
export async function tiersToServe(db: Read, now: Date): Promise<string[]> {
  const { rows } = await sql<{ tier: string }>`
    select distinct w.tier from shows.waiting w where w.state = 'offered' and w.until <= ${now}
    union select distinct w.tier from shows.waiting w join shows.show s on s.id = w.show and s.state = 'on_sale' and s.starts_at > ${now}
      join seating.public_pool o on o.hall = s.hall and o.tier = w.tier and o.free > 0 where w.state = 'waiting' limit 500`.execute(db)
  return rows.map(row => row.tier)
}

export type GuestRow = { id: string; show: string; name: string; plus: number; tier: string | null; note: string; vip: boolean }
export async function listGuests(db: Read | Tx, show: string): Promise<GuestRow[]> {
  const { rows } =
    await sql<GuestRow>`select id, show, name, plus::int as plus, tier, note, vip from shows.guest where show = ${show} and state = 'listed' order by vip desc, name, id limit 5000`.execute(
      db,
    )
  return rows
}
/** False when the id is another show's. */
export async function putGuest(tx: Tx, row: GuestRow, by: string, at: Date): Promise<boolean> {
  const done = await sql`insert into shows.guest (id, show, name, plus, tier, note, vip, by, at, changed_at)
    values (${row.id}, ${row.show}, ${row.name}, ${row.plus}, ${row.tier}, ${row.note}, ${row.vip}, ${by}, ${at}, ${at})
    on conflict (id) do update set name = excluded.name, plus = excluded.plus, tier = excluded.tier, note = excluded.note, vip = excluded.vip, state = 'listed', changed_at = excluded.changed_at
      where guest.show = excluded.show`.execute(tx)
  return done.numAffectedRows === 1n
}
export async function removeGuest(tx: Tx, show: string, id: string, at: Date): Promise<boolean> {
  const done =
    await sql`update shows.guest set state = 'removed', changed_at = ${at} where id = ${id} and show = ${show} and state = 'listed'`.execute(
      tx,
    )
  return done.numAffectedRows === 1n
}
export async function countGuests(db: Read | Tx, show: string): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select coalesce(sum(plus + 1), 0)::int as n from shows.guest where show = ${show} and state = 'listed'`.execute(db)
  return rows[0]!.n
}

// Free tickets.

export async function insertGiven(tx: Tx, show: string, hold: string, tickets: readonly string[]): Promise<void> {
  await sql`insert into shows.given (ticket, hold, show) select t, ${hold}, ${show} from unnest(${[...tickets]}::text[]) as x(t)`.execute(
    tx,
  )
}
export async function givenOf(db: Read | Tx, hold: string): Promise<string[]> {
  const { rows } = await sql<{ ticket: string }>`select ticket from shows.given where hold = ${hold} order by ticket`.execute(db)
  return rows.map(row => row.ticket)
}
export async function holdsGiven(db: Read | Tx, tickets: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{
    ticket: string
    hold: string
  }>`select ticket, hold from shows.given where ticket = any(${[...tickets]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.ticket, row.hold]))
}

// Lotteries.

export type LotteryRow = {
  show: string
  opensAt: Date
  closesAt: Date
  hours: number
  state: 'draft' | 'open' | 'drawn' | 'void'
  places: number | null
  commitment: string | null
  rules: string | null
  rulesDigest: string | null
  publishedAt: Date | null
  sealed: Buffer | null
  digest: string | null
  closedAt: Date | null
  seed: string | null
  drawnAt: Date | null
  entrants: number
}
const lottery = sql`l.show, l.opens_at as "opensAt", l.closes_at as "closesAt", l.hours::int as hours, l.state, l.places, l.commitment, l.rules, l.rules_digest as "rulesDigest",
  l.published_at as "publishedAt", l.sealed, l.digest, l.closed_at as "closedAt", l.seed, l.drawn_at as "drawnAt", (select count(*)::int from shows.entrant e where e.show = l.show and not e.withdrawn) as entrants`
export type SoonRow = Pick<
  CardRow,
  'id' | 'title' | 'picture' | 'place' | 'city' | 'zone' | 'startsAt' | 'state' | 'currency' | 'low' | 'capacity' | 'free'
> & { today: boolean; until: Date | null }
/** Nothing lasts longer than two weeks; whatever the zone, today begins within a day and a half. */
const lastsMs = 14 * 86_400_000
const todayMs = 36 * 3_600_000
/**
 * Shows that are going to be: the soonest to end, and those of several days that go on or begin today, which many short ones would push out. By the index
 * `show_due`; figures of what everybody can buy.
 */
export async function listSoon(db: Read, now: Date, limit: number): Promise<SoonRow[]> {
  const { rows } = await sql<SoonRow>`
    select s.id, s.title, s.picture, s.place, s.city, s.zone, s.starts_at as "startsAt", s.state, s.currency, f.low, coalesce(f.capacity, 0)::int as capacity,
      coalesce(f.free, 0)::int as free, (s.starts_at at time zone s.zone)::date <= (${now}::timestamptz at time zone s.zone)::date as today,
      case when (s.starts_at at time zone s.zone)::date < (${now}::timestamptz at time zone s.zone)::date then s.ends_at end as until
    from (with due as not materialized (select * from shows.show where state in ('announced', 'on_sale') and not hidden and not date_open and ends_at > ${now})
      select * from due where id in (select id from (select id from due order by ends_at limit ${limit}) soon union
        select id from (select id from due where ends_at < ${new Date(now.getTime() + todayMs + lastsMs)} and starts_at < ${new Date(now.getTime() + todayMs)} order by starts_at limit ${limit}) long)) s
    left join lateral (select min(t.price) as low, sum(o.capacity) as capacity, sum(o.free) as free
      from shows.tier t left join seating.public_pool o on o.hall = s.hall and o.tier = t.id where t.show = s.id and not t.secret and t.state = 'open') f on true`.execute(
    db,
  )
  return rows
}

export async function readLottery(db: Read | Tx, show: string): Promise<LotteryRow | undefined> {
  const { rows } = await sql<LotteryRow>`select ${lottery} from shows.lottery l where l.show = ${show}`.execute(db)
  return rows[0]
}
/** Entrants of one lottery come one after the other: their numbers have no gaps. */
export async function lockLottery(tx: Tx, show: string): Promise<LotteryRow | undefined> {
  await sql`select from shows.lottery where show = ${show} for update`.execute(tx)
  return readLottery(tx, show)
}
export async function putLottery(tx: Tx, row: Pick<LotteryRow, 'show' | 'opensAt' | 'closesAt' | 'hours'>): Promise<boolean> {
  const done =
    await sql`insert into shows.lottery (show, opens_at, closes_at, hours) values (${row.show}, ${row.opensAt}, ${row.closesAt}, ${row.hours})
    on conflict (show) do update set opens_at = excluded.opens_at, closes_at = excluded.closes_at, hours = excluded.hours where lottery.state = 'draft'`.execute(
      tx,
    )
  return done.numAffectedRows === 1n
}
export async function publishLottery(
  tx: Tx,
  show: string,
  to: { places: number; commitment: string; rules: string; rulesDigest: string; sealed: Buffer; at: Date },
): Promise<void> {
  await sql`update shows.lottery set state = 'open', places = ${to.places}, commitment = ${to.commitment}, rules = ${to.rules}, rules_digest = ${to.rulesDigest},
    sealed = ${to.sealed}, published_at = ${to.at} where show = ${show}`.execute(tx)
}
export async function finishLottery(
  tx: Tx,
  show: string,
  to: { state: 'drawn' | 'void'; seed: string; digest: string; at: Date },
): Promise<void> {
  await sql`update shows.lottery set state = ${to.state}, seed = ${to.seed}, sealed = null, digest = ${to.digest}, closed_at = ${to.at},
    drawn_at = ${to.state === 'drawn' ? to.at : null}::timestamptz where show = ${show}`.execute(tx)
}
export async function dueLotteries(db: Read, now: Date): Promise<string[]> {
  const { rows } = await sql<{
    show: string
  }>`select show from shows.lottery where state = 'open' and closes_at <= ${now} order by closes_at limit 500`.execute(db)
  return rows.map(row => row.show)
}

export type EntrantRow = {
  id: string
  show: string
  person: string
  tag: string
  salt: string
  count: number
  tiers: string[]
  number: number
  withdrawn: boolean
  drawn: number | null
  tier: string | null
  /** Where they stand on the list that the draw made. */
  waiting: string | null
}
const own = sql`e.id, e.show, e.person, e.tag, e.salt, e.count::int as count, e.tiers, e.number, e.withdrawn, e.drawn, e.tier,
  (select w.id from shows.waiting w where w.show = e.show and w.person = e.person order by w.at desc limit 1) as waiting`
export async function readEntrant(db: Read | Tx, show: string, person: string): Promise<EntrantRow | undefined> {
  const { rows } = await sql<EntrantRow>`select ${own} from shows.entrant e where e.show = ${show} and e.person = ${person}`.execute(db)
  return rows[0]
}
/** The next number for who is new; changed for who is in it, or comes back with another id (name and number stay). False: the id is another one's. The lottery is locked. */
export async function putEntrant(
  tx: Tx,
  row: Pick<EntrantRow, 'id' | 'show' | 'person' | 'tag' | 'salt' | 'count' | 'tiers'> & { at: Date },
): Promise<boolean> {
  const done = await sql`insert into shows.entrant (id, show, person, tag, salt, count, tiers, number, at)
    select ${row.id}, ${row.show}, ${row.person}, ${row.tag}, ${row.salt}, ${row.count}, ${row.tiers}, coalesce(max(number), 0) + 1, ${row.at} from shows.entrant where show = ${row.show}
    having not exists (select from shows.entrant o where o.id = ${row.id} and (o.show <> ${row.show} or o.person <> ${row.person}))
    on conflict (show, person) do update set id = excluded.id, count = excluded.count, tiers = excluded.tiers, withdrawn = false where entrant.id = excluded.id or entrant.withdrawn`.execute(
    tx,
  )
  return done.numAffectedRows === 1n
}
export async function withdrawEntrant(tx: Tx, show: string, person: string): Promise<void> {
  await sql`update shows.entrant set withdrawn = true where show = ${show} and person = ${person}`.execute(tx)
}
export async function entrantsOf(db: Read | Tx, show: string): Promise<EntrantRow[]> {
  const { rows } = await sql<EntrantRow>`select ${own} from shows.entrant e where e.show = ${show} order by e.number`.execute(db)
  return rows
}
export async function setDrawn(tx: Tx, show: string, drawn: readonly { tag: string; drawn: number; tier: string | null }[]): Promise<void> {
  await sql`update shows.entrant e set drawn = x.drawn, tier = x.tier from jsonb_to_recordset(${JSON.stringify(drawn)}::jsonb) as x(tag text, drawn int, tier text)
    where e.show = ${show} and e.tag = x.tag`.execute(tx)
}
export async function drawnOf(db: Read | Tx, show: string): Promise<{ drawn: number; tag: string }[]> {
  const { rows } = await sql<{
    drawn: number
    tag: string
  }>`select drawn, tag from shows.entrant where show = ${show} and drawn is not null order by drawn`.execute(db)
  return rows
}
