/** What must always hold of rewards; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'rewards.stock',
    meaning: 'Of a reward as many pieces are gone as exchanges say, and as many set aside as raffles that are not drawn have.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with gone as (select x.reward, sum(x.quantity)::int as pieces from rewards.exchange x join rewards.reward r on r.id = x.reward
              where x.state <> 'cancelled' and not (x.state = 'expired' and r.kind = 'goods') group by 1),
            aside as (select p.reward, sum(p.quantity)::int as pieces from raffles.public_prize p join raffles.public_raffle r on r.id = p.raffle where r.state in ('open', 'closed') group by 1)
          select r.id || ': ' || r.taken || ' taken, exchanges say ' || coalesce(g.pieces, 0) || '; ' || r.kept || ' set aside, raffles say ' || coalesce(a.pieces, 0) as finding
          from rewards.reward r left join gone g on g.reward = r.id left join aside a on a.reward = r.id
          where r.taken <> coalesce(g.pieces, 0) or r.kept <> coalesce(a.pieces, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'rewards.points',
    meaning:
      'Every exchange for points took exactly these points, gave them back when it was cancelled, and settled them when it was handed over.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select x.id || ': ' || x.state || ' for ' || x.points || ', ' || coalesce(s.points || ' ' || s.state, 'nothing spent') as finding
          from rewards.exchange x left join points.public_spend s on s.key = x.id
          where x.cause = 'points' and (s.points is distinct from x.points or s.person <> x.person or s.group_id <> x.group_id
            or (x.state = 'cancelled') <> (s.state = 'returned') or (s.state = 'settled') <> (x.paid_at is not null)) order by 1 limit 100`,
      ),
  },
  {
    name: 'rewards.handed',
    meaning: 'What was exchanged is there: a parcel for goods, a voucher for each piece, the music in its owner’s collection.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select x.id || ': ' || r.kind || ', ' || x.state as finding from rewards.exchange x join rewards.reward r on r.id = x.reward
          where case when r.kind = 'goods' then x.state in ('waiting', 'done') and not exists (
                  select 1 from shipping.public_parcel p where p.purpose = 'reward' and p.subject = x.id and p.state <> 'cancelled' and (x.state = 'done') = (p.state = 'arrived'))
                when r.kind in ('voucher', 'ticket') then x.state in ('ready', 'done') and (select count(*) from rewards.voucher v where v.exchange = x.id and v.state in ('issued', 'redeemed')) <> x.quantity
                when r.release is not null then x.state = 'done' and x.cause = 'points' and not exists (
                  select 1 from shop.public_ownership o where o.line = x.id and o.person = x.person and o.release = r.release)
                else false end order by 1 limit 100`,
      ),
  },
]
