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
