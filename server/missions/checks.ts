/** What must always hold of missions; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'missions.windows',
    meaning: 'A window of a mission holds the sum of its days, each up to its cap; and it is done exactly when that reaches the target.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.mission || ' ' || p.person || ' ' || p.win || ': ' || p.amount || ' stated, ' || d.amount || ' by day' as finding
          from missions.progress p join missions.mission m on m.id = p.mission cross join lateral (select case when m.event = 'listen_minutes' then 60000 else 1 end as unit) u
            cross join lateral (
              select coalesce(sum(least(x.amount, m.day_cap::bigint * u.unit)), 0) as amount from missions.day x where x.mission = p.mission and x.person = p.person and x.day >= p.win
                and x.day <= case m.every when 'daily' then p.win when 'weekly' then p.win + 6 when 'monthly' then (p.win + interval '1 month')::date - 1 else '9999-12-31' end) d
          where (m.every <> 'daily' or exists (select from missions.day x where x.mission = p.mission and x.person = p.person and x.day = p.win)) and (p.amount <> d.amount or p.done <> (p.amount >= m.target::bigint * u.unit)) order by 1 limit 100`,
      ),
  },
  {
    name: 'missions.completions',
    meaning: 'A window that is done has one completion that stands, one that is not has none; and there are as many as rounds.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.mission || ' ' || p.person || ' ' || p.win || ': ' || p.rounds || ' rounds, ' || count(c.key) || ' completions, ' || count(c.key) filter (where c.taken_at is null) || ' standing' as finding
          from missions.progress p left join missions.completion c on c.mission = p.mission and c.person = p.person and c.win = p.win
          group by p.mission, p.person, p.win having p.rounds <> count(c.key) or count(c.key) filter (where c.taken_at is null) <> case when p.done then 1 else 0 end order by 1 limit 100`,
      ),
  },
  {
    name: 'missions.points',
    meaning: 'What a completion says it gave is what was given for it; and what was taken back there was taken back here.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select coalesce(c.key, g.key) || ': ' || coalesce(c.granted, 0) || ' stated, ' || coalesce(g.points, 0) || ' given' as finding
          from missions.completion c full join (select key, points, taken_back_at from points.public_grant where cause like 'mission:%') g on g.key = c.key
          where coalesce(c.granted, 0) <> coalesce(g.points, 0) or (g.key is not null and c.taken_at is not null and g.taken_back_at is null) order by 1 limit 100`,
      ),
  },
]
