/** What must always hold of policy; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'policy.four_eyes',
    meaning: 'What is allowed was decided by another operator than who proposed it, and versions follow each other.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select id || ': proposed and decided by ' || proposed_by as finding from policy.change where decided_by = proposed_by
          union all
          select id || ': version ' || version || ' after ' || before from (
            select id, version, coalesce(lag(version) over (order by version), 0) as before from policy.change where version is not null) v
            where version <> before + 1
          order by 1 limit 100`,
      ),
  },
]
