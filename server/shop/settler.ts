/**
 * Settling as payments come, in the process that takes them: as soon as a payment is committed a pass begins; what comes during a pass is the next pass.
 * Only a shortcut: a process without one asks by a job, and the sweep finds whatever a killed one left.
 */
import type { Db } from '../foundation/db.ts'
import type { Log } from '../foundation/log.ts'
import { settleAll } from './settle.ts'

type Settler = { wake: () => void; stop: () => Promise<void> }
const settlers = new Set<Settler>()

export const hasSettler = (): boolean => settlers.size > 0
export const wakeSettlers = (): void => {
  for (const settler of settlers) settler.wake()
}

/** Runs until stopped; `stop` waits for the pass that runs. */
export function startSettler(db: Db, log: Log): Settler {
  const abort = new AbortController()
  let running: Promise<void> | undefined
  let again = false
  const run = async (): Promise<void> => {
    do {
      again = false
      await settleAll(db.transaction, log, abort.signal).catch((error: unknown) => log.error({ err: error }, 'settling failed; the sweep will try again'))
    } while (again && !abort.signal.aborted)
    running = undefined
  }
  const settler: Settler = {
    wake: () => {
      again = true
      running ??= run()
    },
    async stop() {
      settlers.delete(settler)
      abort.abort()
      await running
    },
  }
  settlers.add(settler)
  return settler
}
