/** SQL of the finance desk: accounts, entries and transfers through the ledger's public views, and who looked at whose. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type AccountRow = {
  id: bigint
  owner: string
  name: string | null
  purpose: string
  asset: string
  balance: bigint
  changes: bigint
}
export type AccountChoice = {
  owner?: string | undefined
  purpose?: string | undefined
  asset?: string | undefined
  q?: string | undefined
  sort: 'highest' | 'lowest'
}

/** The owners that the trial balance sums up under one word; any other word is one owner's own name. */
const classes: Record<string, string> = {
  person: 'usr\\_%',
  organisation: 'org\\_%',
  escrow: 'escrow:%',
  credit: 'credit:%',
  gift: 'gift:%',
  show: 'show:%',
  group: 'grp\\_%',
}
const ofOwner = (owner: string): RawBuilder<unknown> => {
  const pattern = classes[owner]
  return pattern === undefined ? sql`a.owner = ${owner}` : sql`a.owner like ${pattern}`
}

/** By an id or its beginning, or by a name as people write it. */
function matching(q: string): RawBuilder<unknown> {
  if (/^lin_[0-9a-z]+$/.test(q)) return sql`a.owner = ${`escrow:${q}`}`
  const like = `${q.replaceAll(/[\\%_]/g, '\\$&')}%`
  if (/^(?:(?:usr|org)_|escrow:|credit:|gift:|show:|provider:|bank:|tax:|planet)/.test(q)) return sql`a.owner like ${like}`
  return sql`a.owner in (select p.id from people.public_party p where p.name ilike ${`%${like}`} limit 500)`
}

export async function listAccounts(
  db: Read,
  choice: AccountChoice,
  after: readonly [balance: string, id: string] | undefined,
  limit: number,
): Promise<AccountRow[]> {
  const { owner, purpose, asset, q, sort } = choice
  const down = sort === 'highest'
  const { rows } = await sql<AccountRow>`
    with page as (
      select a.* from ledger.public_account a
      where ${owner === undefined ? sql`true` : ofOwner(owner)} and ${purpose === undefined ? sql`true` : sql`a.purpose = ${purpose}`}
        and ${asset === undefined ? sql`true` : sql`a.asset = ${asset}`} and ${q === undefined || q === '' ? sql`true` : matching(q)}
        and ${after === undefined ? sql`true` : down ? sql`(a.balance, a.id) < (${after[0]}::bigint, ${after[1]}::bigint)` : sql`(a.balance, a.id) > (${after[0]}::bigint, ${after[1]}::bigint)`}
      order by a.balance ${down ? sql`desc` : sql`asc`}, a.id ${down ? sql`desc` : sql`asc`} limit ${limit})
    select page.id, page.owner, p.name, page.purpose, page.asset, page.balance, page.changes
    from page left join people.public_party p on p.id = page.owner
    order by page.balance ${down ? sql`desc` : sql`asc`}, page.id ${down ? sql`desc` : sql`asc`}`.execute(db)
  return rows
}

/** An account and the others of its owner in the same asset, itself first; empty when there is none. */
export async function accountAndSiblings(db: Read, id: bigint): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select a.id, a.owner, p.name, a.purpose, a.asset, a.balance, a.changes
    from ledger.public_account me join ledger.public_account a on a.owner = me.owner
    left join people.public_party p on p.id = a.owner
    where me.id = ${id} order by a.id <> ${id}, a.asset <> me.asset, a.purpose limit 60`.execute(db)
  return rows
}

/** Kinds among the newest changes of an account: what its list can be narrowed to. */
export async function kindsOf(db: Read, account: bigint): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`
    select distinct t.kind from (select e.transfer from ledger.public_entry e where e.account = ${account} order by e.version desc limit 2000) n
    join ledger.public_transfer t on t.id = n.transfer order by 1`.execute(db)
  return rows.map(row => row.kind)
}

export type TransferRow = {
  id: bigint
  at: Date
  kind: string
  cause: string
  subject: string | null
  note: string | null
  place: bigint | null
  hash: string | null
  account: bigint
  owner: string
  name: string | null
  purpose: string
  asset: string
  amount: bigint
  balance_after: bigint
  step: string | null
  share: number | null
}

/** A transfer, a row for each entry: what was given first, then what was received in the order of the waterfall. */
export async function readTransfer(db: Read, id: bigint): Promise<TransferRow[]> {
  const { rows } = await sql<TransferRow>`
    select t.id, t.at, t.kind, t.cause, t.subject, t.note, t.place, t.hash, a.id as account, a.owner, p.name, a.purpose, a.asset, e.amount, e.balance_after, e.step, e.share
    from ledger.public_transfer t join ledger.public_entry e on e.transfer = t.id and e.at = t.at
    join ledger.public_account a on a.id = e.account left join people.public_party p on p.id = a.owner
    where t.id = ${id} order by e.amount > 0, e.step nulls first, abs(e.amount) desc, a.id, e.version`.execute(db)
  return rows
}

export type CauseRow = { kind: string; id: string; label: string | null }

/** The order, line or payment behind an id that stands in a cause. */
export async function ordersOf(db: Read, id: string): Promise<CauseRow[]> {
  const { rows } = await sql<CauseRow>`
    with line as (select l.id, l.title, l."order" from shop.public_line l where l.id = ${id}),
      pay as (select p.id, p.provider, p.subject from payments.public_payment p where p.id = ${id}
        union all select p.id, p.provider, p.subject from payments.public_refund r join payments.public_payment p on p.id = r.payment where r.id = ${id})
    select 'line' as kind, id, title as label from line
    union all select 'payment', id, provider from pay
    union all select 'order', o.id, o.number from shop.public_order o
      where o.id in (select "order" from line union all select subject from pay union all select ${id})`.execute(db)
  return rows
}

export type OrderHead = { id: string; number: string; at: Date; buyer: string | null; total: bigint; currency: string; state: string }
export type LineRow = {
  id: string
  title: string
  amount: bigint
  refunded: bigint
  frozen: boolean
  currency: string
  state: string
  paid_at: Date | null
  settled_at: Date | null
}
export type PaymentRow = {
  id: string
  provider: string
  state: string
  amount: bigint
  refunded: bigint
  currency: string
  paid_at: Date | null
}
export type TrailRow = { transfer: bigint; at: Date; kind: string; note: string | null; line: string; amount: bigint; asset: string }

/** An order with its lines, its payments and every change of each line's escrow, oldest first. */
export async function readOrder(
  db: Read,
  id: string,
): Promise<{ head: OrderHead; lines: LineRow[]; payments: PaymentRow[]; trail: TrailRow[] } | undefined> {
  const head = await sql<OrderHead>`
    select o.id, o.number, o.at, o.buyer_name as buyer, o.total, o.currency, o.state from shop.public_order o where o.id = ${id}`.execute(
    db,
  )
  if (head.rows[0] === undefined) return undefined
  const lines = await sql<LineRow>`
    select l.id, l.title, l.amount, l.refunded, l.frozen, l.currency, l.state, l.paid_at, l.settled_at from shop.public_line l where l."order" = ${id} order by l.id`.execute(
    db,
  )
  const payments = await sql<PaymentRow>`
    select p.id, p.provider, p.state, p.amount, p.refunded, p.currency, p.paid_at from payments.public_payment p where p.subject = ${id} order by p.id`.execute(
    db,
  )
  const trail = await sql<TrailRow>`
    select e.transfer, e.at, t.kind, t.note, substr(a.owner, 8) as line, e.amount, a.asset
    from ledger.public_account a join ledger.public_entry e on e.account = a.id join ledger.public_transfer t on t.id = e.transfer
    where a.owner = any(${lines.rows.map(line => `escrow:${line.id}`)}::text[]) order by e.transfer, a.id, e.version limit 500`.execute(db)
  return { head: head.rows[0], lines: lines.rows, payments: payments.rows, trail: trail.rows }
}

export type MovedRow = { day: string; currency: string; kind: string; amount: bigint }

/** By day and kind: how custody (providers and banks) changed since a moment, and what the planet earned. Kinds that only move money between them are left out. */
export async function movedByDay(db: Read, since: Date): Promise<MovedRow[]> {
  const { rows } = await sql<MovedRow>`
    select to_char(e.at at time zone 'UTC', 'YYYY-MM-DD') as day, a.asset as currency,
      case when a.owner = 'planet' then 'commission' else t.kind end as kind, sum(case when a.owner = 'planet' then e.amount else -e.amount end)::bigint as amount
    from ledger.public_account a join ledger.public_entry e on e.account = a.id join ledger.public_transfer t on t.id = e.transfer
    where (a.owner like 'provider:%' or a.owner like 'bank:%' or (a.owner = 'planet' and a.purpose = 'commission')) and e.at >= ${since}
    group by 1, 2, 3 having sum(e.amount) <> 0 order by 1, 2, 3`.execute(db)
  return rows
}

export async function insertLook(tx: Tx, look: { person: string; owner: string; what: string; at: Date }): Promise<void> {
  await sql`insert into console.look (person, owner, hour, at, what)
    values (${look.person}, ${look.owner}, date_trunc('hour', ${look.at}::timestamptz, 'UTC'), ${look.at}, ${look.what})
    on conflict (owner, hour, person) do nothing`.execute(tx)
}

export type LookRow = { id: bigint; by: string | null; what: string; owner: string; at: Date }

/** Who of the staff looked at the books of these owners, newest first. */
export async function looksAt(db: Read, owners: readonly string[], before: bigint | undefined, limit: number): Promise<LookRow[]> {
  const { rows } = await sql<LookRow>`
    select l.id, p.name as by, split_part(l.what, ':', 1) as what, coalesce(o.name, '') as owner, l.at from console.look l
    left join people.public_party p on p.id = l.person left join people.public_party o on o.id = l.owner
    where l.owner = any(${[...owners]}::text[]) ${before === undefined ? sql`` : sql`and l.id < ${before}`} order by l.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function lastAudit(db: Read): Promise<{ at: Date; milliseconds: number; broken: string[] } | null> {
  const { rows } = await sql<{ at: Date; milliseconds: number; broken: string[] }>`
    select at, milliseconds, broken from console.audit_run order by at desc limit 1`.execute(db)
  return rows[0] ?? null
}
