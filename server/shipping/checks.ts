/** What must always hold of parcels; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'shipping.steps',
    meaning: 'The last thing that happened to a parcel is what it says.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.id || ': ' || p.state || ', last ' || coalesce(s.state, 'nothing') as finding from shipping.parcel p
          left join lateral (select state from shipping.step where parcel = p.id order by place desc limit 1) s on true
          where s.state is distinct from p.state order by 1 limit 100`,
      ),
  },
  {
    name: 'shipping.late',
    meaning: 'Nothing is on its way for longer than the nightly work leaves it there.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select id || ': sent ' || sent_at as finding from shipping.parcel where state = 'sent' and sent_at < now() - interval '25 days' order by 1 limit 100`,
      ),
  },
]
