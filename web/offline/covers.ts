/** Pictures of what is kept, at their own addresses: the service worker shows them where the planet cannot. */
import type { Playable } from '../player/track.ts'
import { coverCache } from '../sw/told.ts'
import type { KeptTrack } from './rules.ts'

/** Where there is no picture a planet stands in: the worker draws it by itself. */
const picturesOf = ({ cover }: Pick<Playable, 'cover'>): string[] => (cover ? [cover.small, cover.medium, cover.large] : [])

export async function keepCovers(track: Pick<Playable, 'cover'>): Promise<void> {
  const cache = await caches.open(coverCache)
  for (const address of picturesOf(track)) {
    if (await cache.match(address)) continue
    // A missing picture does not stop the music.
    const response = await fetch(address).catch(() => null)
    if (response?.ok) await cache.put(address, response)
  }
}

/** Drops the pictures that nothing kept needs any more. */
export async function dropCovers(left: readonly KeptTrack[]): Promise<void> {
  const wanted = new Set(left.flatMap(one => picturesOf(one.track)))
  const cache = await caches.open(coverCache)
  for (const { url } of await cache.keys()) if (!wanted.has(new URL(url).pathname)) await cache.delete(url)
}
