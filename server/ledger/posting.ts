/** Posting inside a caller's transaction, and the exact path that both ways of posting share. */
import { fault, type Fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { closedUntil } from './store-holds.ts'
import { accountName, ensureAccounts, findByKeys, lockAccounts, postBatch, readBalances } from './store.ts'
import {
  bodyText,
  checkTransfer,
  decide,
  mostPerBatch,
  ready,
  refKey,
  type AccountRef,
  type Posted,
  type Ready,
  type TransferInput,
} from './transfers.ts'

export type Outcome = Posted | Fault

const reused = (key: string): Fault => fault('conflict', 'key_reused', { detail: `the key ${key} was used for another transfer` })
const insufficient = (name: string): Fault => fault('conflict', 'insufficient', { detail: `${name} would sink below its floor` })

const closed = (until: Date): Fault => fault('conflict', 'period_closed', { detail: `the books are closed until ${until.toISOString()}` })

/** One of several transfers with the same key stays; the others follow it or are refused. */
function withoutRepeats(batch: readonly Ready[]): { unique: Ready[]; follow: Map<Ready, Ready | Fault> } {
  const first = new Map<string, Ready>()
  const follow = new Map<Ready, Ready | Fault>()
  for (const transfer of batch) {
    const earlier = first.get(transfer.key)
    if (earlier === undefined) first.set(transfer.key, transfer)
    else follow.set(transfer, bodyText(earlier) === bodyText(transfer) ? earlier : reused(transfer.key))
  }
  return { unique: [...first.values()], follow }
}

/**
 * Decides transfer by transfer under locks and posts those that can be. With `whole` nothing is posted when one is refused.
 * Returns an outcome for each.
 */
export async function postExactly(tx: Tx, batch: readonly Ready[], whole: boolean): Promise<Map<Ready, Outcome>> {
  const ids = [...new Set(batch.flatMap(transfer => transfer.entries.map(entry => entry.account)))].sort((a, b) => (a < b ? -1 : 1))
  // A key can turn up between looking and posting (another process); then look again.
  for (let attempt = 1; ; attempt++) {
    const balances = await lockAccounts(tx, ids)
    const before = await findByKeys(
      tx,
      batch.map(transfer => transfer.key),
    )
    const until = await closedUntil(tx)
    const outcomes = new Map<Ready, Outcome>()
    const fresh: Ready[] = []
    for (const transfer of batch) {
      const found = before.get(transfer.key)
      if (found === undefined && until !== null && transfer.at < until) outcomes.set(transfer, closed(until))
      else if (found === undefined) fresh.push(transfer)
      else outcomes.set(transfer, bodyText(found) === bodyText(transfer) ? { transfer: found.id, replayed: true } : reused(transfer.key))
    }
    const { applied, refused } = decide(fresh, balances)
    for (const [transfer, account] of refused) outcomes.set(transfer, insufficient(await accountName(tx, account)))
    if (applied.length === 0 || (whole && [...outcomes.values()].some(outcome => outcome instanceof Error))) return outcomes
    const answer = await postBatch(tx, applied)
    if (answer.status === 'ok') {
      applied.forEach((transfer, index) => outcomes.set(transfer, { transfer: answer.first + BigInt(index), replayed: false }))
      return outcomes
    }
    if (attempt === 5) throw new Error(`posting was refused (${answer.status}) although it had been decided under locks`)
  }
}

/**
 * Posts these transfers (at most 2,000) inside the caller's transaction: all of them or, with a Fault, none; after a Fault the transaction can still be used.
 * A key posted before with the same content is answered `replayed` and moves nothing. Faults: conflict `insufficient`, `key_reused`, `period_closed`,
 * invalid (`unbalanced`, `zero_amount`, `amount_too_large`, `self_transfer`, `unknown_asset`, …). Accounts are opened as needed.
 */
export async function post(tx: Tx, transfers: readonly TransferInput[]): Promise<Posted[]> {
  if (transfers.length === 0) return []
  if (transfers.length > mostPerBatch) throw fault('invalid', 'too_many_transfers', { detail: `at most ${mostPerBatch} in one call` })
  const keys = transfers.map(checkTransfer)
  const accounts = await ensureAccounts(
    tx,
    transfers.flatMap(transfer => transfer.entries.map(entry => entry.account)),
  )
  const now = clock.now()
  const batch = transfers.map((transfer, index) =>
    ready(
      transfer,
      keys[index]!.map(key => accounts.get(key)!),
      now,
    ),
  )
  const { unique, follow } = withoutRepeats(batch)
  for (const other of follow.values()) if (other instanceof Error) throw other
  let outcomes: Map<Ready, Outcome>
  const answer = await postBatch(tx, unique)
  if (answer.status === 'ok')
    outcomes = new Map(unique.map((transfer, index) => [transfer, { transfer: answer.first + BigInt(index), replayed: false }]))
  else outcomes = await postExactly(tx, unique, true)
  for (const outcome of outcomes.values()) if (outcome instanceof Error) throw outcome
  return batch.map(transfer => {
    const leader = follow.get(transfer)
    if (leader === undefined) return outcomes.get(transfer) as Posted
    return { transfer: (outcomes.get(leader as Ready) as Posted).transfer, replayed: true }
  })
}

/** What these accounts hold now, in minor units, in the order given; 0 for one never used. */
export async function balancesOf(db: Read | Tx, refs: readonly AccountRef[]): Promise<bigint[]> {
  const found = await readBalances(db, refs)
  return refs.map(ref => found.get(refKey(ref))!)
}

export const balanceOf = async (db: Read | Tx, ref: AccountRef): Promise<bigint> => (await balancesOf(db, [ref]))[0]!
