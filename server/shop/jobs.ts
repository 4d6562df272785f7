import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { refreshFormats } from './offers.ts'
import { expireOrders } from './orders.ts'
import { settleAll } from './settle.ts'

/** Settles all that is paid and due. Asked for with every payment; one at a time. */
const settle = async ({ write, log, signal }: JobContext): Promise<void> => {
  await settleAll(write, log, signal)
}

/** Every minute: ends orders nobody paid in time, and settles what was left over. */
const sweep = async ({ write, log, signal }: JobContext): Promise<void> => {
  while (!signal.aborted && (await write(tx => expireOrders(tx))) > 0);
  await settleAll(write, log, signal)
}

const formats = async ({ write }: JobContext, { asset }: { asset: string }): Promise<void> => write(tx => refreshFormats(tx, asset))

export const jobs = {
  'shop.settle': settle,
  'shop.sweep': sweep,
  'shop.formats': formats,
} satisfies Jobs
