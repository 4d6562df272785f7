/** What happens to goods by itself: pictures of tables are fetched, silence ends what waits, sending that is not needed is given back. */
import { Fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { BlockedAddress, fetchOutside } from '../foundation/outside.ts'
import { MediaRefused, storeImage } from '../media/index.ts'
import { giveRefund } from '../refunds/index.ts'
import { settleAt } from '../shop/index.ts'
import { later, unsentDays } from './policy.ts'
import { offerAgain } from './products.ts'
import { nextReturnStep, priceOf } from './returns.ts'
import { daysToConfirm, freeLines } from './sendings.ts'
import { overdueReturns } from './store-returns.ts'
import { carriageLines, lineWords, longUnsent, noteDue, readSold, soldOf } from './store-sold.ts'
import { fetched, notFetched, readProduct, waitingFetches } from './store.ts'

const mostBytes = 15 * 1024 * 1024
/** What a refusal is called at the desk. */
const problemOf = (error: unknown): string =>
  error instanceof BlockedAddress ? 'blocked' : error instanceof MediaRefused ? 'no_picture' : 'unreachable'

/** With nothing of a seller's things left to send, the way of sending is given back. */
async function giveCarriage(tx: Tx, order: string, page: string, at: Date): Promise<void> {
  const sold = await soldOf(tx, order, page)
  if (sold.some(row => row.physical && row.state !== 'freed')) return
  const line = (await carriageLines(tx, [order])).get(`${order} ${page}`)
  if (line === undefined || (line.state !== 'held' && line.state !== 'settled')) return
  if (line.amount === line.refunded) return settleAt(tx, [{ line: line.line, at }])
  await giveRefund(tx, { key: `carriage:${line.line}`, line: line.line, amount: null, by: sold[0]!.buyer, reason: 'other', note: null, at })
}

/** What a seller did not send in all that time is given back. */
async function giveUnsent(tx: Tx, line: string, at: Date): Promise<void> {
  const before = (await readSold(tx, [line])).get(line)!
  const of = (await lineWords(tx, [line])).get(line)!
  const left = of.amount - of.refunded
  // What came back to the seller and was not sent again is not there either.
  const there = before.arrived
  const price = priceOf(of, there, before.quantity - there)
  const amount = price < left ? price : left
  if (amount > 0n) await giveRefund(tx, { key: `unsent:${line}`, line, amount, by: before.buyer, reason: 'other', note: null, at })
  await freeLines(tx, [line])
  if (there > 0) {
    const due = [{ line, at: later(at, await daysToConfirm(tx)) }]
    await noteDue(tx, due)
    await settleAt(tx, due)
  }
}

export const jobs = {
  'goods.carriage': async ({ write, log }, { order, page }: { order: string; page: string }) => {
    await write(tx => giveCarriage(tx, order, page, clock.now())).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error
      log.warn({ order, page, code: error.code }, 'goods: sending could not be given back')
    })
  },
  'goods.pictures': async ({ db, write, log }) => {
    for (;;) {
      const waiting = await waitingFetches(db.read, 20)
      if (waiting.length === 0) return
      for (const { product, place, url } of waiting) {
        try {
          const answer = await fetchOutside(url, { maxBytes: mostBytes, timeoutMs: 20_000, headers: { accept: 'image/*' } })
          if (answer.status !== 200) throw new Error(`${answer.status}`)
          const { asset } = await storeImage(write, answer.body, url.slice(-80))
          await write(async tx => {
            const at = clock.now()
            await fetched(tx, product, place, asset, at)
            const row = await readProduct(tx, product)
            if (row !== undefined) await offerAgain(tx, [product], row.createdBy, at)
          })
        } catch (error) {
          log.info({ err: error, product, url }, 'goods: a picture of a table could not be fetched')
          await write(tx => notFetched(tx, product, place, problemOf(error)))
        }
      }
    }
  },
  'goods.nightly': async ({ db, write, log }) => {
    const at = clock.now()
    for (;;) {
      const ids = await overdueReturns(db.read, at, 100)
      for (const id of ids) await write(tx => nextReturnStep(tx, id, at))
      if (ids.length < 100) break
    }
    for (const line of await longUnsent(db.read, later(at, -unsentDays), 1000))
      await write(tx => giveUnsent(tx, line, at)).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error
        log.warn({ line, code: error.code }, 'goods: what was not sent could not be given back')
      })
  },
} satisfies Jobs
