/** What waits to be decided. */
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { subjectOf } from './subjects.ts'
import { openFlag, setHold } from './store-flags.ts'

export type Held = { kind: string; id: string; group: string | null; author: string; reason: string }
/** Hides something until it is decided: what `screen` said to hold, after it was written. */
export async function holdFor(tx: Tx, { kind, id, group, author, reason }: Held): Promise<void> {
  const subject = subjectOf(kind)
  const at = clock.now()
  const level = group === null || subject?.planetOnly === true ? 'planet' : 'group'
  const flag = await openFlag(tx, { id: newId('flg', at), kind, subject: id, group, author, level, at })
  await setHold(tx, flag, reason)
  await subject?.hide?.(tx, [id], true)
}
