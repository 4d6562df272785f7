/** Taking plays of a person out of the counts, with a reason: an operator found that nobody listened. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { listening } from '../../shared/listening.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { lockListener } from './store.ts'
import { insertWithdrawal, lowerCounts, uncount } from './store-withdrawn.ts'

type Entry = (typeof listening.entries)['POST /plays/withdraw']
/** Older plays stay as they are: what they earned may have been paid. */
const oldestMs = 7 * 86_400_000

export async function withdrawPlays(tx: Tx, viewer: Viewer, input: InputOf<Entry['input']>): Promise<Decoded<Entry['ok']>> {
  const { person, from, until, reason } = input
  if (person === viewer.id) throw fault('forbidden', 'own_decision')
  if (until <= from) throw fault('invalid')
  const now = clock.now()
  await lockListener(tx, person)
  const gone = await uncount(tx, person, new Date(Math.max(from.getTime(), now.getTime() - oldestMs)), until)
  const plays = gone.reduce((sum, one) => sum + one.plays, 0)
  // Again, or nothing there: nothing to tell of.
  if (plays === 0) return { plays }
  const withdrawal = newId('evt')
  await insertWithdrawal(tx, { id: withdrawal, person, from, until, plays, by: viewer.id, reason, at: now })
  await tell(tx, { type: 'plays_withdrawn', withdrawal, person })
  await lowerCounts(tx, gone)
  return { plays }
}
