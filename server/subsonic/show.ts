/** From rows to what the protocol shows. Pure. */
import { later } from '../foundation/later.ts'
import type { SimplePlaylist } from '../playlists/index.ts'
import type { Answer } from './answer.ts'
import type { AlbumRow, ArtistRow, Named, SongRow } from './store.ts'

const pinyinPro = later<typeof import('pinyin-pro')>('pinyin-pro')

/** Words at the beginning of a name that say nothing of its place in the alphabet. */
export const ignoredArticles = 'The El La Los Las Le Les'
const articles = new Set(ignoredArticles.toLowerCase().split(' '))

const letters = new Map<string, string>()
/** What a name is sorted by: Latin letters of its pinyin, without an article. */
export function sortName(name: string): string {
  const known = letters.get(name)
  if (known !== undefined) return known
  const latin = /[^\u0000-\u024f]/.test(name)
    ? pinyinPro().pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true }).join(' ')
    : name
  const words = latin
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .trim()
    .split(/\s+/)
  const made = (words.length > 1 && articles.has(words[0]!.toLowerCase()) ? words.slice(1) : words).join(' ').toLowerCase()
  if (letters.size > 50_000) letters.clear()
  letters.set(name, made)
  return made
}
/** Its letter in the index: A to Z, else #. */
export function letterOf(name: string): string {
  const first = sortName(name).charAt(0).toUpperCase()
  return first >= 'A' && first <= 'Z' ? first : '#'
}

/** Names under their letters, in order. */
export function indexed<T extends { name: string }>(rows: readonly T[]): { name: string; rows: T[] }[] {
  const byLetter = new Map<string, T[]>()
  const keyed = rows
    .map(row => ({ row, key: sortName(row.name) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.row.name < b.row.name ? -1 : 1))
  for (const { row } of keyed) {
    const letter = letterOf(row.name)
    const there = byLetter.get(letter)
    if (there === undefined) byLetter.set(letter, [row])
    else there.push(row)
  }
  return [...byLetter].sort(([a], [b]) => (a === '#' ? 1 : b === '#' ? -1 : a < b ? -1 : 1)).map(([name, list]) => ({ name, rows: list }))
}

const suffixes: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/mp4': 'm4a',
  'audio/aiff': 'aiff',
  'audio/aac': 'aac',
  'audio/webm': 'mka',
}
export function suffixOf(mime: string | null, name: string | null): string {
  const own = /\.(opus|oga)$/i.exec(name ?? '')?.[1]?.toLowerCase()
  return mime === 'audio/ogg' && own !== undefined ? own : (suffixes[mime ?? ''] ?? 'bin')
}

export const namesOf = (artists: readonly Named[]): string => artists.map(artist => artist.name).join(' & ')
const named = (artists: readonly Named[]) => artists.map(({ id, name }) => ({ id, name }))
const seconds = (ms: number): number => Math.round(ms / 1000)
const yearOf = (day: string | null): number | undefined => (day === null ? undefined : Number(day.slice(0, 4)))
const hundredth = (value: number): number => Math.round(value * 100) / 100
const inPath = (text: string): string => text.replaceAll('/', '_').slice(0, 120)
/** Gain to the loudness ReplayGain 2 means (−18 LUFS). */
const gain = (lufs: number | null): number | undefined => (lufs === null ? undefined : hundredth(-18 - lufs))

/** Whoever had a hand in it, by the protocol's names of roles. */
const roleNames: Record<string, { role: string; subRole?: string }> = {
  composer: { role: 'composer' },
  lyricist: { role: 'lyricist' },
  arranger: { role: 'arranger' },
  producer: { role: 'producer' },
  performer: { role: 'performer' },
  vocals: { role: 'performer', subRole: 'vocals' },
  guitar: { role: 'performer', subRole: 'guitar' },
  bass: { role: 'performer', subRole: 'bass' },
  drums: { role: 'performer', subRole: 'drums' },
  keys: { role: 'performer', subRole: 'keyboard' },
  strings: { role: 'performer', subRole: 'strings' },
  mixing: { role: 'mixer' },
  mastering: { role: 'engineer', subRole: 'mastering' },
}

/** Bits a second of the best rendition (aac256). */
const renditionBits = 256_000

export function showSong(row: SongRow): Answer & { id: string } {
  // What is for sale is sent as its best rendition to those who did not buy it: that is what its facts are of.
  const suffix = row.keeps ? suffixOf(row.mime, row.name) : 'm4a'
  const artist = row.artists[0]
  const albumArtist = row.releaseArtists[0]
  const bits = !row.keeps
    ? renditionBits
    : (row.bitsPerSecond ?? (row.sizeBytes !== null && row.durationMs > 0 ? (row.sizeBytes * 8000) / row.durationMs : 0))
  const credits = row.credits ?? []
  const place = `${row.disc > 1 ? `${row.disc}-` : ''}${String(row.number).padStart(2, '0')}`
  return {
    id: row.id,
    parent: row.release,
    isDir: false,
    title: row.title,
    album: row.releaseTitle,
    artist: namesOf(row.artists),
    track: row.number,
    year: yearOf(row.releasedOn),
    genre: row.genre ?? undefined,
    coverArt: row.release,
    size: row.keeps ? (row.sizeBytes ?? 0) : Math.round((row.durationMs * renditionBits) / 8000),
    contentType: row.keeps ? (row.mime ?? 'application/octet-stream') : 'audio/mp4',
    suffix,
    duration: seconds(row.durationMs),
    bitRate: Math.max(1, Math.round(bits / 1000)),
    bitDepth: row.keeps && row.lossless === true && row.bitsPerSample !== null ? row.bitsPerSample : undefined,
    samplingRate: row.sampleRate ?? undefined,
    channelCount: row.channels ?? undefined,
    path: `${inPath(albumArtist?.name ?? artist?.name ?? 'Unknown')}/${inPath(row.releaseTitle)}/${place} - ${inPath(row.title)}.${suffix}`,
    isVideo: false,
    userRating: row.rating > 0 ? row.rating : undefined,
    playCount: row.plays,
    discNumber: row.disc,
    created: row.createdAt,
    starred: row.starredAt === null ? undefined : new Date(row.starredAt),
    albumId: row.release,
    artistId: artist?.id,
    type: 'music',
    mediaType: 'song',
    bpm: row.bpm === null ? 0 : Math.round(row.bpm),
    sortName: sortName(row.title),
    isrc: row.isrc === null ? [] : [row.isrc],
    genres: row.genre === null ? [] : [{ name: row.genre }],
    artists: named(row.artists),
    displayArtist: namesOf(row.artists),
    albumArtists: named(row.releaseArtists),
    displayAlbumArtist: namesOf(row.releaseArtists),
    contributors: credits.flatMap(credit => {
      const role = roleNames[credit.role]
      return role === undefined || credit.page === null
        ? []
        : [{ role: role.role, subRole: credit.detail ?? role.subRole, artist: { id: credit.page, name: credit.name } }]
    }),
    displayComposer: [...new Set(credits.filter(credit => credit.role === 'composer').map(credit => credit.name))].join(', '),
    replayGain: {
      trackGain: gain(row.loudness),
      albumGain: gain(row.releaseLoudness),
      trackPeak: row.peak === null ? undefined : Math.round(10 ** (row.peak / 20) * 1e6) / 1e6,
    },
  }
}

export function showAlbum(row: AlbumRow): Answer & { id: string } {
  const artist = row.artists[0]
  const day = row.releasedOn === null ? undefined : row.releasedOn.split('-').map(Number)
  return {
    id: row.id,
    name: row.title,
    artist: namesOf(row.artists),
    artistId: artist?.id,
    coverArt: row.id,
    songCount: row.songs,
    duration: seconds(row.durationMs),
    playCount: row.plays,
    created: row.createdAt,
    starred: row.starredAt === null ? undefined : new Date(row.starredAt),
    userRating: row.rating > 0 ? row.rating : undefined,
    year: yearOf(row.releasedOn),
    genre: row.genre ?? undefined,
    genres: row.genre === null ? [] : [{ name: row.genre }],
    artists: named(row.artists),
    displayArtist: namesOf(row.artists),
    sortName: sortName(row.title),
    releaseTypes: [row.kind === 'ep' ? 'EP' : row.kind.charAt(0).toUpperCase() + row.kind.slice(1)],
    recordLabels: row.label === null ? [] : [{ name: row.label }],
    releaseDate:
      day === undefined
        ? {}
        : {
            year: day[0],
            month: row.releasedPrecision === 'year' ? undefined : day[1],
            day: row.releasedPrecision === 'day' ? day[2] : undefined,
          },
    isCompilation: row.kind === 'compilation',
  }
}
/** An album as a folder: what the older calls show. */
export function showAlbumFolder(row: AlbumRow): Answer & { id: string } {
  const { name, artist, artistId, coverArt, duration, playCount, created, starred, userRating, year, genre, songCount } = showAlbum(row)
  return {
    id: row.id,
    parent: artistId,
    isDir: true,
    title: name,
    name,
    album: name,
    artist,
    artistId,
    coverArt,
    duration,
    playCount,
    created,
    starred,
    userRating,
    year,
    genre,
    songCount,
    isVideo: false,
    mediaType: 'album',
  }
}

export const showArtist = (row: ArtistRow): Answer & { id: string } => ({
  id: row.id,
  name: row.name,
  coverArt: row.id,
  albumCount: row.albums,
  starred: row.starredAt === null ? undefined : new Date(row.starredAt),
  sortName: sortName(row.name),
})
export const showArtistFolder = (row: ArtistRow): Answer & { id: string } => ({
  id: row.id,
  name: row.name,
  coverArt: row.id,
  starred: row.starredAt === null ? undefined : new Date(row.starredAt),
})

export const showPlaylist = (row: SimplePlaylist, about: { songs: number; durationMs: number }): Answer & { id: string } => ({
  id: row.id,
  name: row.name,
  comment: row.note === '' ? undefined : row.note,
  owner: row.owner.name,
  public: row.public,
  songCount: about.songs,
  duration: seconds(about.durationMs),
  created: row.createdAt,
  changed: row.changedAt,
  coverArt: row.id,
  readonly: !row.editable,
})
