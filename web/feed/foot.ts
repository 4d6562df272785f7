import { useTrack } from '../player/use.ts'

/** What is held at the lower edge stands over the tabs, and over the player where it is: on phones only while there is music in it. */
export function useFoot(): string {
  return useTrack() ? 'bottom-[calc(var(--player-height)+var(--tabs-height))]' : 'bottom-(--tabs-height) lg:bottom-(--player-height)'
}
