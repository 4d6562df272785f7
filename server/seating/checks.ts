/** What must always hold of halls; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'seating.pools',
    meaning: 'Of every tier as many places are held and sold as holds say, and capacity = sold + held + free.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with said as (select hall, tier, coalesce(sum(count) filter (where state = 'held'), 0)::int as held, coalesce(sum(count - back) filter (where state = 'sold'), 0)::int as sold
            from seating.hold_part group by 1, 2)
          select coalesce(p.hall, s.hall) || ' ' || coalesce(p.tier, s.tier) || ': ' || coalesce(p.held, 0) || ' held and ' || coalesce(p.sold, 0) || ' sold of ' || coalesce(p.capacity, 0)
            || ' with ' || coalesce(p.free, 0) || ' free, holds say ' || coalesce(s.held, 0) || ' and ' || coalesce(s.sold, 0) as finding
          from seating.pool p full join said s on s.hall = p.hall and s.tier = p.tier
          where coalesce(p.held, 0) <> coalesce(s.held, 0) or coalesce(p.sold, 0) <> coalesce(s.sold, 0) or p.capacity <> p.sold + p.held + p.free order by 1 limit 100`,
      ),
  },
  {
    name: 'seating.seats',
    meaning: 'Tiers with seats count exactly their seats, state by state; each seat that is taken is in the hold that has it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with counted as (select hall, tier, count(*) filter (where state = 'free')::int as free, count(*) filter (where state = 'held')::int as held,
              count(*) filter (where state = 'sold')::int as sold, count(*) filter (where state = 'blocked')::int as blocked from seating.seat group by 1, 2)
          select p.hall || ' ' || p.tier || ': seats say ' || coalesce(c.free, 0) || ' free, ' || coalesce(c.held, 0) || ' held, ' || coalesce(c.sold, 0) || ' sold, ' || coalesce(c.blocked, 0) || ' blocked' as finding
          from seating.pool p left join counted c on c.hall = p.hall and c.tier = p.tier
          where p.seated and (p.free, p.held, p.sold, p.blocked) is distinct from (coalesce(c.free, 0), coalesce(c.held, 0), coalesce(c.sold, 0), coalesce(c.blocked, 0))
          union all
          select s.hall || ' ' || s.key || ': ' || s.state || ' by ' || s.hold || ', which does not have it' from seating.seat s
          where s.hold is not null and not exists (select from seating.hold_part p where p.hold = s.hold and p.tier = s.tier and p.state = s.state and s.key = any(p.seats)) order by 1 limit 100`,
      ),
  },
]
