/** All SQL of payments; the sandbox provider has its own in sandbox/store.ts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type PaymentState = 'asked' | 'paid' | 'failed' | 'closed'
export type PaymentRow = {
  id: string
  purpose: 'order' | 'budget'
  subject: string
  payer: string
  provider: string
  charge: string | null
  page: string | null
  amount: bigint
  currency: string
  fee: bigint | null
  state: PaymentState
  problem: string | null
  refunded: bigint
  /** What open and lost disputes took of it beyond its refunds. */
  disputed: bigint
  createdAt: Date
  paidAt: Date | null
  /** Paid after it had been closed; set while a notification is judged. */
  late?: boolean
}
const columns = sql`id, purpose, subject, payer, provider, charge, page, amount, currency, fee, state, problem, refunded, disputed, created_at as "createdAt", paid_at as "paidAt"`

export type NewPayment = {
  id: string
  purpose: string
  subject: string
  payer: string
  provider: string
  amount: bigint
  currency: string
  at: Date
}
export async function insertPayments(tx: Tx, asks: readonly NewPayment[]): Promise<void> {
  await sql`insert into payments.payment (id, purpose, subject, payer, provider, amount, currency, created_at)
    select * from unnest(${list(asks.map(p => p.id))}, ${list(asks.map(p => p.purpose))}, ${list(asks.map(p => p.subject))}, ${list(asks.map(p => p.payer))}, ${list(asks.map(p => p.provider))},
      ${asks.map(p => p.amount)}::bigint[], ${list(asks.map(p => p.currency))}, ${asks.map(p => p.at)}::timestamptz[])`.execute(tx)
}

export async function readPayment(db: Db, id: string): Promise<PaymentRow | undefined> {
  return (await sql<PaymentRow>`select ${columns} from payments.payment where id = ${id}`.execute(db)).rows[0]
}

export async function paymentsOf(db: Db, subject: string, payer: string): Promise<PaymentRow[]> {
  return (
    await sql<PaymentRow>`select ${columns} from payments.payment where subject = ${subject} and payer = ${payer} order by created_at, id`.execute(
      db,
    )
  ).rows
}

/** An order of ¥0 has no payments, yet it is there. */
export async function isOrderOf(db: Db, order: string, buyer: string): Promise<boolean> {
  return (await sql`select 1 from shop.public_order where id = ${order} and buyer = ${buyer}`.execute(db)).rows.length > 0
}

/** Locks and reads, in id order. */
export async function lockPayments(tx: Tx, ids: readonly string[]): Promise<Map<string, PaymentRow>> {
  const rows =
    await sql<PaymentRow>`select ${columns} from payments.payment where id = any(${list(ids)}) order by id for no key update`.execute(tx)
  return new Map(rows.rows.map(row => [row.id, row]))
}

/** Locks the payments of these subjects, in id order. */
export async function lockPaymentsOf(tx: Tx, subjects: readonly string[]): Promise<PaymentRow[]> {
  return (
    await sql<PaymentRow>`select ${columns} from payments.payment where subject = any(${list(subjects)}) order by id for no key update`.execute(
      tx,
    )
  ).rows
}

/** Payments that are not paid can no longer be paid on our side; those their providers know of are closed there soon. */
export const closePayments = async (tx: Tx, ids: readonly string[], now: Date): Promise<void> => {
  await sql`
    with closed as (update payments.payment set state = 'closed' where id = any(${list(ids)}) and state in ('asked', 'failed') returning id, charge)
    insert into payments.watch (id, due_at) select id, ${now} from closed where charge is not null order by id
    on conflict (id) do update set due_at = excluded.due_at, tries = 0`.execute(tx)
}

/** The provider knows of it now, and is asked how it stands from `ask` on. */
export const setCharge = async (tx: Tx, id: string, charge: string, page: string, now: Date, ask: Date): Promise<void> => {
  await sql`
    with known as (update payments.payment set charge = ${charge}, page = ${page} where id = ${id} and charge is null returning id, state)
    insert into payments.watch (id, due_at) select id, case when state = 'closed' then ${now}::timestamptz else ${ask}::timestamptz end from known on conflict do nothing`.execute(
    tx,
  )
}

export type Watched = { id: string; tries: number }
/** Takes up to `limit` payments and refunds whose providers are to be asked; each comes again after its pause (a minute, doubled each time, at most a day) unless it is dropped. */
export async function claimWatched(tx: Tx, now: Date, limit: number): Promise<Watched[]> {
  const rows = await sql<Watched>`
    update payments.watch w set tries = w.tries + 1, due_at = ${now}::timestamptz + least(interval '1 day', interval '1 minute' * power(2, least(w.tries, 11)))
    from (select id from payments.watch where due_at <= ${now} order by due_at limit ${limit} for update skip locked) d
    where w.id = d.id returning w.id, w.tries`.execute(tx)
  return rows.rows
}
/** A refund is with its provider, which will tell: it is asked from `due` on. */
export const watchRefund = async (tx: Tx, id: string, due: Date): Promise<void> => {
  await sql`insert into payments.watch (id, due_at) values (${id}, ${due}) on conflict (id) do nothing`.execute(tx)
}
export const dropWatched = async (tx: Tx, id: string): Promise<void> => {
  await sql`delete from payments.watch where id = ${id}`.execute(tx)
}
export const noteWatched = async (tx: Tx, id: string, problem: string): Promise<void> => {
  await sql`update payments.watch set problem = ${problem} where id = ${id}`.execute(tx)
}

/** What was told about these notifications before. */
export async function eventOutcomes(db: Db, provider: string, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{
    id: string
    outcome: string
  }>`select id, outcome from payments.event where provider = ${provider} and id = any(${list(ids)})`.execute(db)
  return new Map(rows.rows.map(row => [row.id, row.outcome]))
}

export type EventRow = { id: string; type: string; payment: string | null; outcome: string; body: object }
/** Records notifications; gives the ids of those that are new. Waits for whoever records the same at this moment. */
export async function insertEvents(tx: Tx, provider: string, events: readonly EventRow[], at: Date): Promise<Set<string>> {
  const rows = await sql<{ id: string }>`
    insert into payments.event (provider, id, type, payment, outcome, body, received_at)
    select ${provider}, e.id, e.type, e.payment, e.outcome, e.body, ${at}
    from unnest(${list(events.map(e => e.id))}, ${list(events.map(e => e.type))}, ${events.map(e => e.payment)}::text[], ${list(events.map(e => e.outcome))},
      ${events.map(e => JSON.stringify(e.body))}::jsonb[]) as e(id, type, payment, outcome, body)
    order by e.id on conflict (provider, id) do nothing returning id`.execute(tx)
  return new Set(rows.rows.map(row => row.id))
}

export type StrayRow = { id: string; provider: string; type: string; payment: string | null; outcome: string; at: Date }
/** Notifications whose signature was true and whose content did not fit, newest first. */
export async function listStrays(db: Read, after: { at: Date; id: string } | null, limit: number): Promise<StrayRow[]> {
  return (
    await sql<StrayRow>`select id, provider, type, payment, outcome, received_at as at from payments.event
      where outcome in ('foreign', 'unknown', 'other_charge', 'wrong_amount', 'wrong_currency') ${after === null ? sql`` : sql`and (received_at, id) < (${after.at}, ${after.id})`}
      order by received_at desc, id desc limit ${limit}`.execute(db)
  ).rows
}

export type Change = { id: string; state: PaymentState; charge: string; fee: bigint | null; problem: string | null; paidAt: Date | null }
export const changePayments = async (tx: Tx, changes: readonly Change[]): Promise<void> => {
  if (changes.length === 0) return
  await sql`update payments.payment p set state = c.state, charge = coalesce(p.charge, c.charge), fee = coalesce(c.fee, p.fee), problem = c.problem, paid_at = c.paid_at
    from unnest(${list(changes.map(c => c.id))}, ${list(changes.map(c => c.state))}, ${list(changes.map(c => c.charge))}, ${changes.map(c => c.fee)}::bigint[],
      ${changes.map(c => c.problem)}::text[], ${changes.map(c => c.paidAt)}::timestamptz[]) as c(id, state, charge, fee, problem, paid_at)
    where p.id = c.id`.execute(tx)
}

export type RefundRow = {
  id: string
  key: string
  payment: string
  subject: string
  amount: bigint
  /** What a lost dispute gave the payer of it instead. */
  covered: bigint
  currency: string
  reason: string
  state: 'asked' | 'done' | 'failed'
  problem: string | null
  attempt: number
  sourceOwner: string
  sourcePurpose: string
  createdAt: Date
  charge: string | null
  provider: string
}
const refundColumns = sql`r.id, r.key, r.payment, r.subject, r.amount, r.covered, r.currency, r.reason, r.state, r.problem, r.attempt, r.source_owner as "sourceOwner",
  r.source_purpose as "sourcePurpose", r.created_at as "createdAt", p.charge, p.provider`

export type NewRefund = {
  id: string
  key: string
  payment: string
  subject: string
  amount: bigint
  currency: string
  reason: string
  from: { owner: string; purpose: string }
  at: Date
}
/** Writes a refund and takes it off what the payment can still give back. False when this key has one already; `over` when more than is left was asked. */
export async function insertRefund(tx: Tx, r: NewRefund): Promise<boolean | 'over'> {
  // The payment first: refunds of one payment come one after the other.
  const left = await sql<{ left: bigint }>`
    select amount - refunded - disputed as left from payments.payment where id = ${r.payment} for no key update`.execute(tx)
  const known = await sql`select 1 from payments.refund where key = ${r.key}`.execute(tx)
  if (known.rows.length > 0) return false
  if ((left.rows[0]?.left ?? 0n) < r.amount) return 'over'
  await sql`insert into payments.refund (id, key, payment, subject, amount, currency, reason, source_owner, source_purpose, created_at)
    values (${r.id}, ${r.key}, ${r.payment}, ${r.subject}, ${r.amount}, ${r.currency}, ${r.reason}, ${r.from.owner}, ${r.from.purpose}, ${r.at})`.execute(
    tx,
  )
  await sql`update payments.payment set refunded = refunded + ${r.amount} where id = ${r.payment}`.execute(tx)
  return true
}

export async function readRefund(db: Db, id: string, lock = false): Promise<RefundRow | undefined> {
  const rows = await sql<RefundRow>`
    select ${refundColumns} from payments.refund r join payments.payment p on p.id = r.payment where r.id = ${id} ${lock ? sql`for no key update of r` : sql``}`.execute(
    db,
  )
  return rows.rows[0]
}

/** Refunds of a payment whose money has not reached the payer, oldest first. The payment is locked. */
export async function openRefundsOf(tx: Tx, payment: string): Promise<RefundRow[]> {
  return (
    await sql<RefundRow>`select ${refundColumns} from payments.refund r join payments.payment p on p.id = r.payment
      where r.payment = ${payment} and r.state <> 'done' order by r.id for no key update of r`.execute(tx)
  ).rows
}

export const endRefund = async (tx: Tx, id: string, state: 'done' | 'failed', at: Date, problem: string | null = null): Promise<void> => {
  await sql`update payments.refund set state = ${state}, done_at = ${state === 'done' ? at : null}, problem = ${problem} where id = ${id}`.execute(
    tx,
  )
}
export const coverRefund = async (tx: Tx, id: string, amount: bigint, at: Date): Promise<void> => {
  await sql`update payments.refund set covered = covered + ${amount}, state = case when covered + ${amount} = amount then 'done' else state end,
    done_at = case when covered + ${amount} = amount then ${at}::timestamptz end where id = ${id}`.execute(tx)
}
export const againRefund = async (tx: Tx, id: string, by: string, decision: string): Promise<void> => {
  await sql`update payments.refund set state = 'asked', problem = null, attempt = attempt + 1, decided_by = ${by}, decision = ${decision} where id = ${id}`.execute(
    tx,
  )
}

export async function listRefunds(
  db: Read,
  filter: { state: RefundRow['state'] | null; after: { at: Date; id: string } | null; limit: number },
): Promise<RefundRow[]> {
  const { state, after, limit } = filter
  return (
    await sql<RefundRow>`select ${refundColumns} from payments.refund r join payments.payment p on p.id = r.payment
      where ${state === null ? sql`true` : sql`r.state = ${state}`} ${after === null ? sql`` : sql`and (r.created_at, r.id) < (${after.at}, ${after.id})`}
      order by r.created_at desc, r.id desc limit ${limit}`.execute(db)
  ).rows
}

export type DisputeRow = {
  id: string
  provider: string
  providerRef: string
  payment: string
  subject: string
  amount: bigint
  exposed: bigint
  currency: string
  fee: bigint
  reason: string
  state: 'open' | 'won' | 'lost'
  respondBy: Date | null
  evidence: string
  openedAt: Date
  closedAt: Date | null
}
const disputeColumns = sql`id, provider, provider_ref as "providerRef", payment, subject, amount, exposed, currency, fee, reason, state, respond_by as "respondBy", evidence,
  opened_at as "openedAt", closed_at as "closedAt"`

export async function readDispute(db: Db, provider: string, ref: string): Promise<DisputeRow | undefined> {
  return (
    await sql<DisputeRow>`select ${disputeColumns} from payments.dispute where provider = ${provider} and provider_ref = ${ref}`.execute(db)
  ).rows[0]
}
export async function readDisputeById(db: Db, id: string): Promise<DisputeRow | undefined> {
  return (await sql<DisputeRow>`select ${disputeColumns} from payments.dispute where id = ${id}`.execute(db)).rows[0]
}
export async function hasOpenDispute(db: Db, payment: string): Promise<boolean> {
  return (await sql`select 1 from payments.dispute where payment = ${payment} and state = 'open' limit 1`.execute(db)).rows.length > 0
}
export async function hasDispute(db: Db, payment: string): Promise<boolean> {
  return (await sql`select 1 from payments.dispute where payment = ${payment} and state <> 'won' limit 1`.execute(db)).rows.length > 0
}
/** Writes a dispute of a locked payment and takes what it is exposed to off what the payment can still give back. */
export async function insertDispute(tx: Tx, d: Omit<DisputeRow, 'closedAt' | 'state' | 'evidence'>): Promise<void> {
  await sql`insert into payments.dispute (id, provider, provider_ref, payment, subject, amount, exposed, currency, fee, reason, respond_by, opened_at)
    values (${d.id}, ${d.provider}, ${d.providerRef}, ${d.payment}, ${d.subject}, ${d.amount}, ${d.exposed}, ${d.currency}, ${d.fee}, ${d.reason}, ${d.respondBy}, ${d.openedAt})`.execute(
    tx,
  )
  await sql`update payments.payment set disputed = disputed + ${d.exposed} where id = ${d.payment}`.execute(tx)
}
export async function closeDispute(tx: Tx, d: DisputeRow, state: 'won' | 'lost', at: Date): Promise<void> {
  await sql`update payments.dispute set state = ${state}, closed_at = ${at} where id = ${d.id}`.execute(tx)
  if (state === 'won') await sql`update payments.payment set disputed = disputed - ${d.exposed} where id = ${d.payment}`.execute(tx)
}
export const setDisputeFee = async (tx: Tx, id: string, fee: bigint): Promise<void> => {
  await sql`update payments.dispute set fee = ${fee} where id = ${id}`.execute(tx)
}
export const setEvidence = async (tx: Tx, id: string, evidence: string): Promise<void> => {
  await sql`update payments.dispute set evidence = ${evidence} where id = ${id}`.execute(tx)
}
export async function listDisputes(
  db: Read,
  filter: { state: DisputeRow['state'] | null; after: { at: Date; id: string } | null; limit: number },
): Promise<DisputeRow[]> {
  const { state, after, limit } = filter
  return (
    await sql<DisputeRow>`select ${disputeColumns} from payments.dispute
      where ${state === null ? sql`true` : sql`state = ${state}`} ${after === null ? sql`` : sql`and (opened_at, id) < (${after.at}, ${after.id})`}
      order by opened_at desc, id desc limit ${limit}`.execute(db)
  ).rows
}

/** What the provider keeps of an amount, by its rate at that time; for previews and for providers that do not say. */
export async function feeRate(db: Db, provider: string, at: Date): Promise<{ rateBp: number; fixed: bigint }> {
  const rows = await sql<{ rateBp: number; fixed: bigint }>`
    select rate_bp as "rateBp", fixed from payments.fee_rate where provider = ${provider} and valid_from <= ${at} order by valid_from desc limit 1`.execute(
    db,
  )
  return rows.rows[0] ?? { rateBp: 0, fixed: 0n }
}
