/** Listens that came with an archive go again when it is undone. */
import type { Tx } from '../foundation/db.ts'
import { forgetOutside } from '../listening/index.ts'
import { deleteArchived } from './store.ts'

/** Takes out the listens that carry this mark, and the plays they stood for; what our own players told stays. */
export const forgetListens = async (tx: Tx, person: string, mark: string): Promise<void> =>
  forgetOutside(tx, person, await deleteArchived(tx, person, mark))
