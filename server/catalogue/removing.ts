/** Taking releases out for good: what an undone immigration or an owner wants gone. What others have a right in stays. */
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { settleReleases } from './building.ts'
import { deleteSources } from './store-known.ts'
import { deleteRelease, deleteTrack, dropImports, dropRecording, heldBy, hide, moveTracks, silence, trackHeldBy } from './store-removing.ts'

/** Why a release cannot go: it was sold or is for sale, people share in it, or it was heard. */
export type Holder = 'sold' | 'shared' | 'heard'

/**
 * Removes a release with its tracks and the recordings and works that are on no other. The files of the sound stay in the store (another track may be of the same bytes).
 * Gives why it stays, `gone` when there is none, `removed` otherwise.
 */
export async function removeRelease(tx: Tx, release: string): Promise<Holder | 'gone' | 'removed'> {
  const held = await heldBy(tx, release)
  if (held === undefined) return 'gone'
  if (held !== null) return held
  await deleteRelease(tx, release)
  await tell(tx, { type: 'release_changed', release })
  return 'removed'
}

/** Removes one track, as `removeRelease` does a release. */
export async function removeTrack(tx: Tx, track: string): Promise<Holder | 'gone' | 'removed'> {
  const there = await trackHeldBy(tx, track)
  if (there === undefined) return 'gone'
  if (there.held !== null) return there.held
  await deleteTrack(tx, track)
  await settleReleases(tx, [there.release])
  return 'removed'
}
/** Only its editors see it from now on. */
export async function hideRelease(tx: Tx, release: string): Promise<void> {
  await hide(tx, release)
  await settleReleases(tx, [release])
}
/** Nobody streams it from now on but who bought it and its editors. */
export async function silenceTrack(tx: Tx, track: string): Promise<void> {
  const release = await silence(tx, track)
  if (release !== undefined) await settleReleases(tx, [release])
}

type Mover = (tx: Tx, from: string, to: string) => Promise<void>
const movers: Mover[] = []
/** What another room keeps of a recording that becomes one with another goes over to that, before the first goes. Called once by the room, when it is loaded. */
export const registerMover = (mover: Mover): void => void movers.push(mover)

/** Two recordings that are one: `drop`'s tracks become tracks of `keep`, which takes the better sound. A release that has both keeps both. */
export async function joinRecordings(tx: Tx, keep: string, drop: string): Promise<void> {
  const { releases, empty } = await moveTracks(tx, drop, keep)
  if (empty) {
    for (const move of movers) await move(tx, drop, keep)
    await dropRecording(tx, drop, keep)
  }
  await settleReleases(tx, releases)
}
export const dropEmptyImport = dropImports
export const forgetSources = (tx: Tx, root: string, paths: readonly string[]): Promise<void> =>
  deleteSources(
    tx,
    paths.map(path => ({ root, path })),
  )
