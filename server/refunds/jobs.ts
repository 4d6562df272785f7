/** What refunds do by themselves: next steps of what waited too long, income that rests, debts that are paid, shares of frozen lines that are due. */
import { clock } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import type { Log } from '../foundation/log.ts'
import { frozenDue } from '../shop/index.ts'
import { settleFrozen } from './disputes.ts'
import { nextStep } from './requests.ts'
import { releaseTranche, restIncome } from './reserve.ts'
import { recover, tryAgain, undecided } from './shortfalls.ts'
import { overdueRequests, waitingShort } from './store.ts'
import { debtors, overdueShortfalls } from './store-money.ts'
import { dueTranches, policies } from './store-reserve.ts'

const most = 200
const everyMs = 60_000

type Door = Pick<Db, 'read' | 'transaction'>

/** Each in a transaction of its own: one that fails is noted, and the others go on. */
async function each<T>(door: Door, log: Log, items: readonly T[], act: (tx: Tx, item: T) => Promise<unknown>): Promise<void> {
  for (const item of items)
    try {
      await door.transaction(tx => act(tx, item))
    } catch (error) {
      log.warn({ err: error, item }, 'a step of a refund did not work; it is tried again')
    }
}

/** One round of everything that is due now. Repeating it changes nothing. */
export async function round(door: Door, log: Log): Promise<void> {
  const now = clock.now()
  const { read } = door
  await each(door, log, await frozenDue(read, now, most), (tx, line) => settleFrozen(tx, line, now))
  // Debts first: what is owed does not rest.
  await each(door, log, await debtors(read), (tx, { owner, currency }) => recover(tx, owner, currency, now))
  await each(door, log, await policies(read), async (tx, policy) => (policy.shareBp > 0 ? restIncome(tx, policy, now) : 0n))
  await each(door, log, await dueTranches(read, now, most), (tx, { id }) => releaseTranche(tx, id, now))
  await each(door, log, await waitingShort(read, most), (tx, id) => tryAgain(tx, id, now))
  await each(door, log, await overdueRequests(read, now, most), (tx, { id, line, state }) =>
    state === 'short' ? undecided(tx, id, now) : nextStep(tx, id, line, now),
  )
  await each(door, log, await overdueShortfalls(read, now, most), (tx, cause) => undecided(tx, cause, now))
}

const sweep = async ({ db, write, log }: JobContext): Promise<void> => {
  try {
    await round(db, log)
  } finally {
    await write(tx =>
      enqueue(tx, 'refunds.sweep', {}, { key: 'refunds.sweep', queue: 'refunds.sweep', runAt: new Date(clock.now().getTime() + everyMs) }),
    )
  }
}

/** At the start of a worker: the sweep that keeps itself going. */
export const startRefundsWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'refunds.sweep', {}, { key: 'refunds.sweep', queue: 'refunds.sweep' }))

export const jobs = { 'refunds.sweep': sweep } satisfies Jobs
