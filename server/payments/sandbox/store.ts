/** The sandbox provider's own tables; no other SQL of it exists. */
import { sql } from 'kysely'
import type { Read, Tx } from '../../foundation/db.ts'

type Db = Read | Tx
export type Charge = {
  ref: string
  merchant: string
  reference: string
  amount: bigint
  currency: string
  merchantName: string
  description: string
  returnUrl: string
  state: 'open' | 'paid' | 'closed'
  fee: bigint
  refunded: bigint
  disputed: bigint
  paidAt: Date | null
}
const columns = sql`ref, merchant, reference, amount, currency, merchant_name as "merchantName", description, return_url as "returnUrl", state, fee, refunded, disputed, paid_at as "paidAt"`

/** Makes the charge, or gives the one this merchant made before under this reference. */
export async function makeCharge(db: Db, c: Omit<Charge, 'state' | 'fee' | 'refunded' | 'disputed' | 'paidAt'>, at: Date): Promise<Charge> {
  await sql`insert into payments.sandbox_charge (ref, merchant, reference, amount, currency, merchant_name, description, return_url, created_at)
    values (${c.ref}, ${c.merchant}, ${c.reference}, ${c.amount}, ${c.currency}, ${c.merchantName}, ${c.description}, ${c.returnUrl}, ${at})
    on conflict (merchant, reference) do nothing`.execute(db)
  const rows =
    await sql<Charge>`select ${columns} from payments.sandbox_charge where merchant = ${c.merchant} and reference = ${c.reference}`.execute(
      db,
    )
  return rows.rows[0]!
}

export async function readCharge(db: Db, ref: string, lock = false): Promise<Charge | undefined> {
  return (
    await sql<Charge>`select ${columns} from payments.sandbox_charge where ref = ${ref} ${lock ? sql`for update` : sql``}`.execute(db)
  ).rows[0]
}

export const markPaid = async (tx: Tx, ref: string, fee: bigint, at: Date): Promise<void> => {
  await sql`update payments.sandbox_charge set state = 'paid', fee = ${fee}, paid_at = ${at} where ref = ${ref}`.execute(tx)
}

/** The charge a merchant made under this reference. */
export async function chargeFor(db: Db, merchant: string, reference: string): Promise<Charge | undefined> {
  return (
    await sql<Charge>`select ${columns} from payments.sandbox_charge where merchant = ${merchant} and reference = ${reference}`.execute(db)
  ).rows[0]
}
export const markClosed = async (tx: Tx, ref: string): Promise<void> => {
  await sql`update payments.sandbox_charge set state = 'closed' where ref = ${ref} and state = 'open'`.execute(tx)
}

/** True when it was made now; false when this key had been used before. `fee`: what of the fee goes back with it. */
export async function makeRefund(
  tx: Tx,
  r: { key: string; charge: string; amount: bigint; fee: bigint; state: 'done' | 'failed'; at: Date },
): Promise<boolean> {
  const made = await sql`insert into payments.sandbox_refund (key, charge, amount, fee, state, created_at)
    values (${r.key}, ${r.charge}, ${r.amount}, ${r.fee}, ${r.state}, ${r.at}) on conflict (key) do nothing`.execute(tx)
  if (made.numAffectedRows === 0n) return false
  if (r.state === 'done')
    await sql`update payments.sandbox_charge set refunded = refunded + ${r.amount} where ref = ${r.charge}`.execute(tx)
  return true
}
export const isRefund = async (db: Db, key: string): Promise<boolean> =>
  (await sql`select 1 from payments.sandbox_refund where key = ${key}`.execute(db)).rows.length > 0

export type SandboxDispute = { ref: string; charge: string; amount: bigint; fee: bigint; reason: string; state: string; respondBy: Date }
export async function disputeOf(db: Db, charge: string): Promise<SandboxDispute | undefined> {
  return (
    await sql<SandboxDispute>`select ref, charge, amount, fee, reason, state, respond_by as "respondBy" from payments.sandbox_dispute where charge = ${charge}`.execute(
      db,
    )
  ).rows[0]
}
export async function makeDispute(tx: Tx, d: Omit<SandboxDispute, 'state'>, at: Date): Promise<void> {
  await sql`insert into payments.sandbox_dispute (ref, charge, amount, fee, reason, respond_by, created_at)
    values (${d.ref}, ${d.charge}, ${d.amount}, ${d.fee}, ${d.reason}, ${d.respondBy}, ${at})`.execute(tx)
  await sql`update payments.sandbox_charge set disputed = ${d.amount} where ref = ${d.charge}`.execute(tx)
}
export async function endDispute(tx: Tx, d: SandboxDispute, state: 'won' | 'lost', at: Date): Promise<void> {
  await sql`update payments.sandbox_dispute set state = ${state}, closed_at = ${at} where ref = ${d.ref}`.execute(tx)
  if (state === 'won') await sql`update payments.sandbox_charge set disputed = 0 where ref = ${d.charge}`.execute(tx)
}

export type SandboxPayout = {
  key: string
  merchant: string
  ref: string
  amount: bigint
  currency: string
  account: string
  name: string
  state: 'sent' | 'paid' | 'failed'
  problem: string | null
}
const payoutColumns = sql`key, merchant, ref, amount, currency, account, name, state, problem`
/** Writes a payout, or gives the one made before under this key. */
export async function makePayout(tx: Tx, p: SandboxPayout, at: Date): Promise<SandboxPayout> {
  await sql`insert into payments.sandbox_payout (key, merchant, ref, amount, currency, account, name, state, problem, created_at, done_at)
    values (${p.key}, ${p.merchant}, ${p.ref}, ${p.amount}, ${p.currency}, ${p.account}, ${p.name}, ${p.state}, ${p.problem}, ${at}, ${p.state === 'sent' ? null : at})
    on conflict (key) do nothing`.execute(tx)
  return (await readPayout(tx, p.key))!
}
export async function readPayout(db: Db, key: string): Promise<SandboxPayout | undefined> {
  return (await sql<SandboxPayout>`select ${payoutColumns} from payments.sandbox_payout where key = ${key}`.execute(db)).rows[0]
}
export async function endPayout(tx: Tx, key: string, state: 'paid' | 'failed', problem: string | null, at: Date): Promise<void> {
  await sql`update payments.sandbox_payout set state = ${state}, problem = ${problem}, done_at = ${at} where key = ${key} and state = 'sent'`.execute(
    tx,
  )
}

export type BookRow = { type: string; ref: string; reference: string; amount: bigint; fee: bigint; currency: string; at: Date }
/** All that ever moved in what the sandbox holds for these merchants, one row each. A payout that failed at once moved nothing. */
const books = (merchants: readonly string[]) => {
  const ours = sql`${[...merchants]}::text[]`
  return sql`(
    select 'payment' as type, ref, reference, amount, fee, currency, paid_at as at from payments.sandbox_charge where paid_at is not null and merchant = any(${ours})
    union all select 'refund', 'rf_' || r.key, r.key, -r.amount, -r.fee, c.currency, r.created_at
      from payments.sandbox_refund r join payments.sandbox_charge c on c.ref = r.charge where r.state = 'done' and c.merchant = any(${ours})
    union all select 'chargeback', d.ref, c.reference, -d.amount, d.fee, c.currency, d.created_at
      from payments.sandbox_dispute d join payments.sandbox_charge c on c.ref = d.charge where c.merchant = any(${ours})
    union all select 'chargeback_won', d.ref || '_won', c.reference, d.amount, 0, c.currency, d.closed_at
      from payments.sandbox_dispute d join payments.sandbox_charge c on c.ref = d.charge where d.state = 'won' and c.merchant = any(${ours})
    union all select case when account like 'bank:%' then 'sweep' else 'payout' end, ref, key, -amount, 0, currency, created_at
      from payments.sandbox_payout where (state <> 'failed' or done_at > created_at) and merchant = any(${ours})
    union all select 'payout_returned', ref || '_back', key, amount, 0, currency, done_at
      from payments.sandbox_payout where state = 'failed' and done_at > created_at and merchant = any(${ours})
  )`
}
export async function booksBetween(db: Db, merchants: readonly string[], from: Date, to: Date): Promise<BookRow[]> {
  return (
    await sql<BookRow>`select type, ref, reference, amount, fee, currency, at from ${books(merchants)} b where at >= ${from} and at < ${to} order by at, ref`.execute(
      db,
    )
  ).rows
}
export async function booksUntil(db: Db, merchants: readonly string[], to: Date): Promise<{ currency: string; amount: bigint }[]> {
  return (
    await sql<{ currency: string; amount: bigint }>`
      select currency, sum(amount - fee)::bigint as amount from ${books(merchants)} b where at < ${to} group by currency order by currency`.execute(
      db,
    )
  ).rows
}

export type Notification = { id: string; charge: string; type: string; body: string; dueAt: Date; deliveredAt: Date | null }
export const insertNotification = async (tx: Tx, n: Omit<Notification, 'deliveredAt'>): Promise<void> => {
  await sql`insert into payments.sandbox_notification (id, charge, type, body, due_at) values (${n.id}, ${n.charge}, ${n.type}, ${n.body}, ${n.dueAt})`.execute(
    tx,
  )
}
export async function readNotification(db: Db, id: string): Promise<Notification | undefined> {
  const rows =
    await sql<Notification>`select id, charge, type, body, due_at as "dueAt", delivered_at as "deliveredAt" from payments.sandbox_notification where id = ${id}`.execute(
      db,
    )
  return rows.rows[0]
}
/** Takes up to `limit` other notifications that are due and that nobody sends at the moment. */
export async function claimDue(db: Db, except: string, now: Date, until: Date, limit: number): Promise<Notification[]> {
  const rows = await sql<Notification>`
    update payments.sandbox_notification n set claimed_until = ${until}
    from (select id from payments.sandbox_notification where delivered_at is null and last_status is null and due_at <= ${now} and (claimed_until is null or claimed_until < ${now})
      and id <> ${except} order by due_at limit ${limit} for update skip locked) d
    where n.id = d.id returning n.id, n.charge, n.type, n.body, n.due_at as "dueAt", n.delivered_at as "deliveredAt"`.execute(db)
  return rows.rows
}
export const noteDelivery = async (db: Db, id: string, status: number, deliveredAt: Date | null): Promise<void> => {
  await sql`update payments.sandbox_notification set attempts = attempts + 1, last_status = ${status}, delivered_at = ${deliveredAt} where id = ${id}`.execute(
    db,
  )
}
