/** What must always hold of settlement; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'
import { recompute } from './proof.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'settlement.claims_taken',
    meaning: 'What each claim has taken is what the ledger’s settlements gave it, less what refunds gave back.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with given as (
            select split_part(p.step, ':', 2) as claim, sum(p.amount) as amount from ledger.public_posting p
            where p.kind = 'settle' and p.step_group in ('recoupment', 'backers') group by 1),
          back as (select claim, sum(amount) as amount from settlement.claim_return group by claim)
          select coalesce(c.id, g.claim) || ': taken ' || coalesce(c.taken, 0) || ', the ledger gave ' || coalesce(g.amount, 0) || ', went back ' || coalesce(b.amount, 0) as finding
          from settlement.claim c full join given g on g.claim = c.id left join back b on b.claim = c.id
          where coalesce(c.taken, 0) <> coalesce(g.amount, 0) - coalesce(b.amount, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'settlement.caps',
    meaning: 'No claim took more than its cap, nor before it was agreed to by everyone who bears it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.id || ': ' || c.state || ', taken ' || c.taken || ' of ' || coalesce(c.cap::text, 'any') as finding from settlement.claim c
          where c.taken > c.cap or c.taken > 0 and (not exists (select from settlement.claim_party p where p.claim = c.id)
            or exists (select from settlement.claim_party p where p.claim = c.id and p.agreed_at is null)) order by c.id limit 100`,
      ),
  },
  {
    name: 'settlement.versions',
    meaning: 'At every moment one version holds of the rules and of each plan, and each rules version ends with the split.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select 'rules ' || version || ': ' || string_agg(step, ', ' order by position) as finding from settlement.waterfall_step
            group by version having count(distinct valid_from) > 1 or (array_agg(step order by position desc))[1] <> 'split' limit 20)
          union all
          (select 'rules: versions ' || string_agg(distinct version::text, ', ') || ' from one moment' from settlement.waterfall_step group by valid_from having count(distinct version) > 1 limit 20)
          union all
          (select 'plan ' || id || ': categories ' || string_agg(distinct category, ', ') from settlement.commission_plan group by id having count(distinct category) > 1 limit 20)
          union all
          (select 'term of ' || seller || ': no plan ' || plan from settlement.partner_term t where not exists (select from settlement.commission_plan p where p.id = t.plan) limit 20)`,
      ),
  },
  {
    name: 'settlement.four_eyes',
    meaning:
      'Every change since the first versions was proposed by one and confirmed by another, and holds from no earlier than its confirmation.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with made as (
            select 'rules ' || version as what, valid_from, proposal from settlement.waterfall_step where proposal is not null
            union select 'plan ' || id || ' ' || version, valid_from, proposal from settlement.commission_plan where proposal is not null
            union select 'term of ' || seller, valid_from, proposal from settlement.partner_term where proposal is not null
            union select 'tax ' || code, valid_from, proposal from settlement.tax_rule where proposal is not null
            union select 'home of ' || seller, valid_from, proposal from settlement.tax_home where proposal is not null
            union select c.id, valid_from, proposal from settlement.claim c where state = 'agreed')
          select m.what || ': proposal ' || p.id || ' ' || p.state as finding from made m join settlement.proposal p on p.id = m.proposal
          where p.state <> 'confirmed' or p.decided_by = p.proposed_by or m.valid_from < p.decided_at or m.valid_from <> p.holds_from order by 1 limit 100`,
      ),
  },
  {
    name: 'settlement.followed',
    meaning:
      'What the newest settled lines came to is what the rules, plans, taxes, claims and sheets of their moment say, to the minor unit.',
    run: recompute,
  },
  {
    name: 'settlement.accruals',
    meaning:
      'Income that gathers in millionths of a minor unit is backed: pools and parties together have as many millionths as there is money for them.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with micro as (
            select substr(asset, 7) as currency, sum(amount) filter (where owner <> 'pool:accruals') as spread, sum(amount) filter (where owner = 'pool:accruals') as issued
            from ledger.public_posting where asset like 'micro:%' group by 1),
          money as (select asset as currency, sum(amount) as amount from ledger.public_posting where owner = 'pool:accruals' and asset not like 'micro:%' group by 1)
          select coalesce(i.currency, m.currency) || ': ' || coalesce(i.spread, 0) || ' millionths, issued ' || coalesce(-i.issued, 0) || ', money ' || coalesce(m.amount, 0) as finding
          from micro i full join money m on m.currency = i.currency
          where coalesce(i.spread, 0) <> coalesce(-i.issued, 0) or coalesce(i.spread, 0) <> coalesce(m.amount, 0) * 1000000 order by 1 limit 100`,
      ),
  },
]
