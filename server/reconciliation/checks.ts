/** What must always hold of reconciliation; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const check = (name: string, meaning: string, query: ReturnType<typeof sql<{ finding: string }>>) => ({
  name: `reconciliation.${name}`,
  meaning,
  run: async (db: Read): Promise<string[]> => (await query.execute(db)).rows.map(row => row.finding),
})

export const checks = [
  check(
    'facts',
    'What was taken over from the ledger is what the clearing accounts hold: every change, once, none changed.',
    sql<{ finding: string }>`
      select f.source || ' account ' || f.account || ': ' || f.many || ' changes of ' || f.last || ', sum ' || f.sum || ', ledger ' || coalesce((-e.balance_after)::text, 'none') as finding
      from (select source, account, count(*) as many, max(version) as last, sum(amount) as sum from reconciliation.fact group by 1, 2) f
      left join ledger.public_entry e on e.account = f.account and e.version = f.last
      where f.many <> f.last or e.balance_after is null or f.sum <> -e.balance_after order by 1 limit 100`,
  ),
  check(
    'one_to_one',
    'A line is matched when exactly one fact tells it, of the same source and currency.',
    sql<{ finding: string }>`
      (select 'line ' || l.id || ': ' || l.state || ', ' || case when f.account is null then 'no fact' else 'fact ' || f.account || '/' || f.version end as finding
        from reconciliation.line l left join reconciliation.fact f on f.line = l.id where (l.state = 'matched') <> (f.account is not null) limit 50)
      union all
      (select 'line ' || l.id || ': ' || l.source || ' ' || l.currency || ' told by ' || f.source || ' ' || f.currency
        from reconciliation.fact f join reconciliation.line l on l.id = f.line where (l.source, l.currency) <> (f.source, f.currency) limit 50)`,
  ),
  check(
    'listed',
    'Every line that nothing in the ledger answers is listed as an exception.',
    sql<{ finding: string }>`
      select 'line ' || l.id || ' of ' || l.report || ': open, not listed' as finding from reconciliation.line l
      where l.state = 'open' and not exists (select from reconciliation.exception e where e.line = l.id and e.closed_at is null) order by l.id limit 100`,
  ),
  check(
    'booked',
    'Every exception that was booked stands in the ledger with its effect, and every such posting has its exception.',
    sql<{ finding: string }>`
      with posted as (
        select t.id, substr(t.key, 5) as exception from ledger.public_transfer t where t.key like 'exc:%')
      (select e.id || ': booked, ' || coalesce(sum(-n.amount)::text, 'nothing') || ' posted of ' || e.effect as finding
        from reconciliation.exception e left join posted p on p.exception = e.id left join ledger.public_entry n on n.transfer = p.id
          and n.account in (select a.id from ledger.public_account a where a.owner = e.source and a.purpose = 'clearing' and a.asset = e.currency)
        where e.state = 'booked' group by e.id, e.effect having coalesce(sum(-n.amount), 0) <> e.effect limit 50)
      union all
      (select p.exception || ': posted, not booked' from posted p left join reconciliation.exception e on e.id = p.exception where e.state is distinct from 'booked' limit 50)`,
  ),
  check(
    'four_eyes',
    'What people wrote off was proposed by one and confirmed by another.',
    sql<{ finding: string }>`
      select e.id || ': proposed by ' || coalesce(e.proposed_by, 'nobody') || ', confirmed by ' || coalesce(d.by, 'nobody') as finding
      from reconciliation.exception e left join reconciliation.decision d on d.exception = e.id and d.action = 'confirm'
      where e.state = 'booked' and e.rule is null and (d.by is null or e.proposed_by is null or d.by = e.proposed_by) order by e.id limit 100`,
  ),
  check(
    'proof',
    'The newest proof of each currency is not red: what is held is what is owed, and sources say what the ledger says.',
    sql<{ finding: string }>`
      select p.day || ' ' || p.currency || ': held ' || p.custody || ', owed ' || p.owed || ', own ' || p.own as finding
      from (select distinct on (currency) * from reconciliation.proof order by currency, day desc) p where p.state = 'red' order by 1`,
  ),
]
