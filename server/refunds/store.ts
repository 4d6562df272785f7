/** SQL of refunds: requests and what is read of them. Money that is given back: store-money.ts; disputes: store-disputes.ts; the reserve: store-reserve.ts. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type RequestState = 'asked' | 'escalated' | 'short' | 'done' | 'declined' | 'withdrawn'
export type Reason = 'mistake' | 'faulty' | 'not_as_described' | 'twice' | 'goodwill' | 'other'
export type Side = 'buyer' | 'seller' | 'staff'
export type AnswerCode = 'refunded' | 'dispute' | 'timeout' | 'refused'
export type RequestRow = {
  id: string
  line: string
  order: string
  number: string
  title: string
  kind: string
  page: string
  owner: string | null
  seller: string
  buyer: string
  buyerName: string
  currency: string
  asked: bigint
  amount: bigint
  price: bigint
  refunded: bigint
  side: Side
  by: string
  reason: Reason
  note: string | null
  state: RequestState
  until: Date | null
  answer: string | null
  answerCode: AnswerCode | null
  decidedAt: Date | null
  createdAt: Date
  downloaded: boolean
  /** Asked by the buyer, declined by the seller's people, nothing asked since, and something is left to give back. */
  contested: boolean
}
const columns = sql`r.id, r.line, r."order", l.number, l.title, l.kind, r.page, p.owner, coalesce(p.name, '') as seller, r.buyer, coalesce(b.name, '') as "buyerName", r.currency, r.asked, r.amount,
  l.amount as price, l.refunded, r.side, r.by, r.reason, r.note, r.state, r.until, r.answer, r.answer_code as "answerCode", r.decided_at as "decidedAt", r.created_at as "createdAt",
  exists (select from shop.public_downloaded d where d.line = r.line) as downloaded,
  r.state = 'declined' and r.side = 'buyer' and r.answer_code is null and l.state in ('held', 'settled') and l.refunded < l.amount
    and (r.decided_by = p.owner or exists (select from people.public_member m where m.organisation = p.owner and m.person = r.decided_by and m.role in ('owner', 'manager', 'finance')))
    and not exists (select from refunds.request x where x.line = r.line and x.side = 'buyer' and (x.created_at, x.id) > (r.created_at, r.id)) as contested`
const tables = sql`refunds.request r join shop.public_line l on l.id = r.line left join people.public_page p on p.id = r.page left join people.public_party b on b.id = r.buyer`

export async function readRequest(db: Db, id: string): Promise<RequestRow | undefined> {
  return (await sql<RequestRow>`select ${columns} from ${tables} where r.id = ${id}`.execute(db)).rows[0]
}

export async function requestsOfLines(db: Db, lines: readonly string[]): Promise<RequestRow[]> {
  return (
    await sql<RequestRow>`select ${columns} from ${tables} where r.line = any(${list(lines)}) order by r.created_at, r.id`.execute(db)
  ).rows
}

type ListQuery = {
  state: RequestState | null
  line: string | null
  owners: readonly string[] | null
  after: { at: Date; id: string } | null
  limit: number
}
/** Newest first; `owners`: only of pages they own. */
export async function listRequests(db: Db, q: ListQuery): Promise<RequestRow[]> {
  const rows = await sql<RequestRow>`
    select ${columns} from ${tables} where true
      ${q.state === null ? sql`` : sql`and r.state = ${q.state}`} ${q.line === null ? sql`` : sql`and r.line = ${q.line}`}
      ${q.owners === null ? sql`` : sql`and r.page in (select id from people.public_page where owner = any(${list(q.owners)}))`}
      ${q.after === null ? sql`` : sql`and (r.created_at, r.id) < (${q.after.at}, ${q.after.id})`}
    order by r.created_at desc, r.id desc limit ${q.limit}`.execute(db)
  return rows.rows
}

export type NewRequest = {
  id: string
  line: string
  order: string
  page: string
  buyer: string
  currency: string
  amount: bigint
  side: Side
  by: string
  reason: Reason
  note: string | null
  state: 'asked' | 'escalated' | 'done' | 'short'
  until: Date | null
  at: Date
}
/** False when the id is taken. */
export async function insertRequest(tx: Tx, r: NewRequest): Promise<boolean> {
  const done = r.state === 'done'
  const made = await sql`
    insert into refunds.request (id, line, "order", page, buyer, currency, asked, amount, side, by, reason, note, state, until, decided_by, decided_at, created_at)
    values (${r.id}, ${r.line}, ${r.order}, ${r.page}, ${r.buyer}, ${r.currency}, ${r.amount}, ${r.amount}, ${r.side}, ${r.by}, ${r.reason}, ${r.note}, ${r.state}, ${r.until},
      ${done ? r.by : null}, ${done ? r.at : null}, ${r.at}) on conflict (id) do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}

export type RequestChange = {
  state: RequestState
  until?: Date | null
  amount?: bigint
  answer?: string | null
  answerCode?: AnswerCode | null
  by?: string | null
  at?: Date | null
}
export const changeRequest = async (tx: Tx, id: string, c: RequestChange): Promise<void> => {
  const over = c.state === 'done' || c.state === 'declined' || c.state === 'withdrawn'
  await sql`update refunds.request set state = ${c.state}, until = ${over ? null : (c.until ?? null)}, amount = coalesce(${c.amount ?? null}::bigint, amount),
    answer = coalesce(${c.answer ?? null}, answer), answer_code = coalesce(${c.answerCode ?? null}, answer_code),
    decided_by = coalesce(${c.by ?? null}, decided_by), decided_at = ${over ? c.at! : null} where id = ${id}`.execute(tx)
}

/** Requests whose time is up, oldest first. */
export async function overdueRequests(db: Db, now: Date, limit: number): Promise<{ id: string; line: string; state: RequestState }[]> {
  const rows = await sql<{ id: string; line: string; state: RequestState }>`
    select id, line, state from refunds.request where until <= ${now} order by until, id limit ${limit}`.execute(db)
  return rows.rows
}

/** Refunds that wait for the operator, oldest first. */
export async function waitingShort(db: Db, limit: number): Promise<string[]> {
  const rows = await sql<{
    id: string
  }>`select id from refunds.request where state = 'short' order by created_at, id limit ${limit}`.execute(db)
  return rows.rows.map(row => row.id)
}

/** What of each line is spoken for: refunds that wait for the operator and open disputes. */
export async function spokenFor(db: Db, lines: readonly string[]): Promise<Map<string, { short: bigint; disputed: bigint }>> {
  const rows = await sql<{ line: string; short: bigint; disputed: bigint }>`
    select l.line, coalesce((select sum(amount) from refunds.request r where r.line = l.line and r.state = 'short'), 0)::bigint as short,
      coalesce((select sum(amount) from refunds.dispute_part d where d.line = l.line and d.state = 'open'), 0)::bigint as disputed
    from unnest(${list(lines)}) as l(line)`.execute(db)
  return new Map(rows.rows.map(({ line, ...row }) => [line, row]))
}

export type LineRow = {
  id: string
  order: string
  number: string
  kind: string
  release: string | null
  title: string
  page: string
  owner: string | null
  seller: string
  buyer: string
  amount: bigint
  refunded: bigint
  fee: bigint
  currency: string
  state: string
  frozen: boolean
  payment: string | null
  provider: string | null
  paidAt: Date | null
  downloaded: boolean
}
const linesWhere = (where: RawBuilder<unknown>) => sql<LineRow>`
  select l.id, l."order", l.number, l.kind, l.release, l.title, l.page, p.owner, coalesce(p.name, '') as seller, l.buyer, l.amount, l.refunded, l.fee, l.currency, l.state, l.frozen, l.payment,
    y.provider, l.paid_at as "paidAt", exists (select from shop.public_downloaded d where d.line = l.id) as downloaded
  from shop.public_line l left join people.public_page p on p.id = l.page left join payments.public_payment y on y.id = l.payment where ${where} order by l.id`
export const readLines = async (db: Db, ids: readonly string[]): Promise<LineRow[]> =>
  (await linesWhere(sql`l.id = any(${list(ids)})`).execute(db)).rows
export const linesOfOrder = async (db: Db, order: string): Promise<LineRow[]> =>
  (await linesWhere(sql`l."order" = ${order}`).execute(db)).rows

/** Refunds of these lines at their provider. */
export async function returnsOf(
  db: Db,
  lines: readonly string[],
): Promise<{ id: string; line: string; amount: bigint; currency: string; state: 'asked' | 'done' | 'failed'; at: Date }[]> {
  const rows = await sql<{ id: string; line: string; amount: bigint; currency: string; state: 'asked' | 'done' | 'failed'; at: Date }>`
    select id, subject as line, amount, currency, state, coalesce(done_at, created_at) as at from payments.public_refund where subject = any(${list(lines)}) order by created_at, id`.execute(
    db,
  )
  return rows.rows
}
