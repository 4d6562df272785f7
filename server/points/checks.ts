/** What must always hold of points; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const check = (name: string, meaning: string, query: ReturnType<typeof sql<{ finding: string }>>) => ({
  name: `points.${name}`,
  meaning,
  run: async (db: Read): Promise<string[]> => (await query.execute(db)).rows.map(row => row.finding),
})

export const checks = [
  check(
    'lots',
    'What a person has of a group’s points is the same in their wallet, in their lots and in the ledger.',
    sql<{ finding: string }>`
      with l as (select group_id, person, sum(remaining) as left from points.granted group by 1, 2),
        a as (select substr(asset, 8) as group_id, owner as person, balance from ledger.public_account where purpose = 'points')
      select coalesce(w.person, l.person, a.person) || ' in ' || coalesce(w.group_id, l.group_id, a.group_id) || ': wallet ' || coalesce(w.balance, 0) || ', lots ' || coalesce(l.left, 0)
        || ', ledger ' || coalesce(a.balance, 0) as finding
      from points.wallet w full join l on l.group_id = w.group_id and l.person = w.person
      full join a on a.group_id = coalesce(w.group_id, l.group_id) and a.person = coalesce(w.person, l.person)
      where coalesce(w.balance, 0) <> coalesce(l.left, 0) or coalesce(w.balance, 0) <> coalesce(a.balance, 0) order by 1 limit 100`,
  ),
  check(
    'funded',
    'All points of a group, out, spent or free to give, are as many as the money in its budget covers: nothing is out unfunded.',
    sql<{ finding: string }>`
      with s as (
        select b.group_id, b.currency, b.per_unit,
          coalesce(sum(a.balance) filter (where a.purpose = 'reward_budget' and a.asset = b.currency), 0) as money,
          -coalesce(sum(a.balance) filter (where a.purpose = 'mint'), 0) as minted,
          coalesce(sum(a.balance) filter (where a.purpose in ('unissued', 'spent')), 0) + coalesce((select sum(h.balance) from ledger.public_account h
            where h.asset = 'points:' || b.group_id and h.purpose = 'points'), 0) as there
        from points.budget b left join ledger.public_account a on a.owner = b.group_id group by 1, 2, 3)
      select group_id || ': ' || money || ' ' || currency || ' for ' || minted || ' points, ' || there || ' found' as finding from s
      where there <> minted or minted <> floor(money * per_unit / power(10, case currency when 'JPY' then 0 when 'KRW' then 0 when 'KWD' then 3 else 2 end)) order by 1 limit 100`,
  ),
  check(
    'spent',
    'What is spent and not yet handed over lies in the ledger, and every spending is made of its lots.',
    sql<{ finding: string }>`
      select coalesce(s.group_id, a.owner) || ': ' || coalesce(s.points, 0) || ' spent and open, ' || coalesce(a.balance, 0) || ' in the ledger' as finding
      from (select group_id, sum(points) as points from points.spent where state = 'open' group by 1) s
      full join (select owner, balance from ledger.public_account where purpose = 'spent' and owner like 'grp%') a on a.owner = s.group_id
      where coalesce(s.points, 0) <> coalesce(a.balance, 0)
      union all
      select s.id || ': ' || s.points || ' spent, ' || coalesce(sum(p.points), 0) || ' of lots' from points.spent s left join points.spent_part p on p.spend = s.id
      group by s.id, s.points having s.points <> coalesce(sum(p.points), 0)
      order by 1 limit 100`,
  ),
  check(
    'used',
    'Of each lot as much is used as was spent of it and not given back.',
    sql<{ finding: string }>`
      with u as (select p.lot, sum(p.points) as points from points.spent_part p join points.spent s on s.id = p.spend and s.state <> 'returned' group by 1)
      select g.id || ': ' || g.used || ' used, ' || coalesce(u.points, 0) || ' spent' as finding from points.granted g left join u on u.lot = g.id
      where g.used <> coalesce(u.points, 0) order by 1 limit 100`,
  ),
  check(
    'granted',
    'Every grant stands in the ledger once, to its person and with its points, and nothing else was given.',
    sql<{ finding: string }>`
      with posted as (
        select substr(t.key, 8) as id, a.owner, a.asset, e.amount from ledger.public_transfer t
        join ledger.public_entry e on e.transfer = t.id and e.at = t.at and e.amount > 0 join ledger.public_account a on a.id = e.account where t.kind = 'points')
      select coalesce(g.id, p.id) || ': ' || coalesce(g.points || ' given to ' || g.person, 'no grant') || ', ' || coalesce(p.amount || ' posted to ' || p.owner, 'not posted') as finding
      from points.granted g full join posted p on p.id = g.id
      where g.points is distinct from p.amount or g.person is distinct from p.owner or 'points:' || g.group_id is distinct from p.asset order by 1 limit 100`,
  ),
  check(
    'moved',
    'What was spent, given back, taken back or ended stands in the ledger as often and as much as it is remembered.',
    sql<{ finding: string }>`
      with t as (
        select t.kind, sum(e.amount) as points from ledger.public_transfer t join ledger.public_entry e on e.transfer = t.id and e.at = t.at and e.amount > 0
        where t.kind in ('points_spent', 'points_back', 'points_end', 'points_taken', 'points_debt') group by 1),
      own as (
        select 'points_spent' as kind, coalesce(sum(points), 0) as points from points.spent
        union all select 'points_back', coalesce(sum(points), 0) from points.spent where state = 'returned'
        union all select 'points_end', coalesce(sum(ended), 0) from points.granted
        union all select 'taken', coalesce(sum(taken), 0) from points.granted)
      select o.kind || ': ' || o.points || ' remembered, ' || coalesce(sum(t.points), 0) || ' posted' as finding
      from own o left join t on t.kind = o.kind or (o.kind = 'taken' and t.kind in ('points_taken', 'points_debt'))
      group by o.kind, o.points having o.points <> coalesce(sum(t.points), 0) order by 1`,
  ),
  check(
    'money',
    'The money of each budget is what was put in, less fees and what banks took back, less what was paid out for rewards and did not come back, less what was taken out again; each of these stands in the ledger once.',
    sql<{ finding: string }>`
      with f as (select group_id, sum(amount - fee - charged_back) as came from points.funding where state = 'paid' group by 1),
        p as (select group_id, sum(amount) filter (where returned_at is null) as went from points.paid_out group by 1),
        o as (select group_id, sum(amount) as out from points.taken_out group by 1)
      select b.group_id || ': ' || coalesce(f.came, 0) || ' put in, ' || coalesce(p.went, 0) || ' paid out, ' || coalesce(o.out, 0) || ' taken out, ' || coalesce(a.balance, 0) || ' there' as finding
      from points.budget b left join f on f.group_id = b.group_id left join p on p.group_id = b.group_id left join o on o.group_id = b.group_id
      left join ledger.public_account a on a.owner = b.group_id and a.purpose = 'reward_budget' and a.asset = b.currency
      where coalesce(f.came, 0) - coalesce(p.went, 0) - coalesce(o.out, 0) <> coalesce(a.balance, 0)
      union all
      select f.id || ': paid, ' || count(t.id) || ' times in the ledger' from points.funding f
      left join ledger.public_transfer t on t.kind = 'fund' and t.cause = 'funding:' || f.id where f.state = 'paid' group by f.id having count(t.id) <> 1
      union all
      select o.id || ': ' || o.amount || ' taken out, ' || coalesce(sum(e.amount), 0) || ' posted in ' || count(distinct t.id) from points.taken_out o
      left join ledger.public_transfer t on t.kind = 'fund_back' and t.key = 'fund_back:' || o.id left join ledger.public_entry e on e.transfer = t.id and e.at = t.at and e.amount > 0
      group by o.id, o.amount having count(distinct t.id) <> 1 or o.amount <> coalesce(sum(e.amount), 0)
      order by 1 limit 100`,
  ),
  check(
    'ended',
    'What has ended is nobody’s any more: no lot is left two days after its end.',
    sql<{ finding: string }>`
      select id || ': ' || remaining || ' left since ' || ends_at as finding from points.granted where remaining > 0 and ends_at < now() - interval '2 days' order by ends_at limit 100`,
  ),
]
