/**
 * Playlist files: M3U, JSPF, XSPF, our JSON and CSV, read from text somebody gave. Pure: no file and no address named in one is ever opened. What cannot be read is
 * undefined; what is too long is told by its lines.
 */
import { parse as parseCsv } from 'csv-parse/sync'
import { later } from '../foundation/later.ts'

const xml = later<typeof import('fast-xml-parser')>('fast-xml-parser')

export type Format = 'm3u' | 'jspf' | 'xspf' | 'json' | 'csv'
export type FileLine = {
  title: string
  artist: string
  album: string
  durationMs: number | null
  isrc: string | null
  /** An address of this planet's own: the track itself. */
  track: string | null
  /** What a file's name may mean besides: title and artist the other way round, or without a number before them. */
  guesses: { title: string; artist: string }[]
}
export type PlaylistFile = { format: Format; name: string; note: string; lines: FileLine[] }

const longest = 500
// eslint-disable-next-line no-control-regex
const clean = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
        // oxlint-disable-next-line no-control-regex
        .replace(/[\u0000-\u001f\u007f]+/g, ' ')
        .trim()
        .slice(0, longest)
    : ''
const trackId = /\btrk_[0-9a-hjkmnp-tv-z]{26}\b/
const isrcOf = (value: unknown): string | null => {
  const found = /([A-Z]{2}[A-Z0-9]{3}[0-9]{7})/.exec(clean(value).toUpperCase().replace(/[\s-]/g, ''))
  return found?.[1] ?? null
}
/** Milliseconds up to a day; anything else is unknown. */
const msOf = (value: unknown): number | null => {
  const number = Math.round(Number(value))
  return value !== null && value !== '' && Number.isFinite(number) && number > 0 && number <= 86_400_000 ? number : null
}

/** The file of a path or address: after the last slash of either kind, percent signs undone. */
function baseOf(path: string): string {
  const bare = /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? path.replace(/[?#].*$/, '') : path
  const last = bare.slice(Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\')) + 1)
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
/** What the name of a file says: `07 - Artist - Title.flac`, `Artist - Title (1).mp3`, `07. Title.ogg`. */
export function fromFileName(path: string): { title: string; artist: string; guesses: FileLine['guesses'] } {
  const name = clean(
    baseOf(path)
      .replace(/\.[a-z0-9]{2,5}$/i, '')
      .replace(/_/g, ' '),
  )
  const bare = name.replace(/^\s*(?:\d{1,2}[-.])?\d{1,3}\s*[-._)\]]*\s+/, '') || name
  const parts = bare.split(/\s+[-–—]\s+/).filter(part => part !== '')
  if (parts.length >= 2) {
    const [artist = '', ...rest] = parts
    const title = rest.at(-1)!
    return {
      title,
      artist,
      guesses: [
        { title: rest.join(' - '), artist },
        { title: artist, artist: title },
        { title: bare, artist: '' },
      ],
    }
  }
  return { title: bare, artist: '', guesses: bare === name ? [] : [{ title: name, artist: '' }] }
}

function line(given: {
  title?: unknown
  artist?: unknown
  album?: unknown
  durationMs?: number | null
  isrc?: unknown
  at?: unknown
}): FileLine | undefined {
  const at = clean(given.at)
  const named = at === '' ? { title: '', artist: '', guesses: [] } : fromFileName(at)
  const title = clean(given.title)
  const track = trackId.exec(at)?.[0] ?? null
  if (title === '' && named.title === '') return undefined
  return {
    title: title || named.title,
    artist: clean(given.artist) || (title === '' ? named.artist : ''),
    album: clean(given.album),
    durationMs: given.durationMs ?? null,
    isrc: isrcOf(given.isrc),
    track,
    guesses:
      track !== null
        ? []
        : title === ''
          ? named.guesses
          : [{ title: named.title, artist: named.artist }, ...named.guesses].filter(one => one.title !== ''),
  }
}

/** `#EXTINF:123 key="…",Artist - Title`: the comma that ends the attributes is the first outside of quotes. */
function extinf(text: string): { seconds: number; title: string; artist: string } {
  const found = /^#EXTINF:\s*(-?[\d.]{0,12})((?:[^,"]|"[^"]*")*),?(.*)$/i.exec(text)
  const label = clean(found?.[3])
  const cut = label.search(/\s[-–—]\s/)
  return cut < 0
    ? { seconds: Number(found?.[1] ?? 0), title: label, artist: '' }
    : { seconds: Number(found?.[1] ?? 0), artist: label.slice(0, cut).trim(), title: label.slice(cut + 3).trim() }
}

function readM3u(content: string): PlaylistFile {
  const out: PlaylistFile = { format: 'm3u', name: '', note: '', lines: [] }
  let said: ReturnType<typeof extinf> | undefined
  let album = ''
  let artist = ''
  for (const raw of content.split(/\r\n|\r|\n/)) {
    const text = raw.trim()
    if (text === '') continue
    if (/^#EXTINF:/i.test(text)) said = extinf(text)
    else if (/^#PLAYLIST:/i.test(text)) out.name = clean(text.slice(10))
    else if (/^#EXTALB:/i.test(text)) album = clean(text.slice(8))
    else if (/^#EXTART:/i.test(text)) artist = clean(text.slice(8))
    else if (!text.startsWith('#')) {
      const made = line({
        title: said?.title,
        artist: said?.artist || artist,
        album,
        durationMs: msOf((said?.seconds ?? 0) * 1000),
        at: text,
      })
      if (made) out.lines.push(made)
      said = undefined
      artist = ''
      album = ''
    }
  }
  return out
}

type Loose = Record<string, unknown>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
const first = (value: unknown): unknown => list(value)[0]

/** A track of JSPF or XSPF: they say the same. */
function spfLine(track: Loose): FileLine | undefined {
  const locations = [...list(track['location']), ...list(track['identifier'])].map(clean)
  const own = locations.find(text => trackId.test(text))
  const isrc = locations.find(text => /isrc[:/]/i.test(text))
  const extension = isObject(track['extension']) ? JSON.stringify(track['extension']).slice(0, 4000) : ''
  return line({
    title: track['title'],
    artist: track['creator'],
    album: track['album'],
    durationMs: msOf(track['duration']),
    isrc: isrc ?? /"isrc":"([^"]{12,20})"/i.exec(extension)?.[1],
    at: own ?? locations[0],
  })
}

function readJson(content: string): PlaylistFile | undefined {
  let data: unknown
  try {
    data = JSON.parse(content, (key, value: unknown) => (key === '__proto__' ? undefined : value))
  } catch {
    return undefined
  }
  if (isObject(data) && isObject(data['playlist'])) {
    const playlist = data['playlist']
    const lines = list(playlist['track'])
      .filter(isObject)
      .flatMap(track => spfLine(track) ?? [])
    return { format: 'jspf', name: clean(playlist['title']), note: clean(playlist['annotation']), lines }
  }
  const tracks = Array.isArray(data) ? data : isObject(data) ? list(data['tracks']) : []
  const lines = tracks.filter(isObject).flatMap(
    track =>
      line({
        title: track['title'] ?? track['name'],
        artist: Array.isArray(track['artist']) ? track['artist'].map(clean).join(', ') : track['artist'],
        album: track['album'],
        durationMs: msOf(track['durationMs']),
        isrc: track['isrc'],
        at: track['url'] ?? track['path'],
      }) ?? [],
  )
  if (lines.length === 0 && !(isObject(data) && 'tracks' in data)) return undefined
  return { format: 'json', name: isObject(data) ? clean(data['name']) : '', note: isObject(data) ? clean(data['note']) : '', lines }
}

/** Neither entities nor a document type are let in (trap 45). */
function readXspf(content: string): PlaylistFile | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(content)) return undefined
  let data: unknown
  try {
    data = new (xml().XMLParser)({ htmlEntities: true, ignoreAttributes: true, parseTagValue: false, removeNSPrefix: true }).parse(content)
  } catch {
    return undefined
  }
  const playlist = isObject(data) ? data['playlist'] : undefined
  if (!isObject(playlist)) return undefined
  const tracks = isObject(playlist['trackList']) ? list(playlist['trackList']['track']) : []
  const lines = tracks.filter(isObject).flatMap(track => spfLine(track) ?? [])
  return { format: 'xspf', name: clean(first(playlist['title'])), note: clean(first(playlist['annotation'])), lines }
}

const columns: Record<string, 'title' | 'artist' | 'album' | 'seconds' | 'durationMs' | 'isrc' | 'url'> = {
  title: 'title',
  name: 'title',
  track: 'title',
  'track name': 'title',
  标题: 'title',
  歌名: 'title',
  artist: 'artist',
  'artist name': 'artist',
  'artist name(s)': 'artist',
  歌手: 'artist',
  艺人: 'artist',
  album: 'album',
  'album name': 'album',
  专辑: 'album',
  seconds: 'seconds',
  'duration (ms)': 'durationMs',
  'track duration (ms)': 'durationMs',
  duration_ms: 'durationMs',
  durationms: 'durationMs',
  isrc: 'isrc',
  url: 'url',
  path: 'url',
}
function readCsv(content: string): PlaylistFile | undefined {
  const head = content.slice(0, 2000).split(/\r?\n|\r/)[0] ?? ''
  const delimiter = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0]!
  let rows: string[][]
  try {
    rows = parseCsv(content, { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: 20_000 })
  } catch {
    return undefined
  }
  const names = (rows[0] ?? []).map(cell => columns[cell.trim().toLowerCase().replace(/^'/, '')])
  if (!names.includes('title')) return undefined
  const lines = rows.slice(1).flatMap(row => {
    const of = (name: string): string => (row[names.indexOf(name as 'title')] ?? '').replace(/^'(?=[\s'"]*[=+\-@|%])/, '')
    const ms = names.includes('durationMs') ? msOf(of('durationMs')) : msOf(Number(of('seconds')) * 1000)
    return (
      line({
        title: of('title'),
        artist: of('artist'),
        album: of('album'),
        durationMs: ms,
        isrc: of('isrc'),
        at: names.includes('url') ? of('url') : '',
      }) ?? []
    )
  })
  return { format: 'csv', name: '', note: '', lines }
}

/** Reads a file by what it is; its name only says what plain text is. */
export function readPlaylistFile(file: string, given: string): PlaylistFile | undefined {
  const content = given.replace(/^\ufeff/, '')
  const start = content.trimStart().slice(0, 300)
  const read = (): PlaylistFile | undefined => {
    if (start.startsWith('{') || start.startsWith('[')) return readJson(content)
    if (start.startsWith('<')) return readXspf(content)
    if (/\.(csv|tsv|txt)$/i.test(file)) return readCsv(content) ?? readM3u(content)
    if (/^#EXTM3U/i.test(start) || /\.m3u8?$/i.test(file)) return readM3u(content)
    return readCsv(content) ?? readM3u(content)
  }
  const found = read()
  if (found === undefined) return undefined
  return { ...found, name: found.name || clean(baseOf(file).replace(/\.[a-z0-9]{2,5}$/i, '')) }
}
