/** All SQL of raffles. */
import { sql, type RawBuilder } from 'kysely'
import type { RaffleEntry, Winner } from '../../shared/raffle-draw.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type RaffleState = 'draft' | 'open' | 'closed' | 'drawn' | 'void'
export type PrizeRow = { position: number; reward: string; title: string; quantity: number; picture: string | null; accent: string | null }
export type RaffleRow = {
  id: string
  group: string
  groupName: string
  groupHandle: string
  title: string
  about: string
  state: RaffleState
  opensAt: Date
  closesAt: Date
  drawBy: Date
  points: number
  mostTickets: number
  onePrize: boolean
  minLevel: number
  minDays: number
  minAge: number
  regions: string[] | null
  /** Null: published before raffles had a line. */
  claimDays: number | null
  passDays: number | null
  outside: string | null
  outsideFrom: Date | null
  outsideValue: string | null
  outsideBy: string | null
  outsideByName: string | null
  outsideAt: Date | null
  commitment: string | null
  rules: string | null
  rulesDigest: string | null
  publishedBy: string | null
  publishedAt: Date | null
  tickets: number
  people: number
  digest: string | null
  closedAt: Date | null
  seed: string | null
  drawnAt: Date | null
  reason: string
  prizes: PrizeRow[]
}

const columns: RawBuilder<unknown> = sql`f.id, f.group_id as "group", g.name as "groupName", g.handle as "groupHandle", f.title, f.about, f.state, f.opens_at as "opensAt",
  f.closes_at as "closesAt", f.draw_by as "drawBy", f.points, f.most_tickets as "mostTickets", f.one_prize as "onePrize", f.min_level as "minLevel", f.min_days as "minDays",
  f.min_age as "minAge", f.regions, f.claim_days::int as "claimDays", f.pass_days::int as "passDays", f.outside, f.outside_from as "outsideFrom", f.outside_value as "outsideValue", f.outside_by as "outsideBy",
  (select name from people.public_party where id = f.outside_by) as "outsideByName", f.outside_at as "outsideAt", f.commitment, f.rules, f.rules_digest as "rulesDigest",
  f.published_by as "publishedBy", f.published_at as "publishedAt", f.tickets, f.people, f.digest, f.closed_at as "closedAt", f.seed, f.drawn_at as "drawnAt", f.reason,
  (select coalesce(json_agg(json_build_object('position', p.position, 'reward', p.reward, 'title', p.title, 'quantity', p.quantity, 'picture', w.picture,
      'accent', (select accent from media.public_image where asset = w.picture)) order by p.position), '[]')
    from raffles.prize p join rewards.public_reward w on w.id = p.reward where p.raffle = f.id) as prizes`
const tables = sql`raffles.raffle f join groups.public_group g on g.id = f.group_id`

export async function readRaffle(db: Read, id: string): Promise<RaffleRow | undefined> {
  const { rows } = await sql<RaffleRow>`select ${columns} from ${tables} where f.id = ${id}`.execute(db)
  return rows[0]
}
/** Its row's lock, then the row. */
export async function lockRaffle(tx: Tx, id: string): Promise<RaffleRow | undefined> {
  await sql`select 1 from raffles.raffle where id = ${id} for update`.execute(tx)
  return readRaffle(tx, id)
}
export async function listRaffles(
  db: Read,
  group: string,
  person: string | null,
  drafts: boolean,
): Promise<(RaffleRow & { mine: number })[]> {
  const { rows } = await sql<RaffleRow & { mine: number }>`
    select ${columns}, coalesce((select tickets from raffles.entrant e where e.raffle = f.id and e.person = ${person}), 0) as mine
    from ${tables} where f.group_id = ${group} ${drafts ? sql`` : sql`and f.state <> 'draft'`}
    order by case f.state when 'open' then 0 when 'closed' then 0 when 'draft' then 1 else 2 end,
      case when f.state in ('open', 'closed') then f.closes_at end, f.closes_at desc, f.id desc limit 100`.execute(db)
  return rows
}

export type GivenRaffle = Pick<
  RaffleRow,
  | 'id'
  | 'title'
  | 'about'
  | 'opensAt'
  | 'closesAt'
  | 'drawBy'
  | 'points'
  | 'mostTickets'
  | 'onePrize'
  | 'minLevel'
  | 'minDays'
  | 'minAge'
  | 'regions'
  | 'claimDays'
  | 'passDays'
  | 'outside'
  | 'outsideFrom'
>
/** Makes a draft or changes one; false when the id is somebody else's. The caller holds its lock where it is there. */
export async function saveDraft(
  tx: Tx,
  row: GivenRaffle,
  prizes: readonly { reward: string; title: string; quantity: number }[],
  by: { group: string; person: string; at: Date },
): Promise<boolean> {
  const made = await sql`
    insert into raffles.raffle (id, group_id, title, about, opens_at, closes_at, draw_by, points, most_tickets, one_prize, min_level, min_days, min_age, regions, claim_days, pass_days, outside,
      outside_from, created_by, created_at, changed_at)
    values (${row.id}, ${by.group}, ${row.title}, ${row.about}, ${row.opensAt}, ${row.closesAt}, ${row.drawBy}, ${row.points}, ${row.mostTickets}, ${row.onePrize},
      ${row.minLevel}, ${row.minDays}, ${row.minAge}, ${row.regions}, ${row.claimDays}, ${row.passDays}, ${row.outside}, ${row.outsideFrom}, ${by.person}, ${by.at}, ${by.at})
    on conflict (id) do update set title = excluded.title, about = excluded.about, opens_at = excluded.opens_at, closes_at = excluded.closes_at, draw_by = excluded.draw_by,
      points = excluded.points, most_tickets = excluded.most_tickets, one_prize = excluded.one_prize, min_level = excluded.min_level, min_days = excluded.min_days,
      min_age = excluded.min_age, regions = excluded.regions, claim_days = excluded.claim_days, pass_days = excluded.pass_days, outside = excluded.outside, outside_from = excluded.outside_from, changed_at = excluded.changed_at
      where raffle.group_id = excluded.group_id and raffle.state = 'draft'`.execute(tx)
  if (made.numAffectedRows !== 1n) return false
  await sql`delete from raffles.prize where raffle = ${row.id}`.execute(tx)
  await sql`
    insert into raffles.prize (raffle, position, reward, title, quantity)
    select ${row.id}, n, reward, title, quantity
    from unnest(${prizes.map(p => p.reward)}::text[], ${prizes.map(p => p.title)}::text[], ${prizes.map(p => p.quantity)}::int[]) with ordinality as x(reward, title, quantity, n)`.execute(
    tx,
  )
  return true
}
export async function deleteDraft(tx: Tx, id: string): Promise<void> {
  await sql`delete from raffles.raffle where id = ${id} and state = 'draft'`.execute(tx)
}
export async function publishRaffle(
  tx: Tx,
  id: string,
  given: { commitment: string; sealed: Buffer; rules: string; rulesDigest: string; opensAt: Date; by: string; at: Date },
): Promise<void> {
  await sql`
    update raffles.raffle set state = 'open', commitment = ${given.commitment}, rules = ${given.rules}, rules_digest = ${given.rulesDigest}, opens_at = ${given.opensAt},
      published_by = ${given.by}, published_at = ${given.at}, changed_at = ${given.at} where id = ${id}`.execute(tx)
  await sql`insert into raffles.secret (raffle, sealed) values (${id}, ${given.sealed})`.execute(tx)
}
export async function readSealed(tx: Tx, id: string): Promise<Buffer | undefined> {
  const { rows } = await sql<{ sealed: Buffer }>`select sealed from raffles.secret where raffle = ${id}`.execute(tx)
  return rows[0]?.sealed
}

export type EntryRow = { id: string; raffle: string; person: string; first: number; tickets: number }
export async function readEntry(db: Read, id: string): Promise<EntryRow | undefined> {
  const { rows } = await sql<EntryRow>`select id, raffle, person, first, tickets from raffles.entry where id = ${id}`.execute(db)
  return rows[0]
}
export type MineRow = {
  tag: string
  salt: string
  tickets: number
  entries: { id: string; first: number; tickets: number }[]
  exchanges: string[]
}
export async function readMine(db: Read, raffle: string, person: string): Promise<MineRow | undefined> {
  const { rows } = await sql<MineRow>`
    select e.tag, e.salt, e.tickets,
      (select coalesce(json_agg(json_build_object('id', y.id, 'first', y.first, 'tickets', y.tickets) order by y.first), '[]')
        from raffles.entry y where y.raffle = e.raffle and y.person = e.person) as entries,
      array(select w.exchange from raffles.win w where w.raffle = e.raffle and w.person = e.person order by w.lapsed_at is not null, w.place) as exchanges
    from raffles.entrant e where e.raffle = ${raffle} and e.person = ${person}`.execute(db)
  return rows[0]
}
/** Takes the next numbers; undefined when entries are closed by now. */
export async function takeNumbers(tx: Tx, raffle: string, tickets: number, at: Date): Promise<number | undefined> {
  const { rows } = await sql<{ first: number }>`
    update raffles.raffle set tickets = tickets + ${tickets} where id = ${raffle} and state = 'open' and opens_at <= ${at} and closes_at > ${at}
    returning tickets - ${tickets} + 1 as first`.execute(tx)
  return rows[0]?.first
}
/** False where the tickets would be too many or the id is taken: all of it is to be undone. */
export async function insertEntry(
  tx: Tx,
  row: EntryRow & { points: bigint; at: Date },
  entrant: { tag: string; salt: string; most: number },
): Promise<boolean> {
  const { rows } = await sql<{ isNew: boolean }>`
    insert into raffles.entrant (raffle, person, tag, salt, tickets) values (${row.raffle}, ${row.person}, ${entrant.tag}, ${entrant.salt}, ${row.tickets})
    on conflict (raffle, person) do update set tickets = entrant.tickets + excluded.tickets where entrant.tickets + excluded.tickets <= ${entrant.most}
    returning tickets = ${row.tickets} as "isNew"`.execute(tx)
  if (rows[0] === undefined) return false
  if (rows[0].isNew) await sql`update raffles.raffle set people = people + 1 where id = ${row.raffle}`.execute(tx)
  const made = await sql`
    insert into raffles.entry (id, raffle, person, first, tickets, points, at)
    values (${row.id}, ${row.raffle}, ${row.person}, ${row.first}, ${row.tickets}, ${row.points}, ${row.at}) on conflict (id) do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
/** One entry of a person at a time. */
export async function lockEntrant(tx: Tx, raffle: string, person: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('raffle:' || ${raffle} || ${person}, 0))`.execute(tx)
}

/** The list of tickets in order, as it is published. */
export async function readEntries(db: Read, raffle: string): Promise<RaffleEntry[]> {
  const { rows } = await sql<{ tag: string; tickets: number }>`
    select e.tag, y.tickets from raffles.entry y join raffles.entrant e on e.raffle = y.raffle and e.person = y.person where y.raffle = ${raffle} order by y.first`.execute(
    db,
  )
  return rows.map(({ tag, tickets }): RaffleEntry => [tag, tickets])
}
export async function closeRaffle(tx: Tx, id: string, digest: string, at: Date): Promise<void> {
  await sql`update raffles.raffle set state = 'closed', digest = ${digest}, closed_at = ${at}, changed_at = ${at} where id = ${id}`.execute(
    tx,
  )
}
export async function setOutside(tx: Tx, id: string, value: string, by: string, at: Date): Promise<void> {
  await sql`update raffles.raffle set outside_value = ${value}, outside_by = ${by}, outside_at = ${at}, changed_at = ${at} where id = ${id}`.execute(
    tx,
  )
}
export async function personsOf(db: Read, raffle: string, tags: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{
    tag: string
    person: string
  }>`select tag, person from raffles.entrant where raffle = ${raffle} and tag = any(${[...tags]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.tag, row.person]))
}
export async function finishRaffle(
  tx: Tx,
  id: string,
  to: { state: 'drawn' | 'void'; seed: string; reason?: string; at: Date },
): Promise<void> {
  await sql`
    update raffles.raffle set state = ${to.state}, seed = ${to.seed}, reason = ${to.reason ?? ''}, drawn_at = ${to.state === 'drawn' ? to.at : null}::timestamptz, changed_at = ${to.at}
    where id = ${id}`.execute(tx)
  await sql`delete from raffles.secret where raffle = ${id}`.execute(tx)
}
/** `instead`: the place whose winner they come after; none: of the draw itself. */
export async function insertWins(
  tx: Tx,
  raffle: string,
  wins: readonly (Winner & { person: string; exchange: string; instead?: number })[],
  at: Date,
): Promise<void> {
  if (wins.length === 0) return
  await sql`
    insert into raffles.win (raffle, place, prize, ticket, person, exchange, at, instead)
    select ${raffle}, place, prize, ticket, person, exchange, ${at}::timestamptz, instead
    from jsonb_to_recordset(${JSON.stringify(wins)}::jsonb) as x(place int, prize smallint, ticket int, person text, exchange text, instead int)`.execute(
    tx,
  )
}
export type WinRow = Winner & {
  person: string
  exchange: string
  at: Date
  instead: number | null
  lapsedAt: Date | null
  until: Date | null
}
/** `until`: to be claimed until then. */
export async function readWins(db: Read, raffle: string): Promise<WinRow[]> {
  const { rows } = await sql<WinRow>`
    select w.place, w.prize::int as prize, w.ticket, e.tag, w.person, w.exchange, w.at, w.instead, w.lapsed_at as "lapsedAt", case when x.state = 'claim' then x.until end as until
    from raffles.win w join raffles.entrant e on e.raffle = w.raffle and e.person = w.person left join rewards.public_exchange x on x.id = w.exchange
    where w.raffle = ${raffle} order by w.place`.execute(db)
  return rows
}
export async function markLapsed(tx: Tx, raffle: string, places: readonly number[], at: Date): Promise<void> {
  await sql`update raffles.win set lapsed_at = ${at} where raffle = ${raffle} and place = any(${[...places]}::int[])`.execute(tx)
}
/** Entries that cost points, for settling them or giving them back. */
export async function paidEntries(db: Read, raffle: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from raffles.entry where raffle = ${raffle} and points > 0 and returned_at is null order by first limit ${limit}`.execute(db)
  return rows.map(row => row.id)
}
export async function markReturned(tx: Tx, id: string, at: Date): Promise<boolean> {
  const done = await sql`update raffles.entry set returned_at = ${at} where id = ${id} and returned_at is null`.execute(tx)
  return done.numAffectedRows === 1n
}
/** Open ones whose end has come, closed ones with all that the draw needs, and those whose time is over; void ones that still owe points; drawn ones with a prize nobody claimed. */
export async function listDue(db: Read, at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from raffles.raffle where state = 'open' and closes_at <= ${at} or state = 'closed' and (outside is null or outside_value is not null or draw_by <= ${at})
    union select f.id from raffles.raffle f where f.state = 'void' and exists (select 1 from raffles.entry y where y.raffle = f.id and y.points > 0 and y.returned_at is null)
    union select w.raffle from rewards.public_exchange x join raffles.win w on w.exchange = x.id where x.state = 'claim' and x.until < ${at}
    order by id limit 500`.execute(db)
  return rows.map(row => row.id)
}
