/** Playlists: made, read, changed, thrown away and taken back, copied. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { playlists } from '../../shared/playlists.ts'
import type { Rules } from '../../shared/playlist-rules.ts'
import { releaseCards, tracksByIds } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { linesOf, lockForEntries, mostEntries, moveIn, putIn, repeated, takeBack, takeOut } from './entries.ts'
import { can, mostPlaylists } from './policy.ts'
import { playable, showCard, showEntry, showPlaylist } from './show.ts'
import { tracksByRule } from './smart.ts'
import {
  copyEntries,
  fillEntry,
  findEntries,
  listContaining,
  listEntries,
  listReleaseTracks,
  listTracks,
  type Given,
} from './store-entries.ts'
import {
  countOwned,
  insertPlaylist,
  isPicture,
  listMine,
  listPublic,
  lockPlaylist,
  readPlaylist,
  readVersion,
  setDropped,
  updatePlaylist,
  type Locked,
  type PlaylistRow,
} from './store.ts'

type Entries = typeof playlists.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Loads what the viewer sees, perhaps by an invite. */
async function load(db: Read, viewer: Viewer | null, id: string, invite?: string): Promise<PlaylistRow> {
  const row = await readPlaylist(db, viewer?.id ?? null, id, invite ?? null)
  if (row === undefined) throw fault('not_found')
  return row
}

/** A playlist as the viewer sees it. */
export async function shown(db: Read, viewer: Viewer | null, id: string, invite?: string): Promise<Ok<'GET /playlists/:id'>> {
  const row = await load(db, viewer, id, invite)
  const found = row.rules === null ? undefined : await tracksByRule(db, row.owner, row.rules as Rules)
  return showPlaylist(row, {
    invited: row.collaborative && row.role === null && invite !== undefined && row.invite === invite,
    found: found && { count: found.length, durationMs: found.reduce((sum, track) => sum + track.durationMs, 0) },
  })
}

/** Locks a playlist that the viewer owns. */
export async function lockOwn(tx: Tx, viewer: Viewer, id: string): Promise<Locked> {
  const found = await lockPlaylist(tx, viewer.id, id)
  if (found === undefined || !found.seen) throw fault('not_found')
  if (!can.change(found)) throw fault('forbidden', 'own_playlist_only')
  return found
}

export async function getMine(db: Read, viewer: Viewer, input: Input<'GET /me/playlists'>): Promise<Ok<'GET /me/playlists'>> {
  const rows = await listMine(db, viewer.id)
  const containing = new Set(
    input.track === undefined
      ? []
      : await listContaining(
          db,
          rows.map(row => row.id),
          input.track,
        ),
  )
  return { items: rows.map(row => ({ ...showCard(row), contains: containing.has(row.id) })) }
}

export async function getPublic(db: Read, viewer: Viewer | null, input: Input<'GET /playlists'>): Promise<Ok<'GET /playlists'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listPublic(db, viewer?.id ?? null, input.owner ?? null, after, input.limit + 1)
  return pageOf(rows, input.limit, showCard, row => toCursor(row.changedAt, row.id))
}

/** Makes an empty playlist of one's own; false when this id is one of theirs already (a retry). */
export async function make(
  tx: Tx,
  viewer: Viewer,
  given: {
    id: string
    name: string
    note?: string
    visibility?: 'private' | 'link' | 'public'
    rules?: Rules | undefined
    source?: string
  },
): Promise<boolean> {
  const made = await insertPlaylist(tx, {
    note: '',
    visibility: 'private',
    ...given,
    owner: viewer.id,
    rules: given.rules ?? null,
    source: given.source ?? null,
    at: clock.now(),
  })
  if (made === 'taken') {
    const there = await lockPlaylist(tx, viewer.id, given.id)
    if (there?.role !== 'owner' || there.dropped) throw fault('conflict', 'taken')
    return false
  }
  if ((await countOwned(tx, viewer.id)) > mostPlaylists) throw fault('conflict', 'too_many_playlists')
  return true
}

/** Makes a playlist of these lines. */
export async function makeOf(tx: Tx, viewer: Viewer, given: Parameters<typeof make>[2], lines: readonly Given[]): Promise<boolean> {
  if (!(await make(tx, viewer, given))) return false
  if (lines.length > 0) await putIn(tx, viewer.id, await lockForEntries(tx, viewer, given.id), lines)
  return true
}

export async function addPlaylist(tx: Tx, viewer: Viewer, input: Input<'POST /playlists'>): Promise<Ok<'POST /playlists'>> {
  if (input.rules !== undefined && input.tracks.length > 0) throw fault('conflict', 'playlist_by_rule')
  await makeOf(tx, viewer, input, await linesOf(tx, viewer, input.tracks))
  return shown(tx, viewer, input.id)
}

export const getPlaylist = (db: Read, viewer: Viewer | null, input: Input<'GET /playlists/:id'>): Promise<Ok<'GET /playlists/:id'>> =>
  shown(db, viewer, input.id, input.invite)

/** Entries of a playlist, by hand or by rule; a page is two statements, however many rows. */
export async function getEntries(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /playlists/:id/entries'>,
): Promise<Ok<'GET /playlists/:id/entries'>> {
  const row = await load(db, viewer, input.id, input.invite)
  if (row.rules !== null) return byRule(db, viewer, row, input)
  const after = fromCursor(input.cursor, [z.string().regex(/^-?\d{1,19}$/)])
  const rows = await listEntries(db, row.id, after === undefined ? undefined : BigInt(after[0]), input.limit + 1)
  const page = pageOf(
    rows,
    input.limit,
    one => one,
    one => toCursor(one.place),
  )
  const tracks = await tracksByIds(db, viewer, [...new Set(page.items.flatMap(one => one.track ?? []))])
  const byId = new Map(tracks.map(track => [track.id, track]))
  return { items: page.items.map(one => showEntry(one, one.track === null ? undefined : byId.get(one.track))), next: page.next }
}

async function byRule(
  db: Read,
  viewer: Viewer | null,
  row: PlaylistRow,
  input: Input<'GET /playlists/:id/entries'>,
): Promise<Ok<'GET /playlists/:id/entries'>> {
  const from = fromCursor(input.cursor, [z.number().int().min(0)])?.[0] ?? 0
  const found = await tracksByRule(db, row.owner, row.rules as Rules)
  const tracks = await tracksByIds(
    db,
    viewer,
    found.slice(from, from + input.limit).map(one => one.id),
  )
  const end = from + input.limit
  return {
    items: tracks.filter(playable).map(track => ({
      id: track.id,
      track,
      title: track.title,
      artist: track.artists.map(one => one.name).join(', '),
      album: track.release.title,
      durationMs: track.durationMs,
      addedBy: null,
      addedAt: row.changedAt,
      dead: null,
    })),
    next: end < found.length ? toCursor(end) : null,
  }
}

export async function getVersion(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /playlists/:id/version'>,
): Promise<Ok<'GET /playlists/:id/version'>> {
  const version = await readVersion(db, viewer?.id ?? null, input.id)
  if (version === undefined) throw fault('not_found')
  return { version, changed: version !== input.since }
}

export async function changePlaylist(tx: Tx, viewer: Viewer, input: Input<'PATCH /playlists/:id'>): Promise<Ok<'PATCH /playlists/:id'>> {
  const { id, ...change } = input
  const list = await lockOwn(tx, viewer, id)
  if (list.smart ? change.collaborative === true : change.rules !== undefined) throw fault('conflict', 'playlist_by_rule')
  if (typeof change.picture === 'string' && !(await isPicture(tx, change.picture))) throw fault('not_found')
  const invite = change.collaborative === false ? { invite: null } : {}
  if (Object.keys(change).length > 0) await updatePlaylist(tx, id, clock.now(), { ...change, ...invite })
  return shown(tx, viewer, id)
}

export async function dropPlaylist(tx: Tx, viewer: Viewer, input: Input<'DELETE /playlists/:id'>): Promise<Ok<'DELETE /playlists/:id'>> {
  const list = await lockPlaylist(tx, viewer.id, input.id)
  if (list === undefined || (!list.seen && !(list.dropped && list.role === 'owner'))) throw fault('not_found')
  if (!can.change(list)) throw fault('forbidden', 'own_playlist_only')
  if (!list.dropped) await setDropped(tx, input.id, clock.now())
  return { ok: true }
}

export async function restorePlaylist(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /playlists/:id/restore'>,
): Promise<Ok<'POST /playlists/:id/restore'>> {
  const list = await lockPlaylist(tx, viewer.id, input.id)
  if (list === undefined || (!list.seen && list.role !== 'owner')) throw fault('not_found')
  if (!can.change(list)) throw fault('forbidden', 'own_playlist_only')
  if (list.dropped) await setDropped(tx, input.id, null)
  return shown(tx, viewer, input.id)
}

export async function copyPlaylist(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /playlists/:id/copy'>,
): Promise<Ok<'POST /playlists/:id/copy'>> {
  const row = await load(tx, viewer, input.id)
  const given = { id: input.as, name: input.name ?? row.name, note: row.note, source: row.id }
  if (row.rules !== null) {
    const found = await tracksByRule(tx, row.owner, row.rules as Rules)
    const lines = await linesOf(
      tx,
      viewer,
      found.map(one => one.id),
    )
    await makeOf(tx, viewer, given, lines)
  } else if (await make(tx, viewer, given)) {
    const list = await lockForEntries(tx, viewer, given.id)
    const count = await copyEntries(tx, row.id, list.id, viewer.id, clock.now(), () => newId('ple'))
    if (count > 0) await updatePlaylist(tx, list.id, clock.now(), {}, count)
  }
  return shown(tx, viewer, input.as)
}

export async function addEntries(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /playlists/:id/entries'>,
): Promise<Ok<'POST /playlists/:id/entries'>> {
  const list = await lockForEntries(tx, viewer, input.id)
  const more: string[] = []
  if (input.release !== undefined) {
    if ((await releaseCards(tx, viewer, [input.release])).length === 0) throw fault('not_found')
    more.push(...(await listReleaseTracks(tx, input.release)))
  }
  if (input.playlist !== undefined) {
    const other = await load(tx, viewer, input.playlist)
    const ids = other.rules === null ? (await listTracks(tx, other.id)).flatMap(one => one.track ?? []) : []
    more.push(...(other.rules === null ? ids : (await tracksByRule(tx, other.owner, other.rules as Rules)).map(one => one.id)))
  }
  const tracks = [...input.tracks, ...more]
  if (tracks.length > mostEntries) throw fault('conflict', 'playlist_full')
  let lines = await linesOf(tx, viewer, tracks, input.ids)
  if (lines.length === 0) throw fault('not_found')
  if (input.duplicates !== 'allow') {
    const again = await repeated(tx, list.id, lines)
    if (again.size > 0 && input.duplicates === 'ask')
      throw fault('conflict', 'playlist_repeats', { fields: { tracks: String(again.size), of: String(lines.length) } })
    lines = lines.filter(line => !again.has(line.id))
  }
  return putIn(tx, viewer.id, list, lines, input.after)
}

type Moves = Ok<'POST /playlists/:id/entries/move'>
export const moveEntries = async (tx: Tx, viewer: Viewer, input: Input<'POST /playlists/:id/entries/move'>): Promise<Moves> => ({
  version: await moveIn(tx, await lockForEntries(tx, viewer, input.id), input.entries, input.after),
})
export const removeEntries = async (tx: Tx, viewer: Viewer, input: Input<'POST /playlists/:id/entries/remove'>): Promise<Moves> => ({
  version: await takeOut(tx, viewer, await lockForEntries(tx, viewer, input.id), input.entries),
})
export const restoreEntries = async (tx: Tx, viewer: Viewer, input: Input<'POST /playlists/:id/entries/restore'>): Promise<Moves> => ({
  version: await takeBack(tx, await lockForEntries(tx, viewer, input.id), input.entries),
})

export async function chooseTrack(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /playlists/:id/entries/:entry/track'>,
): Promise<Ok<'PUT /playlists/:id/entries/:entry/track'>> {
  const list = await lockForEntries(tx, viewer, input.id)
  const [known] = await findEntries(tx, [input.entry])
  if (known === undefined || known.playlist !== list.id || known.removed) throw fault('not_found', 'entry_gone')
  if ((await tracksByIds(tx, viewer, [input.track])).length === 0) throw fault('not_found')
  const filled = await fillEntry(tx, input.entry, input.track)
  return { version: filled ? await updatePlaylist(tx, list.id, clock.now()) : list.version }
}

export async function previewRules(
  db: Read,
  viewer: Viewer,
  input: Input<'POST /playlists/preview'>,
): Promise<Ok<'POST /playlists/preview'>> {
  const found = await tracksByRule(db, viewer.id, input.rules)
  const tracks = await tracksByIds(
    db,
    viewer,
    found.slice(0, 30).map(one => one.id),
  )
  return { count: found.length, durationMs: found.reduce((sum, one) => sum + one.durationMs, 0), items: tracks }
}
