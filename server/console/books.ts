/** The finance desk: what is held, what is owed, and the trial balance. */
import type { Decoded } from '../../shared/contract.ts'
import { console_ } from '../../shared/console.ts'
import { currencyScale, type Currency, type Money } from '../../shared/money.ts'
import type { Read } from '../foundation/db.ts'
import { trialBalance, type BalanceSum as Sum } from '../ledger/index.ts'
import { countPeople } from '../people/index.ts'
import { countJobs, countOrders } from './store.ts'

type Entries = typeof console_.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>

const isMoney = (sum: Sum): boolean => sum.asset in currencyScale
const isProvider = (sum: Sum): boolean => sum.owner.startsWith('provider:')
/** What was paid out is no longer here; the account only remembers it. */
const isPaidOut = (sum: Sum): boolean => sum.purpose === 'payout'

/**
 * Custody: what lies with the payment providers, after their fees. Owed: what belongs to others of it, free or held or in escrow. Custody less owed is the
 * planet's own.
 */
export function positions(sums: readonly Sum[], asset: Currency): { custody: Money; owed: Money; commission: Money; fees: Money } {
  const of = (choose: (sum: Sum) => boolean): bigint =>
    sums.filter(sum => sum.asset === asset && choose(sum)).reduce((total, sum) => total + sum.balance, 0n)
  const money = (amount: bigint): Money => ({ amount, currency: asset })
  return {
    custody: money(-of(isProvider) - of(isPaidOut)),
    owed: money(of(sum => !isProvider(sum) && !isPaidOut(sum) && sum.owner !== 'planet')),
    commission: money(of(sum => sum.owner === 'planet' && sum.purpose === 'commission')),
    fees: money(of(sum => isProvider(sum) && sum.purpose === 'fee')),
  }
}

/** The currency with most accounts: the one the planet trades in. */
function mainCurrency(sums: readonly Sum[]): Currency {
  const accounts = new Map<string, number>()
  for (const sum of sums.filter(isMoney)) accounts.set(sum.asset, (accounts.get(sum.asset) ?? 0) + sum.accounts)
  const [most] = [...accounts].toSorted(([a, many], [b, more]) => more - many || (a === 'CNY' ? -1 : b === 'CNY' ? 1 : a < b ? -1 : 1))
  return (most?.[0] ?? 'CNY') as Currency
}

export async function getOverview(db: Read): Promise<Ok<'GET /console/overview'>> {
  const orders = await countOrders(db)
  const sums = await trialBalance(db)
  return {
    people: await countPeople(db),
    orders: { placed: orders.get('placed') ?? 0, paid: orders.get('paid') ?? 0, settled: orders.get('settled') ?? 0 },
    ...positions(sums, mainCurrency(sums)),
    jobs: await countJobs(db),
  }
}

export async function getAccounts(db: Read): Promise<Ok<'GET /console/accounts'>> {
  const sums = (await trialBalance(db)).filter(isMoney)
  return { items: sums.map(({ asset, balance, ...sum }) => ({ ...sum, balance: { amount: balance, currency: asset as Currency } })) }
}
