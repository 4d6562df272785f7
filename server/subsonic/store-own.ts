/** SQL of what this room keeps (bookmarks, shares), and figures of playlists. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { reachable, type Person } from './store.ts'

export type BookmarkRow = { track: string; positionMs: number; comment: string; createdAt: Date; changedAt: Date }
export async function listBookmarks(db: Read, person: string): Promise<BookmarkRow[]> {
  const { rows } = await sql<BookmarkRow>`
    select track, position_ms::float8 as "positionMs", comment, created_at as "createdAt", changed_at as "changedAt" from subsonic.bookmark
    where person = ${person} order by changed_at desc, track limit 1000`.execute(db)
  return rows
}
/** Sets the bookmark of a track; there is one, so a second replaces it. At most 1,000 a person: false when there are so many. */
export async function writeBookmark(
  tx: Tx,
  mark: { person: string; track: string; positionMs: number; comment: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into subsonic.bookmark (person, track, position_ms, comment, created_at, changed_at)
    select ${mark.person}, ${mark.track}, ${mark.positionMs}, ${mark.comment}, ${mark.at}, ${mark.at}
    where (select count(*) from subsonic.bookmark where person = ${mark.person} and track <> ${mark.track}) < 1000
    on conflict (person, track) do update set position_ms = excluded.position_ms, comment = excluded.comment,
      changed_at = greatest(excluded.changed_at, subsonic.bookmark.created_at) returning track`.execute(tx)
  return rows.length > 0
}
export async function deleteBookmark(tx: Tx, person: string, track: string): Promise<void> {
  await sql`delete from subsonic.bookmark where person = ${person} and track = ${track}`.execute(tx)
}

export type ShareRow = { id: string; things: string[]; note: string; createdAt: Date; expiresAt: Date | null }
const shareColumns = sql`id, things, note, created_at as "createdAt", expires_at as "expiresAt"`
export async function listShares(db: Read, person: string): Promise<ShareRow[]> {
  const { rows } =
    await sql<ShareRow>`select ${shareColumns} from subsonic.share where person = ${person} order by created_at desc, id desc limit 500`.execute(
      db,
    )
  return rows
}
/** Adds a share; at most 500 a person: false when there are so many. */
export async function insertShare(tx: Tx, person: string, share: ShareRow): Promise<boolean> {
  const { rows } = await sql`
    insert into subsonic.share (id, person, things, note, created_at, expires_at)
    select ${share.id}, ${person}, ${share.things}, ${share.note}, ${share.createdAt}::timestamptz, ${share.expiresAt}::timestamptz
    where (select count(*) from subsonic.share where person = ${person}) < 500 returning id`.execute(tx)
  return rows.length > 0
}
export async function updateShare(
  tx: Tx,
  person: string,
  id: string,
  change: { note: string | null; expiresAt: Date | null; setExpiry: boolean },
): Promise<boolean> {
  const { rows } = await sql`
    update subsonic.share set note = coalesce(${change.note}, note), expires_at = case when ${change.setExpiry} then ${change.expiresAt}::timestamptz else expires_at end
    where id = ${id} and person = ${person} returning id`.execute(tx)
  return rows.length > 0
}
export async function deleteShare(tx: Tx, person: string, id: string): Promise<boolean> {
  const { rows } = await sql`delete from subsonic.share where id = ${id} and person = ${person} returning id`.execute(tx)
  return rows.length > 0
}

/** How many songs of each playlist this person can play and how long they are: one statement for all. */
export async function playlistFigures(
  db: Read,
  who: Person,
  ids: readonly string[],
): Promise<Map<string, { songs: number; durationMs: number }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; songs: number; durationMs: number }>`
    select e.playlist as id, count(*)::int as songs, coalesce(sum(s.duration_ms), 0)::float8 as "durationMs"
    from playlists.public_playlist_entry e join catalogue.public_song s on s.id = e.track join media.public_file f on f.asset = s.asset
    where e.playlist = any(${[...ids]}) and ${reachable(who)} group by e.playlist`.execute(db)
  return new Map(rows.map(({ id, ...figures }) => [id, figures]))
}
