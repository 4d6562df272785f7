/** What must always hold of shows; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'shows.places',
    meaning:
      'Of every sold line there are as many tickets as places that did not come back, and every place of a show is of a line or was given.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select r.line || ': ' || r.quantity || ' sold, ' || r.back || ' came back, ' || count(k.id) || ' tickets' as finding from shows.reservation r
            left join tickets.public_ticket k on k.origin = r.line and k.state <> 'void'
            where r.state in ('sold', 'returned') group by r.line, r.quantity, r.back having count(k.id) <> r.quantity - r.back limit 50)
          union all
          (select r.line || ': ' || r.state || ', seating says ' || coalesce(p.state, 'nothing') || ' ' || coalesce(p.count - p.back, 0) from shows.reservation r
            left join seating.public_part p on p.line = r.line
            where r.state in ('sold', 'returned') and (p.state is distinct from 'sold' or p.count <> r.quantity or p.back <> r.back) limit 50)`,
      ),
  },
  {
    name: 'shows.limits',
    meaning: 'What counts towards the limit per person is what they have reserved and bought, less what they gave back.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select coalesce(b.show, r.show) || ' ' || coalesce(b.person, r.buyer) || ': ' || coalesce(b.tickets, 0) || ' counted, ' || coalesce(r.n, 0) || ' there' as finding
          from shows.buyer b full join (select show, buyer, sum(quantity - back)::int as n from shows.reservation where state in ('reserved', 'sold', 'returned') group by 1, 2) r
            on r.show = b.show and r.buyer = b.person where coalesce(b.tickets, 0) <> coalesce(r.n, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'shows.offers',
    meaning: 'Whoever was offered places has them set aside for as long as was said, or has bought them.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select w.id || ': offered until ' || w.until || ', ' || coalesce(p.state, 'nothing is held') as finding from shows.waiting w
          left join seating.public_part p on p.hold = w.hold and p.tier = w.tier
          where w.state = 'offered' and w.until > now() and (p.state is null or p.state not in ('held', 'sold') or p.person <> w.person) order by 1 limit 100`,
      ),
  },
  {
    name: 'shows.cancelled',
    meaning:
      'An hour after a show was cancelled none of its tickets is good any more, and all of their money went back (but what is disputed or short).',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select s.id || ': ticket ' || k.id || ' is ' || k.state || coalesce(', ' || l.refunded || ' of ' || l.amount || ' went back', '') as finding
          from shows.show s join tickets.public_ticket k on k.show = s.id left join shop.public_line l on l.id = k.line
          where s.state = 'cancelled' and s.changed_at < now() - interval '1 hour' and not coalesce(l.frozen, false)
            and (k.state <> 'void' or (l.state in ('held', 'settled') and l.refunded < l.amount and not exists (
              select from refunds.public_refund f where f.line = l.id and f.state in ('short', 'declined')))) order by 1 limit 100`,
      ),
  },
  {
    name: 'shows.lottery',
    meaning: 'Every lottery was drawn within an hour of its end, and the digest is that of its entrants.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select show || ': not drawn, it ended ' || closes_at as finding from shows.lottery where state = 'open' and closes_at < now() - interval '1 hour' limit 50)
          union all
          (select l.show || ': the list is another one' from shows.lottery l where l.digest is not null and l.digest <> encode(sha256(convert_to(coalesce((
            select string_agg(e.number || '-' || e.number || ' ' || e.tag || chr(10), '' order by e.number) from shows.entrant e where e.show = l.show), ''), 'UTF8')), 'hex') limit 50)`,
      ),
  },
]
