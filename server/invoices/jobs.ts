/** What others tell becomes papers and mails; each night what was missed. */
import { clock } from '../foundation/clock.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { catchUp, issue } from './issuing.ts'
import { askReceipts, sendReceiptMail } from './mailing.ts'
import { endUnsure, forgetReceipts } from './store-reading.ts'
import { orderOfRefund } from './store.ts'

const dayMs = 86_400_000
/** Graphile's own wait grows with each try: twelve take about a day and a half. */
const mostTries = 12
/** So far back what was missed is looked for. */
const lookBackDays = 400

export const jobs = {
  /** Orders were paid: gathered, or one alone. */
  'invoices.paid': async ({ write }: JobContext, payload: { order: string } | readonly { order: string }[]) => {
    const orders = [payload].flat().map(event => event.order)
    await write(tx => issue(tx, orders))
    await write(tx => askReceipts(tx, orders))
  },
  'invoices.refunded': async ({ read, write }: JobContext, { refund }: { refund: string }) => {
    const order = await orderOfRefund(read, refund)
    if (order !== undefined) await write(tx => issue(tx, [order]))
  },
  'invoices.mail': (context: JobContext, { order }: { order: string }) => sendReceiptMail(context, order, context.attempt >= mostTries),
  'invoices.nightly': async ({ db, write, log, signal }: JobContext) => {
    const now = clock.now()
    await write(async tx => {
      const unsure = await endUnsure(tx, new Date(now.getTime() - 600_000))
      if (unsure > 0) log.warn({ unsure }, 'receipts whose answer never came; they are not sent again')
      await forgetReceipts(tx, new Date(now.getTime() - 90 * dayMs))
    })
    const made = await catchUp(db, new Date(now.getTime() - lookBackDays * dayMs), signal)
    if (made > 0) log.info({ orders: made }, 'invoices: papers that were missing are issued')
  },
} satisfies Jobs
