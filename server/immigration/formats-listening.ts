/** Listening histories of other services: Spotify (both exports), ListenBrainz, Last.fm as table. */
import { cut, isrcOf, mbidOf, object, orNull, timeOf, type Listen } from './told.ts'

/** Thirty seconds are heard; shorter ones were skipped over. */
export const fewestMs = 30_000

export function spotifyListen(now: Date) {
  return (row: Record<string, unknown>): Listen | null => {
    const at = timeOf(row['ts'] ?? row['endTime'], now)
    const ms = Number(row['ms_played'] ?? row['msPlayed'])
    const title = cut(row['master_metadata_track_name'] ?? row['trackName'])
    const artist = cut(row['master_metadata_album_artist_name'] ?? row['artistName'])
    if (!at || title === '' || artist === '' || !(ms >= fewestMs)) return null
    // They tell when it ended.
    return {
      at: new Date(at.getTime() - ms),
      title,
      artist,
      album: orNull(cut(row['master_metadata_album_album_name'])),
      durationMs: null,
      isrc: null,
      mbid: null,
    }
  }
}
export function brainzListen(now: Date) {
  return (row: Record<string, unknown>): Listen | null => {
    const told = object(row['track_metadata'])
    const more = object(told['additional_info'])
    const at = timeOf(Number(row['listened_at']), now)
    const title = cut(told['track_name'])
    const artist = cut(told['artist_name'])
    if (!at || title === '' || artist === '') return null
    const ms = Number(more['duration_ms'] ?? Number(more['duration']) * 1000)
    return {
      at,
      title,
      artist,
      album: orNull(cut(told['release_name'])),
      durationMs: ms > 0 && ms < 86_400_000 ? Math.round(ms) : null,
      isrc: isrcOf(more['isrc']),
      mbid: mbidOf(more['recording_mbid'] ?? object(told['mbid_mapping'])['recording_mbid']),
    }
  }
}
export function lastfmListen(now: Date) {
  return (row: Record<string, unknown>): Listen | null => {
    const at = timeOf(row['uts'] !== undefined ? Number(row['uts']) : (row['utc_time'] ?? row['date']), now)
    const title = cut(row['track'])
    const artist = cut(row['artist'])
    if (!at || title === '' || artist === '') return null
    return { at, title, artist, album: orNull(cut(row['album'])), durationMs: null, isrc: null, mbid: mbidOf(row['track_mbid']) }
  }
}
