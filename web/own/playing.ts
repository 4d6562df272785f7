/** Own files in the one player, beside what the planet plays. */
import type { QueryClient } from '@tanstack/react-query'
import { parseTimed } from '../../shared/timedtext/index.ts'
import { read, type Ok } from '../api.ts'
import { player } from '../player/player.ts'
import { wordsOf } from './library.ts'
import { ownPlayable, type OwnTrack } from './track.ts'

export function playOwn(tracks: readonly OwnTrack[], start: OwnTrack | undefined, unknownArtist: string): void {
  const can = tracks.filter(track => track.problem === null)
  player.playTracks(
    can.map(track => ownPlayable(track, unknownArtist)),
    Math.max(0, start ? can.indexOf(start) : 0),
  )
}

/** Puts the words of what plays where the player's pages look for them. They are nobody's business: nothing is asked of the planet for own files. */
export function lendWords(client: QueryClient): void {
  let last = ''
  const look = (): void => {
    const track = player.track
    if (!track?.own || !track.hasLyrics || track.id === last) return
    last = track.id
    void wordsOf(track.id).then(words => {
      if (!words) return
      const { lines, timing, language } = parseTimed(words.source, words.hint)
      const told: Partial<Ok<'GET /tracks/:id/lyrics'>> & Record<string, unknown> = {
        track: track.id,
        language,
        timing,
        lines,
        translationLanguage: null,
        romanised: lines.some(line => line.romanisation),
        parts: [],
      }
      client.setQueryData(read('GET /tracks/:id/lyrics', { id: track.id }).queryKey as readonly unknown[], told)
    })
  }
  player.subscribe(look)
  look()
}
