/** What must always hold of listening; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'listening.counts',
    meaning: 'The plays of each track are the sum of its days, and its plays of 30 days the sum of the days that are not past.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select coalesce(c.track, d.track) || ': ' || coalesce(c.plays, 0) || ' and ' || coalesce(c.plays30d, 0) || ' stated, ' || coalesce(d.plays, 0) || ' and ' || coalesce(d.present, 0) || ' by day' as finding
          from listening.track_count c
          full join (select track, sum(plays) as plays, coalesce(sum(plays) filter (where not past), 0) as present from listening.track_day group by track) d on d.track = c.track
          where (c.plays, c.plays30d) is distinct from (d.plays, d.present) order by 1 limit 100`,
      ),
  },
  {
    name: 'listening.plays',
    meaning: 'The plays that count are as many as the counts say.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select coalesce(c.track, p.track) || ': ' || coalesce(c.plays, 0) || ' stated, ' || coalesce(p.plays, 0) || ' counted' as finding
          from listening.track_count c full join (select track, count(*) as plays from listening.play where counted group by track) p on p.track = c.track
          where coalesce(c.plays, 0) <> coalesce(p.plays, 0) order by 1 limit 100`,
      ),
  },
]
