/** What must always hold of lyrics; the console runs it and names every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

export const checks = [
  {
    name: 'lyrics.flags',
    meaning: 'A track says that it has lyrics when some are shown, and only then.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select t.track || case when w.recording is null then ': says it has lyrics, none are shown' else ': lyrics are shown, it says it has none' end as finding
          from catalogue.public_has_words t left join (select distinct recording from lyrics.public_words where kind = 'main') w on w.recording = t.recording
          where t.has_lyrics <> (w.recording is not null) order by 1 limit 100`,
      ),
  },
  {
    name: 'lyrics.hands',
    meaning: 'Whoever made what was accepted is named on it.',
    run: (db: Read) =>
      found(
        db,
        sql<{ finding: string }>`
          select c.id || ': accepted as ' || c.version || ', which does not name ' || c.person as finding from lyrics.contribution c
          where c.state = 'accepted' and not exists (select 1 from lyrics.hand h where h.version = c.version and h.person = c.person) order by 1 limit 100`,
      ),
  },
]
