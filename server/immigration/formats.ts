/** What other services and programs let people take along, as plain facts. Shapes were taken from their documentation; whatever does not fit is left out and counted. */
import { parse } from 'csv-parse/sync'
import { byColumn, catalogueRows, columns, planetRelease, roles, upcOf } from './formats-catalogue.ts'
import { brainzListen, lastfmListen, spotifyListen } from './formats-listening.ts'
import { array, collect, cut, object, orNull, type Kept, type Read, type ToldRelease } from './told.ts'

/** What parts the columns: the mark its first line has most of. */
const delimiterOf = (text: string): string => {
  const head = text.slice(0, text.search(/[\r\n]|$/))
  return [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0]!
}

function readTable(text: string, now: Date): Read {
  let rows: Record<string, string>[]
  try {
    rows = parse(text, {
      columns: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      delimiter: delimiterOf(text),
      max_record_size: 1_000_000,
    }) as Record<string, string>[]
  } catch {
    return { format: 'csv', what: 'nothing', skipped: 1 }
  }
  const head = Object.keys(rows[0] ?? {})
  const has = (...wanted: string[]) =>
    wanted.some(name =>
      head.some(
        column =>
          column
            .trim()
            .toLowerCase()
            .replaceAll(/[\s-]+/g, '_') === name,
      ),
    )
  if (has('email', 'e_mail', '邮箱') && !has('title', 'track')) {
    const column = head.find(name => /^(e[\s_-]?mail|邮箱)$/i.test(name.trim()))!
    const { found, skipped } = collect(rows, row => {
      const email = cut(row[column]).toLowerCase()
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? { email } : null
    })
    return { format: 'followers', what: 'followers', followers: found, skipped }
  }
  if (has('uts', 'utc_time') && has('track') && has('artist')) {
    const { found, skipped } = collect(rows, lastfmListen(now))
    return { format: 'lastfm', what: 'listens', listens: found, skipped }
  }
  const get = byColumn(head)
  const first = rows[0]
  const aCatalogue =
    first !== undefined &&
    ['release', 'title'].every(name => columns[name]!.some(alias => has(alias))) &&
    ['upc', 'isrc', 'file', 'composer', 'albumArtist', 'kind'].some(name => columns[name]!.some(alias => has(alias)))
  if (aCatalogue && get(first, 'title') !== undefined) {
    const { releases, skipped } = catalogueRows(rows, head)
    return { format: 'catalogue', what: 'catalogue', releases, skipped }
  }
  return { format: 'csv', what: 'playlist', skipped: 0 }
}

function readJson(value: unknown, now: Date): Read {
  const rows = array(value)
  const first = object(rows[0])
  if ('listened_at' in first) {
    const { found, skipped } = collect(rows, brainzListen(now))
    return { format: 'listenbrainz', what: 'listens', listens: found, skipped }
  }
  if ('endTime' in first || 'ms_played' in first) {
    const { found, skipped } = collect(rows, spotifyListen(now))
    return { format: 'spotify', what: 'listens', listens: found, skipped }
  }
  const top = object(value)
  if (top['format'] === 'planet-archive') return { format: 'planet', what: 'nothing', skipped: 0 }
  if (top['format'] === 'planet-catalogue') {
    const { found, skipped } = collect(array(top['releases']), row => {
      const parsed = planetRelease.safeParse(row)
      if (!parsed.success) return null
      const { artists, tracks, credits, ...rest } = parsed.data
      return {
        ...rest,
        upc: upcOf(rest.upc ?? ''),
        artists: artists.map(artist => artist.name).filter(Boolean),
        problems: [],
        tracks: tracks.map(track => ({
          ...track,
          artists: track.artists.map(artist => artist.name).filter(Boolean),
          isrc: null,
          iswc: null,
          file: null,
          credits: credits.filter(credit => roles.has(credit.role) && credit.name !== ''),
          lyrics: null,
        })),
      } satisfies ToldRelease
    })
    return { format: 'planet', what: 'catalogue', releases: found, skipped }
  }
  if (Array.isArray(top['playlists'])) {
    const { found, skipped } = collect(top['playlists'], row => {
      const tracks = array(row['items']).flatMap(item => {
        const track = object(object(item)['track'])
        const title = cut(track['trackName'])
        return title === '' ? [] : [{ title, artist: cut(track['artistName']), album: cut(track['albumName']) }]
      })
      const name = cut(row['name'], 200)
      return name === '' || tracks.length === 0 ? null : { name, note: cut(row['description'], 2000), tracks }
    })
    return { format: 'spotify', what: 'lists', lists: found, skipped }
  }
  if (Array.isArray(top['tracks']) && (Array.isArray(top['albums']) || Array.isArray(top['artists']))) {
    const tracks = collect(top['tracks'], (row): Kept | null =>
      cut(row['track']) === ''
        ? null
        : { kind: 'track', title: cut(row['track']), artist: cut(row['artist']), album: orNull(cut(row['album'])), id: null },
    )
    const albums = collect(array(top['albums']), (row): Kept | null =>
      cut(row['album']) === '' ? null : { kind: 'release', title: cut(row['album']), artist: cut(row['artist']), album: null, id: null },
    )
    const artists = collect(array(top['artists']), (row): Kept | null =>
      cut(row['name']) === '' ? null : { kind: 'artist', title: cut(row['name']), artist: '', album: null, id: null },
    )
    return {
      format: 'spotify',
      what: 'kept',
      kept: [...tracks.found, ...albums.found, ...artists.found],
      skipped: tracks.skipped + albums.skipped + artists.skipped,
    }
  }
  if ('playlist' in top || Array.isArray(top['tracks']) || Array.isArray(top['entries']))
    return { format: 'playlist', what: 'playlist', skipped: 0 }
  return { format: 'json', what: 'nothing', skipped: 1 }
}

/** A line of one of this planet's own lists: a track, a release or a page as the API tells it. */
function planetKept(path: string) {
  return (row: Record<string, unknown>): Kept | null => {
    const told = path.includes('ratings') ? object(row['track']) : row
    const artist = cut(object(array(told['artists'])[0])['name'])
    const id = cut(told['id'])
    if (/track|ratings/.test(path))
      return cut(told['title']) === ''
        ? null
        : { kind: 'track', title: cut(told['title']), artist, album: orNull(cut(object(told['release'])['title'])), id }
    if (path.includes('release'))
      return cut(told['title']) === '' ? null : { kind: 'release', title: cut(told['title']), artist, album: null, id }
    return cut(told['name']) === '' ? null : { kind: 'artist', title: cut(told['name']), artist: '', album: null, id }
  }
}

/** What a text is, and what it holds. `now`: what was heard later is a mistake. */
export function readText(path: string, text: string, now: Date): Read {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  if (['m3u', 'm3u8', 'jspf', 'xspf'].includes(ending)) return { format: 'playlist', what: 'playlist', skipped: 0 }
  if (ending === 'csv' || ending === 'tsv') return readTable(text, now)
  if (ending === 'json') {
    try {
      return readJson(JSON.parse(text.replace(/^\uFEFF/, '')), now)
    } catch {
      return { format: 'json', what: 'nothing', skipped: 1 }
    }
  }
  if (ending === 'jsonl') {
    let broken = 0
    const rows = text.split('\n').flatMap(line => {
      if (line.trim() === '') return []
      try {
        return [JSON.parse(line) as unknown]
      } catch {
        broken++
        return []
      }
    })
    if ('listened_at' in object(rows[0])) {
      const { found, skipped } = collect(rows, brainzListen(now))
      return { format: 'listenbrainz', what: 'listens', listens: found, skipped: skipped + broken }
    }
    if (/(^|\/)library\/(follows|favourite-[a-z]+)\.jsonl$/.test(path)) {
      const { found, skipped } = collect(rows, planetKept(path))
      return { format: 'planet', what: 'kept', kept: found, skipped: skipped + broken }
    }
    return { format: 'planet', what: 'nothing', skipped: 0 }
  }
  return { format: ending, what: 'nothing', skipped: 1 }
}
