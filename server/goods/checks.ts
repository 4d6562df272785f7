/** What must always hold of goods; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'goods.reserved',
    meaning: 'Of each variant as many pieces are spoken for as orders that wait have of it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with wants as (select t.variant, sum(t.each * s.open)::int as pieces from goods.taken t join goods.sold s on s.line = t.line where s.open > 0 group by 1)
          select v.id || ': ' || v.reserved || ' spoken for, orders have ' || coalesce(w.pieces, 0) as finding
          from goods.variant v left join wants w on w.variant = v.id where v.reserved <> coalesce(w.pieces, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'goods.stock',
    meaning: 'What is on the shelf is the sum of all that changed it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with moved as (select variant, sum(change)::int as pieces from goods.movement group by 1)
          select v.id || ': ' || coalesce(v.stock::text, 'unlimited') || ' on the shelf, movements say ' || coalesce(m.pieces, 0) as finding
          from goods.variant v left join moved m on m.variant = v.id where coalesce(v.stock, 0) <> coalesce(m.pieces, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'goods.lines',
    meaning:
      'What is set aside for a line follows its order: waiting lines are reserved, held and settled ones paid, ended ones have nothing on the shelf.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select s.line || ': ' || s.state || ', ' || s.open || ' on the shelf, its line is ' || coalesce(l.state, 'missing') as finding
          from goods.sold s left join shop.public_line l on l.id = s.line
          where case l.state when 'waiting' then s.state <> 'reserved' when 'held' then s.state <> 'paid' and l.fulfilled_at is not null when 'settled' then s.state = 'reserved'
            when 'refunded' then s.open > 0 when 'cancelled' then s.open > 0 else s.state <> 'freed' end order by 1 limit 100`,
      ),
  },
  {
    name: 'goods.parcels',
    meaning: 'Every piece that waits to be sent is in a parcel to pack, and parcels follow their sendings.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select s.line || ': ' || s.open || ' to send, parcels have ' || coalesce(sum(p.quantity) filter (where d.state = 'to_pack'), 0) as finding
          from goods.sold s left join goods.packed p on p.line = s.line left join goods.sending d on d.id = p.sending
          where s.state = 'paid' and s.physical group by s.line, s.open having s.open <> coalesce(sum(p.quantity) filter (where d.state = 'to_pack'), 0)
          union all
          select d.id || ': ' || d.state || ', its parcel is ' || coalesce(p.state, 'missing') from goods.sending d
          left join shipping.public_parcel p on p.purpose = 'order' and p.subject = d.id where p.state is distinct from d.state order by 1 limit 100`,
      ),
  },
]
