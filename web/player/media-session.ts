import { soundSettings } from './sound-settings.ts'
import { artistNames, type Playable } from './track.ts'

/** What the system's keys can do to the player. */
type Controls = {
  readonly positionMs: number
  play: () => void
  pause: () => void
  previous: () => void
  next: () => void
  seek: (milliseconds: number) => void
  seekBy: (milliseconds: number) => void
  getState: () => { durationMs: number }
}

let told: string | null = null

/** Tells the operating system what plays: lock screen, media keys, headphones. */
export function tellSystem(track: Playable | null, status: string, player: Controls, positionMs = player.positionMs): void {
  if (!('mediaSession' in navigator)) return
  const session = navigator.mediaSession
  if (!track) {
    session.metadata = null
    session.playbackState = 'none'
    session.setPositionState()
    told = null
    return
  }
  if (told !== track.id) {
    told = track.id
    const { cover } = track
    session.metadata = new MediaMetadata({
      title: track.title,
      artist: artistNames(track.artists),
      album: track.release.title,
      artwork: cover
        ? (
            [
              ['small', 300],
              ['medium', 640],
              ['large', 1200],
            ] as const
          ).map(([which, px]) => ({ src: cover[which], sizes: `${px}x${px}` }))
        : [{ src: '/favicon.svg', sizes: 'any', type: 'image/svg+xml' }],
    })
    const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
      ['play', () => player.play()],
      ['pause', () => player.pause()],
      ['previoustrack', () => player.previous()],
      ['nexttrack', () => player.next()],
      ['seekbackward', details => player.seekBy(-1000 * (details.seekOffset ?? 10))],
      ['seekforward', details => player.seekBy(1000 * (details.seekOffset ?? 10))],
      ['seekto', details => details.seekTime !== undefined && player.seek(details.seekTime * 1000)],
      ['stop', () => player.pause()],
    ]
    for (const [action, handler] of actions) {
      try {
        session.setActionHandler(action, handler)
      } catch {
        // This browser does not know the action.
      }
    }
  }
  session.playbackState = status === 'playing' || status === 'loading' ? 'playing' : 'paused'
  const { durationMs } = player.getState()
  if (durationMs > 0)
    session.setPositionState({
      duration: durationMs / 1000,
      // The clock of the sound may be a little past the length that was told.
      position: Math.min(durationMs, Math.max(0, positionMs)) / 1000,
      playbackRate: soundSettings().speed,
    })
}
