import { useTrack } from '../player/use.ts'

/** Where a bar of actions stands on phones: on the tabs, or on the player when something is in it. */
export const useAbove = (): string =>
  useTrack() ? 'max-lg:bottom-[calc(var(--player-height)+var(--tabs-height))]' : 'max-lg:bottom-(--tabs-height)'
