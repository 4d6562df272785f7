/** What must always hold of coupons and gift cards; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'coupons.used',
    meaning: 'A coupon counts as many uses as it has, never more than it may, in all and by each person.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select c.id || ': counts ' || c.used || ', has ' || count(u.coupon) as finding from coupons.coupon c left join coupons.use u on u.coupon = c.id and u.ended_at is null
            group by c.id having c.used <> count(u.coupon) order by 1 limit 50)
          union all (select u.coupon || ': ' || u.person || ' used it ' || count(*) || ' times' from coupons.use u join coupons.coupon c on c.id = u.coupon where u.ended_at is null and c.each_most is not null
            group by u.coupon, u.person, c.each_most having count(*) > c.each_most order by 1 limit 50)`,
      ),
  },
  {
    name: 'coupons.taken_off',
    meaning: 'What coupons say they took off an order is what its lines cost less; no order that ended has a use that counts.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select o.id || ': ' || o.state || ', coupons say ' || coalesce(u.amount, 0) || ', lines ' || coalesce(l.discount, 0) as finding
          from (select "order", sum(amount) as amount, bool_or(ended_at is null) as live from coupons.use group by 1) u join shop.public_order o on o.id = u."order"
          cross join lateral (select sum(discount) as discount from shop.public_line where "order" = o.id) l
          where u.amount <> l.discount or (u.live and o.state in ('cancelled', 'expired')) order by 1 limit 100`,
      ),
  },
  {
    name: 'coupons.gift_cards',
    meaning:
      'What lies in the ledger for each gift card is its price less what orders spent and did not give back; nothing for cards that were taken back.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with spent as (select card, sum(amount - back) as amount from coupons.gift_spend group by 1),
            held as (select substr(owner, 6) as card, sum(balance) as balance from ledger.public_account where owner like 'gift:gft\_%' and purpose = 'available' group by 1)
          (select g.id || ': ' || g.state || ', ' || coalesce(h.balance, 0) || ' held, ' || (g.amount - coalesce(s.amount, 0)) || ' owed' as finding from coupons.gift_card g
            left join spent s on s.card = g.id left join held h on h.card = g.id
            where g.state = 'active' and coalesce(h.balance, 0) <> g.amount - coalesce(s.amount, 0) or g.state = 'void' and coalesce(h.balance, 0) <> 0 order by 1 limit 100)
          union all (select h.card || ': ' || h.balance || ' held for no card' from held h left join coupons.gift_card g on g.id = h.card where g.id is null limit 20)`,
      ),
  },
  {
    name: 'coupons.release_codes',
    meaning: 'A series has as many codes as it says; whoever used one has the record (unless it was taken back).',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select s.id || ': ' || s.made || ' made, ' || count(c.id) || ' there; ' || s.used || ' used, ' || count(c.person) || ' by people' as finding
          from coupons.release_series s left join coupons.release_code c on c.series = s.id group by s.id having s.made <> count(c.id) or s.used <> count(c.person) order by 1 limit 100`,
      ),
  },
]
