import { useWords } from '../i18n/use.tsx'
import { artistNames } from './track.ts'
import { usePlayer, useTrack } from './use.ts'

/** Tells screen readers when the track changes or cannot be played. One beside the page, one inside the whole screen (which hides the page). */
export function Announcer() {
  const t = useWords()
  const track = useTrack()
  const status = usePlayer(state => state.status)
  const text = !track
    ? ''
    : status === 'failed'
      ? t.player.cannotPlay(track.title)
      : status === 'playing'
        ? t.player.playing(track.title, artistNames(track.artists))
        : ''
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  )
}
