/** SQL of the finance desk: accounts by owner and purpose, and the entries of one account, page by page. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

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
