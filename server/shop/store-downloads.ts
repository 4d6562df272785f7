/** SQL of downloads: a line one owns, with the sound of its release. */
import { sql } from 'kysely'
import { wholeLines, type TimedLine } from '../../shared/timedtext/index.ts'
import type { Read } from '../foundation/db.ts'

export type PurchaseTrack = {
  id: string
  disc: number
  number: number
  title: string
  artists: string
  asset: string
  mime: string
  sizeBytes: string
  extension: string
}
export type Purchase = {
  release: string
  title: string
  artists: string
  cover: string | null
  genre: string | null
  releasedOn: string | null
  boughtAt: Date
  downloadedAt: Date | null
  tracks: PurchaseTrack[]
}

/** Types of originals in which nothing was lost. */
export const losslessTypes: ReadonlySet<string> = new Set([
  'audio/flac',
  'audio/x-flac',
  'audio/wav',
  'audio/x-wav',
  'audio/aiff',
  'audio/x-aiff',
])
export const isLossless = (track: Pick<PurchaseTrack, 'mime'>): boolean => losslessTypes.has(track.mime)
const extensions: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/mp4': 'm4a',
  'audio/aiff': 'aiff',
  'audio/aac': 'aac',
}

/** Undefined unless this person owns the release by this line. Tracks whose sound is there, in order. */
export async function readPurchase(db: Read, line: string, person: string): Promise<Purchase | undefined> {
  type Row = Omit<Purchase, 'tracks'> & { tracks: Omit<PurchaseTrack, 'extension'>[] | null }
  const rows = await sql<Row>`
    select w.release, r.title, r.cover, r.genre, r.released_on as "releasedOn", w.at as "boughtAt",
      (select downloaded_at from shop.line where id = w.line) as "downloadedAt",
      coalesce((select string_agg(n.name, ', ' order by a.position) from catalogue.public_release_artist a join people.public_page n on n.id = a.page where a.release = r.id), '') as artists,
      (select jsonb_agg(jsonb_build_object('id', t.id, 'disc', t.disc, 'number', t.number, 'title', t.title, 'asset', t.asset, 'mime', m.mime, 'sizeBytes', m.size_bytes::text,
          'artists', coalesce((select string_agg(n.name, ', ' order by a.position) from catalogue.public_track_artist a join people.public_page n on n.id = a.page where a.track = t.id), ''))
          order by t.disc, t.number)
        from catalogue.public_track t join media.public_audio m on m.asset = t.asset where t.release = r.id and m.state <> 'failed') as tracks
    from shop.ownership w join catalogue.public_release r on r.id = w.release
    where w.line = ${line} and w.person = ${person}
      and w.release = (select release from shop.line where id = ${line})`.execute(db)
  const row = rows.rows[0]
  return row === undefined
    ? undefined
    : { ...row, tracks: (row.tracks ?? []).map(track => ({ ...track, extension: extensions[track.mime] ?? 'bin' })) }
}

/** The words that are shown of tracks, with their language, by track. */
export async function readLyrics(db: Read, tracks: readonly string[]): Promise<Map<string, { language: string; lines: TimedLine[] }>> {
  const { rows } = await sql<{ track: string; language: string; lines: TimedLine[] }>`
    select t.id as track, w.language, w.lines from catalogue.public_track t
      cross join lateral (select * from lyrics.public_words l where l.recording = t.recording and l.kind = 'main' offset 0) w
    where t.id = any(${tracks}::text[])`.execute(db)
  return new Map(rows.map(({ track, language, lines }) => [track, { language, lines: wholeLines(lines) }]))
}
