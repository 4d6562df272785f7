/** SQL of disputes. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
export type Mode = 'escrow' | 'given'
export type Part = { line: string; amount: bigint; mode: Mode }
export type DisputeRow = {
  id: string
  payment: string
  order: string
  number: string
  buyer: string
  buyerName: string
  provider: string
  currency: string
  amount: bigint
  parts: bigint
  fee: bigint
  reason: string
  state: 'open' | 'won' | 'lost'
  openedAt: Date
  endedAt: Date | null
  respondBy: Date | null
  lines:
    | {
        line: string
        title: string
        amount: string
        mode: Mode
        holds: { owner: string; name: string; wanted: string; held: string; hold: string | null }[] | null
      }[]
    | null
  evidence: { by: string; text: string; at: string }[] | null
}
const columns = sql`d.id, d.payment, d."order", o.number, o.buyer, coalesce(o.buyer_name, '') as "buyerName", d.provider, d.currency, d.amount, d.parts, d.fee, d.reason, d.state,
  d.opened_at as "openedAt", d.ended_at as "endedAt", y.respond_by as "respondBy",
  (select jsonb_agg(jsonb_build_object('line', p.line, 'title', l.title, 'amount', p.amount::text, 'mode', p.mode,
      'holds', (select jsonb_agg(jsonb_build_object('owner', a.owner, 'name', coalesce(n.name, ''), 'wanted', a.wanted::text, 'held', coalesce(h.amount - h.captured - h.released, 0)::text, 'hold', a.hold) order by a.owner)
        from refunds.aside a left join people.public_party n on n.id = a.owner left join ledger.public_hold h on h.id = a.hold where a.cause = d.id and a.line = p.line)) order by p.line)
    from refunds.dispute_part p join shop.public_line l on l.id = p.line where p.dispute = d.id) as lines,
  (select jsonb_agg(jsonb_build_object('by', coalesce(n.name, ''), 'text', e.text, 'at', e.at) order by e.id) from refunds.evidence e left join people.public_party n on n.id = e.by where e.dispute = d.id) as evidence`
const tables = sql`refunds.dispute d left join shop.public_order o on o.id = d."order" left join payments.public_dispute y on y.id = d.id`

export type NewDispute = {
  id: string
  payment: string
  order: string
  provider: string
  currency: string
  amount: bigint
  parts: bigint
  fee: bigint
  reason: string
  at: Date
}
export async function insertDispute(tx: Tx, d: NewDispute, parts: readonly Part[]): Promise<void> {
  await sql`insert into refunds.dispute (id, payment, "order", provider, currency, amount, parts, excess, fee, reason, opened_at)
    values (${d.id}, ${d.payment}, ${d.order}, ${d.provider}, ${d.currency}, ${d.amount}, ${d.parts}, ${d.amount - d.parts}, ${d.fee}, ${d.reason}, ${d.at})`.execute(
    tx,
  )
  for (const p of parts)
    await sql`insert into refunds.dispute_part (dispute, line, amount, mode) values (${d.id}, ${p.line}, ${p.amount}, ${p.mode})`.execute(
      tx,
    )
}
export async function lockDispute(
  tx: Tx,
  id: string,
): Promise<{ id: string; state: string; amount: bigint; parts: bigint; order: string } | undefined> {
  return (
    await sql<{ id: string; state: string; amount: bigint; parts: bigint; order: string }>`
      select id, state, amount, parts, "order" from refunds.dispute where id = ${id} for no key update`.execute(tx)
  ).rows[0]
}
export async function partsOf(db: Db, dispute: string): Promise<Part[]> {
  return (
    await sql<Part>`select line, amount, mode from refunds.dispute_part where dispute = ${dispute} and state = 'open' order by line`.execute(
      db,
    )
  ).rows
}
export async function endDispute(tx: Tx, id: string, state: 'won' | 'lost', at: Date): Promise<void> {
  await sql`update refunds.dispute_part set state = ${state} where dispute = ${id} and state = 'open'`.execute(tx)
  await sql`update refunds.dispute set state = ${state}, ended_at = ${at} where id = ${id} and state = 'open'`.execute(tx)
}
/** The line was settled meanwhile: what is disputed of it lies with those who got it. */
export const setMode = async (tx: Tx, dispute: string, line: string, mode: Mode): Promise<void> => {
  await sql`update refunds.dispute_part set mode = ${mode} where dispute = ${dispute} and line = ${line}`.execute(tx)
}
/** Open disputes of a line, oldest first. */
export async function openPartsOfLine(db: Db, line: string): Promise<{ dispute: string; amount: bigint; mode: Mode; reason: string }[]> {
  return (
    await sql<{ dispute: string; amount: bigint; mode: Mode; reason: string }>`
      select p.dispute, p.amount, p.mode, d.reason from refunds.dispute_part p join refunds.dispute d on d.id = p.dispute where p.line = ${line} and p.state = 'open' order by p.dispute`.execute(
      db,
    )
  ).rows
}
/** Whether a dispute of this order is open. */
export async function isDisputed(db: Db, order: string): Promise<boolean> {
  return (await sql`select 1 from refunds.dispute where "order" = ${order} and state = 'open' limit 1`.execute(db)).rows.length > 0
}
export async function readDispute(db: Db, id: string): Promise<DisputeRow | undefined> {
  return (await sql<DisputeRow>`select ${columns} from ${tables} where d.id = ${id}`.execute(db)).rows[0]
}
export async function listDisputes(
  db: Db,
  q: { state: 'open' | 'won' | 'lost' | null; after: { at: Date; id: string } | null; limit: number },
): Promise<DisputeRow[]> {
  const rows = await sql<DisputeRow>`
    select ${columns} from ${tables} where true ${q.state === null ? sql`` : sql`and d.state = ${q.state}`}
      ${q.after === null ? sql`` : sql`and (d.opened_at, d.id) < (${q.after.at}, ${q.after.id})`}
    order by d.opened_at desc, d.id desc limit ${q.limit}`.execute(db)
  return rows.rows
}
export const insertEvidence = async (tx: Tx, dispute: string, by: string, text: string, at: Date): Promise<void> => {
  await sql`insert into refunds.evidence (dispute, by, text, at) values (${dispute}, ${by}, ${text}, ${at}) on conflict do nothing`.execute(
    tx,
  )
}
