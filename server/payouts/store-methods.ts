/** SQL of what a payee decides: accounts, schedule, asking to be paid, tax; and of what stands in the way of a new account. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type MethodState = 'asked' | 'active' | 'check' | 'refused' | 'closed'
export type MethodRow = {
  id: string
  party: string
  currency: string
  route: string
  account: string
  holder: string
  bank: string | null
  branch: string | null
  country: string
  state: MethodState
  usableFrom: Date
  problem: string | null
  madeBy: string
  madeAt: Date
}
const columns = sql`m.id, m.party, m.currency, m.route, m.account, m.holder, m.bank, m.branch, m.country, m.state, m.usable_from as "usableFrom", m.problem,
  m.made_by as "madeBy", m.made_at as "madeAt"`

/** One change of a party's accounts at a time. */
export const lockParty = async (tx: Tx, party: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payouts ${party}`}, 0))`.execute(tx)
}

export async function readMethod(db: Db, id: string): Promise<MethodRow | undefined> {
  return (await sql<MethodRow>`select ${columns} from payouts.method m where m.id = ${id}`.execute(db)).rows[0]
}

export async function methodsOf(db: Db, party: string): Promise<MethodRow[]> {
  return (
    await sql<MethodRow>`select ${columns} from payouts.method m where m.party = ${party} order by m.made_at desc, m.id desc limit 200`.execute(
      db,
    )
  ).rows
}

/** The account in use of each party, and the one that waits for an operator. */
export async function openMethods(db: Db, parties: readonly string[], currency?: string): Promise<MethodRow[]> {
  return (
    await sql<MethodRow>`select ${columns} from payouts.method m where m.party = any(${list(parties)}) and m.state in ('active', 'check', 'asked')
      ${currency === undefined ? sql`` : sql`and m.currency = ${currency}`} order by m.id`.execute(db)
  ).rows
}

export async function insertMethod(tx: Tx, m: Omit<MethodRow, 'problem'>): Promise<void> {
  await sql`insert into payouts.method (id, party, currency, route, account, holder, bank, branch, country, state, usable_from, made_by, made_at)
    values (${m.id}, ${m.party}, ${m.currency}, ${m.route}, ${m.account}, ${m.holder}, ${m.bank}, ${m.branch}, ${m.country}, ${m.state}, ${m.usableFrom}, ${m.madeBy}, ${m.madeAt})`.execute(
    tx,
  )
}

export const setMethod = async (
  tx: Tx,
  id: string,
  to: { state: MethodState; at: Date; usableFrom?: Date; problem?: string | null },
): Promise<void> => {
  await sql`update payouts.method set state = ${to.state}, closed_at = ${to.state === 'closed' || to.state === 'refused' ? to.at : null},
    usable_from = coalesce(${to.usableFrom ?? null}::timestamptz, usable_from), problem = ${to.problem ?? null} where id = ${id}`.execute(
    tx,
  )
}

/** New accounts that wait for an operator, with the names of their owners, oldest first. */
export async function askedMethods(db: Db): Promise<(MethodRow & { name: string | null })[]> {
  return (
    await sql<
      MethodRow & { name: string | null }
    >`select ${columns}, p.name from payouts.method m left join people.public_party p on p.id = m.party
      where m.state = 'asked' order by m.made_at, m.id limit 200`.execute(db)
  ).rows
}

/**
 * Whether income of this party is disputed now: some of it is set aside for a dispute, or a payment of something it earned from is contested
 * (also when there was nothing left to set aside).
 */
export async function disputeOpen(db: Db, party: string): Promise<boolean> {
  const rows = await sql<{ open: boolean }>`
    select exists (select from ledger.public_hold where owner = ${party} and reason = 'dispute' and captured + released < amount)
      or exists (select from payments.public_dispute d join shop.public_line l on l."order" = d.subject
        join ledger.public_posting p on p.subject = l.release and p.cause = 'line:' || l.id and p.owner = ${party} where d.state = 'open') as open`.execute(
    db,
  )
  return rows.rows[0]!.open
}

/** Which of these could not give back all of a refund or dispute: undecided who bears it, or still owed. As party and currency. */
export async function owing(db: Db, parties: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ key: string }>`select distinct owner || ' ' || currency as key from refunds.public_shortfall
    where owner = any(${list(parties)}) and (state = 'open' or state = 'receivable' and recovered < amount)`.execute(db)
  return new Set(rows.rows.map(row => row.key))
}

export type HeldRow = { id: string; asset: string; reason: string; note: string | null; amount: bigint; until: Date | null }
/** What of a party's money is set aside now. */
export async function openHolds(db: Db, party: string): Promise<HeldRow[]> {
  return (
    await sql<HeldRow>`select id, asset, reason, note, amount - captured - released as amount, until from ledger.public_hold
      where owner = ${party} and captured + released < amount order by at desc, id desc limit 100`.execute(db)
  ).rows
}

export type Schedule = 'monthly' | 'on_demand'
export async function schedules(db: Db, parties: readonly string[]): Promise<Map<string, Schedule>> {
  const rows = await sql<{
    party: string
    schedule: Schedule
  }>`select party, schedule from payouts.preference where party = any(${list(parties)})`.execute(db)
  return new Map(rows.rows.map(row => [row.party, row.schedule]))
}
export const setSchedule = async (tx: Tx, party: string, schedule: Schedule, by: string, at: Date): Promise<void> => {
  await sql`insert into payouts.preference (party, schedule, changed_by, changed_at) values (${party}, ${schedule}, ${by}, ${at})
    on conflict (party) do update set schedule = excluded.schedule, changed_by = excluded.changed_by, changed_at = excluded.changed_at`.execute(
    tx,
  )
}

export async function asks(db: Db, parties: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{
    key: string
  }>`select party || ' ' || currency as key from payouts.ask where party = any(${list(parties)})`.execute(db)
  return new Set(rows.rows.map(row => row.key))
}
export const insertAsk = async (tx: Tx, party: string, currency: string, by: string, at: Date): Promise<void> => {
  await sql`insert into payouts.ask (party, currency, asked_by, asked_at) values (${party}, ${currency}, ${by}, ${at}) on conflict do nothing`.execute(
    tx,
  )
}
/** Those who asked have been paid. */
export const deleteAsks = async (tx: Tx, parties: readonly string[], currency: string): Promise<void> => {
  await sql`delete from payouts.ask where currency = ${currency} and party = any(${list(parties)})`.execute(tx)
}

export type TaxProfile = { country: string; kind: 'person' | 'business'; taxId: string | null }
export async function taxProfiles(db: Db, parties: readonly string[]): Promise<Map<string, TaxProfile>> {
  const rows = await sql<
    TaxProfile & { party: string }
  >`select party, country, kind, tax_id as "taxId" from payouts.tax_profile where party = any(${list(parties)})`.execute(db)
  return new Map(rows.rows.map(({ party, ...profile }) => [party, profile]))
}
export const setTaxProfile = async (tx: Tx, party: string, p: TaxProfile, by: string, at: Date): Promise<void> => {
  await sql`insert into payouts.tax_profile (party, country, kind, tax_id, changed_by, changed_at) values (${party}, ${p.country}, ${p.kind}, ${p.taxId}, ${by}, ${at})
    on conflict (party) do update set country = excluded.country, kind = excluded.kind, tax_id = excluded.tax_id, changed_by = excluded.changed_by, changed_at = excluded.changed_at`.execute(
    tx,
  )
}

export type TaxRuleRow = { country: string; kind: 'person' | 'business'; code: string; rateBp: number; from: Date }
/** The rule of each country and kind that applies at this moment. */
export async function taxRules(db: Db, at: Date): Promise<TaxRuleRow[]> {
  return (
    await sql<TaxRuleRow>`select distinct on (country, kind) country, kind, code, rate_bp as "rateBp", valid_from as "from" from payouts.tax_rule
      where valid_from <= ${at} order by country, kind, valid_from desc`.execute(db)
  ).rows
}
export const insertTaxRule = async (tx: Tx, r: TaxRuleRow, by: string): Promise<void> => {
  await sql`insert into payouts.tax_rule (country, kind, valid_from, code, rate_bp, made_by) values (${r.country}, ${r.kind}, ${r.from}, ${r.code}, ${r.rateBp}, ${by})
    on conflict (country, kind, valid_from) do nothing`.execute(tx)
}
