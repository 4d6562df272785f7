/** What must always hold of raffles; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'raffles.tickets',
    meaning: 'Tickets are numbered from 1 without gaps, nobody has more than the rules allow, and the raffle says how many there are.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select y.raffle || ': ticket ' || y.first || ' comes after ' || y.before as finding from (
            select raffle, first, coalesce(lag(first + tickets) over (partition by raffle order by first), 1) as before from raffles.entry) y where y.first <> y.before limit 50)
          union all
          (select f.id || ': ' || f.tickets || ' tickets of ' || f.people || ' stated, ' || coalesce(sum(e.tickets), 0) || ' of ' || count(e.person) || ' there' from raffles.raffle f
            left join raffles.entrant e on e.raffle = f.id group by f.id having f.tickets <> coalesce(sum(e.tickets), 0) or f.people <> count(e.person) or bool_or(e.tickets > f.most_tickets) limit 50)
          union all
          (select e.raffle || ': ' || e.person || ' has ' || e.tickets || ' tickets, entries say ' || coalesce(sum(y.tickets), 0) from raffles.entrant e
            left join raffles.entry y on y.raffle = e.raffle and y.person = e.person group by e.raffle, e.person having e.tickets <> coalesce(sum(y.tickets), 0) limit 50)`,
      ),
  },
  {
    name: 'raffles.digest',
    meaning: 'The list of tickets that was published is the one that is kept.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select f.id || ': the list is another one' as finding from raffles.raffle f
          where f.digest is not null and f.digest <> encode(sha256(convert_to(coalesce((
            select string_agg(y.first || '-' || (y.first + y.tickets - 1) || ' ' || e.tag || chr(10), '' order by y.first)
            from raffles.entry y join raffles.entrant e on e.raffle = y.raffle and e.person = y.person where y.raffle = f.id), ''), 'UTF8')), 'hex') order by 1 limit 100`,
      ),
  },
  {
    name: 'raffles.points',
    meaning: 'Tickets cost what they cost: spent while it is open, settled when it is drawn, given back when it was called off.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select y.id || ': ' || y.points || ' points, ' || f.state || ', ' || coalesce(s.points || ' ' || s.state, 'nothing spent') as finding
          from raffles.entry y join raffles.raffle f on f.id = y.raffle left join points.public_spend s on s.key = y.id
          where y.points <> f.points::bigint * y.tickets or (y.points > 0 and (s.points is distinct from y.points
            or s.state is distinct from case when f.state = 'drawn' then 'settled' when y.returned_at is not null then 'returned' else 'open' end
            or (f.state = 'void' and y.returned_at is null and f.changed_at < now() - interval '1 hour'))) order by 1 limit 100`,
      ),
  },
  {
    name: 'raffles.drawn',
    meaning:
      'Every raffle was drawn or called off within an hour of its time, and each prize that was drawn became an exchange of its winner.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select id || ': ' || state || ', to be drawn by ' || draw_by as finding from raffles.raffle
            where state in ('open', 'closed') and (draw_by < now() - interval '1 hour' or (state = 'open' and closes_at < now() - interval '1 hour')) limit 50)
          union all
          (select w.raffle || ' place ' || w.place || ': ' || coalesce('the exchange is of ' || x.person, 'no exchange') from raffles.win w
            left join rewards.public_exchange x on x.id = w.exchange where x.person is distinct from w.person or x.raffle is distinct from w.raffle limit 50)`,
      ),
  },
  {
    name: 'raffles.passed',
    meaning:
      'A prize that was not claimed is lapsed on both sides, followed at most by one of the same prize at that moment, and none waits longer than its time.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select w.raffle || ' place ' || w.place || ': ' || coalesce('lapsed ' || w.lapsed_at, 'not lapsed') || ', the exchange is ' || x.state as finding
            from raffles.win w join rewards.public_exchange x on x.id = w.exchange join rewards.public_reward r on r.id = x.reward and r.kind = 'goods'
            where (w.lapsed_at is not null) <> (x.state = 'expired') or (x.state = 'claim' and x.until < now() - interval '2 days'
              -- A planet that was off meanwhile looks when it wakes: something must have happened on it since, and not only just now.
              and exists (select from house.event e where e.at > x.until + interval '1 day' and e.at < now() - interval '1 hour')) limit 50)
          union all
          (select n.raffle || ' place ' || n.place || ': came after place ' || n.instead from raffles.win n left join raffles.win w on w.raffle = n.raffle and w.place = n.instead
            where n.instead is not null and (w.lapsed_at is distinct from n.at or w.prize <> n.prize) limit 50)`,
      ),
  },
]
