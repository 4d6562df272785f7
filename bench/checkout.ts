/**
 * Selling, the whole way: basket → order → signed notification of the provider → escrow → handed over → settled to three receivers, fee and commission.
 * 32 buyers at once, in process (no HTTP), with the real job runner; beside `pgbench -N` at 32 clients, alternately.
 */
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeLog } from '../server/foundation/log.ts'
import { startWorker } from '../server/foundation/jobs.ts'
import { readConfig } from '../server/foundation/config.ts'
import { newId } from '../server/foundation/clock.ts'
import { receive, sandboxHeaders, sandboxMerchant } from '../server/payments/index.ts'
import { jobs, placeOrder, startSettler } from '../server/shop/index.ts'
import { median, type Bench } from './_bench.ts'
import { makeMarket, pairs } from './_sales.ts'
import { pgbench } from './ledger.ts'

const clients = 32

export default {
  name: 'checkout',
  about: 'orders per second the whole way from basket to settled, beside pgbench -N at 32 clients',
  async run(ctx) {
    const rounds = ctx.quick ? 2 : 3
    const seconds = ctx.quick ? 3 : 6
    const peer = await pgbench(ctx)
    const { db, close } = await ctx.freshDatabase()
    const config = readConfig({}, { home: ctx.tmp, secret: 'b'.repeat(40), logLevel: 'silent' })
    const log = makeLog('silent')
    ctx.say('making a market: 200 releases, 4,000 buyers')
    const market = await makeMarket(db, { releases: 200, buyers: 4000, receivers: 3 })
    const next = pairs(market)
    const merchant = sandboxMerchant(config)

    const buy = async (): Promise<void> => {
      const { buyer, offer } = next()
      const viewer = { id: buyer, name: 'Buyer', email: '', locale: 'en' as const, roles: [], session: '' }
      const order = await placeOrder(db, viewer, { id: newId('ord'), lines: [{ offer, quantity: 1 }], provider: 'sandbox' })
      const reference = order.payUrl!.slice('/pay/'.length)
      const id = `ntc_${reference}`
      const data = { charge: `ch_${reference}`, reference, amount: order.total.amount.toString(), currency: 'CNY', fee: '23' }
      const body = JSON.stringify({ id, type: 'charge.paid', merchant, data })
      await receive(db.transaction, config, 'sandbox', sandboxHeaders(config, id, body), body)
    }
    const left = async (): Promise<number> =>
      Number((await db.pool.query<{ n: bigint }>(`select count(*) as n from shop.line where state = 'held'`)).rows[0]!.n)

    const round = async (ms: number): Promise<{ perSecond: number; cpuMs: number; postgresMs: number; settledAfterMs: number }> => {
      // As `planet serve` works: settling as payments come, and the job runner.
      const worker = await startWorker({ db, log, config, jobs, concurrency: 2 })
      const settler = startSettler(db, log)
      let count = 0
      const cpu = process.cpuUsage()
      const before = await postgresCpuMs()
      const start = performance.now()
      await Promise.all(
        Array.from({ length: clients }, async () => {
          while (performance.now() - start < ms) {
            await buy()
            count++
          }
        }),
      )
      const bought = performance.now()
      while ((await left()) > 0) await new Promise(resolve => setTimeout(resolve, 2))
      const end = performance.now()
      const used = process.cpuUsage(cpu)
      const postgres = (await postgresCpuMs()) - before
      await settler.stop()
      await worker.stop()
      return {
        perSecond: (count / (end - start)) * 1000,
        cpuMs: (used.user + used.system) / 1000 / count,
        postgresMs: postgres / count,
        settledAfterMs: end - bought,
      }
    }

    /** CPU time of all processes of this PostgreSQL so far, in ms; 0 where /proc is not there. */
    const postmaster = readFileSync(
      join((await db.pool.query<{ data: string }>(`select current_setting('data_directory') as data`)).rows[0]!.data, 'postmaster.pid'),
      'utf8',
    ).split('\n')[0]!
    const postgresCpuMs = async (): Promise<number> => {
      let ticks = 0
      for (const pid of await readdir('/proc').catch(() => [])) {
        if (!/^\d+$/.test(pid)) continue
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
        const parts = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        // Ended children are counted by their parent.
        if (pid === postmaster) ticks += Number(parts[11]) + Number(parts[12]) + Number(parts[13]) + Number(parts[14])
        else if (parts[1] === postmaster) ticks += Number(parts[11]) + Number(parts[12])
      }
      return ticks * 10
    }

    await round(2500)
    // As autovacuum would after a minute: plans made while the tables were empty walk through them.
    await db.pool.query('vacuum analyze')
    const own: Awaited<ReturnType<typeof round>>[] = []
    const tps: number[] = []
    const peerMs: number[] = []
    for (let i = 0; i < rounds; i++) {
      await db.pool.query('checkpoint')
      own.push(await round(seconds * 1000))
      const before = await postgresCpuMs()
      tps.push(await peer.tps(clients, seconds))
      peerMs.push(((await postgresCpuMs()) - before) / (tps[i]! * seconds))
      ctx.say(`round ${i + 1}: ${Math.round(own[i]!.perSecond)} orders/s, ${peer.how} ${Math.round(tps[i]!)} tps`)
    }
    const wrong = await db.pool.query<{ state: string; n: bigint }>(`select state, count(*) as n from shop."order" group by state`)
    await close()
    const settled = wrong.rows.find(row => row.state === 'settled')?.n ?? 0n
    return {
      figures: {
        ordersPerSecond: median(own.map(one => one.perSecond)),
        cpuMsPerOrder: median(own.map(one => one.cpuMs + one.postgresMs)),
        nodeMsPerOrder: median(own.map(one => one.cpuMs)),
        postgresMsPerOrder: median(own.map(one => one.postgresMs)),
        settledAfterMs: median(own.map(one => one.settledAfterMs)),
        pgbenchTps: median(tps),
        pgbenchPostgresMs: median(peerMs),
        peer: peer.how,
        orders: Number(settled),
        notSettled: wrong.rows.filter(row => row.state !== 'settled').reduce((sum, row) => sum + Number(row.n), 0),
      },
      ratios: { vsPgbench: median(own.map((one, index) => one.perSecond / tps[index]!)) },
    }
  },
} satisfies Bench
