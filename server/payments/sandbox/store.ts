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
  state: 'open' | 'paid'
  fee: bigint
  refunded: bigint
}
const columns = sql`ref, merchant, reference, amount, currency, merchant_name as "merchantName", description, return_url as "returnUrl", state, fee, refunded`

/** Makes the charge, or gives the one this merchant made before under this reference. */
export async function makeCharge(db: Db, c: Omit<Charge, 'state' | 'fee' | 'refunded'>, at: Date): Promise<Charge> {
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

/** True when it was made now; false when this key had been used before. */
export async function makeRefund(tx: Tx, key: string, ref: string, amount: bigint, at: Date): Promise<boolean> {
  const made =
    await sql`insert into payments.sandbox_refund (key, charge, amount, created_at) values (${key}, ${ref}, ${amount}, ${at}) on conflict (key) do nothing`.execute(
      tx,
    )
  if (made.numAffectedRows === 0n) return false
  await sql`update payments.sandbox_charge set refunded = refunded + ${amount} where ref = ${ref}`.execute(tx)
  return true
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
