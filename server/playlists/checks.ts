/** What must always hold of playlists; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'playlists.entries',
    meaning: 'A playlist has as many entries as it says.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.id || ': ' || p.entries || ' stated, ' || count(e.id) || ' there' as finding
          from playlists.playlist p left join playlists.entry e on e.playlist = p.id and e.removed_at is null
          group by p.id having p.entries <> count(e.id) order by 1 limit 100`,
      ),
  },
  {
    name: 'playlists.followers',
    meaning: 'A playlist has as many followers as it says.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select p.id || ': ' || p.followers || ' stated, ' || count(f.person) || ' there' as finding
          from playlists.playlist p left join playlists.follower f on f.playlist = p.id
          group by p.id having p.followers <> count(f.person) order by 1 limit 100`,
      ),
  },
]
