/** What must always hold of the shop; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

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
    meaning: 'Every order that was paid has a payment that is paid, of what of its total credit does not pay; no other order has one.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select o.id || ': ' || o.state || ', payment ' || coalesce(p.state, 'none') as finding
          from shop."order" o left join payments.public_payment p on p.id = o.payment
          where o.total > o.credit and (o.paid_at is not null) <> (p.state is not distinct from 'paid') and not (o.credit > 0 and o.problem is not distinct from 'too_late' and p.state = 'paid')
            or p.amount <> o.total - o.credit or p.currency <> o.currency
          order by o.id limit 100`,
      ),
  },
  {
    name: 'shop.escrow',
    meaning:
      'The escrow of every line is what was paid for it, less what was settled and what went back, plus what its receivers gave back: the unrefunded price while it is held, else nothing (but refunds that failed and wait).',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with escrow as (
            select substr(owner, 8) as line, sum(amount) as balance, coalesce(sum(amount) filter (where kind = 'pay'), 0) as paid, count(*) filter (where kind = 'settle') as settled,
              -coalesce(sum(amount) filter (where kind not in ('pay', 'settle', 'clawback', 'receivable')), 0) as back
            from ledger.public_posting where owner like 'escrow:lin\_%' and purpose = 'escrow' group by owner),
          failed as (select subject as line, sum(amount - covered) as waits from payments.public_refund where state = 'failed' and source_owner like 'escrow:%' group by subject)
          (select l.id || ': ' || l.state || ', paid ' || coalesce(e.paid, 0) || ', refunded ' || l.refunded || ', went back ' || coalesce(e.back, 0) || ', balance ' || coalesce(e.balance, 0) as finding
            from shop.line l left join escrow e on e.line = l.id left join failed f on f.line = l.id
            where l.amount > 0 and (coalesce(e.paid, 0) <> case when l.paid_at is null then 0 else l.amount end
              or coalesce(e.balance, 0) <> case when l.state = 'held' then l.amount - l.refunded else 0 end + coalesce(f.waits, 0)
              or coalesce(e.back, 0) <> l.refunded - coalesce(f.waits, 0)
              or coalesce(e.settled, 0) <> (l.settled_at is not null)::int) order by l.id limit 50)
          union all (select e.line || ': an escrow without a line' from escrow e where not exists (select from shop.line l where l.id = e.line) limit 50)`,
      ),
  },
  {
    name: 'shop.causes',
    meaning: 'Every settlement in the ledger is of a line that is settled, for what had not been refunded before, once.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with settled as (
            select substr(cause, 6) as line, count(distinct transfer) as transfers, -sum(amount) filter (where amount < 0) as amount
            from ledger.public_posting where kind = 'settle' and cause like 'line:%' group by cause),
          clawed as (select substr(owner, 8) as line, sum(amount) as amount from ledger.public_posting
            where kind in ('clawback', 'receivable') and purpose = 'escrow' and owner like 'escrow:lin\_%' group by owner)
          select s.line || ': ' || s.transfers || ' transfers of ' || s.amount as finding
          from settled s left join shop.line l on l.id = s.line left join clawed c on c.line = s.line
          where l.settled_at is null or s.transfers <> 1 or s.amount <> l.amount - l.refunded + coalesce(c.amount, 0) order by s.line limit 100`,
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
            where w.line not like 'xch\\_%' and w.line not like 'rdc\\_%' and ((l.state is distinct from 'settled' and not (l.state = 'held' and l.fulfilled_at is not null)) or o.buyer <> w.person or l.release <> w.release) limit 50)`,
      ),
  },
  {
    name: 'shop.settled',
    meaning: 'No line has waited to be settled for more than an hour after it was due, but for those that a dispute has frozen.',
    run: (db: Read) =>
      found(
        db,
        sql<{
          finding: string
        }>`select id || ': ' || coalesce(problem, 'due') as finding from shop.line where state = 'held' and not frozen and (problem is not null or due_at < now() - interval '1 hour') order by id limit 100`,
      ),
  },
]
