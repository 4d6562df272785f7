/** The dry run: what an archive holds, and what would become of each piece. Writes nothing but the pieces. */
import { basename } from 'node:path'
import { createHmac } from 'node:crypto'
import { Fault } from '../../shared/faults.ts'
import { releaseCards } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import * as playlists from '../playlists/index.ts'
import { find, matchTracks } from '../search/index.ts'
import { readText } from './formats.ts'
import { textOf, Unreadable, type Brought } from './opening.ts'
import { readKept, readKeptTrackIds, readOwnReleases, readPageNames, type NewPiece } from './store.ts'
import type { Kept, List, ToldRelease } from './told.ts'

export type Reading = { read: Read; viewer: Viewer; config: Config; page: { id: string; name: string } | null; signal: AbortSignal }
type Draft = Omit<NewPiece, 'n'>
export type Line = { title: string; artist: string; album: string; durationMs: number | null; isrc: string | null; track: string | null }

const sound = /\.(mp3|flac|ogg|oga|opus|m4a|mp4|aac|wav|aif|aiff)$/i
const beside = /\.(jpe?g|png|webp|lrc|ttml|trc|txt|pdf|cue|log|nfo|html?)$/i
/** A match that needs no second look. */
const sure = 0.7
const batch = 500
/** Pieces of one archive: more are told as one that is refused. */
const mostPieces = 50_000

/** Names compared as people mean them: without case, marks and spaces. */
export const same = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}\p{P}\p{S}\s]/gu, '')

const note = (code: string, text: string | number | null = null) => ({ code, text: text === null ? null : String(text) })
const piece = (given: Partial<Draft> & Pick<Draft, 'kind' | 'title' | 'file' | 'outcome' | 'data'>): Draft => {
  const usable = given.usable ?? (given.outcome === 'new' || given.outcome === 'partly' ? (given.count ?? 1) : 0)
  return { detail: '', count: 1, notes: [], ...given, usable, take: given.take ?? (given.outcome === 'new' || given.outcome === 'partly') }
}

/** Tracks of this planet for lines of a list; null where there is none that is surely meant. */
async function matched(read: Read, lines: readonly { title: string; artist: string; album: string | null }[]): Promise<(string | null)[]> {
  const out: (string | null)[] = []
  for (let i = 0; i < lines.length; i += batch)
    for (const match of await matchTracks(read, lines.slice(i, i + batch)))
      out.push(match !== null && match.certainty >= sure ? match.track : null)
  return out
}

function listPiece(file: string, list: { name: string; note: string; lines: Line[] }, own: ReadonlySet<string>): Draft {
  const found = list.lines.filter(line => line.track !== null).length
  const twice = own.has(same(list.name))
  return piece({
    kind: 'playlist',
    title: list.name,
    file,
    count: list.lines.length,
    usable: found,
    outcome: twice ? 'conflict' : found === list.lines.length ? 'new' : found > 0 ? 'partly' : 'missing',
    notes: [
      ...(twice ? [note('playlist_of_name')] : []),
      ...(found < list.lines.length ? [note('lines_missing', list.lines.length - found)] : []),
    ],
    data: { ...list, id: newId('pls') },
  })
}

async function lists({ read }: Reading, file: string, found: readonly List[], own: ReadonlySet<string>): Promise<Draft[]> {
  const out: Draft[] = []
  for (const list of found) {
    const tracks = await matched(read, list.tracks)
    const lines = list.tracks
      .slice(0, 10_000)
      .map((track, i): Line => ({ ...track, durationMs: null, isrc: null, track: tracks[i] ?? null }))
    out.push(listPiece(file, { name: list.name, note: list.note, lines }, own))
  }
  return out
}

/** A playlist file, read by the room that knows them all. */
async function playlistFile({ read, viewer }: Reading, file: string, text: string, own: ReadonlySet<string>): Promise<Draft[]> {
  const handler = playlists.routes.handlers['POST /playlists/read'] as unknown as (
    read: Read,
    viewer: Viewer,
    input: { file: string; content: string },
  ) => Promise<{ name: string; note: string; lines: (Omit<Line, 'track'> & { track: { id: string } | null; state: string })[] }>
  try {
    const found = await handler(read, viewer, { file: basename(file), content: text })
    const lines = found.lines.map(({ track, state, title, artist, album, durationMs, isrc }) => ({
      title,
      artist,
      album,
      durationMs,
      isrc,
      track: state === 'found' ? (track?.id ?? null) : null,
    }))
    return lines.length === 0
      ? []
      : [listPiece(file, { name: found.name || basename(file).replace(/\.[^.]*$/, ''), note: found.note, lines }, own)]
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [piece({ kind: 'playlist', title: basename(file), file, outcome: 'refused', notes: [note('unreadable')], data: {} })]
  }
}

/** Favourites and artists, found here by their names (or, from this planet's own archive, by their ids). */
async function kept({ read, viewer }: Reading, file: string, all: readonly Kept[]): Promise<Draft[]> {
  const wanted = all.filter(one => one.kind === 'track')
  const known = await readKeptTrackIds(
    read,
    wanted.flatMap(one => (one.id !== null && /^trk_\w{26}$/.test(one.id) ? [one.id] : [])),
  )
  const tracks = new Map<Kept, string | null>()
  const unknown = wanted.filter(one => one.id === null || !known.has(one.id))
  const found = await matched(read, unknown)
  for (const one of wanted) tracks.set(one, one.id !== null && known.has(one.id) ? one.id : null)
  for (const [i, one] of unknown.entries()) tracks.set(one, found[i] ?? null)
  const liked = await playlists.marksOf(
    read,
    viewer.id,
    [...tracks.values()].flatMap(id => id ?? []),
  )
  const out: Draft[] = []
  for (const one of all) {
    const told = { title: one.title, detail: one.artist, file }
    if (one.kind === 'track') {
      const track = tracks.get(one) ?? null
      const outcome = track === null ? 'missing' : liked.get(track)?.starredAt ? 'duplicate' : 'new'
      out.push(piece({ kind: 'favourite', ...told, outcome, data: { id: track } }))
      continue
    }
    const q = one.kind === 'release' ? `${one.artist} ${one.title}` : one.title
    const ids = await find(read, viewer, { q, kinds: [one.kind], limit: 5 })
    const cards =
      one.kind === 'release'
        ? (await releaseCards(read, viewer, ids.releases)).filter(
            card => same(card.title) === same(one.title) && card.artists.some(artist => same(artist.name) === same(one.artist)),
          )
        : (await readPageNames(read, ids.artists)).filter(page => same(page.name) === same(one.title))
    const id = cards[0]?.id ?? null
    const kind = one.kind === 'release' ? 'favourite' : 'follow'
    const there = id !== null && (await readKept(read, viewer.id, [id])).has(kind === 'follow' ? `${id} follow` : id)
    out.push(piece({ kind, ...told, outcome: id === null ? 'missing' : there ? 'duplicate' : 'new', data: { id } }))
  }
  return out
}

async function releases(
  reading: Reading,
  file: string,
  told: readonly ToldRelease[],
  sounds: readonly Brought[],
  used: Set<Brought>,
): Promise<Draft[]> {
  const { read, viewer, page } = reading
  const own = await readOwnReleases(read, viewer.id, page?.id ?? null)
  const byPath = new Map(sounds.map(one => [one.path.toLowerCase(), one]))
  const byName = Map.groupBy(sounds, one => basename(one.path).toLowerCase())
  const fileOf = (path: string | null): Brought | undefined => {
    if (path === null) return undefined
    const plain = path.replaceAll('\\', '/').toLowerCase()
    const exact = byPath.get(plain) ?? sounds.find(one => one.path.toLowerCase().endsWith(`/${plain}`))
    const named = byName.get(basename(plain)) ?? []
    return exact ?? (named.length === 1 ? named[0] : undefined)
  }
  return told.map(release => {
    const twin = own.find(one => (release.upc !== null && one.upc === release.upc) || same(one.title) === same(release.title))
    const files = release.tracks.map(track => fileOf(track.file))
    for (const one of files) if (one) used.add(one)
    const lost = release.tracks.filter((track, i) => track.file !== null && !files[i]).length
    const places = new Set(release.tracks.map(track => `${track.disc}.${track.number}`))
    const clash = places.size < release.tracks.length
    const notes = [
      ...(twin ? [note('release_here', twin.title)] : []),
      ...(lost > 0 ? [note('files_missing', lost)] : []),
      ...(files.every(one => !one) ? [note('no_sound')] : []),
      ...(clash ? [note('numbers_twice')] : []),
      ...(page === null && release.artists.length === 0 ? [note('no_artist')] : []),
      ...release.problems.slice(0, 20).map(problem => note('line', problem)),
    ]
    const whole = twin !== undefined && release.tracks.every(track => twin.tracks.some(title => same(title) === same(track.title)))
    const refused = release.tracks.length === 0 || (page === null && release.artists.length === 0)
    return piece({
      kind: 'release',
      title: release.title,
      detail: release.artists.join(', '),
      file,
      count: release.tracks.length,
      usable: refused || whole ? 0 : release.tracks.length,
      outcome: refused
        ? 'refused'
        : whole
          ? 'duplicate'
          : twin
            ? 'conflict'
            : release.problems.length > 0 || lost > 0 || clash
              ? 'partly'
              : 'new',
      notes,
      data: { release, files: files.map(one => one?.absolute ?? null) },
    })
  })
}

/** The keyed hash of an e-mail address: all that is kept of it. */
export const addressHash = (secret: string, email: string): string =>
  createHmac('sha256', secret).update(`immigration address ${email.trim().toLowerCase()}`).digest('base64url')

/** All pieces of what was brought, and what it was taken for. */
export async function readAll(reading: Reading, brought: readonly Brought[]): Promise<{ pieces: NewPiece[]; formats: string[] }> {
  const { read, viewer, config, page } = reading
  const now = clock.now()
  const own = new Set((await playlists.playlistsOf(read, viewer)).map(list => same(list.name)))
  const sounds = brought.filter(one => sound.test(one.path))
  const used = new Set<Brought>()
  const pieces: Draft[] = []
  const formats = new Set<string>()
  const strange: string[] = []
  for (const file of brought) {
    if (reading.signal.aborted) throw new Error('stopped before it was read')
    if (sound.test(file.path)) continue
    let text: string
    try {
      if (beside.test(file.path)) continue
      text = await textOf(file)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      strange.push(file.path)
      continue
    }
    const told = readText(file.path, text, now)
    const skipped = told.skipped > 0 && told.what !== 'nothing' ? [note('skipped', told.skipped)] : []
    if (told.what !== 'nothing') formats.add(told.format)
    else if (told.skipped > 0) strange.push(file.path)
    if (told.what === 'listens' && told.listens.length > 0) {
      const count = told.listens.length
      pieces.push(
        piece({
          kind: 'plays',
          title: basename(file.path),
          detail: told.format,
          file: file.path,
          count,
          usable: count,
          outcome: 'new',
          notes: skipped,
          data: { absolute: file.absolute, path: file.path },
        }),
      )
    } else if (told.what === 'kept') pieces.push(...(await kept(reading, file.path, told.kept)))
    else if (told.what === 'lists') pieces.push(...(await lists(reading, file.path, told.lists, own)))
    else if (told.what === 'playlist') pieces.push(...(await playlistFile(reading, file.path, text, own)))
    else if (told.what === 'catalogue') pieces.push(...(await releases(reading, file.path, told.releases, sounds, used)))
    else if (told.what === 'followers') {
      const addresses = [...new Set(told.followers.map(one => addressHash(config.secret, one.email)))].slice(0, 100_000)
      pieces.push(
        piece({
          kind: 'followers',
          title: basename(file.path),
          file: file.path,
          count: addresses.length,
          outcome: page === null ? 'refused' : 'new',
          notes: [...skipped, ...(page === null ? [note('choose_page')] : [])],
          data: { addresses },
        }),
      )
    }
  }
  const loose = sounds.filter(one => !used.has(one))
  if (loose.length > 0) {
    formats.add('folder')
    pieces.push(
      piece({
        kind: 'files',
        title: page?.name ?? '',
        file: '',
        count: loose.length,
        outcome: 'new',
        data: { files: loose.map(({ path, absolute }) => ({ path, absolute })) },
      }),
    )
  }
  if (strange.length > 0)
    pieces.push(
      piece({
        kind: 'files',
        title: '',
        file: strange.slice(0, 20).join('\n'),
        count: strange.length,
        outcome: 'refused',
        notes: [note('not_understood', strange.length)],
        data: {},
      }),
    )
  if (pieces.length > mostPieces) throw new Unreadable('too_many_pieces')
  return { pieces: pieces.map((one, n) => ({ ...one, n })), formats: [...formats] }
}
