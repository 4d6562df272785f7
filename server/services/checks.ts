/** What must always hold of services, memberships and vouchers; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'services.taken',
    meaning: 'Of each service, membership and voucher as many pieces are taken as orders hold, and no order that ended holds one.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select p.id || ': ' || p.taken || ' taken, orders hold ' || coalesce(sum(s.quantity), 0) as finding from services.product p left join services.sale s on s.product = p.id and s.state in ('reserved', 'handed')
            group by p.id having p.taken <> coalesce(sum(s.quantity), 0) order by 1 limit 50)
          union all (select s.line || ': ' || s.state || ', line ' || coalesce(l.state, 'missing') from services.sale s left join shop.public_line l on l.id = s.line
            where (l.state in ('cancelled', 'refunded') and s.state in ('reserved', 'handed')) or (l.id is null and s.state <> 'free') order by 1 limit 50)`,
      ),
  },
  {
    name: 'services.jobs',
    meaning:
      'Work that is not accepted has its money in escrow; what was ended gave it back; it is made over no more often than was promised.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select j.line || ': ' || j.state || ', line ' || coalesce(l.state, 'missing') as finding from services.job j left join shop.public_line l on l.id = j.line
          where l.id is null or l.amount > 0 and case j.state when 'working' then l.state not in ('held') when 'cancelled' then l.state <> 'refunded' else l.state not in ('held', 'settled') end
          order by 1 limit 100`,
      ),
  },
  {
    name: 'services.members',
    meaning: 'A membership lasts as many months as were bought of its unbroken time.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select m.person || ' ' || m.page || ': ' || m.months || ' months, bought ' || coalesce(sum(s.months), 0) as finding from services.member m
          left join services.membership s on s.person = m.person and s.page = m.page and s.since = m.since and s.ended_at is null
          group by m.person, m.page, m.months having m.months <> coalesce(sum(s.months), 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'services.vouchers',
    meaning: 'Of each voucher as much is used as was redeemed, never more than it is worth; a line has a voucher for each piece.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select v.id || ': used ' || v.used || ', redeemed ' || coalesce(sum(r.amount), 0) as finding from services.voucher v left join services.redemption r on r.voucher = v.id
            group by v.id having v.used <> coalesce(sum(r.amount), 0) order by 1 limit 50)
          union all (select s.line || ': ' || s.quantity || ' pieces, ' || count(v.id) || ' vouchers' from services.sale s join services.product p on p.id = s.product and p.kind = 'voucher'
            left join services.voucher v on v.line = s.line where s.state = 'handed' group by s.line, s.quantity having count(v.id) <> s.quantity order by 1 limit 50)`,
      ),
  },
]
