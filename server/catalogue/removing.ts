/** Taking releases out for good: what an undone immigration or an owner wants gone. What others have a right in stays. */
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { deleteRelease, heldBy } from './store-removing.ts'

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
