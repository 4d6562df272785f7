/** SQL of budgets: what points are worth, money that came in and went out. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type BudgetRow = {
  group: string
  currency: string
  perUnit: number
  mostPerDay: number | null
  lotDays: number | null
  zone: string
}
const columns = sql`b.group_id as "group", b.currency, b.per_unit as "perUnit", b.most_per_day as "mostPerDay", b.lot_days as "lotDays", g.time_zone as zone`

export async function readBudgets(db: Read | Tx, groups: readonly string[]): Promise<Map<string, BudgetRow>> {
  const rows = await sql<BudgetRow>`select ${columns} from points.budget b join groups.public_group g on g.id = b.group_id
    where b.group_id = any(${[...groups]}::text[])`.execute(db)
  return new Map(rows.rows.map(row => [row.group, row]))
}

/** Locks the budget: whatever changes how many points there may be does. */
export async function lockBudget(tx: Tx, group: string): Promise<BudgetRow | undefined> {
  await sql`select from points.budget where group_id = ${group} for update`.execute(tx)
  return (await readBudgets(tx, [group])).get(group)
}

/** False when it is open already. */
export async function insertBudget(
  tx: Tx,
  budget: { group: string; currency: string; perUnit: number; by: string; at: Date },
): Promise<boolean> {
  const made = await sql`insert into points.budget (group_id, currency, per_unit, opened_by, opened_at)
    values (${budget.group}, ${budget.currency}, ${budget.perUnit}, ${budget.by}, ${budget.at}) on conflict do nothing returning group_id`.execute(
    tx,
  )
  return made.rows.length > 0
}
export async function setBudget(tx: Tx, group: string, set: { mostPerDay: number | null; lotDays: number | null }): Promise<void> {
  await sql`update points.budget set most_per_day = ${set.mostPerDay}, lot_days = ${set.lotDays} where group_id = ${group}`.execute(tx)
}

export type FundingRow = {
  id: string
  group: string
  by: string
  byName: string | null
  party: string | null
  partyName: string | null
  payment: string | null
  amount: bigint
  fee: bigint
  currency: string
  state: 'asked' | 'paid' | 'closed'
  note: string | null
  request: string
  problem: string | null
  at: Date
  paidAt: Date | null
}
const fundingColumns = sql`f.id, f.group_id as "group", f.by, p.name as "byName", f.party, q.name as "partyName", f.payment, f.amount, f.fee, f.currency, f.state,
  f.note, f.request, f.problem, f.at, f.paid_at as "paidAt"`
const fundings = sql`points.funding f left join people.public_party p on p.id = f.by left join people.public_party q on q.id = f.party`

export async function readFundings(db: Read | Tx, ids: readonly string[]): Promise<FundingRow[]> {
  return (
    await sql<FundingRow>`select ${fundingColumns} from ${fundings} where f.id = any(${[...ids]}::text[]) order by f.group_id, f.id`.execute(
      db,
    )
  ).rows
}
export async function listFundings(db: Read | Tx, group: string): Promise<FundingRow[]> {
  return (
    await sql<FundingRow>`select ${fundingColumns} from ${fundings} where f.group_id = ${group} and f.state <> 'closed' order by f.at desc, f.id desc limit 100`.execute(
      db,
    )
  ).rows
}
export type NewFunding = Omit<FundingRow, 'byName' | 'partyName' | 'problem' | 'fee'>
/** False when the id is taken. */
export async function insertFunding(tx: Tx, row: NewFunding): Promise<boolean> {
  const made = await sql`insert into points.funding (id, group_id, by, party, payment, amount, currency, state, note, request, at, paid_at)
    values (${row.id}, ${row.group}, ${row.by}, ${row.party}, ${row.payment}, ${row.amount}, ${row.currency}, ${row.state}, ${row.note}, ${row.request}, ${row.at}, ${row.paidAt})
    on conflict (id) do nothing returning id`.execute(tx)
  return made.rows.length > 0
}
export async function setFunding(
  tx: Tx,
  id: string,
  set: { state: 'asked' | 'paid' | 'closed'; payment?: string; fee?: bigint; paidAt?: Date; problem?: string | null },
): Promise<void> {
  await sql`update points.funding set state = ${set.state}, payment = coalesce(${set.payment ?? null}, payment), fee = ${set.fee ?? 0n}, paid_at = ${set.paidAt ?? null},
    problem = ${set.problem ?? null} where id = ${id}`.execute(tx)
}

/** What went wrong with a payment of a funding that still waits. */
export async function noteProblem(tx: Tx, id: string, problem: string): Promise<void> {
  await sql`update points.funding set problem = ${problem} where id = ${id} and state = 'asked'`.execute(tx)
}
/** More of this payment was taken back. */
export async function addChargedBack(tx: Tx, id: string, amount: bigint): Promise<void> {
  await sql`update points.funding set charged_back = charged_back + ${amount} where id = ${id}`.execute(tx)
}
/** Those that wait for their payment since before then. */
export async function waitingSince(db: Read | Tx, before: Date, most: number): Promise<string[]> {
  const rows = await sql<{
    id: string
  }>`select id from points.funding where state = 'asked' and at < ${before} order by at limit ${most}`.execute(db)
  return rows.rows.map(row => row.id)
}

export type PayoutRow = {
  key: string
  group: string
  amount: bigint
  currency: string
  points: bigint
  party: string | null
  note: string | null
  at: Date
  returnedAt: Date | null
}
const payoutColumns = sql`o.key, o.group_id as "group", o.amount, o.currency, o.points, o.party, o.note, o.at, o.returned_at as "returnedAt"`
export async function readPayout(db: Read | Tx, key: string): Promise<PayoutRow | undefined> {
  return (await sql<PayoutRow>`select ${payoutColumns} from points.paid_out o where o.key = ${key}`.execute(db)).rows[0]
}
export async function listPayouts(db: Read | Tx, group: string): Promise<(PayoutRow & { partyName: string | null })[]> {
  return (
    await sql<
      PayoutRow & { partyName: string | null }
    >`select ${payoutColumns}, p.name as "partyName" from points.paid_out o left join people.public_party p on p.id = o.party
      where o.group_id = ${group} order by o.at desc, o.key limit 100`.execute(db)
  ).rows
}
export async function insertPayout(tx: Tx, row: Omit<PayoutRow, 'returnedAt'>): Promise<void> {
  await sql`insert into points.paid_out (key, group_id, amount, currency, points, party, note, at)
    values (${row.key}, ${row.group}, ${row.amount}, ${row.currency}, ${row.points}, ${row.party}, ${row.note}, ${row.at})`.execute(tx)
}
export async function markPayoutReturned(tx: Tx, key: string, at: Date): Promise<void> {
  await sql`update points.paid_out set returned_at = ${at} where key = ${key}`.execute(tx)
}

export type TakenOutRow = {
  id: string
  group: string
  by: string
  byName: string | null
  party: string
  partyName: string | null
  amount: bigint
  currency: string
  before: bigint
  after: bigint
  bound: bigint
  reason: string
  request: string
  at: Date
}
const takenOut = sql`select o.id, o.group_id as "group", o.by, p.name as "byName", o.party, q.name as "partyName", o.amount, o.currency, o.before, o.after, o.bound, o.reason,
    o.request, o.at
  from points.taken_out o left join people.public_party p on p.id = o.by left join people.public_party q on q.id = o.party`
export const readTakenOut = async (db: Read | Tx, id: string): Promise<TakenOutRow | undefined> =>
  (await sql<TakenOutRow>`${takenOut} where o.id = ${id}`.execute(db)).rows[0]
export const listTakenOut = async (db: Read | Tx, group: string): Promise<TakenOutRow[]> =>
  (await sql<TakenOutRow>`${takenOut} where o.group_id = ${group} order by o.at desc, o.id desc limit 100`.execute(db)).rows
/** False when the id is taken. */
export async function insertTakenOut(tx: Tx, row: Omit<TakenOutRow, 'byName' | 'partyName'>): Promise<boolean> {
  const made = await sql`insert into points.taken_out (id, group_id, by, party, amount, currency, before, after, bound, reason, request, at)
    values (${row.id}, ${row.group}, ${row.by}, ${row.party}, ${row.amount}, ${row.currency}, ${row.before}, ${row.after}, ${row.bound}, ${row.reason}, ${row.request},
      ${row.at}) on conflict (id) do nothing returning id`.execute(tx)
  return made.rows.length > 0
}
export type Step = { party: string | null; rested: boolean | null; amount: bigint }
/**
 * What came in and went out, in order. Of a party: what it put in (a payment is its payer's), less fees and what banks took back, `rested`: from a balance, or paid
 * before `since`; and what it took out. Of nobody: what was paid out until the next of those, and did not come back.
 */
export async function stepsOf(db: Read | Tx, group: string, since: Date): Promise<Step[]> {
  const { rows } = await sql<Step>`
    with e as (
        select paid_at as at, 0 as turn, coalesce(party, by) as party, party is not null or paid_at <= ${since} as rested, amount - fee - charged_back as amount
          from points.funding where group_id = ${group} and state = 'paid'
        union all select at, 1, null, null, -amount from points.paid_out where group_id = ${group} and amount > 0 and returned_at is null
        union all select at, 2, party, true, -amount from points.taken_out where group_id = ${group}),
      s as (select e.*, count(party) over (order by at, turn, party rows unbounded preceding) as step from e)
    select party, rested, sum(amount)::bigint as amount from s group by step, party, rested order by step, party nulls last`.execute(db)
  return rows
}
/** What prizes of raffles will still cost the budget: those set aside, and those won that are not paid yet. */
export async function promisedOf(db: Read | Tx, group: string): Promise<bigint> {
  const { rows } = await sql<{ cost: bigint }>`
    select (coalesce((select sum(cost * kept) from rewards.public_reward where group_id = ${group} and provider is not null and kept > 0), 0)
      + coalesce((select sum(x.cost) from rewards.public_exchange x
        where x.group_id = ${group} and x.cause = 'raffle' and x.paid_at is null and x.state in ('claim', 'waiting', 'ready', 'done') and x.provider is not null), 0))::bigint as cost`.execute(
    db,
  )
  return rows[0]!.cost
}
