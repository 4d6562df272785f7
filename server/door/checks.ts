/** What must always hold of doors; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'door.used',
    meaning: 'A ticket is used exactly when someone was let in by it and that was not undone.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select t.id || ': ' || t.state || ', let in ' || count(a.scan) || ' times' as finding from tickets.public_ticket t
            left join door.admission a on a.subject = t.id and (a.ended is null or a.ended = 'left')
          where t.state <> 'void' group by t.id, t.state having (t.state = 'used') <> (count(a.scan) > 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'door.earliest',
    meaning: 'Of two scans that let the same one in, the earlier one stands; every admission is by a scan that says so.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.subject || ': ' || c.won || ' won over ' || c.lost || ', but came later' as finding from door.conflict c join door.scan w on w.id = c.won join door.scan l on l.id = c.lost
            where (w.at, w.id) > (l.at, l.id)
          union all
          select a.scan || ': lets ' || a.subject || ' in, but says ' || s.verdict || ' of ' || s.subject from door.admission a join door.scan s on s.id = a.scan
            where s.verdict <> 'admitted' or s.subject <> a.subject or s.at <> a.at order by 1 limit 100`,
      ),
  },
  {
    name: 'door.counted',
    meaning: 'The number of changes of a show is not below that of any of them: a device that has heard so many misses none.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select x.show || ': ' || coalesce(s.seq::text, 'nothing') || ' counted, ' || x.seq || ' there' as finding
          from (select show, max(seq) as seq from (select show, seq from door.admission union all select show, seq from door.conflict) z group by show) x left join door.state s on s.show = x.show
          where coalesce(s.seq, -1) < x.seq order by 1 limit 100`,
      ),
  },
]
