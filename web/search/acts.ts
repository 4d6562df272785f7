import type { QueryClient } from '@tanstack/react-query'
import { read } from '../api.ts'
import { player } from '../player/player.ts'
import { playable, type Track } from '../player/track.ts'
import type { Found } from './queries.ts'

export const canPlay = (track: Track): boolean => track.playable !== 'no' && track.state === 'ready'
const playAll = (tracks: readonly Track[]): void => player.playTracks(tracks.filter(canPlay).map(track => playable(track, 'search')))

export const playTrack = (track: Track): void => playAll([track])
/** Plays a song from where a line of it is sung. */
export function playLine({ track, startMs }: Found['lines'][number]): void {
  playAll([track])
  if (startMs === null || !canPlay(track)) return
  // There is nothing to seek in before it sounds.
  const stop = player.subscribe(() => {
    const { status, queue } = player.getState()
    const still = queue.entries[queue.at]?.track.id === track.id
    if (still && status === 'loading') return
    stop()
    if (still && status === 'playing') player.seek(startMs)
  })
}
export const playRelease = async (client: QueryClient, id: string): Promise<void> =>
  playAll((await client.ensureQueryData(read('GET /releases/:id', { id }))).tracks)
export const playArtist = async (client: QueryClient, id: string): Promise<void> =>
  playAll((await client.ensureQueryData(read('GET /artists/:id', { id }))).top)
