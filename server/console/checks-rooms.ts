/** What must hold between the rooms, which none of them can say alone: paid ⇒ posted, posted ⇒ cause, every owner is there, nothing goes out that did not come in. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'
import type { Check } from './queries.ts'

const check = (name: string, meaning: string, query: ReturnType<typeof sql<{ finding: string }>>): Check => ({
  name: `rooms.${name}`,
  meaning,
  run: async (db: Read) => (await query.execute(db)).rows.map(row => row.finding),
})

const id = (text: string, prefix: string) => `substring(${text} from '${prefix}_[0-9a-hjkmnp-tv-z]{26}')`
const kinds =
  'pay,settle,refund,refund_sent,refund_failed,clawback,hold,hold_capture,hold_release,chargeback,chargeback_won,chargeback_lost,dispute_fee,fee_lost,receivable,recovered,' +
  'payout,payout_sent,payout_returned,sweep,show_paid,show_covered,accrue,accrual_settled,adjustment,withheld,reserve,reserve_release,' +
  'fund,fund_back,reward_paid,reward_back,points,points_debt,points_taken,points_spent,points_back,points_end,points_cover,points_settled,' +
  'gift_fill,gift_spend,gift_return,gift_void'

export const checks: readonly Check[] = [
  check(
    'custody',
    'Of each currency, what lies with providers and banks is what is owed to others and the planet’s own; and the planet’s own, less what it lent, is not below zero: nobody else’s money pays for it.',
    sql<{ finding: string }>`
      with s as (
        select asset, -coalesce(sum(balance) filter (where owner like 'provider:%' or owner like 'bank:%'), 0) as custody, coalesce(sum(balance) filter (where owner = 'planet' or purpose = 'receivable'), 0) as own,
          coalesce(sum(balance) filter (where owner not like 'provider:%' and owner not like 'bank:%' and owner <> 'planet' and purpose <> 'receivable'), 0) as owed
        from ledger.public_account where asset ~ '^[A-Z]{3}$' group by asset)
      select asset || ': held ' || custody || ', owed ' || owed || ', own ' || own as finding from s where custody <> owed + own or own < 0 order by 1`,
  ),
  check(
    'owners',
    'Every account belongs to someone who is there: a person, an organisation, a group, an order line, a provider, a bank, a tax, or the planet.',
    sql<{ finding: string }>`
      select a.owner || ' ' || a.purpose || ' ' || a.asset || ': nobody there' as finding from ledger.public_account a
      left join people.public_party p on p.id = a.owner left join shop.public_line l on l.id = substr(a.owner, 8) and a.owner like 'escrow:lin\_%'
      where not case when a.owner ~ '^(usr|org)_' then p.id is not null when a.owner like 'grp\_%' then exists (select from points.public_budget b where b.group_id = a.owner) when a.owner like 'escrow:%' then l.id is not null else a.owner ~ '^(planet$|(provider|bank|tax|pool|credit|gift|show):.)' end order by 1 limit 100`,
  ),
  check(
    'purposes',
    'Every account has a purpose that its kind of owner can have, and only clearing, disputed, costs, fees and receivables may be without a floor.',
    sql<{ finding: string }>`
      select owner || ' ' || purpose || ' ' || asset || ', floor ' || coalesce(floor::text, 'none') as finding from ledger.public_account
      where not case when owner ~ '^(usr|org)_' then purpose in ('available', 'held', 'reserve', 'paying', 'receivable', 'accrual') or (purpose = 'points' and asset like 'points:%') when owner like 'grp\_%' then purpose = 'reward_budget' or (purpose in ('unissued', 'spent', 'mint') and asset = 'points:' || owner) when owner like 'escrow:%' or owner like 'credit:%' then purpose = 'escrow' when owner like 'gift:%' or owner like 'show:%' then purpose in ('available', 'held')
          when owner like 'provider:%' then purpose in ('clearing', 'fee', 'refunding', 'disputed') when owner like 'bank:%' then purpose = 'clearing'
          when owner like 'tax:%' then purpose = 'payable' when owner like 'pool:%' then true else purpose in ('commission', 'costs', 'accrual') end
        or (floor is distinct from 0 and purpose not in ('clearing', 'disputed', 'costs', 'receivable', 'accrual', 'fee', 'mint')) order by 1 limit 100`,
  ),
  check(
    'receivables',
    'What someone owes the planet is a debt: a receivable is zero or below.',
    sql<{ finding: string }>`
      select owner || ' ' || asset || ': ' || balance as finding from ledger.public_account where purpose = 'receivable' and balance > 0 order by 1 limit 100`,
  ),
  check(
    'kinds',
    'Every transfer is of a kind that this planet knows.',
    sql<{ finding: string }>`
      select kind || ': ' || count(*) || ' transfers, the first ' || min(id) as finding from ledger.public_transfer where kind <> all(${kinds.split(',')}::text[]) group by kind order by 1`,
  ),
  check(
    'causes',
    'What a transfer names as its cause is there: an order, a line, a refund, a dispute, a payout, an exception.',
    sql<{ finding: string }>`
      select 'transfer ' || t.id || ' (' || t.kind || '): ' || t.cause || ' is not there' as finding
      from (select id, kind, cause, split_part(cause, ':', 1) as word, split_part(cause, ':', 2) as thing from ledger.public_transfer
        where split_part(cause, ':', 1) in ('order', 'line', 'refund', 'dispute', 'payout', 'exception')) t
      left join shop.public_order o on t.word = 'order' and o.id = t.thing left join shop.public_line l on t.word = 'line' and l.id = t.thing
      left join payments.public_refund r on t.word = 'refund' and r.id = t.thing left join refunds.public_refund q on t.word = 'refund' and q.id = t.thing left join payments.public_dispute d on t.word = 'dispute' and d.id = t.thing
      left join payouts.public_payout y on t.word = 'payout' and y.id = t.thing left join reconciliation.public_exception x on t.word = 'exception' and x.id = t.thing
      where coalesce(o.id, l.id, r.id, q.id, d.id, y.id, x.id) is null order by t.id limit 100`,
  ),
  check(
    'time',
    'Nothing was posted with a time in the future.',
    sql<{ finding: string }>`
      select 'transfer ' || id || ' (' || kind || '): ' || at as finding from ledger.public_transfer where at > now() + interval '10 minutes' order by id limit 100`,
  ),
  check(
    'paid_posted',
    'Every payment that is paid stands in the ledger once, with its amount, at its provider: as the money of its order or, paid twice, on its way back.',
    sql<{ finding: string }>`
      with posted as (
        select substr(t.key, 5) as payment, count(distinct t.id) as times, -sum(e.amount) as amount, min(a.owner) as owner, min(a.asset) as asset
        from ledger.public_transfer t join ledger.public_entry e on e.transfer = t.id and e.at = t.at join ledger.public_account a on a.id = e.account and a.purpose = 'clearing'
        where t.key like 'pay:pay\_%' group by 1),
      twice as (select payment, sum(amount) as amount from payments.public_refund where reason = 'paid_twice' group by payment)
      select p.id || ': ' || p.amount || ' ' || p.currency || ' paid, ' || coalesce(x.times || ' × ' || x.amount || ' ' || x.asset || ' at ' || x.owner, 'nothing') || ' posted' as finding
      from payments.public_payment p left join posted x on x.payment = p.id left join twice w on w.payment = p.id
      where p.state = 'paid' and not (coalesce(x.times, 0) + (w.payment is not null)::int = 1 and coalesce(x.amount, w.amount) = p.amount
        and (x.payment is null or (x.owner = 'provider:' || p.provider and x.asset = p.currency))) order by p.id limit 100`,
  ),
  check(
    'posted_paid',
    'Every payment that stands in the ledger is one that was paid, and is for an order; or gift cards paid all of the order.',
    sql<{ finding: string }>`
      select 'transfer ' || t.id || ' (' || t.key || '): ' || coalesce('the payment is ' || p.state, 'no such payment') || case when o.id is null then ', no order' else '' end as finding
      from ledger.public_transfer t left join payments.public_payment p on p.id = substr(t.key, 5) left join shop.public_order o on t.cause = 'order:' || o.id and o.id = p.subject
      left join shop.public_order c on t.key = 'pay:' || c.id and t.cause = 'order:' || c.id and c.credit = c.total and c.paid_at is not null
      where t.kind = 'pay' and c.id is null and (p.state is distinct from 'paid' or o.id is null) order by t.id limit 100`,
  ),
  check(
    'paid_orders',
    'An order, its lines and its payment (of what gift cards do not pay) are of one currency and one amount.',
    sql<{ finding: string }>`
      select o.id || ': ' || o.total || ' ' || o.currency || ', lines ' || coalesce(sum(l.amount)::text, 'none') || ' ' || coalesce(string_agg(distinct l.currency, ', '), '') || ', payment '
        || coalesce(min(p.amount) || ' ' || min(p.currency), 'none') as finding
      from shop.public_order o left join shop.public_line l on l."order" = o.id left join payments.public_payment p on p.id = l.payment
      group by o.id, o.total, o.credit, o.currency having o.total is distinct from sum(l.amount) or bool_or(l.currency <> o.currency) or min(p.amount) <> o.total - o.credit or min(p.currency) <> o.currency
      order by o.id limit 100`,
  ),
  check(
    'settled_once',
    'A line that is settled has one settlement in the ledger; a line that is not has none.',
    sql<{ finding: string }>`
      with settled as (select substr(key, 8) as line, count(*) as times from ledger.public_transfer where kind = 'settle' group by 1)
      select coalesce(l.id, s.line) || ': ' || coalesce(l.state, 'no line') || ', ' || coalesce(s.times, 0) || ' settlements' as finding
      from (select * from shop.public_line where amount > refunded or settled_at is not null) l full join settled s on s.line = l.id
      where coalesce(s.times, 0) <> (l.settled_at is not null and l.amount > 0)::int order by 1 limit 100`,
  ),
  check(
    'escrow',
    'No escrow gave out more than came in, and what is settled, refunded or cancelled holds nothing any more, but refunds that failed.',
    sql<{ finding: string }>`
      select a.owner || ': ' || a.balance || ', the line is ' || l.state as finding
      from ledger.public_account a join shop.public_line l on a.owner = 'escrow:' || l.id
      left join (select subject, sum(amount - covered) as waits from payments.public_refund where state = 'failed' group by subject) f on f.subject = l.id
      where a.purpose = 'escrow' and (a.balance < 0 or a.balance > l.amount - l.refunded + coalesce(f.waits, 0) or (l.state in ('settled', 'refunded', 'cancelled') and a.balance <> coalesce(f.waits, 0)))
      order by 1 limit 100`,
  ),
  check(
    'refunds_posted',
    'Every refund is in the ledger as far as it got: set aside when it was asked for, gone when it is done, by its amount.',
    sql<{ finding: string }>`
      with moved as (
        select ${sql.raw(id("t.key || ' ' || t.cause", 'rfd'))} as refund, sum(e.amount) filter (where a.purpose = 'refunding') as waiting, sum(e.amount) filter (where a.purpose = 'clearing' and t.kind <> 'refund') as gone
        from ledger.public_transfer t join ledger.public_entry e on e.transfer = t.id and e.at = t.at join ledger.public_account a on a.id = e.account and a.owner like 'provider:%'
        where t.kind in ('refund', 'refund_sent', 'refund_failed') or (t.kind = 'chargeback_lost' and t.key like '%:rfd\_%') group by 1)
      select r.id || ': ' || r.state || ' ' || r.amount || ', waiting ' || coalesce(m.waiting, 0) || ', gone ' || coalesce(m.gone, 0) as finding
      from payments.public_refund r left join moved m on m.refund = r.id
      where coalesce(m.waiting, 0) <> case when r.state = 'asked' or (r.state = 'failed' and r.source_owner like 'provider:%') then r.amount - r.covered else 0 end
        or (r.state = 'done' and r.covered = 0 and coalesce(m.gone, 0) <> r.amount) order by r.id limit 100`,
  ),
  check(
    'refunds_within',
    'By the ledger, no payment gave back more than was paid: refunds and disputes together, but for what a bank took although it had gone back already.',
    sql<{ finding: string }>`
      with gone as (
        select coalesce(r.payment, d.payment) as payment, sum(e.amount) as amount
        from ledger.public_transfer t join ledger.public_entry e on e.transfer = t.id and e.at = t.at join ledger.public_account a on a.id = e.account and a.purpose = 'clearing' and a.owner like 'provider:%'
        left join payments.public_refund r on r.id = ${sql.raw(id("t.key || ' ' || t.cause", 'rfd'))} left join payments.public_dispute d on d.id = ${sql.raw(id('t.cause', 'dsp'))}
        where t.kind in ('refund_sent', 'refund_failed', 'chargeback', 'chargeback_won') group by 1)
      select p.id || ': ' || g.amount || ' gone of ' || p.amount as finding from gone g join payments.public_payment p on p.id = g.payment
      where g.amount > p.amount + (select coalesce(sum(d.amount - d.exposed), 0) from payments.public_dispute d where d.payment = p.id and d.state <> 'won') order by 1 limit 100`,
  ),
  check(
    'disputes_posted',
    'What a dispute took is in the ledger: contested while it is open, back or borne by someone when it is decided.',
    sql<{ finding: string }>`
      with moved as (
        select ${sql.raw(id('t.cause', 'dsp'))} as dispute, sum(e.amount) filter (where a.purpose = 'disputed') as open, sum(e.amount) filter (where a.purpose = 'clearing') as gone
        from ledger.public_transfer t join ledger.public_entry e on e.transfer = t.id and e.at = t.at join ledger.public_account a on a.id = e.account and a.owner like 'provider:%'
        where t.kind like 'chargeback%' group by 1)
      select d.id || ': ' || d.state || ' ' || d.amount || ', contested ' || coalesce(-m.open, 0) || ', gone ' || coalesce(m.gone, 0) as finding
      from payments.public_dispute d left join moved m on m.dispute = d.id
      where coalesce(-m.open, 0) <> case d.state when 'open' then d.amount else 0 end or coalesce(m.gone, 0) <> case d.state when 'won' then 0 else d.amount end order by d.id limit 100`,
  ),
  check(
    'orphans',
    'Nothing hangs in the air: buyers, sellers’ pages, orders of payments, lines and owners of what is owned are there.',
    sql<{ finding: string }>`
      (select o.id || ': buyer ' || o.buyer || ' is not there' as finding from shop.public_order o left join people.public_party p on p.id = o.buyer where p.id is null limit 25)
      union all (select l.id || ': page ' || l.page || ' is not there' from shop.public_line l left join people.public_page p on p.id = l.page where p.id is null limit 25)
      union all (select y.id || ': ' || y.purpose || ' ' || y.subject || ' is not there' from payments.public_payment y left join shop.public_order o on o.id = y.subject where y.purpose = 'order' and o.id is null limit 25)
      union all (select w.line || ': owned by ' || w.person || ', ' || case when l.id is null then 'no such line' else 'no such person' end from shop.public_ownership w
        left join shop.public_line l on l.id = w.line left join people.public_party p on p.id = w.person left join rewards.public_exchange x on x.id = w.line
        left join coupons.public_release_code c on c.id = w.line where (l.id is null and x.id is null and c.id is null) or p.id is null limit 25)`,
  ),
  check(
    'work',
    'No background work on money has failed for good, and none waits for more than an hour after it was due.',
    sql<{ finding: string }>`
      select task_identifier || ' ' || id || ': ' || case when attempts >= max_attempts then 'failed ' || attempts || ' times, ' || coalesce(left(last_error, 200), '') else 'due since ' || run_at end as finding
      from graphile_worker.jobs where locked_at is null and (attempts >= max_attempts or run_at < now() - interval '1 hour')
        and split_part(task_identifier, '.', 1) in ('payments', 'shop', 'refunds', 'payouts', 'settlement', 'reconciliation', 'ledger', 'points') order by id limit 100`,
  ),
  check(
    'audited',
    'The books are checked every night: the last run is not older than a day and some hours.',
    sql<{ finding: string }>`
      select 'last checked ' || max(at) as finding from console.audit_run having max(at) < now() - interval '30 hours'`,
  ),
]
