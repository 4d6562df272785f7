/** What must always hold of refunds and disputes; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const check = (name: string, meaning: string, query: string) => ({
  name: `refunds.${name}`,
  meaning,
  query,
  run: async (db: Read): Promise<string[]> => (await sql.raw<{ finding: string }>(query).execute(db)).rows.map(row => row.finding),
})

export const checks = [
  check(
    'lines',
    'What went back of every line is the sum of its refunds, of disputes that were lost, and of what the shop sent back by itself.',
    `select l.id || ': refunded ' || l.refunded || ', refunds ' || coalesce(r.sum, 0) || ', disputes ' || coalesce(d.sum, 0) || ', by itself ' || coalesce(a.sum, 0) as finding
    from shop.public_line l
    left join (select line, sum(amount) from refunds.request where state = 'done' group by line) r on r.line = l.id
    left join (select line, sum(amount) from refunds.dispute_part where state = 'lost' group by line) d on d.line = l.id
    left join (select subject, sum(amount) from payments.public_refund where reason in ('too_late', 'already_owned', 'sold_on') group by subject) a on a.subject = l.id
    where l.refunded <> coalesce(r.sum, 0) + coalesce(d.sum, 0) + coalesce(a.sum, 0) order by l.id limit 100`,
  ),
  check(
    'sent',
    'Every refund that is done was handed to the provider, once and whole.',
    `select r.line || ': done ' || r.sum || ', handed over ' || coalesce(p.sum, 0) as finding
    from (select line, sum(amount) from refunds.request where state = 'done' group by line) r
    left join (select subject, sum(amount) from payments.public_refund where reason not in ('too_late', 'already_owned', 'sold_on') group by subject) p on p.subject = r.line
    where r.sum <> coalesce(p.sum, 0) order by r.line limit 100`,
  ),
  check(
    'clawbacks',
    'What receivers of a settled line gave back is what came into its escrow again, and that much went on to the buyer or the bank.',
    `with given as (select line, sum(amount) from refunds.give where state = 'given' group by line),
      came as (select substr(owner, 8) as line, sum(amount) from ledger.public_posting where kind in ('clawback', 'receivable') and purpose = 'escrow' and owner like 'escrow:lin\\_%' group by owner)
    select coalesce(g.line, c.line) || ': given ' || coalesce(g.sum, 0) || ', came back ' || coalesce(c.sum, 0) as finding
    from given g full join came c on c.line = g.line where g.sum is distinct from c.sum order by 1 limit 100`,
  ),
  check(
    'shares',
    'Nobody gives back more of a line than they got of it, and of a line that was settled and refunded whole everyone gives back exactly what they got.',
    `with lines as (select distinct g.line, l.state, l.release from refunds.give g join shop.public_line l on l.id = g.line where g.state <> 'void'),
      got as (select l.line, l.state, p.owner, p.purpose, coalesce(p.step, '') as step, sum(p.amount) from lines l
        join ledger.public_posting p on p.cause = 'line:' || l.line and p.subject is not distinct from l.release and p.kind = 'settle' and p.amount > 0 group by 1, 2, 3, 4, 5),
      gave as (select line, owner, purpose, step, sum(amount) from refunds.give where state <> 'void' group by 1, 2, 3, 4)
    select coalesce(a.line, b.line) || ': ' || coalesce(a.owner, b.owner) || ' got ' || coalesce(a.sum, 0) || ', gives ' || coalesce(b.sum, 0) as finding
    from got a full join gave b on b.line = a.line and b.owner = a.owner and b.purpose = a.purpose and b.step = a.step
    where coalesce(b.sum, 0) > coalesce(a.sum, 0) or a.state = 'refunded' and a.sum is distinct from b.sum order by 1 limit 100`,
  ),
  check(
    'receivables',
    'What a party owes the planet in the ledger is what was decided so, less what later income paid.',
    `with owed as (select owner, currency, sum(amount - recovered) from refunds.shortfall s where state = 'receivable'
        and not exists (select from refunds.request r where r.id = s.cause and r.state = 'short') group by 1, 2),
      booked as (select owner, asset, -sum(amount) as sum from ledger.public_posting where purpose = 'receivable' group by 1, 2)
    select coalesce(o.owner, b.owner) || ': decided ' || coalesce(o.sum, 0) || ', in the ledger ' || coalesce(b.sum, 0) as finding
    from owed o full join booked b on b.owner = o.owner and b.asset = o.currency where coalesce(o.sum, 0) <> coalesce(b.sum, 0) order by 1 limit 100`,
  ),
  check(
    'shortfalls',
    'A refund waits for the operator exactly as long as something of it is undecided; open shortfalls belong to such a refund or to a lost dispute.',
    `(select r.id || ': waits, and nothing of it is undecided' as finding from refunds.request r
      where r.state = 'short' and not exists (select from refunds.shortfall s where s.cause = r.id and s.state = 'open') limit 50)
    union all (select s.id || ': open, and ' || s.cause || ' is ' || coalesce(r.state, d.state, 'not there') from refunds.shortfall s left join refunds.request r on r.id = s.cause
      left join refunds.dispute d on d.id = s.cause where s.state = 'open' and (case s.kind when 'refund' then r.state = 'short' else d.state = 'lost' end) is not true limit 50)`,
  ),
  check(
    'frozen',
    'A line is frozen exactly as long as a dispute of its money in escrow is open.',
    `select l.id || case when l.frozen then ': frozen without a dispute' else ': disputed and not frozen' end as finding from shop.public_line l
    where l.frozen <> (l.state = 'held' and exists (select from refunds.dispute_part p where p.line = l.id and p.state = 'open' and p.mode = 'escrow')) order by l.id limit 100`,
  ),
  check(
    'disputes',
    'Every dispute that payments knows of stands here with the same amount and state, and its parts are what falls on the lines.',
    `(select p.id || ': ' || p.state || ' of ' || p.exposed || ', here ' || coalesce(d.state, 'missing') || coalesce(' of ' || d.amount, '') as finding
      from payments.public_dispute p left join refunds.dispute d on d.id = p.id
      where p.exposed > 0 and p.subject like 'ord\\_%' and (d.id is null or d.state <> p.state or d.amount <> p.exposed) order by p.id limit 50)
    union all (select d.id || ': parts ' || d.parts || ', on lines ' || coalesce(sum(p.amount), 0) from refunds.dispute d left join refunds.dispute_part p on p.dispute = d.id
      group by d.id having d.parts <> coalesce(sum(p.amount), 0) limit 50)`,
  ),
  check(
    'holds',
    'What is set aside for a refund or a dispute is on hold in the ledger for that cause, and nothing of it is left there once that is over.',
    `select a.hold || ': ' || a.cause || ' set ' || a.amount || ' aside, on hold ' || coalesce(h.amount - h.captured - h.released, 0) || ' of ' || coalesce(h.amount::text, 'nothing') as finding
    from refunds.aside a left join ledger.public_hold h on h.id = a.hold
    where a.hold is not null and (h.id is null or h.owner <> a.owner or h.amount <> a.amount or h.cause <> case when a.cause like 'dsp%' then 'dispute:' else 'refund:' end || a.cause
      or (h.amount > h.captured + h.released and not exists (select from refunds.give g where g.cause = a.cause and g.line = a.line and g.state = 'waiting'))) order by 1 limit 100`,
  ),
  check(
    'reserve',
    'What rests of everyone’s income is the sum of its parts that were neither taken nor released.',
    `with rests as (select party, currency, sum(amount - taken - released) from refunds.tranche group by 1, 2),
      booked as (select owner, asset, sum(amount) from ledger.public_posting where purpose = 'reserve' group by 1, 2)
    select coalesce(r.party, b.owner) || ': parts ' || coalesce(r.sum, 0) || ', in the ledger ' || coalesce(b.sum, 0) as finding
    from rests r full join booked b on b.owner = r.party and b.asset = r.currency where coalesce(r.sum, 0) <> coalesce(b.sum, 0) order by 1 limit 100`,
  ),
  check(
    'in_time',
    'Nothing waits longer than it may: requests for their next step, shortfalls for a decision, what rests for its release.',
    `(select id || ': ' || state || ' until ' || until as finding from refunds.request where until < now() - interval '1 day' order by until limit 50)
    union all (select id || ': open until ' || until from refunds.shortfall where until < now() - interval '1 day' order by until limit 25)
    union all (select id || ': rests until ' || release_at from refunds.tranche where release_at < now() - interval '1 day' and taken + released < amount order by release_at limit 25)`,
  ),
]
