/** For tests of imports: tagged files made here, and what became of them. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '../foundation/db.ts'
import { engine } from '../media/index.ts'
import { sine, writeWav } from '../media/sound.testing.ts'

export type Workshop = {
  work: string
  /** A new empty folder. */
  newFolder: () => string
  /** A tagged file made of one of six clips; the same clip, tags and format give the same bytes. */
  song: (path: string, clip: number, tags: Record<string, string>, format?: 'flac' | 'mp3', cover?: string) => Promise<string>
  close: () => void
}
export function openWorkshop(): Workshop {
  const work = mkdtempSync(join(tmpdir(), 'planet-import-'))
  const clips = [0, 1, 2, 3, 4, 5].map(i =>
    writeWav(join(work, `clip${i}.wav`), 1 + i * 0.25, sine(200 + i * 60, -18), { rate: 22_050, channels: 1 }),
  )
  let count = 0
  return {
    work,
    newFolder: () => {
      const folder = join(work, `music${++count}`)
      mkdirSync(folder)
      return folder
    },
    song: async (path, clip, tags, format = 'flac', cover) => {
      mkdirSync(join(path, '..'), { recursive: true })
      await engine().convert(clips[clip]!, path, { format, tags, ...(cover === undefined ? {} : { cover }) })
      return path
    },
    close: () => rmSync(work, { recursive: true, force: true }),
  }
}

export type Shown = {
  id: string
  release: string
  title: string
  disc: number
  number: number
  artists: string
  album: string
  albumArtist: string
  asset: string
}
/** All tracks whose files were found below a root. */
export async function tracksOf(db: Db, root: string): Promise<Shown[]> {
  const { rows } = await db.pool.query<Shown>(
    `select t.id, t.release, t.title, t.disc, t.number, r.title as album, c.asset,
       (select string_agg(p.name, '+' order by x.position) from catalogue.track_artist x join people.page p on p.id = x.page where x.track = t.id) as artists,
       (select string_agg(p.name, '+' order by x.position) from catalogue.release_artist x join people.page p on p.id = x.page where x.release = r.id) as "albumArtist"
     from catalogue.track t join catalogue.release r on r.id = t.release join catalogue.recording c on c.id = t.recording
     where t.id in (select track from catalogue.source_file where root = $1) order by r.title, t.disc, t.number`,
    [root],
  )
  return rows
}
