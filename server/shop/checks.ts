/** What must always hold of the shop; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> => (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'shop.totals',
    meaning: 'Every order has lines, and its total is their sum.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select o.id || ': total ' || o.total || ', lines ' || coalesce(sum(l.amount)::text, 'none') as finding
          from shop."order" o left join shop.line l on l."order" = o.id group by o.id having o.total is distinct from sum(l.amount) order by o.id limit 100`,
      ),
  },
  {
    name: 'shop.states',
    meaning: 'The state of every order follows from its lines: held lines only in paid orders, and none of a finished order waits.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select o.id || ': ' || o.state || ' with a line ' || l.state as finding
          from shop."order" o join shop.line l on l."order" = o.id
          where not case o.state when 'placed' then l.state = 'waiting' when 'paid' then l.state in ('held', 'settled', 'refunded') when 'settled' then l.state in ('settled', 'refunded')
            when 'refunded' then l.state = 'refunded' else l.state = 'cancelled' end
          order by o.id limit 100`,
      ),
  },
  {
    name: 'shop.paid',
    meaning: 'Every order that was paid has a payment that is paid, of its total; no other order has one.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select o.id || ': ' || o.state || ', payment ' || coalesce(p.state, 'none') as finding
          from shop."order" o left join payments.public_payment p on p.id = o.payment
          where o.total > 0 and (o.paid_at is not null) <> (p.state is not distinct from 'paid') or p.amount <> o.total or p.currency <> o.currency
          order by o.id limit 100`,
      ),
  },
  {
    name: 'shop.owned',
    meaning: 'What was settled is owned by its buyer, and everything owned was bought.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select l.id || ': settled, not owned' as finding from shop.line l join shop."order" o on o.id = l."order"
            where l.kind = 'digital' and l.state = 'settled' and not exists (select from shop.ownership w where w.person = o.buyer and w.release = l.release and w.line = l.id) limit 50)
          union all
          (select w.line || ': owned, not bought' from shop.ownership w left join shop.line l on l.id = w.line left join shop."order" o on o.id = l."order"
            where l.state is distinct from 'settled' or o.buyer <> w.person or l.release <> w.release limit 50)`,
      ),
  },
  {
    name: 'shop.settled',
    meaning: 'No line has waited to be settled for more than an hour after it was due.',
    run: (db: Read) =>
      found(db, sql<{ finding: string }>`select id || ': ' || coalesce(problem, 'due') as finding from shop.line where state = 'held' and (problem is not null or due_at < now() - interval '1 hour') order by id limit 100`),
  },
]
