/** How own files are listed: ordered, searched, grouped. Pure; thousands at each key press. */
import { albumKey, type OwnTrack } from './track.ts'

export const sorts = ['album', 'title', 'artist', 'added'] as const
export type Sort = (typeof sorts)[number]

export type Row =
  | {
      kind: 'album'
      key: string
      title: string | null
      artist: string | null
      year: number | null
      cover: string | null
      tracks: OwnTrack[]
    }
  | { kind: 'disc'; key: string; disc: number }
  /** `alike`: by the very artist whose name stands over the album. */
  | { kind: 'track'; key: string; track: OwnTrack; alike: boolean }

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Without case, marks and width, so that "bjork" finds "Björk" and full-width letters are letters. */
export const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

const hay = new WeakMap<OwnTrack, string>()
function hayOf(track: OwnTrack): string {
  let text = hay.get(track)
  if (text === undefined)
    hay.set(track, (text = plain([track.title, ...track.artists, track.album, track.albumArtist, track.path].filter(Boolean).join('\n'))))
  return text
}

/** Every word of the query stands somewhere in the track. */
export function search(tracks: readonly OwnTrack[], query: string): OwnTrack[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  return words.length === 0 ? [...tracks] : tracks.filter(track => words.every(word => hayOf(track).includes(word)))
}

const inAlbum = (a: OwnTrack, b: OwnTrack): number =>
  (a.disc ?? 1) - (b.disc ?? 1) || (a.number ?? 1e6) - (b.number ?? 1e6) || collator.compare(a.path, b.path)

/** Tracks in the order in which they are shown and played. */
export function ordered(tracks: readonly OwnTrack[], sort: Sort): OwnTrack[] {
  if (sort === 'title') return tracks.toSorted((a, b) => collator.compare(a.title, b.title))
  if (sort === 'added') return tracks.toSorted((a, b) => b.addedAt - a.addedAt || collator.compare(a.path, b.path))
  if (sort === 'artist')
    return tracks.toSorted(
      (a, b) => collator.compare(a.artists[0] ?? '\uffff', b.artists[0] ?? '\uffff') || collator.compare(a.title, b.title),
    )
  return albums(tracks).flatMap(album => album.tracks)
}

type Album = Extract<Row, { kind: 'album' }>

/** By the album's artist, then year, then name; what has no album comes last. */
export function albums(tracks: readonly OwnTrack[]): Album[] {
  const found = new Map<string, Album>()
  for (const track of tracks) {
    const key = albumKey(track)
    let album = found.get(key)
    if (!album) found.set(key, (album = { kind: 'album', key, title: track.album, artist: null, year: null, cover: null, tracks: [] }))
    album.tracks.push(track)
    album.cover ??= track.cover
    album.year ??= track.year
  }
  for (const album of found.values()) {
    album.tracks.sort(inAlbum)
    const names = new Set(album.tracks.map(track => track.albumArtist ?? track.artists[0] ?? ''))
    album.artist = names.size === 1 ? [...names][0] || null : (album.tracks.find(track => track.albumArtist)?.albumArtist ?? null)
  }
  return [...found.values()].toSorted(
    (a, b) =>
      Number(a.title === null) - Number(b.title === null) ||
      collator.compare(a.artist ?? '\uffff', b.artist ?? '\uffff') ||
      (a.year ?? 0) - (b.year ?? 0) ||
      collator.compare(a.title ?? '', b.title ?? ''),
  )
}

/** What the list shows, row by row. */
export function rows(tracks: readonly OwnTrack[], sort: Sort): Row[] {
  if (sort !== 'album') return ordered(tracks, sort).map(track => ({ kind: 'track', key: track.id, track, alike: false }))
  return albums(tracks).flatMap((album): Row[] => {
    const discs = new Set(album.tracks.map(track => track.disc ?? 1))
    let disc = 0
    return [
      album,
      ...album.tracks.flatMap((track): Row[] => {
        const row: Row = {
          kind: 'track',
          key: track.id,
          track,
          alike: track.artists.length > 0 && track.artists.join(', ') === album.artist,
        }
        if (discs.size < 2 || (track.disc ?? 1) === disc) return [row]
        disc = track.disc ?? 1
        return [{ kind: 'disc', key: `${album.key}-${disc}`, disc }, row]
      }),
    ]
  })
}
