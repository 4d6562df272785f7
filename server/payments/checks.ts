/** What must always hold of payments; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'payments.refunded',
    meaning: 'What a payment says it gave back is the sum of its refunds, and never more than was paid.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.id || ': ' || p.refunded || ' stated, ' || coalesce(r.sum, 0) || ' in refunds' as finding
          from payments.payment p left join (select payment, sum(amount) from payments.refund group by payment) r on r.payment = p.id
          where p.refunded <> coalesce(r.sum, 0) or p.refunded > p.amount order by p.id limit 100`,
      ),
  },
  {
    name: 'payments.reported',
    meaning: 'Every payment that is paid was reported by its provider, once.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.id || ': reported ' || coalesce(e.count, 0) || ' times' as finding
          from payments.payment p left join (select payment, count(*) from payments.event where outcome = 'paid' group by payment) e on e.payment = p.id
          where (p.state = 'paid') <> (coalesce(e.count, 0) = 1) or coalesce(e.count, 0) > 1 order by p.id limit 100`,
      ),
  },
  {
    name: 'payments.refunds_sent',
    meaning: 'No refund has waited for its provider for more than a day.',
    run: (db: Read) =>
      found(
        db,
        sql<{
          finding: string
        }>`select id || ': ' || state || coalesce(', ' || problem, '') as finding from payments.refund where state <> 'done' and created_at < now() - interval '1 day' order by id limit 100`,
      ),
  },
  {
    name: 'payments.sandbox',
    meaning:
      'Every charge the sandbox was paid for is a payment that is paid, of the same amount, or its notification is still on its way.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.ref || ': ' || c.reference || ' is ' || coalesce(p.state, 'not there') as finding
          from payments.sandbox_charge c left join payments.payment p on p.id = c.reference
          where c.state = 'paid' and (p.state is distinct from 'paid' or p.amount <> c.amount or p.fee <> c.fee)
            and not exists (select from payments.sandbox_notification n where n.charge = c.ref and n.delivered_at is null) order by c.ref limit 100`,
      ),
  },
  {
    name: 'payments.disputed',
    meaning:
      'What is booked as disputed at each provider is the sum of its open disputes, and each payment knows what disputes took of it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          (select coalesce(b.owner, 'provider:' || d.provider) || ': ' || coalesce(b.balance, 0) || ' booked, ' || coalesce(d.amount, 0) || ' open' as finding
            from (select owner, asset, sum(amount) as balance from ledger.public_posting where owner like 'provider:%' and purpose = 'disputed' group by owner, asset) b
            full join (select provider, currency, sum(amount) as amount from payments.dispute where state = 'open' group by provider, currency) d
              on b.owner = 'provider:' || d.provider and b.asset = d.currency
            where coalesce(b.balance, 0) <> -coalesce(d.amount, 0) limit 50)
          union all
          (select p.id || ': ' || p.disputed || ' stated, ' || coalesce(d.exposed, 0) || ' in disputes' from payments.payment p
            left join (select payment, sum(exposed) as exposed from payments.dispute where state <> 'won' group by payment) d on d.payment = p.id
            where p.disputed <> coalesce(d.exposed, 0) order by p.id limit 50)`,
      ),
  },
  {
    name: 'payments.refunding',
    meaning:
      'What is booked as on its way back at each provider is the sum of its refunds that are under way (and of what was paid twice and could not go back yet).',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select coalesce(b.owner, 'provider:' || r.provider) || ': ' || coalesce(b.balance, 0) || ' booked, ' || coalesce(r.amount, 0) || ' under way' as finding
          from (select owner, asset, sum(amount) as balance from ledger.public_posting where owner like 'provider:%' and purpose = 'refunding' group by owner, asset) b
          full join (select p.provider, r.currency, sum(r.amount - r.covered) as amount from payments.refund r join payments.payment p on p.id = r.payment
            where r.state = 'asked' or r.state = 'failed' and r.source_owner like 'provider:%' group by p.provider, r.currency) r on b.owner = 'provider:' || r.provider and b.asset = r.currency
          where coalesce(b.balance, 0) <> coalesce(r.amount, 0) limit 50`,
      ),
  },
]
