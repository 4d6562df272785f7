import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import type { Log } from '../foundation/log.ts'
import { refreshFormats } from './offers.ts'
import { expireOrders } from './orders.ts'
import { settlers } from './payee.ts'
import { settleAll } from './settle.ts'
import { sweepDue } from './store-due.ts'

/** Settles all that is paid and due. Asked for with every payment; one at a time. */
const settle = async ({ write, log, signal }: JobContext): Promise<void> => {
  await settleAll(write, log, signal)
}

const sweepEveryMs = 60_000
const retryMs = 2000

/** Every minute: ends orders nobody paid in time, and settles what was left over. */
const sweep = async ({ write, log, signal }: JobContext): Promise<void> => {
  try {
    while (!signal.aborted && (await write(tx => expireOrders(tx))) > 0) continue
    await settleAll(write, log, signal)
    await write(tx => sweepDue(tx, clock.now()))
  } finally {
    await write(tx =>
      enqueue(tx, 'shop.sweep', {}, { key: 'shop.sweep', queue: 'shop.settle', runAt: new Date(clock.now().getTime() + sweepEveryMs) }),
    )
  }
}

/** At the start of a worker: what a killed one left unsettled, and the sweep that keeps itself going. */
export const startShopWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'shop.sweep', {}, { key: 'shop.sweep', queue: 'shop.settle' }))

/**
 * Settles as payments come, in the process that takes them: as soon as one is committed a pass begins; what comes during a pass is the next. Only a
 * shortcut: a process without it asks by a job, and the sweep finds what a killed one left. `stop` waits for the pass that runs.
 */
export function startSettler(db: Db, log: Log): { stop: () => Promise<void> } {
  const abort = new AbortController()
  let running: Promise<void> | undefined
  let again = false
  let soon: NodeJS.Timeout | undefined
  const run = async (): Promise<void> => {
    do {
      again = false
      await settleAll(db.transaction, log, abort.signal).catch((error: unknown) => {
        log.error({ err: error }, 'settling failed; it is tried again soon')
        clearTimeout(soon)
        if (!abort.signal.aborted) soon = setTimeout(wake, retryMs)
      })
    } while (again && !abort.signal.aborted)
    running = undefined
  }
  const wake = (): void => {
    again = true
    running ??= run()
  }
  settlers.add(wake)
  return {
    async stop() {
      settlers.delete(wake)
      abort.abort()
      clearTimeout(soon)
      await running
    },
  }
}

const formats = async ({ write }: JobContext, { asset }: { asset: string }): Promise<void> => write(tx => refreshFormats(tx, asset))

export const jobs = {
  'shop.settle': settle,
  'shop.sweep': sweep,
  'shop.formats': formats,
} satisfies Jobs
