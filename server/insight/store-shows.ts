/** SQL of a show's money: its lines by their tickets, what settled and came back of them by their escrows, and what its pot paid on. */
import { sql, type RawBuilder } from 'kysely'
import type { Read } from '../foundation/db.ts'
import type { Period, PostingRow } from './store.ts'

/** Owner of a show's pot in the ledger. */
export const potOf = (show: string): string => `show:${show}`

/** The show's currency, if it is there for this viewer: drafts and hidden ones only for those who edit its page. */
export async function showSeen(db: Read, show: string, viewer: string | null): Promise<string | undefined> {
  const { rows } = await sql<{ currency: string }>`
    select s.currency from shows.public_show s
    where s.id = ${show} and ((s.state <> 'draft' and not s.hidden) or exists (select from people.public_page_editor e where e.page = s.page and e.person = ${viewer}))`.execute(
    db,
  )
  return rows[0]?.currency
}

/** A show's lines: settled and taken back. Its pot: divided by what both signed, filled again for refunds. */
const ofLines = sql`('settle', 'clawback')`
const ofPot = sql`('show_paid', 'show_covered')`

/**
 * The postings of a show with a step. `resold`: of a line that bought a ticket from a person. Tickets have no subject in the ledger: a line is found by its ticket
 * (also a void one), its transfers by its escrow (index of owners, then of an account's entries); those of the pot have the show as their subject.
 * The first entry of an escrow is what was paid into it.
 */
const postingsOf = (show: string, { asset, from, to }: Period): RawBuilder<unknown> => sql`
  line as materialized (
    select t.line, bool_or(t.origin is not null and t.origin <> t.line) as resold from tickets.public_ticket t where t.show = ${show} and t.line is not null group by t.line),
  moved as materialized (
    select distinct e.transfer, l.resold from line l join ledger.public_account a on a.owner = 'escrow:' || l.line and a.asset = ${asset}
      join ledger.public_entry e on e.account = a.id and e.version > 1
    union select t.id, null from ledger.public_transfer t where t.subject = ${show} and t.kind in ${ofPot}),
  posting as (
    select p.*, m.resold from moved m join ledger.public_posting p on p.transfer = m.transfer
    where p.asset = ${asset} and p.step is not null and p.kind in ('settle', 'clawback', 'show_paid', 'show_covered')
      ${from === undefined ? sql`` : sql`and p.at >= ${from}`} ${to === undefined ? sql`` : sql`and p.at < ${to}`})`

export type ShowFlowRow = {
  kind: 'settle' | 'clawback' | 'show_paid' | 'show_covered'
  resold: boolean | null
  step_group: string
  owner: string
  name: string | null
  amount: bigint
  transfers: number
}
/** What everyone got of a show and gave back, by kind of transfer and step; `transfers` is that of all. */
export async function showFlow(db: Read, show: string, period: Period): Promise<ShowFlowRow[]> {
  const { rows } = await sql<ShowFlowRow>`
    with ${postingsOf(show, period)},
      f as (select p.kind, p.resold, p.step_group, p.owner, sum(p.amount)::bigint as amount from posting p group by 1, 2, 3, 4)
    select f.*, n.name, (select count(distinct p.transfer)::int from posting p) as transfers
    from f left join people.public_party n on n.id = f.owner order by abs(f.amount) desc, f.owner, f.step_group, f.kind, f.resold`.execute(
    db,
  )
  return rows
}

/** What a link of a show's flow picks out. `from`: of which transfers; `receiver` is the short hash by which a flow names an owner. */
export type ShowChoice = {
  from: 'lines' | 'pot' | 'all'
  kind?: 'settle' | 'clawback'
  resold?: boolean
  step?: string | undefined
  receiver?: string | undefined
}
/** The postings a link is made of, newest first. */
export async function readShowPostings(
  db: Read,
  show: string,
  choice: ShowChoice,
  period: Period,
  after: { transfer: bigint; account: bigint; version: bigint } | undefined,
  limit: number,
): Promise<PostingRow[]> {
  const { from, kind, resold, step, receiver } = choice
  const { rows } = await sql<PostingRow>`
    with ${postingsOf(show, period)},
      page as (
        select p.* from posting p where true
          ${from === 'lines' ? sql`and p.kind in ${ofLines}` : from === 'pot' ? sql`and p.kind in ${ofPot} and p.step <> 'pot'` : sql``}
          ${kind === undefined ? sql`` : sql`and p.kind = ${kind}`}
          ${resold === undefined ? sql`` : sql`and p.resold = ${resold}`}
          ${step === undefined ? sql`` : sql`and p.step_group = ${step}`}
          ${receiver === undefined ? sql`` : sql`and left(encode(sha256(convert_to(p.owner, 'UTF8')), 'hex'), 16) = ${receiver}`}
          ${after === undefined ? sql`` : sql`and (p.transfer, p.account, p.version) < (${after.transfer}::bigint, ${after.account}::bigint, ${after.version}::bigint)`}
        order by p.transfer desc, p.account desc, p.version desc limit ${limit})
    select page.transfer, page.account, page.version, page.at, page.kind, page.note, page.step, page.share, page.owner, n.name, page.amount
    from page left join people.public_party n on n.id = page.owner
    order by page.transfer desc, page.account desc, page.version desc`.execute(db)
  return rows
}
