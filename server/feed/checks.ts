/** What must always hold of the feed; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'feed.comments',
    meaning: 'A post has as many comments to be seen as it says, and of the artist.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.id || ': ' || coalesce(t.comments, 0) || ' comments stated, ' || coalesce(c.count, 0) || ' there' as finding
          from feed.post p left join feed.post_tally t on t.post = p.id left join (
            select post, count(*) as count, count(*) filter (where artist) as artist from feed.comment where deleted_at is null and hidden is null group by post) c on c.post = p.id
          where (coalesce(t.comments, 0), coalesce(t.artist_comments, 0)) <> (coalesce(c.count, 0), coalesce(c.artist, 0)) order by 1 limit 100`,
      ),
  },
  {
    name: 'feed.reactions',
    meaning: 'A post has as many reactions of each kind as it says.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select t.post || ': other reactions than it says' as finding from feed.post_tally t left join (
            select post, count(*) filter (where kind = 'heart') as heart, count(*) filter (where kind = 'laugh') as laugh, count(*) filter (where kind = 'wow') as wow,
              count(*) filter (where kind = 'cry') as cry, count(*) filter (where kind = 'fire') as fire, count(*) filter (where kind = 'clap') as clap
            from feed.post_reaction group by post) r on r.post = t.post
          where (t.heart, t.laugh, t.wow, t.cry, t.fire, t.clap)
            <> (coalesce(r.heart, 0), coalesce(r.laugh, 0), coalesce(r.wow, 0), coalesce(r.cry, 0), coalesce(r.fire, 0), coalesce(r.clap, 0)) order by 1 limit 100`,
      ),
  },
  {
    name: 'feed.votes',
    meaning: 'A poll has as many votes and voters as it says, and nobody chose more than it allows.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select finding from (
            select o.poll || ': ' || o.votes || ' votes stated for ' || o.number || ', ' || count(v.person) || ' there' as finding
            from feed.poll_option o left join feed.poll_vote v on v.poll = o.poll and v.number = o.number group by o.poll, o.number having o.votes <> count(v.person)
            union all
            select q.id || ': ' || q.voters || ' voters stated, ' || count(distinct v.person) || ' there'
            from feed.poll q left join feed.poll_vote v on v.poll = q.id group by q.id having q.voters <> count(distinct v.person)
            union all
            select v.poll || ': ' || v.person || ' chose too much' from feed.poll_vote v join feed.poll q on q.id = v.poll
            group by v.poll, v.person, q.choices having count(*) > q.choices) f order by 1 limit 100`,
      ),
  },
  {
    name: 'feed.replies',
    meaning: 'A reply stands below a comment of its own post, and that answers the post itself.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select r.id || ': below ' || c.id as finding from feed.comment r join feed.comment c on c.id = r.parent
          where c.post <> r.post or c.parent is not null order by 1 limit 100`,
      ),
  },
]
