/** The authors' share of a room's price: by what was sung in it, each song counted, each work by its signed sheets. */
import type { Tx } from '../foundation/db.ts'
import { sharesForTracks } from '../rights/index.ts'
import type { Part } from '../shop/index.ts'
import { sungInLines } from './store-songs.ts'
import { clock } from '../foundation/clock.ts'

/**
 * Whose the money of these lines is. Nothing was sung, or the room gives nothing: the page's owner's, as ever. Else `authors` basis points go to those who share
 * in the works sung (a work without a sheet: whoever keeps its release), weighed by how often each was sung; the rest is the owner's.
 */
export async function sharesOfSongs(tx: Tx, lines: readonly { id: string }[]): Promise<Map<string, readonly Part[]>> {
  const sung = await sungInLines(
    tx,
    lines.map(line => line.id),
  )
  if (sung.length === 0) return new Map()
  const at = clock.now()
  const shares = await sharesForTracks(tx, sung)
  const all = new Map<string, readonly Part[]>()
  for (const [line, songs] of Map.groupBy(sung, one => one.line)) {
    const { authors, owner } = songs[0]!
    const weights = new Map<string, bigint>()
    let times = 0n
    const add = (party: string, weight: bigint): void => void weights.set(party, (weights.get(party) ?? 0n) + weight)
    for (const { track, many } of songs) {
      const found = shares(track, at)
      if (found === undefined) continue
      times += BigInt(many)
      const work = found.tracks[0]?.work
      if (work === null || work === undefined) add(found.owner, BigInt(many) * 10_000n)
      else for (const { party, shareBp } of work) add(party, BigInt(many) * BigInt(shareBp))
    }
    if (times === 0n || owner === null) continue
    const parts: Part[] = [...weights]
      .map(([receiver, weight]) => ({ receiver, role: 'sung', weight: weight * BigInt(authors), shareBp: null }))
      .toSorted((a, b) => (a.receiver < b.receiver ? -1 : 1))
    all.set(line, [{ receiver: owner, role: '', weight: times * 10_000n * BigInt(10_000 - authors), shareBp: 10_000 - authors }, ...parts])
  }
  return all
}
