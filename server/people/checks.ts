/** What must always hold of people; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'people.followers',
    meaning: 'The number of followers of each page is the number of people who follow it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.id || ': ' || p.followers || ' stated, ' || coalesce(f.count, 0) || ' follow' as finding
          from people.page p left join (select page, count(*) from people.follow group by page) f on f.page = p.id
          where p.followers <> coalesce(f.count, 0) order by p.id limit 100`,
      ),
  },
  {
    name: 'people.owners',
    meaning: 'Every organisation has an owner.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select o.id || ': no owner' as finding from people.organisation o
          where not exists (select from people.member m where m.organisation = o.id and m.role = 'owner') order by o.id limit 100`,
      ),
  },
]
