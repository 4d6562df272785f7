/** SQL of months: what each came to for a party, and closing one. A month is one of UTC. Only money: points and sub-units have no months. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx

export const purposes = ['available', 'held', 'reserve', 'paying', 'receivable'] as const
export type Purpose = (typeof purposes)[number]
export type Sums = Record<Purpose, bigint>
const counted = sql`('available', 'held', 'reserve', 'paying', 'receivable')`
const isMoney = sql`asset ~ '^[A-Z]{3}$'`
/** What comes in: all other kinds are told one by one. */
const income = sql`('settle', 'accrual_settled')`

/** A party's changes, by their own time (the month's partition is enough), and with what made them. */
const changes = (party: string, currency: string) => sql`ledger.public_account a join ledger.public_entry e on e.account = a.id
  where a.owner = ${party} and a.asset = ${currency} and a.purpose in ${counted}`
const postings = (party: string, currency: string, from: Date, to: Date) => sql`(
  select e.transfer, e.version, e.at, a.purpose, e.amount, e.step, e.share, t.kind, t.cause, t.subject, t.note
  from ledger.public_account a join ledger.public_entry e on e.account = a.id join ledger.public_transfer t on t.id = e.transfer
  where a.owner = ${party} and a.asset = ${currency} and a.purpose in ${counted} and e.at >= ${from} and e.at < ${to}) posting`

export type FrozenRow = Sums & { month: string; opening: bigint; postings: number; digest: string }
export async function readFrozen(db: Db, party: string, currency: string, month: string): Promise<FrozenRow | undefined> {
  return (
    await sql<FrozenRow>`select month, opening, available, held, reserve, paying, receivable, postings, digest from payouts.period_statement
      where party = ${party} and currency = ${currency} and month = ${month}`.execute(db)
  ).rows[0]
}
/** The last closed month before this one in which a party stands. */
export async function frozenBefore(db: Db, party: string, currency: string, month: string): Promise<FrozenRow | undefined> {
  return (
    await sql<FrozenRow>`select month, opening, available, held, reserve, paying, receivable, postings, digest from payouts.period_statement
      where party = ${party} and currency = ${currency} and month < ${month} order by month desc limit 1`.execute(db)
  ).rows[0]
}

/** Sums of a party's changes by purpose, from … to (not included). */
export async function sumsBetween(db: Db, party: string, currency: string, from: Date | null, to: Date): Promise<Map<string, bigint>> {
  const rows = await sql<{ purpose: string; sum: bigint }>`select a.purpose, sum(e.amount)::bigint as sum from ${changes(party, currency)}
    and e.at < ${to} ${from === null ? sql`` : sql`and e.at >= ${from}`} group by a.purpose`.execute(db)
  return new Map(rows.rows.map(row => [row.purpose, row.sum]))
}

export type LineRow = {
  kind: string
  step: string | null
  subject: string | null
  note: string | null
  cause: string | null
  count: number
  available: bigint
  total: bigint
}
/** A month's changes: income by what earned it and step, all else by what made it. A payout and that it was sent are one thing. */
export async function monthLines(db: Db, party: string, currency: string, from: Date, to: Date): Promise<LineRow[]> {
  return (
    await sql<LineRow>`
      select kind, step, subject, note, cause, count(distinct transfer)::int as count, coalesce(sum(amount) filter (where purpose = 'available'), 0)::bigint as available, sum(amount)::bigint as total
      from (select transfer, purpose, amount, step, subject, note, at, case kind when 'payout_sent' then 'payout' else kind end as kind,
          case when kind in ${income} then null else cause end as cause
        from ${postings(party, currency, from, to)}) e
      group by kind, step, subject, note, cause order by min(at), kind, step, note, cause`.execute(db)
  ).rows
}

export type SourceRow = {
  subject: string | null
  note: string | null
  sales: number
  gross: bigint
  payment: bigint
  commission: bigint
  tax: bigint
  yours: bigint
}
/** Where a month's income came from, with what was taken of it before. */
export async function monthSources(db: Db, party: string, currency: string, from: Date, to: Date): Promise<SourceRow[]> {
  return (
    await sql<SourceRow>`
      with mine as (select distinct transfer from ${postings(party, currency, from, to)} where kind in ${income})
      select p.subject, p.note, count(distinct p.transfer)::int as sales, coalesce(-sum(p.amount) filter (where p.amount < 0), 0)::bigint as gross,
        coalesce(sum(p.amount) filter (where p.step = 'provider_fee'), 0)::bigint as payment, coalesce(sum(p.amount) filter (where p.step = 'commission'), 0)::bigint as commission,
        coalesce(sum(p.amount) filter (where p.step like 'tax%'), 0)::bigint as tax, coalesce(sum(p.amount) filter (where p.owner = ${party} and p.purpose in ${counted}), 0)::bigint as yours
      from mine join ledger.public_posting p on p.transfer = mine.transfer where p.asset = ${currency}
      group by p.subject, p.note order by yours desc, p.subject, p.note`.execute(db)
  ).rows
}

export type PostingRow = {
  transfer: bigint
  version: bigint
  at: Date
  kind: string
  cause: string
  subject: string | null
  note: string | null
  purpose: string
  amount: bigint
  step: string | null
  share: number | null
}
/** A party's accounts in a currency, in the order a statement names them. */
export async function accountsIn(db: Db, party: string, currency: string): Promise<{ account: bigint; purpose: string }[]> {
  return (
    await sql<{ account: bigint; purpose: string }>`select id as account, purpose from ledger.public_account
      where owner = ${party} and asset = ${currency} and purpose in ${counted} order by array_position(array['available', 'held', 'reserve', 'paying', 'receivable'], purpose)`.execute(
      db,
    )
  ).rows
}
/** Every change of one account in a month, in the order it happened, by the index the entries have. */
export async function monthPostings(
  db: Db,
  q: { account: bigint; purpose: string; from: Date; to: Date; after: bigint; limit: number },
): Promise<PostingRow[]> {
  return (
    await sql<PostingRow>`select e.transfer, e.version, e.at, t.kind, t.cause, t.subject, t.note, ${q.purpose}::text as purpose, e.amount, e.step, e.share
      from (select * from ledger.public_entry where account = ${q.account} and version > ${q.after} and at >= ${q.from} and at < ${q.to} order by version limit ${q.limit}) e
      join ledger.public_transfer t on t.id = e.transfer order by e.version`.execute(db)
  ).rows
}

/** Months in which something happened to a party, closed ones from what was kept. */
export async function monthsOf(
  db: Db,
  party: string,
  closedUntil: Date | null,
): Promise<{ month: string; currency: string; closed: boolean; postings: number }[]> {
  return (
    await sql<{ month: string; currency: string; closed: boolean; postings: number }>`
      select month, currency, true as closed, postings from payouts.period_statement where party = ${party} and (postings > 0 or opening <> 0)
      union all
      select to_char(e.at at time zone 'UTC', 'YYYY-MM') as month, a.asset as currency, false, count(distinct e.transfer)::int
        from ledger.public_account a join ledger.public_entry e on e.account = a.id
        where a.owner = ${party} and a.asset ~ '^[A-Z]{3}$' and a.purpose in ${counted} ${closedUntil === null ? sql`` : sql`and e.at >= ${closedUntil}`} group by 1, 2
      order by month desc, currency`.execute(db)
  ).rows
}

export type PeriodRow = {
  month: string
  proposedBy: string
  proposedByName: string | null
  closedBy: string | null
  closedByName: string | null
  closedAt: Date | null
  statements: number
}
const periodSelect = sql`select p.month, p.proposed_by as "proposedBy", a.name as "proposedByName", p.closed_by as "closedBy", b.name as "closedByName", p.closed_at as "closedAt",
  (select count(*)::int from payouts.period_statement s where s.month = p.month) as statements
  from payouts.period p left join people.public_party a on a.id = p.proposed_by left join people.public_party b on b.id = p.closed_by`
export async function readPeriods(db: Db): Promise<PeriodRow[]> {
  return (await sql<PeriodRow>`${periodSelect} order by p.month desc`.execute(db)).rows
}
export async function lockPeriod(tx: Tx, month: string): Promise<PeriodRow | undefined> {
  return (await sql<PeriodRow>`${periodSelect} where p.month = ${month} for no key update of p`.execute(tx)).rows[0]
}
export const insertPeriod = async (tx: Tx, month: string, by: string, at: Date): Promise<boolean> =>
  (
    await sql`insert into payouts.period (month, proposed_by, proposed_at) values (${month}, ${by}, ${at}) on conflict do nothing`.execute(
      tx,
    )
  ).numAffectedRows === 1n
export const deletePeriod = async (tx: Tx, month: string): Promise<void> => {
  await sql`delete from payouts.period where month = ${month} and closed_at is null`.execute(tx)
}
export const closeMonth = async (tx: Tx, month: string, by: string, at: Date): Promise<void> => {
  await sql`update payouts.period set closed_by = ${by}, closed_at = ${at} where month = ${month}`.execute(tx)
}

/** When something was first posted, as far as it matters: months before the first closed one do not. Null on an empty planet. */
export async function firstPosting(db: Db): Promise<Date | null> {
  return (
    await sql<{
      at: Date | null
    }>`select coalesce((select (min(month) || '-01')::timestamp at time zone 'UTC' from payouts.period where closed_at is not null),
      (select min(at) from ledger.public_transfer)) as at`.execute(db)
  ).rows[0]!.at
}

export type Obstacle = { month: string; code: string; count: number; blocks: boolean }
/**
 * What stands against closing months: paid lines that should have been settled, refunds somebody must decide who bears, differences from what providers
 * and banks say. Only to be known: payouts still on their way.
 */
export async function obstacles(db: Db): Promise<Obstacle[]> {
  const month = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM')`
  return (
    await sql<Obstacle>`
      select ${month('paid_at')} as month, 'unsettled_lines' as code, count(*)::int as count, true as blocks from shop.public_line
        where state = 'held' and not frozen group by 1
      union all select ${month('created_at')}, 'shortfalls', count(*)::int, true from refunds.public_shortfall where state = 'open' group by 1
      union all select ${month('opened_at')}, 'exceptions', count(*)::int, true from reconciliation.public_exception where state in ('open', 'proposed') group by 1
      union all select ${month('approved_at')}, 'payouts_on_their_way', count(*)::int, false from payouts.payout where state = 'paying' group by 1
      order by 1 desc, 2`.execute(db)
  ).rows
}

/** What a party's postings of a month come to as one text, hashed: `purpose version transfer amount`, a line each. */
const digestOf = sql`encode(sha256(convert_to(coalesce(string_agg(purpose || ' ' || version || ' ' || transfer || ' ' || amount, E'\n' order by purpose, version), ''), 'UTF8')), 'hex')`

/** Writes what each party had at the end of a month; `before`: the month closed before it, from which the opening figures are taken. Gives how many. */
export async function freeze(tx: Tx, month: string, from: Date, to: Date, before: string | null): Promise<number> {
  const made = await sql`
    with posting as (select owner, asset, purpose, version, transfer, amount, at from ledger.public_posting
        where at < ${to} ${before === null ? sql`` : sql`and at >= ${from}`} and owner ~ '^(usr|org)_' and ${isMoney} and purpose in ${counted}),
      part as (
        select owner as party, asset as currency, purpose, coalesce(sum(amount) filter (where at < ${from}), 0) as opening, coalesce(sum(amount) filter (where at >= ${from}), 0) as change
        from posting group by 1, 2, 3
        union all
        select s.party, s.currency, v.purpose, v.amount, 0 from payouts.period_statement s
        cross join lateral (values ('available', s.available), ('held', s.held), ('reserve', s.reserve), ('paying', s.paying), ('receivable', s.receivable)) as v(purpose, amount)
        where s.month = ${before}),
      figures as (
        select party, currency, sum(opening) as opening, coalesce(sum(opening + change) filter (where purpose = 'available'), 0) as available,
          coalesce(sum(opening + change) filter (where purpose = 'held'), 0) as held, coalesce(sum(opening + change) filter (where purpose = 'reserve'), 0) as reserve,
          coalesce(sum(opening + change) filter (where purpose = 'paying'), 0) as paying, coalesce(sum(opening + change) filter (where purpose = 'receivable'), 0) as receivable
        from part group by party, currency),
      proof as (select owner, asset, count(*)::int as postings, ${digestOf} as digest from posting where at >= ${from} group by owner, asset)
    insert into payouts.period_statement (month, party, currency, opening, available, held, reserve, paying, receivable, postings, digest)
    select ${month}, f.party, f.currency, f.opening, f.available, f.held, f.reserve, f.paying, f.receivable, coalesce(p.postings, 0), coalesce(p.digest, encode(sha256(''), 'hex'))
    from figures f left join proof p on p.owner = f.party and p.asset = f.currency`.execute(tx)
  return Number(made.numAffectedRows ?? 0n)
}
