/** Playlists in and out of files: a look first, then made. What is not found stays as a line and is looked for again when music arrives. */
import type { FastifyReply } from 'fastify'
import { fault } from '../../shared/faults.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { matchTracks, type TrackMatch, type TrackWanted } from '../search/index.ts'
import { mostEntries } from './entries.ts'
import { exportTypes, writePlaylist } from './exporting.ts'
import { readPlaylistFile, type FileLine } from './formats.ts'
import { getEntries, makeOf, shown, type Input, type Ok } from './playlists.ts'
import { fillEntry, listMissing, readIsrcs, type Given } from './store-entries.ts'
import { lockPlaylist, updatePlaylist } from './store.ts'

/** From here on name and artist agree. */
const sure = 0.7
const likely = 0.6
/** So many lines are looked for in one statement. */
const atOnce = 500

async function inParts<T, R>(all: readonly T[], work: (part: readonly T[]) => Promise<readonly R[]>): Promise<R[]> {
  const out: R[] = []
  for (let i = 0; i < all.length; i += atOnce) out.push(...(await work(all.slice(i, i + atOnce))))
  return out
}

/** A title alone is no more than likely. */
async function matched(db: Read, wanted: readonly TrackWanted[]): Promise<(TrackMatch | null)[]> {
  const found = await matchTracks(db, wanted)
  return found.map((match, i) => {
    const { artist, isrc } = wanted[i]!
    return match !== null && artist === '' && !isrc ? { ...match, certainty: Math.min(match.certainty, likely) } : match
  })
}

/** What each line means: by the planet's own address, else by what is said of it, else by what the name of its file may say. */
async function find(db: Read, viewer: Viewer, lines: readonly FileLine[]): Promise<(TrackMatch | null)[]> {
  const out: (TrackMatch | null)[] = lines.map(line => (line.track === null ? null : { track: line.track, certainty: 1 }))
  const seen = async (): Promise<void> => {
    const ids = [...new Set(out.flatMap(one => one?.track ?? []))]
    const visible = new Set((await inParts(ids, part => tracksByIds(db, viewer, part))).map(track => track.id))
    for (const [i, one] of out.entries()) if (one !== null && !visible.has(one.track)) out[i] = null
  }
  await seen()
  const look = async (wanted: readonly { at: number; as: TrackWanted }[]): Promise<void> => {
    const found = await inParts(wanted, part =>
      matched(
        db,
        part.map(one => one.as),
      ),
    )
    for (const [i, { at }] of wanted.entries()) {
      const match = found[i]
      if (match && match.certainty > (out[at]?.certainty ?? 0)) out[at] = match
    }
  }
  const unsure = (i: number): boolean => (out[i]?.certainty ?? 0) < sure
  const said = ({ title, artist, album, durationMs, isrc }: FileLine): TrackWanted => ({ title, artist, album, durationMs, isrc })
  await look(lines.flatMap((line, at) => (unsure(at) ? [{ at, as: said(line) }] : [])))
  // A file's name may hold the title behind the artist, before it, or alone.
  for (let n = 0; n < 3; n++)
    await look(
      lines.flatMap((line, at) => {
        const guess = line.guesses[n]
        return guess !== undefined && unsure(at) ? [{ at, as: { ...guess, album: line.album, durationMs: line.durationMs } }] : []
      }),
    )
  await seen()
  return out
}

export async function readFile(db: Read, viewer: Viewer, input: Input<'POST /playlists/read'>): Promise<Ok<'POST /playlists/read'>> {
  const file = readPlaylistFile(input.file, input.content)
  if (file === undefined || file.lines.length === 0) throw fault('unprocessable', 'playlist_unreadable')
  if (file.lines.length > mostEntries) throw fault('too_large', 'playlist_too_long')
  const found = await find(db, viewer, file.lines)
  const ids = [...new Set(found.flatMap(one => one?.track ?? []))]
  const tracks = new Map((await inParts(ids, part => tracksByIds(db, viewer, part))).map(track => [track.id, track]))
  return {
    format: file.format,
    name: file.name.slice(0, 200),
    note: file.note,
    lines: file.lines.map(({ track: _own, guesses: _guesses, ...line }, i) => {
      const match = found[i]
      const track = match ? tracks.get(match.track) : undefined
      return {
        ...line,
        state: track === undefined ? 'missing' : match!.certainty >= sure ? 'found' : 'unsure',
        track:
          track === undefined
            ? null
            : {
                id: track.id,
                title: track.title,
                artist: track.artists.map(one => one.name).join(', '),
                album: track.release.title,
                durationMs: track.durationMs,
              },
      }
    }),
  }
}

export async function importPlaylist(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /playlists/import'>,
): Promise<Ok<'POST /playlists/import'>> {
  const ids = [...new Set(input.lines.flatMap(line => line.track ?? []))]
  const tracks = new Map((await inParts(ids, part => tracksByIds(tx, viewer, part))).map(track => [track.id, track]))
  const lines = input.lines.map((line): Given => {
    const track = line.track === null ? undefined : tracks.get(line.track)
    const own = newId('ple')
    if (track === undefined) return { ...line, id: own, track: null }
    const artist = track.artists.map(one => one.name).join(', ')
    return { id: own, track: track.id, title: track.title, artist, album: track.release.title, durationMs: track.durationMs, isrc: null }
  })
  await makeOf(tx, viewer, { id: input.id, name: input.name, note: input.note }, lines)
  return shown(tx, viewer, input.id)
}

/** Sends a playlist as a file; what the viewer cannot see of it is left as it was called. */
export async function exportFile(
  context: StreamContext,
  viewer: Viewer | null,
  input: Input<'GET /playlists/:id/export'>,
): Promise<FastifyReply> {
  const { read, reply, config } = context
  const invite = input.invite === undefined ? {} : { invite: input.invite }
  const list = await shown(read, viewer, input.id, input.invite)
  const entries: Ok<'GET /playlists/:id/entries'>['items'] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Ok<'GET /playlists/:id/entries'> = await getEntries(read, viewer, {
      id: list.id,
      ...invite,
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    })
    entries.push(...page.items)
    cursor = page.next
  }
  const isrcs = await readIsrcs(
    read,
    list.id,
    entries.flatMap(entry => entry.track?.id ?? []),
  )
  const { mime, ending } = exportTypes[input.format]
  const lines = entries.map(entry => ({
    title: entry.title,
    artist: entry.artist,
    album: entry.album,
    durationMs: entry.durationMs,
    isrc: isrcs.get(entry.id) ?? (entry.track === null ? undefined : isrcs.get(entry.track.id)) ?? null,
    track: entry.track?.id ?? null,
  }))
  const body = writePlaylist(
    input.format,
    { id: list.id, name: list.name, note: list.note, owner: list.owner.name, changedAt: list.changedAt, lines },
    config.url,
  )
  const file = `${
    [...list.name]
      .slice(0, 80)
      .join('')
      .replace(/[^\p{L}\p{N} ._-]+/gu, '_') || 'playlist'
  }.${ending}`
  reply.header('content-disposition', `attachment; filename="playlist.${ending}"; filename*=UTF-8''${encodeURIComponent(file)}`)
  reply.header('x-content-type-options', 'nosniff').header('cache-control', 'private, no-store').type(mime)
  return reply.send(body)
}

/** Looks again for what was missing, everywhere; each find in a transaction of its own. Says how many lines found their music. */
export async function findMissing(db: Db, signal?: AbortSignal): Promise<number> {
  let count = 0
  for (let after = ''; signal?.aborted !== true;) {
    const missing = await listMissing(db.read, after, atOnce)
    if (missing.length === 0) return count
    after = missing.at(-1)!.id
    const found = await matched(db.read, missing)
    for (const [i, line] of missing.entries()) {
      const match = found[i]
      if (!match || match.certainty < sure) continue
      const filled = await db.transaction(async tx => {
        const list = await lockPlaylist(tx, '', line.playlist)
        if (list === undefined || !(await fillEntry(tx, line.id, match.track, true))) return false
        await updatePlaylist(tx, line.playlist, clock.now())
        return true
      })
      if (filled) count++
    }
  }
  return count
}
