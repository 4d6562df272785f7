/** Bringing in what was read, piece by piece: each in a transaction of its own that also notes what it became, so that a crash repeats nothing. */
import { basename } from 'node:path'
import { fault, Fault } from '../../shared/faults.ts'
import { addRelease, importUnpacked, pageByIdOrHandle, pageFinder, type GivenTrack } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { JobContext } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { addAudio, engine, keepOriginal, MediaRefused, type Inspection, type Kept as KeptFile } from '../media/index.ts'
import { followAs } from '../people/index.ts'
import * as playlists from '../playlists/index.ts'
import { keepListens, listenOf } from '../scrobbles/index.ts'
import { readText } from './formats.ts'
import { textOf } from './opening.ts'
import type { Line } from './reading.ts'
import { invite, readKept, settlePiece, type ArchiveRow, type Note, type OpenPiece } from './store.ts'
import type { Listen, ToldRelease } from './told.ts'

type Context = JobContext & { archive: ArchiveRow; viewer: Viewer }
/** What a piece became. */
type Made = { made: string | null; undo: unknown; notes?: Note[] }
type Sound = { path: string; absolute: string; said: Inspection; file: KeptFile }

/** A person as an action's viewer, when a job acts for them: no staff, no session. */
export const viewerFor = (person: string): Viewer => ({ id: person, name: '', email: '', locale: 'en', roles: [], session: '' })

const kindOf = (release: ToldRelease): 'album' | 'ep' | 'single' | 'compilation' =>
  release.kind ?? (release.tracks.length <= 2 ? 'single' : release.tracks.length <= 6 ? 'ep' : 'album')

/** Lays the files of a release into the store; a file that is no sound is left out and said. */
async function soundsOf(files: readonly (string | null)[], release: ToldRelease): Promise<{ sounds: (Sound | null)[]; notes: Note[] }> {
  const sounds: (Sound | null)[] = []
  const notes: Note[] = []
  for (const [i, absolute] of files.entries()) {
    if (absolute === null) {
      sounds.push(null)
      continue
    }
    const path = release.tracks[i]!.file ?? release.tracks[i]!.title
    try {
      const said = await engine().inspect(absolute)
      sounds.push({ path, absolute, said, file: await keepOriginal(absolute) })
    } catch (error) {
      if (!(error instanceof MediaRefused) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      sounds.push(null)
      notes.push({ code: 'file_refused', text: `${basename(path)}: ${error instanceof MediaRefused ? error.message : 'it is gone'}` })
    }
  }
  return { sounds, notes }
}

/** Places that two tracks claim are dealt anew, in the order they were told. */
function placed(tracks: readonly GivenTrack[]): GivenTrack[] {
  const taken = new Set<string>()
  return tracks.map(track => {
    let number = track.number ?? 1
    while (taken.has(`${track.disc}.${number}`)) number = (number % 9999) + 1
    taken.add(`${track.disc}.${number}`)
    return { ...track, number }
  })
}

async function bringRelease({ db, archive }: Context, piece: OpenPiece): Promise<(tx: Tx) => Promise<Made>> {
  const { release, files } = piece.data as { release: ToldRelease; files: (string | null)[] }
  const { sounds, notes } = await soundsOf(files, release)
  const page = archive.page === null ? null : ((await pageByIdOrHandle(db.read, archive.page.id)) ?? null)
  const owner = page === null ? archive.person : page.owner
  return async tx => {
    const pageOf = pageFinder(tx, { owner, page })
    const artists: string[] = []
    for (const name of release.artists) {
      const id = await pageOf(name)
      if (!artists.includes(id)) artists.push(id)
    }
    const main = artists.length > 0 ? artists : [page!.id]
    const tracks: GivenTrack[] = []
    for (const [i, track] of release.tracks.entries()) {
      const sound = sounds[i]
      const own: string[] = []
      for (const name of track.artists) {
        const id = await pageOf(name)
        if (!own.includes(id)) own.push(id)
      }
      tracks.push({
        title: track.title,
        disc: track.disc,
        number: track.number,
        artists: own.length > 0 ? own : main,
        asset: sound ? (await addAudio(tx, sound.file, sound.said, basename(sound.path))).asset : null,
        durationMs: sound?.said.durationMs ?? 0,
        isrc: track.isrc,
        iswc: track.iswc,
        streaming: track.streaming,
        credits: track.credits,
        lyrics: track.lyrics === null ? null : { text: track.lyrics },
      })
    }
    const { id } = await addRelease(tx, {
      page: page?.id ?? main[0]!,
      title: release.title,
      kind: kindOf(release),
      artists: main,
      releasedOn: release.releasedOn,
      genre: release.genre,
      label: release.label,
      upc: piece.outcome === 'conflict' ? null : release.upc,
      visibility: 'draft',
      // The same piece applied twice is one release.
      origin: `immigration ${archive.id} ${piece.n}`,
      tracks: placed(tracks),
    })
    return { made: id, undo: { releases: [id] }, notes }
  }
}

async function bringFiles({ db, log, signal, archive }: Context, piece: OpenPiece): Promise<(tx: Tx) => Promise<Made>> {
  const { files } = piece.data as { files: { path: string; absolute: string }[] }
  const page = archive.page === null ? null : ((await pageByIdOrHandle(db.read, archive.page.id)) ?? null)
  const notes: Note[] = []
  const found = await importUnpacked(
    { db, log, signal, onFailure: (file, reason) => notes.push({ code: 'file_refused', text: `${basename(file)}: ${reason}` }) },
    { key: `${archive.id}:${piece.n}`, person: archive.person, page, sounds: files, beside: [] },
  )
  return async () => ({ made: found.releases[0] ?? null, undo: { releases: found.releases }, notes: notes.slice(0, 50) })
}

const bringPlaylist =
  ({ viewer }: Context, piece: OpenPiece) =>
  async (tx: Tx): Promise<Made> => {
    const list = piece.data as { id: string; name: string; note: string; lines: Line[] }
    const handler = playlists.routes.handlers['POST /playlists/import'] as unknown as (
      tx: Tx,
      viewer: Viewer,
      input: { id: string; name: string; note: string; lines: Line[] },
    ) => Promise<{ id: string; version: number }>
    // Its id was made when the archive was read: twice is once.
    const made = await handler(tx, viewer, {
      id: list.id,
      name: list.name.slice(0, 200),
      note: list.note.slice(0, 2000),
      lines: list.lines,
    })
    return { made: made.id, undo: { playlist: made.id, version: made.version } }
  }

const bringFavourite =
  ({ viewer, archive }: Context, piece: OpenPiece) =>
  async (tx: Tx): Promise<Made> => {
    const { id } = piece.data as { id: string | null }
    if (id === null) throw fault('not_found')
    const follow = piece.kind === 'follow'
    // What was so before the archive came is not the archive's to take out.
    if ((await readKept(tx, archive.person, [id])).has(follow ? `${id} follow` : id)) return { made: id, undo: {} }
    if (follow) {
      await followAs(tx, archive.person, id)
      return { made: id, undo: { unfollow: id } }
    }
    if (!(await playlists.star(tx, viewer, id, true))) throw fault('not_found')
    return { made: id, undo: { unstar: id } }
  }

/** How the listens of an archive are known again. */
export const markOf = (archive: string, n: number): string => `${archive}:${n}`

async function bringPlays({ db, archive }: Context, piece: OpenPiece): Promise<(tx: Tx) => Promise<Made>> {
  const { absolute, path } = piece.data as { absolute: string; path: string }
  const now = clock.now()
  const text = await textOf({ path, absolute, sizeBytes: 0 })
  const told = readText(path, text, now)
  const listens = told.what === 'listens' ? told.listens : []
  let fresh = 0
  let matched = 0
  // In parts: a history of twenty years is no single transaction. Each listen is known by person, moment and title, so a repeated part adds nothing.
  for (let i = 0; i < listens.length; i += 1000) {
    const part = listens.slice(i, i + 1000).map(listen => listenOf(asListen(listen, told.format, markOf(archive.id, piece.n)), now, true))
    const kept = await db.transaction(tx => keepListens(tx, archive.person, part))
    fresh += kept.new
    matched += kept.matched
  }
  return async () => ({
    made: null,
    undo: { listens: markOf(archive.id, piece.n) },
    notes: [
      { code: 'plays_new', text: String(fresh) },
      { code: 'plays_matched', text: String(matched) },
    ],
  })
}
const asListen = (listen: Listen, format: string, mark: string) => ({
  listened_at: Math.floor(listen.at.getTime() / 1000),
  track_metadata: {
    artist_name: listen.artist,
    track_name: listen.title,
    ...(listen.album === null ? {} : { release_name: listen.album }),
    additional_info: {
      submission_client: format,
      archive: mark,
      ...(listen.durationMs === null ? {} : { duration_ms: listen.durationMs }),
      ...(listen.isrc === null ? {} : { isrc: listen.isrc }),
      ...(listen.mbid === null ? {} : { recording_mbid: listen.mbid }),
    },
  },
})

const bringFollowers =
  ({ archive }: Context, piece: OpenPiece) =>
  async (tx: Tx): Promise<Made> => {
    const { addresses } = piece.data as { addresses: string[] }
    await invite(tx, archive.id, archive.page!.id, addresses, clock.now())
    return { made: archive.page!.id, undo: { invitations: true } }
  }

function bring(context: Context, piece: OpenPiece): Promise<(tx: Tx) => Promise<Made>> {
  switch (piece.kind) {
    case 'release':
      return bringRelease(context, piece)
    case 'files':
      return bringFiles(context, piece)
    case 'plays':
      return bringPlays(context, piece)
    case 'playlist':
      return Promise.resolve(bringPlaylist(context, piece))
    case 'favourite':
    case 'follow':
      return Promise.resolve(bringFavourite(context, piece))
    case 'followers':
      return Promise.resolve(bringFollowers(context, piece))
  }
}

/** Why a piece cannot come in: a person may not do it, it is gone by now, or the database takes no such value (classes 22 and 23514), today and at any other time. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Fault) return error.code
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^22...$|^23514$/.test(code) ? 'invalid' : undefined
}

/** Brings in one piece. What cannot come in fails with its reason; anything else is ours and is tried again. */
export async function bringIn(context: Context, piece: OpenPiece): Promise<void> {
  const { db, archive } = context
  try {
    const write = await bring(context, piece)
    await db.transaction(async tx => {
      const { made, undo, notes = [] } = await write(tx)
      await settlePiece(tx, archive.id, piece.n, { result: 'done', made, undo, notes })
    })
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    await db.transaction(tx => settlePiece(tx, archive.id, piece.n, { result: 'failed', notes: [{ code: 'failed', text: reason }] }))
  }
}
