/** What must always hold of shows' money; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'deals.pots',
    meaning:
      'What lies in a show’s pot is what came in for its tickets, less what was paid out of it, with what came back for late refunds.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with moved as (select substr(owner, 6) as show, asset, sum(amount) filter (where kind not in ('show_paid', 'show_covered')) as came, -coalesce(sum(amount) filter (where kind = 'show_paid'), 0) as gone,
              coalesce(sum(amount) filter (where kind = 'show_covered'), 0) as covered from ledger.public_posting where owner like 'show:%' group by 1, 2),
            said as (select p.show, p.currency, coalesce(sum(x.amount) filter (where p.kind <> 'cover'), 0) as gone, coalesce(sum(x.amount) filter (where p.kind = 'cover'), 0) as covered
              from deals.payment p cross join lateral (select sum((part ->> 'amount')::int8) as amount from jsonb_array_elements(p.parts) part) x group by 1, 2)
          select coalesce(m.show, s.show) || ': ' || coalesce(m.gone, 0) || ' left the pot and ' || coalesce(m.covered, 0) || ' came back, payments say ' || coalesce(s.gone, 0) || ' and ' || coalesce(s.covered, 0) as finding
          from moved m full join said s on s.show = m.show and s.currency = m.asset where coalesce(m.gone, 0) <> coalesce(s.gone, 0) or coalesce(m.covered, 0) <> coalesce(s.covered, 0) order by 1 limit 100`,
      ),
  },
  {
    name: 'deals.signed',
    meaning: 'A paper in force was signed by both sides, each the text by its hash; a settlement that is paid has its payment.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select d.id || ': ' || d.kind || ' ' || d.state || ', ' || count(a.party) || ' signed' as finding from deals.deal d
            left join deals.answer a on a.deal = d.id and a.answer = 'signed' and a.hash = d.hash and a.party in (d.organiser, d.artist)
            where d.state in ('signed', 'paid') group by d.id, d.kind, d.state having count(a.party) <> 2
          union all select d.id || ': its hash is of another text' from deals.deal d where d.hash <> encode(sha256(convert_to(d.text, 'UTF8')), 'hex')
          union all select d.id || ': paid, but nothing was' from deals.deal d where d.state = 'paid' and not exists (select from deals.payment p where p.deal = d.id) order by 1 limit 100`,
      ),
  },
]
