/**
 * Settling a line beside one bare ledger transfer of the same number of entries, in batches of the same size, alternately: what handing over, shares,
 * plans, the waterfall, rounding and the records of a sale cost on top of moving the money. And how it grows with the number of receivers.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Fault } from '../shared/faults.ts'
import { newId } from '../server/foundation/clock.ts'
import type { Db } from '../server/foundation/db.ts'
import { post, type TransferInput } from '../server/ledger/index.ts'
import { applyNotices } from '../server/payments/index.ts'
import { settleDue, writeOrders } from '../server/shop/index.ts'
import { median, type Bench } from './_bench.ts'
import { makeMarket, pairs } from './_sales.ts'

const batch = 500
type Timed = { perSecond: number; cpuUs: number }

// What was made before is swept before the clock runs: filling leaves much behind.
setFlagsFromString('--expose-gc')
const sweep = runInNewContext('gc') as (options: { type: 'minor' }) => void

async function timed(count: number, run: () => Promise<void>): Promise<Timed> {
  sweep({ type: 'minor' })
  const cpu = process.cpuUsage()
  const start = performance.now()
  await run()
  const took = performance.now() - start
  const used = process.cpuUsage(cpu)
  return { perSecond: (count / took) * 1000, cpuUs: (used.user + used.system) / count }
}

/** Orders paid and waiting in escrow; settling is then the only thing measured. */
async function fill(db: Db, next: () => { buyer: string; offer: string }, count: number): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left > 0) {
        const part = Math.min(25, left)
        left -= part
        await db.transaction(async tx => {
          const at = new Date()
          const asks = Array.from({ length: part }, () => {
            const { buyer, offer } = next()
            return { buyer, input: { id: newId('ord'), lines: [{ offer, quantity: 1 }], provider: 'sandbox' }, at }
          })
          const notices = (await writeOrders(tx, asks)).map(order => {
            if (order === undefined || order === 'alone' || order instanceof Fault) throw new Error('an order was refused')
            const reference = order.payment!
            const about = { problem: null, refund: null, body: {}, merchant: 'bench' }
            return {
              id: `ntc_${reference}`,
              type: 'paid' as const,
              charge: `ch_${reference}`,
              reference,
              amount: order.total,
              currency: 'CNY',
              fee: 23n,
              ...about,
            }
          })
          await applyNotices(tx, 'sandbox', 'bench', notices)
        })
      }
    }),
  )
}

export default {
  name: 'settle',
  about: 'settling paid lines to their receivers, beside a bare ledger transfer of the same number of entries',
  async run(ctx) {
    const rounds = ctx.quick ? 2 : 3
    const many = ctx.quick ? 1000 : 3000
    const receiversOf = [1, 3, 10, 40]
    const figures: Record<string, number> = {}
    const costs: { receivers: number; us: number }[] = []
    let main = { ratio: 0, settled: 0, bare: 0 }
    for (const receivers of receiversOf) {
      const { db, close } = await ctx.freshDatabase({ max: 10 })
      const market = await makeMarket(db, { releases: 40, buyers: 1000, receivers })
      const next = pairs(market)
      const own: Timed[] = []
      const bare: Timed[] = []
      let n = 0
      /** As many entries as a settlement has: out of a line's escrow, to provider, planet and receivers. Their escrows are filled before. */
      const transfers = (count: number): TransferInput[] =>
        Array.from({ length: count }, () => {
          const line = `bench${receivers}x${++n}`
          const each = 3588n / BigInt(receivers)
          const parts = Array.from({ length: receivers }, (_, i) => ({
            account: { owner: `usr_b${(n + i) % 50}`, purpose: 'available', asset: 'CNY' },
            amount: i === 0 ? 3588n - each * BigInt(receivers - 1) : each,
            step: 'split:master:artist',
            share: 100,
          }))
          const taken = [
            { account: { owner: 'provider:bench', purpose: 'fee', asset: 'CNY' }, amount: 23n, step: 'provider_fee' },
            { account: { owner: 'planet', purpose: 'bench', asset: 'CNY' }, amount: 189n, step: 'commission', share: 500 },
          ]
          const from = { account: { owner: `escrow:${line}`, purpose: 'escrow', asset: 'CNY' }, amount: -3800n }
          return {
            key: `settle:${line}`,
            kind: 'settle',
            cause: `line:${line}`,
            subject: market.releases[0]!.release,
            note: 'Album 0',
            entries: [from, ...taken, ...parts],
          }
        })
      const fund = (list: readonly TransferInput[]): Promise<unknown> =>
        db.transaction(tx =>
          post(tx, [
            {
              key: `pay:${list[0]!.key}`,
              kind: 'pay',
              cause: 'bench',
              entries: [
                { account: { owner: 'provider:bench', purpose: 'clearing', asset: 'CNY' }, amount: -3800n * BigInt(list.length) },
                ...list.map(one => ({ account: one.entries[0]!.account, amount: 3800n })),
              ],
            },
          ]),
        )
      for (let round = 0; round <= rounds; round++) {
        ctx.say(`${receivers} receivers, round ${round}`)
        // Before and not between: money is settled moments after it was paid, its pages stand in the log already.
        await db.pool.query('checkpoint')
        await fill(db, next, many)
        const lists: TransferInput[][] = []
        for (let i = 0; i < many; i += batch) lists.push(transfers(Math.min(batch, many - i)))
        for (const list of lists) await fund(list)
        await db.pool.query('vacuum analyze shop.due, shop.line, shop."order", ledger.account')
        const settled = await timed(many, async () => {
          while ((await db.transaction(tx => settleDue(tx, new Date(), batch))) > 0);
        })
        const moved = await timed(many, async () => {
          for (const list of lists) await db.transaction(tx => post(tx, list))
        })
        // The first round only warms up.
        if (round > 0) {
          own.push(settled)
          bare.push(moved)
        }
      }
      await close()
      const perSecond = median(own.map(one => one.perSecond))
      const ratio = median(own.map((one, index) => one.perSecond / bare[index]!.perSecond))
      costs.push({ receivers, us: 1_000_000 / perSecond })
      figures[`linesPerSecond${receivers}`] = perSecond
      figures[`vsBareTransfer${receivers}`] = ratio
      if (receivers === 3) main = { ratio, settled: perSecond, bare: median(bare.map(one => one.perSecond)) }
      if (receivers === 3) figures['nodeUsPerLine'] = median(own.map(one => one.cpuUs))
    }
    const [few, , , lots] = costs
    // What one more receiver costs, late against early: 1 is linear.
    const early = (costs[2]!.us - few!.us) / (costs[2]!.receivers - few!.receivers)
    const late = (lots!.us - costs[2]!.us) / (lots!.receivers - costs[2]!.receivers)
    return {
      figures: {
        linesPerSecond: main.settled,
        bareTransfersPerSecond: main.bare,
        usPerReceiver: late,
        growthLateVsEarly: late / early,
        batch,
        ...figures,
      },
      ratios: { vsBareTransfer: main.ratio },
    }
  },
} satisfies Bench
