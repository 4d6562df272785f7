/** The finance desk's day: what is held and whose it is, what came in, what waits, and the trial balance. */
import type { Decoded } from '../../shared/contract.ts'
import { console_, type Position } from '../../shared/console.ts'
import { currencyScale, type Currency, type Money } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import { trialBalance, type BalanceSum as Sum } from '../ledger/index.ts'
import { countPeople } from '../people/index.ts'
import { sparing } from './sparing.ts'
import { countJobs, countOrders } from './store.ts'
import { lastAudit, movedByDay } from './store-books.ts'
import { whatWaits } from './waiting.ts'

type Entries = typeof console_.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>

const isMoney = (sum: Sum): boolean => sum.asset in currencyScale
/** Where money lies: with payment providers and banks. Their accounts are below zero by what they hold for us. */
const isPlace = (sum: Sum): boolean => /^(?:provider|bank):/.test(sum.owner)
/** What others owe the planet, by an operator's decision: zero or below. */
const isReceivable = (sum: Sum): boolean => sum.purpose === 'receivable'
const isOwn = (sum: Sum): boolean => sum.owner === 'planet' && !isReceivable(sum)
const isOwed = (sum: Sum): boolean => !isPlace(sum) && !isOwn(sum) && !isReceivable(sum)

/** What is held of a currency and whose it is. The four add up by the ledger's own law: all accounts of an asset sum to zero. */
export function positions(sums: readonly Sum[], asset: Currency): Decoded<typeof Position> & { commission: Money; fees: Money } {
  const here = sums.filter(sum => sum.asset === asset)
  const of = (choose: (sum: Sum) => boolean): bigint => here.filter(choose).reduce((total, sum) => total + sum.balance, 0n)
  const money = (amount: bigint): Money => ({ amount, currency: asset })
  const list = (choose: (sum: Sum) => boolean, sign = 1n) =>
    here
      .filter(sum => choose(sum) && sum.balance !== 0n)
      .map(({ owner, purpose, accounts, balance }) => ({ owner, purpose, accounts, amount: sign * balance }))
      .toSorted((a, b) => (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : 0))
  return {
    currency: asset,
    custody: money(-of(isPlace)),
    owed: money(of(isOwed)),
    own: money(of(isOwn)),
    receivables: money(of(isReceivable)),
    free: money(of(isOwn) + of(isReceivable)),
    held: list(isPlace, -1n),
    liabilities: list(isOwed),
    mine: list(sum => isOwn(sum) || isReceivable(sum)),
    commission: money(of(sum => sum.owner === 'planet' && sum.purpose === 'commission')),
    fees: money(of(sum => sum.owner.startsWith('provider:') && sum.purpose === 'fee')),
  }
}

/** Currencies that have accounts, the one with most first: what the planet trades in. */
function currencies(sums: readonly Sum[]): Currency[] {
  const accounts = new Map<string, number>()
  for (const sum of sums.filter(isMoney)) accounts.set(sum.asset, (accounts.get(sum.asset) ?? 0) + sum.accounts)
  const order = [...accounts].toSorted(([a, many], [b, more]) => more - many || (a === 'CNY' ? -1 : b === 'CNY' ? 1 : a < b ? -1 : 1))
  return order.length === 0 ? ['CNY'] : order.map(([asset]) => asset as Currency)
}

/** The sums over all accounts, all of one moment. */
const sumsNow = sparing(async db => {
  const asOf = clock.now()
  return { asOf, sums: await trialBalance(db) }
})
const waitingNow = sparing(whatWaits)
const since = (days: number): Date => {
  const day = new Date(clock.now())
  day.setUTCHours(0, 0, 0, 0)
  return new Date(day.getTime() - days * 86_400_000)
}
const incomeNow = sparing(async db => {
  const from = since(29)
  return { from, items: await movedByDay(db, from) }
})

export async function getOverview(db: Read): Promise<Ok<'GET /console/overview'>> {
  const [orders, { sums, asOf }, waiting] = [await countOrders(db), await sumsNow(db), await waitingNow(db)]
  const all = currencies(sums).map(currency => positions(sums, currency))
  const { custody, owed, commission, fees } = all[0]!
  const { waiting: jobsWaiting, failed } = await countJobs(db)
  return {
    people: await countPeople(db),
    orders: { placed: orders.get('placed') ?? 0, paid: orders.get('paid') ?? 0, settled: orders.get('settled') ?? 0 },
    ...({ custody, owed, commission, fees } as Pick<Ok<'GET /console/overview'>, 'custody' | 'owed' | 'commission' | 'fees'>),
    jobs: { waiting: jobsWaiting, failed },
    positions: all,
    waiting: [...waiting, { code: 'jobs', count: failed, amounts: [], due: null, act: true }],
    audit: await lastAudit(db),
    asOf,
  }
}

export const getIncome = (db: Read): Promise<Ok<'GET /console/income'>> => incomeNow(db)

export async function getAccounts(db: Read): Promise<Ok<'GET /console/accounts'>> {
  const sums = (await sumsNow(db)).sums.filter(isMoney)
  return { items: sums.map(({ asset, balance, ...sum }) => ({ ...sum, balance: { amount: balance, currency: asset as Currency } })) }
}
