import { clock } from '../foundation/clock.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { deliver } from './delivering.ts'
import { makeReady } from './gift-kind.ts'
import { endUses } from './store.ts'
import { refundedOrders } from './store-orders.ts'
import { undelivered } from './store-gifts.ts'

export const jobs = {
  'coupons.ready': ({ write }, { lines }: { lines: readonly string[] }) => write(tx => makeReady(tx, lines)),
  'coupons.deliver': (context, { card }: { card: string }) => deliver(context, card),
  /** Its order may have been refunded whole: its coupons may be used again. */
  'coupons.refunded': ({ write }, { refund }: { refund: string }) => write(async tx => endUses(tx, await refundedOrders(tx, refund))),
  'coupons.nightly': async ({ write, read }) => {
    await write(async tx => endUses(tx, await refundedOrders(tx, null)))
    const late = await undelivered(read, new Date(clock.now().getTime() - 3600_000), 1000)
    await write(async tx => {
      // oxlint-disable-next-line no-await-in-loop -- hardly any
      for (const card of late) await enqueue(tx, 'coupons.deliver', { card }, { key: `coupons.deliver:${card}` })
    })
  },
} satisfies Jobs
