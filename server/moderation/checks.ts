/** What must always hold of moderation; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'moderation.reports',
    meaning: 'What is said to be reported so often was reported by so many.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select f.id || ': says ' || f.reports || ' reports, ' || f.weighty || ' of them weighty; there are ' || count(r.person) || ' and ' || count(r.person) filter (where r.weighty) as finding
          from moderation.flag f left join moderation.report r on r.flag = f.id group by f.id
          having f.reports <> count(r.person) or f.weighty <> count(r.person) filter (where r.weighty) order by 1 limit 100`,
      ),
  },
  {
    name: 'moderation.decisions',
    meaning: 'What is decided has one decision with its reasons, and only that.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select f.id || case when d.id is null then ': decided, without a decision' else ': decided by ' || d.id || ', and still open' end as finding
          from moderation.flag f left join moderation.decision d on d.flag = f.id and d.action <> 'ban'
          where (f.state = 'decided') <> (d.id is not null) order by 1 limit 100`,
      ),
  },
  {
    name: 'moderation.locks',
    meaning: 'Whoever cannot sign in is kept out by a ban of the planet that was confirmed by a second person.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select s.person || ': cannot sign in, and no ban says so' as finding from people.public_since s
          where s.banned and not exists (select 1 from moderation.ban b where b.person = s.person and b.scope = '' and b.locks and b.confirmed_by is not null and b.ended_at is null)
          union all
          select b.person || ': ' || b.id || ' keeps them out, and they can sign in' from moderation.ban b join people.public_since s on s.person = b.person
          where b.scope = '' and b.locks and b.from_at is not null and b.ended_at is null and b.until_at is null and not s.banned order by 1 limit 100`,
      ),
  },
  {
    name: 'moderation.reversed',
    meaning: 'A ban ends when the appeal against it is granted.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select b.id || ': reversed by ' || a.id || ', and it holds' as finding from moderation.ban b join moderation.appeal a on a.decision = b.decision
          where a.state = 'reversed' and b.ended_at is null and (b.until_at is null or b.until_at > a.decided_at) order by 1 limit 100`,
      ),
  },
]
