/** SQL of deals, costs and payments out of a show's pot; and what the ledger says of it. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type DealState = 'open' | 'signed' | 'declined' | 'withdrawn' | 'replaced' | 'paid'
export type Answer = { party: string; person: string; answer: 'signed' | 'declined'; at: string }
export type DealRow = {
  id: string
  show: string
  kind: 'terms' | 'settlement'
  version: number
  organiser: string
  artist: string
  organiserName: string
  artistName: string
  currency: string
  body: unknown
  text: string
  hash: string
  state: DealState
  createdBy: string
  createdAt: Date
  closedAt: Date | null
  reason: string
  answers: Answer[]
}
const deal: RawBuilder<unknown> = sql`d.id, d.show, d.kind, d.version, d.organiser, d.artist, o.name as "organiserName", a.name as "artistName", d.currency, d.body, d.text, d.hash, d.state,
  d.created_by as "createdBy", d.created_at as "createdAt", d.closed_at as "closedAt", d.reason,
  (select coalesce(json_agg(json_build_object('party', w.party, 'person', w.person, 'answer', w.answer,
    'at', to_char(w.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by w.at), '[]') from deals.answer w where w.deal = d.id) as answers`
const tables: RawBuilder<unknown> = sql`deals.deal d left join people.public_party o on o.id = d.organiser left join people.public_party a on a.id = d.artist`

export async function readDeal(db: Read | Tx, id: string): Promise<DealRow | undefined> {
  return (await sql<DealRow>`select ${deal} from ${tables} where d.id = ${id}`.execute(db)).rows[0]
}
export async function dealsOfShow(db: Read | Tx, show: string): Promise<DealRow[]> {
  return (
    await sql<DealRow>`select ${deal} from ${tables} where d.show = ${show} order by d.created_at desc, d.id desc limit 200`.execute(db)
  ).rows
}
export async function dealsOfParties(
  db: Read,
  parties: readonly string[],
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<DealRow[]> {
  const { rows } = await sql<DealRow>`
    select ${deal} from ${tables} where (d.artist = any(${[...parties]}::text[]) or d.organiser = any(${[...parties]}::text[]))
      ${after === undefined ? sql`` : sql`and (d.created_at, d.id) < (${after[0]}, ${after[1]})`} order by d.created_at desc, d.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}
/** All papers of a show change under its lock. */
export async function lockShow(tx: Tx, show: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`deals:${show}`}, 0))`.execute(tx)
}
export async function insertDeal(
  tx: Tx,
  row: Pick<
    DealRow,
    'id' | 'show' | 'kind' | 'organiser' | 'artist' | 'currency' | 'text' | 'hash' | 'createdBy' | 'createdAt' | 'version'
  > & { body: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into deals.deal (id, show, kind, version, organiser, artist, currency, body, text, hash, created_by, created_at)
    values (${row.id}, ${row.show}, ${row.kind}, ${row.version}, ${row.organiser}, ${row.artist}, ${row.currency}, ${row.body}::jsonb, ${row.text}, ${row.hash}, ${row.createdBy}, ${row.createdAt})
    on conflict (id) do nothing returning id`.execute(tx)
  return rows.length > 0
}
export async function closeDeals(
  tx: Tx,
  which: { id: string } | { show: string; kind: string; from: readonly DealState[] },
  state: DealState,
  at: Date,
  reason = '',
): Promise<void> {
  const where =
    'id' in which ? sql`id = ${which.id}` : sql`show = ${which.show} and kind = ${which.kind} and state = any(${[...which.from]}::text[])`
  await sql`update deals.deal set state = ${state}, closed_at = ${at}, reason = ${reason} where ${where}`.execute(tx)
}
export async function insertAnswer(
  tx: Tx,
  row: { deal: string; party: string; person: string; answer: 'signed' | 'declined'; hash: string; at: Date },
): Promise<void> {
  await sql`insert into deals.answer (deal, party, person, answer, hash, at) values (${row.deal}, ${row.party}, ${row.person}, ${row.answer}, ${row.hash}, ${row.at})
    on conflict (deal, party) do nothing`.execute(tx)
}

export type CostRow = {
  id: string
  show: string
  name: string
  amount: bigint
  currency: string
  payee: 'organiser' | 'artist'
  receipt: string | null
  note: string
  by: string
  at: Date
  removed: boolean
}
const cost: RawBuilder<unknown> = sql`c.id, c.show, c.name, c.amount, c.currency, c.payee, c.receipt, c.note, p.name as by, c.created_at as at, c.removed_at is not null as removed`
export async function costsOf(db: Read | Tx, show: string): Promise<CostRow[]> {
  return (
    await sql<CostRow>`select ${cost} from deals.cost c left join people.public_party p on p.id = c.created_by where c.show = ${show} and c.removed_at is null order by c.created_at, c.id`.execute(
      db,
    )
  ).rows
}
export async function readCost(db: Read | Tx, id: string): Promise<CostRow | undefined> {
  return (
    await sql<CostRow>`select ${cost} from deals.cost c left join people.public_party p on p.id = c.created_by where c.id = ${id}`.execute(
      db,
    )
  ).rows[0]
}
export async function putCostRow(
  tx: Tx,
  row: Pick<CostRow, 'id' | 'show' | 'name' | 'amount' | 'currency' | 'payee' | 'note'> & { by: string; at: Date },
): Promise<void> {
  await sql`
    insert into deals.cost (id, show, name, amount, currency, payee, note, created_by, created_at, changed_at)
    values (${row.id}, ${row.show}, ${row.name}, ${row.amount}, ${row.currency}, ${row.payee}, ${row.note}, ${row.by}, ${row.at}, ${row.at})
    on conflict (id) do update set name = excluded.name, amount = excluded.amount, payee = excluded.payee, note = excluded.note, changed_at = excluded.changed_at, removed_at = null`.execute(
    tx,
  )
}
export async function removeCost(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update deals.cost set removed_at = coalesce(removed_at, ${at}), changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function setReceipt(tx: Tx, id: string, asset: string, at: Date): Promise<void> {
  await sql`update deals.cost set receipt = ${asset}, changed_at = ${at} where id = ${id}`.execute(tx)
}

/** Minor units as text: JSON has no bigint. */
export type Part = { party: string; side: 'organiser' | 'artist'; amount: string }
export type PaymentRow = {
  id: string
  show: string
  deal: string | null
  kind: 'settlement' | 'rest' | 'cover'
  amount: bigint
  currency: string
  parts: Part[]
  at: Date
}
export async function paymentsOf(db: Read | Tx, show: string): Promise<PaymentRow[]> {
  return (
    await sql<PaymentRow>`select id, show, deal, kind, amount, currency, parts, at from deals.payment where show = ${show} order by at, id`.execute(
      db,
    )
  ).rows
}
export async function insertPayment(tx: Tx, row: PaymentRow): Promise<boolean> {
  const { rows } = await sql`
    insert into deals.payment (id, show, deal, kind, amount, currency, parts, at)
    values (${row.id}, ${row.show}, ${row.deal}, ${row.kind}, ${row.amount}, ${row.currency}, ${JSON.stringify(row.parts)}::jsonb, ${row.at}) on conflict do nothing returning id`.execute(
    tx,
  )
  return rows.length > 0
}

/** What came into a pot and how it was divided before, by step; what went back out of it for refunds. */
export async function potStory(db: Read | Tx, show: string, currency: string): Promise<{ what: string; amount: bigint }[]> {
  const { rows } = await sql<{ what: string; amount: bigint }>`
    with pot as (select transfer, kind, amount from ledger.public_posting where owner = ${`show:${show}`} and purpose = 'available' and asset = ${currency})
    select case when p.owner = ${`show:${show}`} then 'pot' when p.step_group in ('provider_fee', 'commission', 'tax') then p.step_group when p.step like 'tax%' then 'tax' else 'others' end as what,
        sum(p.amount)::int8 as amount
      from ledger.public_posting p where p.transfer in (select transfer from pot where kind = 'settle') and p.amount > 0 and p.asset = ${currency} group by 1
    union all select 'refunded', coalesce(-sum(amount), 0)::int8 from pot where kind = 'clawback'`.execute(db)
  return rows
}
/** Lines of a show whose money is in no pot yet. */
export async function waitingLines(db: Read | Tx, show: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct l.id)::int as count from tickets.public_ticket t join shop.public_line l on l.id = t.line where t.show = ${show} and l.state = 'held'`.execute(
    db,
  )
  return rows[0]!.count
}
export type TierRow = { tier: string; name: string; sold: number; given: number; used: number; faceValue: bigint }
export async function tiersOf(db: Read | Tx, show: string): Promise<TierRow[]> {
  const { rows } = await sql<TierRow>`
    select tier, min(tier_name) as name, count(*) filter (where line is not null)::int as sold, count(*) filter (where line is null)::int as given,
      count(*) filter (where state = 'used')::int as used, max(face_value)::int8 as "faceValue"
    from tickets.public_ticket where show = ${show} and state <> 'void' group by tier order by 6 desc, 2`.execute(db)
  return rows
}
/** Who owns a page: the party that gets what is left of its sales. */
export async function ownerOf(db: Read | Tx, page: string): Promise<string | null> {
  return (await sql<{ owner: string | null }>`select owner from people.public_page where id = ${page}`.execute(db)).rows[0]?.owner ?? null
}
export async function isEditorOf(db: Read | Tx, page: string, person: string): Promise<boolean> {
  return (
    (await sql`select 1 from people.public_page_editor where page = ${page} and person = ${person} limit 1`.execute(db)).rows.length > 0
  )
}
/** Pots with money whose shows have ended. */
export async function fullPots(db: Read): Promise<{ show: string; currency: string; balance: bigint }[]> {
  const { rows } = await sql<{ show: string; currency: string; balance: bigint }>`
    select substr(owner, 6) as show, asset as currency, balance from ledger.public_account where owner like 'show:%' and purpose = 'available' and balance > 0 order by owner limit 500`.execute(
    db,
  )
  return rows
}
/** The currency its tickets are sold in. */
export async function currencyOf(db: Read | Tx, show: string): Promise<string> {
  return (await sql<{ currency: string }>`select currency from shows.public_show where id = ${show}`.execute(db)).rows[0]?.currency ?? 'CNY'
}
