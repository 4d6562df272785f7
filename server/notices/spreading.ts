/** Telling many: batch by batch, each committed, so that nothing waits for a hundred thousand rows and a crash goes on where it stopped. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { notify, type Telling } from './notify.ts'
import { lockSpread, moveSpread, nextOf } from './store.ts'

export const batch = 1000

export async function goOn(db: Db, cause: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (signal.aborted) throw new Error('stopped between batches; the job goes on')
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    const more = await db.transaction(async tx => {
      const row = await lockSpread(tx, cause)
      if (row === undefined) return false
      const persons = await nextOf(tx, row.audience, row.after, batch, clock.now())
      const { at, ...telling } = row.body as Telling & { at: string }
      await notify(tx, persons, { ...telling, at: new Date(at) })
      const last = persons.length < batch
      await moveSpread(tx, cause, persons.at(-1) ?? row.after, persons.length, last ? clock.now() : null)
      return !last
    })
    if (!more) return
  }
}
