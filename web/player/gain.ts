/** Loudness: what a track is turned up or down by, so that all sound equally loud and none clips. */

export type Loudness = { /** LUFS */ track: number; /** LUFS */ album: number; /** dBTP */ peak: number }

const targetLufs = -14
const ceilingDbtp = -1

/**
 * Linear gain toward −14 LUFS. Never so much that the true peak passes −1 dBTP: a quiet track with loud peaks stays quiet.
 * A track without measurement, or with silence (−70 LUFS and less), plays as it is.
 */
export function gainFor(loudness: Loudness | null, by: 'track' | 'album' = 'track'): number {
  if (!loudness) return 1
  const lufs = by === 'album' ? loudness.album : loudness.track
  if (!Number.isFinite(lufs) || lufs <= -70) return 1
  const wanted = targetLufs - lufs
  const room = Number.isFinite(loudness.peak) ? ceilingDbtp - loudness.peak : 0
  return 10 ** (Math.min(wanted, room) / 20)
}

/** Loudness feels logarithmic: half way on the slider is about half as loud. `volume` and result run from 0 to 1. */
export const volumeCurve = (volume: number): number => Math.min(1, Math.max(0, volume)) ** 2

type Placed = { id: string; release: { id: string }; loudness: Loudness | null; disc?: number | undefined; number?: number | undefined }

/** Whether `next` comes later in the same release: then nothing may be heard between them. */
export function followsInAlbum(track: Placed, next: Placed): boolean {
  if (track.release.id !== next.release.id || track.id === next.id) return false
  if (track.number === undefined || next.number === undefined) return true
  return placeOf(next) > placeOf(track)
}
const placeOf = (track: Placed): number => (track.disc ?? 1) * 100_000 + (track.number ?? 0)

/**
 * The gain of the track at `index` of a queue. An album in its own order keeps the differences its makers wanted (its loudest peak bounds all of it);
 * a mix is evened track by track.
 */
export function gainInQueue(tracks: readonly Placed[], index: number, mode: 'auto' | 'album' | 'track' | 'off'): number {
  const track = tracks[index]
  if (!track?.loudness || mode === 'off') return 1
  const [before, after] = [tracks[index - 1], tracks[index + 1]]
  const inAlbum = (after && followsInAlbum(track, after)) || (before && followsInAlbum(before, track))
  if (mode === 'track' || (mode === 'auto' && !inAlbum)) return gainFor(track.loudness, 'track')
  const peak = Math.max(...tracks.map(one => (one.release.id === track.release.id && one.loudness ? one.loudness.peak : -Infinity)))
  return gainFor({ ...track.loudness, peak }, 'album')
}
