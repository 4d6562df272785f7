/** What must always hold of storefront; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'storefront.ratings',
    meaning: 'The rating of each thing and each shop is the sum of the reviews that are seen.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          with counted as (
            select s as subject, count(*)::int as count, sum(stars)::int as stars, array[count(*) filter (where stars = 1), count(*) filter (where stars = 2),
              count(*) filter (where stars = 3), count(*) filter (where stars = 4), count(*) filter (where stars = 5)]::int[] as by_stars
            from storefront.review, lateral (values (subject), (page)) as x(s) where not hidden group by s)
          select coalesce(c.subject, r.subject) || ': ' || coalesce(r.count, 0) || ' in the rating, ' || coalesce(c.count, 0) || ' reviews' as finding
          from counted c full join storefront.rating r on r.subject = c.subject
          where (coalesce(c.count, 0), coalesce(c.stars, 0), coalesce(c.by_stars, '{0,0,0,0,0}'))
            is distinct from (coalesce(r.count, 0), coalesce(r.stars, 0), coalesce(r.by_stars, '{0,0,0,0,0}')) order by 1 limit 100`,
      ),
  },
  {
    name: 'storefront.reviews',
    meaning: 'Every review is by who bought and paid for the line it speaks of, and stands with the page that sold it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select r.id || ' speaks of ' || r.line as finding from storefront.review r left join shop.public_line l on l.id = r.line
          where l.id is null or l.buyer <> r.person or l.page <> r.page or l.paid_at is null order by 1 limit 100`,
      ),
  },
]
