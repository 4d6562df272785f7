/** Playlists as other apps know them: a list of tracks that can be played, changed by index. */
import { fault } from '../../shared/faults.ts'
import type { Rules } from '../../shared/playlist-rules.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { coverUrl } from '../media/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { arrange, linesOf, lockForEntries, putIn, takeOut } from './entries.ts'
import { can, mostPlaylists } from './policy.ts'
import { playable } from './show.ts'
import { tracksByRule } from './smart.ts'
import { listTracks } from './store-entries.ts'
import {
  countOwned,
  insertPlaylist,
  listMine,
  lockPlaylist,
  readPlaylist as readRow,
  setDropped,
  updatePlaylist,
  type CardRow,
} from './store.ts'

export type SimplePlaylist = {
  id: string
  name: string
  note: string
  public: boolean
  owner: { id: string; name: string }
  /** The viewer may change its tracks. */
  editable: boolean
  entries: number
  cover: string | null
  createdAt: Date
  changedAt: Date
}
const simple = (row: CardRow): SimplePlaylist => ({
  id: row.id,
  name: row.name,
  note: row.note,
  public: row.visibility === 'public',
  owner: { id: row.owner, name: row.ownerName },
  editable: can.fill(row) && !row.smart,
  entries: row.entries,
  cover: coverOf(row),
  createdAt: row.createdAt,
  changedAt: row.changedAt,
})
const coverOf = (row: CardRow): string | null => {
  const asset = row.picture ?? row.covers[0]
  return asset === undefined ? null : coverUrl(asset, 640)
}

/** One's own, those one works on and those one follows. */
export const playlistsOf = async (db: Read, viewer: Viewer): Promise<SimplePlaylist[]> => (await listMine(db, viewer.id)).map(simple)

/** Entries that a player can be given, in order: dead and missing ones never leave the house. */
async function playableEntries(
  db: Read,
  viewer: Viewer | null,
  playlist: string,
  by?: { owner: string; rules: Rules },
): Promise<{ id: string; track: string }[]> {
  const entries =
    by === undefined ? await listTracks(db, playlist) : (await tracksByRule(db, by.owner, by.rules)).map(({ id }) => ({ id, track: id }))
  const tracks = await tracksByIds(db, viewer, [...new Set(entries.flatMap(entry => entry.track ?? []))])
  const good = new Set(tracks.filter(playable).map(track => track.id))
  return entries.flatMap(({ id, track }) => (track !== null && good.has(track) ? [{ id, track }] : []))
}

/** A playlist and its tracks; undefined where the viewer sees none. */
export async function readPlaylist(db: Read, viewer: Viewer, id: string): Promise<(SimplePlaylist & { tracks: string[] }) | undefined> {
  const row = await readRow(db, viewer.id, id)
  if (row === undefined) return undefined
  const by = row.rules === null ? undefined : { owner: row.owner, rules: row.rules as Rules }
  return { ...simple(row), tracks: (await playableEntries(db, viewer, id, by)).map(entry => entry.track) }
}

/** Makes a playlist; with an id that is there already it is left as it is. */
export async function makePlaylist(
  tx: Tx,
  viewer: Viewer,
  given: { id?: string; name: string; tracks?: readonly string[]; public?: boolean },
): Promise<string> {
  const id = given.id ?? newId('pls')
  const visibility = given.public === true ? 'public' : 'private'
  const made = await insertPlaylist(tx, {
    id,
    owner: viewer.id,
    name: given.name,
    note: '',
    visibility,
    rules: null,
    source: null,
    at: clock.now(),
  })
  if (made === 'made' && (await countOwned(tx, viewer.id)) > mostPlaylists) throw fault('conflict', 'too_many_playlists')
  if (made === 'made' && given.tracks !== undefined && given.tracks.length > 0)
    await putIn(tx, viewer.id, await lockForEntries(tx, viewer, id), await linesOf(tx, viewer, given.tracks))
  return id
}

/** Changes a playlist. `removeAt` are places in the list as `readPlaylist` gave it; `order` makes it exactly these tracks. */
export async function changePlaylist(
  tx: Tx,
  viewer: Viewer,
  given: {
    id: string
    name?: string | undefined
    note?: string | undefined
    public?: boolean | undefined
    add?: readonly string[]
    removeAt?: readonly number[]
    order?: readonly string[]
  },
): Promise<void> {
  const list = await lockPlaylist(tx, viewer.id, given.id)
  if (list === undefined || !list.seen) throw fault('not_found')
  if (given.name !== undefined || given.note !== undefined || given.public !== undefined) {
    if (!can.change(list)) throw fault('forbidden', 'own_playlist_only')
    await updatePlaylist(tx, given.id, clock.now(), {
      name: given.name,
      note: given.note,
      // These apps know public and not public: what is shared by its link stays so when they say it is not public.
      visibility: given.public === undefined ? undefined : given.public ? 'public' : list.visibility === 'link' ? 'link' : 'private',
    })
  }
  if (given.removeAt !== undefined && given.removeAt.length > 0) {
    const shown = await playableEntries(tx, viewer, given.id)
    const gone = given.removeAt.flatMap(index => shown[index]?.id ?? [])
    await takeOut(tx, viewer, await lockForEntries(tx, viewer, given.id), gone)
  }
  if (given.order !== undefined) await arrange(tx, viewer, await lockForEntries(tx, viewer, given.id), given.order)
  if (given.add !== undefined && given.add.length > 0)
    await putIn(tx, viewer.id, await lockForEntries(tx, viewer, given.id), await linesOf(tx, viewer, given.add))
}

/** Throws one's own playlist away; it can be taken back for a while. */
export async function dropPlaylist(tx: Tx, viewer: Viewer, id: string): Promise<void> {
  const list = await lockPlaylist(tx, viewer.id, id)
  if (list === undefined || !list.seen) throw fault('not_found')
  if (!can.change(list)) throw fault('forbidden', 'own_playlist_only')
  await setDropped(tx, id, clock.now())
}
