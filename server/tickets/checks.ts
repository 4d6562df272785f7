/** What must always hold of tickets; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'tickets.turns',
    meaning: 'A ticket’s turn is one more than the times it changed hands, and its last step says what it is: void, used, offered.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select t.id || ': turn ' || t.turn || ', handed on ' || s.handed || ' times, ' || t.state || ' after ' || coalesce(s.last, 'nothing') as finding
          from tickets.ticket t left join lateral (select count(*) filter (where kind = 'handed')::int as handed,
              (array_agg(kind order by id desc) filter (where kind not in ('named', 'handed')))[1] as last from tickets.step where ticket = t.id) s on true
          where t.turn <> 1 + s.handed or t.state is distinct from case s.last when 'issued' then 'issued' when 'kept' then 'issued' when 'unused' then 'issued'
            when 'offered' then 'offered' when 'used' then 'used' when 'sold_on' then 'void' when 'void' then 'void' end order by 1 limit 100`,
      ),
  },
  {
    name: 'tickets.lines',
    meaning:
      'A ticket that lets someone in belongs to a line that was paid and not refunded; for each place sold on, the old ticket is void and the new one stands for it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select t.id || ': ' || t.state || ', its line is ' || l.state as finding from tickets.ticket t join shop.public_line l on l.id = t.line
            where t.state <> 'void' and l.state in ('waiting', 'cancelled', 'refunded') and l.amount > 0
          union all
          select r.id || ': sold, but the old ticket is ' || o.state || ' and the new one replaces ' || coalesce(n.replaces, 'nothing') from tickets.resale r
            join tickets.ticket o on o.id = r.ticket join tickets.ticket n on n.id = r.became
            where r.state = 'sold' and (o.state <> 'void' or n.replaces is distinct from o.id or n.line is distinct from r.line) order by 1 limit 100`,
      ),
  },
  {
    name: 'tickets.offered',
    meaning:
      'A ticket is offered exactly while it has an open offer; offers are never above face value; what was sold on was paid back to its first buyer within a day, unless their payment is disputed.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select t.id || ': ' || t.state || ', offer ' || coalesce(r.state, 'none') as finding from tickets.ticket t
            left join tickets.resale r on r.ticket = t.id and r.state in ('open', 'reserved')
            where (t.state = 'offered') <> (r.id is not null)
          union all
          select r.id || ': ' || r.price || ' of a face value of ' || t.face_value from tickets.resale r join tickets.ticket t on t.id = r.ticket where r.price > t.face_value
          union all
          select id || ': sold, not paid back' from tickets.resale where state = 'sold' and paid_back_at is null and closed_at < now() - interval '1 day'
            and not exists (select from tickets.ticket t join shop.public_line l on l.id = t.line where t.id = resale.ticket and l.frozen) order by 1 limit 100`,
      ),
  },
]
