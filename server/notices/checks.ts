/** What must always hold of notices; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'notices.people',
    meaning: 'A notice that gathers names as many people as did it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select n.id || ': ' || n.people || ' stated, ' || count(distinct p.actor) || ' there' as finding
          from notices.notice n left join notices.part p on p.notice = n.id where n.bundle is not null
          group by n.id having n.people <> count(distinct p.actor) order by 1 limit 100`,
      ),
  },
  {
    name: 'notices.mails',
    meaning: 'A mail holds notices of the person it goes to, and of no one else.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select m.id || ': for ' || m.person || ', holds ' || n.id || ' of ' || n.person as finding
          from notices.mail m join notices.notice n on n.mail = m.id where n.person <> m.person order by 1 limit 100`,
      ),
  },
]
