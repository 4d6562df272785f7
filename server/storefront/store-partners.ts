/** SQL of asking for partner terms. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
export type RuleRow = { plan: string; months: number; turnover: bigint; currency: string; termMonths: number | null }
/** What holds of asking for it, at a moment. */
export async function readRule(db: Db, at: Date): Promise<RuleRow | undefined> {
  const { rows } = await sql<RuleRow>`
    select plan, months, turnover, currency, term_months as "termMonths" from storefront.partner_rule where valid_from <= ${at} order by valid_from desc limit 1`.execute(
    db,
  )
  return rows[0]
}

export type RuleShown = RuleRow & { id: string | null; since: Date; by: string | null; reason: string | null }
/** What holds and held, the newest first. */
export async function listRules(db: Db, limit: number): Promise<RuleShown[]> {
  const { rows } = await sql<RuleShown>`
    select r.id, r.plan, r.months, r.turnover, r.currency, r.term_months as "termMonths", r.valid_from as since, n.name as by, r.reason
    from storefront.partner_rule r left join people.public_party n on n.id = r.set_by order by r.valid_from desc limit ${limit}`.execute(db)
  return rows
}
/** Whoever sets the rule takes turns. */
export async function lockRule(tx: Tx): Promise<void> {
  await sql`select from storefront.partner_rule order by valid_from desc limit 1 for update`.execute(tx)
}
export async function insertRule(tx: Tx, row: RuleRow & { id: string; by: string; reason: string; at: Date }): Promise<boolean> {
  const made = await sql`
    insert into storefront.partner_rule (plan, months, turnover, currency, term_months, valid_from, id, set_by, reason)
    values (${row.plan}, ${row.months}, ${row.turnover}, ${row.currency}, ${row.termMonths}, ${row.at}, ${row.id}, ${row.by}, ${row.reason}) on conflict do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
export type Candidate = { page: string; name: string; openedAt: Date; sales: Record<string, string> | null }
/** Open shops that neither wait for an answer nor have terms of their own by it, with what they sold in each currency. */
export async function candidates(db: Db): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select s.page, s.name, s.opened_at as "openedAt", l.sales from storefront.store s
    left join lateral (select jsonb_object_agg(currency, sold::text) as sales from (
      select currency, sum(amount - refunded) as sold from shop.public_line where page = s.page and state in ('held', 'settled') group by 1) x) l on true
    where s.state = 'open' and not exists (select from storefront.application a left join settlement.public_proposal p on p.id = a.id
      where a.page = s.page and (a.state = 'asked' or a.state = 'proposed' and coalesce(p.state, 'open') in ('open', 'confirmed')))
    order by s.page limit 20000`.execute(db)
  return rows
}

export type ApplicationRow = {
  id: string
  page: string
  shop: string
  seller: string
  sellerName: string | null
  plan: string
  note: string
  months: number
  turnover: bigint
  currency: string
  askedBy: string
  at: Date
  state: 'asked' | 'proposed' | 'confirmed' | 'declined' | 'withdrawn'
  reason: string | null
  holdsFrom: Date | null
}
/** Once it is a proposal, settlement says what became of it. */
const columns = sql`a.id, a.page, s.name as shop, a.seller, n.name as "sellerName", a.plan, a.note, a.months, a.turnover, a.currency, a.asked_by as "askedBy", a.at,
  case when a.state <> 'proposed' then a.state when p.state = 'confirmed' then 'confirmed' when p.state in ('declined', 'withdrawn') then 'declined' else 'proposed' end as state,
  coalesce(a.reason, p.decision) as reason, p.holds_from as "holdsFrom"`
const tables = sql`storefront.application a join storefront.store s on s.page = a.page left join people.public_party n on n.id = a.seller
  left join settlement.public_proposal p on p.id = a.id`

export async function readApplication(db: Db, id: string, lock = false): Promise<ApplicationRow | undefined> {
  return (await sql<ApplicationRow>`select ${columns} from ${tables} where a.id = ${id} ${lock ? sql`for update of a` : sql``}`.execute(db))
    .rows[0]
}
export const lastApplication = async (db: Db, page: string): Promise<ApplicationRow | undefined> =>
  (await sql<ApplicationRow>`select ${columns} from ${tables} where a.page = ${page} order by a.at desc, a.id desc limit 1`.execute(db))
    .rows[0]

export async function listApplications(
  db: Db,
  open: boolean,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<ApplicationRow[]> {
  const { rows } = await sql<ApplicationRow>`
    select ${columns} from ${tables} where ${open ? sql`a.state in ('asked', 'proposed') and coalesce(p.state, 'open') = 'open'` : sql`true`}
      ${after === null ? sql`` : sql`and (a.at, a.id) > (${after.at}, ${after.id})`} order by a.at, a.id limit ${limit}`.execute(db)
  return rows
}

export type NewApplication = Pick<
  ApplicationRow,
  'id' | 'page' | 'seller' | 'plan' | 'note' | 'months' | 'turnover' | 'currency' | 'askedBy' | 'at'
>
/** False when the shop waits for an answer already, or the id was used. */
export async function insertApplication(tx: Tx, a: NewApplication): Promise<boolean> {
  const made = await sql`
    insert into storefront.application (id, page, seller, plan, note, months, turnover, currency, asked_by, at)
    values (${a.id}, ${a.page}, ${a.seller}, ${a.plan}, ${a.note}, ${a.months}, ${a.turnover}, ${a.currency}, ${a.askedBy}, ${a.at}) on conflict do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
export async function decideApplication(
  tx: Tx,
  id: string,
  given: { state: 'proposed' | 'declined' | 'withdrawn'; by: string; reason: string | null; at: Date },
): Promise<void> {
  await sql`update storefront.application set state = ${given.state}, decided_by = ${given.by}, decided_at = ${given.at}, reason = ${given.reason} where id = ${id}`.execute(
    tx,
  )
}
