/** Posting for callers with nothing else to write: what gathers while a batch runs is the next batch. No timer. */
import { Fault, fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { postExactly, type Outcome } from './posting.ts'
import { ensureAccounts, postBatchAhead } from './store.ts'
import { sealSome } from './store-chain.ts'
import { checkTransfer, mostPerBatch, ready, refKey, type Posted, type Ready, type TransferInput } from './transfers.ts'

/** `accounts`: the id of each entry's account; null until those that are new are opened. Thousands of these wait at once: few and small objects. */
type Waiting = {
  transfer: TransferInput
  accounts: readonly bigint[] | null
  resolve: (posted: Posted) => void
  reject: (reason: unknown) => void
}

export type Poster = {
  /** Posts one transfer in a transaction shared with others; faults as `post`. Resolves after it is committed. */
  submit: (transfer: TransferInput) => Promise<Posted>
  /** Resolves when nothing waits or runs. */
  idle: () => Promise<void>
}

const mostInFlight = 2
/** More than a minute's work: better to say so than to let memory fill. */
const mostWaiting = 200_000
const worthHalving = 32
/** Of what is on its way: how much must wait before a second batch is sent behind the first. */
const worthSending = 0.5
/** Batches between two sealings under load; what is left waits for the job. */
const sealAfter = 32
const again = new Set(['40001', '40P01'])

export function makePoster(db: Db): Poster {
  const waiting: Waiting[] = []
  // Accounts are never deleted and only committed ones get here, so this never goes stale.
  const known = new Map<string, bigint>()
  /** Keys on their way. */
  const busy = new Set<string>()
  /** Batches that Postgres works on; `running` counts those on their way to the disk too. */
  let inFlight = 0
  let running = 0
  let sealing = false
  let unsealed = 0
  let idlers: (() => void)[] = []

  const idsOf = (transfer: TransferInput, keys: readonly string[]): bigint[] | null => {
    const ids: bigint[] = []
    for (let i = 0; i < transfer.entries.length; i++) {
      const id = known.get(keys[i]!)
      if (id === undefined) return null
      ids.push(id)
    }
    return ids
  }

  /** Opens accounts that are new; refuses those transfers alone whose accounts cannot be. */
  async function resolveAccounts(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const fresh = batch.filter(({ accounts }) => accounts === null)
    if (fresh.length === 0) return batch
    const open = async (some: readonly Waiting[]): Promise<void> => {
      const refs = some.flatMap(({ transfer }) => transfer.entries.map(entry => entry.account)).filter(ref => !known.has(refKey(ref)))
      for (const [key, id] of await db.transaction(tx => ensureAccounts(tx, refs))) known.set(key, id)
      for (const one of some)
        one.accounts = idsOf(
          one.transfer,
          one.transfer.entries.map(entry => refKey(entry.account)),
        )
    }
    const refused = new Set<Waiting>()
    try {
      await open(fresh)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      for (const one of fresh) {
        try {
          await open([one])
        } catch (reason) {
          one.reject(reason)
          refused.add(one)
        }
      }
    }
    return batch.filter(one => !refused.has(one))
  }

  /** The first transfer's number when all were posted, else an outcome for each. */
  async function postAll(unique: readonly Ready[], onApplied: () => void): Promise<bigint | ReadonlyMap<Ready, Outcome>> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await postBatchAhead(db.write, unique, onApplied)
        if (answer.status === 'ok') return answer.first
        return await db.transaction(tx => postExactly(tx, unique, false))
      } catch (error) {
        if (attempt === 4 || !again.has((error as { code?: string }).code ?? '')) throw error
      }
    }
  }

  async function run(taken: readonly Waiting[], onApplied: () => void): Promise<void> {
    try {
      const batch = await resolveAccounts(taken)
      if (batch.length === 0) return
      const now = clock.now()
      const all = batch.map(({ transfer, accounts }) => ready(transfer, accounts!, now))
      const outcomes = await postAll(all, onApplied)
      batch.forEach(({ resolve, reject }, index) => {
        if (typeof outcomes === 'bigint') return resolve({ transfer: outcomes + BigInt(index), replayed: false })
        const outcome = outcomes.get(all[index]!)!
        if (outcome instanceof Error) reject(outcome)
        else resolve(outcome)
      })
    } catch (error) {
      // The database is away: whether it happened is not known, and the same key again will tell.
      for (const { reject } of taken) reject(error)
    }
  }

  /** The next of those that wait, at most `many`. One whose key is on its way waits for what becomes of that. */
  function take(many: number): Waiting[] {
    const batch: Waiting[] = []
    const later: Waiting[] = []
    let size = busy.size
    for (const one of waiting.splice(0, many)) {
      if (busy.add(one.transfer.key).size === size) later.push(one)
      else {
        size++
        batch.push(one)
      }
    }
    if (later.length > 0) waiting.unshift(...later)
    return batch
  }

  function pump(): void {
    while (inFlight < mostInFlight && waiting.length > 0) {
      // Two halves take turns: while Postgres works on one, the other is flushed, answered and prepared here. A smaller part waits for more to join it:
      // what a batch costs once is then paid for many.
      if (inFlight > 0 && waiting.length < busy.size * worthSending) return
      const many = busy.size === 0 && waiting.length >= 2 * worthHalving ? Math.ceil(waiting.length / 2) : waiting.length
      const batch = take(Math.min(many, mostPerBatch))
      if (batch.length === 0) return
      inFlight++
      void cycle(batch)
    }
  }

  async function cycle(batch: readonly Waiting[]): Promise<void> {
    let applied = false
    const onApplied = (): void => {
      if (applied) return
      applied = true
      inFlight--
      pump()
    }
    running++
    await run(batch, onApplied)
    running--
    for (const { transfer } of batch) busy.delete(transfer.key)
    if (++unsealed >= sealAfter) void seal()
    onApplied()
    pump()
    if (running > 0 || waiting.length > 0) return
    for (const rest of idlers) rest()
    idlers = []
  }

  /** Chains what is committed; one at a time, and nobody waits for it. */
  async function seal(): Promise<void> {
    if (sealing) return
    sealing = true
    unsealed = 0
    try {
      await sealSome(db.write, 1000)
    } catch {
      // The job comes by every minute.
    } finally {
      sealing = false
    }
  }

  return {
    submit(transfer) {
      return new Promise((resolve, reject) => {
        const keys = checkTransfer(transfer)
        if (waiting.length >= mostWaiting) throw fault('unavailable', 'unavailable', { retryAfterSeconds: 5 })
        waiting.push({ transfer, accounts: idsOf(transfer, keys), resolve, reject })
        // The callers of this turn of the event loop share the batch.
        if (waiting.length === 1) queueMicrotask(pump)
      })
    },
    idle: () => (running === 0 && waiting.length === 0 ? Promise.resolve() : new Promise(resolve => idlers.push(resolve))),
  }
}
