import type { Ok } from '../api.ts'

/** A track as the API tells it. */
export type Track = Ok<'GET /tracks'>['items'][number]
export type PlaySource =
  | 'release'
  | 'artist'
  | 'search'
  | 'playlist'
  | 'queue'
  | 'home'
  | 'track'
  | 'library'
  | 'external'
  | 'radio'
  | 'mix'

/** What the player keeps of a track. It survives a restart in localStorage, so it is small. */
export type Playable = Pick<
  Track,
  'id' | 'title' | 'durationMs' | 'artists' | 'release' | 'cover' | 'playable' | 'loudness' | 'hasLyrics'
> &
  Partial<Pick<Track, 'disc' | 'number'>> & {
    source: PlaySource
    /** A file of this device (`own:<hash>`), unknown to the planet. */ own?: true
  }

export const playable = (track: Track, source: PlaySource): Playable => ({
  id: track.id,
  title: track.title,
  durationMs: track.durationMs,
  disc: track.disc,
  number: track.number,
  artists: track.artists,
  release: track.release,
  cover: track.cover,
  playable: track.playable,
  loudness: track.loudness,
  hasLyrics: track.hasLyrics,
  source,
})

export const previewMs = 30_000

/** How long it sounds for this listener, in ms. */
export const soundingMs = (track: Pick<Playable, 'durationMs' | 'playable'>): number =>
  track.playable === 'preview' ? Math.min(previewMs, track.durationMs) : track.durationMs

export const artistNames = (artists: readonly { name: string }[]): string => artists.map(artist => artist.name).join(', ')

/** Which of the renditions this browser can play. */
export function codecFor(canPlay: (type: string) => string): 'aac' | 'opus' | null {
  if (canPlay('audio/mp4; codecs="mp4a.40.2"') !== '') return 'aac'
  if (canPlay('audio/mp4; codecs="opus"') !== '' || canPlay('audio/webm; codecs="opus"') !== '') return 'opus'
  return null
}
