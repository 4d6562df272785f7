/** What must always hold of claims; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'claiming.given',
    meaning: 'A page was given once at most, and a page that was given has an owner.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.page || ': given ' || count(*) || ' times, owner ' || coalesce(min(p.owner), 'nobody') as finding
          from claiming.claim c join people.public_page p on p.id = c.page where c.state = 'granted' group by c.page having count(*) > 1 or min(p.owner) is null order by 1 limit 100`,
      ),
  },
  {
    name: 'claiming.announced',
    meaning: 'What is or was before the public says who announced it and when it ends; one claim of a page is there at a time.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.id || ': ' || c.state || ' without an end' as finding from claiming.claim c
          where c.state in ('announced', 'contested', 'granted') and (c.announced_by is null or c.announced_at is null or c.ends_at is null or c.ends_at <= c.announced_at)
          union all
          select c.page || ': ' || count(*) || ' claims before the public' from claiming.claim c where c.state in ('announced', 'contested') group by c.page having count(*) > 1
          order by 1 limit 100`,
      ),
  },
  {
    name: 'claiming.four_eyes',
    meaning:
      'What was contested and decided was decided by somebody else than who announced it, and nobody decided about their own claim or one they objected to.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.id || ': announced by ' || coalesce(c.announced_by, 'nobody') || ', decided by ' || coalesce(c.decided_by, 'nobody') as finding from claiming.claim c
          where (c.contested_at is not null and c.state in ('granted', 'refused') and (c.decided_by is null or c.decided_by = c.announced_by)) or c.decided_by = c.person or c.announced_by = c.person
            or (c.refused_why is distinct from 'given' and exists (select from claiming.objection o where o.claim = c.id and o.person = c.decided_by)) order by 1 limit 100`,
      ),
  },
  {
    name: 'claiming.open',
    meaning: 'No claim is open on a page that was given, and what somebody objected to is not given by time.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.id || ': open, though ' || g.id || ' was given the page' as finding from claiming.claim c join claiming.claim g on g.page = c.page and g.state = 'granted'
          where c.state in ('review', 'announced', 'contested')
          union all
          select c.id || ': ' || c.state || ' by time, though somebody objected' from claiming.claim c
          where (c.state = 'announced' or (c.state = 'granted' and c.decided_by is null)) and exists (select from claiming.objection o where o.claim = c.id) order by 1 limit 100`,
      ),
  },
  {
    name: 'claiming.in_time',
    meaning: 'No announced claim waits for more than two days after its period ended.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.id || ': ended ' || c.ends_at as finding from claiming.claim c where c.state = 'announced' and c.ends_at < now() - interval '2 days' order by 1 limit 100`,
      ),
  },
]
