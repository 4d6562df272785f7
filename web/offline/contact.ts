/** What happens when the planet can be reached (again): rights are asked for anew, plays heard meanwhile are told, favourites follow. */
import { api, type Ok } from '../api.ts'
import { asApiError } from '../api-call.ts'
import type { Track } from '../player/track.ts'
import { keepCovers } from './covers.ts'
import * as db from './db.ts'
import { changed, currentShelf, keepSet, refresh, removeSets, removeTracks } from './kept.ts'
import { afterAsking, ofOthers } from './rules.ts'
import { forgetPlay, unsentPlays } from './unsent.ts'
import { playable } from '../player/track.ts'

/** A play older than this would be counted at a wrong time: the planet takes no older ones. */
const oldestPlayMs = 7 * 86_400_000
/** Rights are asked for at most so often, unless the app was opened anew. */
export const askAgainMs = 3_600_000

/** Tells what was heard without a network, oldest first; how many were told. Told twice it is one play: its id says so. */
export async function tellPlays(account: string): Promise<number> {
  let told = 0
  for (const { by, ...play } of unsentPlays()) {
    if ((by ?? '') !== account) {
      // Someone else's: theirs while they may come back, but never told as this person's.
      if (account !== '' && by !== '') forgetPlay(play.id)
      continue
    }
    if (Date.now() - Date.parse(play.startedAt) > oldestPlayMs) {
      forgetPlay(play.id)
      continue
    }
    try {
      await api('POST /plays', play as never)
      forgetPlay(play.id)
      told++
    } catch (error) {
      const { status } = asApiError(error)
      if (status === 0 || status === 429 || status >= 500) return told
      // The planet will never take it: the track is gone, or it was told already.
      forgetPlay(play.id)
    }
  }
  return told
}

/**
 * Asks release by release whether what is kept may still be played, and drops what may not (trap 33: what is kept does not outlive the right). Returns how
 * many tracks went; null when the planet could not be asked.
 */
export async function recheck(account: string): Promise<number | null> {
  await refresh()
  const all = [...currentShelf().tracks.values()]
  const strangers = ofOthers(all, account)
  await removeTracks(strangers.map(one => one.id))
  await removeSets(ofOthers(currentShelf().sets, account).map(set => set.id))
  // Someone's own music is asked for as that person: signed out, nothing can be said about it.
  const mine = all.filter(one => one.account === account || one.account === '')
  const gone: string[] = []
  for (const release of new Set(mine.map(one => one.track.release.id))) {
    const tracks = await tracksOf(release)
    if (tracks === null) return gone.length === 0 ? null : await dropped(gone)
    for (const kept of mine.filter(one => one.track.release.id === release)) {
      const told = tracks.find(track => track.id === kept.id)
      if (told === undefined || afterAsking(kept, told, account) === 'drop') {
        gone.push(kept.id)
        continue
      }
      const track = playable(told, 'library')
      if (track.cover && track.cover.small !== kept.track.cover?.small) await keepCovers(track).catch(() => undefined)
      await db.changeTrack(kept.id, { track, free: told.streaming === 'full', checkedAt: Date.now() })
    }
  }
  await changed()
  return dropped(gone)
}

async function dropped(ids: string[]): Promise<number> {
  await removeTracks(ids)
  return ids.length
}

/** A release's tracks for this listener; none when it is gone, null when the planet could not be asked. */
async function tracksOf(id: string): Promise<Ok<'GET /releases/:id'>['tracks'] | null> {
  try {
    return (await api('GET /releases/:id', { id })).tracks
  } catch (error) {
    const { status } = asApiError(error)
    return status === 404 || status === 403 || status === 410 ? [] : null
  }
}

/** Favourites are kept by themselves where the listener said so. */
export async function followFavourites(account: string, title: string): Promise<void> {
  const { settings, sets } = currentShelf()
  const id = 'favourites'
  if (account === '' || !settings.automatic) return
  const tracks: Track[] = []
  let cursor: string | undefined
  do {
    const page: Ok<'GET /me/favourites'> = await api('GET /me/favourites', { limit: 100, ...(cursor ? { cursor } : {}) })
    tracks.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor && tracks.length < 500)
  const known = sets.find(set => set.id === id)
  if (known && known.tracks.join() === tracks.map(track => track.id).join()) return
  if (tracks.length === 0) return removeSets([id])
  await keepSet({ id, kind: 'favourites', title, by: '', cover: tracks[0]!.cover, automatic: true }, tracks)
  // Those that are no favourites any more lie in no set now.
  await removeSets([])
}
