/** What pages can do with a few words said about it. */
import type { Track } from '../player/track.ts'
import { toast } from '../ui/toast.tsx'
import { currentShelf, keepSet, removeSets, setMoving, shelfNow, canKeep, type SetWanted } from './kept.ts'
import { work } from './keeper.ts'
import { offlineWords } from './start.ts'

/** Asks the browser not to clear what is kept; it may say no. */
export const protect = async (): Promise<boolean> => (await navigator.storage?.persist?.().catch(() => false)) ?? false

export async function keep(set: SetWanted, tracks: readonly Track[]): Promise<void> {
  const t = await offlineWords()
  if (!canKeep()) return toast(t.offline.app.needsHttps, { tone: 'bad' })
  let kept: number
  try {
    kept = await keepSet(set, tracks)
  } catch {
    return toast(t.offline.quotaToast, { tone: 'bad' })
  }
  if (kept === 0) return toast(t.offline.nothingToKeep)
  if (kept < tracks.length) toast(t.offline.someOnly(kept, tracks.length))
  void protect()
  work()
}

export async function goOn(id: string): Promise<void> {
  await setMoving(id, true)
  work()
}
export const pause = (id: string): Promise<void> => setMoving(id, false)

export async function remove(id: string): Promise<void> {
  const title = currentShelf().sets.find(set => set.id === id)?.title ?? ''
  await removeSets([id])
  toast((await offlineWords()).offline.removed(title))
}

/** A single track: kept when it is not, else one may take it off again. */
export async function keepTrack(track: Track): Promise<void> {
  const { sets } = await shelfNow()
  const t = await offlineWords()
  if (sets.some(set => set.id === track.id))
    return toast(t.offline.keptToast(track.title), { action: { label: t.offline.remove, run: () => void remove(track.id) } })
  const by = track.artists.map(artist => artist.name).join(', ')
  await keep({ id: track.id, kind: 'track', title: track.title, by, cover: track.cover }, [track])
}
