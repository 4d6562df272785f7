/** Signing out takes along what this device keeps for the person: music, what was heard and not told yet, who it was. */
import { tellPlays } from './contact.ts'
import { currentShelf, refresh, removeSets, removeTracks } from './kept.ts'
import { forgetPlay, unsentPlays } from './unsent.ts'
import { lastKnown, remember } from './who.ts'

/** Before: while the session still holds, plays heard without a network are told. */
export const beforeLeaving = (): Promise<number> => tellPlays(lastKnown())

export async function afterLeaving(): Promise<void> {
  const account = lastKnown()
  remember(null)
  for (const play of unsentPlays()) if (play.by) forgetPlay(play.id)
  await refresh()
  const { tracks, sets } = currentShelf()
  await removeTracks([...tracks.values()].filter(one => one.account === account && account !== '').map(one => one.id))
  await removeSets(sets.filter(set => set.account !== '').map(set => set.id))
}
