/** What must always hold of groups; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'groups.members',
    meaning: 'A group has as many members as it says.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select g.id || ': ' || g.members || ' stated, ' || coalesce(m.count, 0) || ' there' as finding
          from groups.fan_group g left join (select group_id, count(*) from groups.member group by group_id) m on m.group_id = g.id
          where g.members <> coalesce(m.count, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'groups.owners',
    meaning: 'Every group has an owner.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select g.id || ': no owner' as finding from groups.fan_group g
          where not exists (select from groups.member m where m.group_id = g.id and m.role = 'owner') order by 1 limit 100`,
      ),
  },
  {
    name: 'groups.activity',
    meaning: 'A member’s activity is the sum of what they did, each thing once.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select m.group_id || ' ' || m.person || ': ' || m.activity || ' stated, ' || coalesce(a.sum, 0) || ' there' as finding
          from groups.member m
          left join (select group_id, person, sum(amount) from groups.activity group by group_id, person) a on a.group_id = m.group_id and a.person = m.person
          where m.activity <> coalesce(a.sum, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'groups.charters',
    meaning: 'The charter that holds is written down, and nobody accepted a later one.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select g.id || ': charter ' || g.charter || ' is missing' as finding from groups.fan_group g
          where g.charter > 0 and not exists (select from groups.charter c where c.group_id = g.id and c.version = g.charter)
          union all
          select m.group_id || ' ' || m.person || ': accepted ' || m.charter from groups.member m join groups.fan_group g on g.id = m.group_id
          where m.charter > g.charter order by 1 limit 100`,
      ),
  },
  {
    name: 'groups.events',
    meaning: 'As many mean to come to an event, and were there, as it says.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select e.id || ': ' || e.going || ' and ' || e.attended || ' stated, ' || coalesce(w.count, 0) || ' and ' || coalesce(a.count, 0) || ' there' as finding
          from groups.event e
          left join (select event, count(*) from groups.going group by event) w on w.event = e.id
          left join (select event, count(*) from groups.attendance group by event) a on a.event = e.id
          where e.going <> coalesce(w.count, 0) or e.attended <> coalesce(a.count, 0) order by 1 limit 100`,
      ),
  },
]
