/** Finding: for people, with what of each name was found; for other rooms, as ids; and the track that somebody else means. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { search } from '../../shared/search.ts'
import { releaseCards, tracksByIds } from '../catalogue/index.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { ask, filtered, others, type Asked } from './asking.ts'
import { beginAnew } from './indexing.ts'
import { askLines, bestLine } from './lines.ts'
import { marksOf } from './marks.ts'
import { findEntries, findLyrics, findOthers, kinds, readArtistCards, readNear, type Found, type Kind } from './store.ts'
import { listAll, matchPlaylists } from './store-match.ts'
import { editsOf, leftovers, nearest } from './typos.ts'
import { fold, wanted, type Piece } from './words.ts'

export type { Kind } from './store.ts'
type Entry = (typeof search.entries)['GET /search']
type Ok = Decoded<Entry['ok']>
type Line = Ok['lines'][number]

/** What was found, and what was looked for in the end: `pieces` as asked, or nearly so. */
type Looked = { found: Found[]; pieces: Piece[]; near: boolean; meant: string | null }

/** At most three statements: as asked; where that finds nothing, words that were meant, and what is nearly so. */
async function look(db: Read, asked: Asked, which: readonly Kind[], limit: number, offset: number): Promise<Looked> {
  const { pieces } = asked
  if (which.length === 0 || (pieces.length === 0 && !filtered(asked))) return { found: [], pieces, near: false, meant: null }
  const found = await findEntries(db, asked, which, limit, offset)
  if (found.length > 0 || pieces.length === 0) return { found, pieces, near: false, meant: null }
  const misspelled = [...new Set(pieces.filter(piece => !piece.han && editsOf(piece.text.length) > 0).map(piece => piece.text))]
  const known =
    misspelled.length === 0 ? [] : await readNear(db, [...new Set(misspelled.flatMap(word => leftovers(word, editsOf(word.length))))])
  const near = new Map(misspelled.map(word => [word, nearest(word, known, 6)] as const).filter(([, words]) => words.length > 0))
  const given = others(asked, near)
  if (given.length === 0) return { found: [], pieces, near: false, meant: null }
  const meant = pieces.map(piece => near.get(piece.text)?.[0] ?? piece.text)
  const changed = meant.some((word, i) => word !== pieces[i]!.text)
  return {
    found: await findOthers(db, asked, given, which, limit, offset),
    pieces: [...pieces, ...(changed ? wanted(meant.join(' ')).pieces : [])],
    near: true,
    meant: changed ? meant.join(' ') : null,
  }
}

/** Lines of songs: as asked, else nearly so. At most two statements. */
async function lookForLines(db: Read, viewer: Viewer | null, q: string, limit: number, offset: number): Promise<Line[]> {
  const query = askLines(q)
  if (query === null) return []
  const most = offset + limit
  const hits: (Omit<Line, 'track'> & { track: string; far: number })[] = []
  const take = async (given: { all: string[] }[], loose: boolean): Promise<void> => {
    const seen = new Set<string>()
    for (const row of await findLyrics(db, given, query.phrase, most + (loose ? 30 : 12))) {
      const best = seen.has(row.recording) ? null : bestLine(row.lines, query, loose)
      if (best === null) continue
      seen.add(row.recording)
      hits.push({
        track: row.track,
        line: row.lines[best.line]!,
        startMs: row.starts?.[best.line] ?? null,
        language: row.language,
        marks: best.marks,
        far: best.far,
      })
    }
  }
  await take([{ all: query.exact }], false)
  if (hits.length === 0 && query.others.length > 0) await take(query.others, true)
  const page = hits
    .map((hit, i) => ({ hit, i }))
    .sort((a, b) => a.hit.far - b.hit.far || a.i - b.i)
    .slice(offset, most)
    .map(({ hit }) => hit)
  const tracks = new Map((await tracksByIds(db, viewer, [...new Set(page.map(hit => hit.track))])).map(track => [track.id, track]))
  return page.flatMap(({ line, startMs, language, marks, track: id }) => {
    const track = tracks.get(id)
    return track === undefined ? [] : [{ track, line, startMs, language, marks }]
  })
}

const usual: readonly Kind[] = ['artist', 'track', 'release']
/** The best of each kind for a query, with the parts of it that were found. A fixed number of statements, however much is found. */
export async function searchAll(db: Read, viewer: Viewer | null, { q, kind, offset, limit }: InputOf<Entry['input']>): Promise<Ok> {
  const asked = ask(q)
  const which = kinds.filter(one => kind === undefined || kind === one)
  const wants = (one: 'line' | 'playlist'): boolean => (kind === undefined || kind === one) && asked.pieces.length > 0 && !filtered(asked)
  const [looked, lines, playlists] = await Promise.all([
    look(db, asked, which, limit + 1, offset),
    wants('line') ? lookForLines(db, viewer, q, limit + 1, offset) : [],
    wants('playlist')
      ? matchPlaylists(
          db,
          asked.pieces.map(piece => piece.text),
          fold(q),
          limit + 1,
          offset,
        )
      : [],
  ])
  const ids = (one: Kind): string[] => {
    const all = looked.found.filter(found => found.kind === one).map(found => found.id)
    return all.slice(offset, offset + limit + 1)
  }
  const mine = { artist: ids('artist'), release: ids('release'), track: ids('track') }
  const [artists, releases, tracks] = await Promise.all([
    readArtistCards(db, mine.artist.slice(0, limit)),
    releaseCards(db, viewer, mine.release.slice(0, limit)),
    tracksByIds(db, viewer, mine.track.slice(0, limit)),
  ])
  const pieces = [...looked.pieces, ...[asked.artist, asked.album].flatMap(filter => filter?.pieces ?? [])]
  const marks = (name: string) => marksOf(name, pieces, looked.near)
  return {
    artists: artists.map(artist => ({ ...artist, picture: pictureAddress(artist.picture), marks: marks(artist.name) })),
    releases: releases.map(release => ({
      ...release,
      marks: { title: marks(release.title), artists: release.artists.map(artist => marks(artist.name)) },
    })),
    tracks: tracks.map(track => ({
      ...track,
      marks: { title: marks(track.title), artists: track.artists.map(artist => marks(artist.name)), release: marks(track.release.title) },
    })),
    lines: lines.slice(0, limit),
    playlists: playlists.slice(0, limit).map(playlist => ({ ...playlist, marks: marks(playlist.name) })),
    order: [
      ...kinds
        .flatMap(one => {
          const best = looked.found.find(found => found.kind === one)
          return best === undefined || mine[one].length === 0 ? [] : [{ one, rank: best.rank }]
        })
        // Of equals: artist, song, release.
        .sort((a, b) => a.rank - b.rank || usual.indexOf(a.one) - usual.indexOf(b.one))
        .map(({ one }) => one),
      ...(lines.length > 0 ? (['line'] as const) : []),
      ...(playlists.length > 0 ? (['playlist'] as const) : []),
    ],
    more: [
      ...kinds.filter(one => mine[one].length > limit),
      ...(lines.length > limit ? (['line'] as const) : []),
      ...(playlists.length > limit ? (['playlist'] as const) : []),
    ],
    meant: looked.found.length > 0 ? looked.meant : null,
    unknownFilters: asked.unknown,
  }
}

/** Makes the index anew. Asked twice it is done once more from the beginning. */
export async function rebuild(tx: Tx): Promise<{ begun: boolean }> {
  await beginAnew(tx)
  await enqueue(tx, 'search.rebuild', {}, { key: 'search.rebuild', queue: 'search.rebuild' })
  return { begun: true }
}

export type Finding = { q: string; kinds?: readonly Kind[]; limit: number; offset?: number }
/** Ids, the best first. */
export type FoundIds = { artists: string[]; releases: string[]; tracks: string[] }

/** Public things by words, the best first. An empty query (`""` too) gives everything in a stable order, so that a client can page through all of it. */
export async function find(read: Read, _viewer: Viewer | null, { q, kinds: which = kinds, limit, offset = 0 }: Finding): Promise<FoundIds> {
  const asked = ask(q)
  if (limit <= 0) return { artists: [], releases: [], tracks: [] }
  if (asked.pieces.length === 0 && !filtered(asked)) {
    const of = (kind: Kind): Promise<string[]> | string[] => (which.includes(kind) ? listAll(read, kind, limit, offset) : [])
    const [artists, releases, tracks] = await Promise.all([of('artist'), of('release'), of('track')])
    return { artists, releases, tracks }
  }
  const { found } = await look(read, asked, which, limit, offset)
  const of = (kind: Kind): string[] =>
    found
      .filter(one => one.kind === kind)
      .map(one => one.id)
      .slice(offset, offset + limit)
  return { artists: of('artist'), releases: of('release'), tracks: of('track') }
}
