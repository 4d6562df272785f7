/** SQL of what people read: balances, statements, single transfers; for the finance desk the trial balance, accounts and their entries. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PurposeSum = { asset: string; purpose: string; balance: bigint }

/** Sums by asset and purpose of one owner; `payout`: what was paid out so far. */
export async function ownerSums(db: Read, owner: string): Promise<PurposeSum[]> {
  const rows = await sql<PurposeSum>`
    select asset, purpose, balance from (
      select s.id, s.code as asset, a.purpose, a.balance from ledger.account a join ledger.asset s on s.id = a.asset
        where a.owner = ${owner} and a.purpose in ('available', 'held')
      union all select s.id, p.asset, 'payout', p.amount from payouts.public_paid p join ledger.asset s on s.code = p.asset where p.party = ${owner}) sums
    order by id, purpose`.execute(db)
  return rows.rows
}

export type StatementRow = {
  version: bigint
  transfer: bigint
  at: Date
  kind: string
  cause: string
  subject: string | null
  note: string | null
  amount: bigint
  balance_after: bigint
  step: string | null
  share: number | null
  other: string | null
  other_name: string | null
}
export type StatementQuery = {
  owner: string
  purpose: string
  asset: string
  from?: Date | undefined
  to?: Date | undefined
  kind?: string | undefined
  /** Only versions below (newest first) or above (oldest first) this one. */
  after?: bigint | undefined
  newestFirst: boolean
  limit: number
}

/** Changes of one account with whom each faces: the owner of the largest entry on the other side. */
export async function readStatement(db: Read, q: StatementQuery): Promise<StatementRow[]> {
  const rows = await sql<StatementRow>`
    with page as (
      select e.version, e.transfer, e.at, t.kind, t.cause, t.subject, t.note, e.amount, e.balance_after, e.step, e.share
      from ledger.account a join ledger.asset s on s.id = a.asset
      join ledger.entry e on e.account = a.id join ledger.transfer t on t.id = e.transfer
      where a.owner = ${q.owner} and a.purpose = ${q.purpose} and s.code = ${q.asset}
        ${q.after === undefined ? sql`` : q.newestFirst ? sql`and e.version < ${q.after}` : sql`and e.version > ${q.after}`}
        ${q.from === undefined ? sql`` : sql`and e.at >= ${q.from}`} ${q.to === undefined ? sql`` : sql`and e.at < ${q.to}`}
        ${q.kind === undefined ? sql`` : sql`and t.kind = ${q.kind}`}
      order by e.version ${q.newestFirst ? sql`desc` : sql`asc`} limit ${q.limit})
    select page.*, o.owner as other, p.name as other_name
    from page
    left join lateral (
      select a.owner from ledger.entry e join ledger.account a on a.id = e.account
      where e.transfer = page.transfer and e.at = page.at and sign(e.amount) <> sign(page.amount)
      order by abs(e.amount) desc, a.id limit 1) o on true
    left join people.public_party p on p.id = o.owner
    order by page.version ${q.newestFirst ? sql`desc` : sql`asc`}`.execute(db)
  return rows.rows
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
  owner: string
  name: string | null
  purpose: string
  asset: string
  amount: bigint
  step: string | null
  share: number | null
}

/** A transfer, a row for each entry: what was given first, then what was received in the order of the waterfall. */
export async function readTransfer(db: Read, id: bigint): Promise<TransferRow[]> {
  const rows = await sql<TransferRow>`
    select t.id, t.at, t.kind, t.cause, t.subject, t.note, b.place, encode(b.hash, 'hex') as hash,
      a.owner, p.name, a.purpose, s.code as asset, e.amount, e.step, e.share
    from ledger.transfer t join ledger.batch b on b.id = t.id >> 11
    join ledger.entry e on e.transfer = t.id and e.at = t.at
    join ledger.account a on a.id = e.account join ledger.asset s on s.id = a.asset left join people.public_party p on p.id = a.owner
    where t.id = ${id} order by e.amount > 0, e.step nulls first, abs(e.amount) desc, a.id, e.version`.execute(db)
  return rows.rows
}

export type BalanceSum = { owner: string; purpose: string; asset: string; accounts: number; balance: bigint }

/**
 * The trial balance: sums over all accounts by owner, purpose and asset. Persons, organisations, groups and escrows are summed up as `person`,
 * `organisation`, `group`, `escrow`, `credit`, `gift`, `show`; system owners stand by name (`planet`, `provider:sandbox`).
 */
export async function trialBalance(db: Read): Promise<BalanceSum[]> {
  const rows = await sql<BalanceSum>`
    select case when a.owner like 'usr\_%' then 'person' when a.owner like 'org\_%' then 'organisation' when a.owner like 'grp\_%' then 'group' when a.owner like 'escrow:%' then 'escrow'
      when a.owner like 'credit:%' then 'credit' when a.owner like 'gift:%' then 'gift' when a.owner like 'show:%' then 'show' else a.owner end as owner,
      a.purpose, s.code as asset, count(*)::int as accounts, sum(a.balance)::bigint as balance
    from ledger.account a join ledger.asset s on s.id = a.asset group by 1, 2, s.id, s.code order by s.id, 1, 2`.execute(db)
  return rows.rows
}

export type DeskAccount = {
  id: bigint
  owner: string
  name: string | null
  purpose: string
  asset: string
  scale: number
  balance: bigint
  floor: bigint | null
  version: bigint
  opened_at: Date
}
export type AccountQuery = {
  /** An owner, or a beginning of owners that ends in `*` (`escrow:*`). */
  owner?: string | undefined
  purpose?: string | undefined
  asset?: string | undefined
  /** Only those that hold (or owe) something. */
  nonZero?: boolean | undefined
  /** Only those after this one. */
  after?: { owner: string; purpose: string; asset: string } | undefined
  limit: number
}

/** Accounts in the order of owner, purpose and asset. */
export async function accountsOf(db: Read | Tx, q: AccountQuery): Promise<DeskAccount[]> {
  const start = q.owner?.endsWith('*') ? q.owner.slice(0, -1) : undefined
  const rows = await sql<DeskAccount>`
    select a.id, a.owner, p.name, a.purpose, s.code as asset, s.scale, a.balance, a.floor, a.version, a.opened_at
    from ledger.account a join ledger.asset s on s.id = a.asset left join people.public_party p on p.id = a.owner
    where true
      ${q.owner === undefined || start !== undefined ? sql`` : sql`and a.owner = ${q.owner}`}
      ${start === undefined ? sql`` : sql`and a.owner >= ${start} and a.owner < ${`${start}~`}`}
      ${q.purpose === undefined ? sql`` : sql`and a.purpose = ${q.purpose}`} ${q.asset === undefined ? sql`` : sql`and s.code = ${q.asset}`}
      ${q.nonZero === true ? sql`and a.balance <> 0` : sql``}
      ${q.after === undefined ? sql`` : sql`and (a.owner, a.purpose, s.code) > (${q.after.owner}, ${q.after.purpose}, ${q.after.asset})`}
    order by a.owner, a.purpose, s.code limit ${q.limit}`.execute(db)
  return rows.rows
}

export async function accountById(db: Read | Tx, id: bigint): Promise<DeskAccount | undefined> {
  const rows = await sql<DeskAccount>`
    select a.id, a.owner, p.name, a.purpose, s.code as asset, s.scale, a.balance, a.floor, a.version, a.opened_at
    from ledger.account a join ledger.asset s on s.id = a.asset left join people.public_party p on p.id = a.owner where a.id = ${id}`.execute(
    db,
  )
  return rows.rows[0]
}

export type DeskEntry = {
  version: bigint
  transfer: bigint
  at: Date
  key: string
  kind: string
  cause: string
  subject: string | null
  note: string | null
  amount: bigint
  balance_after: bigint
  step: string | null
  share: number | null
  /** Whom it faces: the owner and purpose of the largest entry on the other side. */
  other: string | null
  other_name: string | null
  other_purpose: string | null
}
export type EntryQuery = {
  account: bigint
  from?: Date | undefined
  /** Not included. */
  to?: Date | undefined
  kind?: string | undefined
  /** Only versions before this one. */
  before?: bigint | undefined
  limit: number
}

/** Changes of one account, newest first. */
export async function entriesOf(db: Read | Tx, q: EntryQuery): Promise<DeskEntry[]> {
  const rows = await sql<DeskEntry>`
    with page as (
      select e.version, e.transfer, e.at, t.key, t.kind, t.cause, t.subject, t.note, e.amount, e.balance_after, e.step, e.share
      from ledger.entry e join ledger.transfer t on t.id = e.transfer
      where e.account = ${q.account} ${q.before === undefined ? sql`` : sql`and e.version < ${q.before}`}
        ${q.from === undefined ? sql`` : sql`and e.at >= ${q.from}`} ${q.to === undefined ? sql`` : sql`and e.at < ${q.to}`}
        ${q.kind === undefined ? sql`` : sql`and t.kind = ${q.kind}`}
      order by e.version desc limit ${q.limit})
    select page.*, o.owner as other, o.purpose as other_purpose, p.name as other_name
    from page
    left join lateral (
      select a.owner, a.purpose from ledger.entry e join ledger.account a on a.id = e.account
      where e.transfer = page.transfer and e.at = page.at and sign(e.amount) <> sign(page.amount)
      order by abs(e.amount) desc, a.id limit 1) o on true
    left join people.public_party p on p.id = o.owner
    order by page.version desc`.execute(db)
  return rows.rows
}
