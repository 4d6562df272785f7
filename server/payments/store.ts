/** All SQL of payments; the sandbox provider has its own in sandbox/store.ts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type PaymentState = 'asked' | 'paid' | 'failed' | 'closed'
export type PaymentRow = {
  id: string
  purpose: 'order'
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
  createdAt: Date
  paidAt: Date | null
  /** Paid after it had been closed; set while a notification is judged. */
  late?: boolean
}
const columns = sql`id, purpose, subject, payer, provider, charge, page, amount, currency, fee, state, problem, refunded, created_at as "createdAt", paid_at as "paidAt"`

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

/** Payments that are not paid can no longer be paid on our side. */
export const closePayments = async (tx: Tx, ids: readonly string[]): Promise<void> => {
  await sql`update payments.payment set state = 'closed' where id = any(${list(ids)}) and state in ('asked', 'failed')`.execute(tx)
}

export const setCharge = async (tx: Tx, id: string, charge: string, page: string): Promise<void> => {
  await sql`update payments.payment set charge = ${charge}, page = ${page} where id = ${id} and charge is null`.execute(tx)
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
  currency: string
  reason: string
  state: 'asked' | 'done' | 'failed'
  createdAt: Date
  charge: string | null
  provider: string
}

/** Writes a refund and takes it off what the payment can still give back. Undefined when this key has one already. */
export async function insertRefund(
  tx: Tx,
  r: { id: string; key: string; payment: string; subject: string; amount: bigint; currency: string; reason: string; at: Date },
): Promise<boolean> {
  const made = await sql`insert into payments.refund (id, key, payment, subject, amount, currency, reason, created_at)
    values (${r.id}, ${r.key}, ${r.payment}, ${r.subject}, ${r.amount}, ${r.currency}, ${r.reason}, ${r.at}) on conflict (key) do nothing`.execute(
    tx,
  )
  if (made.numAffectedRows === 0n) return false
  await sql`update payments.payment set refunded = refunded + ${r.amount} where id = ${r.payment}`.execute(tx)
  return true
}

export async function readRefund(db: Db, id: string, lock = false): Promise<RefundRow | undefined> {
  const rows = await sql<RefundRow>`
    select r.id, r.key, r.payment, r.subject, r.amount, r.currency, r.reason, r.state, r.created_at as "createdAt", p.charge, p.provider
    from payments.refund r join payments.payment p on p.id = r.payment where r.id = ${id} ${lock ? sql`for no key update of r` : sql``}`.execute(
    db,
  )
  return rows.rows[0]
}

export const endRefund = async (tx: Tx, id: string, state: 'done' | 'failed', at: Date, problem: string | null = null): Promise<void> => {
  await sql`update payments.refund set state = ${state}, done_at = ${state === 'done' ? at : null}, problem = ${problem} where id = ${id}`.execute(
    tx,
  )
}

/** What the provider keeps of an amount, by its rate at that time; for previews and for providers that do not say. */
export async function feeRate(db: Db, provider: string, at: Date): Promise<{ rateBp: number; fixed: bigint }> {
  const rows = await sql<{ rateBp: number; fixed: bigint }>`
    select rate_bp as "rateBp", fixed from payments.fee_rate where provider = ${provider} and valid_from <= ${at} order by valid_from desc limit 1`.execute(
    db,
  )
  return rows.rows[0] ?? { rateBp: 0, fixed: 0n }
}
