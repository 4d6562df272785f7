/** What must always hold of payouts and closed months; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const check = (name: string, meaning: string, query: string) => ({
  name: `payouts.${name}`,
  meaning,
  query,
  run: async (db: Read): Promise<string[]> => (await sql.raw<{ finding: string }>(query).execute(db)).rows.map(row => row.finding),
})

export const checks = [
  check(
    'paying',
    'What parties have on its way is the sum of their payouts that are on their way.',
    `select coalesce(a.owner, p.party) || ' ' || coalesce(a.asset, p.currency) || ': ' || coalesce(a.sum, 0) || ' in the ledger, ' || coalesce(p.sum, 0) || ' in payouts' as finding
      from (select owner, asset, sum(amount) as sum from ledger.public_posting where purpose = 'paying' group by owner, asset) a
      full join (select party, currency, sum(net) as sum from payouts.payout where state = 'paying' group by party, currency) p on p.party = a.owner and p.currency = a.asset
      where coalesce(a.sum, 0) <> coalesce(p.sum, 0) order by 1 limit 100`,
  ),
  check(
    'paid',
    'Every payout that is paid left by its bank or provider, once and whole; no other did, unless it came back.',
    `with gone as (
        select substr(cause, 8) as id, sum(amount) as sum from ledger.public_posting
        where kind in ('payout_sent', 'payout_returned') and cause like 'payout:pyo\\_%' and purpose = 'clearing' group by cause)
      select coalesce(p.id, g.id) || ': ' || coalesce(p.state, 'no payout') || ', ' || coalesce(g.sum, 0) || ' gone' as finding
      from payouts.payout p full join gone g on g.id = p.id where coalesce(g.sum, 0) <> case when p.state = 'paid' then p.net else 0 end order by 1 limit 100`,
  ),
  check(
    'causes',
    'Every payout that was approved took its whole amount from what its party had available, and gave back all or nothing of it.',
    `with moved as (
        select substr(cause, 8) as id, owner, sum(amount) filter (where kind = 'payout') as took, sum(amount) filter (where kind = 'payout_returned') as back
        from ledger.public_posting where kind in ('payout', 'payout_returned') and purpose = 'available' group by cause, owner)
      select coalesce(p.id, m.id) || ': ' || coalesce(p.state, 'no payout') || ', took ' || coalesce(-m.took, 0) || ', back ' || coalesce(m.back, 0) as finding
      from (select * from payouts.payout where transfer is not null) p full join moved m on m.id = p.id and m.owner = p.party
      where coalesce(-m.took, 0) <> coalesce(p.amount, 0) or coalesce(m.back, 0) <> case when p.state = 'returned' then p.amount else 0 end order by 1 limit 100`,
  ),
  check(
    'four_eyes',
    'Every batch was approved by someone else than who composed or submitted it, and nothing of a batch moved before.',
    `select b.id || ': ' || b.state || coalesce(', payout ' || p.id || ' ' || p.state, '') as finding
      from payouts.batch b left join payouts.payout p on p.batch = b.id and p.state in ('paying', 'paid', 'returned') and b.approved_by is null
      where p.id is not null or b.approved_by in (b.submitted_by, b.made_by) order by b.id limit 100`,
  ),
  check(
    'threshold',
    'Nobody was paid less than the least, nor to an account before it could be used or that is another party’s.',
    `select p.id || ': ' || p.amount || ' of at least ' || p.threshold || ', account from ' || m.usable_from as finding
      from payouts.payout p join payouts.method m on m.id = p.method
      where p.transfer is not null and (p.amount < p.threshold or m.usable_from > p.approved_at or m.party <> p.party or m.currency <> p.currency) order by p.id limit 100`,
  ),
  check(
    'batches',
    'A batch is done when nothing of it is listed or on its way, and only then.',
    `select b.id || ': ' || b.state || ', ' || count(*) filter (where p.state = 'paying') || ' on their way, ' || count(*) filter (where p.state = 'listed') || ' listed' as finding
      from payouts.batch b left join payouts.payout p on p.batch = b.id group by b.id
      having (b.state = 'done') <> (b.approved_by is not null and count(*) filter (where p.state in ('paying', 'listed')) = 0)
        or (b.state not in ('draft', 'submitted') and count(*) filter (where p.state = 'listed') > 0) order by b.id limit 100`,
  ),
  check(
    'sent',
    'No payout has waited for its provider for more than two days.',
    `select id || ': ' || route || ' since ' || approved_at as finding from payouts.payout
      where state = 'paying' and route <> 'bank' and approved_at < now() - interval '2 days' order by id limit 100`,
  ),
  check(
    'withheld',
    'What was withheld of payouts for a tax office is what payouts brought to its account.',
    `select coalesce(a.owner, 'tax:' || p.tax_code) || ' ' || coalesce(a.asset, p.currency) || ': ' || coalesce(a.sum, 0) || ' in the ledger, ' || coalesce(p.sum, 0) || ' in payouts' as finding
      from (select owner, asset, sum(amount) as sum from ledger.public_posting where owner like 'tax:%' and kind in ('payout', 'payout_returned') group by owner, asset) a
      full join (select tax_code, currency, sum(withheld) as sum from payouts.payout where state in ('paying', 'paid') and withheld > 0 group by tax_code, currency) p
        on 'tax:' || p.tax_code = a.owner and p.currency = a.asset
      where coalesce(a.sum, 0) <> coalesce(p.sum, 0) order by 1 limit 100`,
  ),
  check(
    'months',
    'What was kept of the last closed month is what the ledger says, figures and digest of its postings; each month before opens where the one before it closed.',
    `with month as (select month, (month || '-01')::timestamp at time zone 'UTC' as start, ((month || '-01')::timestamp + interval '1 month') at time zone 'UTC' as until
          from payouts.period where closed_at is not null order by month desc limit 1),
        real as (
          select m.month, p.owner, p.asset, coalesce(sum(p.amount) filter (where p.at < m.start), 0) as opening, sum(p.amount) as closing,
            coalesce(sum(p.amount) filter (where p.purpose = 'available'), 0) as available, count(*) filter (where p.at >= m.start)::int as postings,
            encode(sha256(convert_to(coalesce(string_agg(p.purpose || ' ' || p.version || ' ' || p.transfer || ' ' || p.amount, E'\n' order by p.purpose, p.version)
              filter (where p.at >= m.start), ''), 'UTF8')), 'hex') as digest
          from month m join ledger.public_posting p on p.at < m.until
          where p.owner ~ '^(usr|org)_' and p.asset ~ '^[A-Z]{3}$' and p.purpose in ('available', 'held', 'reserve', 'paying', 'receivable') group by m.month, p.owner, p.asset)
      select coalesce(s.month, r.month) || ' ' || coalesce(s.party, r.owner) || ' ' || coalesce(s.currency, r.asset) || ': kept ' || coalesce(s.closing::text, 'nothing')
        || ', ledger ' || coalesce(r.closing::text, 'nothing') as finding
      from (select s.* from payouts.period_statement s join month m on m.month = s.month) s
      full join real r on r.month = s.month and r.owner = s.party and r.asset = s.currency
      where (s.opening, s.closing, s.available, s.postings, s.digest) is distinct from (r.opening, r.closing, r.available, r.postings, r.digest)
      union all
      select s.month || ' ' || s.party || ' ' || s.currency || ': opens with ' || s.opening || ', closed before with ' || s.before from (
        select month, party, currency, opening, lag(closing) over (partition by party, currency order by month) as before from payouts.period_statement) s
      where s.opening <> s.before order by 1 limit 100`,
  ),
]
