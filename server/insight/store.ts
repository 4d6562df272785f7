/** All SQL of insight: reads the public doors of the ledger, the catalogue and people. It has no tables of its own. */
import { sql, type RawBuilder } from 'kysely'
import type { Read } from '../foundation/db.ts'

export type Period = { asset: string; from?: Date | undefined; to?: Date | undefined }
const within = ({ asset, from, to }: Period): RawBuilder<unknown> =>
  sql`p.asset = ${asset} ${from === undefined ? sql`` : sql`and p.at >= ${from}`} ${to === undefined ? sql`` : sql`and p.at < ${to}`}`

/** Entries that the waterfall made: with a step, no money on its way back. */
const earned = sql`p.step is not null and p.step <> 'refund'`

/** Whether the release is there for this viewer: public and unlisted ones for all, drafts for those who edit its page. */
export async function mayLook(db: Read, release: string, viewer: string | null): Promise<boolean> {
  const rows = await sql<{ one: number }>`
    select 1 as one from catalogue.public_release r
    where r.id = ${release} and (r.visibility <> 'draft' or exists (select from people.public_page_editor e where e.page = r.page and e.person = ${viewer}))`.execute(
    db,
  )
  return rows.rows.length > 0
}

export type ReleaseFlowRow = { kind: string; step_group: string; owner: string; name: string | null; amount: bigint }

/** What each receiver got of a release, by kind of transfer and step. */
export async function releaseFlow(db: Read, release: string, period: Period): Promise<{ rows: ReleaseFlowRow[]; transfers: number }> {
  const rows = await sql<ReleaseFlowRow>`
    select f.*, n.name from (
      select p.kind, p.step_group, p.owner, sum(p.amount)::bigint as amount from ledger.public_posting p
      where p.subject = ${release} and ${within(period)} and ${earned} group by 1, 2, 3 having sum(p.amount) > 0) f
    left join people.public_party n on n.id = f.owner order by f.amount desc, f.owner, f.step_group`.execute(db)
  const many = await sql<{ many: number }>`
    select count(distinct p.transfer)::int as many from ledger.public_posting p where p.subject = ${release} and ${within(period)} and ${earned}`.execute(
    db,
  )
  return { rows: rows.rows, transfers: many.rows[0]!.many }
}

/** What else than releases was sold is told by its kind (`sold:merch`): "settlement" says nothing to somebody who runs a shop. */
const sold = sql`case when l.kind is null then p.kind else 'sold:' || l.kind end`
const line = sql`left join shop.public_line l on p.kind = 'settle' and p.subject is null and p.amount > 0 and p.cause like 'line:%' and l.id = substr(p.cause, 6)`

export type OwnFlowRow = {
  incoming: boolean
  kind: string
  subject: string | null
  title: string | null
  step_group: string | null
  amount: bigint
}

/** What came to and left an owner's free balance, by source and step. */
export async function ownFlow(db: Read, owner: string, period: Period): Promise<{ rows: OwnFlowRow[]; transfers: number }> {
  const rows = await sql<OwnFlowRow>`
    select f.*, r.title from (
      select p.amount > 0 as incoming, ${sold} as kind, p.subject, p.step_group, sum(abs(p.amount))::bigint as amount from ledger.public_posting p ${line}
      where p.owner = ${owner} and p.purpose = 'available' and ${within(period)} group by 1, 2, 3, 4) f
    left join catalogue.public_release r on r.id = f.subject order by f.amount desc, f.kind, f.subject, f.step_group`.execute(db)
  const many = await sql<{ many: number }>`
    select count(distinct p.transfer)::int as many from ledger.public_posting p where p.owner = ${owner} and p.purpose = 'available' and ${within(period)}`.execute(
    db,
  )
  return { rows: rows.rows, transfers: many.rows[0]!.many }
}

/** Titles of releases, whatever their state: for those who earned by them. */
export async function titlesOf(db: Read, releases: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; title: string }>`
    select r.id, r.title from catalogue.public_release r where r.id = any(${[...releases]}::text[])`.execute(db)
  return new Map(rows.rows.map(row => [row.id, row.title]))
}

export type OrderLine = { id: string; title: string; currency: string }

/** The lines of an order of this buyer. */
export async function linesOfBuyer(db: Read, order: string, buyer: string): Promise<OrderLine[]> {
  const rows = await sql<OrderLine>`
    select l.id, l.title, l.currency from shop.public_line l where l."order" = ${order} and l.buyer = ${buyer} order by l.id`.execute(db)
  return rows.rows
}

/** The transfers that touched the escrows of these lines. */
const ofLines = (lines: readonly string[]): RawBuilder<unknown> => sql`
  select e.transfer, min(a.owner) as escrow from ledger.public_account a join ledger.public_entry e on e.account = a.id
  where a.owner = any(${lines.map(line => `escrow:${line}`)}::text[]) group by e.transfer`

export type LineFlowRow = { line: string; kind: string; amount: bigint }
export type PartRow = { line: string; owner: string; name: string | null; step_group: string | null; amount: bigint }

/** What came into and left the escrow of each line, by kind; and what each receiver got of it, less what they gave back. */
export async function orderFlow(
  db: Read,
  lines: readonly string[],
): Promise<{ escrows: LineFlowRow[]; parts: PartRow[]; transfers: number }> {
  const escrows = await sql<LineFlowRow>`
    select substr(p.owner, 8) as line, p.kind, sum(p.amount)::bigint as amount from ledger.public_posting p
    where p.transfer in (select t.transfer from (${ofLines(lines)}) t) and p.owner = any(${lines.map(line => `escrow:${line}`)}::text[])
    group by 1, 2 having sum(p.amount) <> 0 order by 1, 2`.execute(db)
  const parts = await sql<PartRow & { many: number }>`
    with t as (${ofLines(lines)}), f as (
      select substr(t.escrow, 8) as line, p.owner, p.step_group, sum(p.amount)::bigint as amount
      from t join ledger.public_posting p on p.transfer = t.transfer
      where p.kind <> 'pay' and p.owner not like 'escrow:%' and (p.owner not like 'provider:%' or p.purpose = 'fee')
        and (p.step is not null or p.owner ~ '^(usr|org)_') group by 1, 2, 3)
    select f.*, n.name, (select count(*) from t)::int as many from f left join people.public_party n on n.id = f.owner
    order by f.line, f.amount desc, f.owner, f.step_group`.execute(db)
  return { escrows: escrows.rows, parts: parts.rows, transfers: parts.rows[0]?.many ?? escrows.rows.length }
}

export type EarningRow = { month: string; kind: string; subject: string | null; title: string | null; amount: bigint }

/** What came in per month and source; money that only came back from a hold is not income. */
export async function earningsByMonth(db: Read, owner: string, period: Period): Promise<EarningRow[]> {
  const rows = await sql<EarningRow>`
    select f.*, r.title from (
      select to_char(p.at at time zone 'UTC', 'YYYY-MM') as month, ${sold} as kind, p.subject, sum(p.amount)::bigint as amount from ledger.public_posting p ${line}
      where p.owner = ${owner} and p.purpose = 'available' and ${earned} and ${within(period)} group by 1, 2, 3 having sum(p.amount) <> 0) f
    left join catalogue.public_release r on r.id = f.subject order by f.month, f.amount desc, f.subject`.execute(db)
  return rows.rows
}

/** What a link of a flow picks out. `receiver` is the short hash by which a flow names an owner. */
export type Choice = {
  kind?: string | undefined
  subject?: string | undefined
  noSubject?: boolean | undefined
  step?: string | undefined
  receiver?: string | undefined
  outgoing?: boolean | undefined
}
export type PostingRow = {
  transfer: bigint
  account: bigint
  version: bigint
  at: Date
  kind: string
  note: string | null
  step: string | null
  share: number | null
  owner: string
  name: string | null
  amount: bigint
}

/** The postings a link is made of, newest first. */
export async function readPostings(
  db: Read,
  scope: { release: string } | { owner: string } | { lines: readonly string[] },
  choice: Choice,
  period: Period,
  after: { transfer: bigint; account: bigint; version: bigint } | undefined,
  limit: number,
): Promise<PostingRow[]> {
  const rows = await sql<PostingRow>`
    with page as (
      select p.* from ledger.public_posting p ${'owner' in scope ? line : sql``}
      where ${within(period)}
        ${'release' in scope ? sql`and p.subject = ${scope.release} and ${earned}` : sql``}
        ${'owner' in scope ? sql`and p.owner = ${scope.owner} and p.purpose = 'available'` : sql``}
        ${'lines' in scope ? sql`and p.transfer in (select t.transfer from (${ofLines(scope.lines)}) t) and p.owner not like 'provider:%' ` : sql``}
        ${'lines' in scope && choice.step === undefined ? sql`and p.owner = any(${scope.lines.map(line => `escrow:${line}`)}::text[])` : sql``}
        ${'owner' in scope ? (choice.outgoing ? sql`and p.amount < 0` : sql`and p.amount > 0`) : sql``}
        ${choice.kind === undefined ? sql`` : sql`and ${'owner' in scope ? sold : sql`p.kind`} = ${choice.kind}`}
        ${choice.subject === undefined ? sql`` : sql`and p.subject = ${choice.subject}`}
        ${choice.noSubject ? sql`and p.subject is null` : sql``}
        ${choice.step === undefined ? sql`` : sql`and p.step_group = ${choice.step}`}
        ${choice.receiver === undefined ? sql`` : sql`and left(encode(sha256(convert_to(p.owner, 'UTF8')), 'hex'), 16) = ${choice.receiver}`}
        ${after === undefined ? sql`` : sql`and (p.transfer, p.account, p.version) < (${after.transfer}::bigint, ${after.account}::bigint, ${after.version}::bigint)`}
      order by p.transfer desc, p.account desc, p.version desc limit ${limit})
    select page.transfer, page.account, page.version, page.at, page.kind, page.note, page.step, page.share, page.owner, n.name, page.amount
    from page left join people.public_party n on n.id = page.owner
    order by page.transfer desc, page.account desc, page.version desc`.execute(db)
  return rows.rows
}
