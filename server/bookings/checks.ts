/** What must always hold of bookings; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'bookings.taken',
    meaning:
      'No resource is taken twice at one time, and each booking that holds takes at least its own time until it is over or given free.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select a.id || ' and ' || b.id || ' of ' || a.resource as finding from bookings.booking a join bookings.booking b on b.no = a.no and b.id > a.id and b.taken && a.taken
          where a.state in ('accepted', 'pending', 'confirmed', 'arrived', 'done', 'no_show') and b.state in ('accepted', 'pending', 'confirmed', 'arrived', 'done', 'no_show')
          union all
          select b.id || ': takes ' || b.taken || ' of ' || b.starts_at || ' to ' || b.ends_at from bookings.booking b
          where b.state in ('accepted', 'pending', 'confirmed', 'arrived') and not b.taken @> tstzrange(b.starts_at, b.ends_at)
          union all
          select b.id || ': number ' || b.no || ' is not that of ' || b.resource from bookings.booking b join bookings.resource r on r.id = b.resource where r.no <> b.no
          order by 1 limit 100`,
      ),
  },
  {
    name: 'bookings.paid',
    meaning:
      'What orders paid of a booking stands with it: a line that is held or settled has its charge, one that waits holds its time, none pays twice.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.line || ': line ' || l.state || ', charge ' || c.state || ', booking ' || b.state as finding
          from bookings.charge c join bookings.booking b on b.id = c.booking join shop.public_line l on l.id = c.line
          where (l.state in ('held', 'settled') and l.fulfilled_at is not null and c.state <> 'paid') or (l.state = 'waiting' and c.state <> 'waiting')
            or (c.state = 'paid' and l.state in ('waiting', 'cancelled'))
            or (c.purpose = 'first' and c.state = 'waiting' and b.state <> 'pending' and l.state = 'waiting')
            or (c.purpose = 'first' and c.state = 'paid' and b.state in ('asked', 'accepted', 'pending', 'declined', 'expired'))
          union all
          select l.id || ': a booking was sold, nothing of it is here' from shop.public_line l
          where l.kind = 'booking' and l.state in ('waiting', 'held', 'settled') and not exists (select from bookings.charge c where c.line = l.id)
          order by 1 limit 100`,
      ),
  },
]
