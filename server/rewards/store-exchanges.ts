/** SQL of exchanges and vouchers. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { ParcelState, Place } from '../shipping/index.ts'
import type { Kind } from './store.ts'

export type ExchangeState = 'claim' | 'waiting' | 'ready' | 'done' | 'cancelled' | 'expired'
export type ExchangeRow = {
  id: string
  serial: bigint
  reward: string
  group: string
  person: string
  cause: 'points' | 'raffle'
  raffle: string | null
  quantity: number
  points: bigint
  cost: bigint
  request: string
  state: ExchangeState
  note: string
  answer: string
  until: Date | null
  paidAt: Date | null
  at: Date
  closedAt: Date | null
  reason: string
  /** Who is paid its cost: as the terms were when it was made. */
  provider: string | null
}
export type VoucherRow = { id: string; code: string; state: 'free' | 'issued' | 'redeemed' | 'void'; redeemedAt: Date | null }
export type ExchangeShown = ExchangeRow & {
  kind: Kind
  title: string
  about: string
  how: string
  picture: string | null
  accent: string | null
  codes: 'own' | 'made' | null
  groupName: string
  personName: string
  level: number
  parcel: ParcelState | null
  parcelId: string | null
  event: string | null
  eventTitle: string | null
  eventStartsAt: Date | null
  release: string | null
  releaseTitle: string | null
  releaseArtists: string | null
  badge: string | null
  vouchers: (Omit<VoucherRow, 'redeemedAt'> & { redeemedAt: string | null })[]
}

const own: RawBuilder<unknown> = sql`x.id, x.serial, x.reward, x.group_id as "group", x.person, x.cause, x.raffle, x.quantity, x.points, x.cost, x.request, x.state, x.note, x.answer,
  x.until, x.paid_at as "paidAt", x.at, x.closed_at as "closedAt", x.reason, x.provider`
const shown: RawBuilder<unknown> = sql`${own}, r.kind, r.title, r.about, r.how, r.picture, r.codes, r.event, r.release, r.badge,
  (select accent from media.public_image where asset = r.picture) as accent, g.name as "groupName", n.name as "personName", coalesce(m.level, 0)::int as level,
  c.state as parcel, c.id as "parcelId", e.title as "eventTitle", e.starts_at as "eventStartsAt", l.title as "releaseTitle",
  (select string_agg(a ->> 'name', ', ') from jsonb_array_elements(l.artists) a) as "releaseArtists",
  (select coalesce(json_agg(json_build_object('id', v.id, 'code', v.code, 'state', v.state,
      'redeemedAt', to_char(v.redeemed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by v.id), '[]')
    from rewards.voucher v where v.exchange = x.id) as vouchers`
const tables: RawBuilder<unknown> = sql`rewards.exchange x join rewards.reward r on r.id = x.reward join groups.public_group g on g.id = x.group_id
  join people.public_party n on n.id = x.person left join groups.public_member m on m.group_id = x.group_id and m.person = x.person
  left join shipping.public_parcel c on c.purpose = 'reward' and c.subject = x.id left join groups.public_event e on e.id = r.event
  left join catalogue.public_album l on l.id = r.release`

export async function readExchanges(db: Read, ids: readonly string[]): Promise<Map<string, ExchangeShown>> {
  const { rows } = await sql<ExchangeShown>`select ${shown} from ${tables} where x.id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
export const readExchange = async (db: Read, id: string): Promise<ExchangeShown | undefined> => (await readExchanges(db, [id])).get(id)
export async function lockExchange(tx: Tx, id: string): Promise<ExchangeRow | undefined> {
  const { rows } = await sql<ExchangeRow>`select ${own} from rewards.exchange x where x.id = ${id} for update`.execute(tx)
  return rows[0]
}

type After = readonly [Date, string] | undefined
export async function listMine(db: Read, person: string, open: boolean, after: After, limit: number): Promise<ExchangeShown[]> {
  const { rows } = await sql<ExchangeShown>`
    select ${shown} from ${tables} where x.person = ${person} ${open ? sql`and x.state in ('claim', 'waiting', 'ready')` : sql``}
      ${after === undefined ? sql`` : sql`and (x.at, x.id) < (${after[0]}, ${after[1]})`}
    order by x.at desc, x.id desc limit ${limit}`.execute(db)
  return rows
}
/** What waits comes oldest first, all else newest first. */
export async function listDesk(
  db: Read,
  group: string,
  which: { state: ExchangeState | null; reward: string | null },
  after: After,
  limit: number,
): Promise<(ExchangeShown & { address: Place | null })[]> {
  const waits = which.state === 'waiting'
  const order = waits ? sql`x.at, x.id` : sql`x.at desc, x.id desc`
  const past = after === undefined ? sql`` : sql`and (x.at, x.id) ${waits ? sql`>` : sql`<`} (${after[0]}, ${after[1]})`
  const { rows } = await sql<ExchangeShown & { address: Place | null }>`
    select ${shown}, null as address from ${tables} where x.group_id = ${group} ${which.state === null ? sql`` : sql`and x.state = ${which.state}`}
      ${which.reward === null ? sql`` : sql`and x.reward = ${which.reward}`} ${past} order by ${order} limit ${limit}`.execute(db)
  return rows
}
/** Pieces a person has of a reward, by `person reward`. */
export async function countOf(db: Read, pairs: readonly { person: string; reward: string }[]): Promise<Map<string, number>> {
  if (pairs.length === 0) return new Map()
  const { rows } = await sql<{ key: string; pieces: number }>`
    select x.person || ' ' || x.reward as key, sum(x.quantity)::int as pieces
    from (select distinct * from unnest(${pairs.map(p => p.person)}::text[], ${pairs.map(p => p.reward)}::text[])) as w(person, reward)
    join rewards.exchange x on x.person = w.person and x.reward = w.reward and x.state not in ('cancelled', 'expired') group by 1`.execute(
    db,
  )
  return new Map(rows.map(row => [row.key, row.pieces]))
}

export type NewExchange = Pick<
  ExchangeRow,
  | 'id'
  | 'reward'
  | 'group'
  | 'person'
  | 'cause'
  | 'raffle'
  | 'quantity'
  | 'points'
  | 'cost'
  | 'provider'
  | 'request'
  | 'state'
  | 'note'
  | 'until'
  | 'at'
>
/** Writes exchanges; gives the ids that were not taken. `done` closes at once. */
export async function insertExchanges(tx: Tx, rows: readonly NewExchange[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const body = JSON.stringify(rows.map(row => ({ ...row, points: row.points.toString(), cost: row.cost.toString() })))
  const made = await sql<{ id: string }>`
    insert into rewards.exchange (id, reward, group_id, person, cause, raffle, quantity, points, cost, provider, request, state, note, until, at, changed_at, closed_at)
    select id, reward, "group", person, cause, raffle, quantity, points, cost, provider, request, state, note, until, at, at, case when state = 'done' then at end
    from jsonb_to_recordset(${body}::jsonb) as x(id text, reward text, "group" text, person text, cause text, raffle text, quantity int, points bigint, cost bigint, provider text,
      request text, state text, note text, until timestamptz, at timestamptz)
    on conflict (id) do nothing returning id`.execute(tx)
  return new Set(made.rows.map(row => row.id))
}
/** Steps that cannot be taken are refused by the database; the caller holds the lock. */
export async function moveExchange(
  tx: Tx,
  id: string,
  to: { state: ExchangeState; by?: string | null; reason?: string; answer?: string; until?: Date | null },
  at: Date,
): Promise<void> {
  const closes = to.state === 'done' || to.state === 'cancelled' || to.state === 'expired'
  await sql`
    update rewards.exchange set state = ${to.state}, changed_at = ${at}, closed_at = ${closes ? at : null}::timestamptz, closed_by = ${closes ? (to.by ?? null) : null},
      reason = coalesce(${to.reason ?? null}, reason), answer = coalesce(${to.answer ?? null}, answer)
      ${to.until === undefined ? sql`` : sql`, until = ${to.until}`}
    where id = ${id}`.execute(tx)
}
export async function setAnswer(tx: Tx, id: string, answer: string, at: Date): Promise<void> {
  await sql`update rewards.exchange set answer = ${answer}, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function markPaid(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update rewards.exchange set paid_at = ${at} where id = ${id} and paid_at is null`.execute(tx)
}
/** Handed over, but the budget could not pay yet. */
export async function listUnpaid(db: Read, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select x.id from rewards.exchange x where (x.state = 'done' or (x.state = 'expired' and x.cause = 'points')) and x.paid_at is null order by x.closed_at, x.id limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.id)
}
/** Not used in time; prizes nobody claimed are their raffle's. */
export async function listOver(db: Read, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from rewards.exchange where state in ('claim', 'ready') and until < ${at} and (state = 'ready' or cause = 'points') order by until limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.id)
}

/** Vouchers for exchanges: made ones. */
export async function insertVouchers(
  tx: Tx,
  rows: readonly { id: string; reward: string; group: string; code: string; exchange: string; person: string; at: Date }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into rewards.voucher (id, reward, group_id, code, exchange, person, state, at)
    select id, reward, "group", code, exchange, person, 'issued', at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, reward text, "group" text, code text, exchange text, person text, at timestamptz)`.execute(
    tx,
  )
}
/** Hands out codes the hosts brought, in the order in which they came; gives how many there were. The caller holds the reward's lock. */
export async function takeCodes(tx: Tx, reward: string, to: readonly { exchange: string; person: string }[]): Promise<number> {
  const made = await sql`
    with free as (select id, row_number() over (order by id) as n from (
        select id from rewards.voucher where reward = ${reward} and state = 'free' order by id limit ${to.length} for update) f),
      wanted as (select exchange, person, n from unnest(${to.map(one => one.exchange)}::text[], ${to.map(one => one.person)}::text[]) with ordinality as x(exchange, person, n))
    update rewards.voucher v set state = 'issued', exchange = w.exchange, person = w.person
    from free f join wanted w on w.n = f.n where v.id = f.id`.execute(tx)
  return Number(made.numAffectedRows ?? 0)
}
/** Takes unused vouchers of an exchange away; gives how many had been used. */
export async function voidVouchers(tx: Tx, exchange: string): Promise<void> {
  await sql`update rewards.voucher set state = 'void' where exchange = ${exchange} and state = 'issued'`.execute(tx)
}

export type VoucherLook = VoucherRow & {
  reward: string
  title: string
  kind: Kind
  how: string
  person: string | null
  personName: string | null
  exchange: string | null
  exchangeState: ExchangeState | null
  until: Date | null
  redeemedBy: string | null
}
export async function findVoucher(db: Read, group: string, code: string): Promise<VoucherLook | undefined> {
  const { rows } = await sql<VoucherLook>`
    select v.id, v.code, v.state, v.redeemed_at as "redeemedAt", v.reward, r.title, r.kind, r.how, v.person, p.name as "personName", v.exchange, x.state as "exchangeState", x.until,
      (select name from people.public_party where id = v.redeemed_by) as "redeemedBy"
    from rewards.voucher v join rewards.reward r on r.id = v.reward left join rewards.exchange x on x.id = v.exchange left join people.public_party p on p.id = v.person
    where v.group_id = ${group} and v.code = ${code} order by v.state <> 'issued', v.id limit 1`.execute(db)
  return rows[0]
}
/** Redeems one that is issued, once; true when it was this call. */
export async function redeemVoucher(tx: Tx, id: string, by: string, at: Date): Promise<boolean> {
  const done = await sql`
    update rewards.voucher set state = 'redeemed', redeemed_at = ${at}, redeemed_by = ${by} where id = ${id} and state = 'issued'`.execute(
    tx,
  )
  return done.numAffectedRows === 1n
}
export async function leftVouchers(tx: Tx, exchange: string): Promise<{ issued: number; redeemed: number }> {
  const { rows } = await sql<{ issued: number; redeemed: number }>`
    select count(*) filter (where state = 'issued')::int as issued, count(*) filter (where state = 'redeemed')::int as redeemed from rewards.voucher where exchange = ${exchange}`.execute(
    tx,
  )
  return rows[0]!
}
