/** The demo world's books are reconciled: the sandbox's bills day by day, a sweep to the bank, a bank statement with two lines that nobody knows yet, the daily proof. */
import { clock } from '../foundation/clock.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { enqueue } from '../foundation/jobs.ts'
import { decimal } from '../../shared/money.ts'
import { balancesOf, type AccountRef } from '../ledger/index.ts'
import { providerOf } from '../payments/index.ts'
import { fetchReport, prove } from '../reconciliation/index.ts'
import { acting, daysAgo, isoDay } from './acting.ts'
import type { WorldState } from './world.ts'

const source = 'provider:sandbox'
const clearing = (owner: string): AccountRef => ({ owner, purpose: 'clearing', asset: 'CNY', floor: null })

/** Can run twice: bills, files and sweeps are known again. */
export async function reconcilePast(context: JobContext, world: WorldState, days: number): Promise<void> {
  const { db, config } = context
  const now = clock.now().getTime()
  const yesterday = daysAgo(now, 1, 0)
  const [atSandbox, atBank] = (await balancesOf(db.read, [clearing(source), clearing('bank:main')])).map(balance => -balance) as [
    bigint,
    bigint,
  ]
  // What gathered with the provider goes to the planet's bank, in whole hundreds.
  const sweep = atBank > 0n ? 0n : ((atSandbox * 7n) / 10n / 10_000n) * 10_000n
  if (sweep > 0n)
    await clock.asOf(daysAgo(now, 1, 2), () =>
      providerOf('sandbox').payOut!(
        { db, config },
        { key: `sweep-${isoDay(yesterday)}`, amount: sweep, currency: 'CNY', account: 'bank:main', name: 'Planet', note: 'sweep' },
      ),
    )
  for (let ago = days; ago > 1; ago--) await fetchReport(context, { source, day: isoDay(daysAgo(now, ago)) })
  await clock.asOf(daysAgo(now, 1, 15), () => fetchReport(context, { source, day: isoDay(yesterday) }))
  if (sweep > 0n) {
    const cny = (amount: bigint): string => decimal({ amount, currency: 'CNY' })
    const day = isoDay(yesterday)
    let balance = atBank
    const line = (time: string, amount: bigint, note: string): string => `${day} ${time},${cny(amount)},${cny((balance += amount))},${note}`
    const text = [
      '交易时间,金额,余额,摘要',
      line('10:12', sweep, '沙盒支付 划款'),
      line('17:00', -250n, '账户管理费'),
      line('18:41', 8_800n, '来账 无附言'),
    ].join('\n')
    await db.transaction(tx =>
      acting(tx, world)('finance@demo.example', 'POST /console/reconciliation/reports', {
        source: 'bank:main',
        name: `招商银行 ${day}.csv`,
        text,
      }),
    )
  }
  for (let ago = 14; ago > 0; ago--) await prove(db, isoDay(daysAgo(now, ago)))
  await db.transaction(tx => enqueue(tx, 'console.audit', {}, { key: 'console.audit' }))
}
