/** What must always hold of what plays earn; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const check = (name: string, meaning: string, query: ReturnType<typeof sql<{ finding: string }>>) => ({
  name: `royalties.${name}`,
  meaning,
  run: async (db: Read): Promise<string[]> => (await query.execute(db)).rows.map(row => row.finding),
})

export const checks = [
  check(
    'pools',
    'What came into a pool of plays is what was given, what is held and what is left, to the last millionth; the ledger says the same.',
    sql<{ finding: string }>`
      with known as (
        select l.id, l.currency, 1000000 * (coalesce((select sum(p.amount) from royalties.period p where p.pool = l.id and p.state <> 'unfunded'), 0) - coalesce(l.returned, 0))
          - coalesce((select sum(i.amount) from royalties.income i where i.pool = l.id and i.state = 'given'), 0) as rest
        from royalties.pool l)
      select k.id || ': ' || k.rest || ' millionths left, the ledger says ' || coalesce(a.balance, 0) as finding
      from known k left join ledger.public_account a on a.owner = 'pool:' || k.id and a.purpose = 'pool' and a.asset = 'micro:' || k.currency
      where k.rest <> coalesce(a.balance, 0) order by 1 limit 100`,
  ),
  check(
    'shares',
    'In each closed period the listeners’ parts are what was shared, each part is what its tracks got, each track’s income the sum of its listeners’, and the parts of the split sheets the income.',
    sql<{ finding: string }>`
      select p.pool || ' ' || p.name || ': ' || p.shared || ' shared, ' || x.listeners || ' of listeners, ' || x.shares || ' of tracks heard, ' || x.incomes || ' of tracks, ' || x.parts || ' given of ' || x.given as finding
      from royalties.period p cross join lateral (select
        coalesce((select sum(amount) from royalties.listener where pool = p.pool and period = p.name), 0) as listeners,
        coalesce((select sum(amount) from royalties.share where pool = p.pool and period = p.name), 0) as shares,
        coalesce((select sum(amount) from royalties.income where pool = p.pool and period = p.name), 0) as incomes,
        coalesce((select sum(amount) from royalties.part where pool = p.pool and period = p.name), 0) as parts,
        coalesce((select sum(amount) from royalties.income where pool = p.pool and period = p.name and state = 'given'), 0) as given) x
      where p.state = 'closed' and not (p.shared = x.listeners and p.shared = x.shares and p.shared = x.incomes and x.parts = x.given)
      union all
      select l.pool || ' ' || l.period || ' ' || l.person || ': ' || l.amount || ', its tracks ' || coalesce(sum(s.amount), 0)
      from royalties.listener l join royalties.period p on p.pool = l.pool and p.name = l.period and p.state = 'closed'
      left join royalties.share s on s.pool = l.pool and s.period = l.period and s.person = l.person
      group by l.pool, l.period, l.person, l.amount having l.amount <> coalesce(sum(s.amount), 0)
      order by 1 limit 100`,
  ),
  check(
    'plays',
    'Every play of a person that counts and began in a closed period of a pool stands in one period of it, or is excluded with a reason; and every play that is paid counts.',
    sql<{ finding: string }>`
      select p.pool || ' ' || p.name || ': ' || y.id || ' counts and is in no period' as finding
      from royalties.period p join listening.public_play y on y.counted and y.person is not null and y.at >= p.starts and y.at < p.ends and y.reported_at < p.gathered_at - interval '1 minute'
      where p.state = 'closed' and not exists (select from royalties.play r where r.pool = p.pool and r.play = y.id)
      union all
      select r.pool || ' ' || r.period || ': ' || r.play || ' is paid and does not count'
      from royalties.play r left join listening.public_play y on y.id = r.play and y.at = r.at and y.person = r.person and y.track = r.track and y.counted
      where y.id is null or r.ms > y.heard_ms
      order by 1 limit 100`,
  ),
]
