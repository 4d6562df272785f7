/** Points whose time has come: lot by lot back to what may be given. */
import type { Db, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import type { TransferInput } from '../ledger/index.ts'
import { endingsOf, postAll } from './posting.ts'
import { endDue } from './purse.ts'
import { dueWallets, loadLots, markWarned, lockWallets, savePurses, type Owner } from './store.ts'

/** Ends due lots of these persons. How many. */
async function endOf(tx: Tx, owners: readonly Owner[], now: Date): Promise<number> {
  const purses = await lockWallets(tx, owners)
  await loadLots(tx, purses)
  const transfers: TransferInput[] = []
  for (const purse of purses.values()) transfers.push(...endingsOf(purse, endDue(purse, now)))
  await savePurses(tx, purses.values())
  if (transfers.length > 0) await postAll(tx, transfers, purses.values())
  return transfers.length
}

/** Ends all lots whose time has come, some hundred persons at a time. Harmless at any time, and again. */
export async function endLots(db: Pick<Db, 'read' | 'transaction'>, now: Date, signal?: AbortSignal): Promise<number> {
  let ended = 0
  while (signal?.aborted !== true) {
    const owners = await dueWallets(db.read, now, 500)
    if (owners.length === 0) break
    const done = await db.transaction(tx => endOf(tx, owners, now))
    ended += done
    // A replica that is behind names the same ones again.
    if (done === 0) break
  }
  return ended
}

/** Days before the end at which its owner is told. */
export const warnDays = [14, 3] as const

/** Tells who has points that end soon, once at each stage, added up by person and group. */
export async function warnOfEnds(db: Pick<Db, 'transaction'>, now: Date, signal?: AbortSignal): Promise<number> {
  let told = 0
  for (const [index, days] of warnDays.entries()) {
    const stage = index + 1
    for (let more = true; more && signal?.aborted !== true;)
      more = await db.transaction(async tx => {
        const rows = await markWarned(tx, { now, until: new Date(now.getTime() + days * 86_400_000), stage, most: 1000 })
        await tellAll(
          tx,
          rows.map(({ group, person, points, at }) => ({
            type: 'points_ending',
            group,
            person,
            points: Number(points),
            at: at.toISOString(),
            stage,
          })),
        )
        told += rows.length
        return rows.length > 0
      })
  }
  return told
}
