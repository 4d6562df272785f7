/** What must always hold of papers; `planet audit` runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'invoices.numbers',
    meaning: 'The papers of each seller, year and kind are numbered 1, 2, 3 … without a gap.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select s.seller || ' ' || s.year || ' ' || s.kind || ': ' || s.last || ' given, ' || coalesce(i.count, 0) || ' papers, the highest ' || coalesce(i.most, 0) as finding
          from invoices.series s left join (select seller, year, kind, count(*) as count, max(number) as most from invoices.invoice group by 1, 2, 3) i using (seller, year, kind)
          where s.last <> coalesce(i.count, 0) or s.last <> coalesce(i.most, 0)
          union all
          select seller || ' ' || year || ' ' || kind || ': papers without a series' from invoices.invoice i
          where not exists (select from invoices.series s where (s.seller, s.year, s.kind) = (i.seller, i.year, i.kind)) group by seller, year, kind
          order by 1 limit 100`,
      ),
  },
  {
    name: 'invoices.sums',
    meaning: 'Every paper is the sum of its lines, its tax too.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select i.id || ': ' || i.total || ' with tax ' || i.tax || ', lines ' || coalesce(sum(l.amount), 0) || ' with tax ' || coalesce(sum(l.tax), 0) as finding
          from invoices.invoice i left join invoices.line l on l.invoice = i.id group by i.id
          having i.total <> coalesce(sum(l.amount), 0) or i.tax <> coalesce(sum(l.tax), 0) order by i.id limit 100`,
      ),
  },
  {
    name: 'invoices.credited',
    meaning:
      'Invoices that stand say what was paid for their lines, and credit notes take back no more of a line than went back to its buyer; one that was replaced was taken back whole.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with papers as (
            select l.line, coalesce(sum(l.amount) filter (where i.kind = 'invoice'), 0) as invoiced, coalesce(sum(l.amount) filter (where i.kind = 'credit_note'), 0) as credited
            from invoices.line l join invoices.invoice i on i.id = l.invoice where not exists (select from invoices.invoice r where r.replaces = coalesce(i.corrects, i.id)) group by l.line)
          (select p.line || ': paid ' || coalesce(l.amount, 0) || ', invoiced ' || p.invoiced || ', went back ' || coalesce(l.refunded, 0) || ', credited ' || p.credited as finding
          from papers p left join shop.public_line l on l.id = p.line where l.id is null or p.invoiced <> l.amount or p.credited > l.refunded order by 1 limit 100)
          union all
          (select o.id || ': ' || o.total || ' replaced by ' || n.total || ', taken back ' || coalesce(c.total, 0) from invoices.invoice n join invoices.invoice o on o.id = n.replaces
            left join lateral (select sum(b.total) as total from invoices.invoice b where b.corrects = o.id) c on true where n.total <> o.total or c.total is distinct from o.total order by 1 limit 20)`,
      ),
  },
]
