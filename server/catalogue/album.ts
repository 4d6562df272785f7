/** From what files, names and notes say to albums: which files belong together, in which order, by whom. Pure. */
import { artistsOf, discFolder, fold, guestsIn, isPlainFolder, isVarious, readFileName, readFolderName, type ArtistName } from './names.ts'
import type { Tags } from '../media/index.ts'

export type SongCredit = { role: string; name: string; detail: string | null }
/** What one file says of itself; kept, so that the next import knows what has changed in it. */
export type Song = {
  title: string
  artists: ArtistName[]
  album: string | null
  albumArtists: string[]
  compilation: boolean
  disc: number | null
  number: number | null
  date: string | null
  genre: string | null
  label: string | null
  catalogNumber: string | null
  upc: string | null
  isrc: string | null
  /** MusicBrainz recording id. */
  mbid?: string | null
  copyright: string | null
  description: string | null
  bpm: number | null
  key: string | null
  language: string | null
  durationMs: number
  credits: SongCredit[]
  lyrics: string | null
}
/** What an `album.json` beside the files says. */
export type AlbumNote = {
  title: string | null
  artist: string | null
  date: string | null
  genre: string | null
  label: string | null
  description: string | null
  copyright: string | null
  cover: string | null
  tracks: Map<string, { title: string | null; artist: string | null; number: number | null; disc: number | null; bpm: number | null }>
}
export type Placed = { path: string; song: Song }
export type Album = {
  title: string
  /** Names of the album's artists; empty: nobody is named. */
  artists: string[]
  various: boolean
  kind: 'album' | 'ep' | 'single' | 'compilation'
  date: string | null
  genre: string | null
  label: string | null
  catalogNumber: string | null
  upc: string | null
  copyright: string | null
  description: string | null
  /** The folder all of it lies in, disc folders aside. */
  folder: string
  songs: (Placed & { disc: number; number: number })[]
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
export const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
/** The album's folder: a disc's folder counts as the one above. */
export function albumFolder(folder: string): string {
  return discFolder(nameOf(folder)) === null ? folder : folderOf(folder)
}

const isrcOf = (list: readonly string[]): string | null =>
  list.map(code => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')).find(code => /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(code)) ?? null
const mbidOf = (id: string | null): string | null => {
  const plain = (id ?? '').toLowerCase()
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(plain) ? plain : null
}
const upcOf = (barcode: string | null): string | null => {
  const digits = (barcode ?? '').replaceAll(/\D/g, '')
  return /^\d{12,13}$/.test(digits) ? digits : null
}

/** One file's own story: tags first, then the note beside it, then its name. */
export function songOf(path: string, tags: Tags, durationMs: number, note: AlbumNote | null): Song {
  const file = readFileName(nameOf(path))
  const noted = note?.tracks.get(nameOf(path)) ?? null
  const tagged = artistsOf(tags.artists.length > 0 ? tags.artists : tags.artist === null ? [] : [tags.artist])
  const named = noted?.artist ?? (tags.title === null ? file.artist : null) ?? note?.artist ?? null
  const title = tags.title ?? noted?.title ?? file.title
  const artists = tagged.length > 0 ? tagged : artistsOf(named === null ? [] : [named])
  for (const guest of guestsIn(title)) if (!artists.some(artist => fold(artist.name) === fold(guest.name))) artists.push(guest)
  const rights = [tags.copyright, tags.license].filter(text => text !== null)
  return {
    title: title.slice(0, 200),
    artists: artists.slice(0, 20).map(artist => ({ ...artist, name: artist.name.slice(0, 80) })),
    album: (tags.album ?? note?.title ?? null)?.slice(0, 200) ?? null,
    albumArtists:
      tags.albumArtists.length > 1
        ? tags.albumArtists.slice(0, 20)
        : tags.albumArtist !== null
          ? [tags.albumArtist]
          : tags.album === null && note?.artist != null
            ? [note.artist]
            : [],
    compilation: tags.compilation,
    disc: tags.discNo ?? noted?.disc ?? discFolder(nameOf(folderOf(path))) ?? file.disc,
    number: tags.trackNo ?? noted?.number ?? (tags.title === null ? file.number : null),
    date: tags.date ?? note?.date ?? null,
    genre: tags.genres[0]?.slice(0, 60) ?? note?.genre ?? null,
    label: tags.label[0]?.slice(0, 120) ?? note?.label ?? null,
    catalogNumber: tags.catalogNumber[0]?.slice(0, 60) ?? null,
    upc: upcOf(tags.barcode),
    isrc: isrcOf(tags.isrc),
    ...(mbidOf(tags.musicbrainz.recording) === null ? {} : { mbid: mbidOf(tags.musicbrainz.recording) }),
    copyright: rights.length > 0 ? [...new Set(rights)].join(' · ').slice(0, 500) : (note?.copyright ?? null),
    description: note?.description ?? null,
    bpm: tags.bpm ?? noted?.bpm ?? null,
    key: tags.key,
    language: tags.language,
    durationMs,
    credits: tags.credits.map(credit => ({ ...credit, name: credit.name.slice(0, 120) })),
    lyrics: tags.lyrics,
  }
}

const most = <T>(values: readonly T[]): T | null => {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best: T | null = null
  for (const [value, count] of counts) if (best === null || count > counts.get(best)!) best = value
  return best
}
const some = <T>(values: readonly (T | null)[]): T[] => values.filter(value => value !== null)
const mainNames = (song: Song): string[] => song.artists.filter(artist => artist.role === 'main').map(artist => artist.name)
const foldAll = (names: readonly string[]): string => names.map(fold).sort().join('|')

type Group = { title: string; folder: string; songs: Placed[]; single: boolean }

/** Gives songs without an album one: that of nearly all others in the folder, else the folder's own name, else each its own single. */
function albumless(folder: string, all: readonly Placed[], loose: Placed[], rootName: string): Group[] {
  const titles = all.map(({ song }) => song.album).filter(album => album !== null)
  const main = most(titles.map(fold))
  if (main !== null && titles.filter(title => fold(title) === main).length >= all.length * 0.8)
    return [{ title: titles.find(title => fold(title) === main)!, folder, songs: loose, single: false }]
  const named = loose.filter(({ song }) => song.artists.length > 0)
  const oneArtist = new Set(named.map(({ song }) => foldAll(mainNames(song)))).size === 1
  // Loose songs of many people in one folder are no album.
  if (named.length === loose.length && loose.length > 1 && !oneArtist)
    return loose.map(placed => ({ title: placed.song.title, folder, songs: [placed], single: true }))
  const title = folder === '' ? rootName : nameOf(folder)
  return [{ title: readFolderName(title).album, folder, songs: loose, single: false }]
}

/** One folder's files by album, and by album artist where one title stands for several. */
function groupsIn(folder: string, all: Placed[], rootName: string): Group[] {
  const byTitle = new Map<string, Placed[]>()
  const loose: Placed[] = []
  for (const placed of all) {
    if (placed.song.album === null || fold(placed.song.album) === '') loose.push(placed)
    else byTitle.set(fold(placed.song.album), [...(byTitle.get(fold(placed.song.album)) ?? []), placed])
  }
  const groups: Group[] = []
  for (const songs of byTitle.values()) {
    const title = most(songs.map(({ song }) => song.album!))!
    const byArtist = new Map<string, Placed[]>()
    for (const placed of songs) {
      const key = foldAll(placed.song.albumArtists)
      byArtist.set(key, [...(byArtist.get(key) ?? []), placed])
    }
    const unsaid = byArtist.get('') ?? []
    byArtist.delete('')
    const parts = [...byArtist.values()].sort((a, b) => b.length - a.length)
    // Those that do not name an album artist go with the most of those that do.
    if (parts.length === 0) parts.push(unsaid)
    else parts[0]!.push(...unsaid)
    for (const part of parts) groups.push({ title, folder, songs: part, single: false })
  }
  if (loose.length > 0) {
    for (const group of albumless(folder, all, loose, rootName)) {
      const there = group.single ? undefined : groups.find(other => fold(other.title) === fold(group.title))
      if (there === undefined) groups.push(group)
      else there.songs.push(...group.songs)
    }
  }
  return groups
}

/** Whose album it is: as its files say, else whoever is on all of them; null: many. */
function artistsOfGroup({ songs }: Group): string[] | null {
  const said = most(songs.filter(({ song }) => song.albumArtists.length > 0).map(({ song }) => song.albumArtists.join('\u0000')))
  if (said !== null) {
    const names = said.split('\u0000')
    const list = names.length > 1 ? names : artistsOf(names).map(artist => artist.name)
    return list.some(isVarious) ? null : list
  }
  if (songs.some(({ song }) => song.compilation)) return null
  const named = songs.filter(({ song }) => song.artists.length > 0)
  if (named.length === 0) return []
  const first = mainNames(named[0]!.song)
  if (named.every(({ song }) => foldAll(mainNames(song)) === foldAll(first))) return first
  const common = first.filter(name => named.every(({ song }) => song.artists.some(artist => fold(artist.name) === fold(name))))
  return common.length > 0 ? common : null
}

const related = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`) || a === '' || b === '' || folderOf(a) === folderOf(b)
const clash = (a: Group, b: Group): boolean => {
  const places = new Set(a.songs.filter(({ song }) => song.number !== null).map(({ song }) => `${song.disc ?? 1}/${song.number}`))
  const titles = new Set(a.songs.map(({ song }) => fold(song.title)))
  return b.songs.some(
    ({ song }) => (song.number !== null && places.has(`${song.disc ?? 1}/${song.number}`)) || titles.has(fold(song.title)),
  )
}

/** Numbers for all: as said where free, the rest behind the last of their disc, in the order of their names. */
export function numbered(songs: readonly Placed[]): Album['songs'] {
  const order = [...songs].sort(
    (a, b) =>
      (a.song.disc ?? 1) - (b.song.disc ?? 1) || (a.song.number ?? 9999) - (b.song.number ?? 9999) || natural.compare(a.path, b.path),
  )
  const taken = new Map<number, Set<number>>()
  const out: Album['songs'] = []
  const later: Placed[] = []
  for (const placed of order) {
    const disc = placed.song.disc ?? 1
    const there = taken.get(disc) ?? new Set()
    taken.set(disc, there)
    if (placed.song.number === null || there.has(placed.song.number)) {
      later.push(placed)
      continue
    }
    there.add(placed.song.number)
    out.push({ ...placed, disc, number: placed.song.number })
  }
  for (const placed of later) {
    const disc = placed.song.disc ?? 1
    const there = taken.get(disc)!
    const number = Math.max(0, ...there) + 1
    there.add(number)
    out.push({ ...placed, disc, number })
  }
  return out.sort((a, b) => a.disc - b.disc || a.number - b.number)
}

function kindOf(title: string, various: boolean, songs: readonly Placed[]): Album['kind'] {
  if (various) return 'compilation'
  const minutes = songs.reduce((sum, { song }) => sum + song.durationMs, 0) / 60_000
  if (songs.length === 1 || (songs.length <= 3 && songs.some(({ song }) => fold(song.title) === fold(title)))) return 'single'
  return songs.length <= 6 && minutes <= 30 ? 'ep' : 'album'
}

function albumOf(group: Group, rootName: string, aboveRoot: string): Album {
  const { songs } = group
  const found = artistsOfGroup(group)
  const folderName = group.folder === '' ? rootName : nameOf(group.folder)
  const folder = readFolderName(folderName)
  const above = group.folder === '' ? aboveRoot : folderOf(group.folder) === '' ? rootName : nameOf(folderOf(group.folder))
  // Nobody is named in any file: the folder's name, then the one above it.
  const byFolder = folder.artist ?? (isPlainFolder(above) ? null : readFolderName(above).album)
  const artists = found === null ? [] : found.length > 0 ? found : byFolder === null ? [] : [byFolder]
  const rights = [...new Set(some(songs.map(({ song }) => song.copyright)))]
  return {
    title: group.title.slice(0, 200),
    artists: artists.slice(0, 10).map(name => name.slice(0, 80)),
    various: found === null,
    kind: kindOf(group.title, found === null, songs),
    date:
      some(songs.map(({ song }) => song.date))
        .sort()
        .at(-1) ?? (fold(folder.album) === fold(group.title) ? folder.date : null),
    genre: most(some(songs.map(({ song }) => song.genre))),
    label: most(some(songs.map(({ song }) => song.label))),
    catalogNumber: most(some(songs.map(({ song }) => song.catalogNumber))),
    upc: most(some(songs.map(({ song }) => song.upc))),
    copyright: rights.length === 0 ? null : rights.join('; ').slice(0, 500),
    description: most(some(songs.map(({ song }) => song.description))),
    folder: group.folder,
    songs: numbered(songs),
  }
}

/**
 * Files into albums. `rootName` and `aboveRoot` are the names of the imported folder and of the one above it, for files that say nothing themselves.
 * One album may lie in several folders (discs, or a folder below) when title and artist agree and nothing in it clashes.
 */
export function albumsOf(files: readonly Placed[], rootName: string, aboveRoot: string): Album[] {
  const byFolder = new Map<string, Placed[]>()
  for (const placed of files) {
    const folder = albumFolder(folderOf(placed.path))
    const list = byFolder.get(folder)
    if (list === undefined) byFolder.set(folder, [placed])
    else list.push(placed)
  }
  const groups: Group[] = []
  const byName = new Map<string, Group[]>()
  for (const folder of [...byFolder.keys()].sort((a, b) => a.length - b.length || natural.compare(a, b))) {
    for (const group of groupsIn(folder, byFolder.get(folder)!, rootName)) {
      const artists = artistsOfGroup(group)
      const key = `${fold(group.title)}|${artists === null ? '*' : foldAll(artists)}`
      const there =
        group.single || artists?.length === 0
          ? undefined
          : byName.get(key)?.find(other => related(other.folder, group.folder) && !clash(other, group))
      if (there !== undefined) {
        there.songs.push(...group.songs)
        continue
      }
      groups.push(group)
      byName.set(key, [...(byName.get(key) ?? []), group])
    }
  }
  return groups.map(group => albumOf(group, rootName, aboveRoot))
}

export type Quality = { lossless: boolean; bitsPerSecond: number }
/** Lossless before lossy, then half as many bits again. */
export const isBetter = (a: Quality, b: Quality): boolean =>
  a.lossless !== b.lossless ? a.lossless : !a.lossless && a.bitsPerSecond > b.bitsPerSecond * 1.5
export const nearMs = 3000
/** Whether two files say that they are one recording: by a code of it and their lengths. */
export const sameCode = (a: Song, b: Song): boolean =>
  ((a.mbid != null && a.mbid === b.mbid) || (a.isrc !== null && a.isrc === b.isrc)) && Math.abs(a.durationMs - b.durationMs) <= nearMs
const stem = (path: string): string => path.replace(/\.[^./]+$/, '').toLowerCase()
/** One song in two formats beside each other: by name or code. */
export const sameSong = (a: { path: string; song: Song }, b: { path: string; song: Song }): boolean =>
  sameCode(a.song, b.song) ||
  (a.path !== b.path && stem(a.path) === stem(b.path) && Math.abs(a.song.durationMs - b.song.durationMs) <= nearMs)
export const sameAlbum = (a: Song, b: Song): boolean => fold(a.album ?? '') === fold(b.album ?? '')
